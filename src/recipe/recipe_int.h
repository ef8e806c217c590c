/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Private to recipe: the table of settings, and what one load carries along. Dialect: recipe(5), which
 * follows mkosi(1).
 */
#pragma once

#include "recipe/recipe.h"
#include "recipe/recipe_lex_int.h"
#include "recipe/recipe_settings_int.h"
#include "recipe/recipe_source_int.h"

#define RECIPE_FILE_MAX ((size_t)1 << 20)  /* bytes of one configuration file */
#define RECIPE_DEPTH_MAX 32                /* folders and includes within each other */
#define RECIPE_VALUES_MAX 100000           /* values of one recipe, all settings together */
#define RECIPE_EXTRA_MAX ((size_t)1 << 30) /* bytes of one file of an extra tree */
#define RECIPE_TREE_DEPTH_MAX 100          /* folders within each other in an extra tree */

/* What one load carries along. */
struct recipe_profile {
	struct sv name, origin; /* origin.p == NULL: from the options */
	bool used;
};

struct recipe_ctx {
	struct recipe *r;
	const struct recipe_options *o;
	struct recipe_match match; /* strings only; profiles are below */
	VEC(struct recipe_profile) profiles;
	VEC(struct sv) seen; /* included already */
	struct sv path;      /* file being read, as shown */
	struct sv file;      /* and as opened */
	struct sv dir;       /* folder that relative paths start from */
	struct sv top;       /* folder of the whole recipe, for %D and %P */
	size_t n_values;
	unsigned depth;
	bool is_base; /* recipe base itself: it cannot ask for its own defaults */
	bool memory;  /* text without files around it: no includes, no trees */
};

/* recipe_apply.c, recipe_files.c: one function per shape of setting. */
int recipe_apply(struct recipe_ctx *c, const struct recipe_item *it, struct err *e);
int apply_list(struct recipe_ctx *, const struct recipe_setting *, const struct recipe_item *,
	       struct err *);
int apply_modules(struct recipe_ctx *, const struct recipe_setting *, const struct recipe_item *,
		  struct err *);
int apply_scalar(struct recipe_ctx *, const struct recipe_setting *, const struct recipe_item *,
		 struct err *);
int apply_format(struct recipe_ctx *, const struct recipe_setting *, const struct recipe_item *,
		 struct err *);
int apply_compress(struct recipe_ctx *, const struct recipe_setting *, const struct recipe_item *,
		   struct err *);
int apply_satisfied(struct recipe_ctx *, const struct recipe_setting *, const struct recipe_item *,
		    struct err *);
int apply_re_include(struct recipe_ctx *, const struct recipe_setting *, const struct recipe_item *,
		     struct err *);
int apply_re_exclude(struct recipe_ctx *, const struct recipe_setting *, const struct recipe_item *,
		     struct err *);
int apply_host_modules(struct recipe_ctx *, const struct recipe_setting *,
		       const struct recipe_item *, struct err *);
int apply_target(struct recipe_ctx *, const struct recipe_setting *, const struct recipe_item *,
		 struct err *);
int apply_include(struct recipe_ctx *, const struct recipe_setting *, const struct recipe_item *,
		  struct err *);
int apply_profiles(struct recipe_ctx *, const struct recipe_setting *, const struct recipe_item *,
		   struct err *);
int apply_trees(struct recipe_ctx *, const struct recipe_setting *, const struct recipe_item *,
		struct err *);
int apply_file_op(struct recipe_ctx *, const struct recipe_setting *, const struct recipe_item *,
		  struct err *);
int apply_units(struct recipe_ctx *, const struct recipe_setting *, const struct recipe_item *,
		struct err *);
int apply_users(struct recipe_ctx *, const struct recipe_setting *, const struct recipe_item *,
		struct err *);
int apply_check(struct recipe_ctx *, const struct recipe_setting *, const struct recipe_item *,
		struct err *);

/* The kernel module patterns of recipe base, for this target. */
int recipe_push_default_modules(struct recipe_ctx *c, const struct recipe_line *at,
				struct recipe_list *list, struct err *e);
/* Expands '%' in text and copies it. paths: also %C, %D and %P. */
int recipe_expand(struct recipe_ctx *c, const struct recipe_line *at, struct sv text, bool paths,
		  struct sv *ret, struct err *e);
struct sv recipe_origin(struct recipe_ctx *c, uint32_t line, uint32_t col);
int recipe_push(struct recipe_ctx *c, struct recipe_list *list, struct sv text,
		const struct recipe_line *at, struct err *e);
int recipe_count(struct recipe_ctx *c, const struct recipe_line *at, struct err *e);
/* Absolute path in the image: "." and doubled slashes go, ".." is E_USAGE. */
int recipe_image_path(struct recipe_ctx *c, const struct recipe_line *at, struct sv path,
		      struct sv *ret, struct err *e);
/* One text in double quotes at the start of *rest with its escapes undone; or, unquoted, up to a blank. */
int recipe_token(struct recipe_ctx *c, const struct recipe_line *at, struct sv *rest,
		 struct sv *ret, struct err *e);
bool recipe_bool_word(struct sv word, bool *ret);

/* recipe_match.c: 1 matches, 0 does not, negative E_USAGE. Failed [Assert] sections are E_USAGE. */
int recipe_match_text(struct recipe_ctx *c, struct sv text, struct err *e);
/* <0, 0, >0: releases of one distribution, by number or code name; what is not known is newest. */
int recipe_release_compare(struct sv distribution, struct sv a, struct sv b);

/* recipe_find.c */
bool recipe_is_name(struct sv s);
/* Where the recipe of that name lies; false when there is none. */
bool recipe_find_name(struct recipe_ctx *c, struct sv name, struct sv *ret);
struct recipe_dropin {
	struct sv name, folder;
};
VEC_TYPE(recipe_dropins, struct recipe_dropin);
/* Drop-ins of a recipe in order of file names; of two with one name the better folder's. */
int recipe_find_dropins(struct recipe_ctx *c, struct sv name, struct recipe_dropins *ret,
			struct err *e);
/* Always E_USAGE, with the shipped names. */
int recipe_unknown(struct recipe_ctx *c, struct sv name, struct err *e);

/* recipe_load.c */
int recipe_include(struct recipe_ctx *c, const struct recipe_line *at, struct sv what,
		   struct err *e);
/* For tests and fuzzing: settings from memory, nothing else is opened. */
int recipe_load_text(struct recipe *r, struct sv path, struct sv text,
		     const struct recipe_options *o, struct err *e);

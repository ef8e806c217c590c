/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Private to recipe: tokens, the table of settings, and what one load carries along. Dialect:
 * recipe(5), which follows mkosi(1).
 */
#pragma once

#include "recipe/recipe.h"

#define RECIPE_FILE_MAX ((size_t)1 << 20)  /* bytes of one configuration file */
#define RECIPE_DEPTH_MAX 32                /* folders and includes within each other */
#define RECIPE_VALUES_MAX 100000           /* values of one recipe, all settings together */
#define RECIPE_EXTRA_MAX ((size_t)1 << 30) /* bytes of one file of an extra tree */
#define RECIPE_TREE_DEPTH_MAX 100          /* folders within each other in an extra tree */

#define EMBEDDED "embedded:"

/* recipe_lex.c: text -> sections and settings. Views borrow the text. */
struct recipe_line {
	struct sv text; /* trimmed, without comment */
	uint32_t line, col;
};
VEC_TYPE(recipe_lines, struct recipe_line);

struct recipe_item {
	struct sv section;
	struct sv key; /* p == NULL: a section begins here */
	uint32_t line, col;
	struct recipe_lines lines; /* at least one; the first may be empty */
};

struct recipe_lexer {
	struct sv path, rest; /* path: as shown in messages */
	uint32_t line;
	size_t indent; /* common to all lines, not part of the text */
	struct sv section;
};

/* E_FORMAT for NUL bytes. path must outlive the lexer. */
int recipe_lex_init(struct recipe_lexer *l, struct sv path, struct sv text, struct err *e);
/* 1 with the next item (its lines are reused from call to call), 0 at the end, E_USAGE for syntax. */
int recipe_lex_next(struct recipe_lexer *l, struct recipe_item *it, struct err *e);
/* Empty assignment: one line without text. */
bool recipe_item_is_reset(const struct recipe_item *it);
void recipe_item_done(struct recipe_item *it);
/* Sets "PATH:LINE:COL: <text>" and returns code. */
int recipe_err(struct err *e, int code, struct sv path, uint32_t line, uint32_t col,
	       const char *fmt, ...) _printf_(6, 7);

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

struct recipe_setting;
typedef int (*recipe_apply_fn)(struct recipe_ctx *c, const struct recipe_setting *s,
			       const struct recipe_item *it, struct err *e);

enum recipe_class { SETTING_HONOURED, SETTING_NOTED, SETTING_REFUSED };
enum recipe_flags {
	F_WORD = 1 << 0,    /* a value holds no blank (rich dependencies in parentheses may) */
	F_LINES = 1 << 1,   /* one value a line: commas are text */
	F_BLANK = 1 << 2,   /* blanks separate, commas are text */
	F_RAW = 1 << 3,     /* '%' is text */
	F_BOOL = 1 << 4,    /* scalar: a boolean */
	F_LATER = 1 << 5,   /* kept, but nothing in this release acts on it */
	F_NUMBER = 1 << 6,  /* scalar: decimal number */
	F_NAME = 1 << 7,    /* scalar: a file name */
	F_MODULES = 1 << 8, /* kernel modules: 'default' and 'host' are words */
};

struct recipe_setting {
	const char *name, *section;
	enum recipe_class class;
	recipe_apply_fn apply; /* SETTING_HONOURED */
	size_t offset;         /* of the field in struct recipe */
	unsigned flags;        /* enum recipe_flags */
	const char *
		why; /* noted: why it does not matter; refused: what to say instead; else a summary */
	const char *
		harmless; /* refused: words, separated by blanks, that ask for nothing: noted only */
};

/* recipe_settings.c: sorted bytewise by name. */
extern const struct recipe_setting recipe_settings[];
extern const size_t recipe_settings_count;
/* Former names, sorted; `now` is NULL for settings that mkosi dropped: they are noted. */
struct recipe_alias {
	const char *old, *now;
};
extern const struct recipe_alias recipe_aliases[];
extern const size_t recipe_aliases_count;
extern const char *const recipe_sections[];
extern const size_t recipe_sections_count;
const struct recipe_setting *recipe_setting_find(struct sv name);
const struct recipe_alias *recipe_alias_find(struct sv name);
/* Files beside a mkosi.conf that stand for a setting: mkosi.NAME. */
struct recipe_default {
	const char *name, *setting;
	bool content; /* the value is what the file holds */
};
extern const struct recipe_default recipe_defaults[];
extern const size_t recipe_defaults_count;
/* Nearest known name, or p == NULL. */
struct sv recipe_nearest_setting(struct sv name);
struct sv recipe_nearest_section(struct sv name);

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

/* recipe_source.c: paths on disk or embedded. */
enum source_kind { SOURCE_NONE, SOURCE_FILE, SOURCE_DIR };
enum source_kind source_kind(struct sv path);
struct sv source_join(struct arena *a, struct sv dir, struct sv name);
/* How messages show it. */
struct sv source_shown(struct sv path);
int source_read(struct arena *a, struct sv path, struct sv *ret, struct err *e);
struct source_entry {
	struct sv name;
	enum source_kind kind;
};
VEC_TYPE(source_entries, struct source_entry);
/* Sorted bytewise. */
int source_list(struct arena *a, struct sv path, struct source_entries *ret, struct err *e);
/* Two paths of one file have one id. */
struct sv source_id(struct arena *a, struct sv path);
bool source_world_readable(struct sv path);

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

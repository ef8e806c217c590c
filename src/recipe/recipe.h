/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Recipes: mkosi's dialect (facts: recipe(5)). Loading yields settings as text with their place;
 * what they mean is build's business. The result is a pure function of the files read and the match
 * context; nothing of the host enters.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/note.h"
#include "base/strbuf.h"
#include "base/sv.h"
#include "base/vec.h"

/* Where a value was written: "PATH:LINE:COL". */
struct recipe_value {
	struct sv text;
	struct sv origin;
};
VEC_TYPE(recipe_list, struct recipe_value);

/* What [Match] sections are judged by. Lower case, mkosi's words. */
struct recipe_match {
	struct sv distribution, release, architecture, format, image_id;
	VEC(struct sv) profiles;
};

/* A file or folder that ExtraTrees= or mkosi.extra brings: the folder on disk (or embedded), and where it goes. */
struct recipe_tree {
	struct sv source;   /* path on disk, or "embedded:recipes/base/mkosi.extra" */
	struct sv target;   /* path in the image, "" for the root */
	struct sv origin;
};

struct recipe_file_op { /* [Files]: Symlink=, Write=, Remove=, Mode=, Owner=, Mkdir= */
	struct sv kind;     /* "symlink", "write", "remove", "mode", "owner", "mkdir" */
	struct sv path, value, origin;
};

struct recipe {
	struct arena arena;
	struct recipe_list names;            /* recipes that were loaded, in order, for the manifest */
	struct recipe_list packages, remove_packages, volatile_packages, remove_files, keep_files;
	struct recipe_list kernel_modules;   /* one ordered list; '-' and '?' prefixes kept in text; Include/Exclude become re: entries */
	struct recipe_list firmware;
	struct recipe_list kernel_package;   /* KernelPackage= */
	struct recipe_list satisfied;        /* SatisfiedByBuilder=: names the builder answers for; '-name' takes one back */
	struct recipe_list netroot_defaults;
	struct recipe_list enable, disable, mask; /* [Units] */
	struct recipe_list users;            /* [Users]: sysusers.d lines */
	struct recipe_list check_ignore;     /* [Check] */
	struct recipe_list prune;            /* [Prune] */
	struct recipe_list users_of;         /* unused by base; supplemental users keyed by package: "pkg: line" */
	VEC(struct recipe_tree) trees;
	VEC(struct recipe_file_op) files;
	/* scalars: text.p == NULL when not set */
	struct recipe_value compress, compress_level, source_date_epoch, locale, keymap, timezone, hostname,
		root_password, root_shell, output, format, with_recommends, with_docs, emergency_shell, base;
};

struct recipe_options {
	const char *const *search;  /* folders that hold recipes/NAME, best first; NULL-terminated; from cli */
	struct recipe_match match;
	struct notes *notes;
};

void recipe_init(struct recipe *r);
void recipe_done(struct recipe *r);
/* Loads a recipe by name or path (a word with '/' or an existing folder/file given as path) and merges it
 * over what r holds. E_USAGE with place for unknown settings ('did you mean'), refused ones (with the
 * declarative replacement), syntax. */
int recipe_load(struct recipe *r, struct sv name_or_path, const struct recipe_options *o, struct err *e);
/* Does the recipe (before anything else is loaded) want `base` first? Base=no says no. */
int recipe_wants_base(struct sv name_or_path, const struct recipe_options *o, bool *ret, struct err *e);
/* Boolean words of systemd.syntax(7). */
int recipe_bool(const struct recipe_value *v, bool fallback, bool *ret, struct err *e);
/* Text dump, stage 'recipe'; also what `kindling recipes NAME` shows. */
void recipe_dump(const struct recipe *r, struct strbuf *out);
/* Shipped recipes: names and first comment line. */
struct recipe_info {
	struct sv name, summary;
};
VEC_TYPE(recipe_infos, struct recipe_info);
int recipe_shipped(struct arena *a, struct recipe_infos *ret, struct err *e);
/* Adds the files of an extra tree to a callback, sorted; used by build to copy into the image. */
struct recipe_extra {
	struct sv path;  /* below target */
	uint32_t mode;   /* 07777 and S_IFMT bits */
	struct sv content; /* file content or link target; valid during the call */
	int64_t mtime;   /* 0 for embedded */
};
typedef int (*recipe_extra_fn)(void *arg, const struct recipe_extra *x, struct err *e);
int recipe_tree_walk(const struct recipe_tree *t, recipe_extra_fn fn, void *arg, struct err *e);

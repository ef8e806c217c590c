/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Recipes: mkosi's dialect (facts: recipe(5)). Loading yields settings as text with their place;
 * what they mean is build's business. The result is a pure function of the files read and the match
 * context; nothing of the host enters.
 *
 * All texts are owned by the recipe's arena. Sources are paths on disk or, for what the program
 * carries, "embedded:recipes/NAME/...".
 *
 *	struct recipe r;
 *	recipe_init(&r);
 *	ret = recipe_load(&r, SV("base"), &options, e);  (then others over it)
 *	recipe_done(&r);
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
	struct sv source; /* path on disk, or "embedded:recipes/base/mkosi.extra" */
	struct sv target; /* path in the image, "" for the root */
	struct sv origin;
};

struct recipe_file_op {  /* [Files]: Symlink=, Write=, Remove=, Mode=, Owner=, Mkdir= */
	struct sv kind;  /* "symlink", "write", "remove", "mode", "owner", "mkdir" */
	struct sv path;  /* absolute, clean; a '?' before it: may be absent */
	struct sv value; /* link target, content, "", octal "0755", "user[:group]", "" */
	struct sv origin;
};

struct recipe {
	struct arena arena;
	struct recipe_list names; /* recipes that were loaded, in order, for the manifest: no paths */
	struct recipe_list packages, remove_packages,
		volatile_packages /* empty once loaded: they join packages */, remove_files,
		keep_files;
	struct recipe_list
		kernel_modules; /* one ordered list; '-' and '?' prefixes kept in text; Include/Exclude become re: entries */
	struct recipe_list firmware;
	struct recipe_list kernel_package; /* KernelPackage= */
	struct recipe_list
		satisfied; /* SatisfiedByBuilder=: names the builder answers for ('-name' was applied) */
	struct recipe_list netroot_defaults;
	struct recipe_list enable, disable, mask; /* [Units] */
	struct recipe_list users;                 /* [Users]: sysusers.d lines */
	struct recipe_list
		users_of; /* [Users] lines that hold only with a package: "package: line" */
	struct recipe_list check_ignore;        /* [Check] Ignore=: "pattern: reason" */
	struct recipe_list prune_keep;          /* [Prune] Keep=: globs */
	struct recipe_list kernel_command_line; /* words; used by Format=uki only */
	VEC(struct recipe_tree) trees;
	VEC(struct recipe_file_op) files;
	/* scalars: text.p == NULL when not set */
	struct recipe_value compress, compress_level, source_date_epoch, locale, keymap, timezone,
		hostname, root_password, /* "hashed:" before a crypt(5) hash */
		root_shell, output, format, with_recommends, with_docs, emergency_shell, base,
		image_id, image_version, prune;
};

struct recipe_options {
	const char *const
		*search; /* folders that hold recipes/NAME, best first; NULL-terminated; from cli */
	struct recipe_match match;
	struct notes *notes; /* NULL: none are kept */
};

void recipe_init(struct recipe *r);
void recipe_done(struct recipe *r);
/* Loads a recipe by name or path (a word with '/' or an existing folder/file given as path) and merges it
 * over what r holds. E_USAGE with place for unknown settings ('did you mean'), refused ones (with the
 * declarative replacement), syntax; E_NOTFOUND, E_IO, E_LIMIT. After a failure r is only fit for
 * recipe_done. */
int recipe_load(struct recipe *r, struct sv name_or_path, const struct recipe_options *o,
		struct err *e);
/* Does the recipe (before anything else is loaded) want `base` first? Base=no says no. */
int recipe_wants_base(struct sv name_or_path, const struct recipe_options *o, bool *ret,
		      struct err *e);
/* The boolean words mkosi knows; not set: fallback. */
int recipe_bool(const struct recipe_value *v, bool fallback, bool *ret, struct err *e);
/* Text dump, stage 'recipe'; also what `kindling recipes NAME` shows. It is itself a recipe. */
void recipe_dump(const struct recipe *r, struct strbuf *out);
/* Shipped recipes: names and first comment line. */
struct recipe_info {
	struct sv name, summary;
};
VEC_TYPE(recipe_infos, struct recipe_info);
int recipe_shipped(struct arena *a, struct recipe_infos *ret, struct err *e);
/* Adds the files of an extra tree to a callback, sorted; used by build to copy into the image. */
struct recipe_extra {
	struct sv path; /* below target; "" when the source is a single file: it becomes target */
	uint32_t mode;  /* 07777 and S_IFMT bits */
	struct sv content; /* file content or link target; valid during the call */
	int64_t mtime;     /* 0 for embedded */
};
typedef int (*recipe_extra_fn)(void *arg, const struct recipe_extra *x, struct err *e);
int recipe_tree_walk(const struct recipe_tree *t, recipe_extra_fn fn, void *arg, struct err *e);

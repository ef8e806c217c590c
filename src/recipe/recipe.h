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

/* A file or folder that ExtraTrees= or mkosi.extra brings, and where it goes. */
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
	/* Recipes that were loaded, in order, for the manifest: names, no paths. */
	struct recipe_list names;
	/* volatile_packages is empty once loaded: they join packages. */
	struct recipe_list packages, remove_packages, volatile_packages;
	struct recipe_list remove_files, keep_files;
	/* Ordered, '-' and '?' kept in the text; expressions begin with "re:". */
	struct recipe_list kernel_modules, firmware;
	struct recipe_list kernel_package;
	/* Packages whose Recommends are followed. */
	struct recipe_list recommends_of;
	/* Names the builder answers for; '-name' was applied. */
	struct recipe_list satisfied;
	/* Words; nothing acts on the second yet. */
	struct recipe_list netroot_defaults, kernel_command_line;
	/* [Units] */
	struct recipe_list enable, disable, mask;
	/* [Users]: sysusers.d lines; users_of: "package: line", only with that package. */
	struct recipe_list users, users_of;
	/* [Check] Ignore=: "pattern: reason"; [Prune] Keep=: globs. Nothing acts on them yet. */
	struct recipe_list check_ignore, prune_keep;
	VEC(struct recipe_tree) trees;
	VEC(struct recipe_file_op) files;
	/* Scalars: text.p == NULL when not set. root_password: "hashed:" before a crypt(5) hash. */
	struct recipe_value format, output, compress, compress_level, image_id, image_version;
	struct recipe_value base, with_recommends, with_docs, source_date_epoch;
	struct recipe_value locale, keymap, timezone, hostname, root_password, root_shell;
	struct recipe_value emergency_shell, netroot, prune;
};

struct recipe_options {
	/* Folders that hold recipes/NAME, best first; NULL at the end. From cli. */
	const char *const *search;
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
/* Gives what an extra tree holds to a callback: folders before what is in them, siblings by name. */
struct recipe_extra {
	struct sv path; /* below target; "" when the source is a single file: it becomes target */
	uint32_t mode;  /* 07777 and S_IFMT bits */
	struct sv content; /* file content or link target; valid during the call */
	int64_t mtime;     /* 0 for embedded */
};
typedef int (*recipe_extra_fn)(void *arg, const struct recipe_extra *x, struct err *e);
int recipe_tree_walk(const struct recipe_tree *t, recipe_extra_fn fn, void *arg, struct err *e);

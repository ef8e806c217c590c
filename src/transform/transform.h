/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Native replacements of what package scripts do (facts of the matter: docs/ARCHITECTURE.md). Each
 * transform is one file and one row in the table of transform.c; rows run in order. They see the tree
 * and this context only: no host, no clock.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/note.h"
#include "base/sv.h"
#include "base/vec.h"
#include "pkg/arch.h"
#include "tree/tree.h"

/* [Files] of a recipe. */
enum file_op_kind { FILE_SYMLINK, FILE_WRITE, FILE_REMOVE, FILE_MODE, FILE_OWNER, FILE_MKDIR };
struct file_op {
	enum file_op_kind kind;
	struct sv path, value; /* link target, content, octal mode, user:group */
	struct sv origin;      /* "mkosi.conf:12:3" */
};

enum unit_op_kind { UNIT_ENABLE, UNIT_DISABLE, UNIT_MASK };
struct unit_op {
	enum unit_op_kind kind;
	struct sv unit;
	struct sv origin;
};

struct transform_package {
	struct sv name, version;
};

struct transform_context {
	struct tree *tree;
	const struct arch *arch;
	struct sv distribution;                 /* "debian"; may be empty */
	int64_t source_date;                    /* seconds since 1970 */
	VEC(struct transform_package) packages; /* in install order */
	/* from the recipe */
	VEC(struct file_op) files;
	VEC(struct unit_op) units;
	VEC(struct sv) users; /* lines of sysusers.d(5) */
	struct sv locale, keymap, timezone, hostname, root_password, root_shell;
	bool root_password_hashed;
	bool emergency_shell; /* a shell without password at the emergency prompt */
	bool netroot;         /* the boot helper comes into the image */
	VEC(struct sv) netroot_defaults;
	struct notes *notes;
	struct arena arena; /* for transforms' strings */
	/* maintainer script text of a package of the plan (never run; literal update-alternatives lines are
	 * read from it): E_NOTFOUND when it has none. */
	int (*script)(void *arg, struct sv package, struct sv script, struct sv *ret,
		      struct err *e);
	void *script_arg;
};

struct transform {
	const char *name; /* "usrmerge", "sysusers", ... also the name in --dump and timings */
	int (*run)(struct transform_context *c, struct err *e);
};

/* Before anything is unpacked: merged-usr links of the architecture and the base folders. */
int transform_prepare(struct transform_context *c, struct err *e);
/* All others, in table order. */
int transform_run(struct transform_context *c, struct err *e);
extern const struct transform transform_table[];
extern const size_t transform_count;
void transform_context_done(struct transform_context *c);

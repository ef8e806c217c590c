/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Is every package of a universe installable by itself, in an empty system of the native architecture?
 * Every version of a name is judged; whatever else it takes may come from any repo. Nothing is preferred
 * but what solver.h says. The question is that of dose-debcheck(1).
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"
#include "pkg/universe.h"

struct audit_item {
	pkg_id pkg;
	/* Why not: lines that end in '\n', those deeper in the tree indented by two blanks more. The first
	 * line begins with the package's name and version. */
	struct sv reason;
};

struct audit {
	struct arena arena;
	uint32_t packages;            /* judged: native and architecture-independent ones */
	VEC(struct audit_item) items; /* not installable; by name, then version */
};

/* E_LIMIT */
int audit_universe(const struct universe *u, struct audit *ret, struct err *e);
void audit_done(struct audit *a);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Telling a refusal: explain.c has the tree, explain_missing.c what to say where nothing satisfies. */
#pragma once

#include "solver/solver_int.h"

VEC_TYPE(tag_list, uint32_t);

struct story {
	const struct encoder *c;
	struct strbuf *out;
	struct err *e; /* gets the hint */
	struct arena arena;
	struct map told;      /* packages, by id */
	struct map told_tags; /* core clauses that a line was made of */
	struct tag_list core;
	unsigned lines;
};

/* Begins a line; false when enough was said. */
bool tell_line(struct story *s, unsigned depth);
/* "name version" */
void tell_pkg(const struct story *s, pkg_id p);
/* " (asked by ORIGIN)" */
void tell_asker(struct story *s, const struct root *root);

/* explain_missing.c: no package satisfies any part of d; root: the goal that d is, or NULL. */
void tell_missing(struct story *s, dep_id d, unsigned depth, const struct root *root);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Universe + goals -> the set of packages to install, or why there is none. Knows pkg; knows neither
 * deb nor rpm, neither mirrors nor recipes.
 *
 * Preferences, in order (solver(7)-like text in docs/ARCHITECTURE.md): explicit requests; mirror
 * priority; no conflict with what is requested; newest version; for a dependency its first alternative, and
 * among providers of a virtual name: the real package of that name, then the best Priority, then name order;
 * fewest packages. The result does not depend on the order of the input.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "pkg/universe.h"

/* Something the builder itself satisfies: every dependency on the name holds without a package, and
 * packages of that name are not installed. */
struct solver_assumed {
	struct sv name;
	struct sv why;
};

struct solver_goal {
	dep_id dep;       /* must be satisfied */
	struct sv origin; /* who asks: "recipe base, mkosi.conf:12", for explanations */
	bool optional;    /* may stay out when nothing provides it or it cannot be installed */
};

struct solver_input {
	const struct universe *u;
	VEC(struct solver_goal) goals;
	VEC(struct solver_assumed) assumed;
	VEC(struct sv) excluded; /* package names never to install */
	bool recommends;         /* follow Recommends where possible */
	bool essential; /* also install every essential package of the native architecture */
};

/* Why a package is in the set: the first requirer in a walk from the goals. */
struct solver_item {
	pkg_id pkg;
	pkg_id because; /* 0: a goal, or essential */
	dep_id dep;     /* the dependency of `because`, or the goal */
	uint32_t goal;  /* index of the goal; UINT32_MAX when not a goal */
	bool essential;
};

struct solver_result {
	VEC(struct solver_item)
	items; /* in install order: what is required comes first, ties by name */
	VEC(uint32_t) dropped_goals; /* optional goals that stay out */
};

/* 0, E_UNSAT with a reasons tree in `why` (text, many lines) and its first line in e. */
int solver_solve(const struct solver_input *in, struct solver_result *ret, struct strbuf *why,
		 struct err *e);
void solver_result_done(struct solver_result *r);
void solver_input_done(struct solver_input *in);

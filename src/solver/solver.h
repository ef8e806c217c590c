/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Universe + goals -> the set of packages to install, or why there is none. Knows pkg; knows neither
 * deb nor rpm, neither mirrors nor recipes.
 *
 * Preferences, in order:
 *  1. what is asked for, and no conflict with it; a goal that names a package means that package, not a
 *     provider of its name
 *  2. optional goals, the ones listed first before later ones
 *  3. packages that are locked
 *  4. the mirror of the better priority; among versions that are equal, the mirror named first
 *  5. of one name, the newest version
 *  6. of a dependency, its first alternative; for a name that packages provide, the real package of that
 *     name, then the provider of the best Priority, then by name
 *  7. fewest packages: a dependency that something in the plan satisfies anyway brings nothing, and no
 *     part of a plan can be left out
 *  8. Recommends, if followed at all, only add to what was chosen without them
 * Nothing depends on the order of packages in the input, nor on that of goals that are not optional.
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
	VEC(struct sv) excluded;      /* package names never to install */
	VEC(pkg_id) locked;           /* to be taken before what else has their names */
	bool recommends;              /* follow Recommends where possible */
	VEC(struct sv) recommends_of; /* follow those of packages of these names */
	bool essential; /* also install every essential package of the native architecture */
	/* give up (E_LIMIT) after so many conflicts, or looks at choices; 0: what real archives never need */
	uint32_t conflicts_max;
	uint64_t looks_max;
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

/*
 * 0; E_UNSAT: e says so and may have a hint, and `why` has the reasons, a tree of lines that are indented
 * by two blanks per level, who asks first; E_LIMIT.
 */
int solver_solve(const struct solver_input *in, struct solver_result *ret, struct strbuf *why,
		 struct err *e);
void solver_result_done(struct solver_result *r);
void solver_input_done(struct solver_input *in);

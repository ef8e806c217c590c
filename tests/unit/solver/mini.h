/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Universes small enough to read. A text of lines:
 *
 *	mirror LABEL [PRIORITY]      packages below are from here; priorities count up when not told
 *	package NAME VERSION [ARCH]  followed by indented fields in Debian's words (Depends: a (>= 1) | b, c);
 *	                             {a if b}, {a and b}, ... are rich dependencies
 *	goal DEP [# ORIGIN]   optional DEP [# ORIGIN]   assume NAME   exclude NAME   recommends   essential
 *	lock NAME VERSION   recommends-of NAME
 *	family rpm                   first line, when not deb
 *	arch ARCH                    native architecture, default amd64 (rpm: x86_64)
 *	expect                       the rest of the text is the expected outcome
 *
 * %XX in a name stands for a character that the format takes for its own. A real run is saved in this form
 * by 'kindling plan --save-case'.
 */
#pragma once

#include "base/arena.h"
#include "solver/case.h"
#include "solver/solver.h"

struct mini {
	struct universe u;
	struct solver_input in;
	struct arena arena;
	struct sv expect;
	struct sv input; /* everything before the expectation */
	const char *error;
};

/* `order`: 0 as written, else a seed for shuffling the packages. False: see error. */
bool mini_parse(struct mini *m, struct sv text, uint64_t order);
void mini_done(struct mini *m);
/* Solves and prints the outcome into out. Returns what solver_solve did. */
int mini_run(const struct mini *m, struct strbuf *out);
/* Judged without the solver's encoding: NULL when the packages satisfy everything, else what is wrong. */
const char *mini_invalid(const struct mini *m, const pkg_id *pkgs, size_t n);

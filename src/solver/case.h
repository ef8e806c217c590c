/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A solver run as text: what can be reached of its universe, its goals, its outcome. The format is that of
 * tests/golden/solver, where a saved case can be put as it is; tests/unit/solver/mini.h has the grammar.
 */
#pragma once

#include "solver/solver.h"

/* What solver_solve said: result, or NULL and what it put into `why` and `e`. */
struct solver_outcome {
	const struct solver_result *result;
	const struct strbuf *why;
	const struct err *e;
};

void solver_case_write(const struct solver_input *in, const struct solver_outcome *o,
		       struct strbuf *out);
/* The outcome alone, as it stands behind "expect". */
void solver_case_outcome(const struct solver_input *in, const struct solver_outcome *o,
			 struct strbuf *out);

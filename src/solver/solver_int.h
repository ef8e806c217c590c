/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The stages behind solver_solve: encode (encode_int.h), policy, result and order, explain. */
#pragma once

#include "solver/encode_int.h"

/* policy.c: walks from the active roots and decides. */
struct step {
	int var;
	pkg_id because;
	dep_id dep;
	uint32_t root;
};
VEC_TYPE(steps, struct step);

/* A requirement that is not settled yet, of the step that brought it. */
struct open_require {
	uint32_t require, step;
};

struct policy {
	struct encoder *c;
	struct int_list fixed; /* packages that must stay, while recommendations are tried */
	struct steps queue;
	size_t at;
	uint32_t at_require; /* where to go on within queue[at]; 0: at its beginning */
	VEC(struct open_require) open;
	VEC(uint32_t) visited; /* by variable: walk number */
	uint32_t walk;
	uint64_t conflicts; /* sat's count when the walk began */
	uint64_t looks;     /* at choices, in this solve; at most looks_max */
	uint64_t looks_max;
};

void policy_init(struct policy *p, struct encoder *c);
void policy_done(struct policy *p);
/* Solves for the active roots; the packages found are the steps of the queue. */
enum sat_result policy_solve(struct policy *p);

/* weak.c */
/* Roots for packages whose Supplements hold for the steps and that were not asked yet. rpm only. */
void add_supplements(struct encoder *c, const struct steps *steps, struct map *asked);

/* result.c */
/* What of the model is needed from the active roots, in walk order. */
void result_select(const struct policy *p, struct steps *ret);
void result_order(const struct encoder *c, const struct steps *steps, struct solver_result *ret);

/* explain.c: after a refusal with the current roots. */
void explain(const struct encoder *c, struct strbuf *why, struct err *e);

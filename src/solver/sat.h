/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Package-free SAT: conflict-driven clause learning (two watched literals, first UIP, restarts,
 * clause deletion), deterministic. Literals are +v and -v for variables 1..n.
 *
 *	struct sat *s = sat_new();
 *	sat_clause(s, lits, n, tag);            add clauses at any time between solves
 *	sat_assume(s, lit);                     assumptions of the next solve only
 *	if (sat_solve(s) == SAT_TRUE) ... sat_value(s, v)
 *	else sat_core(s, &tags, &n)             tags of the clauses of a refutation, and failed assumptions
 *
 * Decisions come from the caller (policy knows packages, sat does not); when it gives none, every
 * undecided variable is set false, so models are as small as the caller's decisions make them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sat_result { SAT_UNKNOWN, SAT_TRUE, SAT_FALSE };

struct sat;

/* Asked whenever propagation is complete; returns the next literal to decide (its variable must be
 * unset), or 0 for "no preference". */
typedef int (*sat_decide_fn)(void *arg, struct sat *s);

struct sat *sat_new(void);
void sat_free(struct sat *s);
void sat_set_decider(struct sat *s, sat_decide_fn fn, void *arg);
int sat_new_var(struct sat *s); /* 1, 2, 3, ... */
/* Copies the literals. `tag` names the clause in cores (the caller's own meaning; not unique). */
void sat_clause(struct sat *s, const int *lits, size_t n, uint32_t tag);
void sat_assume(struct sat *s, int lit);
enum sat_result sat_solve(struct sat *s);
/* Current or model value of a literal: 1 true, -1 false, 0 unset. */
int sat_value(const struct sat *s, int lit);
/* After SAT_FALSE: tags of input clauses that, with the failed assumptions, suffice for the conflict;
 * sorted, unique, owned by s, valid until the next change. */
void sat_core(struct sat *s, const uint32_t **ret_tags, size_t *ret_n);
bool sat_failed(const struct sat *s, int lit); /* was this assumption part of the refutation? */

struct sat_stats {
	uint64_t decisions, propagations, conflicts, restarts, learned;
};
struct sat_stats sat_stats(const struct sat *s);

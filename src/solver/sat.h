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
 *
 * Clauses and what was learned from them stay between solves. The same calls in the same order give
 * the same answers on every machine: no clock, no addresses, no floating point.
 */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* SAT_UNKNOWN: the clause store would exceed its limit (8 GiB), a limit of conflicts was reached, or the
 * decider gave up. */
enum sat_result { SAT_UNKNOWN, SAT_TRUE, SAT_FALSE };

/* A decider's answer "setting all unset variables false satisfies every clause": the solve ends there
 * without visiting them, so that a solve costs what it touches and not what there is. Checked in
 * self-check builds. */
#define SAT_REST_FALSE INT_MIN

/* A decider's answer "no more": the solve ends without a result. */
#define SAT_GIVE_UP (INT_MIN + 1)

struct sat;

/* Asked whenever propagation is complete and all assumptions hold; returns the next literal to decide
 * (its variable must be unset), 0 for "no preference" or SAT_REST_FALSE. Assignments are only ever
 * taken back between two calls when sat_stats().conflicts grew or a new solve began. */
typedef int (*sat_decide_fn)(void *arg, struct sat *s);

struct sat *sat_new(void);
void sat_free(struct sat *s);
void sat_set_decider(struct sat *s, sat_decide_fn fn, void *arg);
/* How many conflicts a solve may have before it gives up; 0: any number. Counted, not timed: the answer is
 * the same on every machine. */
void sat_set_limit(struct sat *s, uint64_t conflicts);
int sat_new_var(struct sat *s); /* 1, 2, 3, ... */
/* Copies the literals. `tag` names the clause in cores (the caller's own meaning; not unique). */
void sat_clause(struct sat *s, const int *lits, size_t n, uint32_t tag);
void sat_assume(struct sat *s, int lit);
enum sat_result sat_solve(struct sat *s);
/* Current or model value of a literal: 1 true, -1 false, 0 unset. */
int sat_value(const struct sat *s, int lit);
/* What is assigned, in the order it became so: the literal at place i, 0 behind the last. */
int sat_trail(const struct sat *s, size_t i);
/* After SAT_FALSE: tags of input clauses that, with the failed assumptions, suffice for the conflict;
 * sorted, unique, owned by s, valid until the next change. Solves once more, on the first call. */
void sat_core(struct sat *s, const uint32_t **ret_tags, size_t *ret_n);
bool sat_failed(const struct sat *s, int lit); /* was this assumption part of the refutation? */

struct sat_stats {
	uint64_t decisions, propagations, conflicts, restarts, learned;
};
struct sat_stats sat_stats(const struct sat *s);

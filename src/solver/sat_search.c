/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The search loop and what the outside sees. */
#include <stdlib.h>

#include "base/macros.h"
#include "solver/sat_int.h"

#define RESTART_UNIT 64
#define REDUCE_FIRST 2000
#define REDUCE_STEP 500

/* 1 1 2 1 1 2 4 1 1 2 1 1 2 4 8 ...; i counts from 1. */
static uint64_t luby(uint64_t i)
{
	for (;;) {
		uint64_t k = 1;

		while (((uint64_t)1 << k) - 1 < i)
			k++;
		if (((uint64_t)1 << k) - 1 == i)
			return (uint64_t)1 << (k - 1);
		i -= ((uint64_t)1 << (k - 1)) - 1;
	}
}

static void restart(struct sat *s)
{
	s->stats.restarts++;
	s->restart_at = s->stats.conflicts + RESTART_UNIT * luby(++s->luby_index);
	if (s->stats.conflicts < s->reduce_at) {
		backtrack(s, MIN((uint32_t)s->assumed.n, level_now(s)));
		return;
	}
	backtrack(s, 0);
	if (propagate(s)) {
		s->unsat = true;
		return;
	}
	s->reduce_step += REDUCE_STEP;
	s->reduce_at = s->stats.conflicts + s->reduce_step;
	clauses_reduce(s);
}

static enum sat_result search(struct sat *s)
{
	while (!s->unsat && !s->full) {
		cref_t conflict = propagate(s);

		if (conflict) {
			s->stats.conflicts++;
			if (level_now(s) == 0)
				s->unsat = true;
			else
				analyze(s, conflict);
			continue;
		}
		if (s->stats.conflicts >= s->give_up_at)
			return SAT_UNKNOWN;
		if (s->stats.conflicts >= s->restart_at) {
			restart(s);
			continue;
		}
		switch (decide(s)) {
		case DECIDED:
			break;
		case DECIDED_ALL:
			return SAT_TRUE;
		case DECIDED_FAILED:
			return SAT_FALSE;
		case DECIDED_NOT:
			return SAT_UNKNOWN;
		}
	}
	return s->unsat ? SAT_FALSE : SAT_UNKNOWN;
}

/* Before anything that makes the last answer stale. */
static void changing(struct sat *s)
{
	backtrack(s, 0);
	s->result = SAT_UNKNOWN;
	s->core_made = false;
	s->failed.n = 0;
	if (s->assumed_old)
		s->assumed.n = 0;
	s->assumed_old = false;
}

struct sat *sat_new(void)
{
	struct sat *s = xcalloc(1, sizeof(*s));

	vec_push(&s->arena, 0); /* offset 0 is "none" */
	for (int i = 0; i < 2; i++) {
		vec_push(&s->values, 0);
		vec_push(&s->watches, ((struct watches){ 0 }));
	}
	vec_push(&s->vars, ((struct var){ 0 }));
	vec_push(&s->seen, 0);
	s->reduce_step = s->reduce_at = REDUCE_FIRST;
	return s;
}

void sat_free(struct sat *s)
{
	if (!s)
		return;
	check_free(s);
	for (size_t i = 0; i < s->watches.n; i++)
		free(s->watches.v[i].v);
	vec_done(&s->arena);
	vec_done(&s->input);
	vec_done(&s->learned);
	vec_done(&s->values);
	vec_done(&s->vars);
	vec_done(&s->watches);
	vec_done(&s->trail);
	vec_done(&s->control);
	vec_done(&s->assumed);
	vec_done(&s->failed);
	vec_done(&s->core);
	vec_done(&s->seen);
	vec_done(&s->learn);
	vec_done(&s->clear);
	vec_done(&s->stack);
	vec_done(&s->analyzed);
	vec_done(&s->level_stamp);
	free(s);
}

void sat_set_decider(struct sat *s, sat_decide_fn fn, void *arg)
{
	s->decider = fn;
	s->decider_arg = arg;
}

void sat_set_limit(struct sat *s, uint64_t conflicts)
{
	s->limit = conflicts;
}

int sat_new_var(struct sat *s)
{
	ASSERT(s->n_vars < 1U << 29);
	s->n_vars++;
	for (int i = 0; i < 2; i++) {
		vec_push(&s->values, 0);
		vec_push(&s->watches, ((struct watches){ 0 }));
	}
	vec_push(&s->vars, ((struct var){ 0 }));
	vec_push(&s->seen, 0);
	queue_add(s, s->n_vars);
	return (int)s->n_vars;
}

/* Copies into `learn` without repeated literals; false for a clause that always holds. */
static bool normalise(struct sat *s, const int *lits, size_t n)
{
	bool always = false;

	s->learn.n = 0;
	s->clear.n = 0;
	for (size_t i = 0; i < n; i++) {
		lit_t l = lit_in(lits[i]);
		uint32_t v = lit_var(l);

		ASSERT(v >= 1 && v <= s->n_vars);
		if (s->seen.v[v] == 1 + (l & 1))
			continue;
		if (s->seen.v[v])
			always = true;
		s->seen.v[v] = (uint8_t)(1 + (l & 1));
		vec_push(&s->clear, v);
		vec_push(&s->learn, l);
	}
	for (size_t i = 0; i < s->clear.n; i++)
		s->seen.v[s->clear.v[i]] = 0;
	s->clear.n = 0;
	return !always;
}

/* Brings up to two literals that are not false to the front; returns how many it found. */
static uint32_t order_watches(const struct sat *s, lit_t *lits, size_t n)
{
	uint32_t found = 0;

	for (size_t i = 0; i < n && found < 2; i++) {
		lit_t l = lits[i];

		if (s->values.v[l] < 0)
			continue;
		lits[i] = lits[found];
		lits[found++] = l;
	}
	return found;
}

void sat_clause(struct sat *s, const int *lits, size_t n, uint32_t tag)
{
	uint32_t open;
	cref_t ref;

	changing(s);
	if (!normalise(s, lits, n))
		return;
	check_input(s, s->learn.v, (uint32_t)s->learn.n);
	open = order_watches(s, s->learn.v, s->learn.n);
	ref = clause_new(s, s->learn.v, (uint32_t)s->learn.n, tag, false);
	if (!ref)
		return;
	if (s->learn.n >= 2)
		clause_attach(s, ref);
	if (open == 0)
		s->unsat = true;
	else if (open == 1 && s->values.v[s->learn.v[0]] == 0)
		lit_assign(s, s->learn.v[0], 0);
}

void sat_assume(struct sat *s, int lit)
{
	changing(s);
	ASSERT(lit_var(lit_in(lit)) >= 1 && lit_var(lit_in(lit)) <= s->n_vars);
	vec_push(&s->assumed, lit_in(lit));
}

enum sat_result sat_solve(struct sat *s)
{
	changing(s);
	s->luby_index = 0;
	s->give_up_at = s->limit ? s->stats.conflicts + s->limit : UINT64_MAX;
	s->restart_at = s->stats.conflicts + RESTART_UNIT * luby(++s->luby_index);
	s->result = search(s);
	s->assumed_old = true;
	if (s->result == SAT_TRUE)
		check_model(s);
	return s->result;
}

int sat_value(const struct sat *s, int lit)
{
	lit_t l = lit_in(lit);
	int value;

	ASSERT(lit_var(l) >= 1 && lit_var(l) <= s->n_vars);
	value = s->values.v[l];
	if (value == 0 && s->result == SAT_TRUE)
		return l & 1 ? 1 : -1;
	return value;
}

int sat_trail(const struct sat *s, size_t i)
{
	return i < s->trail.n ? lit_out(s->trail.v[i]) : 0;
}

void sat_core(struct sat *s, const uint32_t **ret_tags, size_t *ret_n)
{
	ASSERT(s->result == SAT_FALSE);
	if (!s->core_made)
		core_make(s);
	*ret_tags = s->core.v;
	*ret_n = s->core.n;
}

bool sat_failed(const struct sat *s, int lit)
{
	size_t low = 0, high = s->failed.n; /* sorted */

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (s->failed.v[mid] == lit_in(lit))
			return true;
		if (s->failed.v[mid] < lit_in(lit))
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}

struct sat_stats sat_stats(const struct sat *s)
{
	return s->stats;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Conflict analysis: first unique implication point, minimised by dropping what the rest implies. */
#include <stdlib.h>

#include "base/macros.h"
#include "solver/sat_int.h"

static void mark(struct sat *s, uint32_t v)
{
	s->seen.v[v] = 1;
	vec_push(&s->clear, v);
}

static void unmark_from(struct sat *s, size_t from)
{
	for (size_t i = from; i < s->clear.n; i++)
		s->seen.v[s->clear.v[i]] = 0;
	s->clear.n = from;
}

/* Resolves backwards along the trail until one literal of this level is left. */
static void resolve(struct sat *s, cref_t conflict)
{
	size_t at = s->trail.n;
	uint32_t open = 0, level = level_now(s);
	lit_t uip = 0;

	s->learn.n = 0;
	vec_push(&s->learn, 0);
	for (cref_t ref = conflict;; ref = s->vars.v[lit_var(uip)].reason) {
		struct clause *c = clause_at(s, ref);

		if (c->flags & CLAUSE_LEARNED)
			c->flags |= CLAUSE_USED;
		for (uint32_t i = 0; i < c->n; i++) {
			lit_t l = c->lits[i];
			uint32_t v = lit_var(l);

			if (l == uip || s->seen.v[v] || s->vars.v[v].level == 0)
				continue;
			mark(s, v);
			vec_push(&s->analyzed, v);
			if (s->vars.v[v].level == level)
				open++;
			else
				vec_push(&s->learn, l);
		}
		do
			uip = s->trail.v[--at];
		while (!s->seen.v[lit_var(uip)]);
		if (--open == 0)
			break;
	}
	s->learn.v[0] = lit_not(uip);
}

static uint32_t level_bit(const struct sat *s, uint32_t v)
{
	return 1U << (s->vars.v[v].level & 31);
}

/* Do marked literals alone imply this one? Marks what it proves on the way. */
static bool redundant(struct sat *s, lit_t l, uint32_t levels)
{
	size_t before = s->clear.n;

	if (!s->vars.v[lit_var(l)].reason)
		return false;
	s->stack.n = 0;
	vec_push(&s->stack, l);
	while (s->stack.n) {
		uint32_t of = lit_var(s->stack.v[--s->stack.n]);
		const struct clause *c = clause_at(s, s->vars.v[of].reason);

		for (uint32_t i = 0; i < c->n; i++) {
			uint32_t v = lit_var(c->lits[i]);

			if (v == of || s->seen.v[v] || s->vars.v[v].level == 0)
				continue;
			if (!s->vars.v[v].reason || !(level_bit(s, v) & levels)) {
				unmark_from(s, before);
				return false;
			}
			mark(s, v);
			vec_push(&s->stack, c->lits[i]);
		}
	}
	return true;
}

static void minimise(struct sat *s)
{
	uint32_t levels = 0;
	size_t kept = 1;

	for (size_t i = 1; i < s->learn.n; i++)
		levels |= level_bit(s, lit_var(s->learn.v[i]));
	for (size_t i = 1; i < s->learn.n; i++)
		if (!redundant(s, s->learn.v[i], levels))
			s->learn.v[kept++] = s->learn.v[i];
	s->learn.n = kept;
}

/* Number of decision levels in the learned clause: few means it will be useful again. */
static uint32_t count_levels(struct sat *s)
{
	uint32_t n = 0;

	while (s->level_stamp.n <= level_now(s))
		vec_push(&s->level_stamp, 0);
	s->level_clock++;
	for (size_t i = 0; i < s->learn.n; i++) {
		uint64_t *stamp = &s->level_stamp.v[s->vars.v[lit_var(s->learn.v[i])].level];

		n += *stamp != s->level_clock;
		*stamp = s->level_clock;
	}
	return n;
}

/* Puts a literal of the highest remaining level second and returns that level. */
static uint32_t backjump_level(struct sat *s)
{
	size_t best = 1;
	lit_t l;

	if (s->learn.n == 1)
		return 0;
	for (size_t i = 2; i < s->learn.n; i++)
		if (s->vars.v[lit_var(s->learn.v[i])].level >
		    s->vars.v[lit_var(s->learn.v[best])].level)
			best = i;
	l = s->learn.v[best];
	s->learn.v[best] = s->learn.v[1];
	s->learn.v[1] = l;
	return s->vars.v[lit_var(l)].level;
}

void analyze(struct sat *s, cref_t conflict)
{
	uint32_t lbd, level;
	cref_t ref = 0;

	ASSERT(level_now(s) > 0);
	s->analyzed.n = 0;
	resolve(s, conflict);
	minimise(s);
	unmark_from(s, 0);
	queue_bump(s);

	lbd = count_levels(s);
	level = backjump_level(s);
	check_learned(s, s->learn.v, (uint32_t)s->learn.n);
	backtrack(s, level);
	s->stats.learned++;
	if (s->learn.n > 1) {
		ref = clause_new(s, s->learn.v, (uint32_t)s->learn.n, 0, true);
		if (!ref)
			return;
		clause_at(s, ref)->lbd = MIN(lbd, LBD_MAX) & LBD_MAX;
		clause_attach(s, ref);
	}
	lit_assign(s, s->learn.v[0], ref);
}

static int lit_cmp(const void *pa, const void *pb)
{
	const lit_t *a = pa, *b = pb;

	return *a < *b ? -1 : *a > *b;
}

void analyze_final(struct sat *s, lit_t l)
{
	s->failed.n = 0;
	vec_push(&s->failed, l);
	if (s->vars.v[lit_var(l)].level == 0)
		return;

	mark(s, lit_var(l));
	for (size_t i = s->trail.n; i > s->control.v[0]; i--) {
		uint32_t v = lit_var(s->trail.v[i - 1]);
		cref_t reason = s->vars.v[v].reason;

		if (!s->seen.v[v])
			continue;
		if (!reason) { /* decided here means assumed: the caller's turn has not come yet */
			vec_push(&s->failed, s->trail.v[i - 1]);
			continue;
		}
		for (uint32_t k = 0; k < clause_at(s, reason)->n; k++) {
			uint32_t of = lit_var(clause_at(s, reason)->lits[k]);

			if (!s->seen.v[of] && s->vars.v[of].level)
				mark(s, of);
		}
	}
	unmark_from(s, 0);
	qsort(s->failed.v, s->failed.n, sizeof(*s->failed.v), lit_cmp);
}

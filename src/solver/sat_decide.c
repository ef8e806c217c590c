/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What to decide: assumptions in order, then the caller's wish, then a variable that took part in
 * conflicts lately, false. The queue holds all variables in the order of their last bump; integer
 * stamps instead of decaying activities keep the order equal on every machine.
 */
#include <stdlib.h>

#include "base/macros.h"
#include "solver/sat_int.h"

static void queue_append(struct sat *s, uint32_t v)
{
	struct var *x = &s->vars.v[v];

	x->prev = s->queue_last;
	x->next = 0;
	x->stamp = ++s->stamp;
	if (s->queue_last)
		s->vars.v[s->queue_last].next = v;
	else
		s->queue_first = v;
	s->queue_last = v;
}

void queue_add(struct sat *s, uint32_t v)
{
	queue_append(s, v);
	s->queue_search = v;
}

static void queue_remove(struct sat *s, uint32_t v)
{
	const struct var *x = &s->vars.v[v];

	if (x->prev)
		s->vars.v[x->prev].next = x->next;
	else
		s->queue_first = x->next;
	if (x->next)
		s->vars.v[x->next].prev = x->prev;
	else
		s->queue_last = x->prev;
}

struct bumped {
	uint64_t stamp;
	uint32_t v;
};

static int bumped_cmp(const void *pa, const void *pb)
{
	const struct bumped *a = pa, *b = pb;

	return a->stamp < b->stamp ? -1 : a->stamp > b->stamp;
}

void queue_bump(struct sat *s)
{
	struct bumped *list = xmalloc(s->analyzed.n * sizeof(*list) + 1);

	/* in their old order, so that the queue stays a refinement of what it was */
	for (size_t i = 0; i < s->analyzed.n; i++)
		list[i] = (struct bumped){ s->vars.v[s->analyzed.v[i]].stamp, s->analyzed.v[i] };
	qsort(list, s->analyzed.n, sizeof(*list), bumped_cmp);
	for (size_t i = 0; i < s->analyzed.n; i++) {
		uint32_t v = list[i].v;

		if (s->queue_search ==
		    v) /* its place moves: what was before it is the next to look at */
			s->queue_search = s->vars.v[v].prev ? s->vars.v[v].prev : s->vars.v[v].next;
		queue_remove(s, v);
		queue_append(s, v);
	}
	free(list);
}

static void decide_lit(struct sat *s, lit_t l)
{
	s->stats.decisions++;
	vec_push(&s->control, (uint32_t)s->trail.n);
	lit_assign(s, l, 0);
}

static enum decided decide_assumption(struct sat *s)
{
	lit_t l = s->assumed.v[level_now(s)];

	if (s->values.v[l] < 0) {
		analyze_final(s, l);
		return DECIDED_FAILED;
	}
	if (s->values.v[l] > 0) /* a level of its own keeps "level = number of assumptions" true */
		vec_push(&s->control, (uint32_t)s->trail.n);
	else
		decide_lit(s, l);
	return DECIDED;
}

enum decided decide(struct sat *s)
{
	uint32_t v;

	if (level_now(s) < s->assumed.n)
		return decide_assumption(s);

	if (s->decider) {
		int wish = s->decider(s->decider_arg, s);

		if (wish == SAT_REST_FALSE)
			return DECIDED_ALL;
		if (wish == SAT_GIVE_UP)
			return DECIDED_NOT;
		if (wish) {
			lit_t l = lit_in(wish);

			ASSERT(lit_var(l) >= 1 && lit_var(l) <= s->n_vars && s->values.v[l] == 0);
			decide_lit(s, l);
			return DECIDED;
		}
	}

	for (v = s->queue_search; v; v = s->vars.v[v].prev)
		if (s->values.v[2 * v] == 0)
			break;
	if (!v)
		return DECIDED_ALL;
	s->queue_search = v;
	decide_lit(s, 2 * v + 1);
	return DECIDED;
}

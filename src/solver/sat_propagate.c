/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Unit propagation over two watched literals, the trail, and taking it back. */
#include "base/macros.h"
#include "solver/sat_int.h"

void lit_assign(struct sat *s, lit_t l, cref_t reason)
{
	struct var *v = &s->vars.v[lit_var(l)];

	s->values.v[l] = 1;
	s->values.v[lit_not(l)] = -1;
	v->level = level_now(s);
	/* nobody asks why level 0 holds, and without reasons there clauses may be moved freely */
	v->reason = v->level ? reason : 0;
	vec_push(&s->trail, l);
}

/* A long clause whose watch `dead` became false: true when another watch was found. Otherwise
 * *ret_first is the only literal that may still satisfy it. */
static bool rewatch(struct sat *s, cref_t ref, lit_t dead, lit_t *ret_first)
{
	struct clause *c = clause_at(s, ref);
	const int8_t *values = s->values.v;

	if (c->lits[0] == dead) {
		c->lits[0] = c->lits[1];
		c->lits[1] = dead;
	}
	*ret_first = c->lits[0];
	if (values[c->lits[0]] > 0)
		return false;
	for (uint32_t k = 2; k < c->n; k++) {
		lit_t l = c->lits[k];

		if (values[l] < 0)
			continue;
		c->lits[1] = l;
		c->lits[k] = dead;
		clause_watch(s, l, ref, c->lits[0]);
		return true;
	}
	return false;
}

static cref_t propagate_lit(struct sat *s, lit_t dead)
{
	struct watches *w = &s->watches.v[dead];
	uint32_t i = 0, kept = 0;
	cref_t conflict = 0;

	while (i < w->n && !conflict) {
		struct watch x = w->v[i++];
		int8_t value = s->values.v[x.blocker];
		cref_t ref = x.ref & ~WATCH_BINARY;

		if (value <= 0 && !(x.ref & WATCH_BINARY)) {
			if (rewatch(s, ref, dead, &x.blocker))
				continue;
			value = s->values.v[x.blocker];
		}
		w->v[kept++] = x;
		if (value < 0)
			conflict = ref;
		else if (value == 0)
			lit_assign(s, x.blocker, ref);
	}
	while (i < w->n)
		w->v[kept++] = w->v[i++];
	w->n = kept;
	return conflict;
}

cref_t propagate(struct sat *s)
{
	cref_t conflict = 0;

	while (s->qhead < s->trail.n && !conflict) {
		conflict = propagate_lit(s, lit_not(s->trail.v[s->qhead++]));
		s->stats.propagations++;
	}
	if (conflict)
		s->qhead = (uint32_t)s->trail.n;
	return conflict;
}

void backtrack(struct sat *s, uint32_t level)
{
	uint32_t keep;

	if (level_now(s) <= level)
		return;
	keep = s->control.v[level];
	for (size_t i = s->trail.n; i > keep; i--) {
		lit_t l = s->trail.v[i - 1];

		s->values.v[l] = 0;
		s->values.v[lit_not(l)] = 0;
		queue_unassigned(s, lit_var(l));
	}
	s->trail.n = keep;
	s->control.n = level;
	s->qhead = keep;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Self-check builds: a model satisfies every input clause, and every learned clause follows from the
 * clauses before it by unit propagation (RUP). Shares nothing with the solver it watches: its own
 * clause list and a plain propagation over full occurrence lists.
 */
#ifdef KINDLING_SELF_CHECK

#include <stdlib.h>

#include "base/macros.h"
#include "solver/sat_int.h"

struct sat_check {
	VEC(lit_t) store; /* clauses one behind the other: length, literals */
	struct lits units;
	VEC(struct lits) occurs; /* by literal: offsets into store */
	VEC(int8_t) values;      /* by literal */
	struct lits trail;
	bool unsat; /* an empty clause was added */
};

static void grow(struct sat *s)
{
	if (!s->check)
		s->check = xcalloc(1, sizeof(*s->check));
	while (s->check->occurs.n < 2 * (size_t)s->n_vars + 2) {
		vec_push(&s->check->occurs, ((struct lits){ 0 }));
		vec_push(&s->check->values, 0);
	}
}

static void add(struct sat *s, const lit_t *lits, uint32_t n)
{
	struct sat_check *c = s->check;
	uint32_t at = (uint32_t)c->store.n;

	if (n == 0)
		c->unsat = true;
	if (n == 1)
		vec_push(&c->units, lits[0]);
	vec_push(&c->store, n);
	for (uint32_t i = 0; i < n; i++) {
		vec_push(&c->store, lits[i]);
		vec_push(&c->occurs.v[lits[i]], at);
	}
}

void check_input(struct sat *s, const lit_t *lits, uint32_t n)
{
	grow(s);
	add(s, lits, n);
}

/* False when the literal is false already: a conflict. */
static bool assign(struct sat_check *c, lit_t l)
{
	if (c->values.v[l] != 0)
		return c->values.v[l] > 0;
	c->values.v[l] = 1;
	c->values.v[lit_not(l)] = -1;
	vec_push(&c->trail, l);
	return true;
}

/* False when the clause is false; assigns its last literal when it is unit. */
static bool visit(struct sat_check *c, uint32_t at)
{
	lit_t open = 0;
	uint32_t n_open = 0;

	for (uint32_t i = 0; i < c->store.v[at]; i++) {
		lit_t l = c->store.v[at + 1 + i];

		if (c->values.v[l] > 0)
			return true;
		if (c->values.v[l] == 0) {
			open = l;
			n_open++;
		}
	}
	if (n_open == 0)
		return false;
	return n_open > 1 || assign(c, open);
}

static bool propagates(struct sat_check *c)
{
	for (size_t head = 0; head < c->trail.n; head++) {
		const struct lits *o = &c->occurs.v[lit_not(c->trail.v[head])];

		for (size_t i = 0; i < o->n; i++)
			if (!visit(c, o->v[i]))
				return false;
	}
	return true;
}

void check_learned(struct sat *s, const lit_t *lits, uint32_t n)
{
	struct sat_check *c;
	bool consistent = true;

	grow(s);
	c = s->check;
	for (uint32_t i = 0; i < n; i++)
		consistent = assign(c, lit_not(lits[i])) && consistent;
	for (size_t i = 0; i < c->units.n; i++)
		consistent = assign(c, c->units.v[i]) && consistent;
	consistent = consistent && !c->unsat && propagates(c);
	if (consistent)
		BUG("learned clause does not follow");
	for (size_t i = 0; i < c->trail.n; i++) {
		c->values.v[c->trail.v[i]] = 0;
		c->values.v[lit_not(c->trail.v[i])] = 0;
	}
	c->trail.n = 0;
	add(s, lits, n);
}

void check_model(const struct sat *s)
{
	for (size_t i = 0; i < s->input.n; i++) {
		const struct clause *c = clause_at(s, s->input.v[i]);
		bool holds = false;

		for (uint32_t k = 0; k < c->n && !holds; k++)
			holds = sat_value(s, lit_out(c->lits[k])) > 0;
		if (!holds)
			BUG("model does not satisfy a clause");
	}
	for (size_t i = 0; i < s->assumed.n; i++)
		if (sat_value(s, lit_out(s->assumed.v[i])) <= 0)
			BUG("model does not satisfy an assumption");
}

void check_free(struct sat *s)
{
	struct sat_check *c = s->check;

	if (!c)
		return;
	for (size_t i = 0; i < c->occurs.n; i++)
		vec_done(&c->occurs.v[i]);
	vec_done(&c->store);
	vec_done(&c->units);
	vec_done(&c->occurs);
	vec_done(&c->values);
	vec_done(&c->trail);
	free(c);
	s->check = NULL;
}

#else
typedef int sat_check_empty; /* ISO C wants a declaration */
#endif

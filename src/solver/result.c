/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a model to the plan: what of it is needed. */
#include <stdlib.h>

#include "base/macros.h"
#include "solver/solver_int.h"

#define BUDGET 20000000

struct select {
	const struct encoder *c;
	VEC(uint8_t) in;     /* by variable: part of the set that is being narrowed */
	VEC(uint8_t) marked; /* by variable: reached by the last walk */
	VEC(uint8_t) needed; /* by variable: the only one that satisfies something */
	int64_t budget;      /* requirements still to be looked at before a plan is good enough */
};

static bool lit_holds(const struct select *s, int lit);

/* Expressions are decided by their definition; packages by membership. */
static bool node_holds(const struct select *s, int v)
{
	const struct encoder *c = s->c;

	if (c->nodes.v[v].pkg)
		return s->in.v[v];
	for (uint32_t q = c->nodes.v[v].first; q; q = c->requires.v[q].next) {
		bool holds = false;
		uint32_t n;
		const int *choices = require_choices(c, &c->requires.v[q], &n);

		for (uint32_t i = 0; i < n && !holds; i++)
			holds = lit_holds(s, choices[i]);
		if (!holds)
			return false;
	}
	return true;
}

static bool lit_holds(const struct select *s, int lit)
{
	return lit > 0 ? node_holds(s, lit) : !node_holds(s, -lit);
}

static void mark(struct select *s, struct steps *steps, struct step step)
{
	if (s->marked.v[step.var])
		return;
	s->marked.v[step.var] = 1;
	vec_push(steps, step);
}

/* Walks from the active roots, satisfying each requirement by its best choice within the set. False
 * when one cannot be satisfied. */
static bool walk(struct select *s, struct steps *steps)
{
	const struct encoder *c = s->c;

	steps->n = 0;
	memset(s->marked.v, 0, s->marked.n);
	for (uint32_t i = 0; i < c->roots.n; i++)
		if (c->roots.v[i].active)
			mark(s, steps,
			     (struct step){ .var = c->roots.v[i].var,
					    .root = i,
					    .because = c->roots.v[i].because,
					    .dep = c->roots.v[i].dep });
	for (size_t at = 0; at < steps->n; at++) {
		struct step from = steps->v[at], next = from;

		for (uint32_t q = c->nodes.v[from.var].first; q; q = c->requires.v[q].next) {
			uint32_t n, i = 0;
			const int *choices = require_choices(c, &c->requires.v[q], &n);

			while (i < n && !lit_holds(s, choices[i]))
				i++;
			if (i == n)
				return false;
			if (choices[i] < 0)
				continue;
			if (c->nodes.v[from.var].pkg) {
				next.because = c->nodes.v[from.var].pkg;
				next.dep = c->requires.v[q].dep;
			}
			next.var = choices[i];
			mark(s, steps, next);
		}
	}
	return true;
}

static void adopt(struct select *s, const struct steps *steps)
{
	memset(s->in.v, 0, s->in.n);
	for (size_t i = 0; i < steps->n; i++)
		s->in.v[steps->v[i].var] = 1;
}

/* Does a requirement hold, and by how many choices (counted up to two)? */
static uint32_t holding(struct select *s, const struct require *q, int *ret_first)
{
	uint32_t n, count = 0;
	const int *choices = require_choices(s->c, q, &n);

	for (uint32_t i = 0; i < n && count < 2; i++)
		if (lit_holds(s, choices[i]) && count++ == 0)
			*ret_first = choices[i];
	s->budget--;
	return count;
}

/* Is it the package that a goal names, rather than a provider? */
static bool is_named(const struct encoder *c, const struct require *q, int lit)
{
	uint32_t n;
	const int *choices = require_choices(c, q, &n);

	for (uint32_t i = 0; i < q->named; i++)
		if (choices[i] == lit)
			return true;
	return false;
}

/* What no part of the plan can do without: the only choice of a goal, the only choice of that, and so on.
 * The package that a goal names belongs here even when something else provides its name. */
static void find_needed(struct select *s)
{
	const struct encoder *c = s->c;
	struct int_list list = { 0 };

	memset(s->needed.v, 0, s->needed.n);
	for (size_t i = 0; i < c->roots.n; i++)
		if (c->roots.v[i].active)
			vec_push(&list, c->roots.v[i].var);
	for (size_t at = 0; at < list.n; at++) {
		for (uint32_t q = c->nodes.v[list.v[at]].first; q; q = c->requires.v[q].next) {
			int first = 0;
			uint32_t n = holding(s, &c->requires.v[q], &first);

			if (first <= 0 || s->needed.v[first] ||
			    (n > 1 && !is_named(c, &c->requires.v[q], first)))
				continue;
			s->needed.v[first] = 1;
			vec_push(&list, first);
		}
	}
	vec_done(&list);
}

static bool is_root(const struct encoder *c, const struct step *s)
{
	return s->var == c->roots.v[s->root].var;
}

/* Takes v out, then whatever does not hold without it, and so on. False when that reaches something
 * that is needed; what is left over otherwise is a plan. */
static bool shrink(struct select *s, const struct steps *steps, int v)
{
	const struct encoder *c = s->c;
	bool again = true;

	s->in.v[v] = 0;
	while (again) {
		again = false;
		for (size_t at = 0; at < steps->n; at++) {
			int x = steps->v[at].var, first;
			bool holds = true;

			if (!s->in.v[x])
				continue;
			for (uint32_t q = c->nodes.v[x].first; q && holds;
			     q = c->requires.v[q].next)
				holds = holding(s, &c->requires.v[q], &first) > 0;
			if (holds)
				continue;
			if (is_root(c, &steps->v[at]) || s->needed.v[x])
				return false;
			if (!c->nodes.v[x].pkg) /* an expression: whoever uses it looks itself */
				continue;
			s->in.v[x] = 0;
			again = true;
		}
	}
	return true;
}

/* Takes out, last walked first, whatever the rest can do without: no smaller part of the plan is one.
 * A plan of very many packages ends this early: its size is no reason to search for long. */
static void drop_redundant(struct select *s, struct steps *steps)
{
	struct steps trial = { 0 }, old;

	find_needed(s);
	for (size_t i = steps->n; i > 0 && s->budget > 0; i--) {
		int v = steps->v[i - 1].var;

		if (!s->c->nodes.v[v].pkg || s->needed.v[v])
			continue;
		if (!shrink(s, steps, v) || !walk(s, &trial)) {
			adopt(s, steps);
			continue;
		}
		old = *steps;
		*steps = trial;
		trial = old;
		adopt(s, steps);
		find_needed(s);
		i = steps->n + 1;
	}
	vec_done(&trial);
}

void result_select(const struct policy *p, struct steps *ret)
{
	struct select s = { .c = p->c, .budget = BUDGET };

	for (size_t i = 0; i < p->c->nodes.n; i++) {
		vec_push(&s.in, 0);
		vec_push(&s.marked, 0);
		vec_push(&s.needed, 0);
	}
	adopt(&s, &p->queue);
	if (!walk(&s, ret))
		BUG("the model does not satisfy the goals");
	adopt(&s, ret);
	drop_redundant(&s, ret);
	vec_done(&s.in);
	vec_done(&s.marked);
	vec_done(&s.needed);
}

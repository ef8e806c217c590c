/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a model to the plan: what of it is needed. */
#include <stdlib.h>

#include "base/macros.h"
#include "solver/solver_int.h"

struct select {
	const struct encoder *c;
	VEC(uint8_t) in;     /* by variable: part of the set that is being narrowed */
	VEC(uint8_t) marked; /* by variable: reached by the last walk */
	VEC(uint8_t) needed; /* by variable: the only one that satisfies something */
	int banned;
};

static bool lit_holds(const struct select *s, int lit);

/* Expressions are decided by their definition; packages by membership. */
static bool node_holds(const struct select *s, int v)
{
	const struct encoder *c = s->c;

	if (c->nodes.v[v].pkg)
		return s->in.v[v] && v != s->banned;
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

/* Cheap test before a walk: what alone satisfies a requirement cannot go. The package a goal names
 * stays as well, even when something else provides its name. */
static void find_needed(struct select *s, const struct steps *steps)
{
	const struct encoder *c = s->c;

	memset(s->needed.v, 0, s->needed.n);
	for (size_t at = 0; at < steps->n; at++) {
		bool root = steps->v[at].var == c->roots.v[steps->v[at].root].var;

		for (uint32_t q = c->nodes.v[steps->v[at].var].first; q;
		     q = c->requires.v[q].next) {
			uint32_t n, holding = 0;
			const int *choices = require_choices(c, &c->requires.v[q], &n);
			int last = 0;

			for (uint32_t i = 0; i < n && holding < 2; i++)
				if (lit_holds(s, choices[i])) {
					last = choices[i];
					holding++;
					if (root && c->requires.v[q].at_once)
						break;
				}
			if (holding == 1 && last > 0)
				s->needed.v[last] = 1;
		}
	}
}

/* Takes out, last walked first, whatever the rest can do without. */
static void drop_redundant(struct select *s, struct steps *steps)
{
	struct steps trial = { 0 };
	bool again = true;

	while (again) {
		again = false;
		find_needed(s, steps);
		for (size_t i = steps->n; i > 0 && !again; i--) {
			int v = steps->v[i - 1].var;

			if (!s->c->nodes.v[v].pkg || s->needed.v[v])
				continue;
			s->banned = v;
			again = walk(s, &trial);
			s->banned = 0;
			if (!again)
				continue;
			adopt(s, &trial);
			/* the set shrank, and conditions on it may have changed: walk in it alone */
			if (!walk(s, steps))
				BUG("a smaller plan stopped being one");
			adopt(s, steps);
		}
	}
	vec_done(&trial);
}

void result_select(const struct policy *p, struct steps *ret)
{
	struct select s = { .c = p->c };

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

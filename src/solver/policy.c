/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The decider. It walks from the active goals over what is installed so far, breadth first. A
 * requirement that something installed satisfies brings nothing; one that leaves only versions of one
 * name is decided at once, the best first; one between names waits until all of those are settled, so
 * that what is needed anyway can satisfy it. Every decision takes the first choice not yet ruled out:
 * with sat's learning the outcome is the first solution in the order of preferences.
 */
#include "base/macros.h"
#include "solver/solver_int.h"

/* Choices looked at in one solve, some thousand times what all of Debian needs. Every decision looks at all
 * that is open, so that a plan of very many packages with very many alternatives would not end. */
#define LOOKS_MAX 4000000000u

void policy_init(struct policy *p, struct encoder *c)
{
	*p = (struct policy){ .c = c,
			      .looks_max = c->in->looks_max ? c->in->looks_max : LOOKS_MAX };
}

void policy_done(struct policy *p)
{
	vec_done(&p->fixed);
	vec_done(&p->queue);
	vec_done(&p->open);
	vec_done(&p->visited);
}

static void visit(struct policy *p, struct step s)
{
	while (p->visited.n < p->c->nodes.n)
		vec_push(&p->visited, 0);
	if (p->visited.v[s.var] == p->walk)
		return;
	p->visited.v[s.var] = p->walk;
	vec_push(&p->queue, s);
}

static void walk_begin(struct policy *p)
{
	const struct encoder *c = p->c;

	p->walk++;
	p->queue.n = p->open.n = p->at = 0;
	p->at_require = 0;
	p->conflicts = sat_stats(c->sat).conflicts;
	for (uint32_t i = 0; i < c->roots.n; i++)
		if (c->roots.v[i].active)
			visit(p, (struct step){ .var = c->roots.v[i].var,
						.because = c->roots.v[i].because,
						.dep = c->roots.v[i].dep,
						.root = i });
	for (size_t i = 0; i < p->fixed.n; i++)
		visit(p, (struct step){ .var = p->fixed.v[i] });
}

/* A goal is not content with a provider while the package it names may still be had. */
static bool named_open(const struct encoder *c, const struct require *q, const int *choices)
{
	bool may = false;

	for (uint32_t i = 0; i < q->named; i++) {
		int value = sat_value(c->sat, choices[i]);

		if (value > 0)
			return false;
		may |= value == 0;
	}
	return may;
}

/* Does lit hold as long as everything undecided stays out? */
static bool holds_without(const struct encoder *c, int lit)
{
	int value = sat_value(c->sat, lit);

	if (value || lit < 0)
		return value >= 0;
	if (!c->nodes.v[lit].expression)
		return false;
	for (uint32_t q = c->nodes.v[lit].first; q; q = c->requires.v[q].next) {
		bool holds = false;
		uint32_t n;
		const int *choices = require_choices(c, &c->requires.v[q], &n);

		for (uint32_t i = 0; i < n && !holds; i++)
			holds = holds_without(c, choices[i]);
		if (!holds)
			return false;
	}
	return true;
}

enum look { SATISFIED, CONDITIONAL, OPEN };

/* How a requirement stands; whatever satisfies it is visited. CONDITIONAL: it holds as long as
 * something undecided stays out. */
static enum look look(struct policy *p, uint32_t require, const struct step *of)
{
	const struct encoder *c = p->c;
	const struct require *q = &c->requires.v[require];
	struct step next = *of;
	enum look found = OPEN;
	uint32_t n;
	const int *choices = require_choices(c, q, &n);

	p->looks += n;
	if (c->nodes.v[of->var].pkg) {
		next.because = c->nodes.v[of->var].pkg;
		next.dep = q->dep;
	}
	for (uint32_t i = 0; i < n; i++) {
		int value = sat_value(c->sat, choices[i]);

		if (value > 0)
			found = SATISFIED;
		else if (value == 0 && found == OPEN && holds_without(c, choices[i]))
			found = CONDITIONAL;
		if (value > 0 && choices[i] > 0) {
			next.var = choices[i];
			visit(p, next);
		}
	}
	return named_open(c, q, choices) ? OPEN : found;
}

static int first_choice(const struct policy *p, uint32_t require)
{
	uint32_t n;
	const int *choices = require_choices(p->c, &p->c->requires.v[require], &n);

	for (uint32_t i = 0; i < n; i++)
		if (sat_value(p->c->sat, choices[i]) == 0)
			return choices[i];
	BUG("an open requirement has no choice left");
}

/* Looks at the requirements of what was visited; returns a decision that needs no waiting, or 0. */
static int walk_on(struct policy *p)
{
	const struct encoder *c = p->c;

	for (; p->at < p->queue.n; p->at++, p->at_require = 0) {
		struct step s = p->queue.v[p->at];
		uint32_t q = p->at_require ? p->at_require : c->nodes.v[s.var].first;

		for (; q; q = c->requires.v[q].next) {
			enum look l = look(p, q, &s);

			if (l == OPEN && c->requires.v[q].at_once) {
				p->at_require = q;
				return first_choice(p, q);
			}
			if (l != SATISFIED)
				vec_push(&p->open, ((struct open_require){ q, (uint32_t)p->at }));
		}
	}
	return 0;
}

/* Drops what was satisfied meanwhile; returns the first that is still open, or 0. */
static uint32_t settle(struct policy *p)
{
	uint32_t first = 0;
	size_t kept = 0;

	for (size_t i = 0; i < p->open.n; i++) {
		struct open_require o = p->open.v[i];
		struct step s = p->queue.v[o.step];
		enum look l = look(p, o.require, &s);

		if (l == SATISFIED)
			continue;
		p->open.v[kept++] = o;
		if (l == OPEN && !first)
			first = o.require;
	}
	p->open.n = kept;
	return first;
}

/* Learned clauses may have made something true that no requirement asks for any more. */
static void visit_strays(struct policy *p)
{
	const struct encoder *c = p->c;
	int lit;

	for (size_t i = 0; (lit = sat_trail(c->sat, i)) != 0; i++)
		if (lit > 0 && c->nodes.v[lit].first)
			visit(p, (struct step){ .var = lit });
}

static int policy_decide(void *arg, struct sat *s)
{
	struct policy *p = arg;

	if (sat_stats(s).conflicts != p->conflicts)
		walk_begin(p);
	do {
		int wish = p->looks > p->looks_max ? SAT_GIVE_UP : walk_on(p);
		size_t before = p->queue.n;
		uint32_t open;

		if (wish)
			return wish;
		open = settle(p);
		if (p->queue.n > before)
			continue;
		if (open)
			return first_choice(p, open);
		for (size_t i = 0; i < p->c->closing.n; i++)
			if (sat_value(s, p->c->closing.v[i]) == 0)
				return -p->c->closing.v[i];
		if (p->conflicts) /* of any solve so far: learned clauses stay */
			visit_strays(p);
	} while (p->at < p->queue.n);
	return SAT_REST_FALSE;
}

static void assume(struct policy *p)
{
	const struct encoder *c = p->c;

	for (size_t i = 0; i < c->roots.n; i++)
		if (c->roots.v[i].active)
			sat_assume(c->sat, c->roots.v[i].var);
	for (size_t i = 0; i < p->fixed.n; i++)
		sat_assume(c->sat, p->fixed.v[i]);
}

enum sat_result policy_solve(struct policy *p)
{
	struct encoder *c = p->c;

	sat_set_decider(c->sat, policy_decide, p);
	p->looks = 0;
	for (;;) {
		enum sat_result r;
		bool whole = true;

		encoder_work(c);
		if (c->too_large)
			return SAT_UNKNOWN;
		assume(p);
		walk_begin(p);
		r = sat_solve(c->sat);
		if (r != SAT_TRUE)
			return r;
		/* a package that was no first choice comes with clauses nobody asked for yet */
		for (size_t i = 0; i < p->queue.n; i++)
			if (!c->nodes.v[p->queue.v[i].var].encoded) {
				encoder_want(c, p->queue.v[i].var);
				whole = false;
			}
		if (whole)
			return SAT_TRUE;
	}
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Dependency expressions as clauses. */
#include <stdlib.h>

#include "base/macros.h"
#include "solver/encode_int.h"

/* From this many candidates on, a clause per user would make the problem quadratic: they share a
 * variable instead. */
#define SHARE_FROM 24

static const struct reason DEFINES = { .kind = REASON_DEFINES };

/* ---- exact meaning --------------------------------------------------------------------------------- */

static int constant_true(struct encoder *c)
{
	if (!c->true_var) {
		c->true_var = encoder_new_var(c, 0);
		encoder_clause(c, DEFINES, &c->true_var, 1);
	}
	return c->true_var;
}

/* A requirement of an expression's node. */
static void expr_require(struct encoder *c, int owner, const int *choices, uint32_t n)
{
	c->scratch.n = 0;
	vec_push(&c->scratch, -owner);
	for (uint32_t i = 0; i < n; i++)
		vec_push(&c->scratch, choices[i]);

	encoder_require(c, owner,
			&(struct require){
				.reason = encoder_clause(c, DEFINES, c->scratch.v, c->scratch.n) });
}

int atom_exact(struct encoder *c, uint32_t atom)
{
	struct int_list lits = { 0 };
	uint32_t first = c->atoms.v[atom].first, n = c->atoms.v[atom].n;
	int e = c->atoms.v[atom].exact;

	if (e)
		return e;
	e = encoder_new_var(c, 0);
	c->nodes.v[e].encoded = true;
	c->atoms.v[atom].exact = e;
	for (uint32_t i = 0; i < n; i++) {
		pkg_id p = c->candidates.v[first + i].pkg;
		int v = encoder_pkg(c, p);

		encoder_clause(c, (struct reason){ .kind = REASON_DEFINES, .pkg = p },
			       (int[]){ -v, e }, 2);
		vec_push(&lits, v);
	}
	expr_require(c, e, lits.v, (uint32_t)lits.n);
	vec_done(&lits);
	return e;
}

static bool atom_like(const struct encoder *c, dep_id d)
{
	uint8_t op = universe_dep_at(c->u, d)->op;

	return op == DEP_ATOM || op == DEP_WITH || op == DEP_WITHOUT;
}

/* The builder itself satisfies it. */
static bool atom_holds(const struct encoder *c, dep_id d)
{
	while (universe_dep_at(c->u, d)->op != DEP_ATOM)
		d = universe_dep_at(c->u, d)->a;
	return name_assumed(c, universe_dep_at(c->u, d)->name);
}

/* "a unless b" and, as the opposite of "a if b", "b unless a": yes and not no. Whether `no` stays
 * false is settled when everything that is wanted holds. */
static int exact_and_not(struct encoder *c, int yes, int no)
{
	int e = encoder_new_var(c, 0);

	c->nodes.v[e].encoded = true;
	expr_require(c, e, &yes, 1);
	expr_require(c, e, (int[]){ -no }, 1);
	encoder_clause(c, DEFINES, (int[]){ -yes, no, e }, 3);
	vec_push(&c->closing, no);
	return e;
}

/* A chain of one operator at any length: a and (b and (c ...)). */
static int exact_chain(struct encoder *c, dep_id d, unsigned depth)
{
	uint8_t op = universe_dep_at(c->u, d)->op;
	struct int_list lits = { 0 };
	int e;

	for (; universe_dep_at(c->u, d)->op == op; d = universe_dep_at(c->u, d)->b)
		vec_push(&lits, expr_exact(c, universe_dep_at(c->u, d)->a, depth + 1));
	vec_push(&lits, expr_exact(c, d, depth + 1));

	e = encoder_new_var(c, 0);
	c->nodes.v[e].encoded = true;
	if (op == DEP_OR)
		expr_require(c, e, lits.v, (uint32_t)lits.n);
	for (size_t i = 0; i < lits.n; i++) {
		if (op == DEP_AND)
			expr_require(c, e, &lits.v[i], 1);
		else
			encoder_clause(c, DEFINES, (int[]){ -lits.v[i], e }, 2);
	}
	if (op == DEP_AND) {
		for (size_t i = 0; i < lits.n; i++)
			lits.v[i] = -lits.v[i];
		vec_push(&lits, e);
		encoder_clause(c, DEFINES, lits.v, lits.n);
	}
	vec_done(&lits);
	return e;
}

int expr_exact(struct encoder *c, dep_id d, unsigned depth)
{
	struct dep n = *universe_dep_at(c->u, d);
	uint32_t found;
	int e = 0, a = 0, b = 0;

	if (depth > EXPRESSION_DEPTH_MAX || c->too_large) {
		c->too_large = true;
		return constant_true(c);
	}
	if (atom_like(c, d))
		return atom_holds(c, d) ? constant_true(c) : atom_exact(c, atom_find(c, d));
	if (map_get(&c->expr_index, sv_of(&d, sizeof(d)), &found))
		return (int)found;

	if (n.op == DEP_IF || n.op == DEP_UNLESS) {
		a = expr_exact(c, n.a, depth + 1);
		b = expr_exact(c, n.b, depth + 1);
	}
	switch ((enum dep_op)n.op) {
	case DEP_OR:
	case DEP_AND:
		e = exact_chain(c, d, depth);
		break;
	case DEP_IF:
		e = -exact_and_not(c, b, a);
		break;
	case DEP_UNLESS:
		e = exact_and_not(c, a, b);
		break;
	case DEP_ATOM:
	case DEP_WITH:
	case DEP_WITHOUT:
		BUG("atoms were handled above");
	}
	map_put(&c->expr_index, arena_sv(&c->arena, sv_of(&d, sizeof(d))), (uint32_t)e);
	return e;
}

/* ---- choices --------------------------------------------------------------------------------------- */

struct choice {
	int lit;
	int priority; /* of the mirror; INT_MIN: locked */
	uint32_t place;
	bool own_name;
};
VEC_TYPE(choices, struct choice);

static void choose_atom(struct encoder *c, dep_id d, struct choices *out)
{
	uint32_t atom = atom_find(c, d);

	for (uint32_t i = 0; i < c->atoms.v[atom].n; i++) {
		struct candidate x = c->candidates.v[c->atoms.v[atom].first + i];
		uint16_t repo = universe_pkg(c->u, x.pkg)->repo;

		vec_push(out, ((struct choice){ .lit = encoder_pkg(c, x.pkg),
						.priority = x.locked ? INT_MIN
								     : c->u->repos.v[repo].priority,
						.own_name = x.own_name }));
	}
}

/* Comes after all packages: an expression has no mirror. */
static void choose_expr(struct choices *out, int lit)
{
	vec_push(out, ((struct choice){ .lit = lit, .priority = INT_MAX }));
}

/* Appends the alternatives of d in their order; false when one of them holds anyway. */
static bool choose(struct encoder *c, dep_id d, unsigned depth, struct choices *out)
{
	if (depth > EXPRESSION_DEPTH_MAX) {
		c->too_large = true;
		return true;
	}
	for (; universe_dep_at(c->u, d)->op == DEP_OR; d = universe_dep_at(c->u, d)->b)
		if (!choose(c, universe_dep_at(c->u, d)->a, depth + 1, out))
			return false;

	if (atom_like(c, d)) {
		if (atom_holds(c, d))
			return false;
		choose_atom(c, d, out);
	} else if (universe_dep_at(c->u, d)->op == DEP_IF) {
		/* a, or not b: installing comes before keeping out */
		if (!choose(c, universe_dep_at(c->u, d)->a, depth + 1, out))
			return false;
		choose_expr(out, -expr_exact(c, universe_dep_at(c->u, d)->b, depth + 1));
	} else {
		choose_expr(out, expr_exact(c, d, depth + 1));
	}
	return true;
}

static int choice_cmp(const void *x, const void *y)
{
	const struct choice *a = x, *b = y;

	if (a->priority != b->priority)
		return a->priority < b->priority ? -1 : 1;
	return a->place < b->place ? -1 : 1;
}

/* A goal means the package of that name first, a dependency the better mirror. */
static int goal_choice_cmp(const void *x, const void *y)
{
	const struct choice *a = x, *b = y;

	if (a->own_name != b->own_name)
		return a->own_name ? -1 : 1;
	return choice_cmp(x, y);
}

static void choices_sort(struct choices *list, bool goal)
{
	for (size_t i = 0; i < list->n; i++)
		list->v[i].place =
			(uint32_t)i; /* what is equal keeps the order of the alternatives */
	if (list->n > 1)
		qsort(list->v, list->n, sizeof(*list->v), goal ? goal_choice_cmp : choice_cmp);
}

bool expr_choices(struct encoder *c, dep_id d, bool goal, struct int_list *out)
{
	struct choices list = { 0 };
	bool open = choose(c, d, 0, &list);

	if (open) {
		choices_sort(&list, goal);
		for (size_t i = 0; i < list.n; i++)
			vec_push(out, list.v[i].lit);
	}
	vec_done(&list);
	return open;
}

/* ---- clauses --------------------------------------------------------------------------------------- */

/* How many choices, all in front, are the very package that a goal names? */
static uint32_t count_named(const struct encoder *c, const struct int_list *choices, dep_id d)
{
	const struct dep *n = universe_dep_at(c->u, d);
	uint32_t named = 0;

	while (n->op == DEP_ATOM && named < choices->n &&
	       universe_pkg(c->u, c->nodes.v[choices->v[named]].pkg)->name == n->name)
		named++;
	return named;
}

/* Is it a choice between versions only? */
static bool one_name(const struct encoder *c, const struct int_list *choices)
{
	str_id name = 0;

	for (size_t i = 0; i < choices->n; i++) {
		pkg_id p = choices->v[i] > 0 ? c->nodes.v[choices->v[i]].pkg : 0;

		if (!p || (name && universe_pkg(c->u, p)->name != name))
			return false;
		name = universe_pkg(c->u, p)->name;
	}
	return name != 0;
}

static void require_one(struct encoder *c, int owner, dep_id d, const struct reason *why, bool goal)
{
	struct int_list choices = { 0 };
	struct require q = { .dep = why->dep };
	bool open = true;

	if (universe_dep_at(c->u, d)->op == DEP_ATOM && !atom_holds(c, d)) {
		uint32_t atom = atom_find(c, d);

		if (!goal && c->atoms.v[atom].n >= SHARE_FROM)
			vec_push(&choices, atom_exact(c, atom));
	}
	if (!choices.n)
		open = expr_choices(c, d, goal, &choices);
	for (size_t i = 0; i < choices.n && open; i++)
		open = choices.v[i] != owner; /* a package may satisfy its own dependency */

	if (open) {
		q.named = goal ? count_named(c, &choices, d) : 0;
		q.at_once = q.named || one_name(c, &choices);
		vec_reserve(&choices, choices.n + 1);
		memmove(choices.v + 1, choices.v, choices.n * sizeof(*choices.v));
		choices.v[0] = -owner;
		choices.n++;
		q.reason = encoder_clause(c, *why, choices.v, choices.n);
		encoder_require(c, owner, &q);
	}
	vec_done(&choices);
}

void encode_require(struct encoder *c, int owner, dep_id d, const struct reason *why, bool goal)
{
	VEC(dep_id) stack = { 0 };

	vec_push(&stack, d);
	while (stack.n) { /* conjuncts are clauses of their own, left to right */
		const struct dep *n;

		d = stack.v[--stack.n];
		n = universe_dep_at(c->u, d);
		if (n->op == DEP_AND) {
			vec_push(&stack, n->b);
			vec_push(&stack, n->a);
		} else {
			require_one(c, owner, d, why, goal);
		}
	}
	vec_done(&stack);
}

/* "One of candidates 0..i" and "one of candidates i..n-1" for all i, so that a package in the middle
 * can exclude all others with two clauses. */
static void atom_chains(struct encoder *c, uint32_t atom)
{
	uint32_t n = c->atoms.v[atom].n, first = c->atoms.v[atom].first;

	if (c->atoms.v[atom].before)
		return;
	for (uint32_t i = 0; i < n; i++)
		(void)encoder_pkg(c, c->candidates.v[first + i].pkg);
	for (int dir = 0; dir < 2; dir++) {
		int base = 0;

		for (uint32_t i = 0; i < n; i++) {
			int v = encoder_new_var(c, 0);

			base = base ? base : v;
			c->nodes.v[v].encoded = true;
		}
		*(dir ? &c->atoms.v[atom].after : &c->atoms.v[atom].before) = base;
		for (uint32_t i = 0; i < n; i++) {
			pkg_id p = c->candidates.v[first + i].pkg;
			struct reason why = { .kind = REASON_DEFINES, .pkg = p };
			int at = base + (int)i;

			encoder_clause(c, why, (int[]){ -encoder_pkg(c, p), at }, 2);
			if (dir == 0 && i + 1 < n)
				encoder_clause(c, DEFINES, (int[]){ -at, at + 1 }, 2);
			if (dir == 1 && i > 0)
				encoder_clause(c, DEFINES, (int[]){ -at, at - 1 }, 2);
		}
	}
}

static void conflict_shared(struct encoder *c, int v, uint32_t atom, const struct reason *why)
{
	uint32_t n = c->atoms.v[atom].n, at = 0;
	int before, after;

	atom_chains(c, atom);
	before = c->atoms.v[atom].before;
	after = c->atoms.v[atom].after;
	while (at < n && c->candidates.v[c->atoms.v[atom].first + at].pkg != why->pkg)
		at++;
	if (at > 0)
		encoder_clause(c, *why, (int[]){ -v, -(before + (int)at - 1) }, 2);
	if (at + 1 < n)
		encoder_clause(c, *why, (int[]){ -v, -(after + (int)at + 1) }, 2);
}

/* A package is never in conflict with itself, and other versions of it are excluded anyway. Obsoletes
 * are about names only. */
static void conflict_atom(struct encoder *c, dep_id d, struct reason *why)
{
	uint32_t atom = atom_find(c, d), n = c->atoms.v[atom].n;
	int v = encoder_pkg(c, why->pkg);
	str_id name = universe_pkg(c->u, why->pkg)->name;
	bool names_only = why->dep_kind == DEPK_OBSOLETES;

	if (n >= SHARE_FROM && !names_only) {
		conflict_shared(c, v, atom, why);
		return;
	}
	for (uint32_t i = 0; i < n; i++) {
		struct candidate x = c->candidates.v[c->atoms.v[atom].first + i];

		if (universe_pkg(c->u, x.pkg)->name == name || (names_only && !x.own_name))
			continue;
		why->other = x.pkg;
		encoder_clause(c, *why, (int[]){ -v, -encoder_pkg(c, x.pkg) }, 2);
	}
}

void encode_conflict(struct encoder *c, pkg_id p, dep_id d, enum dep_kind kind)
{
	struct reason why = {
		.kind = REASON_CONFLICTS, .dep_kind = (uint8_t)kind, .pkg = p, .dep = d
	};

	if (atom_like(c, d)) {
		conflict_atom(c, d, &why);
		return;
	}
	int e = expr_exact(c, d, 0);

	encoder_clause(c, why, (int[]){ -encoder_pkg(c, p), -e }, 2);
}

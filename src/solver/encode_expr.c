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

/* A part of an expression, or its opposite. */
struct part {
	dep_id dep;
	bool negated;
};
VEC_TYPE(parts, struct part);

/* The parts of x; true when all of them are needed, false when one is enough. The opposite of a whole is
 * told by the opposites of its parts, so that what has to be installed for it always shows. */
static bool take_parts(const struct encoder *c, struct part x, struct parts *out)
{
	const struct dep *n = universe_dep_at(c->u, x.dep);
	uint8_t op = n->op;

	if (op == DEP_IF || op == DEP_UNLESS) { /* a or not b; a and not b */
		vec_push(out, ((struct part){ n->a, x.negated }));
		vec_push(out, ((struct part){ n->b, !x.negated }));
		return (op == DEP_UNLESS) != x.negated;
	}
	for (; n->op == op; x.dep = n->b, n = universe_dep_at(c->u, x.dep))
		vec_push(out, ((struct part){ n->a, x.negated }));
	vec_push(out, x);
	return (op == DEP_AND) != x.negated;
}

static bool needs_all(const struct encoder *c, struct part x)
{
	uint8_t op = universe_dep_at(c->u, x.dep)->op;

	return x.negated ? op == DEP_OR || op == DEP_IF : op == DEP_AND || op == DEP_UNLESS;
}

static int exact_of(struct encoder *c, const struct int_list *lits, bool all)
{
	int e = encoder_new_var(c, 0);

	c->nodes.v[e].encoded = c->nodes.v[e].expression = true;
	if (!all)
		expr_require(c, e, lits->v, (uint32_t)lits->n);
	for (size_t i = 0; i < lits->n; i++) {
		if (all)
			expr_require(c, e, &lits->v[i], 1);
		else
			encoder_clause(c, DEFINES, (int[]){ -lits->v[i], e }, 2);
	}
	if (all) {
		c->scratch.n = 0;
		vec_push(&c->scratch, e);
		for (size_t i = 0; i < lits->n; i++)
			vec_push(&c->scratch, -lits->v[i]);
		encoder_clause(c, DEFINES, c->scratch.v, c->scratch.n);
	}
	return e;
}

/* Whether nothing of it is installed is settled when everything that is wanted holds. */
static int atom_literal(struct encoder *c, struct part x)
{
	int v;

	if (atom_holds(c, x.dep))
		return x.negated ? -constant_true(c) : constant_true(c);
	v = atom_exact(c, atom_find(c, x.dep));
	if (x.negated)
		vec_push(&c->closing, v);
	return x.negated ? -v : v;
}

/* A literal that is true exactly when x holds. */
static int expr_exact(struct encoder *c, struct part x, unsigned depth)
{
	uint32_t key[2] = { x.dep, x.negated }, found;
	struct int_list lits = { 0 };
	struct parts parts = { 0 };
	bool all;
	int e;

	if (depth > EXPRESSION_DEPTH_MAX || c->too_large) {
		c->too_large = true;
		return constant_true(c);
	}
	if (atom_like(c, x.dep))
		return atom_literal(c, x);
	if (map_get(&c->expr_index, sv_of(key, sizeof(key)), &found))
		return (int)found;

	all = take_parts(c, x, &parts);
	for (size_t i = 0; i < parts.n; i++)
		vec_push(&lits, expr_exact(c, parts.v[i], depth + 1));
	e = exact_of(c, &lits, all);
	vec_done(&lits);
	vec_done(&parts);
	map_put(&c->expr_index, arena_sv(&c->arena, sv_of(key, sizeof(key))), (uint32_t)e);
	return e;
}

/* ---- choices --------------------------------------------------------------------------------------- */

struct choice {
	int lit;
	int priority;      /* of the mirror; INT_MIN: locked */
	unsigned affinity; /* with who asks: enum of pkg_affinity */
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

/* Appends the alternatives of x in their order; false when one of them holds anyway. */
static bool choose(struct encoder *c, struct part x, unsigned depth, struct choices *out)
{
	struct parts parts = { 0 };
	bool open = true;

	if (depth > EXPRESSION_DEPTH_MAX) {
		c->too_large = true;
		return true;
	}
	for (; !x.negated && universe_dep_at(c->u, x.dep)->op == DEP_OR;
	     x.dep = universe_dep_at(c->u, x.dep)->b)
		if (!choose(c, (struct part){ universe_dep_at(c->u, x.dep)->a, false }, depth + 1,
			    out))
			return false;

	if (atom_like(c, x.dep)) {
		if (atom_holds(c, x.dep))
			return x.negated;
		if (x.negated)
			choose_expr(out, atom_literal(c, x));
		else
			choose_atom(c, x.dep, out);
	} else if (needs_all(c, x)) {
		choose_expr(out, expr_exact(c, x, depth + 1));
	} else { /* of "a if b" and the like: installing comes before keeping out */
		(void)take_parts(c, x, &parts);
		for (size_t i = 0; i < parts.n && open; i++)
			open = choose(c, parts.v[i], depth + 1, out);
		vec_done(&parts);
	}
	return open;
}

static int choice_cmp(const void *x, const void *y)
{
	const struct choice *a = x, *b = y;

	if (a->priority != b->priority)
		return a->priority < b->priority ? -1 : 1;
	if (a->affinity != b->affinity)
		return a->affinity < b->affinity ? -1 : 1;
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

/* owner: the package that asks, or 0 */
static bool part_choices(struct encoder *c, struct part x, bool goal, pkg_id owner,
			 struct int_list *out)
{
	struct choices list = { 0 };
	bool open = choose(c, x, 0, &list);

	if (open) {
		for (size_t i = 0; i < list.n && list.n > 1; i++) {
			pkg_id p = list.v[i].lit > 0 ? c->nodes.v[list.v[i].lit].pkg : 0;

			list.v[i].affinity = p ? pkg_affinity(c, owner, p) : AFFINITY_NONE;
		}
		choices_sort(&list, goal);
		for (size_t i = 0; i < list.n; i++)
			vec_push(out, list.v[i].lit);
	}
	vec_done(&list);
	return open;
}

bool expr_choices(struct encoder *c, dep_id d, bool goal, struct int_list *out)
{
	return part_choices(c, (struct part){ d, false }, goal, 0, out);
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

/* Would sharing the clause lose which candidate the owner prefers? */
static bool prefers_one(const struct encoder *c, pkg_id owner, const struct atom *a)
{
	for (uint32_t i = 0; i < a->n; i++)
		if (pkg_affinity(c, owner, c->candidates.v[a->first + i].pkg) != AFFINITY_NONE)
			return true;
	return false;
}

static void require_one(struct encoder *c, int owner, struct part x, const struct reason *why,
			bool goal)
{
	struct int_list choices = { 0 };
	struct require q = { .dep = why->dep };
	bool open = true;

	if (!x.negated && universe_dep_at(c->u, x.dep)->op == DEP_ATOM && !atom_holds(c, x.dep)) {
		uint32_t atom = atom_find(c, x.dep);

		if (!goal && c->atoms.v[atom].n >= SHARE_FROM &&
		    !prefers_one(c, c->nodes.v[owner].pkg, &c->atoms.v[atom]))
			vec_push(&choices, atom_exact(c, atom));
	}
	if (!choices.n)
		open = part_choices(c, x, goal, c->nodes.v[owner].pkg, &choices);
	for (size_t i = 0; i < choices.n && open; i++)
		open = choices.v[i] != owner; /* a package may satisfy its own dependency */

	if (open) {
		q.named = goal && !x.negated ? count_named(c, &choices, x.dep) : 0;
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
	struct parts stack = { 0 }, parts = { 0 };

	vec_push(&stack, ((struct part){ d, false }));
	while (stack.n) { /* conjuncts are clauses of their own, left to right */
		struct part x = stack.v[--stack.n];

		if (!needs_all(c, x)) {
			require_one(c, owner, x, why, goal);
			continue;
		}
		parts.n = 0;
		(void)take_parts(c, x, &parts);
		while (parts.n)
			vec_push(&stack, parts.v[--parts.n]);
	}
	vec_done(&stack);
	vec_done(&parts);
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
	struct reason why = { .kind = REASON_CONFLICTS, .dep_kind = (uint8_t)kind, .pkg = p };
	struct parts stack = { 0 }, parts = { 0 };

	vec_push(&stack, ((struct part){ d, true }));
	while (stack.n) {
		struct part x = stack.v[--stack.n];

		why.dep = d;
		why.other = 0;
		if (x.negated && atom_like(c, x.dep)) {
			conflict_atom(c, x.dep, &why);
		} else if (!needs_all(c, x)) {
			/* what is to be installed if the conflict is to be avoided, is required */
			require_one(c, encoder_pkg(c, p), x, &why, false);
		} else {
			parts.n = 0;
			(void)take_parts(c, x, &parts);
			while (parts.n)
				vec_push(&stack, parts.v[--parts.n]);
		}
	}
	vec_done(&stack);
	vec_done(&parts);
}

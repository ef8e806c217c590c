/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The solver as a whole: against brute force on random universes, and on universes made to hurt. */
#include <stdlib.h>

#include "base/macros.h"
#include "tests/unit/solver/mini.h"
#include "tests/unit/test.h"

static uint32_t random_next(uint64_t *state)
{
	*state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(*state >> 33);
}

/* ---- random universes ------------------------------------------------------------------------------ */

static void random_atom(struct strbuf *t, uint64_t *state, bool versions)
{
	static const char *const rels[] = { "<<", "<=", "=", ">=", ">>" };
	uint32_t pick = random_next(state) % 16;

	if (pick == 0)
		strbuf_adds(t, "gone");
	else if (pick < 4)
		strbuf_addf(t, "v%u", random_next(state) % 2);
	else
		strbuf_addf(t, "p%u", random_next(state) % 6);
	if (versions && random_next(state) % 3 == 0)
		strbuf_addf(t, " (%s %u)", rels[random_next(state) % 5],
			    1 + random_next(state) % 2);
}

static void random_field(struct strbuf *t, uint64_t *state, const char *name, uint32_t often,
			 bool alternatives)
{
	uint32_t n = random_next(state) % often;

	for (uint32_t i = 0; i < n; i++) {
		if (i == 0)
			strbuf_addf(t, " %s: ", name);
		else
			strbuf_adds(t, ", ");
		random_atom(t, state, true);
		while (alternatives && random_next(state) % 2) {
			strbuf_adds(t, " | ");
			random_atom(t, state, true);
		}
	}
	if (n)
		strbuf_addc(t, '\n');
}

static void random_universe(struct strbuf *t, uint64_t *state)
{
	static const char *const priorities[] = { "required", "standard", "optional" };

	bool mirrors = random_next(state) % 4 == 0, wishes = random_next(state) % 4 == 0;

	for (uint32_t p = 0; p < 6; p++)
		for (uint32_t v = 1; v <= 1 + random_next(state) % 2; v++) {
			if (mirrors && random_next(state) % 2)
				strbuf_addf(t, "mirror m%u%u %u\n", p, v, random_next(state) % 3);
			strbuf_addf(t, "package p%u %u\n", p, v);
			if (wishes)
				random_field(t, state, "Recommends", 3, true);
			if (wishes && random_next(state) % 8 == 0)
				strbuf_adds(t, " Essential: yes\n");
			random_field(t, state, "Depends", 4, true);
			random_field(t, state, "Conflicts", 2, false);
			random_field(t, state, "Breaks", 2, false);
			if (random_next(state) % 3 == 0)
				strbuf_addf(t, " Provides: v%u%s\n", random_next(state) % 2,
					    random_next(state) % 2 ? " (= 1)" : "");
			strbuf_addf(t, " Priority: %s\n", priorities[random_next(state) % 3]);
		}
	for (uint32_t g = 0; g <= random_next(state) % 3; g++) {
		strbuf_adds(t, "goal ");
		random_atom(t, state, random_next(state) % 2);
		strbuf_addc(t, '\n');
	}
	for (uint32_t g = 0; wishes && g < random_next(state) % 4; g++) {
		strbuf_adds(t, "optional ");
		random_atom(t, state, false);
		strbuf_addc(t, '\n');
	}
	if (wishes && random_next(state) % 2)
		strbuf_adds(t, "recommends\n");
	if (wishes && random_next(state) % 2)
		strbuf_adds(t, "essential\n");
	if (random_next(state) % 4 == 0)
		strbuf_addf(t, "assume p%u\n", random_next(state) % 6);
	if (random_next(state) % 4 == 0)
		strbuf_addf(t, "exclude p%u\n", random_next(state) % 6);
}

/* Is there any valid set among the subsets of pkgs (without the whole when `strict`)? */
static bool brute(const struct mini *m, const pkg_id *pkgs, size_t n, bool strict)
{
	uint32_t end = 1U << n;

	for (uint32_t set = 0; set < end - strict; set++) {
		pkg_id part[16];
		size_t k = 0;

		for (size_t i = 0; i < n; i++)
			if (set >> i & 1)
				part[k++] = pkgs[i];
		if (!mini_invalid(m, part, k))
			return true;
	}
	return false;
}

/* Is p the package some goal names (which stays even if something else provides the name)? */
static bool goal_names(const struct mini *m, pkg_id p)
{
	for (size_t i = 0; i < m->in.goals.n; i++)
		if (universe_dep_at(&m->u, m->in.goals.v[i].dep)->name ==
		    universe_pkg(&m->u, p)->name)
			return true;
	return false;
}

static bool requires(const struct mini *m, pkg_id a, pkg_id b)
{
	const struct dep_list *l = &universe_pkg(&m->u, a)->deps[DEPK_REQUIRES];

	for (uint32_t i = 0; i < l->n; i++) {
		dep_id d = m->u.dep_refs.v[l->first + i];

		if (pkg_satisfies(&m->u, b, d))
			return true;
	}
	return false;
}

/* What comes later and is required must be part of a cycle. */
static void check_order(const struct mini *m, const pkg_id *pkgs, size_t n)
{
	bool reach[16][16];

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++)
	reach[i][k] = requires(m, pkgs[i], pkgs[k]);
	for (size_t via = 0; via < n; via++)
		for (size_t i = 0; i < n; i++)
			for (size_t k = 0; k < n; k++)
				reach[i][k] |= reach[i][via] && reach[via][k];
	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n; k++)
			if (requires(m, pkgs[i], pkgs[k]))
				ASSERT_TRUE(reach[k][i]);
}

/* An optional goal that stays out cannot be added to what was asked for before it. */
static void check_dropped(const struct mini *m, const struct solver_result *r, const pkg_id *pkgs,
			  size_t n)
{
	for (size_t i = 0; i < r->dropped_goals.n; i++) {
		uint32_t goal = r->dropped_goals.v[i];

		ASSERT_TRUE(m->in.goals.v[goal].optional);
		ASSERT_TRUE(i == 0 || r->dropped_goals.v[i - 1] < goal);
		for (size_t k = 0; k < n && !m->in.recommends; k++)
			ASSERT_MSG(!pkg_satisfies(&m->u, pkgs[k], m->in.goals.v[goal].dep),
				   "a goal was dropped although it holds");
	}
}

static void check_plan(const struct mini *m, const struct solver_result *r)
{
	pkg_id pkgs[16];
	size_t n = r->items.n;
	bool named = false;
	const char *wrong;
	size_t hard = 0;

	for (size_t i = 0; i < m->in.goals.n; i++)
		hard += !m->in.goals.v[i].optional;

	ASSERT_TRUE(n <= 12);
	for (size_t i = 0; i < n; i++) {
		pkgs[i] = r->items.v[i].pkg;
		named |= goal_names(m, pkgs[i]);
	}
	wrong = mini_invalid(m, pkgs, n);
	ASSERT_MSG(!wrong, "%s", wrong);
	check_order(m, pkgs, n);
	check_dropped(m, r, pkgs, n);
	if (!named && !m->in.recommends && !m->in.essential && m->in.goals.n <= hard)
		ASSERT_MSG(!brute(m, pkgs, n, true), "a part of the plan is a plan");
	for (size_t i = 0; i < n; i++) {
		const struct solver_item *it = &r->items.v[i];

		/* the chain of reasons is real */
		if (it->essential) {
			ASSERT_TRUE(universe_pkg(&m->u, it->pkg)->essential || it->dep == 0);
			continue;
		}
		ASSERT_TRUE(it->dep != 0);
		ASSERT_TRUE(pkg_satisfies(&m->u, it->pkg, it->dep));
		ASSERT_TRUE((it->because != 0) == (it->goal == UINT32_MAX));
	}
}

TEST(random_universes_against_brute_force)
{
	uint64_t state = 2026;
	int n_plans = 0, n_refusals = 0;

	for (int round = 0; round < 1500; round++) {
		_cleanup_strbuf_ struct strbuf text = STRBUF_INIT, first = STRBUF_INIT;

		random_universe(&text, &state);
		for (uint64_t order = 0; order < 3; order++) {
			_cleanup_strbuf_ struct strbuf out = STRBUF_INIT, why = STRBUF_INIT;
			struct solver_result result = { 0 };
			struct err e = ERR_INIT;
			struct mini m;
			pkg_id all[16];
			int r;

			ASSERT_MSG(mini_parse(&m, strbuf_sv(&text), order * 77), "%s", m.error);
			for (pkg_id p = 1; p <= universe_count(&m.u); p++)
				all[p - 1] = p;
			r = solver_solve(&m.in, &result, &why, &e);
			if (r == 0) {
				check_plan(&m, &result);
				n_plans++;
			} else {
				ASSERT_EQ(r, E_UNSAT);
				ASSERT_TRUE(why.n > 0);
				if (order == 0 && !m.in.essential)
					ASSERT_MSG(!brute(&m, all, universe_count(&m.u), false),
						   "refused, but there is a plan:\n%s\n%s", text.p,
						   why.p);
				n_refusals++;
			}
			solver_result_done(&result);

			/* words and order of the answer do not depend on the order of the index */
			(void)mini_run(&m, &out);
			if (order == 0)
				strbuf_add(&first, strbuf_sv(&out));
			else
				ASSERT_MSG(sv_eq(strbuf_sv(&first), strbuf_sv(&out)), "%s\n%s\n%s",
					   text.p, first.p, out.p);
			mini_done(&m);
		}
	}
	ASSERT_TRUE(n_plans > 500);
	ASSERT_TRUE(n_refusals > 500);
}

/* ---- rich dependencies ----------------------------------------------------------------------------- */

/* Real names only, and none of `own`: a package is not in conflict with itself. */
static void rich_atom(struct strbuf *t, uint64_t *state, uint32_t own, bool provides)
{
	uint32_t p = random_next(state) % 6;

	if (provides && random_next(state) % 4 == 0)
		strbuf_addf(t, "v%u", random_next(state) % 2);
	else
		strbuf_addf(t, "p%u", p == own && !provides ? (p + 1) % 6 : p);
	if (random_next(state) % 4 == 0)
		strbuf_addf(t, " (%s %u)", random_next(state) % 2 ? ">=" : "<<",
			    1 + random_next(state) % 2);
}

static void rich_expr(struct strbuf *t, uint64_t *state, uint32_t own, bool provides,
		      unsigned depth)
{
	static const char *const ops[] = { "and", "or", "if", "unless", "with", "without" };
	uint32_t op = random_next(state) % ARRAY_SIZE(ops);

	if (depth == 0 || random_next(state) % 4 == 0) {
		rich_atom(t, state, own, provides);
		return;
	}
	depth = op >= 4 ? 0 : depth - 1;
	strbuf_addc(t, '{');
	rich_expr(t, state, own, provides, depth);
	strbuf_addf(t, " %s ", ops[op]);
	rich_expr(t, state, own, provides, depth);
	strbuf_addc(t, '}');
}

static void rich_universe(struct strbuf *t, uint64_t *state)
{
	strbuf_adds(t, "family rpm\n");
	for (uint32_t p = 0; p < 6; p++)
		for (uint32_t v = 1; v <= 1 + random_next(state) % 2; v++) {
			strbuf_addf(t, "package p%u %u\n", p, v);
			if (random_next(state) % 3 == 0)
				strbuf_addf(t, " Provides: v%u\n", random_next(state) % 2);
			if (random_next(state) % 3) {
				strbuf_adds(t, " Depends: ");
				rich_expr(t, state, p, true, 3);
				strbuf_addc(t, '\n');
			}
			if (random_next(state) % 2) {
				strbuf_adds(t, " Conflicts: ");
				rich_expr(t, state, p, false, 3);
				strbuf_addc(t, '\n');
			}
		}
	for (uint32_t g = 0; g <= random_next(state) % 3; g++)
		strbuf_addf(t, "goal p%u\n", random_next(state) % 6);
}

TEST(random_rich_universes_against_brute_force)
{
	uint64_t state = 1123;
	int n_plans = 0, n_refusals = 0;

	for (int round = 0; round < 3000; round++) {
		_cleanup_strbuf_ struct strbuf text = STRBUF_INIT, first = STRBUF_INIT;

		rich_universe(&text, &state);
		for (uint64_t order = 0; order < 2; order++) {
			_cleanup_strbuf_ struct strbuf out = STRBUF_INIT, why = STRBUF_INIT;
			struct solver_result result = { 0 };
			struct err e = ERR_INIT;
			struct mini m;
			pkg_id pkgs[16];
			const char *wrong;

			ASSERT_MSG(mini_parse(&m, strbuf_sv(&text), order * 77), "%s", m.error);
			if (solver_solve(&m.in, &result, &why, &e) == 0) {
				for (size_t i = 0; i < result.items.n; i++)
					pkgs[i] = result.items.v[i].pkg;
				wrong = mini_invalid(&m, pkgs, result.items.n);
				(void)mini_run(&m, &out);
				ASSERT_MSG(!wrong, "%s:\n%s\n%s", wrong, text.p, out.p);
				n_plans++;
			} else {
				for (pkg_id p = 1; p <= universe_count(&m.u); p++)
					pkgs[p - 1] = p;
				ASSERT_MSG(order || !brute(&m, pkgs, universe_count(&m.u), false),
					   "refused, but there is a plan:\n%s\n%s", text.p, why.p);
				(void)mini_run(&m, &out);
				n_refusals++;
			}
			solver_result_done(&result);
			if (order == 0)
				strbuf_add(&first, strbuf_sv(&out));
			else
				ASSERT_MSG(sv_eq(strbuf_sv(&first), strbuf_sv(&out)), "%s\n%s\n%s",
					   text.p, first.p, out.p);
			mini_done(&m);
		}
	}
	ASSERT_MSG(n_plans > 1000 && n_refusals > 500, "%d plans, %d refusals", n_plans,
		   n_refusals);
}

/* ---- sizes ----------------------------------------------------------------------------------------- */

/* Solves the text; the number of packages, or a negative error. */
static int solve_text(const struct strbuf *text, struct strbuf *why, struct err *e)
{
	struct solver_result result = { 0 };
	struct mini m;
	int r;

	ASSERT_MSG(mini_parse(&m, strbuf_sv(text), 0), "%s", m.error);
	r = solver_solve(&m.in, &result, why, e);
	if (r == 0)
		r = (int)result.items.n;
	solver_result_done(&result);
	mini_done(&m);
	return r;
}

#define SOLVES_TO(text_, want_)                                                                 \
	do {                                                                                    \
		_cleanup_strbuf_ struct strbuf why_ = STRBUF_INIT;                              \
		struct err e_ = ERR_INIT;                                                       \
		int got_ = solve_text((text_), &why_, &e_);                                     \
		ASSERT_MSG(got_ == (want_), "%d: %s\n%s", got_, e_.text, why_.p ? why_.p : ""); \
	} while (0)

TEST(nothing_asked)
{
	_cleanup_strbuf_ struct strbuf t = STRBUF_INIT;

	strbuf_adds(&t, "package a 1\n");
	SOLVES_TO(&t, 0);
}

TEST(many_versions_of_a_name)
{
	_cleanup_strbuf_ struct strbuf t = STRBUF_INIT;

	for (int i = 0; i < 5000; i++)
		strbuf_addf(&t, "package lib %d\n", i);
	strbuf_adds(&t, "package app 1\n Depends: lib\ngoal app\ngoal lib (>= 10)\n");
	SOLVES_TO(&t, 2);
	strbuf_adds(&t, "package old 1\n Depends: lib (<< 10)\ngoal old\n");
	SOLVES_TO(&t, E_UNSAT);
}

TEST(many_that_exclude_each_other)
{
	_cleanup_strbuf_ struct strbuf t = STRBUF_INIT;

	for (int i = 0; i < 3000; i++)
		strbuf_addf(&t,
			    "package mta%04d 1\n Provides: mta\n Conflicts: mta\n Depends: mta\n",
			    i);
	strbuf_adds(&t, "goal mta\ngoal mta1500\n");
	SOLVES_TO(&t, 1);
	strbuf_adds(&t, "goal mta2999\n");
	SOLVES_TO(&t, E_UNSAT);
}

TEST(many_users_of_many_providers)
{
	_cleanup_strbuf_ struct strbuf t = STRBUF_INIT;

	for (int i = 0; i < 1500; i++)
		strbuf_addf(
			&t,
			"package user%d 1\n Depends: virtual%s\npackage prov%d 1\n Provides: virtual\n",
			i, i < 1499 ? "" : " (= 1)", i);
	for (int i = 0; i < 1499; i++)
		strbuf_addf(&t, "goal user%d\n", i);
	SOLVES_TO(&t, 1499 + 1);
	strbuf_adds(&t, "goal user1499\n");
	SOLVES_TO(&t, E_UNSAT);
}

TEST(long_chain)
{
	_cleanup_strbuf_ struct strbuf t = STRBUF_INIT;

	for (int i = 0; i < 20000; i++)
		strbuf_addf(&t, "package c%d 1\n Depends: c%d\n", i, i + 1);
	strbuf_adds(&t, "goal c0\n");
	SOLVES_TO(&t, E_UNSAT);
	strbuf_adds(&t, "package c20000 1\n Depends: c0\n");
	SOLVES_TO(&t, 20001);
}

TEST(refusal_is_told_in_bounds)
{
	_cleanup_strbuf_ struct strbuf t = STRBUF_INIT, why = STRBUF_INIT;
	struct err e = ERR_INIT;

	/* every level has two ways, none of which ends */
	for (int i = 0; i < 400; i++)
		strbuf_addf(
			&t,
			"package a%d 1\n Depends: a%d | b%d\npackage b%d 1\n Depends: a%d | b%d\n",
			i, i + 1, i + 1, i, i + 1, i + 1);
	strbuf_adds(&t, "goal a0\n");
	ASSERT_EQ(solve_text(&t, &why, &e), E_UNSAT);
	ASSERT_EQ_STR(e.text, "cannot install what the recipe asks for");
	ASSERT_TRUE(why.n < 100000);
	ASSERT_HAS_STR(why.p, "a0 1 (asked by recipe test) requires a1 | b1\n");
}

/* Pigeons as packages: n + 1 of them, each in one of n holes, no two in one. */
static void pigeons(struct strbuf *t, int n)
{
	for (int p = 0; p <= n; p++) {
		strbuf_addf(t, "package pigeon%d 1\n Depends: ", p);
		for (int h = 0; h < n; h++)
			strbuf_addf(t, "%sp%dh%d", h ? " | " : "", p, h);
		strbuf_addc(t, '\n');
		for (int h = 0; h < n; h++)
			strbuf_addf(t, "package p%dh%d 1\n Provides: hole%d\n Conflicts: hole%d\n",
				    p, h, h, h);
	}
	for (int p = 0; p < n; p++)
		strbuf_addf(t, "goal pigeon%d\n", p);
}

TEST(choices_that_need_search)
{
	_cleanup_strbuf_ struct strbuf t = STRBUF_INIT;

	pigeons(&t, 5);
	SOLVES_TO(&t, 2 * 5);
	strbuf_adds(&t, "goal pigeon5\n");
	SOLVES_TO(&t, E_UNSAT);
}

/* The search is exponential here, whoever does it: it ends by count. */
TEST(choices_that_need_too_much_search)
{
	_cleanup_strbuf_ struct strbuf t = STRBUF_INIT, why = STRBUF_INIT;
	struct solver_result result = { 0 };
	struct err e = ERR_INIT;
	struct mini m;

	pigeons(&t, 12);
	strbuf_adds(&t, "goal pigeon12\n");
	ASSERT_MSG(mini_parse(&m, strbuf_sv(&t), 0), "%s", m.error);
	m.in.conflicts_max = 500;
	ASSERT_EQ(solver_solve(&m.in, &result, &why, &e), E_LIMIT);
	ASSERT_HAS_STR(e.text, "too entangled");
	ASSERT_EQ(result.items.n, 0);
	mini_done(&m);
}

/* So many open choices that looking at them again and again would not end. */
TEST(choices_that_need_too_many_looks)
{
	_cleanup_strbuf_ struct strbuf t = STRBUF_INIT, why = STRBUF_INIT;
	struct solver_result result = { 0 };
	struct err e = ERR_INIT;
	struct mini m;

	for (int i = 0; i < 100; i++)
		strbuf_addf(&t,
			    "package p%d 1\n Depends: a%d | b%d\npackage a%d 1\npackage b%d 1\n"
			    "goal p%d\n",
			    i, i, i, i, i, i);
	ASSERT_MSG(mini_parse(&m, strbuf_sv(&t), 0), "%s", m.error);
	m.in.looks_max = 1000;
	ASSERT_EQ(solver_solve(&m.in, &result, &why, &e), E_LIMIT);
	ASSERT_HAS_STR(e.text, "too entangled");
	ASSERT_EQ(result.items.n, 0);
	m.in.looks_max = 0;
	e = ERR_INIT;
	ASSERT_EQ(solver_solve(&m.in, &result, &why, &e), 0);
	ASSERT_EQ(result.items.n, 200);
	solver_result_done(&result);
	mini_done(&m);
}

TEST(nested_too_deep)
{
	_cleanup_strbuf_ struct strbuf t = STRBUF_INIT, why = STRBUF_INIT;
	struct err e = ERR_INIT;

	strbuf_adds(&t, "family rpm\npackage a 1\n Depends: ");
	for (int i = 0; i < 500; i++)
		strbuf_adds(&t, "{");
	strbuf_adds(&t, "x");
	for (int i = 0; i < 500; i++)
		strbuf_adds(&t, i % 2 ? " or y}" : " and z}");
	strbuf_adds(&t, "\npackage x 1\npackage y 1\ngoal a\n");
	ASSERT_EQ(solve_text(&t, &why, &e), E_LIMIT);
	ASSERT_HAS_STR(e.text, "too large");
}

TEST(pre_depends_inside_a_cycle)
{
	struct solver_result result = { 0 };
	_cleanup_strbuf_ struct strbuf why = STRBUF_INIT;
	struct err e = ERR_INIT;
	struct mini m;

	/* all three depend on each other; a pre-depends on c, c on b */
	ASSERT_TRUE(mini_parse(&m,
			       SV("package a 1\n Pre-Depends: c\n Depends: b\n"
				  "package b 1\n Depends: a, c\n"
				  "package c 1\n Pre-Depends: b\n Depends: a\n"
				  "goal a\n"),
			       0));
	ASSERT_EQ(solver_solve(&m.in, &result, &why, &e), 0);
	ASSERT_EQ(result.items.n, 3);
	for (size_t i = 0; i < 3; i++) {
		struct sv name = universe_sv(&m.u, universe_pkg(&m.u, result.items.v[i].pkg)->name);

		ASSERT_TRUE(sv_eq(name, sv_of(&"bca"[i], 1)));
	}
	solver_result_done(&result);
	mini_done(&m);
}

TEST(result_untouched_on_refusal)
{
	struct solver_result result = { .items = { .v = (struct solver_item *)8, .n = 5 } };
	_cleanup_strbuf_ struct strbuf why = STRBUF_INIT;
	struct err e = ERR_INIT;
	struct mini m;

	ASSERT_TRUE(mini_parse(&m, SV("package a 1\ngoal b\n"), 0));
	ASSERT_EQ(solver_solve(&m.in, &result, &why, &e), E_UNSAT);
	ASSERT_EQ(result.items.n, 5);
	ASSERT_EQ_STR(e.hint, "did you mean 'a'?");
	mini_done(&m);
}

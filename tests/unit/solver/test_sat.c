/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The SAT solver against brute force, classic hard instances, and its incremental contract. */
#include <stdlib.h>

#include "base/vec.h"
#include "solver/sat.h"
#include "tests/unit/test.h"

/* A fixed generator: the same instances on every machine. */
static uint32_t random_next(uint64_t *state)
{
	*state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(*state >> 33);
}

#define MAX_LITS 5
struct cnf {
	int vars;
	int n;
	int size[160];
	int lits[160][MAX_LITS];
};

static void cnf_random(struct cnf *c, uint64_t *state)
{
	c->vars = 3 + (int)(random_next(state) % 10);
	c->n = c->vars * 2 + (int)(random_next(state) % (uint32_t)(c->vars * 4));
	for (int i = 0; i < c->n; i++) {
		/* mostly three literals, some units and binaries, some repeated or opposite literals */
		uint32_t pick = random_next(state) % 16;

		c->size[i] = pick == 0 ? 1 : pick < 5 ? 2 : pick < 14 ? 3 : 5;
		for (int k = 0; k < c->size[i]; k++) {
			int v = 1 + (int)(random_next(state) % (uint32_t)c->vars);

			c->lits[i][k] = random_next(state) & 1 ? v : -v;
		}
	}
}

static bool holds(const struct cnf *c, uint32_t model, const bool *used)
{
	for (int i = 0; i < c->n; i++) {
		bool ok = used && !used[i];

		for (int k = 0; k < c->size[i] && !ok; k++) {
			int l = c->lits[i][k];

			ok = ((model >> abs(l)) & 1) == (l > 0);
		}
		if (!ok)
			return false;
	}
	return true;
}

/* Is there a model with all assumptions (used: of these clauses only)? */
static bool brute(const struct cnf *c, const int *assume, int n_assume, const bool *used)
{
	for (uint32_t m = 0; m < 1U << (c->vars + 1); m += 2) {
		bool ok = true;

		for (int i = 0; i < n_assume && ok; i++)
			ok = ((m >> abs(assume[i])) & 1) == (assume[i] > 0);
		if (ok && holds(c, m, used))
			return true;
	}
	return false;
}

static uint32_t model_of(const struct sat *s, int vars)
{
	uint32_t m = 0;

	for (int v = 1; v <= vars; v++)
		if (sat_value(s, v) > 0)
			m |= 1U << v;
	return m;
}

/* Core and failed assumptions must suffice by themselves. */
static void check_refusal(struct sat *s, const struct cnf *c, const int *assume, int n_assume)
{
	const uint32_t *tags;
	size_t n;
	bool used[160] = { false };
	int failed[32], n_failed = 0;

	sat_core(s, &tags, &n);
	for (size_t i = 0; i < n; i++) {
		ASSERT_TRUE(tags[i] < (uint32_t)c->n);
		ASSERT_TRUE(i == 0 || tags[i - 1] < tags[i]);
		used[tags[i]] = true;
	}
	for (int i = 0; i < n_assume; i++)
		if (sat_failed(s, assume[i]))
			failed[n_failed++] = assume[i];
	ASSERT_TRUE(!brute(c, failed, n_failed, used));
}

TEST(random_small_against_brute_force)
{
	uint64_t state = 1;
	int n_sat = 0, n_unsat = 0;

	for (int round = 0; round < 3000; round++) {
		struct cnf c;
		struct sat *s = sat_new();

		cnf_random(&c, &state);
		for (int v = 0; v < c.vars; v++)
			sat_new_var(s);
		for (int i = 0; i < c.n; i++)
			sat_clause(s, c.lits[i], (size_t)c.size[i], (uint32_t)i);
		if (sat_solve(s) == SAT_TRUE) {
			ASSERT_TRUE(holds(&c, model_of(s, c.vars), NULL));
			n_sat++;
		} else {
			ASSERT_TRUE(!brute(&c, NULL, 0, NULL));
			check_refusal(s, &c, NULL, 0);
			n_unsat++;
		}
		sat_free(s);
	}
	/* the generator must keep making both kinds */
	ASSERT_TRUE(n_sat > 500);
	ASSERT_TRUE(n_unsat > 500);
}

TEST(incremental_clauses_and_assumptions)
{
	uint64_t state = 7;
	int refused = 0, found = 0;

	for (int round = 0; round < 600; round++) {
		struct cnf c, part;
		struct sat *s = sat_new();

		cnf_random(&c, &state);
		part = c;
		for (int v = 0; v < c.vars; v++)
			sat_new_var(s);
		for (int i = 0, step = 0; i < c.n; step++) {
			int assume[3], n_assume = (int)(random_next(&state) % 4);
			int upto = i + 1 + (int)(random_next(&state) % 12);

			for (; i < upto && i < c.n; i++)
				sat_clause(s, c.lits[i], (size_t)c.size[i], (uint32_t)i);
			part.n = i;
			for (int k = 0; k < n_assume; k++) {
				int v = 1 + (int)(random_next(&state) % (uint32_t)c.vars);

				assume[k] = random_next(&state) & 1 ? v : -v;
				sat_assume(s, assume[k]);
			}
			if (sat_solve(s) == SAT_TRUE) {
				uint32_t m = model_of(s, c.vars);

				ASSERT_TRUE(holds(&part, m, NULL));
				for (int k = 0; k < n_assume; k++)
					ASSERT_TRUE(((m >> abs(assume[k])) & 1) == (assume[k] > 0));
				found++;
			} else {
				ASSERT_TRUE(!brute(&part, assume, n_assume, NULL));
				check_refusal(s, &part, assume, n_assume);
				refused++;
			}
		}
		sat_free(s);
	}
	ASSERT_TRUE(found > 500);
	ASSERT_TRUE(refused > 500);
}

/* holes + 1 pigeons in `holes` holes: a clause per pigeon and per pair in a hole. */
static struct sat *pigeons(int holes)
{
	struct sat *s = sat_new();
	int lits[16];
	uint32_t tag = 0;

	for (int i = 0; i < (holes + 1) * holes; i++)
		sat_new_var(s);
	for (int p = 0; p <= holes; p++) {
		for (int h = 0; h < holes; h++)
			lits[h] = p * holes + h + 1;
		sat_clause(s, lits, (size_t)holes, tag++);
	}
	for (int h = 0; h < holes; h++)
		for (int p = 0; p <= holes; p++)
			for (int q = 0; q < p; q++)
				sat_clause(s, (int[]){ -(p * holes + h + 1), -(q * holes + h + 1) },
					   2, tag++);
	return s;
}

TEST(pigeonhole)
{
	struct sat *s = pigeons(5);
	const uint32_t *tags;
	size_t n;

	ASSERT_TRUE(sat_solve(s) == SAT_FALSE);
	ASSERT_TRUE(sat_stats(s).conflicts > 50);
	/* every clause is needed */
	sat_core(s, &tags, &n);
	ASSERT_EQ(n, (size_t)(6 + 5 * 15));
	/* refuted once, refuted always */
	ASSERT_TRUE(sat_solve(s) == SAT_FALSE);
	sat_free(s);

	s = pigeons(6); /* long enough for restarts and forgetting */
	ASSERT_TRUE(sat_solve(s) == SAT_FALSE);
	ASSERT_TRUE(sat_stats(s).restarts > 2);
	sat_free(s);
}

/* A random instance near the threshold, too large for brute force, planted so that it holds. */
TEST(planted_large)
{
	uint64_t state = 99;

	for (int round = 0; round < 6; round++) {
		struct sat *s = sat_new();
		enum { VARS = 200, CLAUSES = 840 };
		int all[CLAUSES][3];

		for (int v = 0; v < VARS; v++)
			sat_new_var(s);
		for (int i = 0; i < CLAUSES; i++) {
			for (int k = 0; k < 3; k++) {
				int v = 1 + (int)(random_next(&state) % VARS);

				all[i][k] = random_next(&state) & 1 ? v : -v;
			}
			/* the hidden model: every third variable true */
			all[i][0] = abs(all[i][0]) % 3 == 0 ? abs(all[i][0]) : -abs(all[i][0]);
			sat_clause(s, all[i], 3, 0);
		}
		ASSERT_TRUE(sat_solve(s) == SAT_TRUE);
		for (int i = 0; i < CLAUSES; i++)
			ASSERT_TRUE(sat_value(s, all[i][0]) > 0 || sat_value(s, all[i][1]) > 0 ||
				    sat_value(s, all[i][2]) > 0);
		sat_free(s);
	}
}

TEST(random_unsat_large_keeps_its_answer)
{
	uint64_t state = 5;
	struct sat *s = sat_new();
	enum { VARS = 80, CLAUSES = 480 };
	const uint32_t *tags;
	size_t n;
	static int all[CLAUSES][3];
	struct sat *again = sat_new();

	for (int v = 0; v < VARS; v++) {
		sat_new_var(s);
		sat_new_var(again);
	}
	for (int i = 0; i < CLAUSES; i++) {
		for (int k = 0; k < 3; k++) {
			int v = 1 + (int)(random_next(&state) % VARS);

			all[i][k] = random_next(&state) & 1 ? v : -v;
		}
		sat_clause(s, all[i], 3, (uint32_t)i);
	}
	ASSERT_TRUE(sat_solve(s) == SAT_FALSE);
	sat_core(s, &tags, &n);
	ASSERT_TRUE(n > 0 && n < CLAUSES);
	for (size_t i = 0; i < n; i++)
		sat_clause(again, all[tags[i]], 3, 0);
	ASSERT_TRUE(sat_solve(again) == SAT_FALSE);
	sat_free(s);
	sat_free(again);
}

TEST(empty_unit_and_trivial_clauses)
{
	struct sat *s = sat_new();
	const uint32_t *tags;
	size_t n;
	int a = sat_new_var(s), b = sat_new_var(s);

	ASSERT_TRUE(sat_solve(s) == SAT_TRUE);
	ASSERT_EQ(sat_value(s, a), -1); /* nothing asks for it: false */
	sat_clause(s, (int[]){ a, -a }, 2, 1);
	sat_clause(s, (int[]){ b, b, b }, 3, 2);
	ASSERT_TRUE(sat_solve(s) == SAT_TRUE);
	ASSERT_EQ(sat_value(s, b), 1);
	ASSERT_EQ(sat_value(s, -b), -1);
	ASSERT_EQ(sat_value(s, a), -1);
	sat_assume(s, -b);
	ASSERT_TRUE(sat_solve(s) == SAT_FALSE);
	ASSERT_TRUE(sat_failed(s, -b));
	sat_core(s, &tags, &n);
	ASSERT_EQ(n, 1U);
	ASSERT_EQ(tags[0], 2U);
	/* the assumption was of that solve only */
	ASSERT_TRUE(sat_solve(s) == SAT_TRUE);
	sat_clause(s, NULL, 0, 9);
	ASSERT_TRUE(sat_solve(s) == SAT_FALSE);
	sat_core(s, &tags, &n);
	ASSERT_EQ(n, 1U);
	ASSERT_EQ(tags[0], 9U);
	sat_free(s);
	sat_free(NULL);
}

TEST(contradicting_assumptions)
{
	struct sat *s = sat_new();
	const uint32_t *tags;
	size_t n;
	int a = sat_new_var(s), b = sat_new_var(s);

	sat_assume(s, b);
	sat_assume(s, a);
	sat_assume(s, -a);
	ASSERT_TRUE(sat_solve(s) == SAT_FALSE);
	ASSERT_TRUE(sat_failed(s, a) && sat_failed(s, -a));
	ASSERT_TRUE(!sat_failed(s, b));
	sat_core(s, &tags, &n);
	ASSERT_EQ(n, 0U);
	sat_free(s);
}

/* Wants the variables of a list in order; SAT_REST_FALSE at its end. */
struct wishes {
	const int *lits;
	int n;
	int asked;
};

static int wish(void *arg, struct sat *s)
{
	struct wishes *w = arg;

	w->asked++;
	for (int i = 0; i < w->n; i++)
		if (sat_value(s, w->lits[i]) == 0)
			return w->lits[i];
	return SAT_REST_FALSE;
}

TEST(decider_comes_first_and_is_lexicographic)
{
	struct sat *s = sat_new();
	int v[6];
	struct wishes w = { (int[]){ 1, 2, 3 }, 3, 0 };

	for (int i = 0; i < 6; i++)
		v[i] = sat_new_var(s);
	/* 1 and 2 exclude each other through a choice that only shows later */
	sat_clause(s, (int[]){ -v[0], -v[1], v[3], v[4] }, 4, 0);
	sat_clause(s, (int[]){ -v[3], -v[2] }, 2, 0);
	sat_clause(s, (int[]){ -v[4], -v[2] }, 2, 0);
	sat_clause(s, (int[]){ v[2], v[5] }, 2, 0);
	sat_clause(s, (int[]){ -v[5] }, 1, 0);
	sat_set_decider(s, wish, &w);
	ASSERT_TRUE(sat_solve(s) == SAT_TRUE);
	ASSERT_EQ(sat_value(s, v[0]), 1); /* the first wish holds, the second gives way */
	ASSERT_EQ(sat_value(s, v[1]), -1);
	ASSERT_EQ(sat_value(s, v[2]), 1);
	ASSERT_TRUE(w.asked > 0);
	sat_free(s);
}

TEST(rest_false_does_not_visit_the_rest)
{
	struct sat *s = sat_new();
	struct wishes w = { (int[]){ 1 }, 1, 0 };

	for (int i = 0; i < 10000; i++)
		sat_new_var(s);
	for (int i = 2; i < 10000; i++)
		sat_clause(s, (int[]){ -i, i + 1 }, 2, 0);
	sat_set_decider(s, wish, &w);
	ASSERT_TRUE(sat_solve(s) == SAT_TRUE);
	ASSERT_EQ(sat_stats(s).decisions, 1U);
	ASSERT_EQ(sat_stats(s).propagations, 1U);
	ASSERT_EQ(sat_value(s, 5000), -1);
	sat_assume(s, 9990);
	ASSERT_TRUE(sat_solve(s) == SAT_TRUE);
	ASSERT_EQ(sat_value(s, 10000), 1);
	ASSERT_EQ(sat_value(s, 5000), -1);
	sat_free(s);
}

TEST(same_calls_same_search)
{
	struct sat_stats first = { 0 };

	for (int round = 0; round < 2; round++) {
		struct sat *s = pigeons(6);
		void *noise =
			malloc(1000 + 5000 * (size_t)round); /* other addresses, same search */
		struct sat_stats st;

		ASSERT_TRUE(sat_solve(s) == SAT_FALSE);
		st = sat_stats(s);
		if (round == 0)
			first = st;
		ASSERT_EQ(st.conflicts, first.conflicts);
		ASSERT_EQ(st.propagations, first.propagations);
		ASSERT_EQ(st.decisions, first.decisions);
		free(noise);
		sat_free(s);
	}
}

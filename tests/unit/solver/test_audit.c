/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Audits of small universes: verdicts against one solve per package, and the words of the reasons. */
#include "solver/audit.h"

#include <stdio.h>

#include "base/num.h"
#include "base/strbuf.h"
#include "tests/unit/solver/mini.h"
#include "tests/unit/test.h"

static struct err e;

/* What is broken and why, as one text: "NAME VERSION\n" and the reason, shifted by one blank. */
static void audit_text(const char *text, uint64_t order, struct strbuf *out, uint32_t *ret_packages)
{
	struct audit a;
	struct mini m;
	bool parsed = mini_parse(&m, sv_from(text), order);

	ASSERT_MSG(parsed, "%s", parsed ? "" : m.error);
	ASSERT_EQ(audit_universe(&m.u, &a, &e), 0);
	*ret_packages = a.packages;
	for (size_t i = 0; i < a.items.n; i++) {
		struct sv reason = a.items.v[i].reason, line;
		const struct package *p = universe_pkg(&m.u, a.items.v[i].pkg);
		struct sv name = universe_sv(&m.u, p->name),
			  version = universe_sv(&m.u, p->version);

		strbuf_addf(out, SV_FMT " " SV_FMT "\n", SV_ARG(name), SV_ARG(version));
		while (sv_line(&reason, &line))
			strbuf_addf(out, " " SV_FMT "\n", SV_ARG(line));
	}
	audit_done(&a);
	mini_done(&m);
}

/* The same, whatever the order of the packages. */
static void audits_to(const char *text, uint32_t packages, const char *want)
{
	for (uint64_t order = 0; order < 6; order++) {
		_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
		uint32_t n;

		audit_text(text, order, &out, &n);
		ASSERT_EQ(n, packages);
		ASSERT_EQ_STR(out.p ? out.p : "", want);
	}
}

TEST(nothing_is_broken)
{
	audits_to("", 0, "");
	audits_to(
		"package a 1\n Depends: b, c | gone\npackage b 1 all\n Depends: a\npackage d 1\n Provides: c\n",
		3, "");
}

TEST(versions_are_judged_one_by_one)
{
	audits_to("package a 1\n Depends: gone\npackage a 2\npackage b 1\n Depends: a\n", 3,
		  "a 1\n a 1 requires gone\n   no mirror has gone\n");
}

TEST(another_architecture_is_not_judged)
{
	audits_to("package a 1 arm64\n Depends: gone\npackage b 1 all\n", 1, "");
}

TEST(a_chain_is_told_to_its_end)
{
	audits_to("package a 1\n Depends: b | c\npackage b 1\n Depends: d (>= 2)\npackage c 1\n Depends: d (>= 3)\n"
		  "package d 1\n",
		  4,
		  "a 1\n a 1 requires b | c\n   b 1 requires d (>= 2)\n     d 1 (test) is too old\n"
		  "b 1\n b 1 requires d (>= 2)\n   d 1 (test) is too old\n"
		  "c 1\n c 1 requires d (>= 3)\n   d 1 (test) is too old\n");
}

TEST(what_is_missing_is_told_before_what_is_broken)
{
	audits_to("package a 1\n Depends: b, gone\npackage b 1\n Depends: lost\n", 2,
		  "a 1\n a 1 requires gone\n   no mirror has gone\n"
		  "b 1\n b 1 requires lost\n   no mirror has lost\n");
}

TEST(a_conflict_is_told_from_both_sides)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	uint32_t n;

	audit_text("package a 1\n Depends: b, c\npackage b 1\npackage c 1\n Conflicts: b\n", 0,
		   &out, &n);
	ASSERT_HAS_STR(out.p, "a 1\n a 1 requires b\n");
	ASSERT_HAS_STR(out.p, " a 1 requires c\n");
	ASSERT_HAS_STR(out.p, "c 1 conflicts with b 1");
}

TEST(a_package_in_conflict_with_itself_only_seems_so)
{
	audits_to("package a 1\n Provides: v\n Conflicts: v, a\n", 1, "");
}

TEST(a_broken_circle_ends)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	uint32_t n;

	audit_text(
		"package a 1\n Depends: b\npackage b 1\n Depends: c\npackage c 1\n Depends: a\n Conflicts: b\n",
		0, &out, &n);
	for (const char *p = "abc"; *p; p++) {
		char head[32];

		snprintf(head, sizeof(head), "%c 1\n %c 1 requires", *p, *p);
		ASSERT_HAS_STR(out.p, head);
	}
	ASSERT_HAS_STR(out.p, "c 1 conflicts with b 1");
}

/* A chain of broken packages that is longer than anybody wants to read: the reason is still told. */
TEST(a_long_chain_has_a_reason)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT, out = STRBUF_INIT;
	uint32_t n;

	for (unsigned i = 0; i < 300; i++)
		strbuf_addf(&text, "package p%u 1\n Depends: p%u\n", i, i + 1);
	audit_text(text.p, 0, &out, &n);
	ASSERT_EQ(n, 300);
	ASSERT_HAS_STR(out.p, "p0 1\n p0 1 requires p1\n");
	ASSERT_HAS_STR(out.p, "p299 1\n p299 1 requires p300\n   no mirror has p300\n");
}

/* ---- against one solve per package ------------------------------------------------------------------ */

static uint32_t next(uint64_t *state)
{
	*state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(*state >> 33);
}

static void add_atoms(struct strbuf *t, uint64_t *s, const char *field, uint32_t most,
		      unsigned names)
{
	uint32_t n = next(s) % most;

	for (uint32_t i = 0; i < n; i++) {
		strbuf_addf(t, i ? "%s" : " %s: ", i ? ", " : field);
		do {
			strbuf_addf(t, next(s) % 12 == 0 ? "v%u" : "p%u", next(s) % names);
			if (next(s) % 4 == 0)
				strbuf_addf(t, " (%s %u)", next(s) % 2 ? ">=" : "<<",
					    1 + next(s) % 2);
			strbuf_adds(t, field[0] == 'D' && next(s) % 3 == 0 ? " | " : "");
		} while (t->p[t->n - 1] == ' ' && t->p[t->n - 2] == '|');
	}
	strbuf_adds(t, n ? "\n" : "");
}

static void random_universe(struct strbuf *t, uint64_t *s, unsigned names)
{
	for (unsigned i = 0; i < names; i++)
		for (unsigned v = 1; v <= 1 + next(s) % 2; v++) {
			strbuf_addf(t, "package p%u %u\n", i, v);
			add_atoms(t, s, "Depends", 4, names + 1);
			add_atoms(t, s, "Conflicts", 3, names);
			if (next(s) % 4 == 0)
				strbuf_addf(t, " Provides: v%u\n", next(s) % names);
		}
}

static bool solve_finds(const struct mini *m, pkg_id p)
{
	_cleanup_strbuf_ struct strbuf why = STRBUF_INIT;
	struct solver_input in = { .u = &m->u };
	struct solver_result result = { 0 };
	const struct package *pkg = universe_pkg(&m->u, p);
	struct err refusal = ERR_INIT;
	bool found = false;

	/* the universe is finished: its dependencies are its own, but one more does not disturb them */
	vec_push(&in.goals,
		 ((struct solver_goal){
			 .dep = universe_dep((struct universe *)(uintptr_t)&m->u,
					     &(struct dep){ .op = DEP_ATOM,
							    .rel = REL_EQ,
							    .name = pkg->name,
							    .version = pkg->version }) }));
	if (solver_solve(&in, &result, &why, &refusal) == 0)
		for (size_t i = 0; i < result.items.n; i++)
			found |= result.items.v[i].pkg == p;
	solver_result_done(&result);
	solver_input_done(&in);
	return found;
}

static bool audit_finds(const struct audit *a, pkg_id p)
{
	for (size_t i = 0; i < a->items.n; i++)
		if (a->items.v[i].pkg == p)
			return false;
	return true;
}

TEST(verdicts_equal_one_solve_per_package)
{
	uint32_t broken = 0, whole = 0;

	for (uint64_t seed = 1; seed <= 150; seed++) {
		_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
		uint64_t state = seed;
		struct audit a;
		struct mini m;

		random_universe(&text, &state, 3 + (unsigned)seed % 40);
		ASSERT_TRUE(mini_parse(&m, strbuf_sv(&text), 0));
		ASSERT_EQ(audit_universe(&m.u, &a, &e), 0);
		ASSERT_EQ(a.packages, universe_count(&m.u));
		for (pkg_id p = 1; p <= universe_count(&m.u); p++) {
			bool found = audit_finds(&a, p);

			ASSERT_MSG(found == solve_finds(&m, p), "seed %u, package %u",
				   (unsigned)seed, p);
			broken += !found;
			whole += found;
		}
		audit_done(&a);
		mini_done(&m);
	}
	ASSERT_TRUE(broken > 500 && whole > 500);
}

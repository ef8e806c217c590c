/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkg/universe.h"

#include "tests/unit/test.h"

static struct universe u;
static struct err e;

static void start(enum pkg_family family)
{
	universe_done(&u); /* of a test that failed */
	universe_init(&u, family, family == FAMILY_RPM ? SV("x86_64") : SV("amd64"));
	e = ERR_INIT;
	universe_add_repo(&u, &(struct universe_repo){ .label = SV("first"), .priority = 0 });
	universe_add_repo(&u, &(struct universe_repo){ .label = SV("second"), .priority = 1 });
}

static pkg_id add(const char *name, const char *version, uint16_t repo, uint8_t multi_arch)
{
	return universe_add(&u, &(struct package){ .name = universe_str(&u, sv_from(name)),
						   .version = universe_str(&u, sv_from(version)),
						   .arch = u.native_arch,
						   .repo = repo,
						   .multi_arch = multi_arch });
}

static dep_id atom(const char *name, const char *arch, uint8_t rel, const char *version)
{
	return universe_dep(&u, &(struct dep){ .op = DEP_ATOM,
					       .rel = rel,
					       .name = universe_str(&u, sv_from(name)),
					       .arch = universe_str(&u, sv_from(arch)),
					       .version = universe_str(&u, sv_from(version)) });
}

static dep_id op(uint8_t o, dep_id a, dep_id b)
{
	return universe_dep(&u, &(struct dep){ .op = o, .a = a, .b = b });
}

/* Number of providers that satisfy the atom. */
static unsigned satisfied_by(dep_id d)
{
	uint32_t n;
	const struct provider *p = universe_providers(&u, universe_dep_at(&u, d)->name, &n);
	unsigned count = 0;

	for (uint32_t i = 0; i < n; i++)
		count += provider_satisfies(&u, &p[i], universe_dep_at(&u, d));
	return count;
}

static const char *print_dep(dep_id d)
{
	static struct strbuf b;

	strbuf_clear(&b);
	dep_print(&u, d, &b);
	return b.p;
}

TEST(versions_of_a_dependency)
{
	start(FAMILY_DEB);
	add("foo", "2.0-1", 0, 0);
	ASSERT_EQ(universe_finish(&u, &e), 0);

	ASSERT_EQ(satisfied_by(atom("foo", "", REL_ANY, "")), 1);
	ASSERT_EQ(satisfied_by(atom("foo", "", REL_GT | REL_EQ, "2.0-1")), 1);
	ASSERT_EQ(satisfied_by(atom("foo", "", REL_GT, "2.0-1")), 0);
	ASSERT_EQ(satisfied_by(atom("foo", "", REL_GT, "2.0")), 1);
	ASSERT_EQ(satisfied_by(atom("foo", "", REL_LT, "2.0-1")), 0);
	ASSERT_EQ(satisfied_by(atom("foo", "", REL_LT | REL_EQ, "2.0-1")), 1);
	ASSERT_EQ(satisfied_by(atom("foo", "", REL_LT, "2.1")), 1);
	ASSERT_EQ(satisfied_by(atom("foo", "", REL_EQ, "2.0-1")), 1);
	ASSERT_EQ(satisfied_by(atom("foo", "", REL_EQ, "02.0-1")),
		  1); /* equal, not the same text */
	ASSERT_EQ(satisfied_by(atom("foo", "", REL_EQ, "2.0-2")), 0);
}

TEST(provides)
{
	pkg_id p;
	dep_id list[3];

	start(FAMILY_DEB);
	list[0] = atom("mta", "", REL_ANY, "");
	list[1] = atom("api", "", REL_EQ, "3");
	list[2] = atom("other-arch", "arm64", REL_ANY, "");
	p = add("exim", "4", 0, 0);
	universe_set_deps(&u, p, DEPK_PROVIDES, list, 3);
	ASSERT_EQ(universe_finish(&u, &e), 0);

	ASSERT_EQ(satisfied_by(atom("mta", "", REL_ANY, "")), 1);
	ASSERT_EQ(satisfied_by(atom("mta", "", REL_GT | REL_EQ, "0")), 0); /* has no version */
	ASSERT_EQ(satisfied_by(atom("api", "", REL_ANY, "")), 1);
	ASSERT_EQ(satisfied_by(atom("api", "", REL_GT | REL_EQ, "3")), 1);
	ASSERT_EQ(satisfied_by(atom("api", "", REL_GT, "3")), 0);
	ASSERT_EQ(satisfied_by(atom("other-arch", "", REL_ANY, "")), 0);
	ASSERT_EQ(satisfied_by(atom("other-arch", "arm64", REL_ANY, "")), 1);
	ASSERT_EQ(satisfied_by(atom("exim", "", REL_EQ, "4")), 1);
	ASSERT_EQ(satisfied_by(atom("nothing", "", REL_ANY, "")), 0);
	ASSERT_TRUE(pkg_satisfies(&u, p, atom("api", "", REL_EQ, "3")));
	ASSERT_FALSE(pkg_satisfies(&u, p, atom("api", "", REL_EQ, "4")));
}

TEST(architecture_qualifiers)
{
	static const struct {
		const char *name, *arch;
		unsigned want;
	} rows[] = {
		{ "no", "", 1 },         { "no", "any", 0 },      { "no", "native", 1 },
		{ "no", "amd64", 1 },    { "no", "arm64", 0 },    { "same", "any", 0 },
		{ "foreign", "any", 1 }, { "allowed", "any", 1 }, { "allowed", "", 1 },
		{ "indep", "", 1 },      { "indep", "amd64", 1 }, { "indep", "arm64", 0 },
		{ "indep", "any", 0 },
	};
	start(FAMILY_DEB);
	add("no", "1", 0, MULTI_ARCH_NO);
	add("same", "1", 0, MULTI_ARCH_SAME);
	add("foreign", "1", 0, MULTI_ARCH_FOREIGN);
	add("allowed", "1", 0, MULTI_ARCH_ALLOWED);
	u.pkgs.v[add("indep", "1", 0, MULTI_ARCH_NO)].arch = u.word_all;
	ASSERT_EQ(universe_finish(&u, &e), 0);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ASSERT_MSG(satisfied_by(atom(rows[i].name, rows[i].arch, REL_ANY, "")) ==
				   rows[i].want,
			   "%s:%s", rows[i].name, rows[i].arch);
}

TEST(rpm_ranges)
{
	dep_id list[2];
	pkg_id p;

	start(FAMILY_RPM);
	list[0] = atom("range", "", REL_GT | REL_EQ, "2");
	list[1] = atom("bare", "", REL_ANY, "");
	p = add("foo", "1.0-5", 0, 0);
	universe_set_deps(&u, p, DEPK_PROVIDES, list, 2);
	ASSERT_EQ(universe_finish(&u, &e), 0);

	ASSERT_EQ(satisfied_by(atom("foo", "", REL_EQ, "1.0")), 1); /* release not asked for */
	ASSERT_EQ(satisfied_by(atom("foo", "", REL_GT, "1.0")), 0);
	ASSERT_EQ(satisfied_by(atom("bare", "", REL_GT, "7")), 1);
	ASSERT_EQ(satisfied_by(atom("range", "", REL_LT, "2")), 0);
	ASSERT_EQ(satisfied_by(atom("range", "", REL_LT | REL_EQ, "2")), 1);
	ASSERT_EQ(satisfied_by(atom("range", "", REL_GT, "9")), 1);
	ASSERT_EQ_STR(print_dep(op(DEP_AND, list[0], op(DEP_OR, list[1], list[0]))),
		      "(range >= 2 and (bare or range >= 2))");
}

/* Where one side tells no release, its '=' reaches over all of them. */
TEST(rpm_without_release)
{
	dep_id list[2];
	pkg_id p;

	start(FAMILY_RPM);
	list[0] = atom("cap", "", REL_EQ, "1.0");
	list[1] = atom("above", "", REL_GT, "1.0-3");
	p = add("foo", "1", 0, 0);
	universe_set_deps(&u, p, DEPK_PROVIDES, list, 2);
	ASSERT_EQ(universe_finish(&u, &e), 0);

	ASSERT_EQ(satisfied_by(atom("cap", "", REL_GT, "1.0-3")), 1);
	ASSERT_EQ(satisfied_by(atom("cap", "", REL_LT, "1.0-3")), 1);
	ASSERT_EQ(satisfied_by(atom("cap", "", REL_GT, "1.1-3")), 0);
	ASSERT_EQ(satisfied_by(atom("cap", "", REL_GT, "1.0")), 0);
	ASSERT_EQ(satisfied_by(atom("above", "", REL_EQ, "1.0")), 1);
	ASSERT_EQ(satisfied_by(atom("above", "", REL_LT, "1.0")), 0);
	ASSERT_EQ(satisfied_by(atom("above", "", REL_EQ, "1.0-3")), 0);
}

TEST(expressions_of_one_package)
{
	pkg_id p;
	dep_id yes, no;

	start(FAMILY_RPM);
	p = add("foo", "1", 0, 0);
	yes = atom("foo", "", REL_ANY, "");
	no = atom("bar", "", REL_ANY, "");
	ASSERT_EQ(universe_finish(&u, &e), 0);

	ASSERT_TRUE(pkg_satisfies(&u, p, op(DEP_OR, no, op(DEP_OR, no, yes))));
	ASSERT_FALSE(pkg_satisfies(&u, p, op(DEP_OR, no, no)));
	ASSERT_TRUE(pkg_satisfies(&u, p, op(DEP_AND, yes, yes)));
	ASSERT_FALSE(pkg_satisfies(&u, p, op(DEP_WITH, yes, no)));
	ASSERT_TRUE(pkg_satisfies(&u, p, op(DEP_WITHOUT, yes, no)));
	ASSERT_FALSE(pkg_satisfies(&u, p, op(DEP_WITHOUT, yes, yes)));
	ASSERT_TRUE(pkg_satisfies(&u, p, op(DEP_IF, no, no)));
	ASSERT_FALSE(pkg_satisfies(&u, p, op(DEP_IF, no, yes)));
	ASSERT_FALSE(pkg_satisfies(&u, p, 0));
}

TEST(duplicates_are_hidden)
{
	pkg_id a, b, c, d, plain[2];
	uint32_t n;

	start(FAMILY_DEB);
	a = add("foo", "1", 1, 0); /* the worse repo, though first */
	b = add("foo", "1", 0, 0);
	c = add("foo", "1", 0, 0);
	d = add("foo", "1", 0, 0); /* other content */
	digest_bytes(DIGEST_SHA256, "x", 1, &u.pkgs.v[a].digest);
	u.pkgs.v[b].digest = u.pkgs.v[c].digest = u.pkgs.v[a].digest;
	digest_bytes(DIGEST_SHA256, "y", 1, &u.pkgs.v[d].digest);
	plain[0] = add("bar", "1", 0, 0);
	plain[1] = add("bar", "1", 0, 0); /* no digests: nothing says they are equal */
	ASSERT_EQ(universe_finish(&u, &e), 0);

	ASSERT_TRUE(universe_pkg(&u, a)->hidden);
	ASSERT_FALSE(universe_pkg(&u, b)->hidden);
	ASSERT_TRUE(universe_pkg(&u, c)->hidden);
	ASSERT_FALSE(universe_pkg(&u, d)->hidden);
	ASSERT_FALSE(universe_pkg(&u, plain[0])->hidden || universe_pkg(&u, plain[1])->hidden);
	(void)universe_providers(&u, universe_pkg(&u, a)->name, &n);
	ASSERT_EQ(n, 2);
}

TEST(find_prefers_repo_then_version)
{
	pkg_id best;

	start(FAMILY_DEB);
	add("foo", "9", 1, 0);
	add("foo", "1.2", 0, 0);
	best = add("foo", "1.10", 0, 0);
	ASSERT_EQ(universe_finish(&u, &e), 0);
	ASSERT_EQ(universe_find(&u, SV("foo")), best);
	ASSERT_EQ(universe_find(&u, SV("fo")), 0);
	ASSERT_EQ(universe_find(&u, SV("9")), 0); /* interned, but no name */
}

/* Equal but for the mirror: which one was added first says nothing. */
TEST(ties_go_by_mirror)
{
	pkg_id late, early;

	start(FAMILY_DEB);
	universe_add_repo(&u, &(struct universe_repo){ .label = SV("third"), .priority = 1 });
	late = add("a", "1", 2, 0);
	early = add("a", "1", 1, 0);
	u.pkgs.v[late].digest = u.pkgs.v[early].digest = (struct digest){ .kind = DIGEST_SHA256 };
	ASSERT_TRUE(universe_preference(&u, early, late) < 0);
	ASSERT_EQ(universe_finish(&u, &e), 0);
	ASSERT_TRUE(universe_pkg(&u, late)->hidden && !universe_pkg(&u, early)->hidden);
	ASSERT_EQ(universe_find(&u, SV("a")), early);
	universe_done(&u);
}

/* Streams of modules that are not enabled: their names are not to be had. */
TEST(hidden_names_are_not_listed)
{
	start(FAMILY_RPM);
	u.pkgs.v[add("maven", "1", 0, 0)].hidden = true;
	add("grep", "1", 0, 0);
	ASSERT_EQ(universe_finish(&u, &e), 0);
	ASSERT_EQ(u.n_names, 1);
	ASSERT_TRUE(sv_eq(universe_near_name(&u, SV("mavem")), SV_NULL));
	universe_done(&u);
}

TEST(print)
{
	start(FAMILY_DEB);
	ASSERT_EQ_STR(print_dep(op(DEP_OR, atom("a", "any", REL_GT | REL_EQ, "1"),
				   op(DEP_OR, atom("b", "", REL_LT, "2"),
				      atom("c", "", REL_ANY, "")))),
		      "a:any (>= 1) | b (<< 2) | c");
	ASSERT_EQ_STR(dep_rel_text(FAMILY_DEB, REL_GT), ">>");
	ASSERT_EQ_STR(dep_rel_text(FAMILY_RPM, REL_LT | REL_EQ), "<=");
}

static char *dump(bool reversed)
{
	struct strbuf b = STRBUF_INIT;
	dep_id d;

	start(FAMILY_DEB);
	if (reversed)
		add("b", "1", 0, MULTI_ARCH_SAME);
	add("a", "10", 0, 0);
	add("a", "9", 0, 0);
	if (!reversed)
		add("b", "1", 0, MULTI_ARCH_SAME);
	d = atom("b", "", REL_GT | REL_EQ, "1");
	for (pkg_id p = 1; p <= universe_count(&u); p++)
		if (universe_pkg(&u, p)->version == universe_str(&u, SV("9")))
			universe_set_deps(&u, p, DEPK_REQUIRES, &d, 1);
	ASSERT_EQ(universe_finish(&u, &e), 0);
	universe_dump(&u, &b);
	return strbuf_take(&b);
}

TEST(dump_does_not_depend_on_order)
{
	char *a = dump(false), *b = dump(true);

	ASSERT_EQ_STR(a, b);
	ASSERT_EQ_STR(a,
		      "Package: a\nVersion: 9\nArchitecture: amd64\nRepository: first\n"
		      "Requires: b (>= 1)\nSize: 0\n"
		      "\nPackage: a\nVersion: 10\nArchitecture: amd64\nRepository: first\nSize: 0\n"
		      "\nPackage: b\nVersion: 1\nArchitecture: amd64\nRepository: first\n"
		      "Multi-Arch: same\nSize: 0\n");
	free(a);
	free(b);
}

TEST(names_after_finish_have_no_providers)
{
	uint32_t n = 7;

	start(FAMILY_DEB);
	add("foo", "1", 0, 0);
	ASSERT_EQ(universe_finish(&u, &e), 0);
	(void)universe_providers(&u, universe_str(&u, SV("new")), &n);
	ASSERT_EQ(n, 0);
}

TEST(empty)
{
	start(FAMILY_DEB);
	ASSERT_EQ(universe_finish(&u, &e), 0);
	ASSERT_EQ(universe_count(&u), 0);
	ASSERT_EQ(universe_find(&u, SV("foo")), 0);
	universe_done(&u);
}

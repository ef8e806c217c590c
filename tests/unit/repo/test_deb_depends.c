/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repo/deb/deb_depends.h"

#include <stdlib.h>

#include "base/strbuf.h"
#include "tests/unit/test.h"

static struct universe u;

static int parse(const char *text, enum dep_kind kind, struct strbuf *out, struct err *e)
{
	const struct arch *arch = NULL;
	struct dep_ids ids = { 0 };
	struct deb_field f = { .value = sv_from(text), .line = 7, .col = 10 };
	int r;

	*e = ERR_INIT;
	ASSERT_EQ(arch_find(SV("amd64"), &arch, e), 0);
	universe_done(&u);
	universe_init(&u, FAMILY_DEB, SV("amd64"));
	r = deb_depends_parse(&(struct deb_depends_ctx){ &u, arch }, &f, kind, &ids, e);
	strbuf_clear(out);
	strbuf_adds(out, "");
	for (size_t i = 0; i < ids.n; i++) {
		if (i)
			strbuf_adds(out, ", ");
		dep_print(&u, ids.v[i], out);
	}
	vec_done(&ids);
	return r;
}

TEST(grammar)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "", "" },
		{ "a", "a" },
		{ "a, b", "a, b" },
		{ "a,b,", "a, b" },
		{ " a\t,\n b ", "a, b" },
		{ "a (>= 1)", "a (>= 1)" },
		{ "a(>=1)", "a (>= 1)" },
		{ "a ( << 1:2~3-4+b1 )", "a (<< 1:2~3-4+b1)" },
		{ "a (= 1)", "a (= 1)" },
		{ "a (== 1)", "a (= 1)" },
		{ "a (>> 1)", "a (>> 1)" },
		{ "a (<= 1)", "a (<= 1)" },
		{ "a (< 1), b (> 1)", "a (<= 1), b (>= 1)" },
		{ "a|b", "a | b" },
		{ "a | b (>= 1) | c:any, d", "a | b (>= 1) | c:any, d" },
		{ "python3:any (>= 3.11~)", "python3:any (>= 3.11~)" },
		{ "libstdc++6, g++-12, lib0.2, 0ad", "libstdc++6, g++-12, lib0.2, 0ad" },
		{ "a [amd64]", "a" },
		{ "a [arm64]", "" },
		{ "a [!amd64]", "" },
		{ "a [!arm64 !i386]", "a" },
		{ "a [arm64 amd64], b", "a, b" },
		{ "a [linux-any]", "a" },
		{ "a [any-amd64]", "a" },
		{ "a [kfreebsd-any]", "" },
		{ "a [any]", "a" },
		{ "a [ amd64 ] | b [arm64] | c", "a | c" },
		{ "a (>= 1) [amd64] <!nocheck>", "a (>= 1)" },
		{ "a <!nocheck>", "a" },
		{ "a <nocheck>", "" },
		{ "a <stage1> <!cross>", "a" },
		{ "a <!stage1 cross>", "" },
		{ "a <nodoc>, b", "b" },
		{ "a,\n# b, c\n d", "a, d" },
		{ "a |\n# b, c\n d", "a | d" },
	};
	struct strbuf b = STRBUF_INIT;
	struct err e;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ASSERT_MSG(parse(rows[i].text, DEPK_REQUIRES, &b, &e) == 0, "'%s': %s",
			   rows[i].text, e.text);
		ASSERT_MSG(sv_eq(strbuf_sv(&b), sv_from(rows[i].want)), "'%s' gives '%s'",
			   rows[i].text, b.p);
	}
	strbuf_done(&b);
}

TEST(errors)
{
	static const struct {
		const char *text, *error;
	} rows[] = {
		{ ",a", "line 7:10: nothing before ','" },
		{ "a,,b", "line 7:12: nothing before ','" },
		{ "a b", "line 7:12: ',' or '|' expected before 'b'" },
		{ "a |", "line 7:13: package name expected at the end" },
		{ "| a", "line 7:10: package name expected before '|'" },
		{ "-a", "line 7:10: package name expected before '-'" },
		{ "a:", "line 7:12: architecture expected at the end" },
		{ "a (", "line 7:13: relation" },
		{ "a (1)", "line 7:13: relation" },
		{ "a (>= )", "line 7:16: version is empty" },
		{ "a (>= 1", "line 7:17: ')' expected at the end" },
		{ "a (>= 1 2)", "line 7:18: ')' expected before '2'" },
		{ "a (>= 1:)", "bad version '1:'" },
		{ "a (>= 1), b (~ 2)", "line 7:23: relation" },
		{ "a [", "architecture or ']' expected at the end" },
		{ "a []", "architecture or ']' expected before ']'" },
		{ "a [amd64 !arm64]", "mixes" },
		{ "a [amd64", "expected at the end" },
		{ "a <", "build profile or '>' expected" },
		{ "a <>", "build profile or '>' expected" },
		{ "a,\n b,\n ?", "line 9:2: package name expected before '?'" },
		{ "a,\n b \x01", "not byte 0x01" },
		{ "${misc:Depends}", "package name expected before '$'" },
	};
	struct strbuf b = STRBUF_INIT;
	struct err e;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ASSERT_MSG(parse(rows[i].text, DEPK_REQUIRES, &b, &e) == E_FORMAT,
			   "'%s' gives '%s'", rows[i].text, b.p);
		ASSERT_HAS_STR(e.text, rows[i].error);
	}
	strbuf_done(&b);
}

TEST(kinds)
{
	struct strbuf b = STRBUF_INIT;
	struct err e;

	ASSERT_EQ(parse("a (= 1), b", DEPK_PROVIDES, &b, &e), 0);
	ASSERT_EQ_STR(b.p, "a (= 1), b");
	ASSERT_EQ(parse("a (>= 1)", DEPK_PROVIDES, &b, &e), E_FORMAT);
	ASSERT_HAS_STR(e.text, "only '='");
	ASSERT_EQ(parse("a, b | c", DEPK_CONFLICTS, &b, &e), E_FORMAT);
	ASSERT_HAS_STR(e.text, "line 7:13: alternatives are not allowed");
	ASSERT_EQ(parse("a | b", DEPK_BREAKS, &b, &e), E_FORMAT);
	ASSERT_EQ(parse("a | b", DEPK_REPLACES, &b, &e), E_FORMAT);
	ASSERT_EQ(parse("a | b", DEPK_RECOMMENDS, &b, &e), 0);
	strbuf_done(&b);
}

TEST(equal_text_is_one_dependency)
{
	struct strbuf b = STRBUF_INIT;
	struct err e;
	size_t deps;

	ASSERT_EQ(parse("a (>= 1) | b", DEPK_REQUIRES, &b, &e), 0);
	deps = u.deps.n;
	ASSERT_EQ(parse("a (>= 1) | b, a (>= 1) | b", DEPK_REQUIRES, &b, &e), 0);
	ASSERT_EQ(u.deps.n, deps);
	ASSERT_EQ_STR(b.p, "a (>= 1) | b, a (>= 1) | b");
	strbuf_done(&b);
}

TEST(a_megabyte)
{
	struct strbuf text = STRBUF_INIT, out = STRBUF_INIT;
	struct err e;

	while (text.n < 1u << 20)
		strbuf_addf(&text, "package%zu (>= 1.0-%zu), ", text.n, text.n);
	ASSERT_EQ(parse(text.p, DEPK_REQUIRES, &out, &e), 0);
	strbuf_done(&out);

	strbuf_clear(&text);
	for (unsigned i = 0; i < DEB_CLAUSES_MAX; i++)
		strbuf_adds(&text, "a,");
	ASSERT_EQ(parse(text.p, DEPK_REQUIRES, &out, &e), 0);
	strbuf_adds(&text, "a,");
	ASSERT_EQ(parse(text.p, DEPK_REQUIRES, &out, &e), E_LIMIT);

	strbuf_clear(&text);
	strbuf_adds(&text, "a");
	for (unsigned i = 1; i < DEB_ALTERNATIVES_MAX; i++)
		strbuf_adds(&text, "|a");
	ASSERT_EQ(parse(text.p, DEPK_REQUIRES, &out, &e), 0);
	strbuf_adds(&text, "|a");
	ASSERT_EQ(parse(text.p, DEPK_REQUIRES, &out, &e), E_LIMIT);
	strbuf_done(&text);
	strbuf_done(&out);
	universe_done(&u);
}

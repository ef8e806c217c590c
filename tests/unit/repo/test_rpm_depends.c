/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repo/rpm/rpm_depends.h"

#include <stdlib.h>

#include "base/strbuf.h"
#include "tests/unit/test.h"

static struct universe u;

static int entry(const char *name, uint8_t rel, const char *evr, struct strbuf *out, struct err *e)
{
	dep_id id = 0;
	int r;

	*e = ERR_INIT;
	universe_done(&u);
	universe_init(&u, FAMILY_RPM, SV("x86_64"));
	r = rpm_depends_entry(&u, DEPK_REQUIRES, sv_from(name), rel, sv_from(evr), &id, e);
	strbuf_clear(out);
	strbuf_adds(out, "");
	if (r >= 0 && id)
		dep_print(&u, id, out);
	return r;
}

TEST(plain)
{
	static const struct {
		const char *name, *evr;
		uint8_t rel;
		const char *want;
	} rows[] = {
		{ "a", "", REL_ANY, "a" },
		{ "/bin/sh", "", REL_ANY, "/bin/sh" },
		{ "a", "1:2-3", REL_EQ, "a = 1:2-3" },
		{ "a", "0:2-3", REL_LT | REL_EQ, "a <= 2-3" },
		{ "a", "", REL_EQ, "a" },
		{ "a", "7", REL_ANY, "a" },
		{ "libc.so.6(GLIBC_2.4)(64bit)", "", REL_ANY, "libc.so.6(GLIBC_2.4)(64bit)" },
		{ "user(x)", "dSB4IDEK+/=", REL_EQ, "user(x) = dSB4IDEK+/=" },
		/* features: known, in no such version, unknown, meant to be refused */
		{ "rpmlib(FileDigests)", "4.6.0-1", REL_LT | REL_EQ, "" },
		{ "rpmlib(FileDigests)", "", REL_ANY, "" },
		{ "rpmlib(PayloadIsZstd)", "5.4.18-1", REL_LT | REL_EQ, "" },
		{ "rpmlib(FileDigests)", "4.7", REL_GT | REL_EQ, "rpmlib(FileDigests) >= 4.7" },
		{ "rpmlib(FileDigests)", "4.5", REL_LT, "rpmlib(FileDigests) < 4.5" },
		{ "rpmlib(Telepathy)", "9-1", REL_LT | REL_EQ, "rpmlib(Telepathy) <= 9-1" },
		{ "rpmlib(ShortCircuited)", "4.9-1", REL_EQ, "rpmlib(ShortCircuited) = 4.9-1" },
	};
	struct strbuf b = STRBUF_INIT;
	struct err e;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ASSERT_MSG(entry(rows[i].name, rows[i].rel, rows[i].evr, &b, &e) == 0, "%s: %s",
			   rows[i].name, e.text);
		ASSERT_EQ_STR(b.p, rows[i].want);
	}
	strbuf_done(&b);
	universe_done(&u);
}

TEST(rich)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "(a)", "a" },
		{ "((a))", "a" },
		{ "(a and b)", "(a and b)" },
		{ "(a  or\tb)", NULL },
		{ "( a or b )", "(a or b)" },
		{ "(a or b or c)", "(a or b or c)" },
		{ "(a or (b or c))", "(a or b or c)" },
		{ "((a or b) or c)", "((a or b) or c)" },
		{ "(a >= 1:2-3 and b<4)", "(a >= 1:2-3 and b < 4)" },
		{ "(a == 1 or b = 0:2)", "(a = 1 or b = 2)" },
		{ "(pkgconfig(x) >= 1 and lib(y)(64bit))",
		  "(pkgconfig(x) >= 1 and lib(y)(64bit))" },
		{ "(font(:lang=en) or dejavu-fonts>=2)", "(font(:lang=en) or dejavu-fonts >= 2)" },
		{ "(a if b)", "(a if b)" },
		{ "(a unless b)", "(a unless b)" },
		{ "(a if b else c)", "((a if b) and (c or b))" },
		{ "(a unless b else c)", "((a unless b) or (c and b))" },
		{ "(a with b)", "(a with b)" },
		{ "(a >= 1 with a < 2 with b)", "(a >= 1 with a < 2 with b)" },
		{ "(a without b)", "(a without b)" },
		{ "((a or b) with (c and d))", "((a or b) with (c and d))" },
		{ "((a if b) or (c and (d unless (e or f))))",
		  "((a if b) or (c and (d unless (e or f))))" },
		{ "(/usr/bin/x if /bin/y)", "(/usr/bin/x if /bin/y)" },
		{ "(a(b", NULL },
	};
	struct strbuf b = STRBUF_INIT;
	struct err e;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int r = entry(rows[i].text, REL_ANY, "", &b, &e);

		ASSERT_MSG((r == 0) == (rows[i].want != NULL), "'%s': %s", rows[i].text, e.text);
		if (rows[i].want)
			ASSERT_EQ_STR(b.p, rows[i].want);
	}
	strbuf_done(&b);
	universe_done(&u);
}

TEST(rich_refused)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "(", "column 2: name expected at the end" },
		{ "()", "column 2: name expected before ')'" },
		{ "(a", "column 3: ')' or one of and, or" },
		{ "(a b)", "column 4: ')' or one of and, or" },
		{ "(a,b)", "column 3: ')' or one of and, or" },
		{ "(a and)", "column 7: name expected before ')'" },
		{ "(a and b or c)", "column 10: operators are mixed" },
		{ "(a without b without c)", "column 14: operators are mixed" },
		{ "(a if b if c)", "column 9: operators are mixed" },
		{ "(a if b else c else d)", "column 16: 'else' without" },
		{ "(a else b)", "column 4: 'else' without" },
		{ "(a and b else c)", "column 10: 'else' without" },
		{ "(a if b else c and d)", "column 16: operators are mixed" },
		{ "(a >= )", "column 7: version expected" },
		{ "(a <> b)", "column 5: version expected" },
		{ "(= 1)", "column 2: name expected" },
		{ "(a) b", "column 5: something behind" },
		{ "((a if b) with c)", "column 1: a condition inside" },
		{ "(a without (b unless c))", "column 1: a condition inside" },
		{ "(a\nand b)", "byte 0x0a" },
		{ "(a(b and c)", "column 5: name 'a(b' has a '(' that is not closed" },
		{ "(a = 1(2 )", "version '1(2' has a '(' that" },
	};
	struct strbuf b = STRBUF_INIT;
	struct err e;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ASSERT_MSG(entry(rows[i].text, REL_ANY, "", &b, &e) == E_FORMAT, "'%s'",
			   rows[i].text);
		ASSERT_HAS_STR(e.text, rows[i].want);
	}
	strbuf_done(&b);
	universe_done(&u);
}

static void repeat(struct strbuf *b, const char *text, unsigned n)
{
	while (n--)
		strbuf_adds(b, text);
}

TEST(limits)
{
	struct strbuf b = STRBUF_INIT, out = STRBUF_INIT;
	struct err e;

	repeat(&b, "(", RPM_RICH_DEPTH_MAX);
	strbuf_adds(&b, "a");
	repeat(&b, ")", RPM_RICH_DEPTH_MAX);
	ASSERT_EQ(entry(b.p, REL_ANY, "", &out, &e), 0);
	strbuf_clear(&b);
	repeat(&b, "(", 30000);
	ASSERT_EQ(entry(b.p, REL_ANY, "", &out, &e), E_LIMIT);
	ASSERT_HAS_STR(e.text, "nested more than 24 deep");

	strbuf_clear(&b);
	strbuf_adds(&b, "(a");
	repeat(&b, " or a", RPM_RICH_ATOMS_MAX - 1);
	strbuf_adds(&b, ")");
	ASSERT_EQ(entry(b.p, REL_ANY, "", &out, &e), 0);
	b.p[b.n - 1] = ' ';
	strbuf_adds(&b, "or a)");
	ASSERT_EQ(entry(b.p, REL_ANY, "", &out, &e), E_LIMIT);

	/* else doubles its condition: 2^20 operands in few bytes */
	strbuf_clear(&b);
	repeat(&b, "(x if ", 20);
	strbuf_adds(&b, "a");
	repeat(&b, " else y)", 20);
	ASSERT_EQ(entry(b.p, REL_ANY, "", &out, &e), E_LIMIT);
	ASSERT_HAS_STR(e.text, "more than 4096 operands");

	strbuf_clear(&b);
	repeat(&b, "a", RPM_DEP_TEXT_MAX + 1);
	ASSERT_EQ(entry(b.p, REL_ANY, "", &out, &e), E_LIMIT);
	ASSERT_EQ(entry("a", REL_EQ, b.p, &out, &e), E_LIMIT);
	ASSERT_EQ(entry("", REL_ANY, "", &out, &e), E_FORMAT);
	strbuf_done(&out);
	strbuf_done(&b);
	universe_done(&u);
}

TEST(kinds_and_sharing)
{
	dep_id a = 0, b = 0, c = 0;
	struct err e = ERR_INIT;

	universe_init(&u, FAMILY_RPM, SV("x86_64"));
	ASSERT_EQ(rpm_depends_entry(&u, DEPK_PROVIDES, SV("(a or b)"), 0, SV_NULL, &a, &e),
		  E_FORMAT);
	ASSERT_EQ(rpm_depends_entry(&u, DEPK_OBSOLETES, SV("(a or b)"), 0, SV_NULL, &a, &e),
		  E_FORMAT);
	ASSERT_EQ(rpm_depends_entry(&u, DEPK_CONFLICTS, SV("a"), REL_EQ, SV("1"), &a, &e), 0);
	ASSERT_EQ(rpm_depends_entry(&u, DEPK_REQUIRES, SV("a"), REL_EQ, SV("0:1"), &b, &e), 0);
	ASSERT_EQ(rpm_depends_entry(&u, DEPK_REQUIRES, SV("a"), REL_LT, SV("1"), &c, &e), 0);
	ASSERT_TRUE(a == b && a != c);
	ASSERT_EQ(rpm_depends_entry(&u, DEPK_REQUIRES, SV("(x if y)"), 0, SV_NULL, &a, &e), 0);
	ASSERT_EQ(rpm_depends_entry(&u, DEPK_CONFLICTS, SV("(x if y)"), 0, SV_NULL, &b, &e), 0);
	ASSERT_TRUE(a == b);
	universe_done(&u);
}

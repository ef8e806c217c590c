/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repo/deb/deb_control.h"

#include <stdlib.h>

#include "base/strbuf.h"
#include "tests/unit/test.h"

static struct deb_stanza s;

/* Number of stanzas, or the error; s is the last one. */
static int read_all(struct sv text, struct err *e)
{
	struct deb_reader r = deb_reader_init(text);
	int k, n = 0;

	while ((k = deb_stanza_next(&r, &s, e)) > 0)
		n++;
	return k < 0 ? k : n;
}

static int first(struct sv text)
{
	struct deb_reader r = deb_reader_init(text);
	struct err e = ERR_INIT;

	return deb_stanza_next(&r, &s, &e);
}

static bool is(enum deb_key key, const char *want)
{
	return sv_eq(deb_get(&s, key), sv_from(want));
}

TEST(keys_are_found)
{
	for (int k = 1; k < DEB_KEY_COUNT; k++) {
		char text[64];
		struct sv name = sv_from(deb_key_name((enum deb_key)k));

		ASSERT_MSG(deb_key_find(name) == (enum deb_key)k, "%s", name.p);
		for (size_t i = 0; i < name.n; i++)
			text[i] = i % 2                                  ? ascii_tolower(name.p[i])
				  : name.p[i] >= 'a' && name.p[i] <= 'z' ? (char)(name.p[i] - 32)
									 : name.p[i];
		ASSERT_MSG(deb_key_find(sv_of(text, name.n)) == (enum deb_key)k, "%s", text);
	}
	ASSERT_EQ(deb_key_find(SV("Packagf")), DEB_OTHER);
	ASSERT_EQ(deb_key_find(SV("")), DEB_OTHER);
	ASSERT_EQ(deb_key_find(SV("A-field-with-a-name-that-is-very-long-indeed")), DEB_OTHER);
}

TEST(plain)
{
	ASSERT_EQ(first(SV("Package: foo\nVersion:1.0 \nX-Mine: \t y\n\nPackage: bar\n")), 1);
	ASSERT_TRUE(is(DEB_PACKAGE, "foo"));
	ASSERT_TRUE(is(DEB_VERSION, "1.0"));
	ASSERT_EQ(s.known[DEB_PACKAGE].line, 1);
	ASSERT_EQ(s.known[DEB_PACKAGE].col, 10);
	ASSERT_EQ(s.known[DEB_VERSION].line, 2);
	ASSERT_EQ(s.known[DEB_VERSION].col, 9);
	ASSERT_EQ(s.others_n, 1);
	ASSERT_FALSE(deb_has(&s, DEB_DEPENDS));
	ASSERT_EQ(deb_get(&s, DEB_DEPENDS).n, 0);
}

TEST(folded)
{
	struct sv rest, line;

	ASSERT_EQ(first(SV("Depends: a,\n b,\n# note, with comma\n\tc\n# last\nVersion: 1\n")), 1);
	ASSERT_TRUE(is(DEB_DEPENDS, "a,\n b,\n# note, with comma\n\tc"));
	ASSERT_TRUE(is(DEB_VERSION, "1"));
	ASSERT_EQ(s.known[DEB_VERSION].line, 6);

	rest = deb_get(&s, DEB_DEPENDS);
	ASSERT_TRUE(deb_value_line(&rest, &line) && sv_eq(line, SV("a,")));
	ASSERT_TRUE(deb_value_line(&rest, &line) && sv_eq(line, SV("b,")));
	ASSERT_TRUE(deb_value_line(&rest, &line) && sv_eq(line, SV("c")));
	ASSERT_FALSE(deb_value_line(&rest, &line));

	ASSERT_EQ(first(SV("SHA256:\n x 1 y\n z 2 w\n")), 1);
	ASSERT_TRUE(is(DEB_SHA256, "\n x 1 y\n z 2 w"));
}

TEST(separators)
{
	struct err e = ERR_INIT;

	ASSERT_EQ(read_all(SV(""), &e), 0);
	ASSERT_EQ(read_all(SV_NULL, &e), 0);
	ASSERT_EQ(read_all(SV("\n\n  \n\t\n"), &e), 0);
	ASSERT_EQ(read_all(SV("# only\n#comments"), &e), 0);
	ASSERT_EQ(read_all(SV("\n\nA: 1\n\n\n\nB: 2"), &e), 2);
	ASSERT_EQ(s.line, 7);
	ASSERT_EQ(read_all(SV("A: 1\r\nB: 2\r\n\r\nC: 3\r\n"), &e), 2);
	ASSERT_EQ(read_all(SV("A: 1\n# c\nB: 2\n#\n\n# d\nC: 3\n"), &e), 2);
}

TEST(windows_line_ends)
{
	ASSERT_EQ(first(SV("Package: foo\r\nVersion: 1\r\n")), 1);
	ASSERT_TRUE(is(DEB_PACKAGE, "foo"));
	ASSERT_TRUE(is(DEB_VERSION, "1"));
}

TEST(errors)
{
	static const struct {
		struct sv text;
		const char *error;
	} rows[] = {
		{ { " continued\n", 11 }, "line 1: continuation line" },
		{ { "A: 1\n\n x\n", 9 }, "line 3: continuation line" },
		{ { "no colon\n", 9 }, "line 1: no 'Field:'" },
		{ { "nocolon", 7 }, "line 1: no 'Field:'" },
		{ { "A: 1\n: x\n", 9 }, "line 2: bad field name" },
		{ { "-----BEGIN: x\n", 14 }, "line 1: bad field name" },
		{ { "A B: x\n", 7 }, "line 1: no 'Field:'" },
		{ { "\xc3\xa4: x\n", 6 }, "line 1: no 'Field:'" },
		{ { "A: 1\n\0: x\n", 10 }, "line 2: no 'Field:'" },
		{ { "Version: 1\nversion: 2\n", 22 },
		  "line 2: field 'Version' is there twice, first on line 1" },
		{ { "X-A: 1\nB: 2\nx-a: 2\n", 19 }, "line 3: field 'x-a' is there twice" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err e = ERR_INIT;

		ASSERT_MSG(read_all(rows[i].text, &e) == E_FORMAT, "row %zu passed", i);
		ASSERT_HAS_STR(e.text, rows[i].error);
	}
}

TEST(getters)
{
	struct err e = ERR_INIT;
	struct sv v = SV("old");
	bool yes = true;

	ASSERT_EQ(first(SV(
			  "Package: a\n b\nEssential: YES\nProtected: no\nImportant: maybe\nSource:\n"
			  "Version: a\x01"
			  "b\n")),
		  1);
	ASSERT_EQ(deb_get_line(&s, DEB_PACKAGE, &v, &e), E_FORMAT);
	ASSERT_HAS_STR(e.text, "line 1: field 'Package' has more than one line");
	ASSERT_EQ(deb_get_line(&s, DEB_VERSION, &v, &e), E_FORMAT);
	ASSERT_HAS_STR(e.text, "line 7:11: field 'Version' has a control character");
	ASSERT_TRUE(sv_eq(v, SV("old")));
	ASSERT_EQ(deb_get_needed(&s, DEB_DEPENDS, &v, &e), E_FORMAT);
	ASSERT_HAS_STR(e.text, "line 1: stanza has no field 'Depends'");
	ASSERT_EQ(deb_get_needed(&s, DEB_SOURCE, &v, &e), E_FORMAT);
	ASSERT_HAS_STR(e.text, "line 6: field 'Source' is empty");
	ASSERT_EQ(deb_get_line(&s, DEB_DEPENDS, &v, &e), 0);
	ASSERT_EQ(v.n, 0);
	ASSERT_EQ(deb_get_yes(&s, DEB_PROTECTED, &yes, &e), 0);
	ASSERT_FALSE(yes);
	ASSERT_EQ(deb_get_yes(&s, DEB_ESSENTIAL, &yes, &e), 0);
	ASSERT_TRUE(yes);
	ASSERT_EQ(deb_get_yes(&s, DEB_IMPORTANT, &yes, &e), E_FORMAT);
}

TEST(limits)
{
	struct strbuf b = STRBUF_INIT;
	struct err e = ERR_INIT;

	for (int i = 0; i < DEB_OTHERS_MAX; i++)
		strbuf_addf(&b, "X-%d: 1\n", i);
	ASSERT_EQ(read_all(strbuf_sv(&b), &e), 1);
	strbuf_adds(&b, "X-last: 1\n");
	ASSERT_EQ(read_all(strbuf_sv(&b), &e), E_LIMIT);
	ASSERT_HAS_STR(e.text, "line 257");

	strbuf_clear(&b);
	strbuf_adds(&b, "Depends: ");
	strbuf_reserve(&b, DEB_FIELD_MAX + 2);
	for (size_t i = 0; i < DEB_FIELD_MAX; i++)
		strbuf_addc(&b, 'x');
	ASSERT_EQ(read_all(strbuf_sv(&b), &e), 1);
	strbuf_addc(&b, 'x');
	ASSERT_EQ(read_all(strbuf_sv(&b), &e), E_LIMIT);
	ASSERT_HAS_STR(e.text, "field 'Depends' has 4194305 bytes");
	strbuf_done(&b);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkg/universe.h"

#include "tests/unit/test.h"

TEST(forms)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "foo", "foo" },
		{ "  foo ", "foo" },
		{ "libstdc++6", "libstdc++6" },
		{ "foo=1:2-3", "foo (= 1:2-3)" },
		{ "foo (>= 1.2)", "foo (>= 1.2)" },
		{ "foo(<<1.2)", "foo (<< 1.2)" },
		{ "foo ( > 1 )", "foo (>> 1)" },
		{ "foo >= 1.2", "foo (>= 1.2)" },
		{ "foo/amd64", "foo:amd64" },
		{ "foo:any", "foo:any" },
		{ "foo/amd64=2", "foo:amd64 (= 2)" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct strbuf b = STRBUF_INIT;
		struct err e = ERR_INIT;
		struct universe u;
		dep_id d = 0;

		universe_init(&u, FAMILY_DEB, SV("amd64"));
		ASSERT_MSG(dep_parse_request(&u, sv_from(rows[i].text), &d, &e) == 0, "'%s': %s",
			   rows[i].text, e.text);
		dep_print(&u, d, &b);
		ASSERT_EQ_STR(b.p, rows[i].want);
		strbuf_done(&b);
		universe_done(&u);
	}
}

TEST(errors)
{
	static const struct {
		const char *text, *error;
	} rows[] = {
		{ "", "no package name" },           { "=1", "no package name" },
		{ "foo=", "version is empty" },      { "foo (>= 1", "')' is missing" },
		{ "foo (1)", "no relation" },        { "foo bar", "no relation" },
		{ "foo/", "architecture is empty" }, { "foo=a b", "bad version" },
		{ "foo (>= )", "version is empty" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err e = ERR_INIT;
		struct universe u;
		dep_id d = 77;

		universe_init(&u, FAMILY_DEB, SV("amd64"));
		ASSERT_MSG(dep_parse_request(&u, sv_from(rows[i].text), &d, &e) == E_USAGE,
			   "'%s' passed", rows[i].text);
		ASSERT_HAS_STR(e.text, rows[i].error);
		ASSERT_TRUE(e.hint[0]);
		ASSERT_EQ(d, 77);
		universe_done(&u);
	}
}

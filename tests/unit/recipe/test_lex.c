/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "recipe/recipe_int.h"
#include "test.h"

/* "SECTION|KEY|LINE:COL=TEXT;..." per item, or the error. */
static const char *lex(struct strbuf *out, struct sv text)
{
	_cleanup_(recipe_item_done) struct recipe_item it = { 0 };
	struct recipe_lexer l;
	struct err e = ERR_INIT;
	int r = recipe_lex_init(&l, SV("f"), text, &e);

	strbuf_clear(out);
	strbuf_add(out, SV(""));
	while (r >= 0 && (r = recipe_lex_next(&l, &it, &e)) > 0) {
		strbuf_addf(out, "%.*s|%.*s|%u:%u", (int)it.section.n, it.section.p, (int)it.key.n,
			    it.key.p ? it.key.p : "", it.line, it.col);
		for (size_t i = 0; it.key.p && i < it.lines.n; i++)
			strbuf_addf(out, ";%u:%u=%.*s", it.lines.v[i].line, it.lines.v[i].col,
				    (int)it.lines.v[i].text.n, it.lines.v[i].text.p);
		strbuf_addc(out, '\n');
	}
	if (r < 0)
		strbuf_addf(out, "error %d %s\n", r, e.text);
	return out->p ? out->p : "";
}

TEST(items)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "", "" },
		{ "\n  \n# x\n", "" },
		{ "[A]\nk=v\n", "A||1:1\nA|k|2:1;2:3=v\n" },
		{ "[ A ]\r\n k  =  v w \r\n", "A||1:1\nA|k|2:2;2:8=v w\n" },
		{ "[A]\nk=a # b\n  # c\n\n  d\n\te\nl=",
		  "A||1:1\nA|k|2:1;2:3=a;5:3=d;6:2=e\nA|l|7:1;7:2=\n" },
		{ "[A]\nk=\"x # y\" # z\n", "A||1:1\nA|k|2:1;2:3=\"x # y\"\n" },
		{ "[A]\nk=\"x # y\n", "A||1:1\nA|k|2:1;2:3=\"x\n" },
		{ "[A]\nk=\"a\\\"#\" # z\n", "A||1:1\nA|k|2:1;2:3=\"a\\\"#\"\n" },
		{ "[A]\n;k=v\nk=a;b\n", "A||1:1\nA|k|3:1;3:3=a;b\n" },
		{ "\xef\xbb\xbf[A]\n", "A||1:1\n" },
		{ "  [A]\n  k=v\n    w\n  l=x\n", "A||1:3\nA|k|2:3;2:5=v;3:5=w\nA|l|4:3;4:5=x\n" },
		{ "[A]\n  k=v\n", "A||1:1\nA|k|2:3;2:5=v\n" },
		{ "[A]\nk=v\n[B]\nk=w=x", "A||1:1\nA|k|2:1;2:3=v\nB||3:1\nB|k|4:1;4:3=w=x\n" },
		{ "k=v\n", "error -6 f:1:1: setting 'k=v' stands outside of a section\n" },
		{ "[A]\nk\n", "A||1:1\nerror -6 f:2:1: '=' is missing after 'k'\n" },
		{ "[A]\n=v\n", "A||1:1\nerror -6 f:2:1: setting without a name before '='\n" },
		{ "[A\n", "error -6 f:1:1: section '[A' does not end with ']'\n" },
		{ "[ ]\n", "error -6 f:1:1: section without a name\n" },
		{ "[\n", "error -6 f:1:1: section '[' does not end with ']'\n" },
	};
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		ASSERT_EQ_STR(lex(&out, sv_from(cases[i].text)), cases[i].want);
}

TEST(nul_is_refused)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;

	ASSERT_EQ_STR(lex(&out, sv_of("[A]\nk=\0v", 8)),
		      "error -3 f: byte 6 is NUL: not a text file\n");
}

TEST(reset)
{
	static const struct {
		const char *text;
		bool reset;
	} cases[] = { { "[A]\nk=\n", true },
		      { "[A]\nk= # x\n", true },
		      { "[A]\nk=\n x\n", false },
		      { "[A]\nk=,\n", false } };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(recipe_item_done) struct recipe_item it = { 0 };
		struct recipe_lexer l;
		struct err e = ERR_INIT;

		ASSERT_EQ_INT(recipe_lex_init(&l, SV("f"), sv_from(cases[i].text), &e), 0);
		ASSERT_EQ_INT(recipe_lex_next(&l, &it, &e), 1);
		ASSERT_EQ_INT(recipe_lex_next(&l, &it, &e), 1);
		ASSERT_EQ_INT(recipe_item_is_reset(&it), cases[i].reset);
	}
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/glob.h"

#include "base/macros.h"
#include "tests/unit/test.h"

static const struct {
	const char *pattern, *text;
	unsigned flags;
	bool hit;
} rows[] = {
	{ "", "", 0, true },
	{ "", "a", 0, false },
	{ "abc", "abc", 0, true },
	{ "abc", "abcd", 0, false },
	{ "abcd", "abc", 0, false },
	{ "*", "", 0, true },
	{ "*", "abc", 0, true },
	{ "a*c", "abbc", 0, true },
	{ "a*c", "abbd", 0, false },
	{ "*.ko*", "ext4.ko.xz", 0, true },
	{ "a*b*c", "aXbYbZc", 0, true },
	{ "a*b*c", "aXcYbZ", 0, false },
	{ "**a", "bca", 0, true },
	{ "?", "a", 0, true },
	{ "?", "", 0, false },
	{ "a?c", "abc", 0, true },
	{ "*", "a/b", 0, true },
	{ "?", "/", 0, true },
	{ "a*b", "a/b", 0, true },
	{ "*", "a/b", GLOB_PATHNAME, false },
	{ "*/*", "a/b", GLOB_PATHNAME, true },
	{ "?", "/", GLOB_PATHNAME, false },
	{ "[/]", "/", GLOB_PATHNAME, false },
	{ "[!a]", "/", GLOB_PATHNAME, false },
	{ "[!a]", "/", 0, true },
	{ "/usr/*/x", "/usr/a/x", GLOB_PATHNAME, true },
	{ "/usr/*/x", "/usr/a/b/x", GLOB_PATHNAME, false },
	{ "*a*/b*c", "xay/bzc", GLOB_PATHNAME, true },
	{ "[a-c]", "b", 0, true },
	{ "[a-c]", "d", 0, false },
	{ "[!a-c]", "d", 0, true },
	{ "[^a-c]", "b", 0, false },
	{ "[]]", "]", 0, true },
	{ "[!]]", "]", 0, false },
	{ "[a-]", "-", 0, true },
	{ "[-a]", "-", 0, true },
	{ "[[:digit:]]*", "7x", 0, true },
	{ "[[:alpha:]]", "7", 0, false },
	{ "[![:space:]]", "a", 0, true },
	{ "[[:nonsense:]a]", "a", 0, true },
	{ "[\\]]", "]", 0, true },
	{ "[", "[", 0, true },
	{ "[a", "[a", 0, true },
	{ "[a", "a", 0, false },
	{ "[!", "[!", 0, true },
	{ "a[b-", "a[b-", 0, true },
	{ "\\*", "*", 0, true },
	{ "\\*", "a", 0, false },
	{ "\\*", "\\a", GLOB_NOESCAPE, true },
	{ "\\a", "a", 0, true },
	{ "a\\", "a\\", 0, true },
	{ "[\\a]", "\\", GLOB_NOESCAPE, true },
	{ "\xc3\xa4?", "\xc3\xa4x", 0, true },
	{ "[\x80-\xff]", "\xc3", 0, true },
};

TEST(table)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		ASSERT_MSG(glob_match(sv_from(rows[i].pattern), sv_from(rows[i].text),
				      rows[i].flags) == rows[i].hit,
			   "row %zu: '%s' and '%s'", i, rows[i].pattern, rows[i].text);
}

TEST(no_views_at_all)
{
	ASSERT_TRUE(glob_match(SV_NULL, SV_NULL, 0));
	ASSERT_TRUE(glob_match(SV("*"), SV_NULL, 0));
	ASSERT_FALSE(glob_match(SV_NULL, SV("a"), 0));
}

TEST(hostile_patterns_end)
{
	char text[2000], pattern[400];

	/* Exponential for a matcher that retries every '*'. */
	memset(text, 'a', sizeof(text));
	for (size_t i = 0; i < sizeof(pattern); i += 2) {
		pattern[i] = '*';
		pattern[i + 1] = 'a';
	}
	pattern[sizeof(pattern) - 1] = 'b';
	ASSERT_FALSE(glob_match(sv_of(pattern, sizeof(pattern)), sv_of(text, sizeof(text)), 0));
}

TEST(patterns)
{
	ASSERT_TRUE(glob_is_pattern(SV("a*")));
	ASSERT_TRUE(glob_is_pattern(SV("?")));
	ASSERT_TRUE(glob_is_pattern(SV("[a]")));
	ASSERT_TRUE(glob_is_pattern(SV("\\a")));
	ASSERT_FALSE(glob_is_pattern(SV("a.b/c")));
	ASSERT_FALSE(glob_is_pattern((struct sv){ "a\0b", 3 }));
	ASSERT_FALSE(glob_is_pattern(SV_NULL));
}

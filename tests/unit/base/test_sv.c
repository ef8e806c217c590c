/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sv.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/macros.h"
#include "tests/unit/test.h"

/* The parts joined with '|', so that a row of a table can say what is expected. */
static const char *parts(bool (*next)(struct sv *, struct sv *), struct sv text)
{
	static char out[256];
	struct sv rest = text, part;
	size_t n = 0;

	out[0] = '\0';
	while (next(&rest, &part))
		n += (size_t)snprintf(out + n, sizeof(out) - n, "<" SV_FMT ">", SV_ARG(part));
	return out;
}

static bool by_comma(struct sv *rest, struct sv *ret)
{
	return sv_split(rest, ',', ret);
}

TEST(split)
{
	ASSERT_EQ_STR(parts(by_comma, SV("a,,b")), "<a><><b>");
	ASSERT_EQ_STR(parts(by_comma, SV("a")), "<a>");
	ASSERT_EQ_STR(parts(by_comma, SV("a,")), "<a><>");
	ASSERT_EQ_STR(parts(by_comma, SV(",")), "<><>");
	ASSERT_EQ_STR(parts(by_comma, SV("")), "<>");
	ASSERT_EQ_STR(parts(by_comma, SV_NULL), "");
}

TEST(words)
{
	ASSERT_EQ_STR(parts(sv_word, SV("  a bc\t\n d ")), "<a><bc><d>");
	ASSERT_EQ_STR(parts(sv_word, SV("a")), "<a>");
	ASSERT_EQ_STR(parts(sv_word, SV(" \n")), "");
	ASSERT_EQ_STR(parts(sv_word, SV_NULL), "");
}

TEST(lines)
{
	ASSERT_EQ_STR(parts(sv_line, SV("a\nb\n")), "<a><b>");
	ASSERT_EQ_STR(parts(sv_line, SV("a\n\nb")), "<a><><b>");
	ASSERT_EQ_STR(parts(sv_line, SV("\n")), "<>");
	ASSERT_EQ_STR(parts(sv_line, SV("")), "");
	ASSERT_EQ_STR(parts(sv_line, SV_NULL), "");
}

TEST(compare)
{
	static const struct {
		const char *a, *b;
		int sign;
	} rows[] = {
		{ "", "", 0 },    { "", "a", -1 },     { "a", "ab", -1 }, { "ab", "b", -1 },
		{ "b", "ab", 1 }, { "a", "\xff", -1 }, { "A", "a", -1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		int c = sv_cmp(sv_from(rows[i].a), sv_from(rows[i].b));

		ASSERT_MSG((c > 0) - (c < 0) == rows[i].sign, "row %zu", i);
	}
	ASSERT_TRUE(sv_cmp(SV_NULL, SV("")) == 0);
	ASSERT_TRUE(sv_eq(SV_NULL, SV("")));
	ASSERT_TRUE(sv_eq_nocase(SV("Sha256"), SV("SHA256")));
	ASSERT_FALSE(sv_eq_nocase(SV("a"), SV("ab")));
	ASSERT_FALSE(sv_eq_nocase(SV("\xc4"), SV("\xe4")));
}

TEST(prefix_and_suffix)
{
	struct sv s = SV("data.tar.xz");

	ASSERT_TRUE(sv_starts(s, SV("data")));
	ASSERT_TRUE(sv_starts(s, SV("")));
	ASSERT_FALSE(sv_starts(SV("da"), SV("data")));
	ASSERT_TRUE(sv_cut_end(&s, SV(".xz")));
	ASSERT_FALSE(sv_cut_end(&s, SV(".xz")));
	ASSERT_TRUE(sv_skip(&s, SV("data.")));
	ASSERT_FALSE(sv_skip(&s, SV("data.")));
	ASSERT_TRUE(sv_eq(s, SV("tar")));
	ASSERT_TRUE(sv_eq(sv_from_pos(s, 1), SV("ar")));
	ASSERT_TRUE(sv_eq(sv_from_pos(s, 99), SV("")));
	ASSERT_TRUE(sv_eq(sv_head(s, 99), SV("tar")));
}

TEST(trim)
{
	ASSERT_TRUE(sv_eq(sv_trim(SV(" \t a b\r\n")), SV("a b")));
	ASSERT_TRUE(sv_eq(sv_trim_end(SV(" a ")), SV(" a")));
	ASSERT_TRUE(sv_eq(sv_trim(SV("  ")), SV("")));
	ASSERT_TRUE(sv_eq(sv_trim(SV_NULL), SV("")));
}

TEST(search)
{
	ASSERT_EQ_INT(sv_chr(SV("a/b/c"), '/'), 1);
	ASSERT_EQ_INT(sv_rchr(SV("a/b/c"), '/'), 3);
	ASSERT_EQ_INT(sv_chr(SV("abc"), '/'), -1);
	ASSERT_EQ_INT(sv_rchr(SV_NULL, '/'), -1);
	ASSERT_EQ_INT(sv_chr(SV_NULL, '/'), -1);
	ASSERT_EQ_INT(sv_find(SV("aaab"), SV("aab")), 1);
	ASSERT_EQ_INT(sv_find(SV("abcabd"), SV("abd")), 3);
	ASSERT_EQ_INT(sv_find(SV("ab"), SV("abc")), -1);
	ASSERT_EQ_INT(sv_find(SV("abab"), SV("ba")), 1);
	ASSERT_EQ_INT(sv_find(SV("aab"), SV("b")), 2);
	ASSERT_EQ_INT(sv_find(SV_NULL, SV("b")), -1);
}

TEST(hash_is_fixed)
{
	char text[64];
	uint64_t seen[64];

	/* These values must not change with the machine; caches and dumps may depend on them. */
	ASSERT_TRUE(sv_hash(SV("")) == 0x589c1fe371ecf641u);
	ASSERT_TRUE(sv_hash(SV("libc6")) == 0xbc978e6d75ab91e2u);
	ASSERT_TRUE(sv_hash(SV("a text longer than eight bytes")) == 0x900476597a71c3cbu);
	memset(text, 0, sizeof(text));
	for (size_t i = 0; i < sizeof(text); i++) {
		seen[i] = sv_hash(sv_of(text, i));
		for (size_t k = 0; k < i; k++)
			ASSERT_TRUE(seen[k] != seen[i]);
	}
	/* Each single bit counts. */
	for (size_t i = 0; i < sizeof(text); i++) {
		uint64_t whole = sv_hash(sv_of(text, sizeof(text)));

		text[i] ^= 0x10;
		ASSERT_TRUE(sv_hash(sv_of(text, sizeof(text))) != whole);
		text[i] ^= 0x10;
	}
}

TEST(distance)
{
	char longest[64], longer[65];

	memset(longest, 'a', sizeof(longest));
	memset(longer, 'a', sizeof(longer));
	ASSERT_EQ_INT(sv_distance(SV("kitten"), SV("sitting"), 5), 3);
	ASSERT_EQ_INT(sv_distance(SV("kitten"), SV("sitting"), 2), 3);
	ASSERT_EQ_INT(sv_distance(SV("Packages"), SV("Pakcages"), 3), 1);
	ASSERT_EQ_INT(sv_distance(SV(""), SV("abc"), 9), 3);
	ASSERT_EQ_INT(sv_distance(SV("abc"), SV(""), 9), 3);
	ASSERT_EQ_INT(sv_distance(SV("same"), SV("same"), 0), 0);
	ASSERT_EQ_INT(sv_distance(sv_of(longest, 64), sv_of(longest, 64), 2), 0);
	ASSERT_EQ_INT(sv_distance(sv_of(longer, 65), sv_of(longer, 65), 2), 3);
}

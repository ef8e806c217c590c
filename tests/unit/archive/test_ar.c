/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "archive/archive.h"
#include "base/arena.h"
#include "base/macros.h"
#include "base/strbuf.h"
#include "tests/unit/test.h"

/* A member as `ar` writes it; the size field is given as text. */
static void add_member(struct strbuf *b, const char *name, const char *size, const char *content)
{
	strbuf_addf(b, "%-16s%-12s%-6s%-6s%-8s%-10s`\n%s", name, "0", "0", "0", "100644", size,
		    content);
	if (strlen(content) % 2)
		strbuf_addc(b, '\n');
}

static struct sv sample(struct strbuf *b)
{
	strbuf_adds(b, "!<arch>\n");
	add_member(b, "debian-binary", "4", "2.0\n");
	add_member(b, "control.tar.xz/", "3", "abc");
	add_member(b, "data.tar", "0", "");
	return strbuf_sv(b);
}

TEST(members)
{
	static const struct {
		const char *name, *data;
		size_t offset;
	} want[] = { { "debian-binary", "2.0\n", 8 },
		     { "control.tar.xz", "abc", 72 },
		     { "data.tar", "", 136 } };
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct ar_reader a;
	struct ar_member m;
	struct err e = ERR_INIT;

	ASSERT_EQ_INT(ar_open(sample(&b), &a, &e), 0);
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		ASSERT_EQ_INT(ar_next(&a, &m, &e), 1);
		ASSERT_TRUE(sv_eq(m.name, sv_from(want[i].name)));
		ASSERT_TRUE(sv_eq(m.data, sv_from(want[i].data)));
		ASSERT_EQ_INT(m.offset, want[i].offset);
	}
	ASSERT_EQ_INT(ar_next(&a, &m, &e), 0);
	ASSERT_EQ_INT(ar_next(&a, &m, &e), 0);
}

TEST(truncated_anywhere)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct sv whole = sample(&b);

	for (size_t cut = 0; cut < whole.n; cut++) {
		char *p = memcpy(xmalloc(cut + 1), whole.p, cut);
		struct ar_reader a;
		struct ar_member m;
		struct err e = ERR_INIT;
		int r = ar_open(sv_of(p, cut), &a, &e), n = 0;

		ASSERT_EQ_INT(r, cut < 8 ? E_FORMAT : 0);
		while (r >= 0 && (r = ar_next(&a, &m, &e)) > 0)
			n++;
		/* Between members, and without the last padding byte, it is a shorter archive. */
		if (cut == 8 || cut == 72 || cut == 135 || cut == 136)
			ASSERT_EQ_INT(r, 0);
		else
			ASSERT_MSG(r == E_FORMAT, "cut at %zu: %d", cut, r);
		ASSERT_TRUE(n <= 2);
		free(p);
	}
}

/* Of the second member. */
static int next_of(struct strbuf *b, struct err *e)
{
	struct ar_reader a;
	struct ar_member m;

	ASSERT_EQ_INT(ar_open(strbuf_sv(b), &a, e), 0);
	ASSERT_EQ_INT(ar_next(&a, &m, e), 1);
	return ar_next(&a, &m, e);
}

TEST(malformed_members)
{
	static const struct {
		const char *name, *size, *words;
	} rows[] = {
		{ "data.tar", "12x4",
		  "ar member 'data.tar' at offset 72: size: not a number '12x4'" },
		{ "data.tar", "", "size: number is empty" },
		{ "data.tar", "-1", "not a number" },
		{ "data.tar", "1 2", "not a number" },
		{ "data.tar", "4", "is truncated: 3 of 4 bytes are there" },
		{ "data.tar", "9999999999", "is truncated" },
		{ "", "3", "has no name" },
		{ "/", "3", "has no name" },
		{ "//", "3", "bad name" },
		{ "a/b", "3", "bad name" },
		{ "a\nb", "3", "bad name" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
		struct err e = ERR_INIT;

		strbuf_adds(&b, "!<arch>\n");
		add_member(&b, "debian-binary", "4", "2.0\n");
		add_member(&b, rows[i].name, rows[i].size, "abc");
		b.n--; /* the padding, so that the content is at the very end */
		ASSERT_MSG(next_of(&b, &e) == E_FORMAT, "row %zu", i);
		ASSERT_HAS_STR(e.text, rows[i].words);
	}
}

TEST(no_archive)
{
	struct ar_reader a;
	struct err e = ERR_INIT;
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	ASSERT_EQ_INT(ar_open(SV_NULL, &a, &e), E_FORMAT);
	ASSERT_EQ_INT(ar_open(SV("!<arch>"), &a, &e), E_FORMAT);
	ASSERT_EQ_INT(ar_open(SV("PK\x03\x04 and so on"), &a, &e), E_FORMAT);
	strbuf_adds(&b, "!<arch>\n");
	add_member(&b, "a", "0", "");
	strbuf_addf(&b, "%60s", "no header");
	ASSERT_EQ_INT(next_of(&b, &e), E_FORMAT);
	ASSERT_EQ_STR(e.text, "no ar member header at offset 68");
}

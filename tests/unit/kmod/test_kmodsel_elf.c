/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "base/cleanup.h"
#include "kmod/kmodsel_int.h"
#include "kmodtest.h"
#include "tests/unit/test.h"

/* "kind:text" of every item, joined by blanks. */
static int gather(void *arg, enum kmodsel_item item, struct sv text, struct err *e)
{
	(void)e;
	strbuf_addf(arg, "%c:" SV_FMT " ", "mxi"[item], SV_ARG(text));
	return 0;
}

/* The bytes in memory of exactly their size and slack, so that a sanitizer sees what reads beyond. */
static int walk(struct sv bytes, kmodsel_item_fn fn, void *arg, struct err *e)
{
	_cleanup_free_ char *p = calloc(bytes.n + KMODSEL_ELF_SLACK, 1);

	ASSERT_NOT_NULL(p);
	if (bytes.n > 0)
		memcpy(p, bytes.p, bytes.n);
	return kmodsel_elf_walk(sv_of(p, bytes.n), fn, arg, e);
}

static void expect(const struct ko *k, const char *want)
{
	_cleanup_strbuf_ struct strbuf raw = STRBUF_INIT, got = STRBUF_INIT;
	struct err e = ERR_INIT;

	ko_write(k, &raw);
	ASSERT_MSG(walk(strbuf_sv(&raw), gather, &got, &e) == 0, "%s", e.text);
	ASSERT_EQ_STR(got.p ? got.p : "", want);
}

static void refuse(const struct ko *k, int code, const char *words)
{
	_cleanup_strbuf_ struct strbuf raw = STRBUF_INIT, got = STRBUF_INIT;
	struct err e = ERR_INIT;

	ko_write(k, &raw);
	ASSERT_EQ_INT(walk(strbuf_sv(&raw), gather, &got, &e), code);
	ASSERT_HAS_STR(e.text, words);
}

TEST(all_shapes)
{
	for (int i = 0; i < 8; i++) {
		struct ko k = { .narrow = i & 1,
				.big = i & 2,
				.versions = i & 4,
				.modinfo = STRINGS("alias=x", "depends=a,b"),
				.exports = STRINGS("one", "two"),
				.imports = STRINGS("three", "one_more") };

		expect(&k, "m:alias=x m:depends=a,b x:one x:two i:three i:one_more ");
	}
}

TEST(exports_without_crc)
{
	expect(&(struct ko){ .modinfo = STRINGS("license=GPL"),
			     .exports = STRINGS("one", "two"),
			     .ksymtab = true },
	       "m:license=GPL x:one x:two ");
}

TEST(nothing_to_say)
{
	expect(&(struct ko){ .modinfo = STRINGS("a=b") }, "m:a=b ");
}

TEST(hostile_sections)
{
	/* libkmod would abort over these two */
	refuse(&(struct ko){ .modinfo = STRINGS("a=b"),
			     .exports = STRINGS("one"),
			     .crc_section = 77 },
	       E_FORMAT, "is in section 77 of 8");
	refuse(&(struct ko){ .modinfo = STRINGS("a=b"), .name_section = 9 }, E_FORMAT,
	       "section names are in section 9 of 8");
	refuse(&(struct ko){ .modinfo = STRINGS("a=b"),
			     .exports = STRINGS("one"),
			     .crc_section = 0xfff2 },
	       E_FORMAT, "is in section 65522 of 8");
}

TEST(string_table_without_end)
{
	expect(&(struct ko){ .modinfo = STRINGS("a=b"),
			     .imports = STRINGS("last"),
			     .unterminated = true },
	       "m:a=b i:last ");
}

TEST(long_symbol)
{
	char name[KMODSEL_SYMBOL_MAX + 2];

	memset(name, 'x', sizeof(name));
	name[KMODSEL_SYMBOL_MAX + 1] = '\0';
	refuse(&(struct ko){ .modinfo = STRINGS("a=b"), .imports = STRINGS(name) }, E_FORMAT,
	       "longer than");
	name[KMODSEL_SYMBOL_MAX] = '\0';
	{
		_cleanup_strbuf_ struct strbuf raw = STRBUF_INIT, got = STRBUF_INIT;
		struct err e = ERR_INIT;

		ko_write(&(struct ko){ .modinfo = STRINGS("a=b"), .imports = STRINGS(name) }, &raw);
		ASSERT_EQ_INT(walk(strbuf_sv(&raw), gather, &got, &e), 0);
	}
}

/* Cut off anywhere, and with any one byte changed: an answer or a refusal, never a crash. */
TEST(every_cut_and_flip)
{
	_cleanup_strbuf_ struct strbuf raw = STRBUF_INIT;
	size_t refused = 0;

	ko_write(&(struct ko){ .modinfo = STRINGS("a=b"),
			       .exports = STRINGS("one"),
			       .imports = STRINGS("two"),
			       .versions = true },
		 &raw);
	for (size_t n = 0; n < raw.n; n++) {
		_cleanup_strbuf_ struct strbuf got = STRBUF_INIT;
		struct err e = ERR_INIT;

		refused += walk(sv_of(raw.p, n), gather, &got, &e) < 0;
	}
	ASSERT_EQ_INT(refused, raw.n);
	for (size_t i = 0; i < raw.n; i++) {
		for (unsigned bit = 0; bit < 8; bit += 3) {
			_cleanup_strbuf_ struct strbuf got = STRBUF_INIT;
			struct err e = ERR_INIT;

			raw.p[i] = (char)(raw.p[i] ^ (1 << bit));
			(void)walk(strbuf_sv(&raw), gather, &got, &e);
			raw.p[i] = (char)(raw.p[i] ^ (1 << bit));
		}
	}
}

static int stop(void *arg, enum kmodsel_item item, struct sv text, struct err *e)
{
	(void)item;
	(void)text;
	return --*(int *)arg == 0 ? err_set(e, E_FAIL, "enough") : 0;
}

TEST(callback_ends_the_walk)
{
	_cleanup_strbuf_ struct strbuf raw = STRBUF_INIT;
	struct err e = ERR_INIT;

	ko_write(&(struct ko){ .modinfo = STRINGS("a=b", "c=d"),
			       .exports = STRINGS("x"),
			       .imports = STRINGS("y") },
		 &raw);
	for (int i = 1; i <= 4; i++) {
		int left = i;

		ASSERT_EQ_INT(walk(strbuf_sv(&raw), stop, &left, &e), E_FAIL);
		ASSERT_EQ_INT(left, 0);
	}
}

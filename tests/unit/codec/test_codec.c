/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Words and magic, and how strictly the decoders read. */
#include "codec/codec.h"

#include "codec_test_util.h"

#define HELLO "hello hello hello hello\n"

/* HELLO as the command line tools write it. */
static const unsigned char hello_bzip2[] = { 0x42, 0x5a, 0x68, 0x39, 0x31, 0x41, 0x59, 0x26,
					     0x53, 0x59, 0x6f, 0x4f, 0x10, 0xf3, 0x00, 0x00,
					     0x05, 0xd1, 0x00, 0x00, 0x10, 0x40, 0x00, 0x02,
					     0x44, 0xa0, 0x00, 0x30, 0xc0, 0x02, 0xa8, 0x34,
					     0x71, 0x0d, 0xad, 0x87, 0x0f, 0x17, 0x72, 0x45,
					     0x38, 0x50, 0x90, 0x6f, 0x4f, 0x10, 0xf3 };
static const unsigned char hello_lzma[] = { 0x5d, 0x00, 0x00, 0x80, 0x00, 0xff, 0xff, 0xff,
					    0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x34, 0x19,
					    0x49, 0xee, 0x8d, 0xe9, 0x56, 0x0a, 0xc1, 0xb6,
					    0x20, 0xb7, 0xff, 0xff, 0xba, 0x34, 0x00, 0x00 };
static const unsigned char hello_lz4_frame[] = { 0x04, 0x22, 0x4d, 0x18, 0x64, 0x40, 0xa7,
						 0x0f, 0x00, 0x00, 0x00, 0x69, 0x68, 0x65,
						 0x6c, 0x6c, 0x6f, 0x20, 0x06, 0x00, 0x50,
						 0x65, 0x6c, 0x6c, 0x6f, 0x0a, 0x00, 0x00,
						 0x00, 0x00, 0xe2, 0xff, 0x03, 0x42 };

/* HELLO in every format: ours where we have an encoder. */
static const struct sample {
	enum codec_kind kind;
	const unsigned char *bytes;
	size_t n;
	const char *spec;
	bool checked; /* every damage to the content is noticed */
} samples[] = {
	{ CODEC_GZIP, NULL, 0, "gzip", true },
	{ CODEC_XZ, NULL, 0, "xz", true },
	{ CODEC_ZSTD, NULL, 0, "zstd", true },
	{ CODEC_LZ4, NULL, 0, "lz4", false },
	{ CODEC_LZ4, hello_lz4_frame, sizeof(hello_lz4_frame), NULL, true },
	{ CODEC_BZIP2, hello_bzip2, sizeof(hello_bzip2), NULL, true },
	{ CODEC_LZMA, hello_lzma, sizeof(hello_lzma), NULL, false },
};

/* The sample's bytes, malloc'ed to size, so that a read past the end is seen. */
static char *sample_bytes(const struct sample *s, size_t *ret_n)
{
	struct codec_spec spec;
	struct err e = ERR_INIT;
	char *p = NULL;

	if (s->bytes) {
		*ret_n = s->n;
		return memcpy(xmalloc(s->n), s->bytes, s->n);
	}
	ASSERT_EQ_INT(codec_spec_parse(sv_from(s->spec), &spec, &e), 0);
	ASSERT_EQ_INT(codec_encode_all(&spec, 1, SV(HELLO), &p, ret_n, &e), 0);
	return xrealloc(p, *ret_n, 1);
}

/* Decodes; the text comes back in a buffer that the next call overwrites. */
static int decode(enum codec_kind kind, struct sv in, size_t max, struct sv *ret, struct err *e)
{
	static char *last;
	char *p = NULL;
	size_t n = 0;
	int r;

	free(last);
	last = NULL;
	*e = ERR_INIT;
	r = codec_decode_all(kind, in, max, &p, &n, e);
	if (r == 0)
		ASSERT_TRUE(p[n] == '\0');
	else
		ASSERT_TRUE(e->code == r && e->text[0]);
	last = p;
	*ret = sv_of(p, n);
	return r;
}

TEST(names)
{
	static const struct {
		const char *name;
		int kind; /* -1: unknown */
	} rows[] = {
		{ "none", CODEC_NONE },
		{ "gzip", CODEC_GZIP },
		{ "gz", CODEC_GZIP },
		{ "xz", CODEC_XZ },
		{ "lzma", CODEC_LZMA },
		{ "zstd", CODEC_ZSTD },
		{ "zst", CODEC_ZSTD },
		{ "bzip2", CODEC_BZIP2 },
		{ "bz2", CODEC_BZIP2 },
		{ "lz4", CODEC_LZ4 },
		{ "", -1 },
		{ "ZSTD", -1 },
		{ "zstd ", -1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		enum codec_kind kind = CODEC_NONE;
		bool known = codec_by_name(sv_from(rows[i].name), &kind);

		ASSERT_MSG(known == (rows[i].kind >= 0), "row %zu", i);
		ASSERT_MSG(!known || (int)kind == rows[i].kind, "row %zu", i);
	}
	ASSERT_EQ_STR(codec_name(CODEC_ZSTD), "zstd");
	ASSERT_EQ_STR(codec_name(CODEC_NONE), "none");
}

TEST(suffixes)
{
	ASSERT_EQ_INT(codec_by_suffix(SV("Packages.xz")), CODEC_XZ);
	ASSERT_EQ_INT(codec_by_suffix(SV("data.tar.zst")), CODEC_ZSTD);
	ASSERT_EQ_INT(codec_by_suffix(SV("a.gz")), CODEC_GZIP);
	ASSERT_EQ_INT(codec_by_suffix(SV("a.bz2")), CODEC_BZIP2);
	ASSERT_EQ_INT(codec_by_suffix(SV("a.lzma")), CODEC_LZMA);
	ASSERT_EQ_INT(codec_by_suffix(SV("a.lz4")), CODEC_LZ4);
	ASSERT_EQ_INT(codec_by_suffix(SV("data.tar")), CODEC_NONE);
	ASSERT_EQ_INT(codec_by_suffix(SV("xz")), CODEC_NONE);
	ASSERT_EQ_INT(codec_by_suffix(SV("")), CODEC_NONE);
}

TEST(magic)
{
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		size_t n;
		char *p = sample_bytes(&samples[i], &n);

		ASSERT_EQ_INT(codec_by_magic(sv_of(p, n)), samples[i].kind);
		ASSERT_EQ_INT(codec_by_magic(sv_of(p, 1)), CODEC_NONE);
		free(p);
	}
	ASSERT_EQ_INT(codec_by_magic(SV("070701")), CODEC_NONE);
	ASSERT_EQ_INT(codec_by_magic(SV_NULL), CODEC_NONE);
}

TEST(specs)
{
	static const struct {
		const char *text;
		bool ok;
		enum codec_kind kind;
		int level;
	} rows[] = {
		{ "zstd", true, CODEC_ZSTD, 10 },
		{ "zstd:1", true, CODEC_ZSTD, 1 },
		{ "zstd:22", true, CODEC_ZSTD, 22 },
		{ "zstd:23", false, 0, 0 },
		{ "zstd:0", false, 0, 0 },
		{ "zstd:-1", false, 0, 0 },
		{ "zstd:", false, 0, 0 },
		{ "zstd:x", false, 0, 0 },
		{ "zstd:1:2", false, 0, 0 },
		{ "xz", true, CODEC_XZ, 6 },
		{ "xz:0", true, CODEC_XZ, 0 },
		{ "xz:9", true, CODEC_XZ, 9 },
		{ "xz:10", false, 0, 0 },
		{ "gzip", true, CODEC_GZIP, 6 },
		{ "gz:9", true, CODEC_GZIP, 9 },
		{ "gzip:0", false, 0, 0 },
		{ "lz4:12", true, CODEC_LZ4, 12 },
		{ "lz4:13", false, 0, 0 },
		{ "none", true, CODEC_NONE, 0 },
		{ "none:1", false, 0, 0 },
		{ "bzip2", false, 0, 0 },
		{ "lzma", false, 0, 0 },
		{ "brotli", false, 0, 0 },
		{ "", false, 0, 0 },
		{ "zstd:99999999999999999999", false, 0, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct codec_spec s = { CODEC_NONE, -7 };
		struct err e = ERR_INIT;
		int r = codec_spec_parse(sv_from(rows[i].text), &s, &e);

		ASSERT_MSG(r == (rows[i].ok ? 0 : E_USAGE), "'%s': %d", rows[i].text, r);
		ASSERT_MSG(rows[i].ok || (s.level == -7 && e.text[0]), "'%s'", rows[i].text);
		ASSERT_MSG(!rows[i].ok || (s.kind == rows[i].kind && s.level == rows[i].level),
			   "'%s'", rows[i].text);
	}
}

TEST(hello)
{
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		size_t n;
		char *p = sample_bytes(&samples[i], &n);
		struct err e;
		struct sv out;

		ASSERT_EQ_INT(decode(samples[i].kind, sv_of(p, n), 1000, &out, &e), 0);
		ASSERT_MSG(sv_eq(out, SV(HELLO)), "sample %zu", i);
		free(p);
	}
}

TEST(truncated_anywhere)
{
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		size_t n;
		char *p = sample_bytes(&samples[i], &n);

		for (size_t cut = 0; cut < n; cut++) {
			char *q = memcpy(xmalloc(cut + 1), p, cut);
			struct err e;
			struct sv out;
			int r = decode(samples[i].kind, sv_of(q, cut), 1000, &out, &e);

			/* The legacy lz4 format marks no end: its magic alone is an empty file. */
			if (samples[i].kind == CODEC_LZ4 && samples[i].spec && cut == 4)
				ASSERT_EQ_INT(r, 0);
			else
				ASSERT_MSG(r == E_FORMAT, "sample %zu cut at %zu: %d", i, cut, r);
			free(q);
		}
		free(p);
	}
}

TEST(damaged_anywhere)
{
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		size_t n;
		char *p = sample_bytes(&samples[i], &n);

		for (size_t bit = 0; bit < n * 8; bit++) {
			struct err e;
			struct sv out;
			int r;

			p[bit / 8] = (char)(p[bit / 8] ^ (1 << bit % 8));
			r = decode(samples[i].kind, sv_of(p, n), 1000, &out, &e);
			/* Headers have bits that change nothing, gzip's time for one. */
			if (samples[i].checked)
				ASSERT_MSG(r < 0 || sv_eq(out, SV(HELLO)), "sample %zu bit %zu", i,
					   bit);
			p[bit / 8] = (char)(p[bit / 8] ^ (1 << bit % 8));
		}
		free(p);
	}
}

TEST(one_after_another)
{
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		_cleanup_strbuf_ struct strbuf two = STRBUF_INIT;
		size_t n;
		char *p = sample_bytes(&samples[i], &n);
		struct err e;
		struct sv out;
		int r;

		strbuf_add(&two, sv_of(p, n));
		strbuf_add(&two, sv_of(p, n));
		r = decode(samples[i].kind, strbuf_sv(&two), 1000, &out, &e);
		/* .lzma has no notion of a second stream. */
		if (samples[i].kind == CODEC_LZMA)
			ASSERT_EQ_INT(r, E_FORMAT);
		else
			ASSERT_MSG(r == 0 && sv_eq(out, SV(HELLO HELLO)), "sample %zu: %s", i,
				   e.text);
		free(p);
	}
}

TEST(garbage_behind)
{
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		static const char *const garbage[] = { "g", "gar", "garbage",
						       "garbage that is longer" };
		size_t n;
		char *p = sample_bytes(&samples[i], &n);

		for (size_t k = 0; k < ARRAY_SIZE(garbage); k++) {
			_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
			struct err e;
			struct sv out;

			strbuf_add(&b, sv_of(p, n));
			strbuf_adds(&b, garbage[k]);
			ASSERT_MSG(decode(samples[i].kind, strbuf_sv(&b), 1000, &out, &e) ==
					   E_FORMAT,
				   "sample %zu garbage %zu", i, k);
		}
		free(p);
	}
}

TEST(padding_behind)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct err e;
	struct sv out;
	size_t n;
	char *p = sample_bytes(&samples[0], &n);

	/* gzip ignores zeros, as its tool does; xz takes them by fours. */
	strbuf_add(&b, sv_of(p, n));
	strbuf_add(&b, (struct sv){ "\0\0\0\0\0", 5 });
	ASSERT_EQ_INT(decode(CODEC_GZIP, strbuf_sv(&b), 1000, &out, &e), 0);
	strbuf_addc(&b, 'x');
	ASSERT_EQ_INT(decode(CODEC_GZIP, strbuf_sv(&b), 1000, &out, &e), E_FORMAT);
	free(p);
	strbuf_clear(&b);
	p = sample_bytes(&samples[1], &n);
	strbuf_add(&b, sv_of(p, n));
	strbuf_add(&b, (struct sv){ "\0\0\0\0", 4 });
	ASSERT_EQ_INT(decode(CODEC_XZ, strbuf_sv(&b), 1000, &out, &e), 0);
	strbuf_addc(&b, '\0');
	ASSERT_EQ_INT(decode(CODEC_XZ, strbuf_sv(&b), 1000, &out, &e), E_FORMAT);
	free(p);
}

TEST(wrong_format)
{
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		struct err e;
		struct sv out;

		ASSERT_EQ_INT(decode(samples[i].kind, SV("Package: a\nVersion: 1\n\nPackage: b\n"),
				     1000, &out, &e),
			      E_FORMAT);
		ASSERT_EQ_INT(decode(samples[i].kind, SV_NULL, 1000, &out, &e), E_FORMAT);
		ASSERT_HAS_STR(e.text, codec_name(samples[i].kind));
	}
}

TEST(output_limit)
{
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		size_t n;
		char *p = sample_bytes(&samples[i], &n);
		struct err e;
		struct sv out;

		ASSERT_EQ_INT(decode(samples[i].kind, sv_of(p, n), sizeof(HELLO) - 1, &out, &e), 0);
		ASSERT_EQ_INT(decode(samples[i].kind, sv_of(p, n), sizeof(HELLO) - 2, &out, &e),
			      E_LIMIT);
		ASSERT_EQ_INT(decode(samples[i].kind, sv_of(p, n), 0, &out, &e), E_LIMIT);
		free(p);
	}
}

TEST(hostile_dictionaries)
{
	/* zstd: window of 1 GiB and 2 GiB; a raw block of 1 byte. */
	unsigned char zstd[] = { 0x28, 0xb5, 0x2f, 0xfd, 0x00, 20 << 3, 0x09, 0x00, 0x00, 'x' };
	/* .lzma: dictionary of 1 GiB; the content would be "a" */
	static const unsigned char lzma[] = { 0x5d, 0x00, 0x00, 0x00, 0x40, 0xff, 0xff, 0xff,
					      0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x30, 0xc1,
					      0xfb, 0xff, 0xff, 0xff, 0xe0, 0x00, 0x00, 0x00 };
	struct err e;
	struct sv out;

	ASSERT_EQ_INT(decode(CODEC_ZSTD, sv_of(zstd, sizeof(zstd)), 100, &out, &e), E_LIMIT);
	zstd[5] = 21 << 3;
	ASSERT_EQ_INT(decode(CODEC_ZSTD, sv_of(zstd, sizeof(zstd)), 100, &out, &e), E_LIMIT);
	zstd[5] = 10 << 3;
	ASSERT_EQ_INT(decode(CODEC_ZSTD, sv_of(zstd, sizeof(zstd)), 100, &out, &e), 0);
	ASSERT_TRUE(sv_eq(out, SV("x")));
	ASSERT_EQ_INT(decode(CODEC_LZMA, sv_of(lzma, sizeof(lzma)), 100, &out, &e), E_LIMIT);
}

TEST(promised_sizes_are_not_believed)
{
	/* zstd, content size of 2^60 bytes in the header, one raw block of 1 byte */
	static const unsigned char zstd[] = { 0x28, 0xb5, 0x2f, 0xfd, 0xc0, 0x50, 0,    0, 0,
					      0,    0,    0,    0,    0x10, 0x09, 0x00, 0, 'x' };
	struct err e;
	struct sv out;

	ASSERT_TRUE(decode(CODEC_ZSTD, sv_of(zstd, sizeof(zstd)), SIZE_MAX, &out, &e) < 0);
}

TEST(context_survives_failures)
{
	struct codec_ctx *ctx = codec_ctx_new();

	for (int round = 0; round < 3; round++)
		for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
			size_t n;
			char *p = sample_bytes(&samples[i], &n);
			struct stream *s = NULL;
			struct err e = ERR_INIT;
			char buf[100];

			/* one cut, one left in the middle, one read to the end */
			ASSERT_EQ_INT(codec_decode_stream(samples[i].kind, sv_of(p, n - 2), 2, ctx,
							  &s, &e),
				      0);
			ASSERT_EQ_INT(stream_read_full(s, buf, sizeof(buf), &e), E_FORMAT);
			stream_close(s);
			ASSERT_EQ_INT(codec_decode_stream(samples[i].kind, sv_of(p, n), 2, ctx, &s,
							  &e),
				      0);
			ASSERT_EQ_INT(stream_read_full(s, buf, 5, &e), 0);
			stream_close(s);
			ASSERT_EQ_INT(codec_decode_stream(samples[i].kind, sv_of(p, n), 2, ctx, &s,
							  &e),
				      0);
			ASSERT_EQ_INT(stream_read_full(s, buf, sizeof(HELLO) - 1, &e), 0);
			ASSERT_EQ_MEM(buf, sizeof(HELLO) - 1, HELLO, sizeof(HELLO) - 1);
			ASSERT_EQ_INT(stream_read(s, buf, 1, &e), 0);
			stream_close(s);
			free(p);
		}
	codec_ctx_free(ctx);
	codec_ctx_free(NULL);
}

TEST(none_passes_through)
{
	struct err e;
	struct sv out;

	ASSERT_EQ_INT(decode(CODEC_NONE, SV("abc"), 3, &out, &e), 0);
	ASSERT_TRUE(sv_eq(out, SV("abc")));
	ASSERT_EQ_INT(decode(CODEC_NONE, SV_NULL, 3, &out, &e), 0);
	ASSERT_EQ_INT(out.n, 0);
	ASSERT_EQ_INT(decode(CODEC_NONE, SV("abcd"), 3, &out, &e), E_LIMIT);
}

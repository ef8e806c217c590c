/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Round trips, and that neither threads nor pushes show in the bytes. */
#include "codec/codec.h"

#include <stdio.h>

#include "codec_test_util.h"

static struct codec_spec spec_of(const char *text)
{
	struct codec_spec s = { CODEC_NONE, 0 };
	struct err e = ERR_INIT;

	ASSERT_EQ_INT(codec_spec_parse(sv_from(text), &s, &e), 0);
	return s;
}

static void round_trip(const char *text, enum content content, size_t n)
{
	struct codec_spec spec = spec_of(text);
	char *in = make_content(content, n), *packed = NULL, *out = NULL;
	size_t packed_n = 0, out_n = 0;
	struct err e = ERR_INIT;

	ASSERT_EQ_INT(codec_encode_all(&spec, 2, sv_of(in, n), &packed, &packed_n, &e), 0);
	ASSERT_MSG(codec_decode_all(spec.kind, sv_of(packed, packed_n), n, &out, &out_n, &e) == 0,
		   "%s %d %zu: %s", text, (int)content, n, e.text);
	ASSERT_MSG(out_n == n && memcmp(in, out, n) == 0, "%s %d %zu", text, (int)content, n);
	free(in);
	free(packed);
	free(out);
}

TEST(round_trips)
{
	static const char *const specs[] = { "zstd:1", "zstd:10", "xz:0",  "gzip:1",
					     "gzip:9", "lz4:1",   "lz4:9", "none" };
	static const size_t sizes[] = { 0, 1, 100, 65536, (1 << 20) - 1, 1 << 20, (1 << 20) + 1 };

	for (size_t s = 0; s < ARRAY_SIZE(specs); s++)
		for (int c = 0; c < CONTENT_KINDS; c++)
			for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
				round_trip(specs[s], (enum content)c, sizes[i]);
}

TEST(more_than_one_block)
{
	round_trip("lz4:1", CONTENT_TEXT, (8 << 20) + 1);
	round_trip("lz4:1", CONTENT_NOISE, 16 << 20);
	round_trip("xz:0", CONTENT_TEXT, 3 << 20);
	round_trip("zstd:1", CONTENT_TEXT, 13 << 20);
	round_trip("zstd:16", CONTENT_TEXT, 1 << 20);
}

/* The bytes of one thread and one push, against every other way to say the same. */
static void same_bytes(const char *text, enum content content, size_t n)
{
	static const unsigned threads[] = { 1, 2, 3, 7 };
	static const size_t pushes[] = { 4099, 65536, 1 << 20, (1 << 20) + 7, SIZE_MAX };
	struct codec_spec spec = spec_of(text);
	char *in = make_content(content, n);
	_cleanup_strbuf_ struct strbuf want = STRBUF_INIT;

	(void)encode_in_pushes(&spec, 1, sv_of(in, n), n, &want);
	for (size_t t = 0; t < ARRAY_SIZE(threads); t++)
		for (size_t p = 0; p < ARRAY_SIZE(pushes); p++) {
			_cleanup_strbuf_ struct strbuf got = STRBUF_INIT;
			size_t push = MIN(pushes[p], n);

			/* Each value of both, but not every pair. */
			if (t > 0 && p != t)
				continue;
			(void)encode_in_pushes(&spec, threads[t], sv_of(in, n), push, &got);
			ASSERT_MSG(sv_eq(strbuf_sv(&got), strbuf_sv(&want)),
				   "%s: %u threads, pushes of %zu", text, threads[t], push);
		}
	free(in);
}

TEST(zstd_bytes_do_not_depend_on_threads_or_pushes)
{
	/* Several jobs of 4 and of 8 MiB, with a last one that is not full. */
	same_bytes("zstd:1", CONTENT_TEXT, (13 << 20) + 12345);
	same_bytes("zstd:10", CONTENT_TEXT, (9 << 20) + 1);
	/* Below the size for which the library starts threads at all, and just about it. */
	same_bytes("zstd:3", CONTENT_TEXT, 100000);
	same_bytes("zstd:3", CONTENT_TEXT, 1 << 19);
	same_bytes("zstd:3", CONTENT_TEXT, (1 << 19) + 1);
}

TEST(other_bytes_do_not_depend_on_threads_or_pushes)
{
	same_bytes("xz:0", CONTENT_TEXT, (3 << 20) + 5);
	same_bytes("gzip", CONTENT_TEXT, (1 << 20) + 5);
	same_bytes("lz4:1", CONTENT_TEXT, (9 << 20) + 5);
	same_bytes("none", CONTENT_TEXT, (1 << 20) + 5);
}

TEST(pushes_of_one_byte)
{
	static const char *const specs[] = { "zstd", "xz", "gzip", "lz4", "none" };
	char *in = make_content(CONTENT_TEXT, 3000);

	for (size_t i = 0; i < ARRAY_SIZE(specs); i++) {
		struct codec_spec spec = spec_of(specs[i]);
		_cleanup_strbuf_ struct strbuf one = STRBUF_INIT, all = STRBUF_INIT;

		(void)encode_in_pushes(&spec, 1, sv_of(in, 3000), 1, &one);
		(void)encode_in_pushes(&spec, 2, sv_of(in, 3000), 3000, &all);
		ASSERT_MSG(sv_eq(strbuf_sv(&one), strbuf_sv(&all)), "%s", specs[i]);
	}
	free(in);
}

TEST(headers_say_nothing_of_the_build)
{
	struct codec_spec spec = spec_of("gzip");
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	struct sv s = encode_in_pushes(&spec, 1, SV("x"), 1, &out);

	/* RFC 1952: magic, deflate, no flags, no time; Unix */
	ASSERT_EQ_MEM(s.p, 8, "\x1f\x8b\x08\0\0\0\0\0", 8);
	ASSERT_EQ_INT(s.p[9], 3);
}

TEST(what_linux_asks_for)
{
	struct codec_spec spec = spec_of("xz");
	_cleanup_strbuf_ struct strbuf xz = STRBUF_INIT, lz4 = STRBUF_INIT, zstd = STRBUF_INIT;
	char *in = make_content(CONTENT_TEXT, (1 << 20) + 5);
	struct sv s = encode_in_pushes(&spec, 1, SV("x"), 1, &xz);

	/* .xz stream flags: check 1 is CRC32 */
	ASSERT_EQ_MEM(s.p, 8,
		      "\xfd"
		      "7zXZ\0\0\1",
		      8);
	spec = spec_of("lz4");
	s = encode_in_pushes(&spec, 1, SV("x"), 1, &lz4);
	ASSERT_EQ_MEM(s.p, 4, "\x02\x21\x4c\x18", 4);
	/* zstd, RFC 8878 3.1.1.1: checksum flag set, no dictionary; window descriptor at most 27 - 10 */
	spec = spec_of("zstd:22");
	s = encode_in_pushes(&spec, 2, sv_of(in, (1 << 20) + 5), (1 << 20) + 5, &zstd);
	ASSERT_EQ_MEM(s.p, 4, "\x28\xb5\x2f\xfd", 4);
	ASSERT_EQ_INT(s.p[4] & 0x07, 0x04);
	ASSERT_TRUE((s.p[4] & 0x20) == 0 && ((unsigned char)s.p[5] >> 3) <= 17);
	free(in);
}

static int full_sink(void *arg, const void *p, size_t n, struct err *e)
{
	size_t *left = arg;

	(void)p;
	if (n > *left)
		return err_set(e, E_IO, "no space left");
	*left -= n;
	return 0;
}

TEST(sink_failure_is_passed_on)
{
	static const char *const specs[] = { "zstd:1", "xz:0", "gzip", "lz4:1", "none" };
	size_t n = 9 << 20;
	char *in = make_content(CONTENT_NOISE, n);

	for (size_t i = 0; i < ARRAY_SIZE(specs); i++) {
		struct codec_spec spec = spec_of(specs[i]);
		struct codec_encoder *enc = NULL;
		struct err e = ERR_INIT;
		size_t left = 100000;
		int r;

		ASSERT_EQ_INT(codec_encoder_new(&spec, 2, full_sink, &left, &enc, &e), 0);
		r = codec_encoder_write(enc, in, n, &e);
		if (r == 0)
			r = codec_encoder_finish(enc, &e);
		ASSERT_EQ_INT(r, E_IO);
		ASSERT_EQ_STR(e.text, "no space left");
		codec_encoder_free(enc);
	}
	free(in);
	codec_encoder_free(NULL);
}

TEST(xz_blocks_in_parallel)
{
	/* level 0: blocks of 1 MiB at least 3 x 256 KiB, so that there are several */
	struct codec_spec spec = spec_of("xz:0");
	size_t n = 4 << 20, got = 0;
	char *in = make_content(CONTENT_TEXT, n), *out = NULL;
	_cleanup_strbuf_ struct strbuf packed = STRBUF_INIT;
	struct sv s = encode_in_pushes(&spec, 1, sv_of(in, n), n, &packed);

	for (unsigned threads = 1; threads <= 4; threads++) {
		struct stream *st = NULL;
		struct err e = ERR_INIT;

		ASSERT_EQ_INT(codec_decode_stream(CODEC_XZ, s, threads, NULL, &st, &e), 0);
		ASSERT_EQ_INT(stream_read_all(st, n, &out, &got, &e), 0);
		ASSERT_TRUE(got == n && memcmp(in, out, n) == 0);
		stream_close(st);
		free(out);
		/* Damage in the third block is found with threads, too. */
		packed.p[packed.n / 2] = (char)~packed.p[packed.n / 2];
		ASSERT_EQ_INT(codec_decode_stream(CODEC_XZ, s, threads, NULL, &st, &e), 0);
		ASSERT_EQ_INT(stream_read_all(st, n, &out, &got, &e), E_FORMAT);
		stream_close(st);
		packed.p[packed.n / 2] = (char)~packed.p[packed.n / 2];
		ASSERT_EQ_INT(codec_decode_stream(CODEC_XZ, sv_head(s, s.n - 1), threads, NULL, &st,
						  &e),
			      0);
		ASSERT_EQ_INT(stream_read_all(st, n, &out, &got, &e), E_FORMAT);
		stream_close(st);
	}
	free(in);
}

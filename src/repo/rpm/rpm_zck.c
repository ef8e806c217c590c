/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repo/rpm/rpm_zck.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "codec/codec.h"

#define MAGIC SV("\0ZCK1")

enum { FLAG_STREAMS = 1, FLAG_OPTIONAL = 2, FLAG_PLAIN_DIGESTS = 4, FLAGS_KNOWN = 7 };
enum { COMPRESSION_NONE = 0, COMPRESSION_ZSTD = 2 };

/* A view that is read from its front; what fails once stays failed. */
struct cursor {
	struct sv rest;
	bool failed;
};

struct zck {
	struct stream base;
	struct cursor index; /* entries of chunks not yet unpacked */
	struct sv body;      /* their bytes */
	uint64_t left;       /* chunks not yet unpacked */
	uint64_t flags, compression;
	size_t digest_size; /* of a chunk's digest in the index */
	struct codec_ctx *ctx;
	char *dict, *chunk;
	size_t dict_n, chunk_n, chunk_at;
};

static struct sv take_bytes(struct cursor *c, uint64_t n)
{
	struct sv s = SV_NULL;

	if (c->failed || n > c->rest.n) {
		c->failed = true;
		return s;
	}
	s = sv_head(c->rest, (size_t)n);
	c->rest = sv_from_pos(c->rest, (size_t)n);
	return s;
}

/* Seven bits a byte, lowest first; the last byte has its top bit set. */
static uint64_t take_int(struct cursor *c)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 63; shift += 7) {
		struct sv byte = take_bytes(c, 1);
		uint64_t b;

		if (c->failed)
			return 0;
		b = (unsigned char)byte.p[0];
		v |= (b & 0x7f) << shift;
		if (b & 0x80)
			return v;
	}
	c->failed = true;
	return 0;
}

/* 0: unknown. SHA-1, SHA-256, SHA-512, the first half of a quarter of SHA-512. */
static size_t digest_bytes_of(uint64_t kind)
{
	static const size_t sizes[] = { 20, 32, 64, 16 };

	return kind < ARRAY_SIZE(sizes) ? sizes[kind] : 0;
}

static int bad(const char *what, struct err *e)
{
	return err_set(e, E_FORMAT, "zchunk %s", what);
}

/* One chunk's entry of the index. */
static void take_entry(struct zck *z, uint64_t *ret_packed, uint64_t *ret_plain)
{
	if (z->flags & FLAG_STREAMS)
		(void)take_int(&z->index);
	(void)take_bytes(&z->index, z->digest_size);
	if (z->flags & FLAG_PLAIN_DIGESTS)
		(void)take_bytes(&z->index, z->digest_size);
	*ret_packed = take_int(&z->index);
	*ret_plain = take_int(&z->index);
}

/* Unpacks the next chunk into fresh memory. */
static int next_chunk(struct zck *z, struct sv dict, char **ret, size_t *ret_n, struct err *e)
{
	_cleanup_free_ char *plain = NULL;
	struct cursor body = { .rest = z->body };
	uint64_t packed_n, plain_n;
	struct sv packed;

	take_entry(z, &packed_n, &plain_n);
	if (z->index.failed)
		return bad("index is cut short", e);
	packed = take_bytes(&body, packed_n);
	if (body.failed)
		return bad("data is cut short", e);
	if (plain_n > RPM_ZCK_CHUNK_MAX)
		return err_set(e, E_LIMIT, "zchunk chunk has %llu bytes, at most %u are accepted",
			       (unsigned long long)plain_n, RPM_ZCK_CHUNK_MAX);
	plain = xmalloc((size_t)plain_n + 1);
	if (packed.n == 0 && plain_n == 0)
		;
	else if (z->compression == COMPRESSION_ZSTD) {
		if (codec_zstd_frame(z->ctx, packed, dict, plain, (size_t)plain_n, e) < 0)
			return err_wrap(e, "zchunk");
	} else if (packed.n == plain_n)
		memcpy(plain, packed.p, packed.n);
	else
		return bad("index has a wrong size", e);
	z->body = body.rest;
	z->left--;
	*ret = TAKE_PTR(plain);
	*ret_n = (size_t)plain_n;
	return 0;
}

static ssize_t zck_read(struct stream *s, void *buf, size_t n, struct err *e)
{
	struct zck *z = (struct zck *)s;

	while (z->chunk_at == z->chunk_n) {
		if (z->left == 0)
			return z->body.n ? bad("data goes on behind the last chunk", e) : 0;
		free(z->chunk);
		z->chunk = NULL;
		z->chunk_at = z->chunk_n = 0;
		if (next_chunk(z, sv_of(z->dict, z->dict_n), &z->chunk, &z->chunk_n, e) < 0)
			return e->code;
	}
	n = MIN(n, z->chunk_n - z->chunk_at);
	memcpy(buf, z->chunk + z->chunk_at, n);
	z->chunk_at += n;
	return (ssize_t)n;
}

static void zck_close(struct stream *s)
{
	struct zck *z = (struct zck *)s;

	codec_ctx_free(z->ctx);
	free(z->dict);
	free(z->chunk);
	free(z);
}

static const struct stream_ops zck_ops = { .read = zck_read, .close = zck_close };

bool rpm_zck_is(struct sv bytes)
{
	return sv_starts(bytes, MAGIC);
}

/* Preface: digest of the data, flags, compression, what is optional. */
static int read_preface(struct zck *z, struct cursor *header, size_t digest, struct err *e)
{
	(void)take_bytes(header, digest);
	z->flags = take_int(header);
	z->compression = take_int(header);
	if (z->flags & FLAG_OPTIONAL) {
		uint64_t n = take_int(header);

		for (uint64_t i = 0; i < n && !header->failed; i++) {
			(void)take_int(header);
			(void)take_bytes(header, take_int(header));
		}
	}
	if (header->failed)
		return bad("header is cut short", e);
	if (z->flags & ~(uint64_t)FLAGS_KNOWN)
		return err_set(e, E_FORMAT, "zchunk flags 0x%llx are not known",
			       (unsigned long long)z->flags);
	if (z->compression != COMPRESSION_NONE && z->compression != COMPRESSION_ZSTD)
		return err_set(e, E_FORMAT, "zchunk compression %llu is not known",
			       (unsigned long long)z->compression);
	return 0;
}

static int read_header(struct zck *z, struct sv bytes, struct err *e)
{
	struct cursor c = { .rest = bytes }, header = { .failed = false };
	size_t digest;
	uint64_t size;
	int r;

	(void)take_bytes(&c, MAGIC.n);
	digest = digest_bytes_of(take_int(&c));
	size = take_int(&c);
	(void)take_bytes(&c, digest);
	header.rest = take_bytes(&c, size);
	if (c.failed || digest == 0)
		return bad("header is cut short, or its checksum unknown", e);
	r = read_preface(z, &header, digest, e);
	if (r < 0)
		return r;
	z->index.rest = take_bytes(&header, take_int(&header));
	z->digest_size = digest_bytes_of(take_int(&z->index));
	z->left = take_int(&z->index);
	if (header.failed || z->index.failed || z->digest_size == 0)
		return bad("index is cut short, or its checksum unknown", e);
	z->body = c.rest;
	return 0;
}

int rpm_zck_open(struct sv bytes, struct stream **ret, struct err *e)
{
	struct zck *z = xcalloc(1, sizeof(*z));
	_cleanup_(stream_closep) struct stream *s = &z->base;
	int r;

	z->base.ops = &zck_ops;
	z->ctx = codec_ctx_new();
	if (!rpm_zck_is(bytes))
		return bad("magic is missing", e);
	r = read_header(z, bytes, e);
	/* the first chunk is the dictionary, often an empty one */
	if (r == 0 && z->left)
		r = next_chunk(z, SV_NULL, &z->dict, &z->dict_n, e);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(s);
	return 0;
}

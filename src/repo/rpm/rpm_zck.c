/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repo/rpm/rpm_zck.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/digest.h"
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
	enum digest_kind digest_kind; /* of the chunks' digests in the index */
	size_t digest_size;
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

/* SHA-1, SHA-256, SHA-512, the first quarter of a SHA-512. False: unknown. */
static bool digest_of(uint64_t number, enum digest_kind *ret_kind, size_t *ret_size)
{
	static const struct {
		enum digest_kind kind;
		size_t size;
	} rows[] = { { DIGEST_SHA1, 20 },
		     { DIGEST_SHA256, 32 },
		     { DIGEST_SHA512, 64 },
		     { DIGEST_SHA512, 16 } };

	if (number >= ARRAY_SIZE(rows))
		return false;
	*ret_kind = rows[number].kind;
	*ret_size = rows[number].size;
	return true;
}

static int bad(const char *what, struct err *e)
{
	return err_set(e, E_FORMAT, "zchunk %s", what);
}

/* *found is compared in as many bytes as are told. Inputs of a fuzzer would never get past it. */
static int check_digest(const struct digest *found, struct sv want, const char *what, struct err *e)
{
#ifndef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
	if (!sv_eq(sv_of(found->bytes, want.n), want))
		return err_set(e, E_VERIFY, "zchunk %s: its %s digest is another", what,
			       digest_name(found->kind));
#endif
	(void)found;
	(void)want;
	(void)what;
	(void)e;
	return 0;
}

/* One chunk's entry of the index. */
struct chunk {
	struct sv packed_digest, plain_digest; /* the second: empty when not told */
	uint64_t packed_n, plain_n;
};

static void take_entry(struct zck *z, struct chunk *ret)
{
	*ret = (struct chunk){ .plain_digest = SV_NULL };
	if (z->flags & FLAG_STREAMS)
		(void)take_int(&z->index);
	ret->packed_digest = take_bytes(&z->index, z->digest_size);
	if (z->flags & FLAG_PLAIN_DIGESTS)
		ret->plain_digest = take_bytes(&z->index, z->digest_size);
	ret->packed_n = take_int(&z->index);
	ret->plain_n = take_int(&z->index);
}

static int check_chunk(const struct zck *z, struct sv bytes, struct sv want, struct err *e)
{
	struct digest found;

	/* a chunk of nothing has zeros for its digest */
	if (bytes.n == 0 || want.n == 0)
		return 0;
	digest_bytes(z->digest_kind, bytes.p, bytes.n, &found);
	return check_digest(&found, want, "chunk", e);
}

static int unpack_chunk(struct zck *z, struct sv packed, struct sv dict, char *plain, size_t n,
			struct err *e)
{
	if (packed.n == 0 && n == 0)
		return 0;
	if (z->compression == COMPRESSION_ZSTD) {
		if (codec_zstd_frame(z->ctx, packed, dict, plain, n, e) < 0)
			return err_wrap(e, "zchunk");
		return 0;
	}
	if (packed.n != n)
		return bad("index has a wrong size", e);
	memcpy(plain, packed.p, n);
	return 0;
}

/* Unpacks the next chunk into fresh memory. */
static int next_chunk(struct zck *z, struct sv dict, char **ret, size_t *ret_n, struct err *e)
{
	_cleanup_free_ char *plain = NULL;
	struct cursor body = { .rest = z->body };
	struct chunk chunk;
	struct sv packed;
	int r;

	take_entry(z, &chunk);
	if (z->index.failed)
		return bad("index is cut short", e);
	packed = take_bytes(&body, chunk.packed_n);
	if (body.failed)
		return bad("data is cut short", e);
	if (chunk.plain_n > RPM_ZCK_CHUNK_MAX)
		return err_set(e, E_LIMIT, "zchunk chunk has %llu bytes, at most %u are accepted",
			       (unsigned long long)chunk.plain_n, RPM_ZCK_CHUNK_MAX);
	r = check_chunk(z, packed, chunk.packed_digest, e);
	if (r < 0)
		return r;
	plain = xmalloc((size_t)chunk.plain_n + 1);
	r = unpack_chunk(z, packed, dict, plain, (size_t)chunk.plain_n, e);
	if (r == 0)
		r = check_chunk(z, sv_of(plain, (size_t)chunk.plain_n), chunk.plain_digest, e);
	if (r < 0)
		return r;
	z->body = body.rest;
	z->left--;
	*ret = TAKE_PTR(plain);
	*ret_n = (size_t)chunk.plain_n;
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

/* Everything before the data but the digest itself. */
static int check_header(struct sv before, struct sv want, struct sv behind, enum digest_kind kind,
			struct err *e)
{
	struct digest_ctx *d = digest_ctx_new(kind);
	struct digest found;

	digest_ctx_update(d, before.p, before.n);
	digest_ctx_update(d, behind.p, behind.n);
	digest_ctx_final(d, &found);
	digest_ctx_free(d);
	return check_digest(&found, want, "header", e);
}

static int read_header(struct zck *z, struct sv bytes, struct err *e)
{
	struct cursor c = { .rest = bytes }, header = { .failed = false };
	enum digest_kind kind = DIGEST_NONE;
	struct sv before, digest;
	size_t digest_size = 0;
	uint64_t size;
	int r;

	(void)take_bytes(&c, MAGIC.n);
	if (!digest_of(take_int(&c), &kind, &digest_size))
		return bad("header has an unknown checksum", e);
	size = take_int(&c);
	before = sv_head(bytes, bytes.n - c.rest.n);
	digest = take_bytes(&c, digest_size);
	header.rest = take_bytes(&c, size);
	if (c.failed)
		return bad("header is cut short", e);
	r = check_header(before, digest, header.rest, kind, e);
	if (r == 0)
		r = read_preface(z, &header, digest_size, e);
	if (r < 0)
		return r;
	z->index.rest = take_bytes(&header, take_int(&header));
	if (!digest_of(take_int(&z->index), &z->digest_kind, &z->digest_size))
		return bad("index has an unknown checksum", e);
	z->left = take_int(&z->index);
	if (header.failed || z->index.failed)
		return bad("index is cut short", e);
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

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Two formats share the name: today's frames (decoded by lz4frame), and the "legacy" one, the only one
 * that Linux unpacks: a magic, then blocks of at most 8 MiB content behind their compressed size, until
 * the data ends or another magic stands where a size would. Neither end nor checksum is marked in it.
 */
#include <lz4.h>
#include <lz4frame.h>
#include <lz4hc.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/macros.h"
#include "codec/codec_int.h"

#define MAGIC_LEGACY 0x184c2102u
#define MAGIC_FRAME 0x184d2204u
#define MAGIC_SKIPPABLE 0x184d2a50u /* the low four bits are free */
#define LEGACY_BLOCK (8 * 1024 * 1024)
#define LEVEL_HC 3 /* from here on the slower, better search, as with the command line tool */

struct lz4_state {
	LZ4F_dctx *dctx;
	bool legacy;     /* the frame we are in */
	char *block;     /* LEGACY_BLOCK bytes, when first needed */
	size_t n, taken; /* of block */
};

static uint32_t load_le32(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	return u[0] | (uint32_t)u[1] << 8 | (uint32_t)u[2] << 16 | (uint32_t)u[3] << 24;
}

static bool is_magic(uint32_t v)
{
	return v == MAGIC_LEGACY || v == MAGIC_FRAME || (v & ~15u) == MAGIC_SKIPPABLE;
}

static int decoder_start(struct codec_stream *s, struct err *e)
{
	struct lz4_state *l = s->ctx->state[s->kind];

	if (!l) {
		l = xcalloc(1, sizeof(*l));
		if (LZ4F_isError(LZ4F_createDecompressionContext(&l->dctx, LZ4F_VERSION))) {
			free(l);
			return err_set(e, E_FAIL, "no memory for an lz4 decoder");
		}
		s->ctx->state[s->kind] = l;
	}
	l->n = l->taken = 0;
	return 0;
}

static int next_frame(struct codec_stream *s, struct lz4_state *l, struct err *e)
{
	struct sv rest = sv_from_pos(s->in, s->at);
	uint32_t magic;

	if (rest.n < 4)
		return s->frames ? codec_bad(s, e, "followed by garbage") : codec_truncated(s, e);
	magic = load_le32(rest.p);
	if (!is_magic(magic))
		return codec_bad(s, e, s->frames ? "followed by garbage" : "not lz4");
	l->legacy = magic == MAGIC_LEGACY;
	if (l->legacy)
		s->at += 4;
	else
		LZ4F_resetDecompressionContext(l->dctx);
	s->in_frame = true;
	return 0;
}

/* Decodes the next block into l->block, or ends the frame. */
static int legacy_block(struct codec_stream *s, struct lz4_state *l, struct err *e)
{
	struct sv rest = sv_from_pos(s->in, s->at);
	uint32_t size;
	int n;

	if (rest.n == 0 || (rest.n >= 4 && is_magic(load_le32(rest.p)))) {
		s->in_frame = false;
		s->frames++;
		return 0;
	}
	if (rest.n < 4)
		return codec_truncated(s, e);
	size = load_le32(rest.p);
	if (size == 0 || size > (uint32_t)LZ4_compressBound(LEGACY_BLOCK))
		return codec_bad(s, e, "corrupt (block size)");
	if (size > rest.n - 4)
		return codec_truncated(s, e);
	if (!l->block)
		l->block = xmalloc(LEGACY_BLOCK);
	n = LZ4_decompress_safe(rest.p + 4, l->block, (int)size, LEGACY_BLOCK);
	if (n < 0)
		return codec_bad(s, e, "corrupt");
	s->at += 4 + (size_t)size;
	l->n = (size_t)n;
	l->taken = 0;
	return 0;
}

/* Decodes from a modern frame; *ret may be 0 although there is more. */
static int frame_some(struct codec_stream *s, struct lz4_state *l, struct sv room, size_t *ret,
		      struct err *e)
{
	size_t out = room.n, in = s->in.n - s->at;
	size_t r = LZ4F_decompress(l->dctx, (char *)(uintptr_t)room.p, &out, s->in.p + s->at, &in,
				   NULL);

	if (LZ4F_isError(r))
		return codec_bad(s, e, "corrupt");
	s->at += in;
	if (r == 0) {
		s->in_frame = false;
		s->frames++;
	} else if (out == 0 && s->at == s->in.n) {
		return codec_truncated(s, e);
	}
	*ret = out;
	return 0;
}

static ssize_t decoder_read(struct codec_stream *s, void *buf, size_t n, struct err *e)
{
	struct lz4_state *l = s->ctx->state[s->kind];
	size_t got = 0;
	int r;

	while (got == 0) {
		if (l->taken < l->n) {
			got = MIN(n, l->n - l->taken);
			memcpy(buf, l->block + l->taken, got);
			l->taken += got;
			break;
		}
		if (!s->in_frame && s->at == s->in.n)
			return 0;
		if (!s->in_frame)
			r = next_frame(s, l, e);
		else if (l->legacy)
			r = legacy_block(s, l, e);
		else
			r = frame_some(s, l, sv_of(buf, n), &got, e);
		if (r < 0)
			return r;
	}
	return (ssize_t)got;
}

static void decoder_free(void *state)
{
	struct lz4_state *l = state;

	(void)LZ4F_freeDecompressionContext(l->dctx);
	free(l->block);
	free(l);
}

const struct codec_decoder codec_lz4_decoder = {
	.start = decoder_start,
	.read = decoder_read,
	.free_state = decoder_free,
};

struct lz4_encoder {
	bool begun;
	int cap;
	char out[]; /* a block's size and its compressed bytes */
};

static void store_le32(char *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (char)(v >> (8 * i) & 255);
}

static int encoder_open(struct codec_encoder *enc, unsigned threads, struct err *e)
{
	int cap = LZ4_compressBound(LEGACY_BLOCK);
	struct lz4_encoder *l = xmalloc(sizeof(*l) + 4 + (size_t)cap);

	(void)threads;
	(void)e;
	*l = (struct lz4_encoder){ .cap = cap };
	enc->state = l;
	return 0;
}

static int encoder_push(struct codec_encoder *enc, const void *p, size_t n, bool last,
			struct err *e)
{
	struct lz4_encoder *l = enc->state;
	int level = enc->spec.level, size, r;

	(void)last; /* nothing marks the end */
	if (!l->begun) {
		store_le32(l->out, MAGIC_LEGACY);
		r = enc->sink(enc->arg, l->out, 4, e);
		if (r < 0)
			return r;
		l->begun = true;
	}
	if (n == 0)
		return 0;
	if (level >= LEVEL_HC)
		size = LZ4_compress_HC(p, l->out + 4, (int)n, l->cap, level);
	else
		size = LZ4_compress_default(p, l->out + 4, (int)n, l->cap);
	if (size <= 0)
		return err_set(e, E_FAIL, "compressing with lz4 failed");
	store_le32(l->out, (uint32_t)size);
	return enc->sink(enc->arg, l->out, 4 + (size_t)size, e);
}

static void encoder_close(struct codec_encoder *enc)
{
	free(enc->state);
}

const struct codec_encoder_ops codec_lz4_encoder = {
	.chunk = LEGACY_BLOCK,
	.open = encoder_open,
	.push = encoder_push,
	.close = encoder_close,
};

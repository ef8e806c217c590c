/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <zlib.h>

#include "base/arena.h"
#include "base/macros.h"
#include "codec/codec_int.h"

#define GZIP_ONLY 16 /* added to the window bits: gzip's wrapping and no other (zlib.h) */
#define PIECE_MAX ((size_t)1 << 30) /* zlib counts in unsigned int */

static int decoder_start(struct codec_stream *s, struct err *e)
{
	z_stream *z = s->ctx->state[s->kind];

	if (!z) {
		z = xcalloc(1, sizeof(*z));
		if (inflateInit2(z, MAX_WBITS + GZIP_ONLY) != Z_OK) {
			free(z);
			return err_set(e, E_FAIL, "no memory for a gzip decoder");
		}
		s->ctx->state[s->kind] = z;
	}
	(void)inflateReset(z);
	s->in_frame = true;
	return 0;
}

/* Behind a member: another one, or zeros only (tapes pad with them, and gzip ignores them). */
static int next_member(struct codec_stream *s, z_stream *z, struct err *e)
{
	struct sv rest = sv_from_pos(s->in, s->at);

	if (sv_starts(rest, (struct sv){ "\x1f\x8b", 2 })) {
		(void)inflateReset(z);
		s->in_frame = true;
		return 0;
	}
	for (size_t i = 0; i < rest.n; i++)
		if (rest.p[i] != '\0')
			return codec_bad(s, e, "followed by garbage");
	s->at = s->in.n;
	return 0;
}

static ssize_t decoder_read(struct codec_stream *s, void *buf, size_t n, struct err *e)
{
	z_stream *z = s->ctx->state[s->kind];
	size_t room = MIN(n, PIECE_MAX);

	z->next_out = buf;
	z->avail_out = (uInt)room;
	while (z->avail_out == room) {
		size_t give = MIN(s->in.n - s->at, PIECE_MAX);
		int r;

		if (!s->in_frame && s->at == s->in.n)
			return 0;
		if (!s->in_frame) {
			r = next_member(s, z, e);
			if (r < 0)
				return r;
			continue;
		}
		z->next_in = (z_const Bytef *)(uintptr_t)(s->in.p + s->at);
		z->avail_in = (uInt)give;
		r = inflate(z, Z_NO_FLUSH);
		s->at += give - z->avail_in;
		if (r == Z_STREAM_END) {
			s->in_frame = false;
			s->frames++;
		} else if (r == Z_MEM_ERROR) {
			return err_set(e, E_FAIL, "no memory to decode gzip data");
		} else if (r != Z_OK && r != Z_BUF_ERROR) {
			return codec_bad(s, e,
					 s->at < 10 && s->frames == 0 ? "not gzip" : "corrupt");
		} else if (z->avail_out == room && s->at == s->in.n) {
			return codec_truncated(s, e);
		}
	}
	return (ssize_t)(room - z->avail_out);
}

static void decoder_free(void *state)
{
	(void)inflateEnd(state);
	free(state);
}

const struct codec_decoder codec_gzip_decoder = {
	.start = decoder_start,
	.read = decoder_read,
	.free_state = decoder_free,
};

struct gzip_encoder {
	z_stream z;
	gz_header header; /* zlib keeps a pointer to it */
};

static int encoder_open(struct codec_encoder *enc, unsigned threads, struct err *e)
{
	struct gzip_encoder *g = xcalloc(1, sizeof(*g));

	(void)threads;
	if (deflateInit2(&g->z, enc->spec.level, Z_DEFLATED, MAX_WBITS + GZIP_ONLY, 8,
			 Z_DEFAULT_STRATEGY) != Z_OK) {
		free(g);
		return err_set(e, E_FAIL, "no memory for a gzip encoder");
	}
	enc->state = g;
	g->header.os = 3; /* Unix, as `gzip -n` writes it; no time, no name */
	if (deflateSetHeader(&g->z, &g->header) != Z_OK)
		BUG("zlib refuses a gzip header");
	return 0;
}

static int encoder_push(struct codec_encoder *enc, const void *p, size_t n, bool last,
			struct err *e)
{
	struct gzip_encoder *g = enc->state;
	int code = Z_OK;

	g->z.next_in = (z_const Bytef *)(uintptr_t)p;
	g->z.avail_in = (uInt)n;
	while (last ? code != Z_STREAM_END : g->z.avail_in > 0) {
		size_t got;
		int r;

		g->z.next_out = (Bytef *)enc->out;
		g->z.avail_out = CODEC_OUT;
		code = deflate(&g->z, last ? Z_FINISH : Z_NO_FLUSH);
		if (code != Z_OK && code != Z_STREAM_END)
			return err_set(e, E_FAIL, "compressing with gzip: zlib's error %d", code);
		got = CODEC_OUT - g->z.avail_out;
		r = got > 0 ? enc->sink(enc->arg, enc->out, got, e) : 0;
		if (r < 0)
			return r;
	}
	return 0;
}

static void encoder_close(struct codec_encoder *enc)
{
	struct gzip_encoder *g = enc->state;

	if (g)
		(void)deflateEnd(&g->z);
	free(g);
}

const struct codec_encoder_ops codec_gzip_encoder = {
	.chunk = 256u * 1024,
	.open = encoder_open,
	.push = encoder_push,
	.close = encoder_close,
};

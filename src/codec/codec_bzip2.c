/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <bzlib.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/macros.h"
#include "codec/codec_int.h"

#define PIECE_MAX ((size_t)1 << 30) /* bzip2 counts in unsigned int */

struct bzip2_state {
	bz_stream bz;
	bool open;
};

static void decoder_end(struct bzip2_state *b)
{
	if (b->open)
		(void)BZ2_bzDecompressEnd(&b->bz);
	b->open = false;
}

static int decoder_start(struct codec_stream *s, struct err *e)
{
	(void)e;
	if (!s->ctx->state[s->kind])
		s->ctx->state[s->kind] = xcalloc(1, sizeof(struct bzip2_state));
	return 0;
}

/* The library cannot start a used decoder anew: each stream gets a fresh one. */
static int next_stream(struct codec_stream *s, struct bzip2_state *b, struct err *e)
{
	if (s->frames > 0 && !sv_starts(sv_from_pos(s->in, s->at), SV("BZh")))
		return codec_bad(s, e, "followed by garbage");
	decoder_end(b);
	b->bz = (bz_stream){ 0 };
	if (BZ2_bzDecompressInit(&b->bz, 0, 0) != BZ_OK)
		return err_set(e, E_FAIL, "no memory for a bzip2 decoder");
	b->open = true;
	s->in_frame = true;
	return 0;
}

static ssize_t decoder_read(struct codec_stream *s, void *buf, size_t n, struct err *e)
{
	struct bzip2_state *b = s->ctx->state[s->kind];
	size_t room = MIN(n, PIECE_MAX), got = 0;

	while (got == 0) {
		size_t give = MIN(s->in.n - s->at, PIECE_MAX);
		int r;

		if (!s->in_frame && give == 0)
			return 0;
		if (!s->in_frame) {
			r = next_stream(s, b, e);
			if (r < 0)
				return r;
		}
		b->bz.next_in = (char *)(uintptr_t)(s->in.p + s->at);
		b->bz.avail_in = (unsigned)give;
		b->bz.next_out = buf;
		b->bz.avail_out = (unsigned)room;
		r = BZ2_bzDecompress(&b->bz);
		s->at += give - b->bz.avail_in;
		got = room - b->bz.avail_out;
		if (r == BZ_STREAM_END) {
			s->in_frame = false;
			s->frames++;
		} else if (r == BZ_MEM_ERROR) {
			return err_set(e, E_FAIL, "no memory to decode bzip2 data");
		} else if (r != BZ_OK) {
			return codec_bad(s, e, r == BZ_DATA_ERROR_MAGIC ? "not bzip2" : "corrupt");
		} else if (got == 0 && s->at == s->in.n) {
			return codec_truncated(s, e);
		}
	}
	return (ssize_t)got;
}

static void decoder_stop(struct codec_stream *s)
{
	if (s->ctx->state[s->kind])
		decoder_end(s->ctx->state[s->kind]);
}

static void decoder_free(void *state)
{
	decoder_end(state);
	free(state);
}

const struct codec_decoder codec_bzip2_decoder = {
	.start = decoder_start,
	.read = decoder_read,
	.stop = decoder_stop,
	.free_state = decoder_free,
};

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* .xz and the older .lzma, by liblzma. */
#include <lzma.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/macros.h"
#include "codec/codec_int.h"

#define INDEX_MEMORY (16u * 1024 * 1024)
#define THREADS_MAX 64u

struct xz_state {
	lzma_stream strm;
	bool ended;
};

/* What the index at the end says; no more than a hint, since the decoder checks it again. */
static bool read_index(struct sv in, uint64_t *ret_blocks, uint64_t *ret_size)
{
	uint64_t limit = INDEX_MEMORY;
	lzma_stream_flags footer;
	lzma_index *index = NULL;
	size_t pos = 0;

	while (in.n >= 4 && sv_eq(sv_from_pos(in, in.n - 4), (struct sv){ "\0\0\0\0", 4 }))
		in.n -= 4; /* stream padding */
	if (in.n < 2 * LZMA_STREAM_HEADER_SIZE)
		return false;
	in.n -= LZMA_STREAM_HEADER_SIZE;
	if (lzma_stream_footer_decode(&footer, (const uint8_t *)in.p + in.n) != LZMA_OK ||
	    footer.backward_size > in.n)
		return false;
	in = sv_from_pos(in, in.n - (size_t)footer.backward_size);
	if (lzma_index_buffer_decode(&index, &limit, NULL, (const uint8_t *)in.p, &pos, in.n) !=
	    LZMA_OK)
		return false;
	*ret_blocks = lzma_index_block_count(index);
	*ret_size = lzma_index_uncompressed_size(index);
	lzma_index_end(index, NULL);
	return true;
}

static uint64_t xz_size_hint(struct sv in)
{
	uint64_t blocks, size;

	return read_index(in, &blocks, &size) ? size : 0;
}

static lzma_ret start_xz(struct codec_stream *s, lzma_stream *strm)
{
	uint64_t blocks = 1, size;

	if (s->threads > 1 && read_index(s->in, &blocks, &size) && blocks > 1) {
		lzma_mt mt = {
			.flags = LZMA_CONCATENATED,
			.threads = (uint32_t)MIN(MIN((uint64_t)s->threads, blocks),
						 (uint64_t)THREADS_MAX),
			.memlimit_threading = CODEC_MEMORY_LIMIT,
			.memlimit_stop = CODEC_MEMORY_LIMIT,
		};

		return lzma_stream_decoder_mt(strm, &mt);
	}
	return lzma_stream_decoder(strm, CODEC_MEMORY_LIMIT, LZMA_CONCATENATED);
}

static int decoder_start(struct codec_stream *s, struct err *e)
{
	struct xz_state *x = s->ctx->state[s->kind];
	lzma_ret r;

	if (!x) {
		x = xcalloc(1, sizeof(*x));
		x->strm = (lzma_stream)LZMA_STREAM_INIT;
		s->ctx->state[s->kind] = x;
	}
	x->ended = false;
	/* Starting anew on a used lzma_stream keeps its dictionary memory. */
	if (s->kind == CODEC_XZ)
		r = start_xz(s, &x->strm);
	else
		r = lzma_alone_decoder(&x->strm, CODEC_MEMORY_LIMIT);
	if (r != LZMA_OK)
		return err_set(e, E_FAIL, "no memory for an xz decoder");
	x->strm.next_in = (const uint8_t *)s->in.p;
	x->strm.avail_in = s->in.n;
	return 0;
}

static int decoder_error(const struct codec_stream *s, lzma_ret code, struct err *e)
{
	switch (code) {
	case LZMA_MEMLIMIT_ERROR:
		return codec_too_large(s, e);
	case LZMA_BUF_ERROR:
		return codec_truncated(s, e);
	case LZMA_FORMAT_ERROR:
		return codec_bad(s, e, s->kind == CODEC_XZ ? "not xz" : "not lzma");
	case LZMA_OPTIONS_ERROR:
		return codec_bad(s, e, "of a kind that is not supported");
	case LZMA_MEM_ERROR:
		return err_set(e, E_FAIL, "no memory to decode %s data", codec_name(s->kind));
	default:
		return codec_bad(s, e, "corrupt");
	}
}

static ssize_t decoder_read(struct codec_stream *s, void *buf, size_t n, struct err *e)
{
	struct xz_state *x = s->ctx->state[s->kind];

	x->strm.next_out = buf;
	x->strm.avail_out = n;
	while (!x->ended && x->strm.avail_out == n) {
		lzma_ret r = lzma_code(&x->strm, LZMA_FINISH);

		s->at = s->in.n - x->strm.avail_in;
		if (r == LZMA_STREAM_END)
			x->ended = true;
		else if (r != LZMA_OK)
			return decoder_error(s, r, e);
	}
	/* Only .lzma can end early: its decoder knows nothing of what follows. */
	if (x->ended && x->strm.avail_out == n && s->at < s->in.n)
		return codec_bad(s, e, "followed by garbage");
	return (ssize_t)(n - x->strm.avail_out);
}

static void decoder_stop(struct codec_stream *s)
{
	struct xz_state *x = s->ctx->state[s->kind];

	/* A threaded decoder keeps threads and block buffers: too much to hold for a next time. */
	if (x && s->threads > 1)
		lzma_end(&x->strm);
}

static void decoder_free(void *state)
{
	struct xz_state *x = state;

	lzma_end(&x->strm);
	free(x);
}

const struct codec_decoder codec_xz_decoder = {
	.start = decoder_start,
	.read = decoder_read,
	.stop = decoder_stop,
	.free_state = decoder_free,
	.size_hint = xz_size_hint,
};

const struct codec_decoder codec_lzma_decoder = {
	.start = decoder_start,
	.read = decoder_read,
	.free_state = decoder_free,
};

static int encoder_open(struct codec_encoder *enc, unsigned threads, struct err *e)
{
	lzma_options_lzma options;
	lzma_filter filters[] = {
		{ .id = LZMA_FILTER_LZMA2, .options = &options },
		{ .id = LZMA_VLI_UNKNOWN },
	};
	lzma_mt mt = {
		.threads = MIN(threads, THREADS_MAX),
		.filters = filters,
		.check = LZMA_CHECK_CRC32, /* the only one that Linux knows */
	};
	lzma_stream *strm = xcalloc(1, sizeof(*strm));

	*strm = (lzma_stream)LZMA_STREAM_INIT;
	enc->state = strm;
	if (lzma_lzma_preset(&options, (uint32_t)enc->spec.level))
		BUG("an xz level that liblzma does not know");
	/* Said here, not left to the library, since blocks show in the bytes. The threaded encoder is
	 * used for one thread, too, since the other one writes block headers without sizes. */
	mt.block_size = MAX((uint64_t)options.dict_size * 3, (uint64_t)1 << 20);
	if (lzma_stream_encoder_mt(strm, &mt) != LZMA_OK)
		return err_set(e, E_FAIL, "no memory for an xz encoder of level %d",
			       enc->spec.level);
	return 0;
}

static int encoder_push(struct codec_encoder *enc, const void *p, size_t n, bool last,
			struct err *e)
{
	lzma_stream *strm = enc->state;
	lzma_ret code = LZMA_OK;

	strm->next_in = p;
	strm->avail_in = n;
	while (last ? code != LZMA_STREAM_END : strm->avail_in > 0) {
		size_t got;
		int r;

		strm->next_out = (uint8_t *)enc->out;
		strm->avail_out = CODEC_OUT;
		code = lzma_code(strm, last ? LZMA_FINISH : LZMA_RUN);
		if (code == LZMA_MEM_ERROR)
			return err_set(e, E_FAIL, "no memory to compress with xz level %d",
				       enc->spec.level);
		if (code != LZMA_OK && code != LZMA_STREAM_END)
			return err_set(e, E_FAIL, "compressing with xz: liblzma's error %d",
				       (int)code);
		got = CODEC_OUT - strm->avail_out;
		r = got > 0 ? enc->sink(enc->arg, enc->out, got, e) : 0;
		if (r < 0)
			return r;
	}
	return 0;
}

static void encoder_close(struct codec_encoder *enc)
{
	if (enc->state)
		lzma_end(enc->state);
	free(enc->state);
}

const struct codec_encoder_ops codec_xz_encoder = {
	.chunk = 1024u * 1024,
	.open = encoder_open,
	.push = encoder_push,
	.close = encoder_close,
};

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <zstd.h>
#include <zstd_errors.h>

#include "base/arena.h"
#include "base/macros.h"
#include "codec/codec_int.h"

#define WINDOW_LOG_MAX 29 /* CODEC_MEMORY_LIMIT */
#define WORKERS_MAX 64u

static int decoder_start(struct codec_stream *s, struct err *e)
{
	ZSTD_DCtx *d = s->ctx->state[s->kind];

	if (!d) {
		d = ZSTD_createDCtx();
		if (!d)
			return err_set(e, E_FAIL, "no memory for a zstd decoder");
		s->ctx->state[s->kind] = d;
	}
	(void)ZSTD_DCtx_reset(d, ZSTD_reset_session_and_parameters);
	(void)ZSTD_DCtx_setParameter(d, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
	return 0;
}

static int decoder_error(const struct codec_stream *s, size_t code, struct err *e)
{
	switch (ZSTD_getErrorCode(code)) {
	case ZSTD_error_frameParameter_windowTooLarge:
		return codec_too_large(s, e);
	case ZSTD_error_checksum_wrong:
		return codec_bad(s, e, "corrupt (wrong checksum)");
	case ZSTD_error_prefix_unknown:
		return codec_bad(s, e, s->frames ? "followed by garbage" : "not zstd");
	case ZSTD_error_memory_allocation:
		return err_set(e, E_FAIL, "no memory to decode zstd data");
	default:
		return codec_bad(s, e, "corrupt");
	}
}

static ssize_t decoder_read(struct codec_stream *s, void *buf, size_t n, struct err *e)
{
	ZSTD_DCtx *d = s->ctx->state[s->kind];
	ZSTD_outBuffer out = { buf, n, 0 };

	while (out.pos == 0) {
		ZSTD_inBuffer in = { s->in.p, s->in.n, s->at };
		size_t r;

		if (!s->in_frame && s->at == s->in.n)
			return 0;
		r = ZSTD_decompressStream(d, &out, &in);
		if (ZSTD_isError(r))
			return decoder_error(s, r, e);
		s->at = in.pos;
		s->in_frame = r != 0;
		if (r == 0)
			s->frames++;
		else if (out.pos == 0 && s->at == s->in.n)
			return codec_truncated(s, e);
	}
	return (ssize_t)out.pos;
}

static void decoder_free(void *state)
{
	(void)ZSTD_freeDCtx(state);
}

static uint64_t decoder_size_hint(struct sv in)
{
	unsigned long long n = ZSTD_getFrameContentSize(in.p, in.n);

	return n == ZSTD_CONTENTSIZE_UNKNOWN || n == ZSTD_CONTENTSIZE_ERROR ? 0 : n;
}

const struct codec_decoder codec_zstd_decoder = {
	.start = decoder_start,
	.read = decoder_read,
	.free_state = decoder_free,
	.size_hint = decoder_size_hint,
};

int codec_zstd_frame(struct codec_ctx *ctx, struct sv in, struct sv dict, char *out, size_t out_n,
		     struct err *e)
{
	struct codec_stream s = { .kind = CODEC_ZSTD, .in = in, .ctx = ctx };
	size_t n;
	int r = decoder_start(&s, e);

	if (r < 0)
		return r;
	n = ZSTD_decompress_usingDict(ctx->state[CODEC_ZSTD], out, out_n, in.p, in.n, dict.p,
				      dict.n);
	if (ZSTD_isError(n))
		return decoder_error(&s, n, e);
	if (n != out_n)
		return err_set(e, E_FORMAT, "zstd frame has %zu bytes, expected %zu", n, out_n);
	return 0;
}

/*
 * How a level is cut into jobs. Left to itself the library derives this from the level, too, but a later
 * release may do so in another way, and the number of cores must not matter at all. Long enough that the
 * ratio hardly suffers, short enough that an image of some 60 MB keeps a few cores busy.
 */
static const struct job_row {
	int level; /* up to this one */
	int size_log;
	int overlap_log; /* 9: the whole window; each less halves it */
} job_rows[] = {
	{ 9, 22, 6 },
	{ 15, 23, 7 },
	{ 19, 24, 8 },
	{ 22, 25, 8 },
};

static const struct job_row *job_row(int level)
{
	for (size_t i = 0; i < ARRAY_SIZE(job_rows); i++)
		if (level <= job_rows[i].level)
			return &job_rows[i];
	BUG("a zstd level without a row");
}

static int encoder_open(struct codec_encoder *enc, unsigned threads, struct err *e)
{
	const struct job_row *job = job_row(enc->spec.level);
	const struct {
		ZSTD_cParameter key;
		int value;
	} parameters[] = {
		{ ZSTD_c_compressionLevel, enc->spec.level },
		{ ZSTD_c_checksumFlag, 1 },
		/* Never 0, not even for one thread: without workers the bytes are other ones. */
		{ ZSTD_c_nbWorkers, (int)MIN(threads, WORKERS_MAX) },
		{ ZSTD_c_jobSize, 1 << job->size_log },
		{ ZSTD_c_overlapLog, job->overlap_log },
		{ ZSTD_c_enableLongDistanceMatching, 0 },
		{ ZSTD_c_contentSizeFlag, 1 },
	};
	ZSTD_CCtx *c = ZSTD_createCCtx();

	if (!c)
		return err_set(e, E_FAIL, "no memory for a zstd encoder");
	enc->state = c;
	for (size_t i = 0; i < ARRAY_SIZE(parameters); i++) {
		size_t r = ZSTD_CCtx_setParameter(c, parameters[i].key, parameters[i].value);

		if (ZSTD_isError(r))
			return err_set(e, E_FAIL, "setting up zstd: %s", ZSTD_getErrorName(r));
	}
	return 0;
}

static int encoder_push(struct codec_encoder *enc, const void *p, size_t n, bool last,
			struct err *e)
{
	ZSTD_EndDirective mode = last ? ZSTD_e_end : ZSTD_e_continue;
	ZSTD_inBuffer in = { p, n, 0 };
	bool more = true;

	while (more) {
		ZSTD_outBuffer out = { enc->out, CODEC_OUT, 0 };
		size_t left = ZSTD_compressStream2(enc->state, &out, &in, mode);
		int r;

		if (ZSTD_isError(left))
			return err_set(e, E_FAIL, "compressing with zstd: %s",
				       ZSTD_getErrorName(left));
		if (out.pos > 0) {
			r = enc->sink(enc->arg, enc->out, out.pos, e);
			if (r < 0)
				return r;
		}
		more = last ? left > 0 : in.pos < in.size;
	}
	return 0;
}

static void encoder_close(struct codec_encoder *enc)
{
	(void)ZSTD_freeCCtx(enc->state);
}

const struct codec_encoder_ops codec_zstd_encoder = {
	.chunk = 1024u * 1024,
	.open = encoder_open,
	.push = encoder_push,
	.close = encoder_close,
};

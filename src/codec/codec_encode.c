/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What all encoders share. Pushes are cut into chunks of one size first, so that a library that looks
 * at what it was given in one call cannot let the caller's habits show in the bytes. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/macros.h"
#include "base/strbuf.h"
#include "codec/codec_int.h"

static int none_open(struct codec_encoder *enc, unsigned threads, struct err *e)
{
	(void)enc;
	(void)threads;
	(void)e;
	return 0;
}

static int none_push(struct codec_encoder *enc, const void *p, size_t n, bool last, struct err *e)
{
	(void)last;
	return n > 0 ? enc->sink(enc->arg, p, n, e) : 0;
}

static void none_close(struct codec_encoder *enc)
{
	(void)enc;
}

const struct codec_encoder_ops codec_none_encoder = {
	.chunk = 256u * 1024,
	.open = none_open,
	.push = none_push,
	.close = none_close,
};

int codec_encoder_new(const struct codec_spec *spec, unsigned threads, codec_sink_fn sink,
		      void *arg, struct codec_encoder **ret, struct err *e)
{
	_cleanup_(codec_encoder_freep) struct codec_encoder *enc = xcalloc(1, sizeof(*enc));
	int r;

	enc->ops = codec_encoder_of(spec->kind);
	ASSERT(enc->ops);
	enc->spec = *spec;
	enc->sink = sink;
	enc->arg = arg;
	enc->out = xmalloc(CODEC_OUT);
	enc->chunk = xmalloc(enc->ops->chunk);
	r = enc->ops->open(enc, MAX(threads, 1u), e);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(enc);
	return 0;
}

int codec_encoder_write(struct codec_encoder *enc, const void *p, size_t n, struct err *e)
{
	size_t size = enc->ops->chunk;
	const char *at = p;
	int r;

	ASSERT(!enc->finished);
	while (n > 0) {
		size_t take = MIN(n, size - enc->n);

		/* Whole chunks go straight from the caller's memory. */
		if (enc->n == 0 && take == size) {
			r = enc->ops->push(enc, at, size, false, e);
			if (r < 0)
				return r;
		} else {
			memcpy(enc->chunk + enc->n, at, take);
			enc->n += take;
			if (enc->n == size) {
				r = enc->ops->push(enc, enc->chunk, size, false, e);
				if (r < 0)
					return r;
				enc->n = 0;
			}
		}
		at += take;
		n -= take;
	}
	return 0;
}

int codec_encoder_finish(struct codec_encoder *enc, struct err *e)
{
	ASSERT(!enc->finished);
	enc->finished = true;
	return enc->ops->push(enc, enc->chunk, enc->n, true, e);
}

void codec_encoder_free(struct codec_encoder *enc)
{
	if (!enc)
		return;
	enc->ops->close(enc);
	free(enc->out);
	free(enc->chunk);
	free(enc);
}

static int sink_to_strbuf(void *arg, const void *p, size_t n, struct err *e)
{
	(void)e;
	strbuf_add(arg, sv_of(p, n));
	return 0;
}

int codec_encode_all(const struct codec_spec *spec, unsigned threads, struct sv in, char **ret,
		     size_t *ret_n, struct err *e)
{
	_cleanup_(codec_encoder_freep) struct codec_encoder *enc = NULL;
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	int r;

	r = codec_encoder_new(spec, threads, sink_to_strbuf, &out, &enc, e);
	if (r < 0)
		return r;
	r = codec_encoder_write(enc, in.p, in.n, e);
	if (r < 0)
		return r;
	r = codec_encoder_finish(enc, e);
	if (r < 0)
		return r;
	*ret_n = out.n;
	*ret = strbuf_take(&out);
	return 0;
}

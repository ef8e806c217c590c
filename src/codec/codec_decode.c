/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What all decoders share: contexts, the stream around them, decoding at once. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/macros.h"
#include "codec/codec_int.h"

/* A size that headers promise is believed up to this multiple of the input, so that a few hostile bytes
 * cannot ask for gigabytes; past it the buffer grows as bytes arrive. */
#define HINT_RATIO 64u
#define FIRST_ROOM 65536u

struct codec_ctx *codec_ctx_new(void)
{
	return xcalloc(1, sizeof(struct codec_ctx));
}

void codec_ctx_free(struct codec_ctx *c)
{
	if (!c)
		return;
	ASSERT(!c->busy);
	for (size_t k = 0; k < CODEC_KINDS; k++)
		if (c->state[k])
			codec_decoder_of((enum codec_kind)k)->free_state(c->state[k]);
	free(c);
}

int codec_bad(const struct codec_stream *s, struct err *e, const char *what)
{
	return err_set(e, E_FORMAT, "%s data is %s at offset %zu", codec_name(s->kind), what,
		       s->at);
}

int codec_truncated(const struct codec_stream *s, struct err *e)
{
	return err_set(e, E_FORMAT, "%s data is truncated: it ends at offset %zu",
		       codec_name(s->kind), s->in.n);
}

int codec_too_large(const struct codec_stream *s, struct err *e)
{
	return err_set(e, E_LIMIT, "%s data at offset %zu asks for more than %u MiB to be decoded",
		       codec_name(s->kind), s->at, CODEC_MEMORY_LIMIT >> 20);
}

static ssize_t none_read(struct codec_stream *s, void *buf, size_t n, struct err *e)
{
	struct sv rest = sv_from_pos(s->in, s->at);

	(void)e;
	n = MIN(n, rest.n);
	if (n > 0)
		memcpy(buf, rest.p, n);
	s->at += n;
	return (ssize_t)n;
}

static int none_start(struct codec_stream *s, struct err *e)
{
	(void)s;
	(void)e;
	return 0;
}

static uint64_t none_size_hint(struct sv in)
{
	return in.n;
}

const struct codec_decoder codec_none_decoder = {
	.start = none_start,
	.read = none_read,
	.size_hint = none_size_hint,
};

static ssize_t stream_read_codec(struct stream *base, void *buf, size_t n, struct err *e)
{
	struct codec_stream *s = (struct codec_stream *)base;

	return s->dec->read(s, buf, n, e);
}

static void stream_close_codec(struct stream *base)
{
	struct codec_stream *s = (struct codec_stream *)base;

	if (s->dec->stop)
		s->dec->stop(s);
	s->ctx->busy = false;
	if (s->own_ctx)
		codec_ctx_free(s->ctx);
	free(s);
}

static const struct stream_ops codec_stream_ops = {
	.read = stream_read_codec,
	.close = stream_close_codec,
};

int codec_decode_stream(enum codec_kind kind, struct sv in, unsigned threads,
			struct codec_ctx *reuse, struct stream **ret, struct err *e)
{
	_cleanup_(stream_closep) struct stream *base = NULL;
	struct codec_stream *s = xmalloc(sizeof(*s));
	int r;

	ASSERT(!reuse || !reuse->busy);
	*s = (struct codec_stream){
		.base = { .ops = &codec_stream_ops },
		.dec = codec_decoder_of(kind),
		.kind = kind,
		.in = in,
		.ctx = reuse ? reuse : codec_ctx_new(),
		.own_ctx = !reuse,
		.threads = MAX(threads, 1u),
	};
	s->ctx->busy = true;
	base = &s->base;
	if (in.n == 0 && kind != CODEC_NONE)
		return codec_truncated(s, e);
	r = s->dec->start(s, e);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(base);
	return 0;
}

static size_t first_room(enum codec_kind kind, struct sv in, size_t max_out)
{
	const struct codec_decoder *d = codec_decoder_of(kind);
	uint64_t hint = d->size_hint ? d->size_hint(in) : 0;
	uint64_t credible = (uint64_t)in.n * HINT_RATIO + FIRST_ROOM;

	if (hint == 0)
		hint = (uint64_t)in.n * 4;
	hint = MIN(hint, credible);
	return (size_t)MIN(hint, (uint64_t)max_out);
}

/* Reads on until the end, growing buf as needed. One spare byte asks whether there is more than max. */
static int read_rest(struct stream *s, size_t max_out, size_t cap, struct sv *ret, struct err *e)
{
	_cleanup_free_ char *buf = xmalloc(cap + 2);
	size_t n = 0;

	for (;;) {
		ssize_t r = stream_read(s, buf + n, cap + 1 - n, e);

		if (r < 0)
			return (int)r;
		if (r == 0)
			break;
		n += (size_t)r;
		if (n > max_out)
			return err_set(e, E_LIMIT, "decompressed data has more than %zu bytes",
				       max_out);
		if (n > cap) {
			cap = cap > max_out / 2 ? max_out : MAX(cap * 2, (size_t)FIRST_ROOM);
			cap = MIN(cap, max_out);
			buf = xrealloc(buf, cap + 2, 1);
		}
	}
	buf[n] = '\0';
	*ret = (struct sv){ TAKE_PTR(buf), n };
	return 0;
}

int codec_decode_all(enum codec_kind kind, struct sv in, size_t max_out, char **ret, size_t *ret_n,
		     struct err *e)
{
	_cleanup_(stream_closep) struct stream *s = NULL;
	struct sv out = SV_NULL;
	int r;

	max_out = MIN(max_out, (size_t)PTRDIFF_MAX);
	r = codec_decode_stream(kind, in, 1, NULL, &s, e);
	if (r < 0)
		return r;
	r = read_rest(s, max_out, first_room(kind, in, max_out), &out, e);
	if (r < 0)
		return r;
	*ret = (char *)out.p;
	*ret_n = out.n;
	return 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Private to codec: what one codec file provides, and the state they share. */
#pragma once

#include "codec/codec.h"

#define CODEC_KINDS (CODEC_LZ4 + 1)
/* A decoder may spend this much memory on what the input's own headers ask for. */
#define CODEC_MEMORY_LIMIT (512u * 1024 * 1024)

struct codec_ctx {
	bool busy;
	void *state[CODEC_KINDS]; /* by kind; made when first needed, freed by the decoder's free_state */
};

struct codec_stream {
	struct stream base;
	const struct codec_decoder *dec;
	enum codec_kind kind;
	struct sv in;
	size_t at; /* compressed bytes taken so far */
	struct codec_ctx *ctx;
	bool own_ctx;
	unsigned threads;
	bool in_frame;
	unsigned long frames; /* complete ones */
};

struct codec_decoder {
	/* Readies ctx->state[kind] for a new stream. */
	int (*start)(struct codec_stream *s, struct err *e);
	/* Like a stream's read. */
	ssize_t (*read)(struct codec_stream *s, void *buf, size_t n, struct err *e);
	/* Gives back what need not wait for the next stream; may be NULL. */
	void (*stop)(struct codec_stream *s);
	void (*free_state)(void *state);
	/* What the headers say of the decoded size: a guess, 0 when they say nothing; may be NULL. */
	uint64_t (*size_hint)(struct sv in);
};

/* E_FORMAT "<codec> data is <what> at offset N". */
int codec_bad(const struct codec_stream *s, struct err *e, const char *what);
/* E_FORMAT for an end of input inside a frame. */
int codec_truncated(const struct codec_stream *s, struct err *e);
/* E_LIMIT for a window or dictionary that is too large. */
int codec_too_large(const struct codec_stream *s, struct err *e);

struct codec_encoder_ops {
	size_t chunk; /* pushes have exactly this size, but for the last */
	int (*open)(struct codec_encoder *enc, unsigned threads, struct err *e);
	/* last: flushes and ends; n may be 0. Called with last exactly once. */
	int (*push)(struct codec_encoder *enc, const void *p, size_t n, bool last, struct err *e);
	void (*close)(struct codec_encoder *enc); /* copes with a half-opened state */
};

struct codec_encoder {
	const struct codec_encoder_ops *ops;
	struct codec_spec spec;
	codec_sink_fn sink;
	void *arg;
	void *state; /* the codec's own */
	char *out;   /* CODEC_OUT bytes for the codec's use */
	char *chunk; /* what was pushed and is no whole chunk yet */
	size_t n;
	bool finished;
};

#define CODEC_OUT (256u * 1024)

const struct codec_decoder *codec_decoder_of(enum codec_kind kind);
const struct codec_encoder_ops *codec_encoder_of(enum codec_kind kind); /* NULL: decodes only */

extern const struct codec_decoder codec_none_decoder, codec_gzip_decoder, codec_xz_decoder,
	codec_lzma_decoder, codec_zstd_decoder, codec_bzip2_decoder, codec_lz4_decoder;
extern const struct codec_encoder_ops codec_none_encoder, codec_gzip_encoder, codec_xz_encoder,
	codec_zstd_encoder, codec_lz4_encoder;

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Compression: the sole user of liblzma, zstd, zlib, bzip2 and lz4. Decoders pull from memory that
 * the caller keeps alive; encoders take pushes of bytes and hand compressed ones to a sink.
 *
 * Decoding is strict: what follows the last frame, a truncated frame and a failed checksum are
 * E_FORMAT with the offset in the compressed bytes; members and frames that follow each other decode
 * as one, as with the command line tools. A dictionary or window above 512 MiB is E_LIMIT.
 *
 * Encoding is a pure function of codec, level and content: neither the number of threads nor the
 * sizes of the pushes show in the bytes. What comes out is what Linux unpacks as an initramfs: one
 * zstd frame (window <= 128 MiB, checksum), one xz stream (CRC32, no BCJ filter), gzip without name
 * and time, lz4's legacy format.
 *
 * Formats: RFC 8878 (zstd), RFC 1952 (gzip), the .xz file format 1.1.0, lz4_Frame_format.md.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/stream.h"
#include "base/sv.h"

enum codec_kind {
	CODEC_NONE,
	CODEC_GZIP,
	CODEC_XZ,
	CODEC_LZMA,
	CODEC_ZSTD,
	CODEC_BZIP2,
	CODEC_LZ4,
};

const char *codec_name(enum codec_kind kind); /* "zstd"; "none" */
/* "zstd", "zst", "gzip", "gz", "none"...; false when unknown. */
bool codec_by_name(struct sv name, enum codec_kind *ret);
/* By the end of a file name ("Packages.xz"); CODEC_NONE when it has none of the known ones. */
enum codec_kind codec_by_suffix(struct sv file_name);
/* By the first bytes; CODEC_NONE when they are none of the known ones. */
enum codec_kind codec_by_magic(struct sv bytes);

/* Decoder state that one thread uses again and again, for one stream at a time. */
struct codec_ctx;
struct codec_ctx *codec_ctx_new(void);
void codec_ctx_free(struct codec_ctx *c); /* NULL is fine */
DEFINE_CLEANUP(struct codec_ctx *, codec_ctx_free)

/* Decodes all of `in`; more than max_out bytes is E_LIMIT. *ret is malloc'ed, with a NUL behind it. */
int codec_decode_all(enum codec_kind kind, struct sv in, size_t max_out, char **ret, size_t *ret_n,
		     struct err *e);

/*
 * Decodes `in` (borrowed) as it is read. `reuse` (may be NULL) is busy until the stream is closed.
 * threads > 1 lets xz decode its blocks in parallel where a file has several.
 */
int codec_decode_stream(enum codec_kind kind, struct sv in, unsigned threads,
			struct codec_ctx *reuse, struct stream **ret, struct err *e);

/*
 * One whole zstd frame of known size, with the dictionary it was made with (may be empty): the chunks of
 * zchunk files are such. Fills out entirely; E_FORMAT when the frame is corrupt or of another size.
 */
int codec_zstd_frame(struct codec_ctx *ctx, struct sv in, struct sv dict, char *out, size_t out_n,
		     struct err *e);

/* Codec and level of an output. */
struct codec_spec {
	enum codec_kind kind;
	int level;
};

/* "zstd", "zstd:10", "none"; E_USAGE with what would be allowed. Without a level: the codec's default. */
int codec_spec_parse(struct sv text, struct codec_spec *ret, struct err *e);
/* Fills in the default level (has_level false) or checks the given one: E_USAGE. */
int codec_spec_make(enum codec_kind kind, bool has_level, int64_t level, struct codec_spec *ret,
		    struct err *e);

typedef int (*codec_sink_fn)(void *arg, const void *p, size_t n, struct err *e);
struct codec_encoder;

/*
 *	r = codec_encoder_new(&spec, jobs, sink, arg, &enc, e);
 *	r = codec_encoder_write(enc, p, n, e);	(any number of times)
 *	r = codec_encoder_finish(enc, e);	(once; then only free)
 *
 * The sink is called from the thread that calls here; its failure is passed on.
 */
int codec_encoder_new(const struct codec_spec *spec, unsigned threads, codec_sink_fn sink,
		      void *arg, struct codec_encoder **ret, struct err *e);
int codec_encoder_write(struct codec_encoder *enc, const void *p, size_t n, struct err *e);
int codec_encoder_finish(struct codec_encoder *enc, struct err *e);
void codec_encoder_free(struct codec_encoder *enc); /* NULL is fine */
DEFINE_CLEANUP(struct codec_encoder *, codec_encoder_free)

/* Encodes bytes at once. *ret is malloc'ed. */
int codec_encode_all(const struct codec_spec *spec, unsigned threads, struct sv in, char **ret,
		     size_t *ret_n, struct err *e);

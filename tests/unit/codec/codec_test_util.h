/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Content for the codec tests, made the same way every time. */
#pragma once

#include <stdlib.h>

#include "base/arena.h"
#include "base/macros.h"
#include "base/strbuf.h"
#include "codec/codec.h"
#include "tests/unit/test.h"

enum content { CONTENT_ZEROS, CONTENT_TEXT, CONTENT_NOISE, CONTENT_KINDS };

/* xorshift64: no short period that a compressor could find */
static inline uint32_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (uint32_t)(*state >> 32);
}

/* malloc'ed bytes of the kind asked for. */
static inline char *make_content(enum content kind, size_t n)
{
	static const char *const words[] = { "kernel", "module", " ",       "\n",
					     "initrd", "=",      "systemd", "/usr/lib/" };
	char *p = xcalloc(n + 16, 1);
	uint64_t state = 42;
	size_t at = 0;

	while (kind != CONTENT_ZEROS && at < n) {
		if (kind == CONTENT_NOISE) {
			p[at++] = (char)(next_random(&state) & 255);
			continue;
		}
		const char *w = words[next_random(&state) % ARRAY_SIZE(words)];

		memcpy(p + at, w, strlen(w));
		at += strlen(w);
	}
	return p;
}

static inline int add_to_strbuf(void *arg, const void *p, size_t n, struct err *e)
{
	(void)e;
	strbuf_add(arg, sv_of(p, n));
	return 0;
}

/* Encodes in pushes of the given size. */
static inline struct sv encode_in_pushes(const struct codec_spec *spec, unsigned threads,
					 struct sv in, size_t push, struct strbuf *out)
{
	struct codec_encoder *enc = NULL;
	struct err e = ERR_INIT;

	ASSERT_EQ_INT(codec_encoder_new(spec, threads, add_to_strbuf, out, &enc, &e), 0);
	for (size_t at = 0; at < in.n; at += push)
		ASSERT_EQ_INT(codec_encoder_write(enc, in.p + at, MIN(push, in.n - at), &e), 0);
	ASSERT_EQ_INT(codec_encoder_finish(enc, &e), 0);
	codec_encoder_free(enc);
	return strbuf_sv(out);
}

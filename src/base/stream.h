/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Pull streams: bytes from somewhere, at most one reader. A stream owns what it reads from.
 * read: returns the count (> 0), 0 at the end, negative E_ code on failure; after a failure or the end
 * it must not be called again (stream_read remembers and answers the same).
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/sv.h"

struct stream;

struct stream_ops {
	ssize_t (*read)(struct stream *s, void *buf, size_t n, struct err *e);
	void (*close)(struct stream *s); /* frees s */
};

struct stream {
	const struct stream_ops *ops;
	int done; /* 0 open, 1 at the end, negative failed */
};

ssize_t stream_read(struct stream *s, void *buf, size_t n, struct err *e);
/* Fills buf entirely; E_FORMAT "unexpected end" when the stream is shorter. */
int stream_read_full(struct stream *s, void *buf, size_t n, struct err *e);
/* Reads everything; more than max bytes is E_LIMIT. *ret is malloc'ed, the caller frees. */
int stream_read_all(struct stream *s, size_t max, char **ret, size_t *ret_n, struct err *e);
void stream_close(struct stream *s); /* NULL is fine */
DEFINE_CLEANUP(struct stream *, stream_close)

/* Borrowed bytes as a stream. */
struct stream *stream_from_mem(struct sv bytes);

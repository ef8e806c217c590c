/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/stream.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"

/* Bytes that a stream of unknown length is first given room for. */
#define READ_ALL_FIRST 65536u

ssize_t stream_read(struct stream *s, void *buf, size_t n, struct err *e)
{
	ssize_t r;

	ASSERT(n > 0);
	if (s->done == 1)
		return 0;
	if (s->done < 0) {
		if (e->code == 0)
			(void)err_set(e, s->done, "stream failed before");
		return s->done;
	}
	r = s->ops->read(s, buf, MIN(n, (size_t)SSIZE_MAX), e);
	if (r == 0)
		s->done = 1;
	else if (r < 0)
		s->done = (int)r;
	return r;
}

int stream_read_full(struct stream *s, void *buf, size_t n, struct err *e)
{
	size_t got = 0;

	while (got < n) {
		ssize_t r = stream_read(s, (char *)buf + got, n - got, e);

		if (r < 0)
			return (int)r;
		if (r == 0)
			return err_set(e, E_FORMAT, "unexpected end, %zu bytes missing", n - got);
		got += (size_t)r;
	}
	return 0;
}

int stream_read_all(struct stream *s, size_t max, char **ret, size_t *ret_n, struct err *e)
{
	size_t cap = MIN(max, (size_t)READ_ALL_FIRST);
	_cleanup_free_ char *buf = xmalloc(cap + 1);
	size_t n = 0;

	for (;;) {
		/* With the cap reached, the spare byte asks whether there is more. */
		ssize_t r = stream_read(s, buf + n, n < cap ? cap - n : 1, e);

		if (r < 0)
			return (int)r;
		if (r == 0)
			break;
		n += (size_t)r;
		if (n > max)
			return err_set(e, E_LIMIT, "more than %zu bytes", max);
		if (n >= cap) {
			cap = cap > max / 2 ? max : cap * 2;
			cap = MAX(cap, n);
			buf = xrealloc(buf, cap + 1, 1);
		}
	}
	buf[n] = '\0';
	*ret = TAKE_PTR(buf);
	*ret_n = n;
	return 0;
}

void stream_close(struct stream *s)
{
	if (s)
		s->ops->close(s);
}

struct mem_stream {
	struct stream base;
	struct sv rest;
};

static ssize_t mem_read(struct stream *s, void *buf, size_t n, struct err *e)
{
	struct mem_stream *m = (struct mem_stream *)s;

	(void)e;
	n = MIN(n, m->rest.n);
	if (n > 0)
		memcpy(buf, m->rest.p, n);
	m->rest = sv_from_pos(m->rest, n);
	return (ssize_t)n;
}

static void mem_close(struct stream *s)
{
	free(s);
}

static const struct stream_ops mem_ops = { .read = mem_read, .close = mem_close };

struct stream *stream_from_mem(struct sv bytes)
{
	struct mem_stream *m = xmalloc(sizeof(*m));

	*m = (struct mem_stream){ .base = { .ops = &mem_ops }, .rest = bytes };
	return &m->base;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/stream.h"

#include <stdlib.h>

#include "base/arena.h"
#include "tests/unit/test.h"

/* Gives 3 bytes at a time, `left` in all, then ends or fails. */
struct drip {
	struct stream base;
	size_t left;
	int fail;
	int calls;
	bool *closed;
};

static ssize_t drip_read(struct stream *s, void *buf, size_t n, struct err *e)
{
	struct drip *d = (struct drip *)s;
	size_t give = n < 3 ? n : 3;

	d->calls++;
	give = give < d->left ? give : d->left;
	if (give == 0 && d->fail)
		return err_set(e, d->fail, "dripping stopped");
	memset(buf, 'x', give);
	d->left -= give;
	return (ssize_t)give;
}

static void drip_close(struct stream *s)
{
	*((struct drip *)s)->closed = true;
	free(s);
}

static const struct stream_ops drip_ops = { .read = drip_read, .close = drip_close };

static struct stream *drip(size_t left, int fail, bool *closed)
{
	struct drip *d = xcalloc(1, sizeof(*d));

	*d = (struct drip){
		.base = { .ops = &drip_ops }, .left = left, .fail = fail, .closed = closed
	};
	return &d->base;
}

TEST(end_is_remembered)
{
	bool closed = false;
	struct stream *s = drip(4, 0, &closed);
	struct err e = ERR_INIT;
	char buf[8];
	int calls;

	ASSERT_EQ_INT(stream_read(s, buf, 8, &e), 3);
	ASSERT_EQ_INT(stream_read(s, buf, 8, &e), 1);
	ASSERT_EQ_INT(stream_read(s, buf, 8, &e), 0);
	calls = ((struct drip *)s)->calls;
	ASSERT_EQ_INT(stream_read(s, buf, 8, &e), 0);
	ASSERT_EQ_INT(((struct drip *)s)->calls, calls);
	stream_close(s);
	ASSERT_TRUE(closed);
	stream_close(NULL);
}

TEST(failure_is_remembered)
{
	bool closed = false;
	struct stream *s = drip(0, E_FORMAT, &closed);
	struct err e = ERR_INIT, again = ERR_INIT;
	char buf[8];

	ASSERT_EQ_INT(stream_read(s, buf, 8, &e), E_FORMAT);
	ASSERT_EQ_STR(e.text, "dripping stopped");
	ASSERT_EQ_INT(stream_read(s, buf, 8, &again), E_FORMAT);
	ASSERT_TRUE(again.code == E_FORMAT && again.text[0] != '\0');
	ASSERT_EQ_INT(((struct drip *)s)->calls, 1);
	stream_close(s);
}

TEST(read_full)
{
	bool closed = false;
	struct stream *s = drip(10, 0, &closed);
	struct err e = ERR_INIT;
	char buf[16] = { 0 };

	ASSERT_EQ_INT(stream_read_full(s, buf, 8, &e), 0);
	ASSERT_EQ_STR(buf, "xxxxxxxx");
	ASSERT_EQ_INT(stream_read_full(s, buf, 0, &e), 0);
	ASSERT_EQ_INT(stream_read_full(s, buf, 3, &e), E_FORMAT);
	ASSERT_EQ_STR(e.text, "unexpected end, 1 bytes missing");
	stream_close(s);
}

static int read_all(size_t left, size_t max, int fail, size_t *ret_n)
{
	bool closed = false;
	struct stream *s = drip(left, fail, &closed);
	struct err e = ERR_INIT;
	char *p = NULL;
	int r = stream_read_all(s, max, &p, ret_n, &e);

	if (r == 0)
		ASSERT_TRUE(p[*ret_n] == '\0');
	else
		ASSERT_NULL(p);
	free(p);
	stream_close(s);
	return r;
}

TEST(read_all_and_its_limit)
{
	size_t n = 0;

	ASSERT_EQ_INT(read_all(0, 0, 0, &n), 0);
	ASSERT_EQ_INT(n, 0);
	ASSERT_EQ_INT(read_all(1, 0, 0, &n), E_LIMIT);
	ASSERT_EQ_INT(read_all(100, 100, 0, &n), 0);
	ASSERT_EQ_INT(n, 100);
	ASSERT_EQ_INT(read_all(101, 100, 0, &n), E_LIMIT);
	ASSERT_EQ_INT(read_all(300000, 1 << 20, 0, &n), 0);
	ASSERT_EQ_INT(n, 300000);
	ASSERT_EQ_INT(read_all(65536, SIZE_MAX / 2, 0, &n), 0);
	ASSERT_EQ_INT(n, 65536);
	ASSERT_EQ_INT(read_all(10, 100, E_IO, &n), E_IO);
}

TEST(memory)
{
	struct stream *s = stream_from_mem(SV("hello"));
	struct err e = ERR_INIT;
	char buf[4] = { 0 };

	ASSERT_EQ_INT(stream_read(s, buf, 3, &e), 3);
	ASSERT_EQ_STR(buf, "hel");
	ASSERT_EQ_INT(stream_read(s, buf, 3, &e), 2);
	ASSERT_EQ_INT(stream_read(s, buf, 3, &e), 0);
	stream_close(s);
	s = stream_from_mem(SV_NULL);
	ASSERT_EQ_INT(stream_read(s, buf, 3, &e), 0);
	stream_close(s);
}

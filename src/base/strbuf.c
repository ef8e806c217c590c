/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/strbuf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

void strbuf_done(struct strbuf *b)
{
	free(b->p);
	*b = STRBUF_INIT;
}

void strbuf_clear(struct strbuf *b)
{
	b->n = 0;
	if (b->p)
		b->p[0] = '\0';
}

void strbuf_reserve(struct strbuf *b, size_t more)
{
	size_t want, cap;

	if (more > SIZE_MAX / 4 - b->n)
		(void)xrealloc(NULL, SIZE_MAX, SIZE_MAX); /* says out of memory */
	want = b->n + more + 1;
	if (want <= b->cap)
		return;
	cap = b->cap ? b->cap * 2 : 64;
	cap = MAX(cap, want);
	b->p = xrealloc(b->p, cap, 1);
	b->cap = cap;
	b->p[b->n] = '\0';
}

void strbuf_add(struct strbuf *b, struct sv s)
{
	strbuf_reserve(b, s.n);
	if (s.n > 0)
		memcpy(b->p + b->n, s.p, s.n);
	b->n += s.n;
	b->p[b->n] = '\0';
}

void strbuf_addc(struct strbuf *b, char c)
{
	strbuf_reserve(b, 1);
	b->p[b->n++] = c;
	b->p[b->n] = '\0';
}

void strbuf_adds(struct strbuf *b, const char *cstr)
{
	strbuf_add(b, sv_from(cstr));
}

void strbuf_addf(struct strbuf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		BUG("unformattable text");
	strbuf_reserve(b, (size_t)n);
	va_start(ap, fmt);
	(void)vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->n += (size_t)n;
}

struct sv strbuf_sv(const struct strbuf *b)
{
	return (struct sv){ b->p ? b->p : "", b->n };
}

char *strbuf_take(struct strbuf *b)
{
	char *p;

	strbuf_reserve(b, 0);
	p = b->p;
	*b = STRBUF_INIT;
	return p;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/arena.h"

#include <malloc.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define BLOCK_FIRST 4096u
#define BLOCK_MAX \
	((8u << 20) - sizeof(struct arena_block)) /* with its head whole pages, also huge ones */
#define HUGE_PAGE ((size_t)2 << 20)
#define LARGE (2 * HUGE_PAGE)

struct arena_block {
	struct arena_block *next; /* older */
	size_t used, size;
	_Alignas(max_align_t) char data[];
};

static _noreturn_ void out_of_memory(void)
{
	(void)fputs("kindling: error: out of memory\n", stderr);
	abort();
}

/* Large blocks (an index, a table over all packages, a package file) are read all over: with huge
 * pages that costs a fraction of the page faults and address lookups. Advice only. */
static void *malloc_huge(size_t size)
{
	size_t whole = (size + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
	void *p;

	/* not aligned_alloc: the allocator that is linked in has none */
	if (whole < size || posix_memalign(&p, HUGE_PAGE, whole) != 0)
		return NULL;
	(void)madvise(p, whole, MADV_HUGEPAGE);
	return p;
}

void *xmalloc(size_t size)
{
	void *p = size >= LARGE ? malloc_huge(size) : malloc(size ? size : 1);

	if (!p)
		out_of_memory();
	return p;
}

void *xcalloc(size_t count, size_t size)
{
	size_t bytes;
	void *p;

	if (__builtin_mul_overflow(count, size, &bytes))
		out_of_memory();
	if (bytes >= LARGE) /* the allocator would write the zeros before the advice is given */
		return memset(xmalloc(bytes), 0, bytes);
	p = calloc(1, bytes ? bytes : 1);
	if (!p)
		out_of_memory();
	return p;
}

void *xrealloc(void *p, size_t count, size_t size)
{
	size_t bytes, old = p ? malloc_usable_size(p) : 0;
	void *q;

	if (__builtin_mul_overflow(count, size, &bytes))
		out_of_memory();
	if (bytes >= LARGE && old < bytes) {
		q = xmalloc(bytes);
		if (old)
			memcpy(q, p, old);
		free(p);
		return q;
	}
	q = realloc(p, bytes ? bytes : 1);
	if (!q)
		out_of_memory();
	return q;
}

char *xstrdup(const char *s)
{
	size_t n = strlen(s) + 1;

	return memcpy(xmalloc(n), s, n);
}

static struct arena_block *block_new(size_t size)
{
	struct arena_block *b;

	if (size > SIZE_MAX / 2)
		out_of_memory();
	b = xmalloc(sizeof(*b) + size);
	*b = (struct arena_block){ .size = size };
	return b;
}

/* A fresh block for at least `size` bytes; the head stays the block with room for small things. */
static struct arena_block *arena_grow(struct arena *a, size_t size)
{
	size_t next = a->head ? MIN(a->head->size * 2, (size_t)BLOCK_MAX) : BLOCK_FIRST;
	struct arena_block *b;

	if (size <= next / 2 || !a->head) {
		b = block_new(MAX(size, next));
		b->next = a->head;
		a->head = b;
		return b;
	}
	b = block_new(size);
	b->next = a->head->next;
	a->head->next = b;
	return b;
}

static void *arena_bump(struct arena *a, size_t size, size_t align)
{
	struct arena_block *b = a->head;
	size_t at = b ? (b->used + align - 1) & ~(align - 1) : 0;

	if (!b || at > b->size || size > b->size - at) {
		b = arena_grow(a, size);
		at = b->used;
	}
	b->used = at + size;
	a->total += size;
	return b->data + at;
}

void arena_done(struct arena *a)
{
	struct arena_block *b = a->head;

	while (b) {
		struct arena_block *next = b->next;

		free(b);
		b = next;
	}
	*a = ARENA_INIT;
}

void *arena_alloc(struct arena *a, size_t size)
{
	return memset(arena_bump(a, size ? size : 1, _Alignof(max_align_t)), 0, size ? size : 1);
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		out_of_memory();
	return arena_alloc(a, bytes);
}

struct sv arena_sv(struct arena *a, struct sv s)
{
	char *p;

	if (s.n == SIZE_MAX)
		out_of_memory();
	p = arena_bump(a, s.n + 1, 1);
	sv_copy(p, s);
	p[s.n] = '\0';
	return (struct sv){ p, s.n };
}

char *arena_cstr(struct arena *a, struct sv s)
{
	return (char *)arena_sv(a, s).p;
}

struct sv arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	int n;
	char *p;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		BUG("unformattable text");
	p = arena_bump(a, (size_t)n + 1, 1);
	va_start(ap, fmt);
	(void)vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return (struct sv){ p, (size_t)n };
}

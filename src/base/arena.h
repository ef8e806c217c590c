/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Bump arena: everything allocated from it dies with it. Memory is zeroed. Out of memory ends the
 * process here, so no caller checks. Not shared between threads.
 */
#pragma once

#include <stddef.h>

#include "base/macros.h"
#include "base/sv.h"

struct arena_block;

struct arena {
	struct arena_block *head; /* newest block */
	size_t total;             /* bytes handed out */
};

#define ARENA_INIT ((struct arena){ .head = NULL })

void arena_done(struct arena *a);
void *arena_alloc(struct arena *a, size_t size);               /* aligned for any type, zeroed */
void *arena_array(struct arena *a, size_t count, size_t size); /* checks the product */
struct sv arena_sv(struct arena *a, struct sv s);              /* copy, with a NUL behind it */
char *arena_cstr(struct arena *a, struct sv s);
struct sv arena_printf(struct arena *a, const char *fmt, ...) _printf_(2, 3);

#define arena_new(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define arena_new_array(a, type, count) ((type *)arena_array((a), (count), sizeof(type)))

/* malloc family that ends the process instead of returning NULL. */
void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *p, size_t count, size_t size); /* checks the product */
char *xstrdup(const char *s);

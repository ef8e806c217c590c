/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Interned strings: equal text has one id. Ids count from 1; 0 is "none". intern_add borrows the
 * bytes (they must outlive the table: zero-copy over an index), intern_copy keeps its own copy. The
 * empty text is a text like any other and gets an id of its own.
 *
 * A table may begin with a frozen part that somebody else keeps (a mapped file): its ids come first,
 * and what is added goes behind.
 */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/sv.h"
#include "base/vec.h"

struct intern_slot {
	uint32_t hash, id; /* id 0: free */
};

/* All strings of a table, position-independent: text i is bytes[start[i]] to bytes[start[i + 1]]. */
struct intern_frozen {
	const char *bytes;
	const uint32_t *start; /* n + 1 */
	const struct intern_slot *slots;
	uint32_t n, cap; /* cap: of slots, a power of two */
};

struct intern {
	struct intern_frozen frozen; /* n 0: none */
	struct arena arena;
	struct intern_slot *slots; /* open addressing */
	size_t cap;
	VEC(struct sv) strings; /* by id - frozen.n; [0] is empty when nothing is frozen */
};

#define INTERN_INIT ((struct intern){ .slots = NULL })

/* A table that begins with these. */
void intern_init_frozen(struct intern *t, const struct intern_frozen *f);
/* Ids in use, 0 included. */
static inline uint32_t intern_count(const struct intern *t)
{
	return t->frozen.n + (uint32_t)t->strings.n;
}
void intern_done(struct intern *t);
/* Makes room for n strings at once. */
void intern_reserve(struct intern *t, size_t n);
uint32_t intern_add(struct intern *t, struct sv s);
uint32_t intern_copy(struct intern *t, struct sv s);
/* A word that the text is looked up soon, so that waits for memory overlap. */
void intern_prefetch(const struct intern *t, struct sv s);
uint32_t intern_find(const struct intern *t, struct sv s); /* 0 when unknown */
static inline struct sv intern_sv(const struct intern *t, uint32_t id)
{
	if (id < t->frozen.n)
		return sv_of(t->frozen.bytes + t->frozen.start[id],
			     t->frozen.start[id + 1] - t->frozen.start[id]);
	if (id == 0)
		return SV("");
	ASSERT(id - t->frozen.n < t->strings.n);
	return t->strings.v[id - t->frozen.n];
}

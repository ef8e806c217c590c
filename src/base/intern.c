/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/intern.h"

#include <stdlib.h>

#include "base/macros.h"

static uint32_t hash32(struct sv s)
{
	uint64_t h = sv_hash(s);

	return (uint32_t)(h ^ (h >> 32));
}

/* Position of the text's id, or of the free slot where it belongs. */
static size_t find_slot(const struct intern *t, struct sv s, uint32_t hash)
{
	size_t mask = t->cap - 1;
	size_t i = hash & mask;

	for (; t->slots[i] != 0; i = (i + 1) & mask) {
		uint32_t id = t->slots[i];

		if (t->hashes[id] == hash && sv_eq(t->strings.v[id], s))
			break;
	}
	return i;
}

static void grow_slots_to(struct intern *t, size_t cap)
{
	uint32_t *slots;

	slots = xcalloc(cap, sizeof(*slots));
	for (size_t id = 1; id < t->strings.n; id++) {
		size_t i = t->hashes[id] & (cap - 1);

		while (slots[i] != 0)
			i = (i + 1) & (cap - 1);
		slots[i] = (uint32_t)id;
	}
	free(t->slots);
	t->slots = slots;
	t->cap = cap;
}

static void grow_slots(struct intern *t)
{
	if (t->strings.n >= t->cap / 2)
		grow_slots_to(t, t->cap ? t->cap * 2 : 64);
}

void intern_reserve(struct intern *t, size_t n)
{
	size_t cap = 64, before = t->strings.cap;

	while (n >= cap / 2)
		cap *= 2;
	if (cap > t->cap)
		grow_slots_to(t, cap);
	vec_reserve(&t->strings, n);
	if (t->strings.cap != before)
		t->hashes = xrealloc(t->hashes, t->strings.cap, sizeof(*t->hashes));
}

/* hashes runs beside strings: it always has the capacity of strings. */
static void push_string(struct intern *t, struct sv s, uint32_t hash)
{
	size_t cap = t->strings.cap;

	if (t->strings.n >= UINT32_MAX)
		BUG("more than 2^32 interned strings");
	vec_push(&t->strings, s);
	if (t->strings.cap != cap)
		t->hashes = xrealloc(t->hashes, t->strings.cap, sizeof(*t->hashes));
	t->hashes[t->strings.n - 1] = hash;
}

static uint32_t add(struct intern *t, struct sv s, bool copy)
{
	uint32_t hash = hash32(s);
	size_t i;

	if (t->strings.n == 0)
		push_string(t, SV(""), 0);
	grow_slots(t);
	i = find_slot(t, s, hash);
	if (t->slots[i] == 0) {
		push_string(t, copy ? arena_sv(&t->arena, s) : s, hash);
		t->slots[i] = (uint32_t)(t->strings.n - 1);
	}
	return t->slots[i];
}

void intern_done(struct intern *t)
{
	arena_done(&t->arena);
	free(t->slots);
	free(t->hashes);
	vec_done(&t->strings);
	*t = INTERN_INIT;
}

uint32_t intern_add(struct intern *t, struct sv s)
{
	return add(t, s, false);
}

uint32_t intern_copy(struct intern *t, struct sv s)
{
	return add(t, s, true);
}

uint32_t intern_find(const struct intern *t, struct sv s)
{
	return t->cap ? t->slots[find_slot(t, s, hash32(s))] : 0;
}

struct sv intern_sv(const struct intern *t, uint32_t id)
{
	if (id == 0)
		return SV("");
	ASSERT(id < t->strings.n);
	return t->strings.v[id];
}

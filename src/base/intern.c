/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/intern.h"

#include <stdlib.h>

#include "base/macros.h"

static uint32_t hash32(struct sv s)
{
	uint64_t h = sv_hash(s);

	return (uint32_t)(h ^ (h >> 32));
}

/* The frozen id of a text, 0 when it is not there. */
static uint32_t find_frozen(const struct intern_frozen *f, struct sv s, uint32_t hash)
{
	uint32_t mask = f->cap - 1;

	for (uint32_t i = hash & mask; f->n && f->slots[i].id != 0; i = (i + 1) & mask) {
		uint32_t id = f->slots[i].id;

		if (f->slots[i].hash == hash &&
		    sv_eq(sv_of(f->bytes + f->start[id], f->start[id + 1] - f->start[id]), s))
			return id;
	}
	return 0;
}

/* Position of the text's id, or of the free slot where it belongs. */
static size_t find_slot(const struct intern *t, struct sv s, uint32_t hash)
{
	size_t mask = t->cap - 1;
	size_t i = hash & mask;

	/* the hash lies in the slot: another text's bytes are hardly ever fetched to be compared */
	for (; t->slots[i].id != 0; i = (i + 1) & mask)
		if (t->slots[i].hash == hash &&
		    sv_eq(t->strings.v[t->slots[i].id - t->frozen.n], s))
			break;
	return i;
}

static void grow_slots_to(struct intern *t, size_t cap)
{
	struct intern_slot *slots = xcalloc(cap, sizeof(*slots));

	for (size_t k = 0; k < t->cap; k++) {
		size_t i = t->slots[k].hash & (cap - 1);

		if (t->slots[k].id == 0)
			continue;
		while (slots[i].id != 0)
			i = (i + 1) & (cap - 1);
		slots[i] = t->slots[k];
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
	size_t cap = 64;

	while (n >= cap / 2)
		cap *= 2;
	if (cap > t->cap)
		grow_slots_to(t, cap);
	vec_reserve(&t->strings, n);
}

static uint32_t add(struct intern *t, struct sv s, bool copy)
{
	uint32_t hash = hash32(s), frozen = find_frozen(&t->frozen, s, hash);
	size_t i;

	if (frozen)
		return frozen;
	if (intern_count(t) == 0)
		vec_push(&t->strings, SV(""));
	grow_slots(t);
	i = find_slot(t, s, hash);
	if (t->slots[i].id == 0) {
		if (t->strings.n >= UINT32_MAX - t->frozen.n)
			BUG("more than 2^32 interned strings");
		t->slots[i] = (struct intern_slot){ hash, intern_count(t) };
		vec_push(&t->strings, copy ? arena_sv(&t->arena, s) : s);
	}
	return t->slots[i].id;
}

void intern_init_frozen(struct intern *t, const struct intern_frozen *f)
{
	*t = INTERN_INIT;
	t->frozen = *f;
}

void intern_done(struct intern *t)
{
	arena_done(&t->arena);
	free(t->slots);
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

void intern_prefetch(const struct intern *t, struct sv s)
{
	if (t->cap)
		__builtin_prefetch(&t->slots[hash32(s) & (t->cap - 1)]);
}

uint32_t intern_find(const struct intern *t, struct sv s)
{
	uint32_t hash = hash32(s), frozen = find_frozen(&t->frozen, s, hash);

	return frozen || !t->cap ? frozen : t->slots[find_slot(t, s, hash)].id;
}

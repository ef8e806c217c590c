/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/map.h"

#include <stdlib.h>

#include "base/arena.h"

uint32_t map_hash(struct sv key)
{
	uint64_t h = sv_hash(key);

	return (uint32_t)(h ^ (h >> 32));
}

/* The slot that holds key, or the free one where it belongs. At most 3/4 are taken, so it ends. */
static size_t find_slot(const struct map *m, struct sv key, uint32_t hash)
{
	size_t mask = m->cap - 1;
	size_t i = hash & mask;

	while (m->slots[i].key.p && (m->slots[i].hash != hash || !sv_eq(m->slots[i].key, key)))
		i = (i + 1) & mask;
	return i;
}

static void grow_to(struct map *m, size_t cap)
{
	struct map bigger = { .n = m->n, .cap = cap };

	bigger.slots = xcalloc(bigger.cap, sizeof(*bigger.slots));
	for (size_t i = 0; i < m->cap; i++) {
		size_t to;

		if (!m->slots[i].key.p)
			continue;
		to = m->slots[i].hash & (bigger.cap - 1);
		while (bigger.slots[to].key.p)
			to = (to + 1) & (bigger.cap - 1);
		bigger.slots[to] = m->slots[i];
	}
	free(m->slots);
	*m = bigger;
}

static void grow(struct map *m)
{
	if (m->n >= m->cap / 4 * 3)
		grow_to(m, m->cap ? m->cap * 2 : 16);
}

void map_reserve(struct map *m, size_t n)
{
	size_t cap = 16;

	while (n > cap / 4 * 3)
		cap *= 2;
	if (cap > m->cap)
		grow_to(m, cap);
}

void map_done(struct map *m)
{
	free(m->slots);
	*m = MAP_INIT;
}

void map_prefetch(const struct map *m, uint32_t hash)
{
	if (m->cap)
		__builtin_prefetch(&m->slots[hash & (m->cap - 1)]);
}

bool map_get(const struct map *m, struct sv key, uint32_t *ret)
{
	return map_get_hashed(m, key, map_hash(key), ret);
}

bool map_get_hashed(const struct map *m, struct sv key, uint32_t hash, uint32_t *ret)
{
	const struct map_slot *s;

	if (m->cap == 0)
		return false;
	s = &m->slots[find_slot(m, key, hash)];
	if (!s->key.p)
		return false;
	if (ret)
		*ret = s->value;
	return true;
}

/* Returns the slot, added with `fresh` when absent. */
static struct map_slot *get_or_add(struct map *m, struct sv key, uint32_t fresh, bool *ret_new)
{
	uint32_t hash = map_hash(key);
	struct map_slot *s;

	grow(m);
	s = &m->slots[find_slot(m, key, hash)];
	*ret_new = !s->key.p;
	if (!s->key.p) {
		/* NULL marks a free slot; an empty key may well come with NULL. */
		*s = (struct map_slot){ .key = { key.p ? key.p : "", key.n },
					.hash = hash,
					.value = fresh };
		m->n++;
	}
	return s;
}

bool map_put(struct map *m, struct sv key, uint32_t value)
{
	bool fresh;

	get_or_add(m, key, value, &fresh)->value = value;
	return fresh;
}

uint32_t *map_slot(struct map *m, struct sv key, uint32_t fresh)
{
	bool added;

	return &get_or_add(m, key, fresh, &added)->value;
}

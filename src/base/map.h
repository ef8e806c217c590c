/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hash map from a borrowed string view to a uint32_t. Open addressing; no removal. Keys must outlive
 * the map. Iteration order is not defined: sort before output. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/sv.h"

struct map_slot {
	struct sv key; /* p == NULL: free */
	uint32_t hash, value;
};

struct map {
	struct map_slot *slots;
	size_t n, cap; /* cap is zero or a power of two */
};

#define MAP_INIT ((struct map){ .slots = NULL })

void map_done(struct map *m);
/* Makes room for n keys at once. */
void map_reserve(struct map *m, size_t n);
/* For lookups over large tables: the hash of a key, taken once; a word that it is looked up soon, so that
 * waits for memory overlap; the lookup. */
uint32_t map_hash(struct sv key);
void map_prefetch(const struct map *m, uint32_t hash);
bool map_get_hashed(const struct map *m, struct sv key, uint32_t hash, uint32_t *ret);
/* True and *ret when there; ret may be NULL. */
bool map_get(const struct map *m, struct sv key, uint32_t *ret);
/* Adds or replaces. True when the key is new. */
bool map_put(struct map *m, struct sv key, uint32_t value);
/* Returns the value slot of key, adding it with `fresh` when absent. Valid until the next change. */
uint32_t *map_slot(struct map *m, struct sv key, uint32_t fresh);

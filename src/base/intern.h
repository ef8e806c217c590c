/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Interned strings: equal text has one id. Ids count from 1; 0 is "none". intern_add borrows the
 * bytes (they must outlive the table: zero-copy over an index), intern_copy keeps its own copy. The
 * empty text is a text like any other and gets an id of its own.
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

struct intern {
	struct arena arena;
	struct intern_slot *slots; /* open addressing */
	size_t cap;
	VEC(struct sv) strings; /* by id; [0] is empty */
};

#define INTERN_INIT ((struct intern){ .slots = NULL })

void intern_done(struct intern *t);
/* Makes room for n strings at once. */
void intern_reserve(struct intern *t, size_t n);
uint32_t intern_add(struct intern *t, struct sv s);
uint32_t intern_copy(struct intern *t, struct sv s);
uint32_t intern_find(const struct intern *t, struct sv s); /* 0 when unknown */
struct sv intern_sv(const struct intern *t, uint32_t id);

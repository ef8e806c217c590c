/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Typed growable arrays: VEC(int) v = { 0 }; vec_push(&v, 3); v.v[0]; vec_done(&v).
 * Name a vector type with `VEC_TYPE(name, type)` where it crosses functions.
 */
#pragma once

#include <stddef.h>
#include <stdlib.h>

#include "base/arena.h"

#define VEC(type)              \
	struct {               \
		type *v;       \
		size_t n, cap; \
	}
#define VEC_TYPE(name, type)   \
	struct name {          \
		type *v;       \
		size_t n, cap; \
	}

#define vec_reserve(vec, want)                                                \
	do {                                                                  \
		size_t _w = (want);                                           \
		if (_w > (vec)->cap) {                                        \
			size_t _c = (vec)->cap ? (vec)->cap * 2 : 8;          \
			if (_c < _w)                                          \
				_c = _w;                                      \
			(vec)->v = xrealloc((vec)->v, _c, sizeof(*(vec)->v)); \
			(vec)->cap = _c;                                      \
		}                                                             \
	} while (0)
#define vec_push(vec, val)                        \
	do {                                      \
		vec_reserve((vec), (vec)->n + 1); \
		(vec)->v[(vec)->n++] = (val);     \
	} while (0)
#define vec_done(vec)            \
	do {                     \
		free((vec)->v);  \
		(vec)->v = NULL; \
		(vec)->n = 0;    \
		(vec)->cap = 0;  \
	} while (0)

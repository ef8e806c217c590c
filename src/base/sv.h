/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * String views: a borrowed pointer and a length, never NUL-terminated by contract. A view does not
 * own; whoever made the bytes keeps them alive. Comparison is bytewise (unsigned), locale-free.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct sv {
	const char *p;
	size_t n;
};

#define SV(lit) ((struct sv){ "" lit, sizeof(lit) - 1 })
#define SV_NULL ((struct sv){ NULL, 0 })
#define SV_FMT "%.*s"
#define SV_ARG(s) (int)((s).n > 4096 ? 4096 : (s).n), (s).p

static inline struct sv sv_from(const char *cstr)
{
	return (struct sv){ cstr, cstr ? strlen(cstr) : 0 };
}

static inline struct sv sv_of(const void *p, size_t n)
{
	return (struct sv){ (const char *)p, n };
}

/* The C library's memcmp and memcpy are calls, and slow to start: most texts here have a dozen bytes. */
static inline uint64_t sv_load8(const char *p)
{
	uint64_t x;

	__builtin_memcpy(&x, p, 8);
	return x;
}

static inline uint32_t sv_load4(const char *p)
{
	uint32_t x;

	__builtin_memcpy(&x, p, 4);
	return x;
}

static inline bool sv_eq(struct sv a, struct sv b)
{
	size_t i = 0, n = __builtin_constant_p(a.n) ? a.n : b.n;

	if (a.n != b.n)
		return false;
	if (n >= 8) {
		for (; i + 8 < n; i += 8)
			if (sv_load8(a.p + i) != sv_load8(b.p + i))
				return false;
		return sv_load8(a.p + n - 8) == sv_load8(b.p + n - 8);
	}
	if (n >= 4)
		return sv_load4(a.p) == sv_load4(b.p) &&
		       sv_load4(a.p + n - 4) == sv_load4(b.p + n - 4);
	for (; i < n; i++)
		if (a.p[i] != b.p[i])
			return false;
	return true;
}

/* memcpy of a short text. */
static inline void sv_copy(char *to, struct sv s)
{
	size_t i = 0, n = s.n;

	if (n >= 8) {
		for (; i + 8 < n; i += 8)
			__builtin_memcpy(to + i, s.p + i, 8);
		__builtin_memcpy(to + n - 8, s.p + n - 8, 8);
		return;
	}
	for (; i < n; i++)
		to[i] = s.p[i];
}

/* <0, 0, >0 bytewise; a proper prefix sorts first. */
int sv_cmp(struct sv a, struct sv b);
/* qsort comparator over struct sv. */
int sv_qsort_cmp(const void *a, const void *b);
bool sv_eq_nocase(struct sv a, struct sv b); /* ASCII only */
bool sv_starts(struct sv s, struct sv prefix);
bool sv_ends(struct sv s, struct sv suffix);
/* If s starts with prefix: cuts it off and returns true. */
bool sv_skip(struct sv *s, struct sv prefix);
bool sv_cut_end(struct sv *s, struct sv suffix);
/* From `from` (clamped) to the end. */
struct sv sv_from_pos(struct sv s, size_t from);
/* At most n bytes from the start. */
struct sv sv_head(struct sv s, size_t n);
struct sv sv_trim(struct sv s); /* ASCII blanks and newlines, both ends */
struct sv sv_trim_end(struct sv s);
/* Index of the byte, or -1. */
ptrdiff_t sv_chr(struct sv s, char c);
ptrdiff_t sv_rchr(struct sv s, char c);
/* Index of the first occurrence of needle (not empty), or -1. */
ptrdiff_t sv_find(struct sv s, struct sv needle);
/* Takes everything before the first sep into *ret and moves *rest past it; without sep takes all and
 * leaves rest with p == NULL. False when rest->p is NULL already. "a,,b" gives "a", "", "b". */
bool sv_split(struct sv *rest, char sep, struct sv *ret);
/* Next run of non-blank bytes (blank, tab, newline separate); false at the end. */
bool sv_word(struct sv *rest, struct sv *ret);
/* Next line without its '\n'; false at the end. A final line without newline counts. */
bool sv_line(struct sv *rest, struct sv *ret);
/* 64-bit hash, the same on every machine. */
uint64_t sv_hash(struct sv s);
static inline bool ascii_isdigit(char c)
{
	return c >= '0' && c <= '9';
}
static inline bool ascii_isalpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
static inline bool ascii_isspace(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}
static inline char ascii_tolower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}
/* Edit distance for 'did you mean', capped: anything above max returns max + 1. Names up to 64 bytes. */
unsigned sv_distance(struct sv a, struct sv b, unsigned max);

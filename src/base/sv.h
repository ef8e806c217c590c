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

static inline bool sv_eq(struct sv a, struct sv b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
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
bool ascii_isdigit(char c);
bool ascii_isalpha(char c);
bool ascii_isspace(char c);
char ascii_tolower(char c);
/* Edit distance for 'did you mean', capped: anything above max returns max + 1. Names up to 64 bytes. */
unsigned sv_distance(struct sv a, struct sv b, unsigned max);

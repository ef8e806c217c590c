/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Eight bytes at a time where an index is walked: musl's memchr and memcmp are calls per line and
 * loops per byte, which shows over 1.4 million lines.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define SCAN_ONES 0x0101010101010101u
#define SCAN_TOPS (SCAN_ONES << 7)

static inline uint64_t scan_load(const char *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof(w));
	return w;
}

/* Nonzero when a byte of w is zero. */
static inline uint64_t scan_zero(uint64_t w)
{
	return (w - SCAN_ONES) & ~w & SCAN_TOPS;
}

/* First c in p..end, or NULL. */
static inline const char *scan_byte(const char *p, const char *end, char c)
{
	while (end - p >= 8 && !scan_zero(scan_load(p) ^ SCAN_ONES * (uint8_t)c))
		p += 8;
	for (; p < end; p++)
		if (*p == c)
			return p;
	return NULL;
}

/* Is there a byte below ' ', or DEL? */
static inline bool scan_has_control(const char *p, size_t n)
{
	for (; n >= 8; p += 8, n -= 8) {
		uint64_t w = scan_load(p);

		if (((w - SCAN_ONES * ' ') & ~w & SCAN_TOPS) || scan_zero(w ^ SCAN_ONES * 0x7f))
			return true;
	}
	for (; n; p++, n--)
		if ((uint8_t)*p < ' ' || *p == 0x7f)
			return true;
	return false;
}

static inline bool scan_equal(const char *a, const char *b, size_t n)
{
	for (; n >= 8; a += 8, b += 8, n -= 8)
		if (scan_load(a) != scan_load(b))
			return false;
	for (; n; a++, b++, n--)
		if (*a != *b)
			return false;
	return true;
}

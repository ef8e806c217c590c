/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/test.h"

enum { MARGIN = 200 };

/* volatile: no compiler knows the function or makes it a builtin */
static void *(*volatile copy)(void *restrict, const void *restrict, size_t) = memcpy;
static void *(*volatile move)(void *, const void *, size_t) = memmove;

static void fill(unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (unsigned char)(i * 131 + (i >> 8) * 7 + 3);
}

/* n bytes by `shift` within one buffer; everything around stays. */
static void check_move(size_t n, ptrdiff_t shift)
{
	size_t all = n + 2 * (size_t)MARGIN;
	unsigned char *got = malloc(all), *want = malloc(all);

	ASSERT_TRUE(got && want);
	fill(got, all);
	fill(want, all);
	for (size_t i = 0; i < n; i++)
		want[(size_t)((ptrdiff_t)(MARGIN + i) + shift)] =
			(unsigned char)((MARGIN + i) * 131 + ((MARGIN + i) >> 8) * 7 + 3);
	ASSERT_TRUE(move(got + MARGIN + shift, got + MARGIN, n) == got + MARGIN + shift);
	ASSERT_MSG(memcmp(got, want, all) == 0, "%zu bytes by %td", n, shift);
	free(got);
	free(want);
}

TEST(memmove_overlaps)
{
	for (size_t n = 0; n <= 300; n++)
		for (ptrdiff_t shift = -MARGIN; shift <= MARGIN; shift += 1 + (n > 140))
			check_move(n, shift);
}

TEST(memmove_large)
{
	static const size_t sizes[] = { 4095, 4096, 4097, 5000, 65536, 1000003 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		for (ptrdiff_t shift = -MARGIN; shift <= MARGIN; shift += 19)
			check_move(sizes[i], shift);
}

TEST(memcpy_sizes)
{
	static unsigned char from[9000], to[9000 + 2];

	fill(from, sizeof(from));
	for (size_t n = 0; n <= sizeof(from) - 8; n += n < 400 ? 1 : 37) {
		size_t skew = n % 8;

		memset(to, 0, sizeof(to));
		ASSERT_TRUE(copy(to + 1, from + skew, n) == to + 1);
		ASSERT_MSG(memcmp(to + 1, from + skew, n) == 0, "%zu bytes", n);
		ASSERT_MSG(to[0] == 0 && to[n + 1] == 0, "beside %zu bytes", n);
	}
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repo/deb/deb_scan.h"

#include <stdlib.h>

#include "tests/unit/test.h"

/* In blocks of exact size, so that a sanitizer sees a read past either end. */
static char *exact(const char *text, size_t n)
{
	char *p = malloc(n ? n : 1);

	ASSERT_NOT_NULL(p);
	memcpy(p, text, n);
	return p;
}

TEST(byte_at_every_place)
{
	char text[40];

	for (size_t n = 0; n < sizeof(text); n++)
		for (size_t at = 0; at <= n; at++) {
			char *p;

			memset(text, (char)0x8a, sizeof(text)); /* near '\n' but for the top bit */
			if (at < n)
				text[at] = '\n';
			if (at + 1 < n)
				text[at + 1] = '\n';
			p = exact(text, n);
			ASSERT_MSG(scan_byte(p, p + n, '\n') == (at < n ? p + at : NULL),
				   "%zu of %zu", at, n);
			free(p);
		}
}

TEST(controls)
{
	char text[20];

	for (unsigned c = 0; c < 256; c++)
		for (size_t at = 0; at < sizeof(text); at++) {
			char *p;

			memset(text, at % 2 ? '~' : (char)0xff, sizeof(text));
			text[at] = (char)c;
			p = exact(text, sizeof(text));
			ASSERT_MSG(scan_has_control(p, sizeof(text)) == (c < 32 || c == 127),
				   "byte %u at %zu", c, at);
			free(p);
		}
	ASSERT_FALSE(scan_has_control(NULL, 0));
}

TEST(equal)
{
	static const char a[] = "0123456789abcdefghij";

	for (size_t n = 0; n < sizeof(a); n++) {
		char *p = exact(a, n), *q = exact(a, n);

		ASSERT_TRUE(scan_equal(p, q, n));
		for (size_t i = 0; i < n; i++) {
			q[i] ^= 1;
			ASSERT_FALSE(scan_equal(p, q, n));
			q[i] ^= 1;
		}
		free(p);
		free(q);
	}
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A header of any bytes: every value of every tag that the table has, by each accessor. */
#include "base/cleanup.h"
#include "repo/rpm/rpm_header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads what a view covers, so that a sanitizer sees where it leads. */
static unsigned touch(struct sv s)
{
	unsigned sum = 0;

	for (size_t i = 0; i < s.n; i++)
		sum += (unsigned char)s.p[i];
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(arena_done) struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct rpm_header h;
	volatile unsigned sum = 0;

	/* each tag may be as large as all of them */
	if (size > 1 << 14 || rpm_header_read(sv_of(data, size), "header", &a, &h, &e) < 0)
		return 0;
	for (size_t i = 0; i < h.n && i < 64; i++) {
		uint32_t tag = h.entries[i].tag;
		struct rpm_texts texts;
		struct rpm_numbers v;
		struct sv s;

		if (rpm_header_text(&h, tag, &s, &e) > 0 || rpm_header_bin(&h, tag, &s, &e) > 0)
			sum += touch(s);
		if (rpm_header_texts(&h, tag, &a, &texts, &e) > 0)
			for (uint32_t k = 0; k < texts.n; k++)
				sum += touch(texts.v[k]);
		if (rpm_header_numbers(&h, tag, &v, &e) > 0)
			for (uint32_t k = 0; k < v.n; k++)
				sum += (unsigned)rpm_number(&v, k);
	}
	return 0;
}

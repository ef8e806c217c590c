/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* First byte: the base. What parses must print back to the same digits, leading zeros aside. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/num.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = ERR_INIT;
	struct sv text;
	uint64_t v;
	int64_t w;
	char back[32];

	if (size == 0)
		return 0;
	text = sv_of(data + 1, size - 1);
	(void)num_parse_u64(text, 2 + data[0] % 35, UINT64_MAX >> data[0] % 64, &v, &e);
	if (num_parse_u64(text, 10, UINT64_MAX, &v, &e) == 0) {
		(void)snprintf(back, sizeof(back), "%" PRIu64, v);
		while (text.n > 1 && text.p[0] == '0')
			text = sv_from_pos(text, 1);
		if (!sv_eq(text, sv_from(back)))
			abort();
	}
	(void)num_parse_i64(sv_of(data, size), INT64_MIN, INT64_MAX, &w, &e);
	return 0;
}

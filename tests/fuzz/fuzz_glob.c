/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The first line is the pattern, the rest the text. */
#include <stdlib.h>

#include "base/glob.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sv text = sv_of(data, size), pattern = SV_NULL;

	if (size > 4096 || !sv_split(&text, '\n', &pattern))
		return 0;
	for (unsigned flags = 0; flags < 4; flags++) {
		bool hit = glob_match(pattern, text, flags);

		if (!glob_is_pattern(pattern) && hit != sv_eq(pattern, text))
			abort();
	}
	return 0;
}

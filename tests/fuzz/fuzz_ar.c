/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "archive/archive.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sv bytes = sv_of(data, size);
	struct err e = ERR_INIT;
	struct ar_reader a;
	struct ar_member m;

	if (ar_open(bytes, &a, &e) < 0)
		return 0;
	while (ar_next(&a, &m, &e) > 0)
		if (m.data.n > 0 && (m.data.p < bytes.p || m.data.p + m.data.n > bytes.p + bytes.n))
			abort();
	return 0;
}

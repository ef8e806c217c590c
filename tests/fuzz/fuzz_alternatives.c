/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Script text searched for update-alternatives commands. */
#include "transform/alternatives_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct alternatives all = { .skipped = 0 };
	struct arena a = ARENA_INIT;

	alternatives_parse(&a, sv_of(data, size), &all);
	vec_done(&all.list);
	arena_done(&a);
	return 0;
}

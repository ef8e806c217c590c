/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Regular expressions and globs of a request, against a fixed path. */
#include <stdlib.h>

#include "kmod/kmodsel_match_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kmodsel_subject s = { .path = SV("/kernel/fs/ext4/ext4"),
				     .search = "fs/ext4/ext4.ko.xz",
				     .root = SV("/kernel") };
	struct kmodsel_pattern p = { .text = sv_of(data, size) };
	struct kmodsel_matchers m = { 0 };
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;

	if (size <= 4096 && kmodsel_matchers_new(&a, &p, 1, true, &m, &e) == 0)
		(void)kmodsel_matchers_decide(&m, &s);
	kmodsel_matchers_done(&m);
	arena_done(&a);
	return 0;
}

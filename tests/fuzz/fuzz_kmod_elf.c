/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A module's ELF file through the adapter around libkmod. */
#include <stdlib.h>
#include <string.h>

#include "kmod/kmodsel_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int touch(void *arg, enum kmodsel_item item, struct sv text, struct err *e)
{
	(void)item;
	(void)e;
	*(uint64_t *)arg ^= sv_hash(text);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *p = calloc(size + KMODSEL_ELF_SLACK, 1);
	struct err e = ERR_INIT;
	uint64_t sum = 0;

	if (!p)
		return 0;
	if (size > 0)
		memcpy(p, data, size);
	(void)kmodsel_elf_walk(sv_of(p, size), touch, &sum, &e);
	free(p);
	return 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any bytes as a tar payload, then as a cpio one. */
#include <stdlib.h>

#include "archive/archive.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void drain(struct payload *p)
{
	struct err e = ERR_INIT;
	struct payload_entry n;

	while (payload_next(p, &n, &e) > 0) {
		char *content = NULL;
		size_t content_n;

		if (n.path.n == 0)
			abort();
		if (n.type == PAYLOAD_FILE && payload_read_file(p, &content, &content_n, &e) < 0)
			return;
		free(content);
	}
}

/*
 * For a newc name of gigabytes libarchive reserves that much, without touching it, and a fuzzer takes
 * that for a leak. Our limit on what is read ahead has its unit test instead.
 */
static bool has_huge_name(struct sv bytes)
{
	ptrdiff_t at;

	while ((at = sv_find(bytes, SV("07070"))) >= 0) {
		struct sv name_size = sv_head(sv_from_pos(bytes, (size_t)at + 94), 8);

		if (name_size.n == 8 && !sv_starts(name_size, SV("000")))
			return true;
		bytes = sv_from_pos(bytes, (size_t)at + 1);
	}
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A sparse file of a few bytes may claim what is allowed: keep that quick. */
	static const struct payload_limits limits = { .entries = 1000,
						      .file_size = 1 << 20,
						      .total_size = 8 << 20 };
	struct err e = ERR_INIT;
	struct payload *p = NULL;

	if (payload_open_tar(stream_from_mem(sv_of(data, size)), &limits, &p, &e) == 0)
		drain(p);
	payload_free(p);
	p = NULL;
	if (has_huge_name(sv_of(data, size)))
		return 0;
	if (payload_open_cpio(stream_from_mem(sv_of(data, size)), &limits, &p, &e) == 0)
		drain(p);
	payload_free(p);
	return 0;
}

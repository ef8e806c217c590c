/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A .deb of any bytes: its control file and every entry of its payload. */
#include <stdlib.h>

#include "repo/repo.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(payload_freep) struct payload *p = NULL;
	_cleanup_fs_data_ struct fs_data control = { NULL, 0 };
	struct sv bytes = sv_of(data, size);
	struct payload_entry entry;
	struct err e = ERR_INIT;
	char buf[4096];
	size_t total = 0;

	(void)repo_control_file(FAMILY_DEB, bytes, SV("control"), &control, &e);
	if (repo_payload_open(FAMILY_DEB, bytes, 1, NULL, &p, &e) < 0)
		return 0;
	while (total < 1 << 24 && payload_next(p, &entry, &e) > 0) {
		ssize_t n;

		while ((n = payload_read_data(p, buf, sizeof(buf), &e)) > 0 && total < 1 << 24)
			total += (size_t)n;
		if (n < 0)
			break;
	}
	return 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* zchunk files of any bytes, read to their end or to the first 16 MiB. */
#include "repo/rpm/rpm_zck.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(stream_closep) struct stream *s = NULL;
	struct err e = ERR_INIT;
	size_t total = 0;
	char buf[4096];
	ssize_t n;

	if (rpm_zck_open(sv_of(data, size), &s, &e) < 0)
		return 0;
	while (total < 1 << 24 && (n = stream_read(s, buf, sizeof(buf), &e)) > 0)
		total += (size_t)n;
	return 0;
}

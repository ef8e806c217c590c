/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* repomd.xml of any bytes. What was accepted names only files below the mirror, with digests that prove. */
#include <stdlib.h>

#include "repo/rpm/rpm_repomd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(arena_done) struct arena a = ARENA_INIT;
	struct rpm_repomd md = { .date = 0 };
	struct err e = ERR_INIT;
	int r = rpm_repomd_parse(sv_of(data, size), "repomd.xml", &a, &md, &e);

	for (size_t i = 0; r == 0 && i < md.data.n; i++)
		if (!digest_is_strong(md.data.v[i].digest.kind) ||
		    rpm_check_href(sv_from(md.data.v[i].href), &e) < 0)
			abort();
	rpm_repomd_done(&md);
	return 0;
}

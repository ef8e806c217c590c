/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lock files of any bytes: what is accepted pins packages by a digest that proves something. */
#include <stdlib.h>

#include "build/lock.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(lock_freep) struct lock *l = NULL;
	struct err e = ERR_INIT;

	if (lock_parse(sv_of(data, size), &l, &e) < 0) {
		if (e.code != E_FORMAT || !e.text[0] || l)
			abort();
		return 0;
	}
	for (size_t i = 0; i < l->packages.n; i++) {
		const struct lock_package *p = &l->packages.v[i];

		if (!digest_is_strong(p->digest.kind) || (p->kernel && p->removed) || p->pkg)
			abort();
	}
	return 0;
}

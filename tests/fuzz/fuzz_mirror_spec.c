/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* --mirror arguments of any bytes: what is accepted cannot lead out of the mirror. */
#include <stdlib.h>

#include "repo/repo.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct sv path)
{
	struct sv part;

	while (sv_split(&path, '/', &part))
		if (sv_eq(part, SV("..")))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mirror_spec m = { .owned = NULL };
	struct err e = ERR_INIT;

	if (mirror_spec_parse(sv_of(data, size), &m, &e) < 0) {
		if (e.code != E_USAGE || !e.hint[0])
			abort();
		return 0;
	}
	if (m.dir.n == 0 || m.priority < 0 || m.priority > 10000)
		abort();
	check(m.suite);
	for (size_t i = 0; i < m.components.n; i++)
		check(m.components.v[i]);
	mirror_spec_done(&m);
	return 0;
}

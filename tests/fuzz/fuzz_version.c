/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Three versions, one a line: the order is antisymmetric and transitive whatever they are. */
#include <stdlib.h>

#include "base/macros.h"
#include "pkg/version.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(enum pkg_family f, const struct sv v[static 3])
{
	int ab = version_compare(f, v[0], v[1]), ba = version_compare(f, v[1], v[0]);
	int bc = version_compare(f, v[1], v[2]), ac = version_compare(f, v[0], v[2]);

	if ((ab > 0) != (ba < 0) || (ab == 0) != (ba == 0))
		abort();
	/* rpm's order of separators and '^' has no such promise for malformed versions */
	if (f == FAMILY_DEB && ab <= 0 && bc <= 0 && ac > 0)
		abort();
	if (version_compare(f, v[0], v[0]) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sv rest = sv_of(data, size), v[3] = { { "", 0 }, { "", 0 }, { "", 0 } };
	struct err e = ERR_INIT;

	for (size_t i = 0; i < 3 && sv_line(&rest, &v[i]); i++)
		for (int f = FAMILY_DEB; f <= FAMILY_RPM; f++)
			(void)version_check((enum pkg_family)f, v[i], &e);
	check(FAMILY_DEB, v);
	check(FAMILY_RPM, v);
	return 0;
}

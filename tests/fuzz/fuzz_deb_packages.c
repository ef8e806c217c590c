/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A Packages index of any bytes, up to the finished universe and its dump. */
#include <stdlib.h>

#include "base/macros.h"
#include "base/strbuf.h"
#include "repo/deb/deb_packages.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct arch *arch = NULL;
	struct err e = ERR_INIT;
	struct universe u;
	struct deb_packages_ctx c;

	universe_init(&u, FAMILY_DEB, SV("amd64"));
	if (arch_find(SV("amd64"), &arch, &e) < 0)
		abort();
	c = deb_packages_init(&u, arch,
			      universe_add_repo(&u,
						&(struct universe_repo){ .label = SV("fuzz") }));
	if (deb_packages_read(&c, sv_of(data, size), &e) == 0 && universe_finish(&u, &e) == 0) {
		_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

		universe_dump(&u, &b);
		for (pkg_id p = 1; p <= universe_count(&u); p++)
			if (universe_find(&u, universe_sv(&u, universe_pkg(&u, p)->name)) == 0)
				abort();
	}
	deb_packages_done(&c);
	universe_done(&u);
	return 0;
}

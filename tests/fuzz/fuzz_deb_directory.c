/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A Packages index of any bytes, on demand: all that comes is what reading it whole gives. */
#include <stdlib.h>

#include "base/macros.h"
#include "base/strbuf.h"
#include "repo/deb/deb_directory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct deb_packages_ctx start(struct universe *u)
{
	const struct arch *arch = NULL;
	struct err e = ERR_INIT;

	universe_init(u, FAMILY_DEB, SV("amd64"));
	if (arch_find(SV("amd64"), &arch, &e) < 0)
		abort();
	return deb_packages_init(u, arch,
				 universe_add_repo(u,
						   &(struct universe_repo){ .label = SV("fuzz") }));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_strbuf_ struct strbuf on_demand = STRBUF_INIT, whole = STRBUF_INIT;
	struct fs_data text = { xmalloc(size + 1), size };
	struct universe u, v;
	struct deb_packages_ctx c = start(&u), d = start(&v);
	struct err e = ERR_INIT, f = ERR_INIT;

	memcpy(text.p, data, size);
	if (deb_directory_add(&c, &text, SV("fuzz"))) {
		int r = universe_finish(&u, &e), k;

		struct sv name = sv_of((const char *)data + size / 2, size > 2);

		if (r == 0) /* some first, by what may be their name */
			r = universe_want(&u, &name, 1, &e);
		if (r == 0)
			r = universe_want_prefix(&u, SV(""), &e);
		k = deb_packages_read(&d, sv_of(data, size), &f);
		if (k == 0)
			k = universe_finish(&v, &f);
		if ((r == 0) != (k == 0))
			abort();
		if (r == 0) {
			universe_dump(&u, &on_demand);
			universe_dump(&v, &whole);
			if (!sv_eq(strbuf_sv(&on_demand), strbuf_sv(&whole)))
				abort();
		}
	}
	fs_data_done(&text);
	deb_packages_done(&c);
	deb_packages_done(&d);
	universe_done(&u);
	universe_done(&v);
	return 0;
}

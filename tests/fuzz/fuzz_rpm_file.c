/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An .rpm of any bytes: its headers into a universe, and every entry of its payload. The seeds carry no
 * digests, which would keep every change out. */
#include <stdlib.h>

#include "repo/repo.h"
#include "repo/rpm/rpm_package.h"
#include "repo/rpm/rpm_payload.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void add_to_universe(struct sv bytes)
{
	struct universe u;
	struct rpm_opened o;
	struct rpm_place place = { .filename = SV("x.rpm"), .size = bytes.n };
	struct err e = ERR_INIT;
	bool proved;

	if (rpm_open(bytes, &o, &e) < 0)
		return;
	(void)rpm_file_check(&o.file, true, &proved, &e);
	universe_init(&u, FAMILY_RPM, SV("x86_64"));
	place.repo = universe_add_repo(&u, &(struct universe_repo){ .label = SV("x") });
	if (rpm_package_add(&u, &o.package, &place, &e) == 0 && universe_finish(&u, &e) < 0)
		abort();
	universe_done(&u);
	rpm_opened_done(&o);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(payload_freep) struct payload *p = NULL;
	_cleanup_fs_data_ struct fs_data script = { NULL, 0 };
	struct sv bytes = sv_of(data, size);
	struct payload_entry entry;
	struct err e = ERR_INIT;
	char buf[4096];
	size_t total = 0;

	add_to_universe(bytes);
	(void)repo_control_file(FAMILY_RPM, bytes, SV("postinst"), &script, &e);
	if (repo_payload_open(FAMILY_RPM, bytes, 1, NULL, &p, &e) < 0)
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

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* modules.yaml of any bytes, applied with its first stream enabled. */
#include "base/cleanup.h"
#include "base/strbuf.h"
#include "repo/rpm/rpm_modules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_strbuf_ struct strbuf enabled = STRBUF_INIT;
	struct rpm_modules m = { .arena = ARENA_INIT };
	struct err e = ERR_INIT;
	struct universe u;

	universe_init(&u, FAMILY_RPM, SV("x86_64"));
	(void)universe_add(&u, &(struct package){ .name = universe_str(&u, SV("perl")),
						  .version = universe_str(&u, SV("1:5.26-1")),
						  .arch = universe_str(&u, SV("x86_64")) });
	if (rpm_modules_read(&m, sv_of(data, size), "modules.yaml", &e) == 0) {
		if (m.streams.n)
			strbuf_addf(&enabled, SV_FMT ":" SV_FMT, SV_ARG(m.streams.v[0].module),
				    SV_ARG(m.streams.v[0].stream));
		(void)rpm_modules_check(&m, strbuf_sv(&enabled), &e);
		rpm_modules_enable(&m, strbuf_sv(&enabled));
		rpm_modules_apply(&m, &u);
	}
	universe_done(&u);
	rpm_modules_done(&m);
	return 0;
}

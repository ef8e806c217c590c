/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Dependency entries of any bytes. What was accepted prints as an entry that is accepted again and prints
 * the same. */
#include <stdlib.h>

#include "base/macros.h"
#include "base/strbuf.h"
#include "repo/rpm/rpm_depends.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int parse(struct sv text, struct strbuf *out)
{
	struct err e = ERR_INIT;
	struct universe u;
	dep_id id = 0;
	int r;

	universe_init(&u, FAMILY_RPM, SV("x86_64"));
	r = rpm_depends_entry(&u, DEPK_REQUIRES, text, REL_ANY, SV_NULL, &id, &e);
	if (r >= 0 && id)
		dep_print(&u, id, out);
	universe_done(&u);
	return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_strbuf_ struct strbuf once = STRBUF_INIT, twice = STRBUF_INIT;
	struct sv printed;

	if (parse(sv_of(data, size), &once) < 0)
		return 0;
	printed = strbuf_sv(&once);
	/* alone in its parentheses is a plain entry, which may be written with a relation; and what stands
	 * for an else is longer than the else was */
	if (printed.n == 0 || printed.p[0] != '(' || printed.n > RPM_DEP_TEXT_MAX)
		return 0;
	if (parse(printed, &twice) < 0) {
		/* if-else is two levels when written out */
		if (sv_find(sv_of(data, size), SV("else")) < 0)
			abort();
	} else if (!sv_eq(printed, strbuf_sv(&twice))) {
		abort();
	}
	return 0;
}

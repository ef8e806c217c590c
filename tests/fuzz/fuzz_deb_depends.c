/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Relationship fields of any bytes. What was accepted prints as a field that is accepted again and
 * prints the same. */
#include <stdlib.h>

#include "base/macros.h"
#include "base/strbuf.h"
#include "repo/deb/deb_depends.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int parse(struct sv text, enum dep_kind kind, struct strbuf *out)
{
	const struct arch *arch = NULL;
	struct dep_ids ids = { 0 };
	struct deb_field f = { .value = text, .line = 1, .col = 1 };
	struct err e = ERR_INIT;
	struct universe u;
	int r;

	universe_init(&u, FAMILY_DEB, SV("amd64"));
	if (arch_find(SV("amd64"), &arch, &e) < 0)
		abort();
	r = deb_depends_parse(&(struct deb_depends_ctx){ &u, arch }, &f, kind, &ids, &e);
	for (size_t i = 0; r >= 0 && i < ids.n; i++) {
		strbuf_adds(out, i ? ", " : "");
		dep_print(&u, ids.v[i], out);
	}
	vec_done(&ids);
	universe_done(&u);
	return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_strbuf_ struct strbuf once = STRBUF_INIT, twice = STRBUF_INIT;
	enum dep_kind kind = size % 2 ? DEPK_REQUIRES : DEPK_PROVIDES;

	if (size > 1 << 16 || parse(sv_of(data, size), kind, &once) < 0)
		return 0;
	if (parse(strbuf_sv(&once), kind, &twice) < 0 ||
	    !sv_eq(strbuf_sv(&once), strbuf_sv(&twice)))
		abort();
	return 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Release and InRelease of any bytes. */
#include <stdlib.h>

#include "base/macros.h"
#include "repo/deb/deb_release.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void parse(struct sv text)
{
	struct deb_release rel;
	struct err e = ERR_INIT;

	if (deb_release_parse(text, &rel, &e) < 0)
		return;
	for (size_t i = 0; i < rel.entries.n; i++)
		if (deb_release_find(&rel, rel.entries.v[i].path) != &rel.entries.v[i])
			abort();
	deb_release_done(&rel);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_strbuf_ struct strbuf payload = STRBUF_INIT;
	struct sv text = sv_of(data, size), sig = SV_NULL;
	struct err e = ERR_INIT;
	int64_t date;

	parse(text);
	(void)deb_date_parse(sv_head(text, 64), &date, &e);
	if (deb_clearsign_split(text, &payload, &sig, &e) < 0)
		return 0;
	if (sig.p < text.p || sig.p + sig.n > text.p + text.n)
		abort();
	parse(strbuf_sv(&payload));
	return 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Stanzas of any bytes: views stay inside the text, and lines and columns point at their values. */
#include <stdlib.h>

#include "base/macros.h"
#include "repo/deb/deb_control.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct sv text, const struct deb_field *f)
{
	struct sv rest = f->value, line;
	size_t lines = 1;

	if (f->value.p < text.p || f->value.p + f->value.n > text.p + text.n)
		abort();
	for (const char *p = text.p; p < f->value.p; p++)
		lines += *p == '\n';
	if (lines != f->line)
		abort();
	while (deb_value_line(&rest, &line))
		if (line.n == 0)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sv text = sv_of(data, size);
	struct deb_reader r = deb_reader_init(text);
	struct err e = ERR_INIT;
	struct deb_stanza s;

	while (deb_stanza_next(&r, &s, &e) > 0) {
		if (!s.present && !s.others_n)
			abort();
		for (int k = 1; k < DEB_KEY_COUNT; k++)
			if (deb_has(&s, (enum deb_key)k))
				check(text, &s.known[k]);
	}
	return 0;
}

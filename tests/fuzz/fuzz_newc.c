/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the reader accepts, the writer must be able to write, and the reader to read back the same. */
#include <stdlib.h>
#include <string.h>

#include "archive/newc.h"
#include "base/strbuf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int add(void *arg, const void *p, size_t n, struct err *e)
{
	(void)e;
	strbuf_add(arg, sv_of(p, n));
	return 0;
}

static void check(const struct newc_entry *n, struct sv data)
{
	struct strbuf out = STRBUF_INIT;
	struct newc_writer w = { .write = add, .arg = &out };
	struct newc_reader r = { 0 };
	struct newc_entry back;
	struct err e = ERR_INIT;
	struct sv back_data;

	if (newc_write_entry(&w, n, data, &e) < 0)
		abort();
	r.bytes = strbuf_sv(&out);
	if (newc_next(&r, &back, &back_data, &e) != 1 || !sv_eq(back.path, n->path) ||
	    !sv_eq(back_data, data) || back.mode != n->mode || back.mtime != n->mtime ||
	    back.ino != n->ino)
		abort();
	strbuf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct newc_reader r = { .bytes = sv_of(data, size) };
	struct newc_entry n;
	struct err e = ERR_INIT;
	struct sv content;

	while (newc_next(&r, &n, &content, &e) > 0)
		check(&n, content);
	if (r.at > size)
		abort();
	return 0;
}

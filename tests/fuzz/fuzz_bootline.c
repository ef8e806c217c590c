/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any kernel command line: what it yields must lie within its own text, and bad words have notes. */
#include <stdlib.h>

#include "bootline/bootline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = ERR_INIT;
	struct bootline b;

	if (bootline_parse(sv_of(data, size), &b, &e) < 0)
		return 0;
	if (b.root_kind == BOOT_ROOT_NFS && (b.nfs.path.n == 0 || b.nfs.path.p[0] != '/'))
		abort();
	for (size_t i = 0; i < b.iscsi.n; i++)
		if (b.iscsi.v[i].target.n == 0 || b.iscsi.v[i].target.n > size)
			abort();
	for (size_t i = 0; i < b.notes.n; i++)
		if (b.notes.v[i].text.n == 0)
			abort();
	bootline_done(&b);
	return 0;
}

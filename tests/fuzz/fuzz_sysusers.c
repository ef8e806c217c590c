/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A sysusers.d file from hostile hands, read and applied; up to the first NUL byte a passwd file. */
#include "base/macros.h"
#include "pkg/arch.h"
#include "transform/sysusers_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct notes notes = NOTES_INIT;
	struct transform_context c = { .tree = tree_new(), .notes = &notes };
	struct sv lines = sv_of(data, size), passwd = SV_NULL;
	struct err e = ERR_INIT;

	if (arch_find(SV("amd64"), &c.arch, &e) < 0)
		BUG("no amd64");
	if (sv_chr(lines, '\0') >= 0) {
		(void)sv_split(&lines, '\0', &passwd);
		(void)tree_write(c.tree, SV("etc/passwd"), passwd, 0644, &e);
		(void)tree_write(c.tree, SV("etc/group"), passwd, 0644, &e);
	}
	if (tree_write(c.tree, SV("usr/lib/sysusers.d/x.conf"), lines, 0644, &e) < 0)
		BUG("no sysusers.d");
	if (tf_sysusers(&c, &e) < 0)
		BUG("a package's line failed a build");
	tree_free(c.tree);
	transform_context_done(&c);
	notes_done(&notes);
	return 0;
}

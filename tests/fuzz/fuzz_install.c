/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The [Install] section of a unit file, read and applied to a plain unit, a template and an instance. */
#include "base/macros.h"
#include "transform/units_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = { "usr/lib/systemd/system/a.service",
					     "usr/lib/systemd/system/a-b@.service" };
	struct notes notes = NOTES_INIT;
	struct transform_context c = { .tree = tree_new(), .notes = &notes };
	struct unit_names names = { .v = NULL };
	struct err e = ERR_INIT;
	size_t links = 0;

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		if (tree_write(c.tree, sv_from(paths[i]), sv_of(data, size), 0644, &e) < 0)
			BUG("no unit");
	vec_push(&names, SV("a.service"));
	vec_push(&names, SV("a-b@.service"));
	vec_push(&names, SV("a-b@c.service"));
	(void)unit_enable(&c, &names, &links, &e);
	(void)unit_disable(&c, &names, false);
	vec_done(&names);
	tree_free(c.tree);
	transform_context_done(&c);
	notes_done(&notes);
	return 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* systemd moves a clock that is behind forward to this file's time: machines without RTC battery. */
#include "transform/transform_int.h"

int tf_clockepoch(struct transform_context *c, struct err *e)
{
	const struct tree_entry entry = { .path = SV("usr/lib/clock-epoch"),
					  .type = TREE_FILE,
					  .mode = 0644,
					  .mtime = c->source_date };

	return tree_add(c->tree, &entry, NULL, e);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * NetworkManager's units for an initrd: newer packages bring their own, and then those of recipe network
 * become other names of them, so that whoever orders a unit by the old names still does.
 */
#include "base/macros.h"
#include "transform/transform_int.h"

#define UNITS "usr/lib/systemd/system/"

int tf_nmunits(struct transform_context *c, struct err *e)
{
	static const char *const names[][2] = {
		{ UNITS "nm-config-initrd.service", "NetworkManager-config-initrd.service" },
		{ UNITS "nm-initrd.service", "NetworkManager-initrd.service" },
		{ UNITS "nm-wait-online-initrd.service",
		  "NetworkManager-wait-online-initrd.service" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct sv theirs = arena_printf(&c->arena, UNITS "%s", names[i][1]);
		int r;

		if (!tree_follow(c->tree, theirs) || !tree_remove(c->tree, sv_from(names[i][0])))
			continue;
		r = tree_symlink(c->tree, sv_from(names[i][0]), sv_from(names[i][1]), e);
		if (r < 0)
			return r;
	}
	return 0;
}

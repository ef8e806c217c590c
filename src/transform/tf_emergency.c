/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * EmergencyShell=yes: a root shell without password for whoever sits at the console. sulogin(8) asks no
 * password when the root account is locked and this variable is set.
 */
#include "base/macros.h"
#include "transform/transform_int.h"

int tf_emergency(struct transform_context *c, struct err *e)
{
	static const char *const units[] = { "emergency.service", "rescue.service" };

	if (!c->emergency_shell)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		struct sv path = arena_printf(&c->arena,
					      "usr/lib/systemd/system/%s.d/50-kindling-shell.conf",
					      units[i]);
		int r = tree_write(c->tree, path,
				   SV("[Service]\nEnvironment=SYSTEMD_SULOGIN_FORCE=1\n"), 0644, e);

		if (r < 0)
			return r;
	}
	return 0;
}

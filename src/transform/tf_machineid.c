/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Identity and secrets belong to the machine that boots, never to the image: machine-id(5). */
#include "base/macros.h"
#include "transform/transform_int.h"

static const char *const never[] = {
	"etc/machine-info",
	"var/lib/dbus/machine-id",
	"var/lib/systemd/credential.secret",
	"var/lib/systemd/random-seed",
};

int tf_machineid(struct transform_context *c, struct err *e)
{
	for (size_t i = 0; i < ARRAY_SIZE(never); i++)
		(void)tree_remove(c->tree, sv_from(never[i]));
	/* PID 1 sets a transient id over this and does not take the boot for a first one. */
	return tree_write(c->tree, SV("etc/machine-id"), SV("uninitialized\n"), 0444, e);
}

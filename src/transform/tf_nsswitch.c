/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Debian's libc-bin copies its template in a script; glibc's built-in default serves without. */
#include "transform/transform_int.h"

int tf_nsswitch(struct transform_context *c, struct err *e)
{
	bool done = false;

	return tf_copy_absent(c->tree, SV("usr/share/libc-bin/nsswitch.conf"),
			      SV("etc/nsswitch.conf"), &done, e);
}

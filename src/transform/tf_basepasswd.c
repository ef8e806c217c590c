/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The users with fixed numbers. Debian's base-passwd copies its masters; trees whose distribution ships
 * neither these nor etc/passwd get what the kernel, devpts (gid 5 is compiled into systemd) and every
 * sysusers.d expect to be there.
 */
#include "base/macros.h"
#include "transform/transform_int.h"

static const struct {
	const char *master, *file;
	const char *minimal;
} files[] = {
	{ "usr/share/base-passwd/passwd.master", "etc/passwd",
	  "root:*:0:0:root:/root:/bin/sh\n"
	  "nobody:*:65534:65534:nobody:/:/usr/sbin/nologin\n" },
	{ "usr/share/base-passwd/group.master", "etc/group",
	  "root:*:0:\n"
	  "tty:*:5:\n"
	  "disk:*:6:\n"
	  "nobody:*:65534:\n" },
};

int tf_basepasswd(struct transform_context *c, struct err *e)
{
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		struct sv file = sv_from(files[i].file), text;
		int r;

		if (tree_follow(c->tree, file))
			continue;
		if (!tree_read(c->tree, sv_from(files[i].master), &text))
			text = sv_from(files[i].minimal);
		r = tree_write(c->tree, file, text, 0644, e);
		if (r < 0)
			return r;
	}
	return 0;
}

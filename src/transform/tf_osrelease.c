/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * os-release(5), and etc/initrd-release: that file alone makes PID 1 run as in an initrd. Without it
 * systemd boots the image like a host and sits in its first-boot questions.
 */
#include "transform/transform_int.h"

int tf_osrelease(struct transform_context *c, struct err *e)
{
	struct tree *t = c->tree;
	int r;

	if (!tree_lookup(t, SV("etc/os-release")) && tree_follow(t, SV("usr/lib/os-release"))) {
		r = tree_symlink(t, SV("etc/os-release"), SV("../usr/lib/os-release"), e);
		if (r < 0)
			return r;
	}
	if (tree_follow(t, SV("etc/initrd-release")))
		return 0;
	if (tree_follow(t, SV("usr/lib/initrd-release")))
		return tree_symlink(t, SV("etc/initrd-release"), SV("../usr/lib/initrd-release"),
				    e);
	if (tree_follow(t, SV("etc/os-release")))
		return tree_symlink(t, SV("etc/initrd-release"), SV("os-release"), e);
	/* No package told: only that the file is there counts. */
	return tree_write(t, SV("etc/initrd-release"), SV("ID=linux\n"), 0644, e);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Modes and owners that a package's script sets on its own files (dpkg-statoverride, chown). */
#include "base/macros.h"
#include "transform/transform_int.h"

static const struct {
	const char *path, *user, *group;
	uint32_t mode; /* 0: as it is */
} overrides[] = {
	{ "usr/lib/dbus-1.0/dbus-daemon-launch-helper", "root", "messagebus", 04754 },
	{ "var/lib/NetworkManager", "root", "root", 0700 },
	{ "var/lib/nfs/sm", "statd", "nogroup", 0700 },
	{ "var/lib/nfs/sm.bak", "statd", "nogroup", 0700 },
	{ "var/lib/nfs/state", "statd", "nogroup", 0 },
};

int tf_overrides(struct transform_context *c, struct err *e)
{
	(void)e;
	for (size_t i = 0; i < ARRAY_SIZE(overrides); i++) {
		struct tree_node *n = tree_lookup(c->tree, sv_from(overrides[i].path));

		/* What a recipe brought has the owner the recipe wants. */
		if (!n || n->origin == 0 || n->inode->type == TREE_SYMLINK)
			continue;
		n->inode->uname = sv_from(overrides[i].user);
		n->inode->gname = sv_from(overrides[i].group);
		n->inode->uid = n->inode->gid = 0;
		if (overrides[i].mode)
			n->inode->mode = overrides[i].mode;
	}
	return 0;
}

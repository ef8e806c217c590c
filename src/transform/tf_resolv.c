/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* etc/resolv.conf -> systemd-resolved's stub, when that will run: its package's script makes the link. */
#include "transform/transform_int.h"

static int is_enabled(void *arg, struct tree *t, struct tree_node *n, struct sv path, struct err *e)
{
	bool *enabled = arg;

	(void)t;
	(void)path;
	(void)e;
	/* In some unit's .wants, and so on; the unit file itself does not start anything. */
	if (sv_eq(n->name, SV("systemd-resolved.service")) && n->parent &&
	    sv_ends(n->parent->name, SV(".wants")))
		*enabled = true;
	return 0;
}

int tf_resolv(struct transform_context *c, struct err *e)
{
	bool enabled = false;
	int r;

	if (tree_lookup(c->tree, SV("etc/resolv.conf")) ||
	    !tree_follow(c->tree, SV("usr/lib/systemd/system/systemd-resolved.service")))
		return 0;
	r = tree_walk(c->tree, is_enabled, &enabled, e);
	if (r < 0 || !enabled)
		return r;
	return tree_symlink(c->tree, SV("etc/resolv.conf"),
			    SV("../run/systemd/resolve/stub-resolv.conf"), e);
}

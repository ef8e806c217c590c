/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* /init: without it the kernel does not take the archive for an initramfs at all. */
#include "transform/transform_int.h"

int tf_init(struct transform_context *c, struct err *e)
{
	const struct tree_node *n;

	/* Ubuntu masks the generator of the initrd's root device on installed systems. */
	n = tree_lookup(c->tree, SV("etc/systemd/system-generators/systemd-gpt-auto-generator"));
	if (n && n->origin > 0 && n->inode->type == TREE_SYMLINK &&
	    sv_eq(n->inode->target, SV("/dev/null")))
		(void)tree_remove(c->tree,
				  SV("etc/systemd/system-generators/systemd-gpt-auto-generator"));

	if (tree_lookup(c->tree, SV("init")))
		return 0;
	if (tree_follow(c->tree, SV("usr/lib/systemd/systemd")))
		return tree_symlink(c->tree, SV("init"), SV("usr/lib/systemd/systemd"), e);
	tf_note(c, NOTE_WARNING, "no systemd in the image and no /init: a kernel will not boot it");
	return 0;
}

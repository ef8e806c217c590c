/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * /var/run -> /run and /var/lock -> /run/lock. base-files ships folders there and its script replaces
 * them; tmpfiles.d would make the links at boot but never over a folder.
 */
#include "base/macros.h"
#include "transform/transform_int.h"

static const struct {
	const char *path, *target;
} links[] = { { "var/run", "/run" }, { "var/lock", "/run/lock" } };

/* Moves what lies in a folder to the folder the link will point to: packages that ship files below
 * /var/run mean /run. */
static int move_children(struct tree *t, struct tree_node *dir, struct sv target, struct err *e)
{
	_cleanup_strbuf_ struct strbuf path = STRBUF_INIT;

	while (dir->n_children > 0) {
		struct tree_node *n = dir->children[dir->n_children - 1];
		const struct inode *i = n->inode;
		struct tree_entry entry = { .type = i->type,
					    .mode = i->mode,
					    .uid = i->uid,
					    .gid = i->gid,
					    .uname = i->uname,
					    .gname = i->gname,
					    .mtime = i->mtime,
					    .dev_major = i->dev_major,
					    .dev_minor = i->dev_minor,
					    .blob = i->blob,
					    .target = i->target,
					    .origin = n->origin };
		struct tree_node *to = NULL;
		int r;

		strbuf_clear(&path);
		strbuf_addf(&path, SV_FMT "/" SV_FMT, SV_ARG(target), SV_ARG(n->name));
		entry.path = strbuf_sv(&path);
		r = tree_lookup(t, entry.path) && i->type != TREE_DIR ? 0
								      : tree_add(t, &entry, &to, e);
		if (r == 0 && i->type == TREE_DIR)
			r = move_children(t, n, arena_sv(&t->arena, strbuf_sv(&path)), e);
		if (r < 0)
			return r;
		tree_remove_node(t, n);
	}
	return 0;
}

int tf_varlinks(struct transform_context *c, struct err *e)
{
	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		struct sv path = sv_from(links[i].path), target = sv_from(links[i].target);
		struct tree_node *n = tree_lookup(c->tree, path);
		int r = 0;

		if (n && n->inode->type == TREE_SYMLINK)
			continue;
		if (n && n->inode->type == TREE_DIR)
			r = move_children(c->tree, n, target, e);
		if (r == 0)
			r = tree_symlink(c->tree, path, target, e);
		if (r < 0)
			return r;
	}
	return 0;
}

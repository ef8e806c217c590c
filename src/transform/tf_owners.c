/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Owners by name become the numbers of the final passwd and group. The number beside a name in a
 * package is the build machine's and only used when the image does not know the name.
 */
#include <inttypes.h>

#include "transform/transform_int.h"
#include "transform/userdb_int.h"

struct owners {
	struct transform_context *c;
	struct userdb db;
	struct map told; /* unknown names that have their note */
};

static void resolve(struct owners *o, const struct userdb_file *f, struct sv name, uint32_t *id,
		    struct sv path)
{
	const struct userdb_line *l;

	if (name.n == 0)
		return;
	l = userdb_find(f, name);
	if (l) {
		*id = l->id;
		return;
	}
	if (sv_eq(name, SV("root"))) {
		*id = 0;
		return;
	}
	if (*id != 0 &&
	    map_put(&o->told, arena_printf(&o->c->arena, "%s " SV_FMT, f->path, SV_ARG(name)), 0))
		tf_note(o->c, NOTE_WARNING,
			"owner '" SV_FMT "' of '" SV_FMT
			"' is not in %s: the package's number %" PRIu32 " is used",
			SV_ARG(name), SV_ARG(path), f->path, *id);
}

static int resolve_node(void *arg, struct tree *t, struct tree_node *n, struct sv path,
			struct err *e)
{
	struct owners *o = arg;

	(void)t;
	(void)e;
	resolve(o, &o->db.passwd, n->inode->uname, &n->inode->uid, path);
	resolve(o, &o->db.group, n->inode->gname, &n->inode->gid, path);
	return 0;
}

int tf_owners(struct transform_context *c, struct err *e)
{
	struct owners o = { .c = c, .told = MAP_INIT };
	int r;

	userdb_load(&o.db, c->tree, &c->arena);
	(void)resolve_node(&o, c->tree, c->tree->root, SV("/"), e);
	r = tree_walk(c->tree, resolve_node, &o, e);
	userdb_done(&o.db);
	map_done(&o.told);
	return r;
}

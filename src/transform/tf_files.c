/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * [Files] of the recipe, in its order. What names something in the image must find it, so that a
 * recipe that no longer fits says so; a '?' in front of the path makes that optional.
 */
#include "base/num.h"
#include "transform/transform_int.h"
#include "transform/userdb_int.h"

static int file_symlink(struct transform_context *c, const struct file_op *op, struct sv path,
			bool optional, struct err *e)
{
	(void)optional;
	return tree_symlink(c->tree, path, op->value, e);
}

static int file_write(struct transform_context *c, const struct file_op *op, struct sv path,
		      bool optional, struct err *e)
{
	(void)optional;
	return tf_write_keep(c->tree, path, op->value, 0644, e);
}

static int parse_mode(struct sv text, uint32_t *ret, struct err *e)
{
	uint64_t v = 0;

	if (num_parse_u64(text, 8, 07777, &v, e) < 0)
		return err_set(e, E_USAGE, "bad mode '" SV_FMT "'", SV_ARG(text));
	*ret = (uint32_t)v;
	return 0;
}

static int file_mkdir(struct transform_context *c, const struct file_op *op, struct sv path,
		      bool optional, struct err *e)
{
	struct tree_entry entry = { .path = path, .type = TREE_DIR, .mode = 0755 };
	int r = op->value.n > 0 ? parse_mode(op->value, &entry.mode, e) : 0;

	(void)optional;
	if (r < 0)
		return r;
	return op->value.n > 0 ? tree_add(c->tree, &entry, NULL, e)
			       : tree_mkdir(c->tree, path, 0755, e);
}

static int file_remove(struct transform_context *c, const struct file_op *op, struct sv path,
		       bool optional, struct err *e)
{
	uint64_t n = 0;
	int r = tree_remove_glob(c->tree, path, &n, e);

	(void)op;
	if (r == 0 && n == 0 && !optional) {
		(void)err_set(e, E_USAGE, "nothing matches '" SV_FMT "'", SV_ARG(path));
		return err_hint(e, "a '?' before the pattern makes it optional");
	}
	return r;
}

/* The inode that a mode or owner is for, links followed; NULL with r == 0: optional and absent. */
static int find_inode(struct transform_context *c, struct sv path, bool optional,
		      struct inode **ret, struct err *e)
{
	struct tree_node *n = tree_follow(c->tree, path);

	if (!n && !optional) {
		(void)err_set(e, E_USAGE, "no '" SV_FMT "' in the image", SV_ARG(path));
		return err_hint(e, "a '?' before the path makes it optional");
	}
	*ret = n ? n->inode : NULL;
	return 0;
}

static int file_mode(struct transform_context *c, const struct file_op *op, struct sv path,
		     bool optional, struct err *e)
{
	struct inode *i = NULL;
	uint32_t mode = 0;
	int r = parse_mode(op->value, &mode, e);

	if (r == 0)
		r = find_inode(c, path, optional, &i, e);
	if (r == 0 && i)
		i->mode = mode;
	return r;
}

/* A name or a number. */
static int parse_owner(const struct userdb_file *f, struct sv word, uint32_t *ret, struct err *e)
{
	const struct userdb_line *l = userdb_find(f, word);
	uint64_t v = 0;

	if (l) {
		*ret = l->id;
		return 0;
	}
	if (num_parse_u64(word, 10, UINT32_MAX - 1, &v, e) < 0)
		return err_set(e, E_USAGE, "'" SV_FMT "' is neither in %s nor a number",
			       SV_ARG(word), f->path);
	*ret = (uint32_t)v;
	return 0;
}

static int file_owner(struct transform_context *c, const struct file_op *op, struct sv path,
		      bool optional, struct err *e)
{
	struct sv group = op->value, user = SV_NULL;
	struct inode *i = NULL;
	struct userdb db;
	uint32_t uid = 0, gid = 0;
	bool has_group;
	int r;

	(void)sv_split(&group, ':', &user);
	has_group = group.p && group.n > 0;
	userdb_load(&db, c->tree, &c->arena);
	r = parse_owner(&db.passwd, user, &uid, e);
	if (r == 0 && has_group)
		r = parse_owner(&db.group, group, &gid, e);
	userdb_done(&db);
	if (r == 0)
		r = find_inode(c, path, optional, &i, e);
	if (r < 0 || !i)
		return r;
	i->uid = uid;
	i->uname = SV_NULL;
	if (has_group) {
		i->gid = gid;
		i->gname = SV_NULL;
	}
	return 0;
}

int tf_files(struct transform_context *c, struct err *e)
{
	static int (*const run[])(struct transform_context *, const struct file_op *, struct sv,
				  bool, struct err *) = {
		[FILE_SYMLINK] = file_symlink, [FILE_WRITE] = file_write,
		[FILE_REMOVE] = file_remove,   [FILE_MODE] = file_mode,
		[FILE_OWNER] = file_owner,     [FILE_MKDIR] = file_mkdir,
	};

	for (size_t i = 0; i < c->files.n; i++) {
		const struct file_op *op = &c->files.v[i];
		struct sv path = op->path;
		bool optional = sv_skip(&path, SV("?"));

		if (run[op->kind](c, op, path, optional, e) < 0) {
			(void)err_wrap(e, SV_FMT, SV_ARG(op->origin));
			return e->code = E_USAGE;
		}
	}
	return 0;
}

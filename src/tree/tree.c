/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tree/tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "tree/tree_int.h"

struct blob *blob_new_take(char *data, uint64_t size)
{
	struct blob *b = xcalloc(1, sizeof(*b));

	b->refs = 1;
	b->size = size;
	b->data = data;
	return b;
}

struct blob *blob_new_copy(struct sv bytes)
{
	char *p = xmalloc(bytes.n + 1);

	if (bytes.n > 0)
		memcpy(p, bytes.p, bytes.n);
	p[bytes.n] = '\0';
	return blob_new_take(p, bytes.n);
}

struct blob *blob_ref(struct blob *b)
{
	b->refs++;
	return b;
}

void blob_unref(struct blob *b)
{
	if (!b || --b->refs > 0)
		return;
	free(b->data);
	free(b);
}

static struct inode *inode_new(struct tree *t, enum tree_type type, uint32_t mode, int64_t mtime)
{
	struct inode *i = arena_new(&t->arena, struct inode);

	i->type = type;
	i->mode = mode & 07777;
	i->mtime = mtime;
	return i;
}

static void node_set_inode(struct tree_node *n, struct inode *i)
{
	struct inode *old = n->inode;

	i->nlink++;
	n->inode = i;
	if (old && --old->nlink == 0) {
		blob_unref(old->blob);
		old->blob = NULL;
	}
}

struct tree *tree_new(void)
{
	struct tree *t = xcalloc(1, sizeof(*t));

	t->arena = ARENA_INIT;
	t->root = arena_new(&t->arena, struct tree_node);
	t->root->implicit = true;
	node_set_inode(t->root, inode_new(t, TREE_DIR, 0755, 0));
	t->n_nodes = 1;
	return t;
}

/* Lets go of everything at and below n; the parent's list is the caller's business. A node without
 * parent is how others see that it is gone. */
static void node_release(struct tree *t, struct tree_node *n)
{
	for (uint32_t i = 0; i < n->n_children; i++)
		node_release(t, n->children[i]);
	free(n->children);
	n->children = NULL;
	n->n_children = n->cap_children = 0;
	n->parent = NULL;
	if (--n->inode->nlink == 0) {
		blob_unref(n->inode->blob);
		n->inode->blob = NULL;
	}
	t->n_nodes--;
}

void tree_free(struct tree *t)
{
	if (!t)
		return;
	node_release(t, t->root);
	arena_done(&t->arena);
	free(t);
}

/* Packages list their files sorted, so the end is tried first. */
bool tree_child_find(const struct tree_node *dir, struct sv name, uint32_t *ret)
{
	uint32_t lo = 0, hi = dir->n_children;

	if (hi > 0) {
		int c = sv_cmp(dir->children[hi - 1]->name, name);

		if (c <= 0) {
			*ret = c == 0 ? hi - 1 : hi;
			return c == 0;
		}
	}
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		int c = sv_cmp(dir->children[mid]->name, name);

		if (c == 0) {
			*ret = mid;
			return true;
		}
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	*ret = lo;
	return false;
}

/* A node without inode at its sorted place. `name` lives in the arena of the tree. */
static struct tree_node *node_insert(struct tree *t, struct tree_node *dir, uint32_t at,
				     struct sv name)
{
	struct tree_node *n = arena_new(&t->arena, struct tree_node);

	n->name = arena_sv(&t->arena, name);
	n->parent = dir;
	if (dir->n_children == dir->cap_children) {
		dir->cap_children = dir->cap_children ? dir->cap_children * 2 : 4;
		dir->children =
			xrealloc(dir->children, dir->cap_children, sizeof(struct tree_node *));
	}
	if (at < dir->n_children)
		memmove(dir->children + at + 1, dir->children + at,
			(dir->n_children - at) * sizeof(struct tree_node *));
	dir->children[at] = n;
	dir->n_children++;
	t->n_nodes++;
	return n;
}

struct tree_node *tree_new_dir(struct tree *t, struct tree_node *dir, struct sv name, int64_t mtime)
{
	struct tree_node *n;
	uint32_t at = 0;

	if (tree_child_find(dir, name, &at))
		BUG("folder is there already");
	n = node_insert(t, dir, at, name);
	n->implicit = true;
	node_set_inode(n, inode_new(t, TREE_DIR, 0755, mtime));
	return n;
}

static int add_failed(struct err *e, int code, const struct tree_resolver *r, struct sv path)
{
	if (code == E_LIMIT)
		return err_set(e, code,
			       "'" SV_FMT
			       "': the path is too long or the tree has more than %d entries",
			       SV_ARG(path), TREE_NODES_MAX);
	if (r->links > TREE_LINKS_MAX)
		return err_set(e, code, "'" SV_FMT "': too many symlinks on the way", SV_ARG(path));
	return err_set(e, code, "'" SV_FMT "': '" SV_FMT "' is not a folder", SV_ARG(path),
		       SV_ARG(r->name));
}

/* The folder that will hold the last name of path, made when missing. */
static int open_parent(struct tree *t, struct sv path, int64_t mtime, struct tree_node **ret_dir,
		       struct sv *ret_name, struct err *e)
{
	struct tree_resolver r = { .t = t, .create = true, .mtime = mtime };
	struct tree_node *dir = NULL;
	struct sv parent, name;
	size_t length;
	int code;

	tree_split_last(path, &parent, &name);
	code = tree_resolve_dir(&r, t->root, parent, &dir);
	if (code < 0)
		return add_failed(e, code, &r, path);
	/* What the kernel could not open must not get in; this bounds the depth of the tree, too. */
	length = name.n;
	for (const struct tree_node *n = dir; n->parent; n = n->parent)
		length += n->name.n + 1;
	if (length > TREE_PATH_MAX || t->n_nodes >= TREE_NODES_MAX)
		return add_failed(e, E_LIMIT, &r, path);
	*ret_dir = dir;
	*ret_name = name;
	return 0;
}

static void set_owner(struct tree *t, struct inode *i, const struct tree_entry *entry)
{
	i->uid = entry->uid;
	i->gid = entry->gid;
	i->uname = entry->uname.n ? arena_sv(&t->arena, entry->uname) : SV_NULL;
	i->gname = entry->gname.n ? arena_sv(&t->arena, entry->gname) : SV_NULL;
}

static void merge_dir(struct tree *t, struct tree_node *n, const struct tree_entry *entry)
{
	if (!n->implicit && entry->origin != 0)
		return;
	n->implicit = false;
	n->origin = entry->origin;
	n->inode->mode = entry->mode & 07777;
	n->inode->mtime = entry->mtime;
	set_owner(t, n->inode, entry);
}

/* A folder where something is already: the folder to merge into. */
static int find_merge(struct tree *t, struct tree_node *n, const struct tree_entry *entry,
		      struct tree_node **ret, struct err *e)
{
	struct tree_resolver r = { .t = t, .create = true, .mtime = entry->mtime };
	int code;

	if (n->inode->type == TREE_DIR) {
		*ret = n;
		return 0;
	}
	if (n->inode->type != TREE_SYMLINK)
		return err_set(e, E_FORMAT,
			       "'" SV_FMT "' is a folder here, but not where it lies already",
			       SV_ARG(entry->path));
	code = tree_resolve_dir(&r, n->parent, n->name, ret);
	return code < 0 ? add_failed(e, code, &r, entry->path) : 0;
}

static int check_entry(const struct tree_entry *entry, struct err *e)
{
	if (entry->type == TREE_SYMLINK) {
		if (entry->target.n == 0 || entry->target.n > TREE_PATH_MAX ||
		    sv_chr(entry->target, '\0') >= 0)
			return err_set(e, E_FORMAT, "'" SV_FMT "': bad symlink target",
				       SV_ARG(entry->path));
	}
	return 0;
}

static struct inode *entry_inode(struct tree *t, const struct tree_entry *entry)
{
	struct inode *i = inode_new(t, entry->type, entry->mode, entry->mtime);

	set_owner(t, i, entry);
	if (entry->type == TREE_SYMLINK) {
		i->mode = 0777; /* the kernel knows no other */
		i->target = arena_sv(&t->arena, entry->target);
	}
	if (entry->type == TREE_FILE && entry->blob && entry->blob->size > 0)
		i->blob = blob_ref(entry->blob);
	if (entry->type == TREE_CHAR || entry->type == TREE_BLOCK) {
		i->dev_major = entry->dev_major;
		i->dev_minor = entry->dev_minor;
	}
	return i;
}

/* The slot for something that is not a folder: an existing node that may be replaced, or a new one. */
static int claim_slot(struct tree *t, struct tree_node *dir, struct sv name, struct sv path,
		      struct tree_node **ret, struct err *e)
{
	uint32_t at = 0;

	if (tree_child_find(dir, name, &at)) {
		struct tree_node *n = dir->children[at];

		if (n->n_children > 0)
			return err_set(e, E_FORMAT,
				       "'" SV_FMT "': a folder that is not empty is in the way",
				       SV_ARG(path));
		free(n->children);
		n->children = NULL;
		n->cap_children = 0;
		n->implicit = false;
		*ret = n;
		return 0;
	}
	*ret = node_insert(t, dir, at, name);
	return 0;
}

static int add_dir(struct tree *t, struct tree_node *dir, struct sv name,
		   const struct tree_entry *entry, struct tree_node **ret, struct err *e)
{
	struct tree_node *n = tree_child(dir, name);
	int r;

	if (n) {
		r = find_merge(t, n, entry, &n, e);
		if (r < 0)
			return r;
	} else {
		n = tree_new_dir(t, dir, name, entry->mtime);
	}
	merge_dir(t, n, entry);
	*ret = n;
	return 0;
}

int tree_add(struct tree *t, const struct tree_entry *entry, struct tree_node **ret, struct err *e)
{
	struct sv path = entry->path, rest = path, name;
	struct tree_node *dir = NULL, *n = NULL;
	int r;

	if (!tree_next_name(&rest, &name) && entry->type == TREE_DIR) {
		merge_dir(t, t->root, entry);
		n = t->root;
	} else {
		r = tree_path_check(path, &path, e);
		if (r < 0)
			return r;
		r = check_entry(entry, e);
		if (r < 0)
			return r;
		r = open_parent(t, path, entry->mtime, &dir, &name, e);
		if (r < 0)
			return r;
		if (entry->type == TREE_DIR)
			r = add_dir(t, dir, name, entry, &n, e);
		else
			r = claim_slot(t, dir, name, path, &n, e);
		if (r < 0)
			return r;
		if (entry->type != TREE_DIR) {
			node_set_inode(n, entry_inode(t, entry));
			n->origin = entry->origin;
		}
	}
	if (ret)
		*ret = n;
	return 0;
}

int tree_link(struct tree *t, struct sv path, struct sv target, uint32_t origin, struct err *e)
{
	struct tree_node *to = tree_lookup(t, target), *dir = NULL, *n = NULL;
	struct sv name;
	int r;

	r = tree_path_check(path, &path, e);
	if (r < 0)
		return r;
	if (!to || to->inode->type == TREE_DIR)
		return err_set(e, E_FORMAT, "'" SV_FMT "': its hard link target '" SV_FMT "' is %s",
			       SV_ARG(path), SV_ARG(target), to ? "a folder" : "not there");
	r = open_parent(t, path, to->inode->mtime, &dir, &name, e);
	if (r < 0)
		return r;
	r = claim_slot(t, dir, name, path, &n, e);
	if (r < 0)
		return r;
	node_set_inode(n, to->inode);
	n->origin = origin;
	return 0;
}

void tree_remove_node(struct tree *t, struct tree_node *n)
{
	struct tree_node *dir = n->parent;
	uint32_t at = 0;

	if (!dir || !tree_child_find(dir, n->name, &at))
		BUG("removing what is not in the tree");
	node_release(t, n);
	dir->n_children--;
	if (at < dir->n_children)
		memmove(dir->children + at, dir->children + at + 1,
			(dir->n_children - at) * sizeof(struct tree_node *));
}

bool tree_remove(struct tree *t, struct sv path)
{
	struct tree_node *n = tree_lookup(t, path);

	if (!n || n == t->root)
		return false;
	tree_remove_node(t, n);
	return true;
}

int tree_mkdir(struct tree *t, struct sv path, uint32_t mode, struct err *e)
{
	struct tree_node *n = tree_follow(t, path);

	if (n && n->inode->type == TREE_DIR && !n->implicit)
		return 0;
	return tree_add(t, &(struct tree_entry){ .path = path, .type = TREE_DIR, .mode = mode },
			NULL, e);
}

int tree_write(struct tree *t, struct sv path, struct sv content, uint32_t mode, struct err *e)
{
	struct blob *b = blob_new_copy(content);
	struct tree_entry entry = { .path = path, .type = TREE_FILE, .mode = mode, .blob = b };
	int r = tree_add(t, &entry, NULL, e);

	blob_unref(b);
	return r;
}

int tree_symlink(struct tree *t, struct sv path, struct sv target, struct err *e)
{
	struct tree_entry entry = {
		.path = path, .type = TREE_SYMLINK, .mode = 0777, .target = target
	};

	return tree_add(t, &entry, NULL, e);
}

bool tree_read(const struct tree *t, struct sv path, struct sv *ret)
{
	const struct tree_node *n = tree_follow(t, path);

	if (!n || n->inode->type != TREE_FILE)
		return false;
	*ret = n->inode->blob ? blob_sv(n->inode->blob) : SV("");
	return true;
}

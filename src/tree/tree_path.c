/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Paths. Everything is resolved by stepping from folder node to folder node, so nothing can leave the
 * tree: ".." goes to the parent node and stays at the root, an absolute link starts at the root node.
 */
#include "tree/tree.h"

#include "base/macros.h"
#include "tree/tree_int.h"

bool tree_next_name(struct sv *rest, struct sv *ret)
{
	struct sv name;

	while (rest->n > 0) {
		ptrdiff_t at = sv_chr(*rest, '/');

		name = at < 0 ? *rest : sv_head(*rest, (size_t)at);
		*rest = sv_from_pos(*rest, at < 0 ? rest->n : (size_t)at + 1);
		if (name.n > 0 && !sv_eq(name, SV("."))) {
			*ret = name;
			return true;
		}
	}
	return false;
}

void tree_split_last(struct sv path, struct sv *ret_dir, struct sv *ret_name)
{
	ptrdiff_t at;

	while (sv_ends(path, SV("/")))
		path.n--;
	at = sv_rchr(path, '/');
	*ret_dir = at < 0 ? SV("") : sv_head(path, (size_t)at);
	*ret_name = at < 0 ? path : sv_from_pos(path, (size_t)at + 1);
}

int tree_path_check(struct sv path, struct sv *ret, struct err *e)
{
	struct sv p = path, rest, name;
	bool some = false;

	while (sv_skip(&p, SV("/")) || sv_skip(&p, SV("./")))
		continue;
	while (sv_cut_end(&p, SV("/")) || sv_cut_end(&p, SV("/.")))
		continue;
	if (p.n > TREE_PATH_MAX)
		return err_set(e, E_FORMAT, "path '" SV_FMT "...' is longer than %d bytes",
			       SV_ARG(sv_head(p, 60)), TREE_PATH_MAX);
	if (sv_chr(p, '\0') >= 0)
		return err_set(e, E_FORMAT, "path '" SV_FMT "' holds a NUL byte", SV_ARG(path));
	rest = p;
	while (tree_next_name(&rest, &name)) {
		some = true;
		if (name.n > TREE_NAME_MAX)
			return err_set(e, E_FORMAT,
				       "path '" SV_FMT "': a name is longer than %d bytes",
				       SV_ARG(path), TREE_NAME_MAX);
		if (sv_eq(name, SV("..")))
			return err_set(e, E_FORMAT, "path '" SV_FMT "' holds '..'", SV_ARG(path));
	}
	if (!some)
		return err_set(e, E_FORMAT, "path '" SV_FMT "' is empty", SV_ARG(path));
	*ret = p;
	return 0;
}

int tree_path_clean(struct sv path, struct strbuf *out, struct err *e)
{
	struct sv rest, name;
	int r;

	r = tree_path_check(path, &rest, e);
	if (r < 0)
		return r;
	strbuf_clear(out);
	while (tree_next_name(&rest, &name)) {
		if (out->n > 0)
			strbuf_addc(out, '/');
		strbuf_add(out, name);
	}
	return 0;
}

struct tree_node *tree_child(const struct tree_node *dir, struct sv name)
{
	uint32_t at = 0;

	return tree_child_find(dir, name, &at) ? dir->children[at] : NULL;
}

static size_t node_depth(const struct tree_node *n)
{
	size_t depth = 0;

	for (; n->parent; n = n->parent)
		depth++;
	return depth;
}

/* A folder that is not there: made or reported. */
static int missing_dir(struct tree_resolver *r, struct tree_node *dir, struct sv name,
		       struct tree_node **ret)
{
	if (!r->create)
		return E_NOTFOUND;
	/* Names have at least one byte and a slash: deeper than this no path could name it. */
	if (name.n > TREE_NAME_MAX || node_depth(dir) >= TREE_PATH_MAX / 2 ||
	    r->t->n_nodes >= TREE_NODES_MAX)
		return E_LIMIT;
	*ret = tree_new_dir(r->t, dir, name, r->mtime);
	return 0;
}

int tree_resolve_dir(struct tree_resolver *r, struct tree_node *from, struct sv path,
		     struct tree_node **ret)
{
	struct tree_node *dir = from, *child;
	struct sv rest = path, name;
	int code;

	while (tree_next_name(&rest, &name)) {
		if (sv_eq(name, SV(".."))) {
			dir = dir->parent ? dir->parent : dir;
			continue;
		}
		child = tree_child(dir, name);
		if (!child) {
			code = missing_dir(r, dir, name, &child);
		} else if (child->inode->type == TREE_DIR) {
			code = 0;
		} else if (child->inode->type == TREE_SYMLINK && ++r->links <= TREE_LINKS_MAX) {
			struct sv target = child->inode->target;

			code = tree_resolve_dir(r, sv_starts(target, SV("/")) ? r->t->root : dir,
						target, &child);
		} else {
			r->name = name;
			code = E_FORMAT;
		}
		if (code < 0)
			return code;
		dir = child;
	}
	*ret = dir;
	return 0;
}

/* The entry at path from `from`, its last name not followed. */
static struct tree_node *lookup_from(struct tree_resolver *r, struct tree_node *from,
				     struct sv path)
{
	struct tree_node *dir = NULL;
	struct sv parent, name;

	tree_split_last(path, &parent, &name);
	if (name.n == 0 || sv_eq(name, SV(".")) || sv_eq(name, SV(".."))) {
		parent = path;
		name = SV("");
	}
	if (tree_resolve_dir(r, from, parent, &dir) < 0)
		return NULL;
	return name.n ? tree_child(dir, name) : dir;
}

/* The resolver takes a tree it may change; without `create` it does not. */
static struct tree_resolver reader(const struct tree *t)
{
	return (struct tree_resolver){ .t = (struct tree *)(uintptr_t)t };
}

struct tree_node *tree_lookup(const struct tree *t, struct sv path)
{
	struct tree_resolver r = reader(t);

	return lookup_from(&r, t->root, path);
}

struct tree_node *tree_follow(const struct tree *t, struct sv path)
{
	struct tree_resolver r = reader(t);
	struct tree_node *n = lookup_from(&r, t->root, path);

	while (n && n->inode->type == TREE_SYMLINK) {
		struct sv target = n->inode->target;

		if (++r.links > TREE_LINKS_MAX)
			return NULL;
		n = lookup_from(&r, sv_starts(target, SV("/")) ? t->root : n->parent, target);
	}
	return n;
}

void tree_node_path(const struct tree_node *n, struct strbuf *out)
{
	size_t total = 0, at;

	strbuf_clear(out);
	for (const struct tree_node *i = n; i->parent; i = i->parent)
		total += i->name.n + 1;
	if (total == 0)
		return;
	strbuf_reserve(out, total + 1);
	/* Filled from the end: the way up is the only one a node knows. */
	out->n = total - 1;
	out->p[out->n] = '\0';
	at = total - 1;
	for (const struct tree_node *i = n; i->parent; i = i->parent) {
		at -= i->name.n;
		memcpy(out->p + at, i->name.p, i->name.n);
		if (at > 0)
			out->p[--at] = '/';
	}
}

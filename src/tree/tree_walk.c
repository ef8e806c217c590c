/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tree/tree.h"

#include "base/glob.h"
#include "base/macros.h"
#include "base/vec.h"
#include "tree/tree_int.h"

struct walk {
	struct tree *t;
	tree_walk_fn fn;
	void *arg;
	struct strbuf path;
};

static int walk_dir(struct walk *w, struct tree_node *dir, struct err *e)
{
	size_t mark = w->path.n;

	for (uint32_t i = 0; i < dir->n_children;) {
		struct tree_node *n = dir->children[i];
		int r;

		if (mark > 0)
			strbuf_addc(&w->path, '/');
		strbuf_add(&w->path, n->name);
		r = w->fn(w->arg, w->t, n, strbuf_sv(&w->path), e);
		/* The callback may have removed it: then the next one has moved up. */
		if (r == 0 && i < dir->n_children && dir->children[i] == n) {
			r = walk_dir(w, n, e);
			i++;
		}
		if (r != 0)
			return r;
		w->path.n = mark;
	}
	return 0;
}

int tree_walk(struct tree *t, tree_walk_fn fn, void *arg, struct err *e)
{
	struct walk w = { .t = t, .fn = fn, .arg = arg, .path = STRBUF_INIT };
	int r = walk_dir(&w, t->root, e);

	strbuf_done(&w.path);
	return r;
}

static const struct sv any_depth = { "**", 2 };

/* Takes the next component off a pattern; several "**" in a row are one. */
static bool next_component(struct sv *pattern, struct sv *ret)
{
	struct sv rest, next;

	if (!tree_next_name(pattern, ret))
		return false;
	while (sv_eq(*ret, any_depth)) {
		rest = *pattern;
		if (!tree_next_name(&rest, &next) || !sv_eq(next, any_depth))
			break;
		*pattern = rest;
	}
	return true;
}

/* A final "**" means all folders and files below, like "**" + "/" + "*". */
static bool at_end(struct sv pattern)
{
	struct sv name;

	return !tree_next_name(&pattern, &name);
}

static int pattern_check(struct sv pattern, struct err *e)
{
	struct sv rest = pattern, name;
	bool some = false;

	while (tree_next_name(&rest, &name)) {
		some = true;
		if (sv_eq(name, SV("..")))
			return err_set(e, E_USAGE, "pattern '" SV_FMT "' holds '..'",
				       SV_ARG(pattern));
	}
	if (!some)
		return err_set(e, E_USAGE, "pattern '" SV_FMT "' names the root itself",
			       SV_ARG(pattern));
	if (pattern.n > TREE_PATH_MAX)
		return err_set(e, E_USAGE, "pattern '" SV_FMT "...' is too long",
			       SV_ARG(sv_head(pattern, 60)));
	return 0;
}

struct matches {
	struct tree *t;
	VEC(struct tree_node *) list;
};

/* The folder behind an entry, through links, or NULL. */
static struct tree_node *as_dir(struct tree *t, struct tree_node *n)
{
	struct tree_resolver r = { .t = t };
	struct tree_node *dir = NULL;

	if (n->inode->type == TREE_DIR)
		return n;
	if (n->inode->type != TREE_SYMLINK || tree_resolve_dir(&r, n->parent, n->name, &dir) < 0)
		return NULL;
	return dir;
}

static void collect(struct matches *m, struct tree_node *dir, struct sv pattern);

static void collect_child(struct matches *m, struct tree_node *n, struct sv rest)
{
	struct tree_node *dir;

	if (at_end(rest)) {
		vec_push(&m->list, n);
		return;
	}
	dir = as_dir(m->t, n);
	if (dir)
		collect(m, dir, rest);
}

static void collect(struct matches *m, struct tree_node *dir, struct sv pattern)
{
	struct sv rest = pattern, name;

	if (!next_component(&rest, &name))
		return;
	if (!glob_is_pattern(name)) {
		struct tree_node *n = tree_child(dir, name);

		if (n)
			collect_child(m, n, rest);
		return;
	}
	if (sv_eq(name, any_depth)) {
		if (!at_end(rest))
			collect(m, dir, rest);
		for (uint32_t i = 0; i < dir->n_children; i++) {
			if (at_end(rest))
				vec_push(&m->list, dir->children[i]);
			else if (dir->children[i]->inode->type == TREE_DIR)
				collect(m, dir->children[i], pattern);
		}
		return;
	}
	for (uint32_t i = 0; i < dir->n_children; i++)
		if (glob_match(name, dir->children[i]->name, GLOB_PATHNAME))
			collect_child(m, dir->children[i], rest);
}

int tree_remove_glob(struct tree *t, struct sv pattern, uint64_t *ret_n, struct err *e)
{
	struct matches m = { .t = t };
	uint64_t before = t->n_nodes;
	int r;

	r = pattern_check(pattern, e);
	if (r < 0)
		return r;
	collect(&m, t->root, pattern);
	for (size_t i = 0; i < m.list.n; i++)
		if (m.list.v[i]->parent) /* else gone already with a folder above, or matched twice */
			tree_remove_node(t, m.list.v[i]);
	vec_done(&m.list);
	*ret_n = before - t->n_nodes;
	return 0;
}

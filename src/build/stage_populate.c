/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Stage populate: packages are unpacked in parallel, largest first, and then put into the tree one
 * after another in the order of the plan, so that the outcome does not depend on threads.
 */
#include <stdlib.h>
#include <sys/stat.h>

#include "base/pool.h"
#include "build/build_int.h"
#include "build/unpack.h"
#include "transform/transform.h"

struct populate {
	struct build *b;
	size_t *order;             /* job number -> plan item, largest package first */
	struct unpacked *unpacked; /* by plan item */
	struct codec_ctx **codecs; /* by worker, made on first use */
	size_t layout; /* plan item that was unpacked before the others; SIZE_MAX: none */
};

struct sized {
	uint64_t size;
	size_t item;
};

static int larger_first(const void *pa, const void *pb)
{
	const struct sized *a = pa, *b = pb;

	if (a->size != b->size)
		return a->size > b->size ? -1 : 1;
	return a->item < b->item ? -1 : a->item > b->item;
}

static size_t make_order(const struct populate *p, size_t *order)
{
	const struct build *b = p->b;
	struct sized *list = xcalloc(b->plan.items.n + 1, sizeof(*list));
	size_t n = 0;

	for (size_t i = 0; i < b->plan.items.n; i++)
		if (!b->plan.items.v[i].removed && i != p->layout)
			list[n++] = (struct sized){ b->plan.items.v[i].size, i };
	qsort(list, n, sizeof(*list), larger_first);
	for (size_t i = 0; i < n; i++)
		order[i] = list[i].item;
	free(list);
	return n;
}

static int unpack_job(void *arg, size_t job, unsigned worker, struct err *e)
{
	struct populate *p = arg;
	size_t item = p->order[job];

	if (!p->codecs[worker])
		p->codecs[worker] = codec_ctx_new();
	return unpack_item(p->b, item, p->codecs[worker], &p->unpacked[item], e);
}

/* Does `p` declare with Replaces that it may take over files of `other`? */
static bool replaces(const struct universe *u, pkg_id p, pkg_id other)
{
	struct dep_list list = universe_pkg(u, p)->deps[DEPK_REPLACES];

	for (uint32_t i = 0; i < list.n; i++)
		if (pkg_satisfies(u, other, u->dep_refs.v[list.first + i]))
			return true;
	return false;
}

static bool same_content(const struct inode *have, const struct unpacked_entry *x)
{
	if (have->type != x->tree.type || x->hardlink)
		return false;
	if (have->type == TREE_SYMLINK)
		return sv_eq(have->target, x->tree.target);
	return have->type == TREE_FILE && have->blob && x->tree.blob &&
	       sv_eq(blob_sv(have->blob), blob_sv(x->tree.blob));
}

enum verdict { TAKE, SKIP };

/* Two packages bring the same path: Debian policy 7.6 (Replaces), dpkg's rules for folders and links. */
static int resolve_conflict(struct build *b, const struct tree_node *have,
			    const struct unpacked_entry *x, enum verdict *ret, struct err *e)
{
	const struct plan_item *newer = &b->plan.items.v[x->tree.origin - 1], *older;

	*ret = TAKE;
	if (have->inode->type == TREE_DIR) {
		/* A folder is never replaced by a link; a folder over a folder merges in the tree. */
		*ret = x->tree.type == TREE_SYMLINK ? SKIP : TAKE;
		return 0;
	}
	if (have->origin == 0 || have->origin == x->tree.origin || x->tree.type == TREE_DIR)
		return 0;
	older = &b->plan.items.v[have->origin - 1];
	if (replaces(&b->universe, newer->pkg, older->pkg))
		return 0;
	*ret = SKIP;
	if (replaces(&b->universe, older->pkg, newer->pkg) || same_content(have->inode, x))
		return 0;
	err_set(e, E_FAIL, "packages '" SV_FMT "' and '" SV_FMT "' both hold '/" SV_FMT "'",
		SV_ARG(older->name), SV_ARG(newer->name), SV_ARG(x->tree.path));
	return err_hint(e,
			"neither replaces the other; RemoveFiles= or RemovePackages= can decide");
}

static int merge_entry(struct build *b, const struct unpacked_entry *x, struct err *e)
{
	const struct tree_node *have = tree_lookup(b->tree, x->tree.path);
	enum verdict v = TAKE;
	int r = have ? resolve_conflict(b, have, x, &v, e) : 0;

	if (r < 0 || v == SKIP)
		return r;
	if (x->hardlink)
		return tree_link(b->tree, x->tree.path, x->tree.target, x->tree.origin, e);
	return tree_add(b->tree, &x->tree, NULL, e);
}

static int merge_item(struct build *b, size_t item, const struct unpacked *u, struct err *e)
{
	const struct plan_item *it = &b->plan.items.v[item];

	for (size_t i = 0; i < u->entries.n; i++)
		if (merge_entry(b, &u->entries.v[i], e) < 0)
			return err_wrap(e, "package '" SV_FMT "'", SV_ARG(it->name));
	if (u->script.n > 0) {
		struct build_script s = { .package = it->name,
					  .text = arena_sv(&b->arena, u->script) };

		vec_push(&b->scripts, s);
	}
	if (u->xattrs_dropped)
		notes_add(b->h->notes, NOTE_INFO,
			  "package '" SV_FMT "': extended attributes are dropped, cpio has none",
			  SV_ARG(it->name));
	b->summary.packages += !it->kernel;
	return 0;
}

static bool is_link_to_bin(const struct tree_entry *t)
{
	static const char *const targets[] = { "bin", "/usr/bin", "../usr/bin" };
	bool hit = false;

	for (size_t i = 0; i < ARRAY_SIZE(targets); i++)
		hit |= sv_eq(t->target, sv_from(targets[i]));
	return hit && t->type == TREE_SYMLINK && sv_eq(t->path, SV("usr/sbin"));
}

/*
 * The folders of an RPM distribution belong to its package filesystem. One of them decides where others
 * put their files: Fedora 42 has usr/sbin as a link, while its packages may still say usr/sbin/x. So it is
 * read before all others, and the link is there before they come. (Those in the root are the same
 * everywhere, see transform_prepare.)
 */
static int unpack_layout(struct populate *p, struct err *e)
{
	struct build *b = p->b;
	int r = 0;

	for (size_t i = 0; r == 0 && i < b->plan.items.n && b->universe.family == FAMILY_RPM; i++) {
		const struct plan_item *it = &b->plan.items.v[i];
		struct unpacked *u = &p->unpacked[i];

		if (it->removed || it->kernel || !sv_eq(it->name, SV("filesystem")))
			continue;
		p->codecs[0] = p->codecs[0] ? p->codecs[0] : codec_ctx_new();
		p->layout = i;
		r = unpack_item(b, i, p->codecs[0], u, e);
		for (size_t k = 0; r == 0 && k < u->entries.n; k++) {
			if (!is_link_to_bin(&u->entries.v[k].tree))
				continue;
			filter_merge_sbin(&b->filter);
			(void)tree_remove(b->tree, SV("usr/sbin"));
			r = tree_symlink(b->tree, SV("usr/sbin"), SV("bin"), e);
		}
		break;
	}
	return r;
}

static int unpack_and_merge(struct build *b, struct populate *p, struct err *e)
{
	size_t jobs;
	int r = unpack_layout(p, e);

	if (r < 0)
		return r;
	jobs = make_order(p, p->order);
	r = pool_run(b->o->jobs, jobs, unpack_job, p, e);

	for (size_t i = 0; r == 0 && i < b->plan.items.n; i++) {
		if (!b->plan.items.v[i].removed)
			r = merge_item(b, i, &p->unpacked[i], e);
		unpacked_done(&p->unpacked[i]);
		p->unpacked[i] = (struct unpacked){ 0 };
	}
	return r;
}

static int populate_packages(struct build *b, struct err *e)
{
	size_t n = b->plan.items.n;
	struct populate p = {
		.b = b,
		.layout = SIZE_MAX,
		.order = xcalloc(n + 1, sizeof(*p.order)),
		.unpacked = xcalloc(n + 1, sizeof(*p.unpacked)),
		.codecs = xcalloc(b->o->jobs, sizeof(*p.codecs)),
	};
	int r = unpack_and_merge(b, &p, e);

	for (size_t i = 0; i < n; i++)
		unpacked_done(&p.unpacked[i]);
	for (unsigned i = 0; i < b->o->jobs; i++)
		codec_ctx_free(p.codecs[i]);
	free(p.order);
	free(p.unpacked);
	free(p.codecs);
	return r;
}

struct extra {
	struct build *b;
	const struct recipe_tree *tree;
	struct strbuf path;
};

static int extra_type(uint32_t mode, enum tree_type *ret)
{
	if (S_ISDIR(mode))
		*ret = TREE_DIR;
	else if (S_ISREG(mode))
		*ret = TREE_FILE;
	else if (S_ISLNK(mode))
		*ret = TREE_SYMLINK;
	else
		return -1;
	return 0;
}

static int add_extra(void *arg, const struct recipe_extra *x, struct err *e)
{
	struct extra *c = arg;
	struct tree_entry entry = { .mode = x->mode & 07777, .mtime = x->mtime };
	struct blob *blob = NULL;
	int r;

	strbuf_clear(&c->path);
	strbuf_addf(&c->path, SV_FMT "%s" SV_FMT, SV_ARG(c->tree->target), x->path.n > 0 ? "/" : "",
		    SV_ARG(x->path));
	entry.path = strbuf_sv(&c->path);
	if (extra_type(x->mode, &entry.type) < 0)
		return err_set(e, E_USAGE, "'" SV_FMT "' is neither a file, a folder nor a link",
			       SV_ARG(x->path));
	if (entry.type == TREE_SYMLINK)
		entry.target = x->content;
	else if (entry.type == TREE_FILE)
		entry.blob = blob = blob_new_copy(x->content);
	r = tree_add(c->b->tree, &entry, NULL, e);
	blob_unref(blob);
	return r;
}

/* ExtraTrees= and mkosi.extra, over the packages, in the order of the recipes. */
static int populate_extras(struct build *b, struct err *e)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < b->recipe.trees.n; i++) {
		struct extra c = { .b = b, .tree = &b->recipe.trees.v[i] };

		if (recipe_tree_walk(c.tree, add_extra, &c, e) < 0)
			r = err_wrap(e, SV_FMT ": extra tree '" SV_FMT "'", SV_ARG(c.tree->origin),
				     SV_ARG(c.tree->source));
		strbuf_done(&c.path);
	}
	return r;
}

int stage_populate(struct build *b, struct err *e)
{
	struct transform_context c = { .arch = b->arch,
				       .source_date = b->source_date,
				       .notes = b->h->notes };
	int r;

	b->tree = c.tree = tree_new();
	r = transform_prepare(&c, e);
	transform_context_done(&c);
	if (r == 0)
		r = populate_packages(b, e);
	if (r == 0)
		r = populate_extras(b, e);
	return r;
}

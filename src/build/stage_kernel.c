/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Stage kernel: which modules and firmware stay, and depmod's indexes over them. Facts about a kernel
 * package's modules that an earlier run kept let the choice be made before anything is unpacked.
 */
#include "build/build_int.h"

static int select_modules(struct build *b, struct build_kernel *k, struct err *e)
{
	int r = kmodsel_select(k->index, &b->modules, b->h->notes, &k->selection, e);

	if (r < 0)
		return err_wrap(e, "kernel " SV_FMT, SV_ARG(k->version));
	k->selected = true;
	return 0;
}

/* Modules of an extra tree may join a packaged kernel; then facts about the package alone are not enough. */
static int find_modules(void *arg, const struct recipe_extra *x, struct err *e)
{
	(void)e;
	if (sv_starts(x->path, SV("usr/lib/modules/")) || sv_starts(x->path, SV("lib/modules/")))
		*(bool *)arg = true;
	return 0;
}

static int extras_hold_modules(const struct build *b, bool *ret, struct err *e)
{
	int r = 0;

	*ret = false;
	for (size_t i = 0; r == 0 && i < b->recipe.trees.n; i++) {
		const struct recipe_tree *t = &b->recipe.trees.v[i];

		*ret |= sv_find(t->target, SV("lib/modules")) >= 0;
		if (t->target.n == 0)
			r = recipe_tree_walk(t, find_modules, ret, e);
	}
	return r;
}

static bool is_of_modules(const struct universe *u, const struct dep_list *l)
{
	static const char *const words[] = { "ksym(", "kernel(", "kmod(" };

	for (uint32_t i = 0; i < l->n; i++) {
		const struct dep *d = universe_dep_at(u, u->dep_refs.v[l->first + i]);

		for (size_t w = 0; d->op == DEP_ATOM && w < ARRAY_SIZE(words); w++)
			if (sv_starts(universe_sv(u, d->name), sv_from(words[w])))
				return true;
	}
	return false;
}

/* Packages of modules for a kernel that is not theirs (KMPs, kmods) say so: they need its symbols, or
 * provide modules by name. */
static bool packages_hold_modules(const struct build *b)
{
	const struct universe *u = &b->universe;

	for (size_t i = 0; i < b->plan.items.n; i++) {
		const struct plan_item *it = &b->plan.items.v[i];
		const struct package *p = universe_pkg(u, it->pkg);

		if (!it->kernel && !it->removed && u->family == FAMILY_RPM &&
		    (is_of_modules(u, &p->deps[DEPK_REQUIRES]) ||
		     is_of_modules(u, &p->deps[DEPK_PROVIDES])))
			return true;
	}
	return false;
}

int kernel_preselect(struct build *b, struct err *e)
{
	bool extra = false;

	if (extras_hold_modules(b, &extra, e) < 0)
		return e->code;
	if (extra || packages_hold_modules(b))
		return 0;
	for (size_t i = 0; i < b->plan.items.n; i++) {
		const struct plan_item *it = &b->plan.items.v[i];
		struct build_kernel k = { .item = i };
		int r;

		if (!it->kernel || it->removed || kernel_cache_load(b, &it->digest, &k) < 0)
			continue;
		r = select_modules(b, &k, e);
		for (size_t m = 0; r == 0 && m < k.selection.modules.n; m++)
			map_put(&k.keep,
				kmodsel_index_module(k.index, k.selection.modules.v[m])->path, 1);
		vec_push(&b->kernels, k);
		if (r < 0)
			return r;
	}
	return 0;
}

static struct build_kernel *find_kernel(struct build *b, struct sv version)
{
	for (size_t i = 0; i < b->kernels.n; i++)
		if (sv_eq(b->kernels.v[i].version, version))
			return &b->kernels.v[i];
	return NULL;
}

/* The one plan item that all modules of a version came from; SIZE_MAX when there are several or none. */
struct item_of_version {
	size_t item;
	bool mixed;
};

static void note_origins(const struct tree_node *n, struct item_of_version *x)
{
	size_t item = n->origin == 0 ? SIZE_MAX : n->origin - 1;

	for (uint32_t i = 0; i < n->n_children; i++)
		note_origins(n->children[i], x);
	if (n->inode->type != TREE_FILE)
		return;
	if (x->item == SIZE_MAX)
		x->item = item;
	x->mixed |= x->item != item;
}

static size_t item_of(struct build *b, struct sv version)
{
	struct item_of_version x = { .item = SIZE_MAX };
	const struct tree_node *node =
		tree_follow(b->tree,
			    arena_printf(&b->arena, "usr/lib/modules/" SV_FMT, SV_ARG(version)));

	if (node)
		note_origins(node, &x);
	return x.mixed ? SIZE_MAX : x.item;
}

/* Reads all modules of a version out of the tree, and keeps the facts when one package brought them. */
static int index_kernel(struct build *b, struct sv version, struct err *e)
{
	struct build_kernel k = { .version = arena_sv(&b->arena, version),
				  .item = item_of(b, version) };
	int r = kmodsel_index_build(b->tree, version, b->o->jobs, &k.index, e);

	if (r == 0)
		r = select_modules(b, &k, e);
	if (r == 0 && k.item != SIZE_MAX)
		kernel_cache_save(b, &b->plan.items.v[k.item].digest, &k);
	vec_push(&b->kernels, k);
	return r;
}

static int finish_kernel(struct build *b, struct build_kernel *k, struct err *e)
{
	int r = kmodsel_prune(b->tree, k->version, k->index, &k->selection, e);

	if (r == 0)
		r = kmodsel_depmod(b->tree, k->version, k->index, &k->selection, e);
	b->summary.modules += k->selection.modules.n;
	return r;
}

/* Firmware is shared by all kernels: what any of them names stays. */
static int finish_firmware(struct build *b, struct err *e)
{
	struct kmodsel_selection all = { 0 };
	int r;

	for (size_t i = 0; i < b->kernels.n; i++)
		for (size_t f = 0; f < b->kernels.v[i].selection.firmware.n; f++)
			vec_push(&all.firmware, b->kernels.v[i].selection.firmware.v[f]);
	r = kmodsel_firmware(b->tree, &all, &b->modules, b->h->notes, e);
	vec_done(&all.firmware);
	return r;
}

int stage_kernel(struct build *b, struct err *e)
{
	struct kmodsel_versions versions = { 0 };
	int r = kmodsel_kernel_versions(b->tree, &versions, e);

	for (size_t i = 0; r == 0 && i < versions.n; i++) {
		struct build_kernel *k = find_kernel(b, versions.v[i]);

		if (!k)
			r = index_kernel(b, versions.v[i], e);
	}
	for (size_t i = 0; r == 0 && i < b->kernels.n; i++)
		r = finish_kernel(b, &b->kernels.v[i], e);
	if (r == 0 && b->kernels.n > 0)
		r = finish_firmware(b, e);
	vec_done(&versions);
	return r;
}

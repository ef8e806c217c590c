/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tree's side: which kernels it has, and the removal of modules that nobody selected. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/macros.h"
#include "kmod/kmodsel_int.h"

struct pruning {
	struct tree *t;
	struct map keep;    /* paths of selected modules */
	struct strbuf path; /* below the kernel's folder */
};

static void prune_dir(struct pruning *p, struct tree_node *dir)
{
	size_t mark = p->path.n;

	/* From behind: a removal moves only what was seen already. */
	for (uint32_t i = dir->n_children; i-- > 0;) {
		struct tree_node *n = dir->children[i];
		struct sv stem;

		p->path.n = mark;
		strbuf_add(&p->path, n->name);
		if (n->inode->type == TREE_DIR) {
			uint32_t before = n->n_children;

			strbuf_addc(&p->path, '/');
			prune_dir(p, n);
			if (before > 0 && n->n_children == 0)
				tree_remove_node(p->t, n);
		} else if (kmodsel_strip_ko(strbuf_sv(&p->path), &stem) &&
			   !map_get(&p->keep, strbuf_sv(&p->path), NULL)) {
			tree_remove_node(p->t, n);
		}
	}
	p->path.n = mark;
}

/* modules.order stays true, for a depmod that runs later. */
static int prune_order(struct pruning *p, struct sv kver, struct err *e)
{
	_cleanup_strbuf_ struct strbuf kept = STRBUF_INIT, path = STRBUF_INIT;
	struct sv rest = kmodsel_kver_file(p->t, kver, "modules.order"), line, stem;
	struct map stems = MAP_INIT;

	if (rest.n == 0)
		return 0;
	for (size_t i = 0; i < p->keep.cap; i++)
		if (p->keep.slots[i].key.p && kmodsel_strip_ko(p->keep.slots[i].key, &stem))
			(void)map_put(&stems, stem, 0);
	while (sv_line(&rest, &line))
		if (kmodsel_strip_ko(line, &stem) && map_get(&stems, stem, NULL)) {
			strbuf_add(&kept, line);
			strbuf_addc(&kept, '\n');
		}
	map_done(&stems);
	strbuf_adds(&path, "usr/lib/modules/");
	strbuf_add(&path, kver);
	strbuf_adds(&path, "/modules.order");
	return tree_write(p->t, strbuf_sv(&path), strbuf_sv(&kept), 0644, e);
}

int kmodsel_prune(struct tree *t, struct sv kver, const struct kmodsel_index *x,
		  const struct kmodsel_selection *s, struct err *e)
{
	struct pruning p = { .t = t, .keep = MAP_INIT, .path = STRBUF_INIT };
	struct tree_node *dir = kmodsel_kver_dir(t, kver);
	int r;

	if (!dir)
		return err_set(e, E_NOTFOUND, "no folder usr/lib/modules/" SV_FMT, SV_ARG(kver));
	for (size_t i = 0; i < s->modules.n; i++)
		(void)map_put(&p.keep, kmodsel_index_module(x, s->modules.v[i])->path, 0);
	prune_dir(&p, dir);
	r = prune_order(&p, kver, e);
	map_done(&p.keep);
	strbuf_done(&p.path);
	return r;
}

int kmodsel_kernel_versions(const struct tree *t, struct kmodsel_versions *ret, struct err *e)
{
	const struct tree_node *dir = tree_follow(t, SV("usr/lib/modules"));
	struct kmodsel_versions v = { 0 };

	(void)e;
	for (uint32_t i = 0; dir && dir->inode->type == TREE_DIR && i < dir->n_children; i++)
		if (kmodsel_kver_dir(t, dir->children[i]->name))
			vec_push(&v, dir->children[i]->name);
	*ret = v;
	return 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Alternatives. DEB packages register them in postinst only, so the literal commands are read from its
 * text; the few that are computed there are in a table. The highest priority wins, of equal ones the
 * first path in byte order, as dpkg's update-alternatives sorts them.
 */
#include "base/macros.h"
#include "transform/alternatives_int.h"
#include "transform/transform_int.h"

/* What these packages' scripts would have run after their loops and functions. */
static const struct {
	const char *package, *commands;
} computed[] = {
	{ "procps", "update-alternatives --install /usr/bin/w w /usr/bin/w.procps 50" },
	{ "xz-utils", "update-alternatives --install /usr/bin/lzma lzma /usr/bin/xz 20"
		      " --slave /usr/bin/unlzma unlzma /usr/bin/unxz"
		      " --slave /usr/bin/lzcat lzcat /usr/bin/xzcat"
		      " --slave /usr/bin/lzmore lzmore /usr/bin/xzmore"
		      " --slave /usr/bin/lzless lzless /usr/bin/xzless"
		      " --slave /usr/bin/lzdiff lzdiff /usr/bin/xzdiff"
		      " --slave /usr/bin/lzcmp lzcmp /usr/bin/xzcmp"
		      " --slave /usr/bin/lzgrep lzgrep /usr/bin/xzgrep"
		      " --slave /usr/bin/lzegrep lzegrep /usr/bin/xzegrep"
		      " --slave /usr/bin/lzfgrep lzfgrep /usr/bin/xzfgrep" },
};

static int read_package(struct transform_context *c, struct sv package, struct alternatives *all,
			struct err *e)
{
	const char *commands = NULL;
	struct sv text = SV_NULL;
	int r = c->script ? c->script(c->script_arg, package, SV("postinst"), &text, e)
			  : E_NOTFOUND;

	if (r == E_NOTFOUND)
		return 0;
	if (r < 0)
		return r;
	for (size_t i = 0; i < ARRAY_SIZE(computed); i++)
		if (sv_eq(package, sv_from(computed[i].package)))
			commands = computed[i].commands;
	all->skipped = 0;
	alternatives_parse(&c->arena, text, all);
	if (all->skipped > 0 && commands)
		alternatives_parse(&c->arena, sv_from(commands), all);
	else if (all->skipped > 0)
		tf_note(c, NOTE_INFO,
			"package '" SV_FMT
			"': %zu alternatives have no literal command in its script and are left out",
			SV_ARG(package), all->skipped);
	return 0;
}

static bool is_better(const struct alternative *a, const struct alternative *b)
{
	if (a->priority != b->priority)
		return a->priority > b->priority;
	return sv_cmp(a->main.path, b->main.path) < 0;
}

/* etc/alternatives/NAME -> PATH and LINK -> /etc/alternatives/NAME */
static void make_links(struct transform_context *c, const struct alternative_link *x)
{
	struct err why = ERR_INIT;
	const struct tree_node *there = tree_lookup(c->tree, x->link);
	struct sv middle = arena_printf(&c->arena, "/etc/alternatives/" SV_FMT, SV_ARG(x->name));

	if (there && there->inode->type != TREE_SYMLINK) {
		tf_note(c, NOTE_WARNING,
			"alternative '" SV_FMT "': '" SV_FMT "' is there already and stays",
			SV_ARG(x->name), SV_ARG(x->link));
		return;
	}
	/* A script's odd wish is no reason to fail: the real tool would have failed there, too. */
	if (tree_symlink(c->tree, middle, x->path, &why) < 0 ||
	    tree_symlink(c->tree, x->link, middle, &why) < 0)
		tf_note(c, NOTE_WARNING, "alternative '" SV_FMT "': %s", SV_ARG(x->name), why.text);
}

static void install(struct transform_context *c, const struct alternative *best)
{
	make_links(c, &best->main);
	for (size_t i = 0; i < best->n_slaves; i++)
		if (tree_follow(c->tree, best->slaves[i].path))
			make_links(c, &best->slaves[i]);
}

static void install_all(struct transform_context *c, const struct alternatives *all)
{
	for (size_t i = 0; i < all->list.n; i++) {
		const struct alternative *x = &all->list.v[i];
		bool best = tree_follow(c->tree, x->main.path) != NULL;

		for (size_t k = 0; k < all->list.n && best; k++) {
			const struct alternative *y = &all->list.v[k];

			if (k != i && sv_eq(x->main.name, y->main.name) &&
			    tree_follow(c->tree, y->main.path))
				best = is_better(x, y) || (!is_better(y, x) && i < k);
		}
		if (best)
			install(c, x);
	}
}

int tf_alternatives(struct transform_context *c, struct err *e)
{
	struct alternatives all = { .skipped = 0 };
	int r = 0;

	for (size_t i = 0; i < c->packages.n && r == 0; i++)
		r = read_package(c, c->packages.v[i].name, &all, e);
	if (r == 0)
		install_all(c, &all);
	vec_done(&all.list);
	return r;
}

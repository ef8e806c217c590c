/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * There is no ld.so.cache in the image: the loader searches its built-in folders without one. A note
 * when etc/ld.so.conf names another folder that does hold libraries: those would not be found.
 */
#include "base/glob.h"
#include "base/macros.h"
#include "base/strbuf.h"
#include "transform/transform_int.h"

enum { INCLUDE_DEPTH = 8, FILES_MAX = 1000 };

struct reader {
	struct transform_context *c;
	unsigned files;
};

static void read_conf(struct reader *x, struct sv path, unsigned depth);

/* Without the leading slash, through links. */
static bool is_default(struct transform_context *c, struct sv dir)
{
	static const char *const fixed[] = { "lib", "lib64", "usr/lib", "usr/lib64" };
	const struct tree_node *n = tree_follow(c->tree, dir);
	struct sv multiarch = arena_printf(&c->arena, "usr/lib/%s", c->arch->triplet);

	if (n == tree_follow(c->tree, multiarch) ||
	    n == tree_follow(c->tree, sv_from_pos(multiarch, 4)))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(fixed); i++)
		if (n == tree_follow(c->tree, sv_from(fixed[i])))
			return true;
	return false;
}

static void judge(struct transform_context *c, struct sv dir)
{
	const struct tree_node *n = tree_follow(c->tree, dir);

	if (!n || n->inode->type != TREE_DIR || is_default(c, dir))
		return;
	for (uint32_t i = 0; i < n->n_children; i++) {
		struct sv name = n->children[i]->name;

		if (!sv_ends(name, SV(".so")) && sv_find(name, SV(".so.")) < 0)
			continue;
		tf_note(c, NOTE_WARNING,
			"libraries in '" SV_FMT
			"' (%s) will not be found without ld.so.cache: '" SV_FMT "' and others",
			SV_ARG(dir), "etc/ld.so.conf", SV_ARG(name));
		return;
	}
}

/* "include PATTERN": relative to etc, wildcards in the last component as ldconfig's users have them. */
static void include(struct reader *x, struct sv pattern, unsigned depth)
{
	const struct tree_node *dir;
	struct sv base, last;
	ptrdiff_t slash;

	if (!sv_starts(pattern, SV("/")))
		pattern = arena_printf(&x->c->arena, "etc/" SV_FMT, SV_ARG(pattern));
	slash = sv_rchr(pattern, '/');
	base = sv_head(pattern, (size_t)slash);
	last = sv_from_pos(pattern, (size_t)slash + 1);
	dir = tree_follow(x->c->tree, base);
	for (uint32_t i = 0; dir && i < dir->n_children; i++)
		if (glob_match(last, dir->children[i]->name, GLOB_PATHNAME))
			read_conf(x,
				  arena_printf(&x->c->arena, SV_FMT "/" SV_FMT, SV_ARG(base),
					       SV_ARG(dir->children[i]->name)),
				  depth + 1);
}

static void read_conf(struct reader *x, struct sv path, unsigned depth)
{
	struct sv text, line, word;

	if (depth > INCLUDE_DEPTH || ++x->files > FILES_MAX || !tree_read(x->c->tree, path, &text))
		return;
	while (sv_line(&text, &line)) {
		ptrdiff_t comment = sv_chr(line, '#');

		line = comment < 0 ? line : sv_head(line, (size_t)comment);
		if (!sv_word(&line, &word))
			continue;
		if (sv_eq(word, SV("include"))) {
			while (sv_word(&line, &word))
				include(x, word, depth);
		} else if (sv_starts(word, SV("/"))) {
			judge(x->c, word);
		}
	}
}

int tf_ldsoconf(struct transform_context *c, struct err *e)
{
	struct reader x = { .c = c };

	(void)e;
	read_conf(&x, SV("etc/ld.so.conf"), 0);
	return 0;
}

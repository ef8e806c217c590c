/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * openSUSE's alternatives: usr/bin/NAME is a link to the program alts, which reads
 * usr/share/libalternatives/NAME/PRIORITY.conf at every start and runs what "binary=" names. The choice
 * cannot change in an image, so the link leads to the chosen program: the highest priority that is there.
 */
#include <string.h>

#include "base/num.h"
#include "transform/transform_int.h"

#define CONF ".conf"
#define ROOT "usr/share/libalternatives"

/* The last "binary=" of the text, as libalternatives reads it. */
static struct sv binary_of(struct sv text)
{
	struct sv line, found = SV_NULL;

	while (sv_line(&text, &line)) {
		struct sv key = SV_NULL;

		line = sv_trim(line);
		if (sv_split(&line, '=', &key) && line.p && sv_eq(sv_trim(key), SV("binary")))
			found = sv_trim(line);
	}
	return found;
}

/* The program of the best PRIORITY.conf whose program is there; empty: none. */
static struct sv best_of(struct transform_context *c, struct sv folder, const struct tree_node *dir)
{
	struct sv best = SV_NULL;
	uint64_t best_priority = 0;

	for (uint32_t i = 0; i < dir->n_children; i++) {
		struct sv name = dir->children[i]->name, text, binary;
		struct err ignored = ERR_INIT;
		uint64_t priority;

		if (!sv_ends(name, SV(CONF)) ||
		    num_parse_u64(sv_head(name, name.n - strlen(CONF)), 10, INT32_MAX, &priority,
				  &ignored) < 0 ||
		    (best.n && priority <= best_priority) ||
		    !tree_read(c->tree,
			       arena_printf(&c->arena, SV_FMT "/" SV_FMT, SV_ARG(folder),
					    SV_ARG(name)),
			       &text))
			continue;
		binary = binary_of(text);
		if (!sv_starts(binary, SV("/")) || !tree_follow(c->tree, binary))
			continue;
		best = binary;
		best_priority = priority;
	}
	return best;
}

static bool is_alts(struct sv target)
{
	ptrdiff_t slash = sv_rchr(target, '/');

	return sv_eq(slash < 0 ? target : sv_from_pos(target, (size_t)slash + 1), SV("alts"));
}

int tf_libalternatives(struct transform_context *c, struct err *e)
{
	const struct tree_node *all = tree_follow(c->tree, SV(ROOT));
	int r = 0;

	for (uint32_t i = 0; all && i < all->n_children && r == 0; i++) {
		const struct tree_node *dir = all->children[i];
		struct sv link = arena_printf(&c->arena, "usr/bin/" SV_FMT, SV_ARG(dir->name));
		const struct tree_node *there = tree_lookup(c->tree, link);
		struct sv best;

		if (dir->inode->type != TREE_DIR || !there || there->inode->type != TREE_SYMLINK ||
		    !is_alts(there->inode->target))
			continue;
		best = best_of(c, arena_printf(&c->arena, ROOT "/" SV_FMT, SV_ARG(dir->name)), dir);
		if (best.n)
			r = tree_symlink(c->tree, link, best, e);
		else
			tf_note(c, NOTE_WARNING,
				"alternative '" SV_FMT "': no program of '" ROOT "/" SV_FMT
				"' is there",
				SV_ARG(dir->name), SV_ARG(dir->name));
	}
	return r;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Life of a recipe, and the list of those that this program carries. */
#include "recipe/recipe.h"

#include <stdlib.h>

#include "base/embed.h"

void recipe_init(struct recipe *r)
{
	*r = (struct recipe){ .arena = ARENA_INIT };
}

void recipe_done(struct recipe *r)
{
	struct recipe_list *const lists[] = {
		&r->names,
		&r->packages,
		&r->remove_packages,
		&r->volatile_packages,
		&r->remove_files,
		&r->keep_files,
		&r->kernel_modules,
		&r->firmware,
		&r->kernel_package,
		&r->satisfied,
		&r->netroot_defaults,
		&r->enable,
		&r->disable,
		&r->mask,
		&r->users,
		&r->users_of,
		&r->check_ignore,
		&r->prune_keep,
		&r->kernel_command_line,
	};

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		vec_done(lists[i]);
	vec_done(&r->trees);
	vec_done(&r->files);
	arena_done(&r->arena);
	recipe_init(r);
}

/* First comment that is not the licence. */
static struct sv summary(struct sv text)
{
	struct sv line;

	while (sv_line(&text, &line)) {
		line = sv_trim(line);
		if (!sv_skip(&line, SV("#")))
			break;
		line = sv_trim(line);
		if (line.n > 0 && !sv_starts(line, SV("SPDX-")))
			return line;
	}
	return SV("");
}

static int cmp_info(const void *a, const void *b)
{
	return sv_cmp(((const struct recipe_info *)a)->name, ((const struct recipe_info *)b)->name);
}

int recipe_shipped(struct arena *a, struct recipe_infos *ret, struct err *e)
{
	(void)e;
	ret->n = 0;
	for (size_t i = 0; i < embed_file_count; i++) {
		struct sv name = sv_from(embed_files[i].path);

		if (!sv_skip(&name, SV("recipes/")) || !sv_cut_end(&name, SV("/mkosi.conf")) ||
		    sv_chr(name, '/') >= 0)
			continue;
		vec_push(ret, ((struct recipe_info){
				      arena_sv(a, name),
				      arena_sv(a, summary(sv_of(embed_files[i].data,
								embed_files[i].size))),
			      }));
	}
	if (ret->n > 1)
		qsort(ret->v, ret->n, sizeof(ret->v[0]), cmp_info);
	return 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Recipes by name: the search folders, best first, then this program; and their drop-ins. */
#include "recipe/recipe_int.h"

#include <stdlib.h>

bool recipe_is_name(struct sv s)
{
	return s.n > 0 && s.n < 256 && s.p[0] != '.' && sv_chr(s, '/') < 0;
}

/* Where the recipe of that name lies: the search folders, best first, then this program. */
bool recipe_find_name(struct recipe_ctx *c, struct sv name, struct sv *ret)
{
	struct arena *a = &c->r->arena;

	for (const char *const *s = c->o->search; s && *s; s++) {
		struct sv folder = arena_printf(a, "%s/recipes/%.*s", *s, (int)name.n, name.p);
		struct sv file = arena_printf(a, "%.*s.conf", (int)folder.n, folder.p);

		if (source_kind(folder) == SOURCE_DIR)
			*ret = folder;
		else if (source_kind(file) == SOURCE_FILE)
			*ret = file;
		else
			continue;
		return true;
	}
	*ret = arena_printf(a, EMBEDDED "recipes/%.*s", (int)name.n, name.p);
	return source_kind(*ret) == SOURCE_DIR;
}

static int cmp_dropin(const void *a, const void *b)
{
	return sv_cmp(((const struct recipe_dropin *)a)->name,
		      ((const struct recipe_dropin *)b)->name);
}

/* Files of one folder, but for those that a better folder's hide. */
static int add_dropins(struct recipe_ctx *c, struct sv folder, struct recipe_dropins *all,
		       struct err *e)
{
	struct arena *a = &c->r->arena;
	struct source_entries list = { 0 };
	int r = source_list(a, folder, &list, e);

	for (size_t i = 0; r >= 0 && i < list.n; i++) {
		bool hidden = list.v[i].kind != SOURCE_FILE ||
			      !sv_ends(list.v[i].name, SV(".conf"));

		for (size_t k = 0; k < all->n && !hidden; k++)
			hidden = sv_eq(all->v[k].name, list.v[i].name);
		if (!hidden)
			vec_push(all, ((struct recipe_dropin){ list.v[i].name, folder }));
	}
	vec_done(&list);
	return r;
}

int recipe_find_dropins(struct recipe_ctx *c, struct sv name, struct recipe_dropins *ret,
			struct err *e)
{
	struct arena *a = &c->r->arena;
	int r = 0;

	for (const char *const *s = c->o->search; r >= 0 && s && *s; s++) {
		struct sv folder =
			arena_printf(a, "%s/recipes/%.*s.conf.d", *s, (int)name.n, name.p);

		if (source_kind(folder) == SOURCE_DIR)
			r = add_dropins(c, folder, ret, e);
	}
	if (ret->n > 1)
		qsort(ret->v, ret->n, sizeof(ret->v[0]), cmp_dropin);
	return r;
}

int recipe_unknown(struct recipe_ctx *c, struct sv name, struct err *e)
{
	struct recipe_infos shipped = { 0 };
	_cleanup_strbuf_ struct strbuf names = STRBUF_INIT;
	struct err ignored = ERR_INIT;

	err_set(e, E_USAGE, "no recipe '" SV_FMT "'", SV_ARG(name));
	if (recipe_shipped(&c->r->arena, &shipped, &ignored) < 0)
		return e->code;
	for (size_t i = 0; i < shipped.n; i++)
		strbuf_addf(&names, "%s" SV_FMT, i ? ", " : "", SV_ARG(shipped.v[i].name));
	vec_done(&shipped);
	return err_hint(e, "shipped recipes: " SV_FMT "; a path contains a '/'",
			SV_ARG(strbuf_sv(&names)));
}

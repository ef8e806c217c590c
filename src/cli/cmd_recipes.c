/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/cli.h"
#include "cli/command.h"
#include "pkg/arch.h"
#include "recipe/recipe.h"

static int list_recipes(struct strbuf *out, struct err *e)
{
	struct arena arena = ARENA_INIT;
	struct recipe_infos infos = { 0 };
	int r = recipe_shipped(&arena, &infos, e);

	for (size_t i = 0; r == 0 && i < infos.n; i++)
		strbuf_addf(out, "%-12.*s " SV_FMT "\n", (int)infos.v[i].name.n, infos.v[i].name.p,
			    SV_ARG(infos.v[i].summary));
	vec_done(&infos);
	arena_done(&arena);
	return r;
}

static int show_recipe(struct cli_options *o, struct notes *notes, struct strbuf *out,
		       struct err *e)
{
	const struct arch *arch = NULL;
	struct recipe recipe;
	struct recipe_options ro = { .search = recipe_search_folders, .notes = notes };
	int r = arch_find(sv_from(o->arch ? o->arch : host_arch()), &arch, e);

	if (r < 0)
		return r;
	ro.match.architecture = sv_from(arch->mkosi);
	ro.match.distribution = sv_from(o->distribution ? o->distribution : "debian");
	ro.match.format = SV("cpio");
	recipe_init(&recipe);
	for (size_t i = 0; r == 0 && i < o->args.n; i++)
		r = recipe_load(&recipe, sv_from(o->args.v[i]), &ro, e);
	if (r == 0)
		recipe_dump(&recipe, out);
	recipe_done(&recipe);
	vec_done(&ro.match.profiles);
	return r;
}

int cmd_recipes(struct cli_options *o, struct report *r)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	struct notes notes = NOTES_INIT;
	struct err e = ERR_INIT;
	int done = o->args.n == 0 ? list_recipes(&out, &e) : show_recipe(o, &notes, &out, &e);

	report_notes(r, &notes);
	notes_done(&notes);
	if (done < 0) {
		report_error(r, &e, NULL);
		return report_status(&e);
	}
	return report_product(r, &out);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Stage plan: goals -> solver -> the list of packages, kernels included. */
#include "build/build_int.h"

struct plan_item *build_plan_add(struct build *b, pkg_id p, struct sv reason)
{
	const struct universe *u = &b->universe;
	const struct package *pkg = universe_pkg(u, p);
	struct plan_item it = {
		.pkg = p,
		.name = universe_sv(u, pkg->name),
		.version = universe_sv(u, pkg->version),
		.arch = universe_sv(u, pkg->arch),
		.filename = universe_filename(u, pkg),
		.origin = u->repos.v[pkg->repo].label,
		.reason = reason,
		.digest = pkg->digest,
		.size = pkg->size,
	};

	vec_push(&b->plan.items, it);
	return &b->plan.items.v[b->plan.items.n - 1];
}

static struct sv reason_of(struct build *b, const struct solver_input *in,
			   const struct solver_item *it)
{
	const struct universe *u = &b->universe;

	if (it->essential)
		return SV("essential");
	if (it->goal != UINT32_MAX)
		return arena_printf(&b->plan.arena, "asked by " SV_FMT,
				    SV_ARG(in->goals.v[it->goal].origin));
	return arena_printf(&b->plan.arena, "required by " SV_FMT,
			    SV_ARG(universe_sv(u, universe_pkg(u, it->because)->name)));
}

/* RemovePackages= takes the files of a package away after solving; what needs it is told. */
static int mark_removed(struct build *b, struct err *e)
{
	for (size_t i = 0; i < b->recipe.remove_packages.n; i++) {
		struct recipe_value v = b->recipe.remove_packages.v[i];
		bool optional = sv_skip(&v.text, SV("?")), found = false;

		for (size_t k = 0; k < b->plan.items.n; k++) {
			struct plan_item *it = &b->plan.items.v[k];

			if (!sv_eq(it->name, v.text) || it->kernel)
				continue;
			it->removed = found = true;
			notes_add(b->h->notes, NOTE_INFO,
				  SV_FMT ": package '" SV_FMT "' (" SV_FMT ") is removed",
				  SV_ARG(v.origin), SV_ARG(it->name), SV_ARG(it->reason));
		}
		if (found || optional)
			continue;
		err_set(e, E_USAGE,
			SV_FMT ": package '" SV_FMT "' is not in the plan, so it cannot be removed",
			SV_ARG(v.origin), SV_ARG(v.text));
		return err_hint(e, "'?" SV_FMT "' would make it optional", SV_ARG(v.text));
	}
	return 0;
}

static int solve(struct build *b, struct solver_input *in, struct err *e)
{
	struct solver_result result = { 0 };
	int r = request_goals(b, in, e);

	if (r == 0)
		r = recipe_bool(&b->recipe.with_recommends, false, &in->recommends, e);
	if (r == 0 && in->goals.n > 0)
		r = solver_solve(in, &result, b->h->why, e);
	for (size_t i = 0; r == 0 && i < result.items.n; i++)
		build_plan_add(b, result.items.v[i].pkg, reason_of(b, in, &result.items.v[i]));
	for (size_t i = 0; r == 0 && i < result.dropped_goals.n; i++) {
		const struct solver_goal *g = &in->goals.v[result.dropped_goals.v[i]];
		struct strbuf text = STRBUF_INIT;

		dep_print(&b->universe, g->dep, &text);
		notes_add(b->h->notes, NOTE_INFO,
			  SV_FMT ": optional package '" SV_FMT "' is left out", SV_ARG(g->origin),
			  SV_ARG(strbuf_sv(&text)));
		strbuf_done(&text);
	}
	solver_result_done(&result);
	return r;
}

int stage_plan(struct build *b, struct err *e)
{
	struct solver_input in = { .u = &b->universe };
	int r = solve(b, &in, e);

	solver_input_done(&in);
	if (r == 0)
		r = mark_removed(b, e);
	if (r == 0)
		r = request_kernels(b, e);
	return r;
}

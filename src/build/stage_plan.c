/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Stage plan: goals -> solver -> the list of packages, kernels included. */
#include <fcntl.h>
#include <stdlib.h>

#include "build/build_int.h"
#include "pkg/universe_source.h"
#include "solver/case.h"

struct plan_item *build_plan_add(struct build *b, pkg_id p, struct sv reason)
{
	const struct universe *u = &b->universe;
	const struct package *pkg = universe_pkg(u, p);
	struct plan_item it = {
		.pkg = p,
		.name = universe_sv(u, pkg->name),
		.version = universe_sv(u, pkg->version),
		.arch = universe_sv(u, pkg->arch),
		.filename = arena_sv(&b->plan.arena, universe_filename(u, pkg)),
		.origin = u->repos.v[pkg->repo].label,
		.reason = reason,
		.digest = pkg->digest,
		.size = pkg->size,
	};

	vec_push(&b->plan.items, it);
	return &b->plan.items.v[b->plan.items.n - 1];
}

/* Is d among the dependencies of p of that kind? */
static bool has_dep(const struct universe *u, pkg_id p, enum dep_kind kind, dep_id d)
{
	const struct dep_list *l = &universe_pkg(u, p)->deps[kind];

	for (uint32_t i = 0; i < l->n; i++)
		if (u->dep_refs.v[l->first + i] == d)
			return true;
	return false;
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
	if (has_dep(u, it->pkg, DEPK_SUPPLEMENTS, it->dep))
		return arena_printf(&b->plan.arena, "supplements " SV_FMT,
				    SV_ARG(universe_sv(u, universe_pkg(u, it->because)->name)));
	return arena_printf(&b->plan.arena, "%s by " SV_FMT,
			    has_dep(u, it->because, DEPK_REQUIRES, it->dep) ? "required"
									    : "recommended",
			    SV_ARG(universe_sv(u, universe_pkg(u, it->because)->name)));
}

/* ---- RemovePackages= ------------------------------------------------------------------------------- */

static bool satisfied_without(const struct build *b, dep_id d)
{
	for (size_t i = 0; i < b->plan.items.n; i++)
		if (!b->plan.items.v[i].removed && !b->plan.items.v[i].kernel &&
		    pkg_satisfies(&b->universe, b->plan.items.v[i].pkg, d))
			return true;
	return false;
}

/* Who stays and requires what is gone, "a (which requires perl-base), b (...)". */
static void list_broken(const struct build *b, const struct plan_item *gone, struct strbuf *out)
{
	const struct universe *u = &b->universe;

	for (size_t i = 0; i < b->plan.items.n; i++) {
		const struct plan_item *it = &b->plan.items.v[i];
		const struct dep_list *l = &universe_pkg(u, it->pkg)->deps[DEPK_REQUIRES];

		for (uint32_t k = 0; k < l->n && !it->removed && !it->kernel; k++) {
			dep_id d = u->dep_refs.v[l->first + k];

			if (!pkg_satisfies(u, gone->pkg, d) || satisfied_without(b, d))
				continue;
			strbuf_addf(out, "%s" SV_FMT " (which requires ", out->n ? ", " : "",
				    SV_ARG(it->name));
			dep_print(u, d, out);
			strbuf_addc(out, ')');
			break;
		}
	}
}

static void tell_removed(struct build *b, const struct recipe_value *v, const struct plan_item *it)
{
	_cleanup_strbuf_ struct strbuf broken = STRBUF_INIT;

	list_broken(b, it, &broken);
	if (broken.n)
		notes_add(b->h->notes, NOTE_WARNING,
			  SV_FMT ": package '" SV_FMT "' is removed, but these stay: %s",
			  SV_ARG(v->origin), SV_ARG(it->name), broken.p);
	else
		notes_add(b->h->notes, NOTE_INFO,
			  SV_FMT ": package '" SV_FMT "' (" SV_FMT ") is removed",
			  SV_ARG(v->origin), SV_ARG(it->name), SV_ARG(it->reason));
}

/* RemovePackages= takes the files of a package away after solving; what needs it is told. */
static int mark_removed(struct build *b, struct err *e)
{
	VEC(const struct recipe_value *) by = { 0 }; /* by plan item; NULL: stays */
	int r = 0;

	for (size_t k = 0; k < b->plan.items.n; k++)
		vec_push(&by, NULL);
	for (size_t i = 0; i < b->recipe.remove_packages.n && r == 0; i++) {
		const struct recipe_value *v = &b->recipe.remove_packages.v[i];
		struct sv name = v->text;
		bool found = sv_skip(&name, SV("?"));

		for (size_t k = 0; k < b->plan.items.n; k++) {
			struct plan_item *it = &b->plan.items.v[k];

			if (!sv_eq(it->name, name) || it->kernel)
				continue;
			it->removed = found = true;
			by.v[k] = v;
		}
		if (found)
			continue;
		r = err_set(e, E_USAGE,
			    SV_FMT ": package '" SV_FMT
				   "' is not in the plan, so it cannot be removed",
			    SV_ARG(v->origin), SV_ARG(name));
		err_hint(e, "'?" SV_FMT "' would make it optional", SV_ARG(name));
	}
	for (size_t k = 0; k < b->plan.items.n && r == 0; k++)
		if (by.v[k])
			tell_removed(b, by.v[k], &b->plan.items.v[k]);
	vec_done(&by);
	return r;
}

/* ---- solving --------------------------------------------------------------------------------------- */

static void add_item(struct build *b, const struct solver_input *in, const struct solver_item *it)
{
	struct plan_item *p = build_plan_add(b, it->pkg, reason_of(b, in, it));

	p->because = it->because;
	p->dep = it->dep;
}

static void tell_dropped(struct build *b, const struct solver_goal *g)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;

	dep_print(&b->universe, g->dep, &text);
	notes_add(b->h->notes, NOTE_INFO, SV_FMT ": optional package '" SV_FMT "' is left out",
		  SV_ARG(g->origin), SV_ARG(strbuf_sv(&text)));
}

/* Also when there is no plan: then it matters most. */
static int save_case(const struct build *b, const struct solver_input *in,
		     const struct solver_outcome *o, struct err *e)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	_cleanup_(fs_out_done) struct fs_out out = FS_OUT_INIT;
	int r;

	solver_case_write(in, o, &text);
	r = fs_out_open(&out, AT_FDCWD, b->o->save_case, 0644, e);
	if (r == 0)
		r = fs_out_write(&out, text.p, text.n, e);
	return r < 0 ? r : fs_out_publish(&out, e);
}

/* A goal that no mirror has may lie in a part of one that was not named. */
static void hint_elsewhere(const struct build *b, const struct solver_input *in, struct err *e)
{
	for (size_t i = 0; i < in->goals.n; i++) {
		const struct dep *d = universe_dep_at(&b->universe, in->goals.v[i].dep);
		_cleanup_strbuf_ struct strbuf where = STRBUF_INIT;
		uint32_t n = 1;

		if (d->op == DEP_ATOM && !in->goals.v[i].optional)
			(void)universe_providers(&b->universe, d->name, &n);
		for (size_t m = 0; n == 0 && m < b->mirrors.n; m++) {
			struct sv name = universe_sv(&b->universe, d->name);

			if (!repo_elsewhere(b->mirrors.v[m].repo, name, &where))
				continue;
			e->hint[0] = '\0';
			err_hint(e, "'" SV_FMT "' is in %s of mirror '" SV_FMT "': name that, too",
				 SV_ARG(name), where.p, SV_ARG(b->mirrors.v[m].spec.text));
			return;
		}
	}
}

static int run_solver(struct build *b, const struct solver_input *in, struct solver_result *result,
		      struct err *e)
{
	struct err unsaved = ERR_INIT;
	int r = solver_solve(in, result, b->h->why, e);

	if (r == E_UNSAT && b->universe.sources.n) { /* words for it may lie out of reach */
		*e = ERR_INIT;
		strbuf_clear(b->h->why);
		r = universe_want_prefix(&b->universe, SV(""), e);
		if (r == 0)
			r = solver_solve(in, result, b->h->why, e);
	}
	struct solver_outcome o = { r == 0 ? result : NULL, b->h->why, e };

	if (r == E_UNSAT)
		hint_elsewhere(b, in, e);
	if (!b->o->save_case || (r < 0 && r != E_UNSAT) || save_case(b, in, &o, &unsaved) == 0)
		return r;
	if (r < 0)
		notes_add(b->h->notes, NOTE_WARNING, "%s", unsaved.text);
	else
		*e = unsaved;
	return r < 0 ? r : e->code;
}

/* Brings what the solver may look at. */
static int reach(struct build *b, const struct solver_input *in, struct err *e)
{
	_cleanup_free_ dep_id *list = xcalloc(in->goals.n + 1, sizeof(*list));

	for (size_t i = 0; i < in->goals.n; i++)
		list[i] = in->goals.v[i].dep;
	return universe_reach(&b->universe, list, in->goals.n,
			      in->recommends || in->recommends_of.n, e);
}

static int solve(struct build *b, struct solver_input *in, struct err *e)
{
	struct solver_result result = { 0 };
	int r = request_goals(b, in, e);

	if (r == 0)
		r = recipe_bool(&b->recipe.with_recommends, false, &in->recommends, e);
	for (size_t i = 0; i < b->recipe.recommends_of.n; i++)
		vec_push(&in->recommends_of, b->recipe.recommends_of.v[i].text);
	if (r == 0)
		r = reach(b, in, e);
	if (r == 0 && (in->goals.n > 0 || b->o->save_case))
		r = run_solver(b, in, &result, e);
	for (size_t i = 0; r == 0 && i < result.items.n; i++)
		add_item(b, in, &result.items.v[i]);
	for (size_t i = 0; r == 0 && i < result.dropped_goals.n; i++)
		tell_dropped(b, &in->goals.v[result.dropped_goals.v[i]]);
	solver_result_done(&result);
	return r;
}

int stage_plan(struct build *b, struct err *e)
{
	struct solver_input in = { .u = &b->universe };
	int r = lock_apply(b, &in, e);

	if (r == 0)
		r = solve(b, &in, e);
	solver_input_done(&in);
	if (r == 0)
		r = mark_removed(b, e);
	if (r == 0)
		r = request_kernels(b, e);
	universe_end_sources(&b->universe);
	return r < 0 ? r : lock_check(b, e);
}

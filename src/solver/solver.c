/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The order of questions: what must hold, then what may stay out, then what is recommended. */
#include "solver/solver.h"

#include <stdlib.h>

#include "base/macros.h"
#include "solver/solver_int.h"

/* ---- roots ----------------------------------------------------------------------------------------- */

struct goal_key {
	struct sv text, origin;
	uint32_t index;
};

static int goal_key_cmp(const void *pa, const void *pb)
{
	const struct goal_key *a = pa, *b = pb;
	int r = sv_cmp(a->text, b->text);

	if (!r)
		r = sv_cmp(a->origin, b->origin);
	return r ? r : (a->index > b->index) - (a->index < b->index);
}

/* In order of their text, so that the order in recipes means nothing. */
static void add_goals(struct encoder *c)
{
	const struct solver_input *in = c->in;
	VEC(struct goal_key) keys = { 0 };

	for (uint32_t i = 0; i < in->goals.n; i++) {
		_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;

		if (in->goals.v[i].optional)
			continue;
		dep_print(c->u, in->goals.v[i].dep, &text);
		vec_push(&keys, ((struct goal_key){ arena_sv(&c->arena, strbuf_sv(&text)),
						    in->goals.v[i].origin, i }));
	}
	if (keys.n > 1)
		qsort(keys.v, keys.n, sizeof(*keys.v), goal_key_cmp);
	for (size_t i = 0; i < keys.n; i++) {
		uint32_t g = keys.v[i].index;

		encoder_root(c, &(struct root){
					.active = true, .goal = g, .dep = in->goals.v[g].dep });
	}
	vec_done(&keys);
}

static int str_cmp(const void *pa, const void *pb, void *arg)
{
	const str_id *a = pa, *b = pb;
	const struct universe *u = arg;

	return *a == *b ? 0 : sv_cmp(universe_sv(u, *a), universe_sv(u, *b));
}

static void add_essential(struct encoder *c)
{
	const struct universe *u = c->u;
	VEC(str_id) names = { 0 };

	for (pkg_id p = 1; p <= universe_count(u); p++) {
		const struct package *pkg = universe_pkg(u, p);

		/* what a recipe removes is not missed */
		if (pkg->essential && !pkg->hidden && pkg_installable(c, p) &&
		    !map_get(&c->excluded, universe_sv(u, pkg->name), NULL))
			vec_push(&names, pkg->name);
	}
	if (names.n > 1)
		qsort_r(names.v, names.n, sizeof(*names.v), str_cmp, (void *)(uintptr_t)u);
	for (size_t i = 0; i < names.n; i++)
		if (i == 0 || names.v[i] != names.v[i - 1])
			encoder_root(c, &(struct root){ .active = true,
							.essential = true,
							.goal = UINT32_MAX,
							.name = names.v[i] });
	vec_done(&names);
}

/* ---- optional goals -------------------------------------------------------------------------------- */

static void set_active(struct encoder *c, size_t from, bool active)
{
	for (size_t i = from; i < c->roots.n; i++)
		c->roots.v[i].active = active && !c->roots.v[i].impossible;
}

/* Switches on the roots from `from`: all of them if that works, else each that works together with
 * those before it. SAT_TRUE always has its model in the policy. */
static enum sat_result try_roots(struct policy *p, size_t from)
{
	struct encoder *c = p->c;
	enum sat_result r;
	bool last_kept = false;

	set_active(c, from, true);
	r = policy_solve(p);
	if (r != SAT_FALSE || from == c->roots.n)
		return r;

	set_active(c, from, false);
	for (size_t i = from; i < c->roots.n; i++) {
		if (c->roots.v[i].impossible)
			continue;
		c->roots.v[i].active = true;
		r = policy_solve(p);
		if (r == SAT_UNKNOWN)
			return r;
		last_kept = r == SAT_TRUE;
		c->roots.v[i].active = last_kept;
	}
	return last_kept ? SAT_TRUE : policy_solve(p);
}

static enum sat_result try_optional(struct policy *p)
{
	struct encoder *c = p->c;
	size_t from = c->roots.n;

	for (uint32_t i = 0; i < c->in->goals.n; i++)
		if (c->in->goals.v[i].optional)
			encoder_root(c, &(struct root){ .goal = i, .dep = c->in->goals.v[i].dep });
	return from == c->roots.n ? SAT_TRUE : try_roots(p, from);
}

/* ---- recommendations ------------------------------------------------------------------------------- */

static bool recommends_wanted(const struct encoder *c, pkg_id p)
{
	struct sv name = universe_sv(c->u, universe_pkg(c->u, p)->name);
	bool wanted = c->in->recommends;

	for (size_t i = 0; i < c->in->recommends_of.n && !wanted; i++)
		wanted = sv_eq(c->in->recommends_of.v[i], name);
	return wanted;
}

/* Roots for the Recommends of packages that were not asked yet. */
static void add_recommends(struct encoder *c, const struct steps *steps, struct map *asked)
{
	for (size_t i = 0; i < steps->n; i++) {
		pkg_id p = c->nodes.v[steps->v[i].var].pkg;
		struct sv key = sv_of(&p, sizeof(p));

		if (!p || map_get(asked, key, NULL) || !recommends_wanted(c, p))
			continue;
		map_put(asked, arena_sv(&c->arena, key), 1);

		const struct dep_list *l = &universe_pkg(c->u, p)->deps[DEPK_RECOMMENDS];

		for (uint32_t k = 0; k < l->n; k++)
			encoder_root(c, &(struct root){ .goal = UINT32_MAX,
							.because = p,
							.dep = c->u->dep_refs.v[l->first + k] });
	}
}

/* What was chosen without recommendations stays; they only add to it, round by round. */
static enum sat_result try_recommends(struct policy *p, struct steps *steps)
{
	struct encoder *c = p->c;
	struct map asked = MAP_INIT;
	enum sat_result r = SAT_TRUE;

	for (;;) {
		size_t from = c->roots.n;

		add_recommends(c, steps, &asked);
		add_supplements(c, steps, &asked);
		if (from == c->roots.n)
			break;
		p->fixed.n = 0;
		for (size_t i = 0; i < steps->n; i++)
			if (c->nodes.v[steps->v[i].var].pkg)
				vec_push(&p->fixed, steps->v[i].var);
		r = try_roots(p, from);
		if (r != SAT_TRUE)
			break;
		result_select(p, steps);
	}
	p->fixed.n = 0;
	map_done(&asked);
	return r;
}

/* ---- all together ---------------------------------------------------------------------------------- */

static void report_dropped(const struct encoder *c, struct solver_result *ret)
{
	for (size_t i = 0; i < c->roots.n; i++)
		if (c->roots.v[i].goal != UINT32_MAX && !c->roots.v[i].active)
			vec_push(&ret->dropped_goals, c->roots.v[i].goal);
}

static int solve(struct policy *p, struct steps *steps, struct strbuf *why, struct err *e)
{
	struct encoder *c = p->c;
	enum sat_result r;

	add_goals(c);
	if (c->in->essential)
		add_essential(c);
	r = policy_solve(p);
	if (r == SAT_FALSE) {
		explain(c, why, e);
		return E_UNSAT;
	}
	if (r == SAT_TRUE)
		r = try_optional(p);
	if (r == SAT_TRUE) {
		result_select(p, steps);
		if (c->in->recommends || c->in->recommends_of.n)
			r = try_recommends(p, steps);
	}
	if (r == SAT_TRUE)
		return 0;
	if (!c->too_large)
		return err_set(e, E_LIMIT,
			       "the dependencies of what is asked for are too entangled to solve");
	err_set(e, E_LIMIT, "the dependencies of what is asked for are too large to solve");
	return err_hint(e, "at most %u literals, expressions nested up to %u", ENCODER_LITS_MAX,
			EXPRESSION_DEPTH_MAX);
}

int solver_solve(const struct solver_input *in, struct solver_result *ret, struct strbuf *why,
		 struct err *e)
{
	struct encoder c;
	struct policy p;
	struct steps steps = { 0 };
	struct solver_result result = { 0 };
	int r;

	encoder_init(&c, in);
	policy_init(&p, &c);
	r = solve(&p, &steps, why, e);
	if (r == 0) {
		result_order(&c, &steps, &result);
		report_dropped(&c, &result);
		*ret = result;
	}
	vec_done(&steps);
	policy_done(&p);
	encoder_done(&c);
	return r;
}

void solver_result_done(struct solver_result *r)
{
	vec_done(&r->items);
	vec_done(&r->dropped_goals);
}

void solver_input_done(struct solver_input *in)
{
	vec_done(&in->goals);
	vec_done(&in->assumed);
	vec_done(&in->excluded);
	vec_done(&in->locked);
	vec_done(&in->recommends_of);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Weak dependencies of rpm that are told from the other side, and those that only prefer. */
#include <stdlib.h>

#include "solver/solver_int.h"

/* ---- which of several ------------------------------------------------------------------------------ */

/* Does one of p's dependencies of that kind mean q by itself? Conditions say nothing about one package. */
static bool names(const struct universe *u, pkg_id p, enum dep_kind kind, pkg_id q)
{
	const struct dep_list *l = &universe_pkg(u, p)->deps[kind];

	for (uint32_t i = 0; i < l->n; i++) {
		dep_id d = u->dep_refs.v[l->first + i];
		uint8_t op = universe_dep_at(u, d)->op;

		if (op != DEP_IF && op != DEP_UNLESS && pkg_satisfies(u, q, d))
			return true;
	}
	return false;
}

unsigned pkg_affinity(const struct encoder *c, pkg_id owner, pkg_id p)
{
	const struct universe *u = c->u;

	if (u->family != FAMILY_RPM || !owner)
		return AFFINITY_NONE;
	if (names(u, owner, DEPK_RECOMMENDS, p) || names(u, p, DEPK_SUPPLEMENTS, owner))
		return AFFINITY_STRONG;
	if (names(u, owner, DEPK_SUGGESTS, p) || names(u, p, DEPK_ENHANCES, owner))
		return AFFINITY_WEAK;
	return AFFINITY_NONE;
}

/* ---- Supplements ----------------------------------------------------------------------------------- */

/* The packages of a plan. */
struct chosen {
	const struct universe *u;
	VEC(uint8_t) is; /* by pkg_id */
};

/* The first chosen package that satisfies the atom, 0: none. */
static pkg_id atom_chosen(const struct chosen *s, const struct dep *atom)
{
	uint32_t n;
	const struct provider *v = universe_providers(s->u, atom->name, &n);

	for (uint32_t i = 0; i < n; i++)
		if (s->is.v[v[i].pkg] && provider_satisfies(s->u, &v[i], atom))
			return v[i].pkg;
	return 0;
}

/* Does the expression hold for the chosen packages? *ret_because: a package that makes it so. */
static bool holds(const struct chosen *s, dep_id d, pkg_id *ret_because, unsigned depth)
{
	const struct dep *n = universe_dep_at(s->u, d);
	pkg_id ignored = 0, p;

	if (depth > EXPRESSION_DEPTH_MAX)
		return false;
	switch ((enum dep_op)n->op) {
	case DEP_ATOM:
		p = atom_chosen(s, n);
		if (p)
			*ret_because = p;
		return p != 0;
	case DEP_OR:
		return holds(s, n->a, ret_because, depth + 1) ||
		       holds(s, n->b, ret_because, depth + 1);
	case DEP_AND:
		return holds(s, n->b, ret_because, depth + 1) &&
		       holds(s, n->a, ret_because, depth + 1);
	case DEP_IF:
		return holds(s, n->a, ret_because, depth + 1) ||
		       !holds(s, n->b, &ignored, depth + 1);
	case DEP_UNLESS:
		return holds(s, n->a, ret_because, depth + 1) &&
		       !holds(s, n->b, &ignored, depth + 1);
	case DEP_WITH:
	case DEP_WITHOUT:
		for (p = 1; p < s->is.n; p++)
			if (s->is.v[p] && pkg_satisfies(s->u, p, d)) {
				*ret_because = p;
				return true;
			}
		return false;
	}
	return false;
}

struct supplement {
	pkg_id pkg, because;
	dep_id dep;
};
VEC_TYPE(supplements, struct supplement);

/* By name, and of one name the better mirror, then the newest. */
static int supplement_cmp(const void *x, const void *y, void *arg)
{
	const struct supplement *a = x, *b = y;
	const struct universe *u = arg;
	const struct package *pa = universe_pkg(u, a->pkg), *pb = universe_pkg(u, b->pkg);
	int r;

	if (pa->name != pb->name)
		return sv_cmp(universe_sv(u, pa->name), universe_sv(u, pb->name));
	r = u->repos.v[pa->repo].priority - u->repos.v[pb->repo].priority;
	if (!r)
		r = -universe_version_cmp(u, pa->version, pb->version);
	return r ? r : pkg_order(u, a->pkg, b->pkg);
}

/* The packages whose Supplements hold for what is chosen so far. */
static void gather(const struct encoder *c, const struct chosen *s, struct supplements *out)
{
	const struct universe *u = c->u;

	for (pkg_id p = 1; p <= universe_count(u); p++) {
		const struct package *pkg = universe_pkg(u, p);
		const struct dep_list *l = &pkg->deps[DEPK_SUPPLEMENTS];
		struct supplement x = { .pkg = p };

		if (l->n == 0 || s->is.v[p] || pkg->hidden || !pkg_installable(c, p) ||
		    map_get(&c->excluded, universe_sv(u, pkg->name), NULL))
			continue;
		for (uint32_t i = 0; i < l->n && !x.because; i++) {
			x.dep = u->dep_refs.v[l->first + i];
			if (!holds(s, x.dep, &x.because, 0))
				x.because = 0;
		}
		if (x.because)
			vec_push(out, x);
	}
	if (out->n > 1)
		qsort_r(out->v, out->n, sizeof(*out->v), supplement_cmp, (void *)(uintptr_t)u);
}

void add_supplements(struct encoder *c, const struct steps *steps, struct map *asked)
{
	struct chosen s = { .u = c->u };
	struct supplements found = { 0 };
	str_id last = 0;

	if (c->u->family != FAMILY_RPM || !c->in->recommends)
		return;
	for (pkg_id p = 0; p <= universe_count(c->u); p++)
		vec_push(&s.is, 0);
	for (size_t i = 0; i < steps->n; i++)
		s.is.v[c->nodes.v[steps->v[i].var].pkg] = 1;
	s.is.v[0] = 0;
	gather(c, &s, &found);
	for (size_t i = 0; i < found.n; i++) {
		struct supplement x = found.v[i];
		str_id name = universe_pkg(c->u, x.pkg)->name;
		uint32_t key[2] = { UINT32_MAX, name }; /* told from packages by its length */

		if (name == last || map_get(asked, sv_of(key, sizeof(key)), NULL))
			continue;
		last = name;
		map_put(asked, arena_sv(&c->arena, sv_of(key, sizeof(key))), 1);
		encoder_root(c, &(struct root){ .goal = UINT32_MAX,
						.because = x.because,
						.dep = x.dep,
						.pkg = x.pkg });
	}
	vec_done(&found);
	vec_done(&s.is);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which packages satisfy an atom, and which of them is best. */
#include <stdlib.h>

#include "solver/encode_int.h"

bool name_assumed(const struct encoder *c, str_id name)
{
	return c->assumed.n && map_get(&c->assumed, universe_sv(c->u, name), NULL);
}

bool pkg_installable(const struct encoder *c, pkg_id p)
{
	const struct package *pkg = universe_pkg(c->u, p);

	return (pkg->arch == c->u->native_arch || pkg->arch == c->u->word_all) &&
	       !name_assumed(c, pkg->name);
}

static int priority_of(const struct universe *u, pkg_id p)
{
	return u->repos.v[universe_pkg(u, p)->repo].priority;
}

static int name_cmp(const struct universe *u, str_id a, str_id b)
{
	return a == b ? 0 : sv_cmp(universe_sv(u, a), universe_sv(u, b));
}

/* Packages that differ in nothing else are told apart by where they lie. */
static int place_cmp(const struct universe *u, pkg_id a, pkg_id b)
{
	const struct package *pa = universe_pkg(u, a), *pb = universe_pkg(u, b);
	int r = universe_repo_cmp(u, pa->repo, pb->repo);

	if (!r)
		r = sv_cmp(u->repos.v[pa->repo].label, u->repos.v[pb->repo].label);
	if (!r)
		r = sv_cmp(universe_filename(u, pa), universe_filename(u, pb));
	if (!r)
		r = memcmp(pa->digest.bytes, pb->digest.bytes, sizeof(pa->digest.bytes));
	return r ? r : (a > b) - (a < b);
}

int pkg_order(const struct universe *u, pkg_id a, pkg_id b)
{
	const struct package *pa = universe_pkg(u, a), *pb = universe_pkg(u, b);
	int r = name_cmp(u, pa->name, pb->name);

	if (!r)
		r = universe_version_cmp(u, pa->version, pb->version);
	if (!r)
		r = name_cmp(u, pa->version, pb->version); /* 1.0 and 0:1.0 are equal versions */
	if (!r)
		r = name_cmp(u, pa->arch, pb->arch);
	return r ? r : place_cmp(u, a, b);
}

/* What is locked, by mirror, what others replace behind them, then real packages before providers. */
static int class_cmp(const struct universe *u, const struct candidate *a, const struct candidate *b)
{
	int pa = priority_of(u, a->pkg), pb = priority_of(u, b->pkg);

	if (a->locked != b->locked)
		return a->locked ? -1 : 1;
	if (pa != pb)
		return pa < pb ? -1 : 1;
	if (a->replaced != b->replaced)
		return a->replaced ? 1 : -1;
	return (int)b->own_name - (int)a->own_name;
}

/* Packages of one name together, newest first. */
static int group_cmp(const void *x, const void *y, void *arg)
{
	const struct candidate *a = x, *b = y;
	const struct universe *u = arg;
	const struct package *pa = universe_pkg(u, a->pkg), *pb = universe_pkg(u, b->pkg);
	int r = class_cmp(u, a, b);

	if (!r)
		r = name_cmp(u, pa->name, pb->name);
	if (!r)
		r = -universe_version_cmp(u, pa->version, pb->version);
	return r ? r : pkg_order(u, a->pkg, b->pkg);
}

/* Best first: locked, mirror, real package before providers, Priority and name of providers, newest version. */
static int candidate_cmp(const void *x, const void *y, void *arg)
{
	const struct candidate *a = x, *b = y;
	int r = class_cmp(arg, a, b);

	if (!r)
		r = a->rank - b->rank;
	return r ? r : group_cmp(x, y, arg);
}

/* The versions of a package may disagree about its Priority; the newest speaks for all, or else the
 * order would not be one. */
static void rank(const struct universe *u, struct candidate *v, size_t n)
{
	void *arg = (void *)(uintptr_t)u;

	qsort_r(v, n, sizeof(*v), group_cmp, arg);
	for (size_t i = 0; i < n; i++) {
		const struct package *p = universe_pkg(u, v[i].pkg);
		bool same = i > 0 && class_cmp(u, &v[i - 1], &v[i]) == 0 &&
			    universe_pkg(u, v[i - 1].pkg)->name == p->name;

		v[i].rank = v[i].own_name ? 0 : same ? v[i - 1].rank : p->priority;
	}
	qsort_r(v, n, sizeof(*v), candidate_cmp, arg);
}

/* By package, own names first: to drop what is there twice. */
static int same_cmp(const void *x, const void *y)
{
	const struct candidate *a = x, *b = y;

	if (a->pkg != b->pkg)
		return a->pkg < b->pkg ? -1 : 1;
	return (int)b->own_name - (int)a->own_name;
}

static void gather_name(struct encoder *c, const struct dep *d)
{
	uint32_t n;
	const struct provider *v = universe_providers(c->u, d->name, &n);

	for (uint32_t i = 0; i < n; i++)
		if (provider_satisfies(c->u, &v[i], d) && pkg_installable(c, v[i].pkg))
			vec_push(&c->candidates,
				 ((struct candidate){ .pkg = v[i].pkg,
						      .own_name = v[i].own_name,
						      .locked = c->locked && c->locked[v[i].pkg] }));
}

/* Whatever satisfies the left side of WITH and WITHOUT: a superset, still to be filtered. */
static void gather(struct encoder *c, dep_id d, unsigned depth)
{
	const struct dep *n = universe_dep_at(c->u, d);

	if (depth > EXPRESSION_DEPTH_MAX) {
		c->too_large = true;
		return;
	}
	for (; n->op == DEP_OR; d = n->b, n = universe_dep_at(c->u, d))
		gather(c, n->a, depth + 1);
	if (n->op == DEP_ATOM)
		gather_name(c, n);
	else
		gather(c, n->a, depth + 1);
}

/* Once each, and only what satisfies all of `filter` (0: everything). */
static void tidy(struct encoder *c, size_t from, dep_id filter)
{
	size_t to = from;

	if (c->candidates.n > from + 1)
		qsort(c->candidates.v + from, c->candidates.n - from, sizeof(*c->candidates.v),
		      same_cmp);
	for (size_t i = from; i < c->candidates.n; i++) {
		struct candidate x = c->candidates.v[i];

		if (to > from && c->candidates.v[to - 1].pkg == x.pkg)
			continue;
		if (!filter || pkg_satisfies(c->u, x.pkg, filter))
			c->candidates.v[to++] = x;
	}
	c->candidates.n = to;
}

/* Marks those called `name` that `by` obsoletes. */
static void mark_replaced(const struct encoder *c, struct candidate *v, size_t n, str_id name,
			  pkg_id by)
{
	const struct dep_list *l = &universe_pkg(c->u, by)->deps[DEPK_OBSOLETES];

	for (uint32_t i = 0; i < l->n; i++) {
		const struct dep *d = universe_dep_at(c->u, c->u->dep_refs.v[l->first + i]);

		if (d->op != DEP_ATOM || d->name != name)
			continue;
		for (size_t k = 0; k < n; k++) {
			const struct package *p = universe_pkg(c->u, v[k].pkg);
			struct provider own = { .pkg = v[k].pkg,
						.version = p->version,
						.rel = REL_EQ,
						.own_name = true };

			if (v[k].own_name && priority_of(c->u, by) <= priority_of(c->u, v[k].pkg))
				v[k].replaced |= provider_satisfies(c->u, &own, d);
		}
	}
}

/* RPM's Obsoletes: a provider that replaces the package of that name stands for it, as for dnf. */
static void find_replaced(const struct encoder *c, struct candidate *v, size_t n, str_id name)
{
	for (size_t i = 0; c->u->family == FAMILY_RPM && i < n; i++)
		if (universe_pkg(c->u, v[i].pkg)->name != name)
			mark_replaced(c, v, n, name, v[i].pkg);
}

static uint32_t atom_add(struct encoder *c, size_t from, struct sv key)
{
	uint32_t id = (uint32_t)c->atoms.n;
	struct atom a = { .first = (uint32_t)from, .n = (uint32_t)(c->candidates.n - from) };

	if (a.n > 1)
		rank(c->u, c->candidates.v + from, a.n);
	if (c->candidates.n > ENCODER_LITS_MAX)
		c->too_large = true;
	vec_push(&c->atoms, a);
	map_put(&c->atom_index, arena_sv(&c->arena, key), id);
	return id;
}

uint32_t atom_find(struct encoder *c, dep_id d)
{
	const struct dep *n = universe_dep_at(c->u, d);
	/* equal atoms of different packages are one; WITH and WITHOUT go by their id */
	uint32_t key[5] = { n->op, n->op == DEP_ATOM ? n->name : d, n->version, n->arch, n->rel };
	struct sv view = sv_of(key, sizeof(key));
	size_t from = c->candidates.n;
	uint32_t found;

	if (map_get(&c->atom_index, view, &found))
		return found;
	gather(c, d, 0);
	tidy(c, from, n->op == DEP_ATOM ? 0 : d);
	if (n->op == DEP_ATOM)
		find_replaced(c, c->candidates.v + from, c->candidates.n - from, n->name);
	return atom_add(c, from, view);
}

uint32_t atom_named(struct encoder *c, str_id name)
{
	uint32_t key[5] = { UINT32_MAX, name };
	struct sv view = sv_of(key, sizeof(key));
	size_t from = c->candidates.n, to = from;
	uint32_t found;

	if (map_get(&c->atom_index, view, &found))
		return found;
	gather_name(c, &(struct dep){ .op = DEP_ATOM, .name = name });
	for (size_t i = from; i < c->candidates.n; i++)
		if (c->candidates.v[i].own_name)
			c->candidates.v[to++] = c->candidates.v[i];
	c->candidates.n = to;
	tidy(c, from, 0);
	return atom_add(c, from, view);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Packages on demand: asking the sources of a universe, and how far a request reaches. */
#include "pkg/universe_source.h"

#include <stdlib.h>

#include "base/cleanup.h"

void universe_add_source(struct universe *u, const struct universe_source *s)
{
	vec_push(&u->sources, *s);
}

void universe_end_sources(struct universe *u)
{
	for (size_t i = 0; i < u->sources.n; i++)
		u->sources.v[i].done(u->sources.v[i].arg);
	vec_done(&u->sources);
}

static int bring(struct universe *u, struct sv name, struct err *e)
{
	int r = 0;

	for (size_t i = 0; i < u->sources.n && r == 0; i++)
		r = u->sources.v[i].bring(u->sources.v[i].arg, u, name, e);
	return r;
}

/* Ends a call that has brought what is behind `before`. */
static int brought(struct universe *u, uint32_t before, int r, struct err *e)
{
	return r < 0 || universe_count(u) == before ? r : universe_finish(u, e);
}

int universe_want(struct universe *u, const struct sv *names, size_t n, struct err *e)
{
	uint32_t before = universe_count(u);
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++)
		r = bring(u, names[i], e);
	return brought(u, before, r, e);
}

int universe_want_prefix(struct universe *u, struct sv prefix, struct err *e)
{
	uint32_t before = universe_count(u);
	int r = 0;

	for (size_t i = 0; i < u->sources.n && r == 0; i++)
		r = u->sources.v[i].bring_prefix(u->sources.v[i].arg, u, prefix, e);
	return brought(u, before, r, e);
}

struct reach {
	struct universe *u;
	VEC(bool) asked, queued; /* by str_id; by pkg_id */
	VEC(pkg_id) work;
};

static void reach_done(struct reach *r)
{
	vec_done(&r->asked);
	vec_done(&r->queued);
	vec_done(&r->work);
}

static void reach_pkg(struct reach *r, pkg_id p)
{
	vec_reserve(&r->queued, (size_t)p + 1);
	while (r->queued.n <= p)
		vec_push(&r->queued, false);
	if (!r->queued.v[p])
		vec_push(&r->work, p);
	r->queued.v[p] = true;
}

/* Those that are there have the index of providers; those that come are all for this name. */
static int reach_name(struct reach *r, str_id name, struct err *e)
{
	uint32_t before = universe_count(r->u), n;
	const struct provider *v;
	int k;

	vec_reserve(&r->asked, (size_t)name + 1);
	while (r->asked.n <= name)
		vec_push(&r->asked, false);
	if (r->asked.v[name])
		return 0;
	r->asked.v[name] = true;
	k = bring(r->u, universe_sv(r->u, name), e);
	for (pkg_id p = before + 1; p <= universe_count(r->u); p++)
		reach_pkg(r, p);
	v = universe_providers(r->u, name, &n);
	for (uint32_t i = 0; i < n; i++)
		reach_pkg(r, v[i].pkg);
	return k;
}

/* Chains of alternatives lean right, so they do not nest. Bringing moves the nodes. */
static int reach_dep(struct reach *r, dep_id d, struct err *e)
{
	struct dep n = *universe_dep_at(r->u, d);

	while (n.op != DEP_ATOM) {
		if (reach_dep(r, n.a, e) < 0)
			return e->code;
		n = *universe_dep_at(r->u, n.b);
	}
	return reach_name(r, n.name, e);
}

static int reach_list(struct reach *r, pkg_id p, enum dep_kind kind, struct err *e)
{
	struct dep_list l = universe_pkg(r->u, p)->deps[kind];
	int k = 0;

	for (uint32_t i = 0; i < l.n && k == 0; i++)
		k = reach_dep(r, r->u->dep_refs.v[l.first + i], e);
	return k;
}

int universe_reach(struct universe *u, const dep_id *list, size_t n, bool recommends, struct err *e)
{
	_cleanup_(reach_done) struct reach r = { .u = u };
	uint32_t before = universe_count(u);
	int k = 0;

	if (u->sources.n == 0)
		return 0;
	for (size_t i = 0; i < n && k == 0; i++)
		k = reach_dep(&r, list[i], e);
	for (size_t i = 0; i < r.work.n && k == 0; i++) {
		k = reach_list(&r, r.work.v[i], DEPK_REQUIRES, e);
		if (k == 0 && recommends)
			k = reach_list(&r, r.work.v[i], DEPK_RECOMMENDS, e);
	}
	return brought(u, before, k, e);
}

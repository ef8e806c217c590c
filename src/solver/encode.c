/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Variables, clauses and packages. */
#include <stdlib.h>

#include "base/macros.h"
#include "solver/encode_int.h"

/* Up to this many versions of a name exclude each other pair by pair. */
#define GROUP_PAIRS 16

void encoder_init(struct encoder *c, const struct solver_input *in)
{
	*c = (struct encoder){ .in = in, .u = in->u, .sat = sat_new(), .arena = ARENA_INIT };
	c->pkg_var = xcalloc((size_t)universe_count(in->u) + 1, sizeof(*c->pkg_var));
	sat_set_limit(c->sat, in->conflicts_max ? in->conflicts_max : ENCODER_CONFLICTS_MAX);
	vec_push(&c->nodes, ((struct node){ 0 }));
	vec_push(&c->requires, ((struct require){ 0 }));
	if (in->locked.n)
		c->locked = xcalloc((size_t)universe_count(in->u) + 1, 1);
	for (size_t i = 0; i < in->locked.n; i++)
		c->locked[in->locked.v[i]] = 1;
	for (size_t i = 0; i < in->assumed.n; i++)
		map_put(&c->assumed, in->assumed.v[i].name, 1);
	for (size_t i = 0; i < in->excluded.n; i++)
		map_put(&c->excluded, in->excluded.v[i], 1);
}

void encoder_done(struct encoder *c)
{
	sat_free(c->sat);
	arena_done(&c->arena);
	map_done(&c->assumed);
	map_done(&c->excluded);
	map_done(&c->atom_index);
	map_done(&c->group_index);
	map_done(&c->expr_index);
	free(c->pkg_var);
	free(c->locked);
	vec_done(&c->nodes);
	vec_done(&c->reasons);
	vec_done(&c->lits);
	vec_done(&c->requires);
	vec_done(&c->roots);
	vec_done(&c->atoms);
	vec_done(&c->candidates);
	vec_done(&c->groups);
	vec_done(&c->closing);
	vec_done(&c->work);
	vec_done(&c->work_seen);
	vec_done(&c->scratch);
}

int encoder_new_var(struct encoder *c, pkg_id p)
{
	int v = sat_new_var(c->sat);

	vec_push(&c->nodes, ((struct node){ .pkg = p }));
	ASSERT((size_t)v == c->nodes.n - 1);
	return v;
}

uint32_t encoder_clause(struct encoder *c, struct reason why, const int *lits, size_t n)
{
	uint32_t tag = (uint32_t)c->reasons.n;

	if (c->lits.n + n > ENCODER_LITS_MAX)
		c->too_large = true;
	why.first = (uint32_t)c->lits.n;
	why.n = (uint32_t)n;
	if (c->too_large) /* nothing more is kept; whoever solves looks at the flag first */
		why.n = 0;
	vec_push(&c->reasons, why);
	for (uint32_t i = 0; i < why.n; i++)
		vec_push(&c->lits, lits[i]);
	if (!c->too_large)
		sat_clause(c->sat, lits, n, tag);
	return tag;
}

/* One version of a name at a time. */
static void join_group(struct encoder *c, int v, pkg_id p)
{
	struct sv name = universe_sv(c->u, universe_pkg(c->u, p)->name);
	uint32_t fresh = (uint32_t)c->groups.n, at = *map_slot(&c->group_index, name, fresh);
	struct reason why = { .kind = REASON_SAME_NAME, .pkg = p };
	struct reason defines = { .kind = REASON_DEFINES, .pkg = p };
	struct group *g;

	if (at == fresh)
		vec_push(&c->groups, ((struct group){ 0 }));
	g = &c->groups.v[at];
	if (g->n < GROUP_PAIRS) {
		for (int m = g->first; m; m = c->nodes.v[m].same_name) {
			why.other = c->nodes.v[m].pkg;
			encoder_clause(c, why, (int[]){ -v, -m }, 2);
		}
	} else {
		/* a ladder: "some member so far", carried on from member to member */
		int any = encoder_new_var(c, 0);

		c->nodes.v[any].encoded = true;
		if (g->any) {
			encoder_clause(c, why, (int[]){ -v, -g->any }, 2);
			encoder_clause(c, (struct reason){ .kind = REASON_DEFINES },
				       (int[]){ -g->any, any }, 2);
		} else {
			for (int m = g->first; m; m = c->nodes.v[m].same_name) {
				why.other = c->nodes.v[m].pkg;
				encoder_clause(c, why, (int[]){ -v, -m }, 2);
				defines.pkg = why.other;
				encoder_clause(c, defines, (int[]){ -m, any }, 2);
			}
		}
		defines.pkg = p;
		encoder_clause(c, defines, (int[]){ -v, any }, 2);
		g->any = any;
	}
	c->nodes.v[v].same_name = g->first;
	g->first = v;
	g->n++;
}

int encoder_pkg(struct encoder *c, pkg_id p)
{
	int v = c->pkg_var[p];

	if (v)
		return v;
	v = encoder_new_var(c, p);
	c->pkg_var[p] = v;
	join_group(c, v, p);
	if (c->excluded.n &&
	    map_get(&c->excluded, universe_sv(c->u, universe_pkg(c->u, p)->name), NULL)) {
		c->nodes.v[v].excluded = true;
		encoder_clause(c, (struct reason){ .kind = REASON_EXCLUDED, .pkg = p },
			       (int[]){ -v }, 1);
	}
	return v;
}

void encoder_require(struct encoder *c, int owner, const struct require *q)
{
	uint32_t id = (uint32_t)c->requires.n;
	struct node *node = &c->nodes.v[owner];

	vec_push(&c->requires, *q);
	*(node->last ? &c->requires.v[node->last].next : &node->first) = id;
	node->last = id;
}

void encoder_want(struct encoder *c, int var)
{
	vec_push(&c->work, var);
}

static void encode_pkg(struct encoder *c, int v, pkg_id p)
{
	static const enum dep_kind against[] = { DEPK_CONFLICTS, DEPK_BREAKS, DEPK_OBSOLETES };
	const struct package *pkg = universe_pkg(c->u, p);
	const struct dep_list *l = &pkg->deps[DEPK_REQUIRES];

	for (uint32_t i = 0; i < l->n && !c->too_large; i++) {
		dep_id d = c->u->dep_refs.v[l->first + i];
		struct reason why = { .kind = REASON_REQUIRES, .pkg = p, .dep = d };

		encode_require(c, v, d, &why, false);
	}
	for (size_t k = 0; k < ARRAY_SIZE(against); k++) {
		l = &pkg->deps[against[k]];
		for (uint32_t i = 0; i < l->n && !c->too_large; i++)
			encode_conflict(c, p, c->u->dep_refs.v[l->first + i], against[k]);
	}
}

/* What a requirement would take first is likely to be in the plan: its clauses are needed as well. */
static void want_first(struct encoder *c, const struct node *n)
{
	for (uint32_t q = n->first; q; q = c->requires.v[q].next) {
		uint32_t count;
		const int *choices = require_choices(c, &c->requires.v[q], &count);

		for (uint32_t i = 0; i < count; i++) {
			if (choices[i] < 0 || c->nodes.v[choices[i]].excluded)
				continue;
			encoder_want(c, choices[i]);
			break;
		}
	}
}

void encoder_work(struct encoder *c)
{
	if (c->work.n)
		c->work_round++;
	for (size_t i = 0; i < c->work.n && !c->too_large; i++) {
		int v = c->work.v[i];
		pkg_id p = c->nodes.v[v].pkg;

		/* expressions are complete from the start but lead on to packages: rounds end their cycles */
		while (c->work_seen.n < c->nodes.n)
			vec_push(&c->work_seen, 0);
		if (c->work_seen.v[v] == c->work_round)
			continue;
		c->work_seen.v[v] = c->work_round;
		if (p && c->nodes.v[v].encoded)
			continue;
		if (p)
			encode_pkg(c, v, p);
		c->nodes.v[v].encoded = true;
		if (!c->too_large)
			want_first(c, &c->nodes.v[v]);
	}
	c->work.n = 0;
}

/* Some version of an essential package. */
static void essential_require(struct encoder *c, int owner, const struct root *r, struct reason why)
{
	uint32_t atom = atom_named(c, r->name);
	struct int_list lits = { 0 };

	vec_push(&lits, -owner);
	for (uint32_t i = 0; i < c->atoms.v[atom].n; i++)
		vec_push(&lits, encoder_pkg(c, c->candidates.v[c->atoms.v[atom].first + i].pkg));
	uint32_t reason = encoder_clause(c, why, lits.v, lits.n);

	encoder_require(c, owner, &(struct require){ .reason = reason, .at_once = true });
	vec_done(&lits);
}

uint32_t encoder_root(struct encoder *c, const struct root *r)
{
	uint32_t id = (uint32_t)c->roots.n;
	struct reason why = { .kind = REASON_ROOT, .root = id, .dep = r->dep };
	int v = encoder_new_var(c, 0);

	c->nodes.v[v].encoded = true;
	vec_push(&c->roots, *r);
	c->roots.v[id].var = v;
	if (r->pkg)
		encoder_require(c, v,
				&(struct require){
					.reason = encoder_clause(
						c, why, (int[]){ -v, encoder_pkg(c, r->pkg) }, 2),
					.at_once = true });
	else if (r->dep)
		encode_require(c, v, r->dep, &why, r->goal != UINT32_MAX);
	else
		essential_require(c, v, r, why);
	for (uint32_t q = c->nodes.v[v].first; q; q = c->requires.v[q].next)
		if (c->reasons.v[c->requires.v[q].reason].n == 1)
			c->roots.v[id].impossible = true;
	encoder_want(c, v);
	return id;
}

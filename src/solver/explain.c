/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Why there is no plan: the clauses that refute the goals, thinned out until none can be spared, told
 * as a tree from the goals down.
 */
#include <stdlib.h>

#include "base/macros.h"
#include "solver/explain_int.h"

/* ---- minimal core ---------------------------------------------------------------------------------- */

/* Beyond this many clauses the core is told as it is: thinning out is quadratic. */
#define THIN_MAX 500
/* Nor is it worth many conflicts: a clause that is not shown to be spare by then stays. */
#define THIN_CONFLICTS_MAX 100000u

/* Variables of the full problem in a small one; `dense` is by variable, zero where unused. */
struct renumbering {
	int *dense;
	struct int_list used;
	uint64_t conflicts; /* of all solves so far */
};

static void copy_clause(const struct encoder *c, const struct reason *r, struct sat *to,
			struct renumbering *n)
{
	struct int_list lits = { 0 };

	for (uint32_t k = 0; k < r->n; k++) {
		int l = c->lits.v[r->first + k], v = abs(l);

		if (!n->dense[v]) {
			n->dense[v] = sat_new_var(to);
			vec_push(&n->used, v);
		}
		vec_push(&lits, l < 0 ? -n->dense[v] : n->dense[v]);
	}
	sat_clause(to, lits.v, lits.n, 0);
	vec_done(&lits);
}

/* Do these clauses but one, with all active roots wanted, still have no model? */
static bool refutes(const struct encoder *c, const struct tag_list *tags, size_t except,
		    struct renumbering *n)
{
	struct sat *s;
	bool refuted;

	if (n->conflicts >= THIN_CONFLICTS_MAX)
		return false;
	s = sat_new();
	sat_set_limit(s, THIN_CONFLICTS_MAX - n->conflicts);

	for (size_t i = 0; i < tags->n; i++)
		if (i != except)
			copy_clause(c, &c->reasons.v[tags->v[i]], s, n);
	for (size_t i = 0; i < c->roots.n; i++)
		if (c->roots.v[i].active && n->dense[c->roots.v[i].var])
			sat_clause(s, &n->dense[c->roots.v[i].var], 1, 0);
	refuted = sat_solve(s) == SAT_FALSE;
	n->conflicts += sat_stats(s).conflicts;
	for (size_t i = 0; i < n->used.n; i++)
		n->dense[n->used.v[i]] = 0;
	n->used.n = 0;
	sat_free(s);
	return refuted;
}

/* From the far end: what lies near the goals is kept when there is a choice. */
static void minimal_core(const struct encoder *c, struct tag_list *ret)
{
	struct renumbering small = { .dense = xcalloc(c->nodes.n, sizeof(int)) };
	const uint32_t *tags;
	size_t n;

	sat_core(c->sat, &tags, &n);
	for (size_t i = 0; i < n; i++)
		vec_push(ret, tags[i]);
	if (n <= THIN_MAX)
		for (size_t i = n; i > 0; i--)
			if (refutes(c, ret, i - 1, &small)) {
				memmove(ret->v + i - 1, ret->v + i, (ret->n - i) * sizeof(*ret->v));
				ret->n--;
			}
	free(small.dense);
	vec_done(&small.used);
}

/* ---- words ----------------------------------------------------------------------------------------- */

#define TELL_DEPTH_MAX 60
#define TELL_LINES_MAX 300

bool tell_line(struct story *s, unsigned depth)
{
	if (s->lines == TELL_LINES_MAX)
		strbuf_adds(s->out, "  ... and more\n");
	if (++s->lines > TELL_LINES_MAX)
		return false;
	for (unsigned i = 0; i < depth; i++)
		strbuf_adds(s->out, "  ");
	return true;
}

void tell_pkg(const struct story *s, pkg_id p)
{
	const struct package *pkg = universe_pkg(s->c->u, p);

	strbuf_add(s->out, universe_sv(s->c->u, pkg->name));
	strbuf_addc(s->out, ' ');
	strbuf_add(s->out, universe_sv(s->c->u, pkg->version));
}

void tell_asker(struct story *s, const struct root *root)
{
	if (root->pkg) /* asked about, by nobody in particular */
		return;
	if (root->essential) {
		strbuf_adds(s->out, " (essential)");
		return;
	}
	strbuf_adds(s->out, " (asked by ");
	strbuf_add(s->out, s->c->in->goals.v[root->goal].origin);
	strbuf_addc(s->out, ')');
}

static const char *verb(const struct reason *r)
{
	switch (r->dep_kind) {
	case DEPK_BREAKS:
		return "breaks";
	case DEPK_OBSOLETES:
		return "obsoletes";
	default:
		return "conflicts with";
	}
}

static void tell_literal(struct story *s, int lit, unsigned depth, const struct root *root);

static void tell_choices(struct story *s, const struct reason *r, unsigned depth)
{
	for (uint32_t i = 1; i < r->n && s->lines <= TELL_LINES_MAX; i++)
		tell_literal(s, s->c->lits.v[r->first + i], depth, NULL);
}

/* The beginning of a line about p. */
static bool tell_subject(struct story *s, pkg_id p, unsigned depth, const struct root *root)
{
	if (!tell_line(s, depth))
		return false;
	tell_pkg(s, p);
	if (root)
		tell_asker(s, root);
	return true;
}

static void tell_conflict(struct story *s, pkg_id p, const struct reason *r)
{
	if (r->pkg != p) {
		strbuf_adds(s->out, " cannot stay beside ");
		tell_pkg(s, r->pkg);
		strbuf_addf(s->out, ", which %s it", verb(r));
		return;
	}
	strbuf_addf(s->out, " %s ", verb(r));
	if (!r->other) {
		dep_print(s->c->u, r->dep, s->out);
		return;
	}
	tell_pkg(s, r->other);
	if (universe_pkg(s->c->u, r->other)->name != universe_dep_at(s->c->u, r->dep)->name) {
		strbuf_adds(s->out, ", which is ");
		dep_print(s->c->u, r->dep, s->out);
	}
}

static void tell_same_name(struct story *s, pkg_id p, const struct reason *r)
{
	pkg_id other = r->pkg == p ? r->other : r->pkg;

	strbuf_adds(s->out, " cannot be installed beside ");
	if (other)
		tell_pkg(s, other);
	else
		strbuf_adds(s->out, "another version");
}

static bool tell_about(const struct reason *r, pkg_id p)
{
	return r->kind != REASON_DEFINES && (r->pkg == p || r->other == p);
}

/* One fact of the core about p. */
static void tell_fact(struct story *s, pkg_id p, const struct reason *r, unsigned depth,
		      const struct root *root)
{
	if (!tell_subject(s, p, depth, root))
		return;
	switch ((enum reason_kind)r->kind) {
	case REASON_REQUIRES:
		strbuf_adds(s->out, " requires ");
		dep_print(s->c->u, r->dep, s->out);
		strbuf_addc(s->out, '\n');
		if (r->n == 1)
			tell_missing(s, r->dep, depth + 1, NULL);
		else
			tell_choices(s, r, depth + 1);
		return;
	case REASON_CONFLICTS:
		tell_conflict(s, p, r);
		break;
	case REASON_SAME_NAME:
		tell_same_name(s, p, r);
		break;
	case REASON_EXCLUDED:
		strbuf_adds(s->out, " is among the packages never to install");
		break;
	case REASON_ROOT:
	case REASON_DEFINES:
		break;
	}
	strbuf_addc(s->out, '\n');
}

static void tell_package(struct story *s, pkg_id p, unsigned depth, const struct root *root)
{
	struct sv key = arena_sv(&s->arena, sv_of(&p, sizeof(p)));
	bool told = false;

	if (depth > TELL_DEPTH_MAX || !map_put(&s->told, key, 1)) {
		if (tell_subject(s, p, depth, root))
			strbuf_adds(s->out, depth > TELL_DEPTH_MAX ? " cannot be installed\n"
								   : ": see above\n");
		return;
	}
	for (size_t i = 0; i < s->core.n; i++) {
		uint32_t *known =
			map_slot(&s->told_tags, sv_of(&s->core.v[i], sizeof(uint32_t)), 0);

		if (told && *known) /* the other side said it already */
			continue;
		if (!tell_about(&s->c->reasons.v[s->core.v[i]], p))
			continue;
		*known = 1; /* before going deeper, where the slot may move */
		told = true;
		tell_fact(s, p, &s->c->reasons.v[s->core.v[i]], depth, root);
	}
	/* part of a conflict that is stated about many packages at once */
	if (!told && tell_subject(s, p, depth, root))
		strbuf_adds(s->out, " is what the others exclude\n");
}

/* An expression is told through its own requirements. */
static void tell_literal(struct story *s, int lit, unsigned depth, const struct root *root)
{
	if (lit < 0)
		return;
	if (s->c->nodes.v[lit].pkg) {
		tell_package(s, s->c->nodes.v[lit].pkg, depth, root);
		return;
	}
	if (depth > TELL_DEPTH_MAX)
		return;
	for (size_t i = 0; i < s->core.n; i++) {
		const struct reason *r = &s->c->reasons.v[s->core.v[i]];

		if (r->kind == REASON_DEFINES && r->n > 1 && s->c->lits.v[r->first] == -lit)
			tell_choices(s, r, depth + 1);
	}
}

/* A goal for a package that is there under its own name needs no line of its own. */
static bool names_itself(const struct story *s, const struct root *root, const struct reason *r)
{
	int only = r->n == 2 ? s->c->lits.v[r->first + 1] : 0;
	pkg_id p = only > 0 ? s->c->nodes.v[only].pkg : 0;
	const struct dep *d = root->dep ? universe_dep_at(s->c->u, root->dep) : NULL;

	return p &&
	       (!d || (d->op == DEP_ATOM && !d->rel && d->name == universe_pkg(s->c->u, p)->name));
}

static void tell_root(struct story *s, const struct reason *r)
{
	const struct root *root = &s->c->roots.v[r->root];

	if (r->n == 1) {
		tell_missing(s, r->dep, 1, root);
		return;
	}
	if (names_itself(s, root, r)) {
		tell_literal(s, s->c->lits.v[r->first + 1], 1, root);
		return;
	}
	if (!tell_line(s, 1))
		return;
	if (root->dep)
		dep_print(s->c->u, root->dep, s->out);
	else
		strbuf_add(s->out, universe_sv(s->c->u, root->name));
	tell_asker(s, root);
	strbuf_adds(s->out, " cannot be had\n");
	tell_choices(s, r, 2);
}

/* Each goal that nothing can satisfy is a refusal by itself: all of them are told. */
static bool tell_impossible(struct story *s)
{
	bool any = false;

	for (size_t i = 0; i < s->c->roots.n; i++) {
		const struct root *root = &s->c->roots.v[i];

		if (!root->active || !root->impossible || !root->dep)
			continue;
		tell_missing(s, root->dep, 1, root);
		any = true;
	}
	return any;
}

static void tell_core(struct story *s)
{
	minimal_core(s->c, &s->core);
	for (size_t i = 0; i < s->core.n; i++)
		if (s->c->reasons.v[s->core.v[i]].kind == REASON_ROOT)
			tell_root(s, &s->c->reasons.v[s->core.v[i]]);
}

void explain(const struct encoder *c, struct strbuf *why, struct err *e)
{
	struct story s = { .c = c, .out = why, .e = e, .arena = ARENA_INIT };

	err_set(e, E_UNSAT, "cannot install what the recipe asks for");
	if (!tell_impossible(&s))
		tell_core(&s);
	vec_done(&s.core);
	map_done(&s.told);
	map_done(&s.told_tags);
	arena_done(&s.arena);
}

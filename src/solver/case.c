/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "solver/case.h"

#include <stdlib.h>

#include "base/macros.h"

/* ---- what is reached ------------------------------------------------------------------------------- */

VEC_TYPE(pkg_list, pkg_id);

struct reach {
	const struct universe *u;
	bool recommends;
	VEC(uint8_t) seen; /* by pkg_id */
	struct pkg_list pkgs;
};

static void reach_pkg(struct reach *r, pkg_id p)
{
	if (r->seen.v[p] || universe_pkg(r->u, p)->hidden)
		return;
	r->seen.v[p] = 1;
	vec_push(&r->pkgs, p);
}

static void reach_name(struct reach *r, str_id name)
{
	uint32_t n;
	const struct provider *v = universe_providers(r->u, name, &n);

	for (uint32_t i = 0; i < n; i++)
		reach_pkg(r, v[i].pkg);
}

/* Every package that any part of d could mean, whatever its version: a refusal names those, too. */
static void reach_dep(struct reach *r, dep_id d)
{
	VEC(dep_id) stack = { 0 };

	vec_push(&stack, d);
	while (stack.n) {
		const struct dep *n = universe_dep_at(r->u, stack.v[--stack.n]);

		if (n->op == DEP_ATOM) {
			reach_name(r, n->name);
			continue;
		}
		vec_push(&stack, n->a);
		vec_push(&stack, n->b);
	}
	vec_done(&stack);
}

static void reach_list(struct reach *r, const struct dep_list *l)
{
	for (uint32_t i = 0; i < l->n; i++)
		reach_dep(r, r->u->dep_refs.v[l->first + i]);
}

static void reach_goals(struct reach *r, const struct solver_input *in)
{
	for (size_t i = 0; i < in->goals.n; i++) {
		const struct dep *d = universe_dep_at(r->u, in->goals.v[i].dep);
		uint32_t n = 1;

		reach_dep(r, in->goals.v[i].dep);
		if (d->op == DEP_ATOM)
			(void)universe_providers(r->u, d->name, &n);
		if (n == 0) { /* the refusal may say what it looks like */
			struct sv near = universe_near_name(r->u, universe_sv(r->u, d->name));

			reach_pkg(r, near.n ? universe_find(r->u, near) : 0);
		}
	}
	for (size_t i = 0; i < in->locked.n; i++)
		reach_pkg(r, in->locked.v[i]);
	for (pkg_id p = 1; in->essential && p <= universe_count(r->u); p++)
		if (universe_pkg(r->u, p)->essential)
			reach_pkg(r, p);
}

static int order_cmp(const void *pa, const void *pb, void *arg)
{
	const pkg_id *a = pa, *b = pb;
	const struct universe *u = arg;
	const struct package *x = universe_pkg(u, *a), *y = universe_pkg(u, *b);
	int r = (x->repo > y->repo) - (x->repo < y->repo);

	if (!r && x->name != y->name)
		r = sv_cmp(universe_sv(u, x->name), universe_sv(u, y->name));
	if (!r)
		r = universe_version_cmp(u, x->version, y->version);
	return r ? r : (*a > *b) - (*a < *b);
}

/* Could a package with Supplements be wanted? All their names are then among what is reached. */
static bool may_hold(const struct reach *r, dep_id d, unsigned depth)
{
	const struct dep *n = universe_dep_at(r->u, d);
	uint32_t count;

	if (n->op != DEP_ATOM) {
		bool a = depth > 64 || may_hold(r, n->a, depth + 1);

		if (n->op == DEP_AND || n->op == DEP_WITH)
			return a && (depth > 64 || may_hold(r, n->b, depth + 1));
		return a || n->op != DEP_OR || may_hold(r, n->b, depth + 1);
	}
	const struct provider *v = universe_providers(r->u, n->name, &count);

	for (uint32_t i = 0; i < count; i++)
		if (r->seen.v[v[i].pkg])
			return true;
	return false;
}

static void reach_supplements(struct reach *r)
{
	for (pkg_id p = 1; p <= universe_count(r->u); p++) {
		const struct dep_list *l = &universe_pkg(r->u, p)->deps[DEPK_SUPPLEMENTS];

		for (uint32_t i = 0; i < l->n && !r->seen.v[p]; i++)
			if (may_hold(r, r->u->dep_refs.v[l->first + i], 0))
				reach_pkg(r, p);
	}
}

static void reach_all(struct reach *r, const struct solver_input *in)
{
	for (pkg_id p = 0; p <= universe_count(r->u); p++)
		vec_push(&r->seen, p == 0);
	r->recommends = in->recommends || in->recommends_of.n;
	reach_goals(r, in);
	for (size_t i = 0; i < r->pkgs.n; i++) {
		const struct package *p = universe_pkg(r->u, r->pkgs.v[i]);

		reach_list(r, &p->deps[DEPK_REQUIRES]);
		if (r->recommends)
			reach_list(r, &p->deps[DEPK_RECOMMENDS]);
		if (r->recommends && i + 1 == r->pkgs.n)
			reach_supplements(r);
	}
	if (r->pkgs.n > 1)
		qsort_r(r->pkgs.v, r->pkgs.n, sizeof(*r->pkgs.v), order_cmp,
			(void *)(uintptr_t)r->u);
}

/* ---- dependencies ---------------------------------------------------------------------------------- */

/* What the format would take for its own becomes %XX. */
static void write_word(struct strbuf *out, struct sv s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (strchr("%:()|,{} #", s.p[i]) && s.p[i])
			strbuf_addf(out, "%%%02x", (unsigned)(unsigned char)s.p[i]);
		else
			strbuf_addc(out, s.p[i]);
	}
}

static void write_atom(const struct universe *u, const struct dep *d, struct strbuf *out)
{
	write_word(out, universe_sv(u, d->name));
	if (d->arch) {
		strbuf_addc(out, ':');
		strbuf_add(out, universe_sv(u, d->arch));
	}
	if (d->rel) {
		strbuf_addf(out, " (%s ", dep_rel_text(FAMILY_DEB, d->rel));
		strbuf_add(out, universe_sv(u, d->version));
		strbuf_addc(out, ')');
	}
}

static void write_dep(const struct universe *u, dep_id d, bool inner, struct strbuf *out)
{
	static const char *const words[] = {
		[DEP_OR] = "or",         [DEP_AND] = "and",   [DEP_IF] = "if",
		[DEP_UNLESS] = "unless", [DEP_WITH] = "with", [DEP_WITHOUT] = "without"
	};
	const struct dep *n = universe_dep_at(u, d);

	if (n->op == DEP_ATOM) {
		write_atom(u, n, out);
		return;
	}
	if (n->op == DEP_OR && !inner) {
		write_dep(u, n->a, true, out);
		strbuf_adds(out, " | ");
		write_dep(u, n->b, false, out);
		return;
	}
	strbuf_addc(out, '{');
	write_dep(u, n->a, true, out);
	strbuf_addf(out, " %s ", words[n->op]);
	write_dep(u, n->b, true, out);
	strbuf_addc(out, '}');
}

/* Does anything reached answer to a name in d? */
static bool is_about(const struct reach *r, dep_id d)
{
	const struct dep *n = universe_dep_at(r->u, d);
	uint32_t count;
	const struct provider *v;

	if (n->op != DEP_ATOM)
		return true;
	v = universe_providers(r->u, n->name, &count);
	for (uint32_t i = 0; i < count; i++)
		if (r->seen.v[v[i].pkg])
			return true;
	return false;
}

static void write_list(const struct reach *r, const char *field, const struct dep_list *l,
		       uint32_t from, bool against, struct strbuf *out)
{
	unsigned n = 0;

	for (uint32_t i = from; i < l->n; i++) {
		dep_id d = r->u->dep_refs.v[l->first + i];

		if (against && !is_about(r, d))
			continue;
		if (n++ == 0)
			strbuf_addf(out, "  %s: ", field);
		else
			strbuf_adds(out, ", ");
		write_dep(r->u, d, false, out);
	}
	if (n)
		strbuf_addc(out, '\n');
}

/* ---- packages -------------------------------------------------------------------------------------- */

static void write_package(const struct reach *r, pkg_id id, struct strbuf *out)
{
	static const char *const priorities[] = { "required", "important", "standard", "optional",
						  "extra" };
	static const char *const multi[] = { [MULTI_ARCH_SAME] = "same",
					     [MULTI_ARCH_FOREIGN] = "foreign",
					     [MULTI_ARCH_ALLOWED] = "allowed" };
	const struct package *p = universe_pkg(r->u, id);

	strbuf_adds(out, "package ");
	write_word(out, universe_sv(r->u, p->name));
	strbuf_addf(out, " " SV_FMT, SV_ARG(universe_sv(r->u, p->version)));
	if (p->arch != r->u->native_arch)
		strbuf_addf(out, " " SV_FMT, SV_ARG(universe_sv(r->u, p->arch)));
	strbuf_addc(out, '\n');
	if (p->essential)
		strbuf_adds(out, "  Essential: yes\n");
	if (p->priority < ARRAY_SIZE(priorities))
		strbuf_addf(out, "  Priority: %s\n", priorities[p->priority]);
	if (p->multi_arch != MULTI_ARCH_NO)
		strbuf_addf(out, "  Multi-Arch: %s\n", multi[p->multi_arch]);
	write_list(r, "Pre-Depends", &p->deps[DEPK_PRE_REQUIRES], 0, false, out);
	write_list(r, "Depends", &p->deps[DEPK_REQUIRES], p->deps[DEPK_PRE_REQUIRES].n, false, out);
	if (r->recommends)
		write_list(r, "Recommends", &p->deps[DEPK_RECOMMENDS], 0, false, out);
	if (r->u->family == FAMILY_RPM) { /* they decide between providers, too */
		if (!r->recommends)
			write_list(r, "Recommends", &p->deps[DEPK_RECOMMENDS], 0, false, out);
		write_list(r, "Suggests", &p->deps[DEPK_SUGGESTS], 0, false, out);
		write_list(r, "Supplements", &p->deps[DEPK_SUPPLEMENTS], 0, false, out);
		write_list(r, "Enhances", &p->deps[DEPK_ENHANCES], 0, false, out);
	}
	write_list(r, "Conflicts", &p->deps[DEPK_CONFLICTS], 0, true, out);
	write_list(r, "Breaks", &p->deps[DEPK_BREAKS], 0, true, out);
	write_list(r, "Obsoletes", &p->deps[DEPK_OBSOLETES], 0, true, out);
	write_list(r, "Provides", &p->deps[DEPK_PROVIDES], 0, false, out);
}

static void write_mirror(const struct universe_repo *repo, struct strbuf *out)
{
	strbuf_adds(out, "mirror ");
	for (size_t i = 0; i < repo->label.n; i++)
		strbuf_addc(out, repo->label.p[i] == '\n' ? ' ' : repo->label.p[i]);
	strbuf_addf(out, " %d\n", repo->priority);
}

static void write_universe(const struct reach *r, struct strbuf *out)
{
	size_t at = 0;

	if (r->u->family == FAMILY_RPM)
		strbuf_adds(out, "family rpm\n");
	strbuf_addf(out, "arch " SV_FMT "\n", SV_ARG(universe_sv(r->u, r->u->native_arch)));
	for (uint16_t i = 0; i < r->u->repos.n; i++) {
		write_mirror(&r->u->repos.v[i], out);
		for (; at < r->pkgs.n && universe_pkg(r->u, r->pkgs.v[at])->repo == i; at++)
			write_package(r, r->pkgs.v[at], out);
	}
}

/* ---- goals and outcome ----------------------------------------------------------------------------- */

static void write_wishes(const struct solver_input *in, struct strbuf *out)
{
	const struct universe *u = in->u;

	for (size_t i = 0; i < in->goals.n; i++) {
		strbuf_adds(out, in->goals.v[i].optional ? "optional " : "goal ");
		write_dep(u, in->goals.v[i].dep, false, out);
		strbuf_addf(out, " # " SV_FMT "\n", SV_ARG(in->goals.v[i].origin));
	}
	for (size_t i = 0; i < in->assumed.n; i++)
		strbuf_addf(out, "assume " SV_FMT "\n", SV_ARG(in->assumed.v[i].name));
	for (size_t i = 0; i < in->excluded.n; i++)
		strbuf_addf(out, "exclude " SV_FMT "\n", SV_ARG(in->excluded.v[i]));
	for (size_t i = 0; i < in->locked.n; i++) {
		const struct package *p = universe_pkg(u, in->locked.v[i]);

		strbuf_addf(out, "lock " SV_FMT " " SV_FMT "\n", SV_ARG(universe_sv(u, p->name)),
			    SV_ARG(universe_sv(u, p->version)));
	}
	for (size_t i = 0; i < in->recommends_of.n; i++)
		strbuf_addf(out, "recommends-of " SV_FMT "\n", SV_ARG(in->recommends_of.v[i]));
	if (in->recommends)
		strbuf_adds(out, "recommends\n");
	if (in->essential)
		strbuf_adds(out, "essential\n");
}

static void write_item(const struct universe *u, const struct solver_item *it, struct strbuf *out)
{
	const struct package *p = universe_pkg(u, it->pkg);

	strbuf_addf(out, SV_FMT " " SV_FMT, SV_ARG(universe_sv(u, p->name)),
		    SV_ARG(universe_sv(u, p->version)));
	if (p->arch != u->native_arch)
		strbuf_addf(out, " " SV_FMT, SV_ARG(universe_sv(u, p->arch)));
	if (u->repos.n > 1)
		strbuf_addf(out, " (" SV_FMT ")", SV_ARG(u->repos.v[p->repo].label));
	strbuf_adds(out, " <- ");
	if (it->essential)
		strbuf_adds(out, "essential");
	else if (it->because)
		strbuf_addf(out, SV_FMT ": ",
			    SV_ARG(universe_sv(u, universe_pkg(u, it->because)->name)));
	else
		strbuf_adds(out, "goal ");
	if (it->dep)
		dep_print(u, it->dep, out);
	strbuf_addc(out, '\n');
}

void solver_case_outcome(const struct solver_input *in, const struct solver_outcome *o,
			 struct strbuf *out)
{
	if (!o->result) {
		strbuf_addf(out, "error: %s\n", o->e->text);
		strbuf_add(out, strbuf_sv(o->why));
		if (o->e->hint[0])
			strbuf_addf(out, "hint: %s\n", o->e->hint);
		return;
	}
	for (size_t i = 0; i < o->result->items.n; i++)
		write_item(in->u, &o->result->items.v[i], out);
	for (size_t i = 0; i < o->result->dropped_goals.n; i++) {
		strbuf_adds(out, "dropped ");
		dep_print(in->u, in->goals.v[o->result->dropped_goals.v[i]].dep, out);
		strbuf_addc(out, '\n');
	}
}

void solver_case_write(const struct solver_input *in, const struct solver_outcome *o,
		       struct strbuf *out)
{
	struct reach r = { .u = in->u };

	reach_all(&r, in);
	write_universe(&r, out);
	write_wishes(in, out);
	strbuf_adds(out, "expect\n");
	solver_case_outcome(in, o, out);
	vec_done(&r.seen);
	vec_done(&r.pkgs);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What to say about a dependency that nothing satisfies, and what comes near it. */
#include <stdlib.h>

#include "solver/explain_int.h"

#define NEAR_MAX 5 /* packages listed per name */

enum miss {
	MISS_ARCH,
	MISS_BUILDER,
	MISS_OLD,
	MISS_NEW,
	MISS_OTHER,
	MISS_UNVERSIONED,
	MISS_QUALIFIER
};

static enum miss why_not(const struct encoder *c, const struct provider *v, const struct dep *atom)
{
	const struct package *pkg = universe_pkg(c->u, v->pkg);
	struct dep any = *atom;
	int cmp;

	if (name_assumed(c, pkg->name))
		return MISS_BUILDER;
	if (!pkg_installable(c, v->pkg))
		return MISS_ARCH;
	any.rel = REL_ANY;
	if (!provider_satisfies(c->u, v, &any))
		return MISS_QUALIFIER;
	if (!v->version)
		return MISS_UNVERSIONED;
	cmp = universe_version_cmp(c->u, v->version, atom->version);
	if ((atom->rel & REL_GT) && cmp <= 0)
		return MISS_OLD;
	if ((atom->rel & REL_LT) && cmp >= 0)
		return MISS_NEW;
	return MISS_OTHER;
}

static void hint_near(struct story *s, const struct provider *v, enum miss miss)
{
	const struct universe *u = s->c->u;
	const struct package *pkg = universe_pkg(u, v->pkg);
	struct sv name = universe_sv(u, pkg->name), label = u->repos.v[pkg->repo].label;

	if (s->e->hint[0])
		return;
	if (miss == MISS_OLD)
		err_hint(s->e,
			 "the newest '" SV_FMT "' is " SV_FMT " in " SV_FMT
			 "; it takes a mirror with a newer one",
			 SV_ARG(name), SV_ARG(universe_sv(u, pkg->version)), SV_ARG(label));
	else if (miss == MISS_ARCH)
		err_hint(s->e,
			 "'" SV_FMT "' is there for " SV_FMT " but the image is for " SV_FMT
			 "; see --arch",
			 SV_ARG(name), SV_ARG(universe_sv(u, pkg->arch)),
			 SV_ARG(universe_sv(u, u->native_arch)));
}

static void tell_miss(struct story *s, const struct provider *v, const struct dep *atom,
		      enum miss miss)
{
	static const char *const words[] = {
		[MISS_BUILDER] = " is taken to be there already and is not installed",
		[MISS_OLD] = " is too old",
		[MISS_NEW] = " is too new",
		[MISS_OTHER] = " is another version",
		[MISS_UNVERSIONED] = " says no version of it",
		[MISS_QUALIFIER] = " does not serve other architectures",
	};
	const struct universe *u = s->c->u;
	const struct package *pkg = universe_pkg(u, v->pkg);

	tell_pkg(s, v->pkg);
	strbuf_adds(s->out, " (");
	strbuf_add(s->out, u->repos.v[pkg->repo].label);
	strbuf_addc(s->out, ')');
	if (!v->own_name) {
		strbuf_adds(s->out, " provides ");
		strbuf_add(s->out, universe_sv(u, atom->name));
		if (v->version) {
			strbuf_addc(s->out, ' ');
			strbuf_add(s->out, universe_sv(u, v->version));
		}
		strbuf_adds(s->out, miss == MISS_UNVERSIONED ? " but" : ", which");
	}
	if (miss == MISS_ARCH) {
		strbuf_adds(s->out, " is for ");
		strbuf_add(s->out, universe_sv(u, pkg->arch));
	} else {
		strbuf_adds(s->out, words[miss]);
	}
	strbuf_addc(s->out, '\n');
}

/* Own names first, newest first. */
static int near_cmp(const void *pa, const void *pb, void *arg)
{
	const struct provider *a = pa, *b = pb;

	if (a->own_name != b->own_name)
		return a->own_name ? -1 : 1;
	return -pkg_order(arg, a->pkg, b->pkg);
}

static void tell_near(struct story *s, const struct dep *atom, unsigned depth)
{
	uint32_t n;
	const struct provider *v = universe_providers(s->c->u, atom->name, &n);
	struct provider *near = xcalloc((size_t)n + 1, sizeof(*near));

	if (n)
		memcpy(near, v, n * sizeof(*near));
	if (n > 1)
		qsort_r(near, n, sizeof(*near), near_cmp, (void *)(uintptr_t)s->c->u);
	for (uint32_t i = 0; i < n && i < NEAR_MAX && tell_line(s, depth); i++) {
		enum miss miss = why_not(s->c, &near[i], atom);

		tell_miss(s, &near[i], atom, miss);
		hint_near(s, &near[i], miss);
	}
	if (n > NEAR_MAX && tell_line(s, depth))
		strbuf_addf(s->out, "nor do %u more\n", n - NEAR_MAX);
	free(near);
}

static void hint_spelling(struct story *s, struct sv name)
{
	struct sv near = universe_near_name(s->c->u, name);

	if (near.n)
		err_hint(s->e, "did you mean '" SV_FMT "'?", SV_ARG(near));
}

static void tell_atom(struct story *s, const struct dep *atom, unsigned depth,
		      const struct root *root)
{
	uint32_t n;

	(void)universe_providers(s->c->u, atom->name, &n);
	if (n) {
		tell_near(s, atom, depth);
		return;
	}
	if (!tell_line(s, depth))
		return;
	strbuf_adds(s->out, "no mirror has ");
	strbuf_add(s->out, universe_sv(s->c->u, atom->name));
	if (root) {
		tell_asker(s, root);
		hint_spelling(s, universe_sv(s->c->u, atom->name));
	}
	strbuf_addc(s->out, '\n');
}

void tell_missing(struct story *s, dep_id d, unsigned depth, const struct root *root)
{
	const struct universe *u = s->c->u;
	uint32_t n = 0;
	VEC(dep_id) stack = { 0 };

	if (universe_dep_at(u, d)->op == DEP_ATOM)
		(void)universe_providers(u, universe_dep_at(u, d)->name, &n);
	if (root && (n || universe_dep_at(u, d)->op != DEP_ATOM)) {
		/* the goal on a line of its own, what comes near it below */
		if (!tell_line(s, depth))
			return;
		dep_print(u, d, s->out);
		tell_asker(s, root);
		strbuf_adds(s->out, " cannot be had\n");
		root = NULL;
		depth++;
	}
	vec_push(&stack, d);
	while (stack.n) {
		const struct dep *x = universe_dep_at(u, stack.v[--stack.n]);

		if (x->op == DEP_ATOM) {
			tell_atom(s, x, depth, root);
			continue;
		}
		if (x->op == DEP_OR || x->op == DEP_AND)
			vec_push(&stack, x->b);
		vec_push(&stack, x->a);
	}
	vec_done(&stack);
}

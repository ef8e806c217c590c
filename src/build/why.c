/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* plan --why: from the request down to a package, and who else needs it. */
#include "build/build_int.h"
#include "build/json.h"

static const struct plan_item *find_item(const struct build *b, struct sv name)
{
	for (size_t i = 0; i < b->plan.items.n; i++)
		if (sv_eq(b->plan.items.v[i].name, name))
			return &b->plan.items.v[i];
	return NULL;
}

static const struct plan_item *item_of(const struct build *b, pkg_id p)
{
	for (size_t i = 0; i < b->plan.items.n; i++)
		if (b->plan.items.v[i].pkg == p && !b->plan.items.v[i].kernel)
			return &b->plan.items.v[i];
	return NULL;
}

VEC_TYPE(chain, const struct plan_item *);

/* From the package up to what was asked for. `because` was found by a walk from the goals: no circles. */
static void make_chain(const struct build *b, const struct plan_item *it, struct chain *ret)
{
	for (; it; it = it->because ? item_of(b, it->because) : NULL)
		vec_push(ret, it);
}

/* The words with which `from` needs what satisfies it, 0: it does not. */
static dep_id need_of(const struct universe *u, pkg_id from, pkg_id what)
{
	const struct dep_list *l = &universe_pkg(u, from)->deps[DEPK_REQUIRES];

	for (uint32_t i = 0; i < l->n; i++)
		if (pkg_satisfies(u, what, u->dep_refs.v[l->first + i]))
			return u->dep_refs.v[l->first + i];
	return 0;
}

/* How the package that brought `it` is bound to it. */
static const char *relation(const struct plan_item *it)
{
	if (sv_starts(it->reason, SV("recommended by ")))
		return "recommends";
	return sv_starts(it->reason, SV("supplements ")) ? "supplemented-by" : "requires";
}

static void indent(struct strbuf *out, size_t depth)
{
	for (size_t i = 0; i < depth; i++)
		strbuf_adds(out, "  ");
}

static void write_text(const struct build *b, const struct chain *c, struct strbuf *out)
{
	const struct universe *u = &b->universe;
	const struct plan_item *it = c->v[0];
	unsigned others = 0;

	for (size_t i = c->n; i-- > 0;) {
		const struct plan_item *x = c->v[i], *next = i > 0 ? c->v[i - 1] : NULL;

		indent(out, c->n - 1 - i);
		strbuf_addf(out, SV_FMT " " SV_FMT, SV_ARG(x->name), SV_ARG(x->version));
		if (i == c->n - 1)
			strbuf_addf(out, " (" SV_FMT ")", SV_ARG(x->reason));
		if (next) {
			strbuf_addf(out, " %s ", relation(next));
			if (sv_starts(next->reason, SV("supplements ")))
				strbuf_addf(out, SV_FMT ": ", SV_ARG(next->name));
			dep_print(u, next->dep, out);
		}
		strbuf_addc(out, '\n');
	}
	for (size_t i = 0; i < b->plan.items.n; i++) {
		const struct plan_item *x = &b->plan.items.v[i];
		dep_id d = x->kernel || x->pkg == it->because ? 0 : need_of(u, x->pkg, it->pkg);

		if (!d || it->kernel || x == it)
			continue;
		if (others++ == 0)
			strbuf_adds(out, "also required by:\n");
		strbuf_addf(out, "  " SV_FMT " " SV_FMT " requires ", SV_ARG(x->name),
			    SV_ARG(x->version));
		dep_print(u, d, out);
		strbuf_addc(out, '\n');
	}
}

static void json_dep(struct json *j, const struct universe *u, const char *key, dep_id d)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;

	dep_print(u, d, &text);
	json_text(j, key, strbuf_sv(&text));
}

static int write_json(const struct build *b, const struct chain *c, struct strbuf *out,
		      struct err *e)
{
	const struct plan_item *it = c->v[0];
	struct json j;

	json_init(&j);
	json_object(&j, NULL);
	json_text(&j, "package", it->name);
	json_text(&j, "version", it->version);
	json_text(&j, "request", c->v[c->n - 1]->reason);
	json_array(&j, "chain");
	for (size_t i = c->n; i-- > 0;) {
		json_object(&j, NULL);
		json_text(&j, "package", c->v[i]->name);
		json_text(&j, "version", c->v[i]->version);
		if (i > 0)
			json_dep(&j, &b->universe, relation(c->v[i - 1]), c->v[i - 1]->dep);
		json_end(&j);
	}
	json_end(&j);
	json_array(&j, "also-required-by");
	for (size_t i = 0; i < b->plan.items.n; i++) {
		const struct plan_item *x = &b->plan.items.v[i];

		if (x != it && !x->kernel && !it->kernel && x->pkg != it->because &&
		    need_of(&b->universe, x->pkg, it->pkg))
			json_text(&j, NULL, x->name);
	}
	json_end(&j);
	json_end(&j);
	return json_finish(&j, out, e);
}

static const struct recipe_value *find_value(const struct recipe_list *l, struct sv name)
{
	for (size_t i = 0; i < l->n; i++)
		if (sv_eq(l->v[i].text, name))
			return &l->v[i];
	return NULL;
}

static int why_not(const struct build *b, struct sv name, struct err *e)
{
	const struct recipe_value *v = find_value(&b->recipe.satisfied, name);
	struct sv near;

	if (v) {
		err_set(e, E_NOTFOUND, "package '" SV_FMT "' is not in the plan", SV_ARG(name));
		return err_hint(e, SV_FMT ": it counts as installed (SatisfiedByBuilder=)",
				SV_ARG(v->origin));
	}
	if (universe_find(&b->universe, name)) {
		err_set(e, E_NOTFOUND, "package '" SV_FMT "' is not in the plan", SV_ARG(name));
		return err_hint(e, "nothing in the plan needs it; --package would ask for it");
	}
	near = universe_near_name(&b->universe, name);
	err_set(e, E_NOTFOUND, "no mirror has a package '" SV_FMT "'", SV_ARG(name));
	return near.n ? err_hint(e, "did you mean '" SV_FMT "'?", SV_ARG(near)) : e->code;
}

int plan_why(const struct build *b, struct sv name, bool json, struct strbuf *out, struct err *e)
{
	const struct plan_item *it = find_item(b, name);
	struct chain c = { 0 };
	int r = 0;

	if (!it)
		return why_not(b, name, e);
	make_chain(b, it, &c);
	if (json)
		r = write_json(b, &c, out, e);
	else
		write_text(b, &c, out);
	vec_done(&c);
	return r;
}

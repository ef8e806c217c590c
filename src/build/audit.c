/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Is every package of the mirrors installable? Words for what solver/audit finds. */
#include "solver/audit.h"

#include "build/build_int.h"
#include "build/json.h"

/* The tree on one line: a deeper line explains the one before, another of the same depth goes on. */
static void flatten(struct sv tree, struct strbuf *out)
{
	size_t before = 0;
	struct sv line;

	strbuf_clear(out);
	while (sv_line(&tree, &line)) {
		size_t depth = 0;

		while (sv_skip(&line, SV("  ")))
			depth++;
		if (out->n)
			strbuf_adds(out, depth > before ? ": " : "; ");
		strbuf_add(out, line);
		before = depth;
	}
}

static int write_json(const struct universe *u, const struct audit *a, struct strbuf *out,
		      struct err *e)
{
	_cleanup_strbuf_ struct strbuf reason = STRBUF_INIT;
	struct json j;

	json_init(&j);
	json_object(&j, NULL);
	json_number(&j, "packages", a->packages);
	json_array(&j, "uninstallable");
	for (size_t i = 0; i < a->items.n; i++) {
		const struct package *p = universe_pkg(u, a->items.v[i].pkg);

		flatten(a->items.v[i].reason, &reason);
		json_object(&j, NULL);
		json_text(&j, "package", universe_sv(u, p->name));
		json_text(&j, "version", universe_sv(u, p->version));
		json_text(&j, "architecture", universe_sv(u, p->arch));
		json_text(&j, "reason", strbuf_sv(&reason));
		json_end(&j);
	}
	json_end(&j);
	json_end(&j);
	return json_finish(&j, out, e);
}

static void write_text(const struct universe *u, const struct audit *a, struct strbuf *out)
{
	for (size_t i = 0; i < a->items.n; i++) {
		const struct package *p = universe_pkg(u, a->items.v[i].pkg);
		struct sv rest = a->items.v[i].reason, line;

		strbuf_addf(out, SV_FMT " " SV_FMT " " SV_FMT " (" SV_FMT ")\n",
			    SV_ARG(universe_sv(u, p->name)), SV_ARG(universe_sv(u, p->version)),
			    SV_ARG(universe_sv(u, p->arch)), SV_ARG(u->repos.v[p->repo].label));
		while (sv_line(&rest, &line)) {
			strbuf_adds(out, "  ");
			strbuf_add(out, line);
			strbuf_addc(out, '\n');
		}
	}
	if (a->items.n)
		strbuf_addf(out, "%zu of %u packages cannot be installed\n", a->items.n,
			    a->packages);
	else
		strbuf_addf(out, "all %u packages can be installed\n", a->packages);
}

int build_audit(const struct build_options *o, const struct build_hooks *h, bool json,
		size_t *ret_broken, struct err *e)
{
	_cleanup_(build_done) struct build b = { .o = o, .h = h, .whole_universe = true };
	_cleanup_(audit_done) struct audit a = { .packages = 0 };
	int r;

	if (h->stage)
		h->stage(h->arg, "mirrors");
	r = stage_mirrors(&b, e);
	if (r < 0)
		return r;
	if (h->stage)
		h->stage(h->arg, "audit");
	r = audit_universe(&b.universe, &a, e);
	if (h->stage)
		h->stage(h->arg, NULL);
	if (r == 0 && json)
		r = write_json(&b.universe, &a, h->dump, e);
	else if (r == 0)
		write_text(&b.universe, &a, h->dump);
	if (r == 0)
		*ret_broken = a.items.n;
	return r;
}

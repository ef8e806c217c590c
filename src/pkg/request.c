/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Requirements as people write them; the recipe and command line forms of kindling(1) and recipe(5). */
#include "pkg/universe.h"

static bool is_name_char(char c)
{
	return ascii_isdigit(c) || ascii_isalpha(c) || c == '+' || c == '-' || c == '.' || c == '_';
}

static struct sv take_name(struct sv *rest)
{
	size_t n = 0;

	while (n < rest->n && is_name_char(rest->p[n]))
		n++;

	struct sv name = sv_head(*rest, n);

	*rest = sv_from_pos(*rest, n);
	return name;
}

/* "(>= 1.2)" behind the name; also ">= 1.2" as rpm's users write it. */
static int parse_relation(struct universe *u, struct sv rest, struct dep *d, struct err *e)
{
	static const struct {
		struct sv text;
		uint8_t rel;
	} rels[] = {
		{ { "<<", 2 }, REL_LT },          { { "<=", 2 }, REL_LT | REL_EQ },
		{ { ">=", 2 }, REL_GT | REL_EQ }, { { ">>", 2 }, REL_GT },
		{ { "==", 2 }, REL_EQ },          { { "=", 1 }, REL_EQ },
		{ { "<", 1 }, REL_LT },           { { ">", 1 }, REL_GT },
	};
	bool paren = sv_skip(&rest, SV("("));

	if (paren && !sv_cut_end(&rest, SV(")")))
		return err_set(e, E_USAGE, "')' is missing");
	rest = sv_trim(rest);
	for (size_t i = 0; i < ARRAY_SIZE(rels) && !d->rel; i++)
		if (sv_skip(&rest, rels[i].text))
			d->rel = rels[i].rel;
	if (!d->rel)
		return err_set(e, E_USAGE, "no relation before '" SV_FMT "'", SV_ARG(rest));

	rest = sv_trim(rest);
	if (version_check(u->family, rest, e) < 0) {
		e->code = E_USAGE;
		return E_USAGE;
	}
	d->version = intern_copy(&u->strings, rest);
	return 0;
}

static int parse(struct universe *u, struct sv text, struct dep *d, struct err *e)
{
	struct sv rest = sv_trim(text), name = take_name(&rest);

	if (name.n == 0)
		return err_set(e, E_USAGE, "no package name at '" SV_FMT "'", SV_ARG(rest));
	d->name = intern_copy(&u->strings, name);

	if (sv_skip(&rest, SV("/")) || sv_skip(&rest, SV(":"))) {
		struct sv arch = take_name(&rest);

		if (arch.n == 0)
			return err_set(e, E_USAGE, "architecture is empty");
		d->arch = intern_copy(&u->strings, arch);
	}
	rest = sv_trim(rest);
	return rest.n ? parse_relation(u, rest, d, e) : 0;
}

int dep_parse_request(struct universe *u, struct sv text, dep_id *ret, struct err *e)
{
	struct dep d = { .op = DEP_ATOM };

	if (parse(u, text, &d, e) < 0) {
		err_wrap(e, "requirement '" SV_FMT "'", SV_ARG(text));
		return err_hint(
			e,
			"write it as 'name', 'name=version', 'name (>= version)' or 'name/architecture'");
	}
	*ret = universe_dep(u, &d);
	return 0;
}

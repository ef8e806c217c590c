/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/solver/mini.h"

#include <stdlib.h>

#include "base/macros.h"
#include "base/num.h"

/* ---- dependencies ---------------------------------------------------------------------------------- */

static struct sv take_until(struct sv *s, const char *stops)
{
	size_t n = 0;
	struct sv taken;

	while (n < s->n && !strchr(stops, s->p[n]))
		n++;
	taken = sv_head(*s, n);
	*s = sv_from_pos(*s, n);
	return taken;
}

/* %XX stands for what the format takes for its own. */
static str_id keep(struct mini *m, struct sv s)
{
	char *to = arena_cstr(&m->arena, s);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		struct err e = ERR_INIT;
		uint64_t c;

		if (s.p[i] == '%' && i + 2 < s.n &&
		    num_parse_u64(sv_of(s.p + i + 1, 2), 16, 255, &c, &e) == 0) {
			to[n++] = (char)c;
			i += 2;
		} else {
			to[n++] = s.p[i];
		}
	}
	return universe_str(&m->u, sv_of(to, n));
}

static dep_id parse_expr(struct mini *m, struct sv *s);

static dep_id parse_atom(struct mini *m, struct sv *s)
{
	static const struct {
		struct sv text;
		uint8_t rel;
	} rels[] = { { { "<<", 2 }, REL_LT },
		     { { "<=", 2 }, REL_LT | REL_EQ },
		     { { ">=", 2 }, REL_GT | REL_EQ },
		     { { ">>", 2 }, REL_GT },
		     { { "=", 1 }, REL_EQ } };
	struct dep d = { .op = DEP_ATOM };

	*s = sv_trim(*s);
	if (sv_skip(s, SV("{"))) {
		dep_id id = parse_expr(m, s);

		*s = sv_trim(*s);
		if (!sv_skip(s, SV("}")))
			m->error = "'}' is missing";
		return id;
	}
	d.name = keep(m, take_until(s, " :(|,}"));
	if (!d.name)
		m->error = "dependency without a name";
	if (sv_skip(s, SV(":")))
		d.arch = keep(m, take_until(s, " (|,}"));
	*s = sv_trim(*s);
	if (sv_skip(s, SV("("))) {
		for (size_t i = 0; i < ARRAY_SIZE(rels) && !d.rel; i++)
			if (sv_skip(s, rels[i].text))
				d.rel = rels[i].rel;
		d.version = keep(m, sv_trim(take_until(s, ")")));
		if (!d.rel || !sv_skip(s, SV(")")))
			m->error = "bad version relation";
	}
	return universe_dep(&m->u, &d);
}

static dep_id parse_expr(struct mini *m, struct sv *s)
{
	static const struct {
		struct sv word;
		uint8_t op;
	} ops[] = { { { "and ", 4 }, DEP_AND },         { { "or ", 3 }, DEP_OR },
		    { { "if ", 3 }, DEP_IF },           { { "unless ", 7 }, DEP_UNLESS },
		    { { "without ", 8 }, DEP_WITHOUT }, { { "with ", 5 }, DEP_WITH } };
	struct dep d = { .a = parse_atom(m, s) };

	*s = sv_trim(*s);
	for (size_t i = 0; i < ARRAY_SIZE(ops); i++)
		if (sv_skip(s, ops[i].word)) {
			d.op = ops[i].op;
			d.b = parse_expr(m, s);
			return universe_dep(&m->u, &d);
		}
	return d.a;
}

static dep_id parse_alternatives(struct mini *m, struct sv *s)
{
	struct dep d = { .op = DEP_OR, .a = parse_atom(m, s) };

	*s = sv_trim(*s);
	if (!sv_skip(s, SV("|")))
		return d.a;
	d.b = parse_alternatives(m, s);
	return universe_dep(&m->u, &d);
}

static void parse_list(struct mini *m, pkg_id p, enum dep_kind kind, struct sv s)
{
	VEC(dep_id) list = { 0 };

	for (s = sv_trim(s); s.n && !m->error; s = sv_trim(s)) {
		vec_push(&list, parse_alternatives(m, &s));
		s = sv_trim(s);
		if (s.n && !sv_skip(&s, SV(",")))
			m->error = "',' is missing between dependencies";
	}
	universe_set_deps(&m->u, p, kind, list.v, (uint32_t)list.n);
	vec_done(&list);
}

/* ---- packages -------------------------------------------------------------------------------------- */

struct stanza {
	struct sv head, fields;
	uint16_t repo;
};

static bool word_is(struct sv line, const char *word, struct sv *ret_rest)
{
	struct sv w;

	return sv_word(&line, &w) && sv_eq(w, sv_from(word)) && (*ret_rest = sv_trim(line), true);
}

static struct sv field(struct sv fields, const char *name)
{
	struct sv line;

	while (sv_line(&fields, &line)) {
		line = sv_trim(line);
		if (sv_skip(&line, sv_from(name)) && sv_skip(&line, SV(":")))
			return sv_trim(line);
	}
	return SV_NULL;
}

static void add_package(struct mini *m, const struct stanza *st)
{
	static const char *const priorities[] = { "required", "important", "standard", "optional",
						  "extra" };
	struct package p = { .repo = st->repo, .priority = PRIO_UNKNOWN };
	struct sv head = st->head, w = SV_NULL;
	pkg_id id;

	p.name = sv_word(&head, &w) ? keep(m, w) : 0;
	p.version = sv_word(&head, &w) ? keep(m, w) : 0;
	p.arch = sv_word(&head, &w) ? keep(m, w) : m->u.native_arch;
	if (!p.version)
		m->error = "package without name and version";
	p.essential = sv_eq(field(st->fields, "Essential"), SV("yes"));
	for (uint8_t i = 0; i < ARRAY_SIZE(priorities); i++)
		if (sv_eq(field(st->fields, "Priority"), sv_from(priorities[i])))
			p.priority = i;
	w = field(st->fields, "Multi-Arch");
	p.multi_arch = sv_eq(w, SV("foreign"))   ? MULTI_ARCH_FOREIGN
		       : sv_eq(w, SV("allowed")) ? MULTI_ARCH_ALLOWED
		       : sv_eq(w, SV("same"))    ? MULTI_ARCH_SAME
						 : MULTI_ARCH_NO;
	id = universe_add(&m->u, &p);

	_cleanup_strbuf_ struct strbuf both = STRBUF_INIT;
	struct sv pre = field(st->fields, "Pre-Depends"), dep = field(st->fields, "Depends");

	strbuf_add(&both, pre);
	if (pre.n && dep.n)
		strbuf_addc(&both, ',');
	strbuf_add(&both, dep);
	parse_list(m, id, DEPK_REQUIRES, strbuf_sv(&both));
	parse_list(m, id, DEPK_PRE_REQUIRES, pre);
	parse_list(m, id, DEPK_RECOMMENDS, field(st->fields, "Recommends"));
	parse_list(m, id, DEPK_SUGGESTS, field(st->fields, "Suggests"));
	parse_list(m, id, DEPK_SUPPLEMENTS, field(st->fields, "Supplements"));
	parse_list(m, id, DEPK_ENHANCES, field(st->fields, "Enhances"));
	parse_list(m, id, DEPK_CONFLICTS, field(st->fields, "Conflicts"));
	parse_list(m, id, DEPK_BREAKS, field(st->fields, "Breaks"));
	parse_list(m, id, DEPK_OBSOLETES, field(st->fields, "Obsoletes"));
	parse_list(m, id, DEPK_PROVIDES, field(st->fields, "Provides"));
}

static void add_mirror(struct mini *m, struct sv rest)
{
	struct universe_repo r = { .priority = (int)m->u.repos.n, .order = (int)m->u.repos.n };
	struct err e = ERR_INIT;
	ptrdiff_t at = sv_rchr(rest, ' ');
	uint64_t n;

	if (at >= 0 && num_parse_u64(sv_from_pos(rest, (size_t)at + 1), 10, 1000, &n, &e) == 0) {
		r.priority = (int)n;
		rest = sv_trim(sv_head(rest, (size_t)at));
	}
	r.label = arena_sv(&m->arena, rest);
	universe_add_repo(&m->u, &r);
}

static void add_goal(struct mini *m, struct sv rest, bool optional)
{
	struct solver_goal g = { .origin = SV("recipe test"), .optional = optional };
	ptrdiff_t at = sv_chr(rest, '#');

	if (at >= 0) {
		g.origin = arena_sv(&m->arena, sv_trim(sv_from_pos(rest, (size_t)at + 1)));
		rest = sv_trim(sv_head(rest, (size_t)at));
	}
	g.dep = parse_alternatives(m, &rest);
	if (rest.n)
		m->error = "something behind the goal";
	vec_push(&m->in.goals, g);
}

static void add_lock(struct mini *m, struct sv rest)
{
	struct sv name = SV_NULL, version = SV_NULL;

	if (!sv_word(&rest, &name) || !sv_word(&rest, &version))
		m->error = "lock without name and version";
	for (pkg_id p = 1; p <= universe_count(&m->u); p++)
		if (sv_eq(universe_sv(&m->u, universe_pkg(&m->u, p)->name), name) &&
		    sv_eq(universe_sv(&m->u, universe_pkg(&m->u, p)->version), version))
			vec_push(&m->in.locked, p);
}

/* Everything but mirrors and packages, in their order. */
static void add_wish(struct mini *m, struct sv line)
{
	struct sv rest;

	if (word_is(line, "goal", &rest) || word_is(line, "optional", &rest))
		add_goal(m, rest, line.p[0] == 'o');
	else if (word_is(line, "assume", &rest))
		vec_push(&m->in.assumed, ((struct solver_assumed){ rest, SV("test") }));
	else if (word_is(line, "exclude", &rest))
		vec_push(&m->in.excluded, rest);
	else if (word_is(line, "lock", &rest))
		add_lock(m, rest);
	else if (word_is(line, "recommends-of", &rest))
		vec_push(&m->in.recommends_of, rest);
	else if (word_is(line, "recommends", &rest))
		m->in.recommends = true;
	else if (word_is(line, "essential", &rest))
		m->in.essential = true;
	else
		m->error = "unknown line";
}

VEC_TYPE(stanzas, struct stanza);
VEC_TYPE(views, struct sv);

static void read_lines(struct mini *m, struct sv text, struct stanzas *packages,
		       struct views *wishes)
{
	struct sv line, rest;

	while (sv_line(&text, &line) && !m->error) {
		bool indented = line.n && ascii_isspace(line.p[0]);

		line = sv_trim(line);
		if (!line.n || line.p[0] == '#' || word_is(line, "family", &rest) ||
		    word_is(line, "arch", &rest))
			continue;
		if (indented) {
			struct stanza *st = packages->n ? &packages->v[packages->n - 1] : NULL;

			if (!st)
				m->error = "field without a package";
			else
				st->fields =
					sv_of(st->fields.p ? st->fields.p : line.p,
					      (size_t)(line.p + line.n -
						       (st->fields.p ? st->fields.p : line.p)));
		} else if (word_is(line, "mirror", &rest)) {
			add_mirror(m, rest);
		} else if (word_is(line, "package", &rest)) {
			if (!m->u.repos.n)
				add_mirror(m, SV("test"));
			vec_push(packages,
				 ((struct stanza){ .head = rest,
						   .repo = (uint16_t)(m->u.repos.n - 1) }));
		} else {
			vec_push(wishes, line);
		}
	}
}

static void shuffle(struct stanzas *list, uint64_t seed)
{
	for (size_t i = list->n; i > 1 && seed; i--) {
		size_t k;
		struct stanza x;

		seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
		k = (size_t)(seed >> 33) % i;
		x = list->v[i - 1];
		list->v[i - 1] = list->v[k];
		list->v[k] = x;
	}
}

bool mini_parse(struct mini *m, struct sv text, uint64_t order)
{
	ptrdiff_t at = sv_find(text, SV("\nexpect\n"));
	struct stanzas packages = { 0 };
	struct views wishes = { 0 };
	struct err e = ERR_INIT;
	bool rpm = sv_starts(text, SV("family rpm"));
	struct sv arch = rpm ? SV("x86_64") : SV("amd64"), rest, line;

	*m = (struct mini){ .arena = ARENA_INIT };
	m->input = text;
	if (at >= 0) {
		m->input = sv_head(text, (size_t)at + 1);
		m->expect = sv_from_pos(text, (size_t)at + 8);
	}
	rest = m->input;
	while (sv_line(&rest, &line))
		(void)word_is(line, "arch", &arch);
	universe_init(&m->u, rpm ? FAMILY_RPM : FAMILY_DEB, arch);
	m->in.u = &m->u;
	read_lines(m, m->input, &packages, &wishes);
	shuffle(&packages, order);
	for (size_t i = 0; i < packages.n && !m->error; i++)
		add_package(m, &packages.v[i]);
	if (universe_finish(&m->u, &e) < 0)
		m->error = "universe_finish failed";
	for (size_t i = 0; i < wishes.n && !m->error; i++)
		add_wish(m, wishes.v[i]);
	vec_done(&packages);
	vec_done(&wishes);
	return !m->error;
}

void mini_done(struct mini *m)
{
	solver_input_done(&m->in);
	universe_done(&m->u);
	arena_done(&m->arena);
}

/* ---- outcome --------------------------------------------------------------------------------------- */

int mini_run(const struct mini *m, struct strbuf *out)
{
	struct solver_result result = { 0 };
	struct err e = ERR_INIT;
	_cleanup_strbuf_ struct strbuf why = STRBUF_INIT;
	int r = solver_solve(&m->in, &result, &why, &e);
	struct solver_outcome o = { r < 0 ? NULL : &result, &why, &e };

	solver_case_outcome(&m->in, &o, out);
	solver_result_done(&result);
	return r;
}

/* ---- an independent judge -------------------------------------------------------------------------- */

static bool is_assumed(const struct mini *m, str_id name)
{
	for (size_t i = 0; i < m->in.assumed.n; i++)
		if (sv_eq(m->in.assumed.v[i].name, universe_sv(&m->u, name)))
			return true;
	return false;
}

/* Does the set, without `except` and what shares its name, satisfy d? */
static bool set_satisfies(const struct mini *m, const pkg_id *pkgs, size_t n, dep_id d,
			  pkg_id except)
{
	const struct dep *x = universe_dep_at(&m->u, d);
	dep_id atom = d;

	switch ((enum dep_op)x->op) {
	case DEP_OR:
		return set_satisfies(m, pkgs, n, x->a, except) ||
		       set_satisfies(m, pkgs, n, x->b, except);
	case DEP_AND:
		return set_satisfies(m, pkgs, n, x->a, except) &&
		       set_satisfies(m, pkgs, n, x->b, except);
	case DEP_IF:
		return set_satisfies(m, pkgs, n, x->a, except) ||
		       !set_satisfies(m, pkgs, n, x->b, except);
	case DEP_UNLESS:
		return set_satisfies(m, pkgs, n, x->a, except) &&
		       !set_satisfies(m, pkgs, n, x->b, except);
	case DEP_ATOM:
	case DEP_WITH:
	case DEP_WITHOUT:
		break;
	}
	while (universe_dep_at(&m->u, atom)->op != DEP_ATOM)
		atom = universe_dep_at(&m->u, atom)->a;
	if (!except && is_assumed(m, universe_dep_at(&m->u, atom)->name))
		return true;
	for (size_t i = 0; i < n; i++)
		if ((!except ||
		     universe_pkg(&m->u, pkgs[i])->name != universe_pkg(&m->u, except)->name) &&
		    pkg_satisfies(&m->u, pkgs[i], d))
			return true;
	return false;
}

static const char *package_invalid(const struct mini *m, const pkg_id *pkgs, size_t n, pkg_id p)
{
	const struct package *pkg = universe_pkg(&m->u, p);

	for (uint32_t k = 0; k < pkg->deps[DEPK_REQUIRES].n; k++)
		if (!set_satisfies(m, pkgs, n, m->u.dep_refs.v[pkg->deps[DEPK_REQUIRES].first + k],
				   0))
			return "a dependency is not satisfied";
	for (int kind = 0; kind < DEPK_COUNT; kind++) {
		if (kind != DEPK_CONFLICTS && kind != DEPK_BREAKS)
			continue;
		for (uint32_t k = 0; k < pkg->deps[kind].n; k++)
			if (set_satisfies(m, pkgs, n, m->u.dep_refs.v[pkg->deps[kind].first + k],
					  p))
				return "a conflict";
	}
	if (pkg->arch != m->u.native_arch && pkg->arch != m->u.word_all)
		return "a foreign package";
	if (is_assumed(m, pkg->name))
		return "an assumed package";
	for (size_t k = 0; k < m->in.excluded.n; k++)
		if (sv_eq(m->in.excluded.v[k], universe_sv(&m->u, pkg->name)))
			return "an excluded package";
	return NULL;
}

const char *mini_invalid(const struct mini *m, const pkg_id *pkgs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *why = package_invalid(m, pkgs, n, pkgs[i]);

		if (why)
			return why;
		for (size_t k = 0; k < i; k++)
			if (universe_pkg(&m->u, pkgs[i])->name ==
			    universe_pkg(&m->u, pkgs[k])->name)
				return "two versions of a package";
	}
	for (size_t i = 0; i < m->in.goals.n; i++)
		if (!m->in.goals.v[i].optional &&
		    !set_satisfies(m, pkgs, n, m->in.goals.v[i].dep, 0))
			return "a goal is not satisfied";
	return NULL;
}

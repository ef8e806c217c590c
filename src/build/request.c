/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names in recipes and on the command line -> packages of the universe. */
#include <regex.h>
#include <stdlib.h>

#include "base/glob.h"
#include "build/build_int.h"

/* Which package names are asked for: all begin with prefix. */
struct name_query {
	struct sv prefix;
	bool (*match)(void *arg, struct sv name);
	void *arg;
};

typedef int (*name_fn)(void *arg, struct sv name, struct err *e);

static uint32_t first_name(const struct universe *u, struct sv prefix)
{
	uint32_t from = 0, to = u->n_names;

	while (from < to) {
		uint32_t mid = from + (to - from) / 2;

		if (sv_cmp(universe_sv(u, u->names[mid]), prefix) < 0)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

/* Visits each name once, in order. */
static int each_name(const struct build *b, const struct name_query *q, name_fn fn, void *arg,
		     struct err *e)
{
	const struct universe *u = &b->universe;

	for (uint32_t i = first_name(u, q->prefix); i < u->n_names; i++) {
		struct sv name = universe_sv(u, u->names[i]);
		int r;

		if (!sv_starts(name, q->prefix))
			break;
		if (!q->match(q->arg, name))
			continue;
		r = fn(arg, name, e);
		if (r < 0)
			return r;
	}
	return 0;
}

static struct sv glob_prefix(struct sv pattern)
{
	size_t n = 0;

	while (n < pattern.n && !strchr("*?[\\{", pattern.p[n]))
		n++;
	return sv_head(pattern, n);
}

/* The literal text that every match of an anchored regex begins with; saves the regex on most names. */
static struct sv regex_prefix(struct sv pattern)
{
	size_t n = 1;

	while (n < pattern.n &&
	       (ascii_isalpha(pattern.p[n]) || ascii_isdigit(pattern.p[n]) || pattern.p[n] == '-'))
		n++;
	/* A quantifier would make the last character optional; an alternation voids the prefix. */
	if (n < pattern.n && strchr("*?{+", pattern.p[n]))
		n--;
	return sv_chr(pattern, '|') >= 0 ? SV_NULL : sv_of(pattern.p + 1, n > 0 ? n - 1 : 0);
}

static bool match_regex(void *arg, struct sv name)
{
	const regex_t *re = arg;
	char text[256];

	if (name.n >= sizeof(text))
		return false;
	memcpy(text, name.p, name.n);
	text[name.n] = '\0';
	return regexec(re, text, 0, NULL, 0) == 0;
}

static bool match_glob(void *arg, struct sv name)
{
	const struct sv *pattern = arg;

	return glob_match(*pattern, name, 0);
}

struct goal_sink {
	struct build *b;
	struct solver_input *in;
	struct sv origin;
	bool optional;
	size_t added;
};

static int add_goal(void *arg, struct sv text, struct err *e)
{
	struct goal_sink *s = arg;
	struct solver_goal g = { .origin = s->origin, .optional = s->optional };
	int r = dep_parse_request(&s->b->universe, text, &g.dep, e);

	if (r < 0)
		return r;
	vec_push(&s->in->goals, g);
	s->added++;
	return 0;
}

static int goals_by_regex(struct goal_sink *s, struct sv pattern, struct err *e)
{
	regex_t re;
	const struct name_query q = { regex_prefix(pattern), match_regex, &re };
	_cleanup_free_ char *text = xmalloc(pattern.n + 1);
	int r;

	memcpy(text, pattern.p, pattern.n);
	text[pattern.n] = '\0';
	if (regcomp(&re, text, REG_EXTENDED | REG_NOSUB) != 0)
		return err_set(e, E_USAGE, "bad regular expression '%s'", text);
	r = each_name(s->b, &q, add_goal, s, e);
	regfree(&re);
	return r;
}

/* One Packages= word: NAME, NAME=VERSION, NAME (>= V), a glob, ^REGEX$; '?' before it: may be absent. */
static int add_request(struct build *b, struct solver_input *in, struct sv text, struct sv origin,
		       struct err *e)
{
	struct goal_sink s = { .b = b, .in = in, .origin = origin };
	bool pattern = true;
	int r;

	text = sv_trim(text);
	s.optional = sv_skip(&text, SV("?"));
	if (text.n == 0)
		return err_set(e, E_USAGE, SV_FMT ": package name is empty", SV_ARG(origin));
	if (text.p[0] == '^')
		r = goals_by_regex(&s, text, e);
	else if (glob_is_pattern(text))
		r = each_name(b, &(struct name_query){ glob_prefix(text), match_glob, &text },
			      add_goal, &s, e);
	else {
		r = add_goal(&s, text, e);
		pattern = false;
	}
	if (r < 0)
		return err_wrap(e, SV_FMT, SV_ARG(origin));
	if (pattern && s.added == 0 && !s.optional) {
		err_set(e, E_UNSAT, SV_FMT ": no package matches '" SV_FMT "'", SV_ARG(origin),
			SV_ARG(text));
		return err_hint(e, "'?" SV_FMT "' would make it optional", SV_ARG(text));
	}
	return 0;
}

static void assume_satisfied(struct build *b, struct solver_input *in)
{
	for (size_t i = 0; i < b->recipe.satisfied.n; i++) {
		const struct recipe_value *v = &b->recipe.satisfied.v[i];
		struct solver_assumed a = { .name = v->text, .why = v->origin };

		vec_push(&in->assumed, a);
	}
}

int request_goals(struct build *b, struct solver_input *in, struct err *e)
{
	int r = 0;

	assume_satisfied(b, in);
	for (size_t i = 0; r == 0 && i < b->recipe.packages.n; i++)
		r = add_request(b, in, b->recipe.packages.v[i].text, b->recipe.packages.v[i].origin,
				e);
	for (size_t i = 0; r == 0 && i < b->o->packages.n; i++)
		r = add_request(b, in, sv_from(b->o->packages.v[i]), SV("--package"), e);
	if (r == 0 && in->goals.n == 0 && b->o->kernels.n == 0) {
		err_set(e, E_USAGE, "nothing to install: neither a recipe nor --package names one");
		return err_hint(
			e,
			"the recipe 'base' knows debian, fedora, opensuse and their families; --distribution says which it is");
	}
	return r;
}

/* Packages that hold kernels, by how their names begin; dependencies among these are followed. */
static const char *const kernel_prefixes[] = { "linux-image-", "linux-modules-" };

static bool is_kernel_name(struct sv name)
{
	for (size_t i = 0; i < ARRAY_SIZE(kernel_prefixes); i++)
		if (sv_starts(name, sv_from(kernel_prefixes[i])))
			return true;
	return false;
}

static bool already_planned(const struct build *b, pkg_id p)
{
	for (size_t i = 0; i < b->plan.items.n; i++)
		if (b->plan.items.v[i].pkg == p && b->plan.items.v[i].kernel)
			return true;
	return false;
}

static pkg_id atom_candidate(const struct universe *u, dep_id d)
{
	const struct dep *dep = universe_dep_at(u, d);
	uint32_t n = 0;
	pkg_id best = 0;

	if (dep->op != DEP_ATOM || !is_kernel_name(universe_sv(u, dep->name)))
		return 0;

	const struct provider *list = universe_providers(u, dep->name, &n);

	for (uint32_t i = 0; i < n; i++) {
		if (!list[i].own_name || !provider_satisfies(u, &list[i], dep))
			continue;
		if (best == 0 || universe_version_cmp(u, universe_pkg(u, list[i].pkg)->version,
						      universe_pkg(u, best)->version) > 0)
			best = list[i].pkg;
	}
	return best;
}

/* The package and what it requires among kernel packages: a metapackage leads to the real one. */
static void add_kernel(struct build *b, pkg_id p, struct sv reason)
{
	const struct universe *u = &b->universe;
	const struct package *pkg = universe_pkg(u, p);
	struct dep_list requires = pkg->deps[DEPK_REQUIRES];

	if (already_planned(b, p))
		return;
	build_plan_add(b, p, reason)->kernel = true;
	for (uint32_t i = 0; i < requires.n; i++) {
		pkg_id next = atom_candidate(u, u->dep_refs.v[requires.first + i]);

		if (next != 0)
			add_kernel(b, next,
				   arena_printf(&b->arena, "kernel of " SV_FMT,
						SV_ARG(universe_sv(u, pkg->name))));
	}
}

struct kernel_glob {
	const struct build *b;
	struct sv pattern;
	pkg_id best;
};

static bool match_kernel(void *arg, struct sv name)
{
	const struct kernel_glob *g = arg;

	return sv_skip(&name, SV("linux-image-")) && glob_match(g->pattern, name, 0);
}

/* The newest package version wins; equal ones by name, so that the order of mirrors says nothing. */
static int take_newest(void *arg, struct sv name, struct err *e)
{
	struct kernel_glob *g = arg;
	const struct universe *u = &g->b->universe;
	pkg_id p = universe_find(u, name);
	int c = 1;

	(void)e;
	if (g->best != 0)
		c = universe_version_cmp(u, universe_pkg(u, p)->version,
					 universe_pkg(u, g->best)->version);
	if (c > 0 || (c == 0 && sv_cmp(name, universe_sv(u, universe_pkg(u, g->best)->name)) < 0))
		g->best = p;
	return 0;
}

static int request_kernel(struct build *b, struct sv text, struct sv origin, struct err *e)
{
	struct kernel_glob g = { .b = b, .pattern = text };
	bool optional = sv_skip(&g.pattern, SV("?"));
	pkg_id p = universe_find(&b->universe, g.pattern);

	if (p == 0) {
		const struct name_query q = { SV("linux-image-"), match_kernel, &g };
		int r = each_name(b, &q, take_newest, &g, e);

		if (r < 0)
			return r;
		p = g.best;
	}
	if (p == 0 && optional)
		return 0;
	if (p == 0) {
		err_set(e, E_UNSAT, SV_FMT ": no kernel package matches '" SV_FMT "'",
			SV_ARG(origin), SV_ARG(text));
		return err_hint(
			e,
			"name a package, a version glob such as '6.12.*-amd64', or --kernel none");
	}
	add_kernel(b, p, arena_printf(&b->arena, "asked by " SV_FMT, SV_ARG(origin)));
	return 0;
}

int request_kernels(struct build *b, struct err *e)
{
	bool given = b->o->kernels.n > 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < b->o->kernels.n; i++) {
		struct sv text = sv_from(b->o->kernels.v[i]);

		if (!sv_eq(text, SV("none")))
			r = request_kernel(b, text, SV("--kernel"), e);
	}
	for (size_t i = 0; r == 0 && !given && i < b->recipe.kernel_package.n; i++)
		r = request_kernel(b, b->recipe.kernel_package.v[i].text,
				   b->recipe.kernel_package.v[i].origin, e);
	return r;
}

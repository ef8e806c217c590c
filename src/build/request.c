/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names in recipes and on the command line -> packages of the universe. */
#include <regex.h>
#include <stdlib.h>

#include "base/glob.h"
#include "build/build_int.h"
#include "pkg/universe_source.h"

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

int request_each_name(struct build *b, const struct name_query *q, name_fn fn, void *arg,
		      struct err *e)
{
	const struct universe *u = &b->universe;

	if (universe_want_prefix(&b->universe, q->prefix, e) < 0)
		return e->code;
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
	r = request_each_name(s->b, &q, add_goal, s, e);
	regfree(&re);
	return r;
}

/* What counts as installed does not come in because it is asked for: that would surprise. */
static void tell_satisfied(struct build *b, struct sv text, struct sv origin)
{
	for (size_t i = 0; i < b->recipe.satisfied.n; i++) {
		const struct recipe_value *v = &b->recipe.satisfied.v[i];

		if (sv_eq(v->text, text))
			notes_add(b->h->notes, NOTE_WARNING,
				  SV_FMT ": package '" SV_FMT
					 "' is not installed: it counts as installed "
					 "(" SV_FMT "); '-" SV_FMT
					 "' in SatisfiedByBuilder= takes that back",
				  SV_ARG(origin), SV_ARG(text), SV_ARG(v->origin), SV_ARG(text));
	}
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
		r = request_each_name(b,
				      &(struct name_query){ glob_prefix(text), match_glob, &text },
				      add_goal, &s, e);
	else {
		r = add_goal(&s, text, e);
		pattern = false;
	}
	if (r < 0)
		return err_wrap(e, SV_FMT, SV_ARG(origin));
	if (!pattern)
		tell_satisfied(b, text, origin);
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

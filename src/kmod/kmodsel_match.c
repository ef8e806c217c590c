/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kmod/kmodsel_match_int.h"

#include <string.h>

#include "base/glob.h"
#include "kmod/kmodsel_int.h"

static int matcher_regex(struct sv text, struct kmodsel_matcher *m, struct err *e)
{
	_cleanup_strbuf_ struct strbuf posix = STRBUF_INIT;
	char why[128];
	int r;

	if (memchr(text.p, '\0', text.n))
		return err_set(e, E_USAGE, "regular expression holds a NUL byte");
	r = kmodsel_regex_translate(text, &posix, e);
	if (r < 0)
		return r;
	r = regcomp(&m->regex, posix.p ? posix.p : "", REG_EXTENDED | REG_NOSUB);
	if (r != 0) {
		(void)regerror(r, &m->regex, why, sizeof(why));
		return err_set(e, E_USAGE, "malformed regular expression '" SV_FMT "': %s",
			       SV_ARG(text), why);
	}
	m->kind = KMODSEL_REGEX;
	return 0;
}

static int matcher_group(struct sv name, struct kmodsel_matcher *m, struct err *e)
{
	_cleanup_strbuf_ struct strbuf known = STRBUF_INIT;

	m->kind = KMODSEL_GROUP;
	m->group = kmodsel_group_by_name(name);
	if (m->group)
		return 0;
	kmodsel_group_list(&known);
	err_set(e, E_USAGE, "unknown module group '@" SV_FMT "'", SV_ARG(name));
	return err_hint(e, "groups are: %s", known.p);
}

static int matcher_init(struct arena *a, const struct kmodsel_pattern *p, bool modules,
			struct kmodsel_matcher *m, struct err *e)
{
	_cleanup_strbuf_ struct strbuf glob = STRBUF_INIT;
	struct sv text = p->text;

	m->pattern = p;
	if (text.n == 0)
		return err_set(e, E_USAGE, "empty pattern");
	if (sv_skip(&text, SV("re:")))
		return matcher_regex(text, m, e);
	if (modules && sv_skip(&text, SV("@")))
		return matcher_group(text, m, e);
	m->kind = KMODSEL_GLOB;
	kmodsel_normalise(text, modules ? '_' : '\0', modules ? '-' : '\0', &glob);
	m->literal = !glob_is_pattern(strbuf_sv(&glob));
	m->slash = sv_chr(strbuf_sv(&glob), '/') >= 0;
	/* A folder means all that is below it. */
	if (!m->literal && glob.p[glob.n - 1] == '/')
		strbuf_addc(&glob, '*');
	m->glob = arena_sv(a, strbuf_sv(&glob));
	return 0;
}

int kmodsel_matchers_new(struct arena *a, const struct kmodsel_pattern *patterns, size_t n,
			 bool modules, struct kmodsel_matchers *ret, struct err *e)
{
	_cleanup_(kmodsel_matchers_done) struct kmodsel_matchers list = { 0 };

	for (size_t i = 0; i < n; i++) {
		struct kmodsel_matcher m = { .kind = KMODSEL_GLOB };
		int r = matcher_init(a, &patterns[i], modules, &m, e);

		if (r < 0)
			return patterns[i].origin.n > 0
				       ? err_wrap(e, SV_FMT, SV_ARG(patterns[i].origin))
				       : r;
		vec_push(&list, m);
	}
	*ret = list;
	list = (struct kmodsel_matchers){ 0 };
	return 0;
}

void kmodsel_matchers_done(struct kmodsel_matchers *m)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->v[i].kind == KMODSEL_REGEX)
			regfree(&m->v[i].regex);
	vec_done(m);
}

/* A path without wildcards at the start of text: all of it, or the folder that it is in. */
static bool literal_at(struct sv text, struct sv path)
{
	return path.p[path.n - 1] == '/' ? sv_starts(text, path) : sv_eq(text, path);
}

static bool match_literal(const struct kmodsel_matcher *m, const struct kmodsel_subject *s)
{
	struct sv tail = s->path;

	if (!m->slash)
		return sv_eq(kmodsel_basename(tail), m->glob);
	if (m->glob.p[0] == '/')
		return literal_at(tail, m->glob) ||
		       (sv_skip(&tail, s->root) && literal_at(tail, m->glob));
	/* At any folder's start. */
	for (ptrdiff_t at; (at = sv_chr(tail, '/')) >= 0;) {
		tail = sv_from_pos(tail, (size_t)at + 1);
		if (literal_at(tail, m->glob))
			return true;
	}
	return false;
}

static bool match_glob(const struct kmodsel_matcher *m, const struct kmodsel_subject *s)
{
	struct sv tail = s->path;

	if (m->literal)
		return match_literal(m, s);
	if (!m->slash)
		return glob_match(m->glob, kmodsel_basename(tail), 0);
	if (m->glob.p[0] == '/')
		return glob_match(m->glob, tail, 0) ||
		       (sv_skip(&tail, s->root) && glob_match(m->glob, tail, 0));
	for (ptrdiff_t at; (at = sv_chr(tail, '/')) >= 0;) {
		tail = sv_from_pos(tail, (size_t)at + 1);
		if (glob_match(m->glob, tail, 0))
			return true;
	}
	return false;
}

int kmodsel_matchers_decide(struct kmodsel_matchers *m, const struct kmodsel_subject *s)
{
	bool include = false, exclude = false;
	int verdict = 0;

	for (size_t i = 0; i < m->n; i++) {
		struct kmodsel_matcher *x = &m->v[i];
		bool hit;

		if (x->kind == KMODSEL_REGEX)
			hit = regexec(&x->regex, s->search, 0, NULL, 0) == 0;
		else
			hit = x->kind == KMODSEL_GROUP ? (s->groups & x->group) != 0
						       : match_glob(x, s);
		if (!hit)
			continue;
		x->used = true;
		if (x->kind != KMODSEL_REGEX)
			verdict = x->pattern->exclude ? -1 : 1;
		else if (x->pattern->exclude)
			exclude = true;
		else
			include = true;
	}
	return include ? 1 : exclude ? -1 : verdict;
}

bool kmodsel_matchers_default(const struct kmodsel_matchers *m)
{
	bool some_exclude = false;

	for (size_t i = 0; i < m->n; i++) {
		if (m->v[i].kind != KMODSEL_REGEX)
			return false;
		some_exclude |= m->v[i].pattern->exclude;
	}
	return some_exclude || m->n == 0;
}

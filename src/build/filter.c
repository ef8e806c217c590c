/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "build/filter.h"

#include <stdio.h>

#include "base/glob.h"

void filter_done(struct filter *f)
{
	vec_done(&f->remove);
	vec_done(&f->keep);
	arena_done(&f->arena);
}

static unsigned count_components(struct sv path)
{
	unsigned n = 1;

	for (size_t i = 0; i < path.n; i++)
		n += path.p[i] == '/';
	return n;
}

static size_t literal_prefix(struct sv pattern)
{
	for (size_t i = 0; i < pattern.n; i++)
		if (strchr("*?[\\", pattern.p[i]))
			return i;
	return pattern.n;
}

/* Is `word` one of the root's links into usr? */
static bool is_root_link(const struct arch *arch, struct sv word)
{
	for (const char *const *l = arch->root_links; *l; l++)
		if (sv_eq(sv_from(*l), word))
			return true;
	return false;
}

struct sv filter_canonical(const struct filter *f, struct sv path, char *buf, size_t size)
{
	ptrdiff_t slash = sv_chr(path, '/');
	struct sv rest = path;

	if (slash <= 0 || path.n + 5 > size)
		return path;
	if (is_root_link(f->arch, sv_head(path, (size_t)slash))) {
		memcpy(buf, "usr/", 4);
		memcpy(buf + 4, path.p, path.n);
		rest = path = sv_of(buf, path.n + 4);
	}
	if (f->merged_sbin && sv_skip(&rest, SV("usr/sbin/"))) {
		memcpy(buf, "usr/bin/", 8);
		memmove(buf + 8, rest.p, rest.n);
		path = sv_of(buf, rest.n + 8);
	}
	return path;
}

static void merge_sbin(struct filter *f, struct filter_rule *rules, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct sv rest = rules[i].pattern;

		if (!sv_skip(&rest, SV("usr/sbin/")))
			continue;
		rules[i].pattern = arena_printf(&f->arena, "usr/bin/" SV_FMT, SV_ARG(rest));
		rules[i].literal = literal_prefix(rules[i].pattern);
	}
}

void filter_merge_sbin(struct filter *f)
{
	f->merged_sbin = true;
	merge_sbin(f, f->remove.v, f->remove.n);
	merge_sbin(f, f->keep.v, f->keep.n);
}

int filter_add(struct filter *f, bool keep, struct sv pattern, struct sv origin, struct err *e)
{
	struct filter_rule r = { .origin = origin };
	ptrdiff_t slash;

	if (sv_skip(&pattern, SV("?")))
		r.optional = true;
	if (!sv_skip(&pattern, SV("/")))
		return err_set(e, E_USAGE, SV_FMT ": pattern '" SV_FMT "' does not begin with '/'",
			       SV_ARG(origin), SV_ARG(pattern));
	while (sv_cut_end(&pattern, SV("/")))
		;
	if (pattern.n == 0)
		return err_set(e, E_USAGE, SV_FMT ": pattern '/' would remove everything",
			       SV_ARG(origin));
	slash = sv_chr(pattern, '/');
	if (slash > 0 && is_root_link(f->arch, sv_head(pattern, (size_t)slash)))
		pattern = arena_printf(&f->arena, "usr/" SV_FMT, SV_ARG(pattern));
	r.pattern = pattern;
	r.depth = count_components(pattern);
	r.literal = literal_prefix(pattern);
	r.hit = arena_new(&f->arena, _Atomic bool);
	if (keep)
		vec_push(&f->keep, r);
	else
		vec_push(&f->remove, r);
	return 0;
}

/* The first `depth` components of path, or all of it when it has fewer. */
static struct sv leading(struct sv path, unsigned depth)
{
	for (size_t i = 0; i < path.n; i++)
		if (path.p[i] == '/' && --depth == 0)
			return sv_head(path, i);
	return path;
}

/* Does the rule match the path or a folder above it? */
static bool rule_matches(const struct filter_rule *r, struct sv path)
{
	if (!sv_starts(path, sv_head(r->pattern, r->literal)))
		return false;

	struct sv head = leading(path, r->depth);

	return count_components(head) == r->depth && glob_match(r->pattern, head, GLOB_PATHNAME);
}

/* Every rule that nothing matched yet is tried, even when another one has decided: see filter_check. */
static bool any_matches(const struct filter_rule *rules, size_t n, struct sv path)
{
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		if (any && *rules[i].hit)
			continue;
		if (rule_matches(&rules[i], path)) {
			*rules[i].hit = true;
			any = true;
		}
	}
	return any;
}

bool filter_drops(const struct filter *f, struct sv path)
{
	return any_matches(f->remove.v, f->remove.n, path) &&
	       !any_matches(f->keep.v, f->keep.n, path);
}

static int check_rules(const struct filter_rule *rules, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		if (rules[i].optional || *rules[i].hit)
			continue;
		err_set(e, E_USAGE, SV_FMT ": pattern '/" SV_FMT "' matches no file",
			SV_ARG(rules[i].origin), SV_ARG(rules[i].pattern));
		return err_hint(e, "'?/" SV_FMT "' would make it optional",
				SV_ARG(rules[i].pattern));
	}
	return 0;
}

int filter_check(const struct filter *f, struct err *e)
{
	int r = check_rules(f->remove.v, f->remove.n, e);

	return r < 0 ? r : check_rules(f->keep.v, f->keep.n, e);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Patterns to modules, their closure, and the firmware they name. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/macros.h"
#include "kmod/kmodsel_int.h"
#include "kmod/kmodsel_match_int.h"

/* Hostile patterns and names must not make a message a book. */
enum { SUGGEST_MAX = 3, SUGGEST_DISTANCE = 2 };

struct selecting {
	const struct kmodsel_index *x;
	struct kmodsel_matchers matchers;
	struct strbuf path, search;
};

static int decide(struct selecting *s, const struct kmodsel_module *m)
{
	struct kmodsel_subject subject = { .groups = m->groups, .root = SV("/kernel") };
	struct sv stem = m->path, below = m->path;
	ptrdiff_t slash = sv_chr(below, '/');

	(void)kmodsel_strip_ko(m->path, &stem);
	strbuf_clear(&s->path);
	strbuf_addc(&s->path, '/');
	/* No bracket in a path is a set of characters. */
	for (size_t i = 0; i < stem.n; i++)
		strbuf_addc(&s->path, stem.p[i] == '_' ? '-' : stem.p[i]);
	subject.path = strbuf_sv(&s->path);

	strbuf_clear(&s->search);
	strbuf_add(&s->search, sv_from_pos(below, (size_t)(slash + 1)));
	subject.search = s->search.p ? s->search.p : "";
	return kmodsel_matchers_decide(&s->matchers, &subject);
}

struct suggestion {
	unsigned distance;
	struct sv name;
};

static int compare_suggestion(const void *a, const void *b)
{
	const struct suggestion *x = a, *y = b;

	if (x->distance != y->distance)
		return x->distance < y->distance ? -1 : 1;
	return sv_cmp(x->name, y->name);
}

static int no_match(const struct selecting *s, const struct kmodsel_matcher *m, struct err *e)
{
	_cleanup_strbuf_ struct strbuf hint = STRBUF_INIT;
	const struct kmodsel_pattern *p = m->pattern;
	VEC(struct suggestion) near = { 0 };
	struct sv stem = kmodsel_basename(p->text);

	err_set(e, E_USAGE, "kernel " SV_FMT " has no module for '" SV_FMT "'", SV_ARG(s->x->kver),
		SV_ARG(p->text));
	if (p->origin.n > 0)
		err_wrap(e, SV_FMT, SV_ARG(p->origin));

	for (size_t i = 0;
	     i < s->x->modules.n && m->kind == KMODSEL_GLOB && m->literal && stem.n > 3; i++) {
		struct suggestion one = { .name = s->x->modules.v[i].name };

		one.distance = sv_distance(one.name, stem, SUGGEST_DISTANCE);
		if (one.distance <= SUGGEST_DISTANCE)
			vec_push(&near, one);
	}
	if (near.n > 0) {
		qsort(near.v, near.n, sizeof(near.v[0]), compare_suggestion);
		for (size_t i = 0; i < near.n && i < SUGGEST_MAX; i++)
			strbuf_addf(&hint, "%s'" SV_FMT "'", i > 0 ? ", " : "",
				    SV_ARG(near.v[i].name));
		err_hint(e, "similar: %s; '?' before a pattern makes it optional", hint.p);
	} else {
		err_hint(e, "'?' before a pattern makes it optional");
	}
	vec_done(&near);
	return e->code;
}

static int check_used(const struct selecting *s, struct notes *notes, struct err *e)
{
	for (size_t i = 0; i < s->matchers.n; i++) {
		const struct kmodsel_matcher *m = &s->matchers.v[i];

		if (m->used || m->pattern->optional)
			continue;
		if (!m->pattern->exclude)
			return no_match(s, m, e);
		if (notes)
			notes_add(notes, NOTE_WARNING, SV_FMT "%sexcludes no module: '-" SV_FMT "'",
				  SV_ARG(m->pattern->origin), m->pattern->origin.n > 0 ? ": " : "",
				  SV_ARG(m->pattern->text));
	}
	return 0;
}

static void collect(const struct kmodsel_index *x, const bool *chosen,
		    struct kmodsel_selection *ret)
{
	struct kmodsel_selection s = { .modules = { 0 } };
	size_t n = 0;

	for (uint32_t i = 0; i < x->modules.n; i++) {
		if (!chosen[i])
			continue;
		vec_push(&s.modules, i);
		for (size_t k = 0; k < x->modules.v[i].firmware.n; k++)
			vec_push(&s.firmware, x->modules.v[i].firmware.v[k]);
	}
	if (s.firmware.n > 0)
		qsort(s.firmware.v, s.firmware.n, sizeof(s.firmware.v[0]), sv_qsort_cmp);
	for (size_t i = 0; i < s.firmware.n; i++)
		if (n == 0 || !sv_eq(s.firmware.v[n - 1], s.firmware.v[i]))
			s.firmware.v[n++] = s.firmware.v[i];
	s.firmware.n = n;
	*ret = s;
}

static int select_with(struct selecting *s, bool *chosen, struct notes *notes, struct err *e)
{
	_cleanup_(kmodsel_resolver_freep) struct kmodsel_resolver *resolver = NULL;
	bool by_default = kmodsel_matchers_default(&s->matchers);
	int r;

	for (uint32_t i = 0; i < s->x->modules.n; i++) {
		const struct kmodsel_module *m = &s->x->modules.v[i];
		int verdict = decide(s, m);

		chosen[i] = !m->builtin && (verdict > 0 || (verdict == 0 && by_default));
	}
	r = check_used(s, notes, e);
	if (r < 0)
		return r;
	resolver = kmodsel_resolver_new(s->x);
	kmodsel_closure(resolver, chosen, notes);
	return 0;
}

int kmodsel_select(const struct kmodsel_index *x, const struct kmodsel_request *q,
		   struct notes *notes, struct kmodsel_selection *ret, struct err *e)
{
	_cleanup_free_ bool *chosen = xcalloc(x->modules.n + 1, sizeof(*chosen));
	struct selecting s = { .x = x, .path = STRBUF_INIT, .search = STRBUF_INIT };
	struct arena arena = ARENA_INIT;
	int r;

	r = kmodsel_matchers_new(&arena, q->modules.v, q->modules.n, true, &s.matchers, e);
	if (r == 0)
		r = select_with(&s, chosen, notes, e);
	if (r == 0)
		collect(x, chosen, ret);
	kmodsel_matchers_done(&s.matchers);
	strbuf_done(&s.path);
	strbuf_done(&s.search);
	arena_done(&arena);
	return r;
}

void kmodsel_selection_done(struct kmodsel_selection *s)
{
	vec_done(&s->modules);
	vec_done(&s->firmware);
}

void kmodsel_request_done(struct kmodsel_request *q)
{
	vec_done(&q->modules);
	vec_done(&q->firmware);
}

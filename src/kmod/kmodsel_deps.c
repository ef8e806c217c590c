/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From names to modules. A kernel has some 27000 aliases, most of them globs; a softdep names a few
 * of them literally. So aliases are hashed by what stands before their first wildcard, and a token
 * asks for each of its own prefixes.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/glob.h"
#include "base/macros.h"
#include "kmod/kmodsel_int.h"

enum { NO_ALIAS = UINT32_MAX };

struct alias {
	struct sv text; /* normalised */
	uint32_t module;
	uint32_t next; /* with the same prefix; NO_ALIAS: last */
};

struct kmodsel_resolver {
	const struct kmodsel_index *x;
	struct arena arena;
	struct map names;    /* module name -> module; what can be loaded before what is built in */
	struct map exact;    /* alias without wildcard -> first in `aliases` */
	struct map prefixes; /* of an alias with wildcards -> first in `aliases` */
	VEC(struct alias) aliases;
	uint64_t lengths[KMODSEL_STRING_MAX / 64 + 1]; /* bit set: there is a prefix that long */
};

/* Bytes before the first wildcard. */
static size_t literal_prefix(struct sv glob)
{
	size_t n = 0;

	while (n < glob.n && glob.p[n] != '*' && glob.p[n] != '?' && glob.p[n] != '[' &&
	       glob.p[n] != '\\')
		n++;
	return n;
}

/* Most aliases have no '-': those are not copied. */
static struct sv normalised(struct arena *a, struct sv text)
{
	_cleanup_strbuf_ struct strbuf buf = STRBUF_INIT;

	if (sv_chr(text, '-') < 0)
		return text;
	kmodsel_normalise(text, '-', '_', &buf);
	return arena_sv(a, strbuf_sv(&buf));
}

static void add_alias(struct kmodsel_resolver *r, struct sv raw, uint32_t module)
{
	struct alias al = { .text = normalised(&r->arena, raw), .module = module };
	size_t n = literal_prefix(al.text);
	struct map *m = n == al.text.n ? &r->exact : &r->prefixes;
	uint32_t *slot = map_slot(m, sv_head(al.text, n), NO_ALIAS);

	al.next = *slot;
	*slot = (uint32_t)r->aliases.n;
	vec_push(&r->aliases, al);
	if (m == &r->prefixes && n <= KMODSEL_STRING_MAX)
		r->lengths[n / 64] |= UINT64_C(1) << n % 64;
}

struct kmodsel_resolver *kmodsel_resolver_new(const struct kmodsel_index *x)
{
	struct kmodsel_resolver *r = xcalloc(1, sizeof(*r));

	r->x = x;
	r->arena = ARENA_INIT;
	r->names = MAP_INIT;
	r->exact = MAP_INIT;
	r->prefixes = MAP_INIT;
	for (uint32_t i = 0; i < x->modules.n; i++) {
		const struct kmodsel_module *m = &x->modules.v[i];
		uint32_t *slot = map_slot(&r->names, m->name, i);

		if (!m->builtin)
			*slot = i;
		for (size_t k = 0; k < m->aliases.n; k++)
			add_alias(r, m->aliases.v[k], i);
	}
	return r;
}

void kmodsel_resolver_free(struct kmodsel_resolver *r)
{
	if (!r)
		return;
	map_done(&r->names);
	map_done(&r->exact);
	map_done(&r->prefixes);
	vec_done(&r->aliases);
	arena_done(&r->arena);
	free(r);
}

bool kmodsel_resolve(const struct kmodsel_resolver *r, struct sv token, struct kmodsel_ids *out)
{
	_cleanup_strbuf_ struct strbuf buf = STRBUF_INIT;
	size_t before = out->n;
	uint32_t at;
	struct sv t;

	kmodsel_normalise(token, '-', '_', &buf);
	t = strbuf_sv(&buf);
	if (map_get(&r->names, t, &at)) {
		vec_push(out, at);
		return true;
	}
	if (map_get(&r->exact, t, &at))
		for (; at != NO_ALIAS; at = r->aliases.v[at].next)
			vec_push(out, r->aliases.v[at].module);
	for (size_t n = 0; n <= t.n && n <= KMODSEL_STRING_MAX; n++) {
		if (!(r->lengths[n / 64] >> n % 64 & 1) ||
		    !map_get(&r->prefixes, sv_head(t, n), &at))
			continue;
		for (; at != NO_ALIAS; at = r->aliases.v[at].next)
			if (glob_match(r->aliases.v[at].text, t, 0))
				vec_push(out, r->aliases.v[at].module);
	}
	return out->n > before;
}

struct closure {
	const struct kmodsel_resolver *r;
	bool *chosen;
	struct notes *notes;
	struct kmodsel_ids todo, found;
};

static void follow(struct closure *c, const struct kmodsel_module *m,
		   const struct kmodsel_names *tokens, const char *missing)
{
	const struct kmodsel_index *x = c->r->x;

	for (size_t i = 0; i < tokens->n; i++) {
		c->found.n = 0;
		if (!kmodsel_resolve(c->r, tokens->v[i], &c->found) && missing && c->notes)
			notes_add(c->notes, NOTE_WARNING,
				  "module '" SV_FMT "' %s '" SV_FMT
				  "', which the kernel does not have",
				  SV_ARG(m->name), missing, SV_ARG(tokens->v[i]));
		for (size_t k = 0; k < c->found.n; k++) {
			uint32_t id = c->found.v[k];

			if (x->modules.v[id].builtin || c->chosen[id])
				continue;
			c->chosen[id] = true;
			vec_push(&c->todo, id);
		}
	}
}

void kmodsel_closure(const struct kmodsel_resolver *r, bool *chosen, struct notes *notes)
{
	struct closure c = { .r = r, .chosen = chosen, .notes = notes };

	for (uint32_t i = 0; i < r->x->modules.n; i++)
		if (chosen[i])
			vec_push(&c.todo, i);
	/* In order of the queue, so that notes come out the same each time. */
	for (size_t i = 0; i < c.todo.n; i++) {
		const struct kmodsel_module *m = &r->x->modules.v[c.todo.v[i]];

		follow(&c, m, &m->depends, "needs");
		/* Those may be for other machines: nothing is wrong without them. */
		follow(&c, m, &m->softdep_pre, NULL);
		follow(&c, m, &m->softdep_post, NULL);
		follow(&c, m, &m->weakdep_names, NULL);
	}
	vec_done(&c.todo);
	vec_done(&c.found);
}

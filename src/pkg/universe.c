/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkg/universe.h"

#include <stdlib.h>

#include "pkg/universe_source.h"

void universe_init(struct universe *u, enum pkg_family family, struct sv native_arch)
{
	*u = (struct universe){
		.family = family, .arena = ARENA_INIT, .strings = INTERN_INIT, .clauses = MAP_INIT
	};
	u->native_arch = intern_copy(&u->strings, native_arch);
	u->word_all = intern_add(&u->strings, family == FAMILY_RPM ? SV("noarch") : SV("all"));
	u->word_any = intern_add(&u->strings, SV("any"));
	u->word_native = intern_add(&u->strings, SV("native"));
	vec_push(&u->pkgs, (struct package){ .name = 0 });
	vec_push(&u->deps, (struct dep){ .op = DEP_ATOM });
}

void universe_done(struct universe *u)
{
	universe_end_sources(u);
	for (size_t i = 0; i < u->kept.n; i++)
		free(u->kept.v[i]);
	vec_done(&u->kept);
	if (!u->map.p) {
		vec_done(&u->pkgs);
		vec_done(&u->dep_refs);
		vec_done(&u->texts);
		free(u->provider_start);
		free(u->providers);
		free(u->names);
	}
	fs_map_done(&u->map);
	vec_done(&u->deps);
	vec_done(&u->repos);
	map_done(&u->clauses);
	intern_done(&u->strings);
	arena_done(&u->arena);
	*u = (struct universe){ .arena = ARENA_INIT };
}

void universe_reserve(struct universe *u, size_t n, const struct index_density *per)
{
	vec_reserve(&u->pkgs, u->pkgs.n + n / per->pkg);
	vec_reserve(&u->deps, u->deps.n + n / per->dep);
	vec_reserve(&u->dep_refs, u->dep_refs.n + n / per->dep_ref);
	map_reserve(&u->clauses, u->clauses.n + n / per->clause);
	intern_reserve(&u->strings, u->strings.strings.n + n / per->string);
	vec_reserve(&u->texts, u->texts.n + n / per->text);
}

void universe_keep(struct universe *u, char *text)
{
	vec_push(&u->kept, text);
}

str_id universe_str(struct universe *u, struct sv s)
{
	return s.n ? intern_copy(&u->strings, s) : 0;
}

uint16_t universe_add_repo(struct universe *u, const struct universe_repo *r)
{
	ASSERT(u->repos.n < UINT16_MAX);
	vec_push(&u->repos, *r);
	return (uint16_t)(u->repos.n - 1);
}

pkg_id universe_add(struct universe *u, const struct package *p)
{
	ASSERT(!u->map.p);
	vec_push(&u->pkgs, *p);
	return universe_count(u);
}

dep_id universe_dep(struct universe *u, const struct dep *d)
{
	ASSERT(u->deps.n < UINT32_MAX - u->n_stored_deps);
	vec_push(&u->deps, *d);
	return (dep_id)(u->n_stored_deps + u->deps.n - 1);
}

struct text_ref universe_text(struct universe *u, struct sv s)
{
	struct text_ref ref = { .at = u->texts.n & 0xffffffffffu, .n = s.n & 0xffffffu };

	ASSERT(!u->map.p && s.n < 1u << 24 && u->texts.n < 1ull << 40);
	vec_reserve(&u->texts, u->texts.n + s.n);
	sv_copy(u->texts.v + u->texts.n, s);
	u->texts.n += s.n;
	return ref;
}

dep_id universe_clause_find(const struct universe *u, struct sv text, uint32_t hash)
{
	dep_id id = 0;

	(void)map_get_hashed(&u->clauses, text, hash, &id);
	return id;
}

void universe_clause_add(struct universe *u, struct sv text, dep_id id)
{
	(void)map_put(&u->clauses, arena_sv(&u->arena, text), id);
}

void universe_set_deps(struct universe *u, pkg_id p, enum dep_kind kind, const dep_id *list,
		       uint32_t n)
{
	struct dep_list *to = &u->pkgs.v[p].deps[kind];

	ASSERT(u->dep_refs.n <= UINT32_MAX - n);
	vec_reserve(&u->dep_refs, u->dep_refs.n + n);
	for (uint32_t i = 0; i < n; i++)
		u->dep_refs.v[u->dep_refs.n + i] = list[i];
	*to = (struct dep_list){ .first = (uint32_t)u->dep_refs.n, .n = n };
	u->dep_refs.n += n;
}

void universe_add_provides(struct universe *u, pkg_id p, const dep_id *list, uint32_t n)
{
	struct dep_list old = u->pkgs.v[p].deps[DEPK_PROVIDES];

	ASSERT(!u->providers);
	vec_reserve(&u->dep_refs, u->dep_refs.n + old.n); /* the source must not move below */
	for (uint32_t i = 0; i < old.n; i++)
		vec_push(&u->dep_refs, u->dep_refs.v[old.first + i]);
	universe_set_deps(u, p, DEPK_PROVIDES, list, n);
	if (old.n)
		u->pkgs.v[p].deps[DEPK_PROVIDES] =
			(struct dep_list){ .first = (uint32_t)(u->dep_refs.n - n - old.n),
					   .n = old.n + n };
}

const struct provider *universe_providers(const struct universe *u, str_id name, uint32_t *ret_n)
{
	if (name >= u->provider_names) { /* a name that came up after universe_finish */
		*ret_n = 0;
		return NULL;
	}
	*ret_n = u->provider_start[name + 1] - u->provider_start[name];
	return u->providers + u->provider_start[name];
}

int universe_version_cmp(const struct universe *u, str_id a, str_id b)
{
	return a == b ? 0 : version_compare(u->family, universe_sv(u, a), universe_sv(u, b));
}

int universe_preference(const struct universe *u, pkg_id a, pkg_id b)
{
	const struct package *x = universe_pkg(u, a), *y = universe_pkg(u, b);
	int r = u->repos.v[x->repo].priority - u->repos.v[y->repo].priority;

	if (!r)
		r = universe_version_cmp(u, y->version, x->version);
	if (!r && x->name != y->name)
		r = sv_cmp(universe_sv(u, x->name), universe_sv(u, y->name));
	if (!r)
		r = (x->repo > y->repo) - (x->repo < y->repo);
	return r ? r : sv_cmp(universe_filename(u, x), universe_filename(u, y));
}

pkg_id universe_find(const struct universe *u, struct sv name)
{
	uint32_t n;
	const struct provider *v = universe_providers(u, intern_find(&u->strings, name), &n);
	pkg_id best = 0;

	for (uint32_t i = 0; i < n; i++)
		if (v[i].own_name && (!best || universe_preference(u, v[i].pkg, best) < 0))
			best = v[i].pkg;
	return best;
}

struct sv universe_near_name(const struct universe *u, struct sv name)
{
	unsigned best = name.n < 4 ? 1 : 2;
	struct sv found = SV_NULL;

	for (uint32_t i = 0; i < u->n_names && name.n <= 64; i++) {
		struct sv other = universe_sv(u, u->names[i]);
		unsigned d = best + 1;

		if (other.n <= 64 && other.n + best >= name.n && other.n <= name.n + best)
			d = sv_distance(name, other, best);
		if (d > best || (found.p && d == best))
			continue;
		best = d;
		found = other;
	}
	return found;
}

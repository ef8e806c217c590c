/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Closing the universe: duplicates out, then the provides index as a counting sort by name. */
#include <stdlib.h>

#include "base/cleanup.h"
#include "pkg/universe.h"

static bool same_package(const struct package *a, const struct package *b)
{
	return a->name == b->name && a->version == b->version && a->arch == b->arch &&
	       digest_eq(&a->digest, &b->digest);
}

static uint64_t hash_package(const struct package *p)
{
	uint64_t h = ((uint64_t)p->name << 32 | p->version) ^ ((uint64_t)p->arch << 17);

	h ^= sv_hash(sv_of(p->digest.bytes, digest_size(p->digest.kind)));
	h *= 0x9e3779b97f4a7c15u;
	return h ^ h >> 32;
}

/* Two copies of one package (a mirror given twice, an index for 'all' beside one that has it): the
 * preferred one stays. */
static void hide_duplicates(struct universe *u)
{
	size_t cap = 16;

	while (cap < u->pkgs.n * 2)
		cap *= 2;

	_cleanup_free_ pkg_id *slots = xcalloc(cap, sizeof(*slots));

	for (pkg_id id = 1; id <= universe_count(u); id++) {
		struct package *p = &u->pkgs.v[id];

		if (p->digest.kind == DIGEST_NONE)
			continue;

		size_t i = hash_package(p) & (cap - 1);

		while (slots[i] && !same_package(p, &u->pkgs.v[slots[i]]))
			i = (i + 1) & (cap - 1);
		if (!slots[i]) {
			slots[i] = id;
			continue;
		}

		if (universe_preference(u, id, slots[i]) < 0) {
			u->pkgs.v[slots[i]].hidden = true;
			slots[i] = id;
		} else {
			p->hidden = true;
		}
	}
}

/* Calls for the own name and each Provides of a package, in this order. */
static void for_each_provide(struct universe *u, pkg_id id,
			     void (*fn)(struct universe *u, str_id name, const struct provider *p))
{
	const struct package *p = universe_pkg(u, id);
	const struct dep_list *l = &p->deps[DEPK_PROVIDES];

	fn(u, p->name,
	   &(struct provider){ .pkg = id, .version = p->version, .rel = REL_EQ, .own_name = true });
	for (uint32_t i = 0; i < l->n; i++) {
		const struct dep *d = universe_dep_at(u, u->dep_refs.v[l->first + i]);

		if (d->op == DEP_ATOM)
			fn(u, d->name,
			   &(struct provider){ .pkg = id,
					       .version = d->version,
					       .arch = d->arch,
					       .rel = d->rel });
	}
}

static void count_one(struct universe *u, str_id name, const struct provider *p)
{
	(void)p;
	u->provider_start[name]++;
}

/* After the counts were summed up, provider_start[name] is the end of the range; filling backwards
 * turns it into the start. */
static void place_one(struct universe *u, str_id name, const struct provider *p)
{
	u->providers[--u->provider_start[name]] = *p;
}

/* A name with its first bytes as numbers that compare alike: most comparisons need no more. */
struct sort_name {
	uint64_t key[2];
	str_id id;
};

static bool name_less(const struct universe *u, const struct sort_name *a,
		      const struct sort_name *b)
{
	if (a->key[0] != b->key[0])
		return a->key[0] < b->key[0];
	if (a->key[1] != b->key[1])
		return a->key[1] < b->key[1];
	return sv_cmp(universe_sv(u, a->id), universe_sv(u, b->id)) < 0;
}

/* Merges from[at..mid) and from[mid..end) into to. */
static void merge_names(const struct universe *u, const struct sort_name *from, size_t at,
			size_t mid, size_t end, struct sort_name *to)
{
	for (size_t i = at, j = mid, k = at; k < end; k++)
		to[k] = j == end || (i < mid && !name_less(u, &from[j], &from[i])) ? from[i++]
										   : from[j++];
}

/* Merge sort: names come in runs, since indexes are sorted by source package. */
static void sort_names(struct universe *u)
{
	size_t n = u->n_names;
	_cleanup_free_ struct sort_name *buf = xcalloc(n * 2 + 1, sizeof(*buf));
	struct sort_name *a = buf, *b = buf + n;

	for (size_t i = 0; i < n; i++) {
		struct sv name = universe_sv(u, u->names[i]);

		a[i].id = u->names[i];
		for (size_t k = 0; k < name.n && k < 16; k++)
			a[i].key[k / 8] |= (uint64_t)(uint8_t)name.p[k] << (56 - k % 8 * 8);
	}
	for (size_t width = 1; width < n; width *= 2) {
		struct sort_name *swap = a;

		for (size_t at = 0; at < n; at += 2 * width)
			merge_names(u, a, at, MIN(at + width, n), MIN(at + 2 * width, n), b);
		a = b;
		b = swap;
	}
	for (size_t i = 0; i < n; i++)
		u->names[i] = a[i].id;
}

static void list_names(struct universe *u)
{
	_cleanup_free_ bool *seen = xcalloc(u->provider_names, sizeof(*seen));

	free(u->names);
	u->n_names = 0;
	u->names = xcalloc(universe_count(u) + 1, sizeof(*u->names));
	for (pkg_id id = 1; id <= universe_count(u); id++) {
		str_id name = universe_pkg(u, id)->name;

		if (universe_pkg(u, id)->hidden) /* not to be had, or the same as another */
			continue;
		if (!seen[name])
			u->names[u->n_names++] = name;
		seen[name] = true;
	}
	sort_names(u);
}

int universe_finish(struct universe *u, struct err *e)
{
	uint32_t sum = 0;

	ASSERT(!u->map.p);
	if (universe_count(u) > UNIVERSE_PACKAGES_MAX)
		return err_set(e, E_LIMIT, "%u packages, at most %u are accepted",
			       universe_count(u), UNIVERSE_PACKAGES_MAX);
	if (u->dep_refs.n > UNIVERSE_DEPS_MAX)
		return err_set(e, E_LIMIT, "%zu dependencies, at most %u are accepted",
			       u->dep_refs.n, UNIVERSE_DEPS_MAX);

	map_done(&u->clauses);
	hide_duplicates(u);

	u->provider_names = intern_count(&u->strings);
	free(u->provider_start);
	u->provider_start = xcalloc((size_t)u->provider_names + 1, sizeof(*u->provider_start));
	for (pkg_id id = 1; id <= universe_count(u); id++)
		if (!u->pkgs.v[id].hidden)
			for_each_provide(u, id, count_one);
	for (uint32_t name = 0; name <= u->provider_names; name++) {
		sum += u->provider_start[name];
		u->provider_start[name] = sum;
	}

	free(u->providers);
	u->providers = xcalloc((size_t)sum + 1, sizeof(*u->providers));
	for (pkg_id id = universe_count(u); id > 0; id--)
		if (!u->pkgs.v[id].hidden)
			for_each_provide(u, id, place_one);
	list_names(u);
	return 0;
}

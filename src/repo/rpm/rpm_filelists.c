/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repo/rpm/rpm_filelists.h"

#include <stdlib.h>
#include <string.h>

static bool is_path(struct sv s)
{
	return s.n && s.p[0] == '/';
}

static void want(struct rpm_wanted *w, str_id name)
{
	uint32_t fresh = (uint32_t)w->names.n;
	struct sv path = universe_sv(w->u, name);

	if (is_path(path) && *map_slot(&w->paths, path, fresh) == fresh)
		vec_push(&w->names, ((struct rpm_wanted_name){ .name = name }));
}

/* What a package says in words that it provides. */
static void mark_provided(struct rpm_wanted *w)
{
	struct universe *u = w->u;

	for (pkg_id p = 1; p <= universe_count(u); p++) {
		const struct dep_list *l = &universe_pkg(u, p)->deps[DEPK_PROVIDES];

		if (universe_pkg(u, p)->hidden)
			continue;
		for (uint32_t i = 0; i < l->n; i++) {
			const struct dep *d = universe_dep_at(u, u->dep_refs.v[l->first + i]);
			struct sv name = universe_sv(u, d->name);
			uint32_t at;

			if (is_path(name) && map_get(&w->paths, name, &at))
				w->names.v[at].answered = true;
		}
	}
}

void rpm_wanted_init(struct rpm_wanted *w, struct universe *u)
{
	*w = (struct rpm_wanted){ .u = u, .paths = MAP_INIT };
	for (size_t i = 1; i < u->deps.n; i++)
		if (u->deps.v[i].op == DEP_ATOM)
			want(w, u->deps.v[i].name);
	if (w->names.n)
		mark_provided(w);
}

void rpm_wanted_done(struct rpm_wanted *w)
{
	map_done(&w->paths);
	vec_done(&w->names);
	vec_done(&w->hits);
}

static void hit(struct rpm_wanted *w, pkg_id p, uint32_t name)
{
	w->names.v[name].answered |= !universe_pkg(w->u, p)->hidden;
	vec_push(&w->hits, ((struct rpm_wanted_hit){ p, name }));
}

void rpm_wanted_match(struct rpm_wanted *w, const struct rpm_files *files)
{
	uint64_t at = 0;

	for (size_t i = 0; i < files->pkgs.n && w->names.n; i++) {
		const struct rpm_files_of *of = &files->pkgs.v[i];

		while (at < of->end) {
			struct sv path = sv_from(files->text.v + at);
			uint32_t name;

			if (map_get(&w->paths, path, &name))
				hit(w, of->pkg, name);
			at += path.n + 1;
		}
	}
}

bool rpm_wanted_open(const struct rpm_wanted *w)
{
	for (size_t i = 0; i < w->names.n; i++)
		if (!w->names.v[i].answered)
			return true;
	return false;
}

static int hit_cmp(const void *x, const void *y)
{
	const struct rpm_wanted_hit *a = x, *b = y;

	if (a->pkg != b->pkg)
		return a->pkg < b->pkg ? -1 : 1;
	return (a->name > b->name) - (a->name < b->name);
}

void rpm_wanted_apply(struct rpm_wanted *w)
{
	VEC(dep_id) list = { 0 };

	if (w->hits.n > 1)
		qsort(w->hits.v, w->hits.n, sizeof(*w->hits.v), hit_cmp);
	for (size_t i = 0; i < w->hits.n;) {
		pkg_id p = w->hits.v[i].pkg;

		list.n = 0;
		for (; i < w->hits.n && w->hits.v[i].pkg == p; i++) {
			struct dep d = { .op = DEP_ATOM,
					 .name = w->names.v[w->hits.v[i].name].name };

			if (i == 0 || hit_cmp(&w->hits.v[i - 1], &w->hits.v[i]) != 0)
				vec_push(&list, universe_dep(w->u, &d));
		}
		universe_add_provides(w->u, p, list.v, (uint32_t)list.n);
	}
	w->hits.n = 0;
	vec_done(&list);
}

/* ---- filelists.xml --------------------------------------------------------------------------------- */

struct reader {
	struct rpm_wanted *w;
	struct map by_digest; /* bytes of the package's digest -> package */
	pkg_id pkg;           /* of the element being read, 0: not ours */
};

static int start_package(struct reader *r, const char *const *attrs, struct err *e)
{
	const char *pkgid = rpm_xml_attr(attrs, "pkgid");
	struct digest d;
	enum digest_kind kind = DIGEST_SHA256;

	if (!pkgid)
		return err_set(e, E_FORMAT, "<package> has no pkgid");
	while (kind < DIGEST_SHA512 && digest_size(kind) * 2 < strlen(pkgid))
		kind = (enum digest_kind)(kind + 1);
	r->pkg = 0;
	if (digest_parse(kind, sv_from(pkgid), &d, e) < 0)
		return err_wrap(e, "pkgid");
	(void)map_get(&r->by_digest, sv_of(d.bytes, digest_size(kind)), &r->pkg);
	return 0;
}

static int on_start(void *arg, struct rpm_xml *x, const char *name, const char *const *attrs,
		    struct err *e)
{
	struct reader *r = arg;
	unsigned depth = rpm_xml_depth(x);

	if (depth == 3 && r->pkg && strcmp(name, "file") == 0)
		rpm_xml_collect(x);
	else if (depth == 2 && strcmp(name, "package") == 0)
		return start_package(r, attrs, e);
	else if (depth == 1 && strcmp(name, "filelists") != 0)
		return err_set(e, E_FORMAT, "root element is <%.64s>, not <filelists>", name);
	return 0;
}

static int on_end(void *arg, struct rpm_xml *x, const char *name, struct sv text, struct err *e)
{
	struct reader *r = arg;
	uint32_t at;

	(void)e;
	(void)name;
	if (rpm_xml_depth(x) == 3 && text.n && map_get(&r->w->paths, text, &at) &&
	    r->w->names.v[at].searched)
		hit(r->w, r->pkg, at);
	return 0;
}

int rpm_filelists_read(struct rpm_wanted *w, pkg_id first, pkg_id last,
		       const struct rpm_xml_input *input, struct err *e)
{
	static const struct rpm_xml_ops ops = { .start = on_start, .end = on_end };
	struct reader r = { .w = w, .by_digest = MAP_INIT };
	int k;

	for (size_t i = 0; i < w->names.n; i++)
		w->names.v[i].searched = !w->names.v[i].answered;
	for (pkg_id p = first; p <= last; p++) {
		const struct digest *d = &universe_pkg(w->u, p)->digest;

		map_put(&r.by_digest, sv_of(d->bytes, digest_size(d->kind)), p);
	}
	k = rpm_xml_parse(input, &ops, &r, e);
	map_done(&r.by_digest);
	return k;
}

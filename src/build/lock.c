/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Lock files: a plan to be repeated exactly, or to be compared with. JSON, described in kindling(1). A lock
 * pins packages by digest; the indexes it was made from are told for people and may have moved on, as long as
 * every package can still be had.
 */
#include "build/lock.h"

#include <fcntl.h>
#include <stdlib.h>

#include "build/build_int.h"
#include "build/json.h"
#include "build/json_read.h"
#include "pkg/universe_source.h"

#define LOCK_VERSION 1
#define LOCK_MAX (64u << 20) /* bytes */

/* ---- writing --------------------------------------------------------------------------------------- */

static void add_indexes(struct json *j, const struct universe *u)
{
	json_array(j, "indexes");
	for (size_t i = 0; i < u->repos.n; i++) {
		const struct universe_repo *r = &u->repos.v[i];

		json_object(j, NULL);
		json_text(j, "label", r->label);
		json_text(j, "suite", r->suite);
		json_number(j, "date", r->date);
		json_digest(j, &r->index_digest);
		json_bool(j, "signature-verified", r->verified);
		json_end(j);
	}
	json_end(j);
}

int lock_write(const struct build *b, struct strbuf *out, struct err *e)
{
	struct json j;

	json_init(&j);
	json_object(&j, NULL);
	json_number(&j, "lock-version", LOCK_VERSION);
	json_text(&j, "generator", SV("kindling"));
	json_text(&j, "release", sv_from(b->o->release));
	json_text(&j, "architecture", sv_from(b->arch->deb));
	json_text(&j, "distribution", b->distribution);
	json_text(&j, "distribution-release", b->release);
	json_number(&j, "verify-time", b->o->verify_time);
	json_number(&j, "source-date-epoch", b->source_date);
	add_indexes(&j, &b->universe);
	json_array(&j, "packages");
	for (size_t i = 0; i < b->plan.items.n; i++) {
		const struct plan_item *it = &b->plan.items.v[i];

		json_object(&j, NULL);
		json_text(&j, "package", it->name);
		json_text(&j, "version", it->version);
		json_text(&j, "architecture", it->arch);
		json_text(&j, "role", sv_from(plan_role(it)));
		json_number(&j, "size", (int64_t)it->size);
		json_digest(&j, &it->digest);
		json_text(&j, "filename", it->filename);
		json_text(&j, "origin", it->origin);
		json_end(&j);
	}
	json_end(&j);
	json_end(&j);
	return json_finish(&j, out, e);
}

/* ---- reading --------------------------------------------------------------------------------------- */

static int read_digest(struct yyjson_val *v, struct digest *ret, struct err *e)
{
	struct err other = ERR_INIT;
	struct sv hex;

	if (json_get_text(v, "sha256", &hex, e) == 0)
		return digest_parse(DIGEST_SHA256, hex, ret, e);
	if (json_get_text(v, "sha512", &hex, &other) == 0)
		return digest_parse(DIGEST_SHA512, hex, ret, e);
	return e->code;
}

static int read_package(struct lock *l, struct yyjson_val *v, struct err *e)
{
	struct lock_package p = { .kernel = false };
	struct sv role;
	int r = json_get_text(v, "package", &p.name, e);

	if (r == 0)
		r = json_get_text(v, "version", &p.version, e);
	if (r == 0)
		r = json_get_text(v, "architecture", &p.arch, e);
	if (r == 0)
		r = json_get_text(v, "role", &role, e);
	if (r == 0)
		r = read_digest(v, &p.digest, e);
	if (r < 0)
		return r;
	p.kernel = sv_eq(role, SV("kernel"));
	p.removed = sv_eq(role, SV("removed"));
	if (!p.kernel && !p.removed && !sv_eq(role, SV("image")))
		return err_set(e, E_FORMAT, "unknown role '" SV_FMT "'", SV_ARG(role));
	p.name = arena_sv(&l->arena, p.name);
	p.version = arena_sv(&l->arena, p.version);
	p.arch = arena_sv(&l->arena, p.arch);
	vec_push(&l->packages, p);
	return 0;
}

static int read_doc(struct lock *l, const struct json_doc *d, struct err *e)
{
	struct yyjson_val *list, *v;
	int64_t version;
	size_t n = 0;
	struct sv text;
	int r = json_get_number(d->root, "lock-version", &version, e);

	if (r == 0 && version != LOCK_VERSION)
		r = err_set(e, E_FORMAT, "lock-version %lld, this release reads %d",
			    (long long)version, LOCK_VERSION);
	if (r == 0)
		r = json_get_text(d->root, "architecture", &text, e);
	if (r == 0) {
		l->arch = arena_sv(&l->arena, text);
		r = json_get_number(d->root, "verify-time", &l->verify_time, e);
	}
	if (r == 0)
		r = json_get_number(d->root, "source-date-epoch", &l->source_date, e);
	if (r == 0)
		r = json_get_array(d->root, "packages", &list, &n, e);
	for (size_t i = 0; i < n && r == 0; i++) {
		r = json_next(list, i, &v, e);
		if (r == 0)
			r = read_package(l, v, e);
		if (r < 0)
			err_wrap(e, "packages[%zu]", i);
	}
	return r;
}

int lock_parse(struct sv text, struct lock **ret, struct err *e)
{
	_cleanup_(json_doc_done) struct json_doc doc = { .doc = NULL };
	_cleanup_(lock_freep) struct lock *l = xcalloc(1, sizeof(*l));
	int r = json_parse(text, &doc, e);

	if (r == 0)
		r = read_doc(l, &doc, e);
	if (r == 0)
		*ret = TAKE_PTR(l);
	return r;
}

int lock_read(const char *path, struct lock **ret, struct err *e)
{
	_cleanup_fs_data_ struct fs_data data = { NULL, 0 };
	int r = fs_read(AT_FDCWD, path, LOCK_MAX, &data, e);

	if (r < 0)
		return r;
	if (lock_parse(fs_sv(&data), ret, e) < 0) {
		err_wrap(e, "lock file '%s'", path);
		return e->code = E_USAGE;
	}
	return 0;
}

void lock_free(struct lock *l)
{
	if (!l)
		return;
	vec_done(&l->packages);
	arena_done(&l->arena);
	free(l);
}

/* ---- building exactly this ------------------------------------------------------------------------- */

#define DRIFT_MAX 20 /* lines */

/* The package of the universe that is this one, byte for byte; 0: no mirror has it. */
static pkg_id find_package(const struct universe *u, const struct lock_package *p)
{
	uint32_t n;
	const struct provider *v = universe_providers(u, intern_find(&u->strings, p->name), &n);

	for (uint32_t i = 0; i < n; i++) {
		const struct package *x = universe_pkg(u, v[i].pkg);

		if (v[i].own_name && digest_eq(&x->digest, &p->digest) &&
		    sv_eq(universe_sv(u, x->version), p->version))
			return v[i].pkg;
	}
	return 0;
}

static void tell_drift(struct strbuf *why, const struct lock_package *p, const char *what)
{
	strbuf_addf(why, "  " SV_FMT " " SV_FMT " %s\n", SV_ARG(p->name), SV_ARG(p->version), what);
}

static int drifted(unsigned n, struct strbuf *why, struct err *e)
{
	if (n > DRIFT_MAX)
		strbuf_addf(why, "  ... and %u more\n", n - DRIFT_MAX);
	err_set(e, E_VERIFY, "the plan is not what the lock says");
	return err_hint(
		e,
		"'kindling plan --against LOCK' shows all that changes; 'kindling lock' makes a new one");
}

static int want_packages(struct build *b, struct err *e)
{
	VEC(struct sv) names = { 0 };
	int r;

	for (size_t i = 0; i < b->lock->packages.n; i++)
		vec_push(&names, b->lock->packages.v[i].name);
	r = universe_want(&b->universe, names.v, names.n, e);
	vec_done(&names);
	return r;
}

int lock_apply(struct build *b, struct solver_input *in, struct err *e)
{
	unsigned missing = 0;

	if (b->lock && want_packages(b, e) < 0)
		return e->code;
	for (size_t i = 0; b->lock && i < b->lock->packages.n; i++) {
		struct lock_package *p = &b->lock->packages.v[i];

		p->pkg = find_package(&b->universe, p);
		if (!p->pkg && missing++ < DRIFT_MAX)
			tell_drift(b->h->why, p, "is in no mirror with this content");
		else if (p->pkg)
			vec_push(&in->locked, p->pkg);
	}
	return missing ? drifted(missing, b->h->why, e) : 0;
}

bool lock_has_kernel(const struct build *b, pkg_id p)
{
	for (size_t i = 0; b->lock && i < b->lock->packages.n; i++)
		if (b->lock->packages.v[i].kernel && b->lock->packages.v[i].pkg == p)
			return true;
	return false;
}

static bool same_item(const struct lock_package *p, const struct plan_item *it)
{
	return p->kernel == it->kernel && p->removed == it->removed && sv_eq(p->name, it->name) &&
	       sv_eq(p->version, it->version) && digest_eq(&p->digest, &it->digest);
}

static bool in_plan(const struct build *b, const struct lock_package *p)
{
	for (size_t i = 0; i < b->plan.items.n; i++)
		if (same_item(p, &b->plan.items.v[i]))
			return true;
	return false;
}

static bool in_lock(const struct lock *l, const struct plan_item *it)
{
	for (size_t i = 0; i < l->packages.n; i++)
		if (same_item(&l->packages.v[i], it))
			return true;
	return false;
}

int lock_check(const struct build *b, struct err *e)
{
	unsigned n = 0;

	for (size_t i = 0; b->lock && i < b->lock->packages.n; i++)
		if (!in_plan(b, &b->lock->packages.v[i]) && n++ < DRIFT_MAX)
			tell_drift(b->h->why, &b->lock->packages.v[i], "is not needed any more");
	for (size_t i = 0; b->lock && i < b->plan.items.n; i++) {
		const struct plan_item *it = &b->plan.items.v[i];

		if (!in_lock(b->lock, it) && n++ < DRIFT_MAX)
			strbuf_addf(b->h->why,
				    "  " SV_FMT " " SV_FMT " is not locked (" SV_FMT ")\n",
				    SV_ARG(it->name), SV_ARG(it->version), SV_ARG(it->reason));
	}
	return n ? drifted(n, b->h->why, e) : 0;
}

/* ---- comparing ------------------------------------------------------------------------------------- */

enum change {
	CHANGE_ADDED,
	CHANGE_REMOVED,
	CHANGE_UPGRADED,
	CHANGE_DOWNGRADED,
	CHANGE_CONTENT,
	CHANGE_ROLE
};

static const char *const change_words[] = {
	[CHANGE_ADDED] = "added",           [CHANGE_REMOVED] = "removed",
	[CHANGE_UPGRADED] = "upgraded",     [CHANGE_DOWNGRADED] = "downgraded",
	[CHANGE_CONTENT] = "other-content", [CHANGE_ROLE] = "other-role",
};

struct difference {
	enum change change;
	struct sv name, arch, from, to;
};

VEC_TYPE(differences, struct difference);

static int difference_cmp(const void *pa, const void *pb)
{
	const struct difference *a = pa, *b = pb;
	int r = sv_cmp(a->name, b->name);

	if (!r)
		r = sv_cmp(a->arch, b->arch);
	return r ? r : (a->change > b->change) - (a->change < b->change);
}

/* The entry of a package: the very same one, else one of its name that no other item has. */
static struct lock_package *locked_as(const struct lock *l, const struct plan_item *it)
{
	struct lock_package *found = NULL;

	for (size_t i = 0; i < l->packages.n; i++) {
		struct lock_package *p = &l->packages.v[i];

		if (p->pkg || p->kernel != it->kernel || !sv_eq(p->name, it->name))
			continue;
		if (sv_eq(p->version, it->version) && digest_eq(&p->digest, &it->digest))
			return p;
		if (!found)
			found = p;
	}
	return found;
}

static enum change change_of(const struct build *b, const struct lock_package *p,
			     const struct plan_item *it)
{
	int c = version_compare(b->universe.family, p->version, it->version);

	return c < 0                                ? CHANGE_UPGRADED
	       : c > 0                              ? CHANGE_DOWNGRADED
	       : digest_eq(&p->digest, &it->digest) ? CHANGE_ROLE
						    : CHANGE_CONTENT;
}

static void compare(const struct build *b, struct lock *l, struct differences *ret)
{
	/* the very same ones first, so that of several kernels of one name each finds its own */
	for (size_t i = 0; i < b->plan.items.n; i++) {
		const struct plan_item *it = &b->plan.items.v[i];
		struct lock_package *p = in_lock(l, it) ? locked_as(l, it) : NULL;

		if (p)
			p->pkg = it->pkg;
	}
	for (size_t i = 0; i < b->plan.items.n; i++) {
		const struct plan_item *it = &b->plan.items.v[i];
		struct lock_package *p;

		if (in_lock(l, it))
			continue;
		p = locked_as(l, it);
		if (p)
			p->pkg = it->pkg;
		vec_push(ret,
			 ((struct difference){ .change = p ? change_of(b, p, it) : CHANGE_ADDED,
					       .name = it->name,
					       .arch = it->arch,
					       .from = p ? p->version : SV_NULL,
					       .to = it->version }));
	}
	for (size_t i = 0; i < l->packages.n; i++) {
		const struct lock_package *p = &l->packages.v[i];

		if (!p->pkg)
			vec_push(ret, ((struct difference){ CHANGE_REMOVED, p->name, p->arch,
							    p->version, SV_NULL }));
	}
	if (ret->n > 1)
		qsort(ret->v, ret->n, sizeof(*ret->v), difference_cmp);
}

static int changes_json(const struct differences *d, struct strbuf *out, struct err *e)
{
	struct json j;

	json_init(&j);
	json_object(&j, NULL);
	json_array(&j, "changes");
	for (size_t i = 0; i < d->n; i++) {
		json_object(&j, NULL);
		json_text(&j, "package", d->v[i].name);
		json_text(&j, "architecture", d->v[i].arch);
		json_text(&j, "change", sv_from(change_words[d->v[i].change]));
		if (d->v[i].from.n)
			json_text(&j, "from", d->v[i].from);
		if (d->v[i].to.n)
			json_text(&j, "to", d->v[i].to);
		json_end(&j);
	}
	json_end(&j);
	json_end(&j);
	return json_finish(&j, out, e);
}

static void changes_text(const struct differences *d, struct strbuf *out)
{
	for (size_t i = 0; i < d->n; i++) {
		const struct difference *x = &d->v[i];

		strbuf_addf(out, "%-13s " SV_FMT " ", change_words[x->change], SV_ARG(x->name));
		if (x->change == CHANGE_UPGRADED || x->change == CHANGE_DOWNGRADED)
			strbuf_addf(out, SV_FMT " -> " SV_FMT "\n", SV_ARG(x->from), SV_ARG(x->to));
		else
			strbuf_addf(out, SV_FMT "\n", SV_ARG(x->from.n ? x->from : x->to));
	}
	if (d->n == 0)
		strbuf_adds(out, "nothing changes\n");
}

int lock_compare(const struct build *b, const char *path, bool json, struct strbuf *out,
		 struct err *e)
{
	_cleanup_(lock_freep) struct lock *l = NULL;
	struct differences list = { 0 };
	int r = lock_read(path, &l, e);

	if (r < 0)
		return r;
	if (!sv_eq(l->arch, sv_from(b->arch->deb)))
		return err_set(e, E_USAGE, "lock file '%s' is for " SV_FMT ", the plan for %s",
			       path, SV_ARG(l->arch), b->arch->deb);
	compare(b, l, &list);
	if (json)
		r = changes_json(&list, out, e);
	else
		changes_text(&list, out);
	vec_done(&list);
	return r;
}

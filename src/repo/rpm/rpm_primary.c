/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repo/rpm/rpm_primary.h"

#include <string.h>

#include "base/num.h"
#include "repo/rpm/rpm_depends.h"
#include "repo/rpm/rpm_package.h"
#include "repo/rpm/rpm_repomd.h"

/* A range of reader.text; n == 0: not there. */
struct span {
	uint32_t at, n;
};

/* A dependency as it was read. Its list ends before its place in the universe is looked for: by then the memory
 * that it takes is near. */
struct entry {
	struct span name, evr;
	dep_id id; /* what is known at once: a rich dependency */
	uint8_t kind, rel;
};

struct reader {
	struct rpm_primary_ctx *c;
	struct strbuf text;           /* of the package being read */
	VEC(dep_id) deps[DEPK_COUNT]; /* likewise */
	uint32_t n_entries;           /* likewise */
	VEC(struct entry) entries;    /* of the list being read */
	struct strbuf version;        /* of the entry being read */
	VEC(struct span) files;
	struct span name, arch, evr, href, source, digest;
	enum digest_kind digest_kind;
	uint64_t size, installed_size;
	bool has_size, in_list, pkgid, skip;
	uint8_t list; /* enum dep_kind of the list being read */
};

static struct span keep(struct reader *r, struct sv s)
{
	struct span span = { (uint32_t)r->text.n, (uint32_t)s.n };

	strbuf_add(&r->text, s);
	return span;
}

static struct sv view(const struct reader *r, struct span s)
{
	return s.n ? sv_of(r->text.p + s.at, s.n) : SV("");
}

/* Adds the package to a failure. */
static int in_package(const struct reader *r, struct err *e)
{
	struct sv name = view(r, r->name);

	return name.n ? err_wrap(e, "package '" SV_FMT "'", SV_ARG(name)) : e->code;
}

void rpm_files_done(struct rpm_files *f)
{
	vec_done(&f->pkgs);
	vec_done(&f->text);
}

/* ---- elements -------------------------------------------------------------------------------------- */

static void begin_package(struct reader *r)
{
	static const struct span none = { 0, 0 };

	strbuf_clear(&r->text);
	for (int kind = 0; kind < DEPK_COUNT; kind++)
		r->deps[kind].n = 0;
	r->n_entries = 0;
	r->entries.n = 0;
	r->files.n = 0;
	r->name = r->arch = r->evr = r->href = r->source = r->digest = none;
	r->has_size = r->in_list = r->pkgid = r->skip = false;
	r->installed_size = 0;
}

struct evr_attrs {
	const char *name, *flags, *epoch, *ver, *rel, *pre;
};

static struct evr_attrs evr_attrs(const char *const *attrs)
{
	struct evr_attrs a = { .name = NULL };

	for (; *attrs; attrs += 2) {
		struct sv key = sv_from(attrs[0]);

		if (sv_eq(key, SV("name")))
			a.name = attrs[1];
		else if (sv_eq(key, SV("flags")))
			a.flags = attrs[1];
		else if (sv_eq(key, SV("epoch")))
			a.epoch = attrs[1];
		else if (sv_eq(key, SV("ver")))
			a.ver = attrs[1];
		else if (sv_eq(key, SV("rel")))
			a.rel = attrs[1];
		else if (sv_eq(key, SV("pre")))
			a.pre = attrs[1];
	}
	return a;
}

static int take_flags(const char *flags, uint8_t *ret, struct err *e)
{
	static const struct {
		char word[3];
		uint8_t rel;
	} rows[] = {
		{ "EQ", REL_EQ }, { "GE", REL_GT | REL_EQ }, { "LE", REL_LT | REL_EQ },
		{ "GT", REL_GT }, { "LT", REL_LT },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (strcmp(flags, rows[i].word) == 0) {
			*ret = rows[i].rel;
			return 0;
		}
	return err_set(e, E_FORMAT, "unknown flags '%.64s'", flags);
}

/* "epoch:version-release", without an epoch of 0. Most entries have only a version. */
static struct sv make_evr(struct strbuf *b, const struct evr_attrs *a)
{
	bool epoch = a->epoch && *a->epoch && strcmp(a->epoch, "0") != 0, rel = a->rel && *a->rel;

	if (!epoch && !rel)
		return sv_from(a->ver);
	strbuf_clear(b);
	if (epoch) {
		strbuf_adds(b, a->epoch);
		strbuf_addc(b, ':');
	}
	strbuf_adds(b, a->ver);
	if (rel) {
		strbuf_addc(b, '-');
		strbuf_adds(b, a->rel);
	}
	return strbuf_sv(b);
}

/* "name = its own version": every package has it, and the universe knows without being told. */
static bool is_self_provide(const struct reader *r, struct sv name, uint8_t rel, struct sv evr)
{
	return r->list == DEPK_PROVIDES && rel == REL_EQ && sv_eq(name, view(r, r->name)) &&
	       sv_eq(evr, view(r, r->evr));
}

static bool is_last(const struct reader *r, enum dep_kind kind, dep_id id)
{
	size_t n = r->deps[kind].n;

	return n && r->deps[kind].v[n - 1] == id;
}

/* What is required before unpacking stands there again for afterwards, side by side. */
static void add_dep(struct reader *r, enum dep_kind kind, dep_id id)
{
	if (id && !is_last(r, kind, id) &&
	    !(kind == DEPK_REQUIRES && is_last(r, DEPK_PRE_REQUIRES, id)))
		vec_push(&r->deps[kind], id);
}

/* For the end of the list, or at once what can be wrong in itself. */
static int keep_entry(struct reader *r, enum dep_kind kind, struct sv name, uint8_t rel,
		      struct sv evr, struct err *e)
{
	struct entry x = { .kind = (uint8_t)kind, .rel = rel };

	if (name.p[0] == '(') {
		int k = rpm_depends_entry(r->c->u, kind, name, rel, evr, &x.id, e);

		if (k < 0)
			return k;
	} else {
		x.name = keep(r, name);
		x.evr = keep(r, evr);
		rpm_depends_ahead(r->c->u, kind, name, rel, evr);
	}
	vec_push(&r->entries, x);
	return 0;
}

static int take_entry(struct reader *r, const char *const *attrs, struct err *e)
{
	struct evr_attrs a = evr_attrs(attrs);
	struct sv name = sv_from(a.name), evr = SV_NULL;
	enum dep_kind kind = (enum dep_kind)r->list;
	uint8_t rel = REL_ANY;

	if (name.n == 0)
		return err_set(e, E_FORMAT, "<entry> has no name");
	if (++r->n_entries > RPM_PACKAGE_ENTRIES_MAX)
		return err_set(e, E_LIMIT, "package has more than %u dependencies",
			       RPM_PACKAGE_ENTRIES_MAX);
	if (a.flags && a.ver && *a.ver) {
		if (take_flags(a.flags, &rel, e) < 0)
			return err_wrap(e, "<entry> '%.200s'", a.name);
		evr = make_evr(&r->version, &a);
	}
	if (is_self_provide(r, name, rel, evr))
		return 0;
	if (kind == DEPK_REQUIRES && a.pre && strcmp(a.pre, "1") == 0)
		kind = DEPK_PRE_REQUIRES;
	if (keep_entry(r, kind, name, rel, evr, e) < 0)
		return err_wrap(e, "<entry> '%.200s'", a.name);
	return 0;
}

static int finish_list(struct reader *r, struct err *e)
{
	for (size_t i = 0; i < r->entries.n; i++) {
		const struct entry *x = &r->entries.v[i];
		enum dep_kind kind = (enum dep_kind)x->kind;
		struct sv name = view(r, x->name);
		dep_id id = x->id;

		if (id == 0 &&
		    rpm_depends_entry(r->c->u, kind, name, x->rel, view(r, x->evr), &id, e) < 0)
			return err_wrap(e, "<entry> '" SV_FMT "'", SV_ARG(sv_head(name, 200)));
		add_dep(r, kind, id);
	}
	r->entries.n = 0;
	return 0;
}

static int take_version(struct reader *r, const char *const *attrs, struct err *e)
{
	struct evr_attrs a = evr_attrs(attrs);

	if (!a.ver || !*a.ver)
		return err_set(e, E_FORMAT, "<version> has no ver");
	r->evr = keep(r, make_evr(&r->version, &a));
	return version_check_rpm(view(r, r->evr), e);
}

static int take_number(const char *const *attrs, const char *name, uint64_t *ret, struct err *e)
{
	const char *value = rpm_xml_attr(attrs, name);

	if (!value)
		return err_set(e, E_FORMAT, "<size> has no %s", name);
	if (num_parse_u64(sv_from(value), 10, INT64_MAX, ret, e) < 0)
		return err_wrap(e, "<size>: %s", name);
	return 0;
}

static int take_size(struct reader *r, const char *const *attrs, struct err *e)
{
	r->has_size = true;
	if (take_number(attrs, "package", &r->size, e) < 0)
		return e->code;
	if (!rpm_xml_attr(attrs, "installed"))
		return 0;
	return take_number(attrs, "installed", &r->installed_size, e);
}

static int take_location(struct reader *r, const char *const *attrs, struct err *e)
{
	const char *href = rpm_xml_attr(attrs, "href");

	if (!href)
		return err_set(e, E_FORMAT, "<location> has no href");
	if (rpm_check_base(rpm_xml_attr(attrs, "xml:base"), e) < 0 ||
	    rpm_check_href(sv_from(href), e) < 0)
		return e->code;
	r->href = keep(r, sv_from(href));
	return 0;
}

static int take_checksum(struct reader *r, struct rpm_xml *x, const char *const *attrs,
			 struct err *e)
{
	const char *type = rpm_xml_attr(attrs, "type"), *pkgid = rpm_xml_attr(attrs, "pkgid");

	r->pkgid = pkgid && strcmp(pkgid, "YES") == 0;
	if (!r->pkgid)
		return 0;
	if (!type || !rpm_digest_kind(sv_from(type), &r->digest_kind))
		return err_set(e, E_FORMAT, "unknown checksum type '%.64s'", type ? type : "");
	rpm_xml_collect(x);
	return 0;
}

/* Children of <package>. */
static int start_in_package(struct reader *r, struct rpm_xml *x, const char *name,
			    const char *const *attrs, struct err *e)
{
	if (strcmp(name, "name") == 0 || strcmp(name, "arch") == 0) {
		rpm_xml_collect(x);
		return 0;
	}
	if (strcmp(name, "version") == 0)
		return take_version(r, attrs, e);
	if (strcmp(name, "checksum") == 0)
		return take_checksum(r, x, attrs, e);
	if (strcmp(name, "size") == 0)
		return take_size(r, attrs, e);
	if (strcmp(name, "location") == 0)
		return take_location(r, attrs, e);
	return 0;
}

/* Children of <format>. */
static void start_in_format(struct reader *r, struct rpm_xml *x, const char *name)
{
	static const struct {
		const char *name;
		enum dep_kind kind;
	} lists[] = {
		{ "provides", DEPK_PROVIDES },       { "requires", DEPK_REQUIRES },
		{ "conflicts", DEPK_CONFLICTS },     { "obsoletes", DEPK_OBSOLETES },
		{ "recommends", DEPK_RECOMMENDS },   { "suggests", DEPK_SUGGESTS },
		{ "supplements", DEPK_SUPPLEMENTS }, { "enhances", DEPK_ENHANCES },
	};

	r->in_list = false;
	if (strcmp(name, "file") == 0 || strcmp(name, "sourcerpm") == 0) {
		rpm_xml_collect(x);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		if (strcmp(name, lists[i].name) == 0) {
			r->in_list = true;
			r->list = (uint8_t)lists[i].kind;
		}
}

static int on_start(void *arg, struct rpm_xml *x, const char *name, const char *const *attrs,
		    struct err *e)
{
	struct reader *r = arg;
	unsigned depth = rpm_xml_depth(x);

	if (depth == 5 && r->in_list && !r->skip && strcmp(name, "entry") == 0) {
		return take_entry(r, attrs, e) == 0 ? 0 : in_package(r, e);
	}
	if (depth == 4 && !r->skip)
		start_in_format(r, x, name);
	else if (depth == 3)
		return start_in_package(r, x, name, attrs, e);
	else if (depth == 2 && strcmp(name, "package") != 0)
		return err_set(e, E_FORMAT, "<%.64s> where a package was expected", name);
	else if (depth == 2)
		begin_package(r);
	else if (depth == 1 && strcmp(name, "metadata") != 0)
		return err_set(e, E_FORMAT, "root element is <%.64s>, not <metadata>", name);
	return 0;
}

/* ---- packages -------------------------------------------------------------------------------------- */

static int check_name(struct sv name, struct err *e)
{
	if (name.n == 0)
		return err_set(e, E_FORMAT, "package has no name");
	for (size_t i = 0; i < name.n; i++)
		if ((unsigned char)name.p[i] <= ' ' || name.p[i] == 0x7f || name.p[i] == '/')
			return err_set(e, E_FORMAT, "bad package name '" SV_FMT "'", SV_ARG(name));
	return 0;
}

static int take_digest(const struct reader *r, struct digest *ret, struct err *e)
{
	if (r->digest.n == 0)
		return err_set(e, E_FORMAT, "package has no checksum with pkgid=\"YES\"");
	if (!digest_is_strong(r->digest_kind)) {
		err_set(e, E_VERIFY, "%s digest proves nothing", digest_name(r->digest_kind));
		return err_hint(e, "make the metadata anew with a current createrepo_c, which "
				   "writes SHA-256, or use 'dir file:DIR'");
	}
	return digest_parse(r->digest_kind, view(r, r->digest), ret, e);
}

static int add_files(struct reader *r, pkg_id p, struct err *e)
{
	struct rpm_files *f = r->c->files;
	size_t bytes = 0, at = f->text.n;

	if (r->files.n == 0)
		return 0;
	for (size_t i = 0; i < r->files.n; i++)
		bytes += r->files.v[i].n + 1;
	if (f->text.n + bytes > RPM_FILES_TEXT_MAX)
		return err_set(e, E_LIMIT, "names of files have more than %llu bytes",
			       RPM_FILES_TEXT_MAX);
	vec_reserve(&f->text, at + bytes);
	f->text.n += bytes;
	for (size_t i = 0; i < r->files.n; i++) {
		struct sv file = view(r, r->files.v[i]);

		memcpy(f->text.v + at, file.p, file.n);
		f->text.v[at + file.n] = '\0';
		at += file.n + 1;
	}
	vec_push(&f->pkgs, ((struct rpm_files_of){ p, (uint32_t)r->files.n, f->text.n }));
	return 0;
}

/* What is required before unpacking comes first among all that is required. */
static void set_deps(struct reader *r, pkg_id p, enum dep_kind kind)
{
	size_t pre = kind == DEPK_REQUIRES ? r->deps[DEPK_PRE_REQUIRES].n : 0;
	size_t n = r->deps[kind].n;

	if (pre) {
		vec_reserve(&r->deps[kind], n + pre);
		memmove(r->deps[kind].v + pre, r->deps[kind].v, n * sizeof(dep_id));
		memcpy(r->deps[kind].v, r->deps[DEPK_PRE_REQUIRES].v, pre * sizeof(dep_id));
		n += pre;
	}
	if (n)
		universe_set_deps(r->c->u, p, kind, r->deps[kind].v, (uint32_t)n);
}

static int add_package(struct reader *r, struct err *e)
{
	struct universe *u = r->c->u;
	struct package p = { .repo = r->c->repo, .priority = PRIO_UNKNOWN };
	pkg_id id;
	int k;

	if (r->evr.n == 0 || !r->has_size || r->href.n == 0)
		return err_set(e, E_FORMAT, "package has no <%s>",
			       r->evr.n == 0  ? "version"
			       : !r->has_size ? "size"
					      : "location");
	k = take_digest(r, &p.digest, e);
	if (k < 0)
		return k;
	if (universe_count(u) >= UNIVERSE_PACKAGES_MAX)
		return err_set(e, E_LIMIT, "more than %u packages", UNIVERSE_PACKAGES_MAX);
	p.name = universe_str(u, view(r, r->name));
	p.version = universe_str(u, view(r, r->evr));
	p.arch = universe_str(u, view(r, r->arch));
	p.source = universe_str(u, rpm_name_part(view(r, r->source)));
	if (p.source == p.name)
		p.source = 0;
	p.size = r->size;
	p.installed_size = r->installed_size;
	p.filename = universe_text(u, view(r, r->href));
	id = universe_add(u, &p);
	r->c->added++;
	for (int kind = 0; kind < DEPK_COUNT; kind++)
		set_deps(r, id, (enum dep_kind)kind);
	return add_files(r, id, e);
}

/* ---- ends of elements ------------------------------------------------------------------------------ */

static bool is_ours(const struct reader *r, struct sv arch)
{
	return sv_eq(arch, sv_from(r->c->arch->rpm)) || sv_eq(arch, SV("noarch"));
}

static int end_package(struct reader *r, struct err *e)
{
	if (r->skip) {
		r->c->foreign++;
		return 0;
	}
	if (r->arch.n == 0)
		err_set(e, E_FORMAT, "package has no architecture");
	else if (check_name(view(r, r->name), e) == 0 && add_package(r, e) == 0)
		return 0;
	return in_package(r, e);
}

static void end_in_package(struct reader *r, const char *name, struct sv text)
{
	if (strcmp(name, "name") == 0) {
		r->name = keep(r, sv_trim(text));
	} else if (strcmp(name, "arch") == 0) {
		r->arch = keep(r, sv_trim(text));
		r->skip = r->arch.n && !is_ours(r, view(r, r->arch));
	} else if (strcmp(name, "checksum") == 0 && r->pkgid) {
		r->digest = keep(r, sv_trim(text));
	}
}

/* Of a list of dependencies, a file, or the source package. */
static int end_in_format(struct reader *r, const char *name, struct sv text, struct err *e)
{
	if (r->in_list)
		return finish_list(r, e) == 0 ? 0 : in_package(r, e);
	if (strcmp(name, "file") == 0 && text.n)
		vec_push(&r->files, keep(r, text));
	else if (text.n)
		r->source = keep(r, sv_trim(text));
	return 0;
}

static int on_end(void *arg, struct rpm_xml *x, const char *name, struct sv text, struct err *e)
{
	struct reader *r = arg;
	unsigned depth = rpm_xml_depth(x);

	if (depth == 2)
		return end_package(r, e);
	if (depth == 3)
		end_in_package(r, name, text);
	if (r->text.n > RPM_PACKAGE_TEXT_MAX || r->files.n > RPM_PACKAGE_ENTRIES_MAX)
		return err_set(e, E_LIMIT, "package '" SV_FMT "' is too large",
			       SV_ARG(view(r, r->name)));
	if (depth == 4 && !r->skip)
		return end_in_format(r, name, text, e);
	return 0;
}

#define RESERVE_MAX ((uint64_t)512 << 20) /* a size that is told and not proved yet */

int rpm_primary_read(struct rpm_primary_ctx *c, const struct rpm_xml_input *input, struct err *e)
{
	static const struct rpm_xml_ops ops = { .start = on_start, .end = on_end };
	/* of CentOS Stream 9 and of the test mirror */
	static const struct index_density per = {
		.pkg = 2600, .dep = 170, .dep_ref = 110, .clause = 650, .string = 210, .text = 60
	};
	struct reader r = { .c = c, .text = STRBUF_INIT, .version = STRBUF_INIT };
	int k;

	universe_reserve(c->u, (size_t)MIN(input->size, RESERVE_MAX), &per);
	k = rpm_xml_parse(input, &ops, &r, e);
	strbuf_done(&r.text);
	strbuf_done(&r.version);
	vec_done(&r.files);
	vec_done(&r.entries);
	for (int kind = 0; kind < DEPK_COUNT; kind++)
		vec_done(&r.deps[kind]);
	return k;
}

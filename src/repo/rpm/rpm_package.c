/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repo/rpm/rpm_package.h"

#include "repo/rpm/rpm.h"
#include "repo/rpm/rpm_tags.h"

struct reader {
	const struct rpm_header *h;
	struct arena *arena;
	struct err *e;
	int r; /* first failure; later calls do nothing */
};

static void take_text(struct reader *r, uint32_t tag, struct sv *ret)
{
	int k = r->r < 0 ? r->r : rpm_header_text(r->h, tag, ret, r->e);

	r->r = k < 0 ? k : 0;
}

static uint64_t take_number(struct reader *r, uint32_t tag)
{
	uint64_t v = 0;
	int k = r->r < 0 ? r->r : rpm_header_number(r->h, tag, &v, r->e);

	r->r = k < 0 ? k : 0;
	return v;
}

static void bad_count(struct reader *r, uint32_t tag, uint32_t have, uint32_t want)
{
	r->r = err_set(r->e, E_FORMAT, "header: tag %u has %u values, not %u", tag, have, want);
}

/* As many as n; absent is fine. */
static void take_texts(struct reader *r, uint32_t tag, uint32_t n, struct rpm_texts *ret)
{
	int k = r->r < 0 ? r->r : rpm_header_texts(r->h, tag, r->arena, ret, r->e);

	r->r = k < 0 ? k : 0;
	if (k > 0 && ret->n != n)
		bad_count(r, tag, ret->n, n);
}

static void take_numbers(struct reader *r, uint32_t tag, uint32_t n, struct rpm_numbers *ret)
{
	int k = r->r < 0 ? r->r : rpm_header_numbers(r->h, tag, ret, r->e);

	r->r = k < 0 ? k : 0;
	if (k > 0 && ret->n != n)
		bad_count(r, tag, ret->n, n);
}

/* ---- names ----------------------------------------------------------------------------------------- */

/* What becomes part of file names, versions and messages. */
static int check_word(struct sv s, const char *what, struct err *e)
{
	if (s.n == 0)
		return err_set(e, E_FORMAT, "package without %s", what);
	if (s.n > VERSION_MAX)
		return err_set(e, E_LIMIT, "%s has %zu characters, at most %d are accepted", what,
			       s.n, VERSION_MAX);
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f || s.p[i] == '/')
			return err_set(e, E_FORMAT, "%s '" SV_FMT "' has byte 0x%02x in it", what,
				       SV_ARG(s), (unsigned char)s.p[i]);
	return 0;
}

static void read_names(struct reader *r, struct rpm_package *p)
{
	_cleanup_strbuf_ struct strbuf evr = STRBUF_INIT;

	take_text(r, RPMTAG_NAME, &p->name);
	take_text(r, RPMTAG_VERSION, &p->version);
	take_text(r, RPMTAG_RELEASE, &p->release);
	take_text(r, RPMTAG_ARCH, &p->arch);
	take_text(r, RPMTAG_SOURCERPM, &p->source_rpm);
	take_text(r, RPMTAG_VENDOR, &p->vendor);
	take_text(r, RPMTAG_DISTRIBUTION, &p->distribution);
	p->epoch = take_number(r, RPMTAG_EPOCH);
	p->build_time = (int64_t)take_number(r, RPMTAG_BUILDTIME);
	p->installed_size = rpm_header_find(r->h, RPMTAG_LONGSIZE) ? take_number(r, RPMTAG_LONGSIZE)
								   : take_number(r, RPMTAG_SIZE);
	if (r->r == 0)
		r->r = check_word(p->name, "name", r->e);
	if (r->r == 0)
		r->r = check_word(p->version, "version", r->e);
	if (r->r == 0)
		r->r = check_word(p->release, "release", r->e);
	if (r->r == 0)
		r->r = check_word(p->arch, "architecture", r->e);
	if (r->r < 0)
		return;
	rpm_package_evr(p, &evr);
	r->r = version_check_rpm(strbuf_sv(&evr), r->e);
}

void rpm_package_evr(const struct rpm_package *p, struct strbuf *out)
{
	if (p->epoch)
		strbuf_addf(out, "%llu:", (unsigned long long)p->epoch);
	strbuf_add(out, p->version);
	strbuf_addc(out, '-');
	strbuf_add(out, p->release);
}

/* ---- dependencies ---------------------------------------------------------------------------------- */

static const struct {
	uint32_t name, version, flags;
	enum dep_kind kind;
} dep_tags[] = {
	{ RPMTAG_PROVIDENAME, RPMTAG_PROVIDEVERSION, RPMTAG_PROVIDEFLAGS, DEPK_PROVIDES },
	{ RPMTAG_REQUIRENAME, RPMTAG_REQUIREVERSION, RPMTAG_REQUIREFLAGS, DEPK_REQUIRES },
	{ RPMTAG_CONFLICTNAME, RPMTAG_CONFLICTVERSION, RPMTAG_CONFLICTFLAGS, DEPK_CONFLICTS },
	{ RPMTAG_OBSOLETENAME, RPMTAG_OBSOLETEVERSION, RPMTAG_OBSOLETEFLAGS, DEPK_OBSOLETES },
	{ RPMTAG_RECOMMENDNAME, RPMTAG_RECOMMENDVERSION, RPMTAG_RECOMMENDFLAGS, DEPK_RECOMMENDS },
	{ RPMTAG_SUGGESTNAME, RPMTAG_SUGGESTVERSION, RPMTAG_SUGGESTFLAGS, DEPK_SUGGESTS },
	{ RPMTAG_SUPPLEMENTNAME, RPMTAG_SUPPLEMENTVERSION, RPMTAG_SUPPLEMENTFLAGS,
	  DEPK_SUPPLEMENTS },
	{ RPMTAG_ENHANCENAME, RPMTAG_ENHANCEVERSION, RPMTAG_ENHANCEFLAGS, DEPK_ENHANCES },
};

static void read_deps(struct reader *r, struct rpm_package *p)
{
	for (size_t i = 0; i < ARRAY_SIZE(dep_tags) && r->r == 0; i++) {
		struct rpm_dep_list *l = &p->deps[dep_tags[i].kind];
		int k = rpm_header_texts(r->h, dep_tags[i].name, r->arena, &l->names, r->e);

		r->r = k < 0 ? k : 0;
		take_texts(r, dep_tags[i].version, l->names.n, &l->versions);
		take_numbers(r, dep_tags[i].flags, l->names.n, &l->flags);
	}
}

/* ---- files ----------------------------------------------------------------------------------------- */

static void read_paths(struct reader *r, struct rpm_file_lists *f)
{
	bool old = !rpm_header_find(r->h, RPMTAG_BASENAMES);
	int k;

	if (r->r < 0)
		return;
	k = rpm_header_texts(r->h, old ? RPMTAG_OLDFILENAMES : RPMTAG_BASENAMES, r->arena, &f->base,
			     r->e);
	r->r = k < 0 ? k : 0;
	f->n = f->base.n;
	if (r->r == 0 && f->n > RPM_FILES_MAX)
		r->r = err_set(r->e, E_LIMIT, "package of %u files, at most %u are accepted", f->n,
			       RPM_FILES_MAX);
	if (r->r < 0 || old)
		return;
	k = rpm_header_texts(r->h, RPMTAG_DIRNAMES, r->arena, &f->dirs, r->e);
	r->r = k < 0 ? k : 0;
	take_numbers(r, RPMTAG_DIRINDEXES, f->n, &f->dirindex);
	if (r->r == 0 && f->dirindex.n != f->n)
		bad_count(r, RPMTAG_DIRINDEXES, 0, f->n);
	for (uint32_t i = 0; i < f->n && r->r == 0; i++)
		if (rpm_number(&f->dirindex, i) >= f->dirs.n)
			r->r = err_set(r->e, E_FORMAT,
				       "header: file %u: folder %llu of %u does not exist", i,
				       (unsigned long long)rpm_number(&f->dirindex, i), f->dirs.n);
}

static void check_paths(struct reader *r, const struct rpm_package *p)
{
	for (uint32_t i = 0; i < p->files.n && r->r == 0; i++) {
		size_t n = p->files.base.v[i].n;

		if (p->files.dirindex.n)
			n += p->files.dirs.v[rpm_number(&p->files.dirindex, i)].n;
		if (n == 0)
			r->r = err_set(r->e, E_FORMAT, "header: file %u has no name", i);
		else if (n > RPM_PATH_MAX)
			r->r = err_set(r->e, E_LIMIT, "header: file %u has a path of %zu bytes", i,
				       n);
	}
}

static void read_files(struct reader *r, struct rpm_package *p, const struct rpm_file *file)
{
	static const enum digest_kind kinds[] = {
		[0] = DIGEST_MD5,     [1] = DIGEST_MD5,       [2] = DIGEST_SHA1,
		[8] = DIGEST_SHA256,  [9] = DIGEST_SHA384,    [10] = DIGEST_SHA512,
		[11] = DIGEST_SHA224, [12] = DIGEST_SHA3_256,
	};
	struct rpm_file_lists *f = &p->files;
	bool large = rpm_header_find(r->h, RPMTAG_LONGFILESIZES) != NULL;
	uint64_t algorithm;

	read_paths(r, f);
	check_paths(r, p);
	take_numbers(r, large ? RPMTAG_LONGFILESIZES : RPMTAG_FILESIZES, f->n, &f->sizes);
	take_numbers(r, RPMTAG_FILEMODES, f->n, &f->modes);
	take_numbers(r, RPMTAG_FILEMTIMES, f->n, &f->mtimes);
	take_numbers(r, RPMTAG_FILEFLAGS, f->n, &f->flags);
	take_numbers(r, RPMTAG_FILERDEVS, f->n, &f->rdevs);
	take_numbers(r, RPMTAG_FILEDEVICES, f->n, &f->devices);
	take_numbers(r, RPMTAG_FILEINODES, f->n, &f->inodes);
	take_texts(r, RPMTAG_FILEUSERNAME, f->n, &f->users);
	take_texts(r, RPMTAG_FILEGROUPNAME, f->n, &f->groups);
	take_texts(r, RPMTAG_FILELINKTOS, f->n, &f->links);
	take_texts(r, RPMTAG_FILEDIGESTS, f->n, &f->digests);
	take_texts(r, RPMTAG_FILECAPS, f->n, &f->caps);
	algorithm = take_number(r, RPMTAG_FILEDIGESTALGO);
	f->digest_kind = algorithm < ARRAY_SIZE(kinds) ? kinds[algorithm] : DIGEST_NONE;
	f->signed_files = rpm_header_find(r->h, RPMTAG_FILESIGNATURES) ||
			  rpm_header_find(&file->signature, RPMSIGTAG_FILESIGNATURES) ||
			  rpm_header_find(&file->signature, RPMSIGTAG_VERITYSIGNATURES);
	if (r->r == 0 && f->n && (f->modes.n == 0 || f->sizes.n == 0))
		r->r = err_set(r->e, E_FORMAT, "header: files without modes or sizes");
}

int rpm_package_read(const struct rpm_file *f, struct arena *a, struct rpm_package *ret,
		     struct err *e)
{
	struct reader r = { .h = &f->header, .arena = a, .e = e };
	struct rpm_package p = { .source = f->source };

	read_names(&r, &p);
	read_deps(&r, &p);
	read_files(&r, &p, f);
	if (r.r < 0)
		return r.r;
	*ret = p;
	return 0;
}

static uint64_t number_at(const struct rpm_numbers *v, uint32_t i)
{
	return i < v->n ? rpm_number(v, i) : 0;
}

static struct sv text_at(const struct rpm_texts *v, uint32_t i, struct sv missing)
{
	return i < v->n ? v->v[i] : missing;
}

void rpm_package_file(const struct rpm_package *p, uint32_t i, struct rpm_fileinfo *ret)
{
	const struct rpm_file_lists *f = &p->files;
	uint64_t rdev = number_at(&f->rdevs, i);

	*ret = (struct rpm_fileinfo){
		.mode = (uint32_t)number_at(&f->modes, i) & 0xffff,
		.flags = (uint32_t)number_at(&f->flags, i),
		.size = number_at(&f->sizes, i),
		.mtime = (int64_t)number_at(&f->mtimes, i),
		.dev_major = (uint32_t)(rdev >> 8) & 0xff,
		.dev_minor = (uint32_t)rdev & 0xff,
		.user = text_at(&f->users, i, SV("root")),
		.group = text_at(&f->groups, i, SV("root")),
		.link = text_at(&f->links, i, SV_NULL),
		.digest = text_at(&f->digests, i, SV_NULL),
		.caps = text_at(&f->caps, i, SV_NULL),
	};
}

void rpm_package_path(const struct rpm_package *p, uint32_t i, struct strbuf *out)
{
	if (p->files.dirindex.n)
		strbuf_add(out, p->files.dirs.v[rpm_number(&p->files.dirindex, i)]);
	strbuf_add(out, p->files.base.v[i]);
}

/* ---- of a file ------------------------------------------------------------------------------------- */

void rpm_opened_done(struct rpm_opened *o)
{
	arena_done(&o->arena);
}

int rpm_open(struct sv bytes, struct rpm_opened *ret, struct err *e)
{
	struct rpm_opened o = { .arena = ARENA_INIT };
	int r = rpm_file_open(bytes, &o.arena, &o.file, e);

	if (r == 0)
		r = rpm_file_check(&o.file, false, NULL, e);
	if (r == 0)
		r = rpm_package_read(&o.file, &o.arena, &o.package, e);
	if (r < 0) {
		rpm_opened_done(&o);
		return r;
	}
	*ret = o;
	return 0;
}

/* rpm's scripts by dpkg's names for them, as far as anybody asks. */
int rpm_control_file(struct sv bytes, struct sv name, struct fs_data *ret, struct err *e)
{
	_cleanup_(rpm_opened_done) struct rpm_opened o = { .arena = ARENA_INIT };
	struct sv text = SV_NULL;
	int r = rpm_file_open(bytes, &o.arena, &o.file, e);

	if (r == 0 && sv_eq(name, SV("postinst")))
		r = rpm_header_text(&o.file.header, RPMTAG_POSTIN, &text, e);
	if (r < 0)
		return r;
	if (r == 0)
		return err_set(e, E_NOTFOUND, "no file '" SV_FMT "'", SV_ARG(name));
	ret->p = xmalloc(text.n + 1);
	memcpy(ret->p, text.p, text.n);
	ret->p[text.n] = '\0';
	ret->n = text.n;
	return 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repo/repo.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "repo/deb/deb.h"
#include "repo/repo_int.h"
#include "repo/rpm/rpm.h"

static const struct repo_ops backends[] = {
	{ .kind = MIRROR_DEB,
	  .family = FAMILY_DEB,
	  .open = deb_mirror_open,
	  .load = deb_mirror_load,
	  .close = deb_mirror_close,
	  .elsewhere = deb_mirror_elsewhere },
	{ .kind = MIRROR_RPM,
	  .family = FAMILY_RPM,
	  .open = rpm_mirror_open,
	  .load = rpm_mirror_load,
	  .complete = rpm_mirror_complete,
	  .close = rpm_mirror_close },
	{ .kind = MIRROR_DIR,
	  .family = FAMILY_DEB,
	  .open = deb_dir_open,
	  .load = deb_dir_load,
	  .close = deb_dir_close },
	{ .kind = MIRROR_DIR,
	  .family = FAMILY_RPM,
	  .open = rpm_dir_open,
	  .load = rpm_dir_load,
	  .complete = rpm_dir_complete,
	  .close = rpm_dir_close },
};

static const struct repo_format formats[] = {
	[FAMILY_DEB] = { .payload_open = deb_payload_open, .control_file = deb_control_file },
	[FAMILY_RPM] = { .payload_open = rpm_payload_open, .control_file = rpm_control_file },
};

static const struct repo_format *find_format(enum pkg_family family)
{
	return (size_t)family < ARRAY_SIZE(formats) ? &formats[family] : NULL;
}

static int not_supported(enum pkg_family family, struct err *e)
{
	return err_set(e, E_USAGE, "%s packages are not supported in this release",
		       family == FAMILY_RPM ? "RPM" : "DEB");
}

static int open_dir(const struct mirror_spec *m, int *ret_fd, char **ret_dir, struct err *e)
{
	_cleanup_free_ char *dir = xmalloc(m->dir.n + 1);
	int r;

	memcpy(dir, m->dir.p, m->dir.n);
	dir[m->dir.n] = '\0';
	r = fs_open_dir(AT_FDCWD, dir, ret_fd, e);
	if (r == E_NOTFOUND)
		return err_hint(e,
				"a mirror is a folder on this machine: kindling reads no network");
	if (r < 0)
		return r;
	*ret_dir = TAKE_PTR(dir);
	return 0;
}

/* A folder of files brings the family of its files. */
static int dir_family(int dirfd, const char *dir, enum pkg_family *ret, struct err *e)
{
	_cleanup_(fs_entries_done) struct fs_entries list = { 0 };
	const char *deb = NULL, *rpm = NULL;
	int r = fs_list(dirfd, ".", &list, e);

	if (r < 0)
		return err_wrap(e, "folder '%s'", dir);
	for (size_t i = 0; i < list.n; i++) {
		struct sv name = sv_from(list.v[i].name);

		if (!deb && sv_ends(name, SV(".deb")))
			deb = list.v[i].name;
		if (!rpm && sv_ends(name, SV(".rpm")))
			rpm = list.v[i].name;
	}
	if (deb && rpm)
		return err_set(e, E_USAGE, "folder '%s' has both .deb and .rpm files ('%s', '%s')",
			       dir, deb, rpm);
	if (!deb && !rpm)
		return err_set(e, E_NOTFOUND, "folder '%s' has no .deb or .rpm file", dir);
	*ret = deb ? FAMILY_DEB : FAMILY_RPM;
	return 0;
}

static int family_of(const struct mirror_spec *m, int dirfd, const char *dir, enum pkg_family *ret,
		     struct err *e)
{
	if (m->kind == MIRROR_DIR)
		return dir_family(dirfd, dir, ret, e);
	*ret = m->kind == MIRROR_RPM ? FAMILY_RPM : FAMILY_DEB;
	return 0;
}

int mirror_family(const struct mirror_spec *m, enum pkg_family *ret, struct err *e)
{
	_cleanup_close_ int fd = -1;
	_cleanup_free_ char *dir = NULL;

	if (open_dir(m, &fd, &dir, e) < 0 || family_of(m, fd, dir, ret, e) < 0)
		return err_wrap(e, "mirror '" SV_FMT "'", SV_ARG(m->text));
	return 0;
}

static int open_backend(struct repo *repo, struct err *e)
{
	struct repo_load *l = &repo->l;
	enum pkg_family family;
	int r = family_of(l->spec, repo->dirfd, repo->dir, &family, e);

	if (r < 0)
		return r;
	if (family != l->u->family)
		return err_set(e, E_USAGE, "mirrors of DEB and RPM packages cannot be mixed");
	l->priority = l->spec->priority;
	if (l->u->repos.n)
		l->order = l->u->repos.v[l->u->repos.n - 1].order + 1;

	for (size_t i = 0; i < ARRAY_SIZE(backends); i++)
		if (backends[i].kind == l->spec->kind && backends[i].family == family) {
			repo->ops = &backends[i];
			return repo->ops->open(l, &repo->state, e);
		}
	return not_supported(family, e);
}

int repo_open(const struct mirror_spec *m, const struct repo_options *o, struct universe *u,
	      struct notes *notes, struct repo **ret, struct err *e)
{
	_cleanup_(repo_freep) struct repo *repo = xcalloc(1, sizeof(*repo));
	int r;

	repo->dirfd = -1;
	repo->first = (uint16_t)u->repos.n;
	repo->l = (struct repo_load){ .spec = m, .options = *o, .u = u, .notes = notes };
	r = open_dir(m, &repo->dirfd, &repo->dir, e);
	repo->l.dirfd = repo->dirfd;
	if (r >= 0)
		r = open_backend(repo, e);
	if (r < 0)
		return err_wrap(e, "mirror '" SV_FMT "'", SV_ARG(m->text));
	repo->n = (uint16_t)(u->repos.n - repo->first);
	*ret = TAKE_PTR(repo);
	return 0;
}

int repo_load(struct repo *r, bool on_demand, struct err *e)
{
	int k;

	r->l.on_demand = on_demand;
	k = r->ops->load(&r->l, r->state, e);

	if (k < 0 || !r->ops->complete)
		repo_loaded(r);
	return k < 0 ? err_wrap(e, "mirror '" SV_FMT "'", SV_ARG(r->l.spec->text)) : 0;
}

int repo_complete(struct repo *const *all, size_t n, struct err *e)
{
	static const enum repo_pass passes[] = { REPO_PASS_GATHER, REPO_PASS_KNOWN,
						 REPO_PASS_SEARCH, REPO_PASS_ADD };
	void *shared = NULL;

	for (size_t k = 0; k < ARRAY_SIZE(passes); k++)
		for (size_t i = 0; i < n; i++) {
			const struct repo *r = all[i];

			if (r->state &&
			    r->ops->complete(&r->l, r->state, passes[k], &shared, e) < 0)
				return err_wrap(e, "mirror '" SV_FMT "'", SV_ARG(r->l.spec->text));
		}
	for (size_t i = 0; i < n; i++)
		repo_loaded(all[i]);
	return 0;
}

void repo_loaded(struct repo *r)
{
	if (r->ops)
		r->ops->close(r->state);
	r->state = NULL;
}

bool repo_elsewhere(const struct repo *r, struct sv name, struct strbuf *ret)
{
	return r->ops && r->ops->elsewhere && r->ops->elsewhere(&r->l, name, ret);
}

void repo_free(struct repo *r)
{
	if (!r)
		return;
	repo_loaded(r);
	closep(&r->dirfd);
	free(r->dir);
	free(r);
}

bool repo_has(const struct repo *r, uint16_t universe_repo)
{
	return universe_repo >= r->first && universe_repo - r->first < r->n;
}

int repo_check_signature(const struct repo_load *l, const struct repo_signed *s, bool *ret,
			 struct err *e)
{
	const struct repo_verifier *v = l->options.verifier;
	const char *why = v && v->verify ? NULL : "cannot be checked by this release";
	int r;

	if (l->options.insecure_no_signature) {
		notes_add(l->notes, NOTE_WARNING,
			  "signature of '" SV_FMT "' in mirror '" SV_FMT "' was not checked",
			  SV_ARG(s->shown), SV_ARG(l->spec->text));
		*ret = false;
		return 0;
	}
	if (s->signature.n == 0)
		why = "is missing";
	if (why) {
		err_set(e, E_VERIFY, "signature of '" SV_FMT "' %s", SV_ARG(s->shown), why);
		return err_hint(
			e,
			"--insecure-no-signature goes on without; sizes and digests are still checked, "
			"and the manifest says so");
	}
	r = v->verify(v->arg, s, e);
	if (r < 0)
		return err_wrap(e, "signature of '" SV_FMT "'", SV_ARG(s->shown));
	*ret = true;
	return 0;
}

int repo_check_digest(struct sv bytes, const struct digest *want, struct err *e)
{
	char a[DIGEST_MAX * 2 + 1], b[DIGEST_MAX * 2 + 1];
	struct digest found;

	if (!digest_is_strong(want->kind))
		return err_set(e, E_VERIFY, "no digest that proves content is known");
	digest_bytes(want->kind, bytes.p, bytes.n, &found);
	if (digest_eq(&found, want))
		return 0;
	digest_hex(want, a);
	digest_hex(&found, b);
	return err_set(e, E_VERIFY, "%s digest is %s, expected %s", digest_name(want->kind), b, a);
}

int repo_read_verified(int dirfd, const char *path, uint64_t size, const struct digest *want,
		       struct fs_data *ret, struct err *e)
{
	_cleanup_fs_data_ struct fs_data data = { NULL, 0 };
	struct stat st;
	int r;

	/* before reading: the listed size bounds what is read, and the message should name the real one */
	if (fstatat(dirfd, path, &st, 0) == 0 && S_ISREG(st.st_mode) &&
	    (uint64_t)st.st_size != size)
		return err_set(e, E_VERIFY, "'%s': size is %llu bytes, expected %llu", path,
			       (unsigned long long)st.st_size, (unsigned long long)size);
	r = fs_read(dirfd, path, (size_t)size, &data, e);
	if (r == E_LIMIT || (r >= 0 && data.n != size))
		return err_set(e, E_VERIFY, "'%s': size is not the expected %llu bytes", path,
			       (unsigned long long)size);
	if (r < 0)
		return r;
	if (repo_check_digest(fs_sv(&data), want, e) < 0)
		return err_wrap(e, "'%s'", path);
	*ret = data;
	data = (struct fs_data){ NULL, 0 };
	return 0;
}

int repo_check_path(struct sv path, struct err *e)
{
	size_t at = sv_starts(path, SV("./")) ? 2 : 0;

	if (path.n == 0)
		return err_set(e, E_FORMAT, "path is empty");
	if (path.n > 4000)
		return err_set(e, E_LIMIT, "path has %zu characters", path.n);
	if (path.p[0] == '/')
		return err_set(e, E_FORMAT, "path '" SV_FMT "' is absolute", SV_ARG(path));

	for (size_t i = at; i <= path.n; i++) {
		struct sv part = sv_of(path.p + at, i - at);

		if (i < path.n && path.p[i] == '\0')
			return err_set(e, E_FORMAT, "path has a zero byte");
		if (i < path.n && path.p[i] != '/')
			continue;
		if (part.n == 0 || sv_eq(part, SV(".")) || sv_eq(part, SV("..")))
			return err_set(e, E_FORMAT,
				       "path '" SV_FMT "' is not plain: it has a part '" SV_FMT "'",
				       SV_ARG(path), SV_ARG(part));
		at = i + 1;
	}
	return 0;
}

int repo_fetch(const struct repo *r, const struct universe *u, pkg_id p, struct fs_data *ret,
	       struct err *e)
{
	const struct package *pkg = universe_pkg(u, p);
	struct sv name = universe_filename(u, pkg);
	_cleanup_free_ char *path = xmalloc(name.n + 1);
	int k;

	ASSERT(repo_has(r, pkg->repo));
	if (pkg->size > REPO_PACKAGE_MAX)
		return err_set(e, E_LIMIT,
			       "package file '" SV_FMT
			       "' has %llu bytes, at most %llu are accepted",
			       SV_ARG(name), (unsigned long long)pkg->size, REPO_PACKAGE_MAX);
	memcpy(path, name.p, name.n);
	path[name.n] = '\0';

	k = repo_read_verified(r->dirfd, path, pkg->size, &pkg->digest, ret, e);
	if (k == E_NOTFOUND) {
		err_set(e, E_VERIFY, "package file '%s' is listed but missing", path);
		err_hint(
			e,
			"the mirror is incomplete, or its index is of another time than its files: copy it again");
	}
	return k < 0 ? err_wrap(e, "mirror '%s'", r->dir) : 0;
}

int repo_payload_open(enum pkg_family family, struct sv bytes, unsigned threads,
		      struct codec_ctx *reuse, struct payload **ret, struct err *e)
{
	const struct repo_format *f = find_format(family);

	return f ? f->payload_open(bytes, threads, reuse, ret, e) : not_supported(family, e);
}

int repo_control_file(enum pkg_family family, struct sv bytes, struct sv name, struct fs_data *ret,
		      struct err *e)
{
	const struct repo_format *f = find_format(family);

	return f ? f->control_file(bytes, name, ret, e) : not_supported(family, e);
}

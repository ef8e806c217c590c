/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A folder of .rpm files without repodata: the headers say what the files are, their names say nothing. */
#include <stdlib.h>

#include "base/pool.h"
#include "repo/folder_int.h"
#include "repo/rpm/rpm.h"
#include "repo/rpm/rpm_filelists.h"
#include "repo/rpm/rpm_package.h"
#include "repo/rpm/rpm_tags.h"

/* What is kept of a file: everything before the payload, and what was read of it. */
struct rpm_job {
	struct arena arena;
	struct rpm_file file;
	struct rpm_package package;
	bool proved; /* a strong digest in the header covers the payload */
};

struct state {
	struct folder folder;
	struct rpm_job *jobs; /* by file */
	struct rpm_files files;
	uint16_t repo;
};

void rpm_dir_close(void *state)
{
	struct state *s = state;

	if (!s)
		return;
	for (size_t i = 0; s->jobs && i < s->folder.n; i++)
		arena_done(&s->jobs[i].arena);
	free(s->jobs);
	rpm_files_done(&s->files);
	folder_done(&s->folder);
	free(s);
}

static int read_headers(struct rpm_job *j, struct sv bytes, struct err *e)
{
	_cleanup_(arena_done) struct arena scratch = ARENA_INIT;
	struct rpm_file whole;
	struct sv kept;
	int r = rpm_file_open(bytes, &scratch, &whole, e);

	if (r == 0)
		r = rpm_file_check(&whole, true, &j->proved, e);
	if (r < 0)
		return r;
	kept = arena_sv(&j->arena, sv_head(bytes, bytes.n - whole.payload.n));
	r = rpm_file_open(kept, &j->arena, &j->file, e);
	if (r == 0)
		r = rpm_package_read(&j->file, &j->arena, &j->package, e);
	return r;
}

static int read_rpm(void *arg, size_t job, unsigned worker, struct err *e)
{
	struct state *s = arg;
	_cleanup_fs_data_ struct fs_data file = { NULL, 0 };
	int r = folder_read(&s->folder, job, &file, e);

	(void)worker;
	if (r == 0)
		r = read_headers(&s->jobs[job], fs_sv(&file), e);
	return r < 0 ? err_wrap(e, "'%s'", s->folder.files[job].name) : 0;
}

/* Without SHA256SUMS each package's own signature counts. It is over the header, which must then prove the
 * payload. */
static int check_signature(const struct repo_load *l, const char *name, const struct rpm_job *j,
			   struct err *e)
{
	static const uint32_t tags[] = { RPMSIGTAG_OPENPGP, RPMSIGTAG_RSA, RPMSIGTAG_DSA };
	struct repo_signed s = { .shown = sv_from(name),
				 .text = j->file.header.bytes,
				 .signed_by = l->spec->signed_by };
	bool checked;
	int r;

	for (size_t i = 0; i < ARRAY_SIZE(tags) && s.signature.n == 0; i++) {
		r = tags[i] == RPMSIGTAG_OPENPGP
			    ? rpm_header_text(&j->file.signature, tags[i], &s.signature, e)
			    : rpm_header_bin(&j->file.signature, tags[i], &s.signature, e);
		if (r < 0)
			return r;
	}
	r = repo_check_signature(l, &s, &checked, e);
	if (r == 0 && checked && !j->proved)
		r = err_set(e, E_VERIFY, "its signed header has no digest that proves the payload");
	return r;
}

/* Paths are kept until it is known which of them somebody requires. */
static int keep_files(struct state *s, const struct rpm_package *p, pkg_id id, struct err *e)
{
	_cleanup_strbuf_ struct strbuf path = STRBUF_INIT;
	struct rpm_files *f = &s->files;

	for (uint32_t i = 0; i < p->files.n; i++) {
		strbuf_clear(&path);
		rpm_package_path(p, i, &path);
		if (f->text.n + path.n >= RPM_FILES_TEXT_MAX)
			return err_set(e, E_LIMIT, "more than %llu bytes of file names",
				       (unsigned long long)RPM_FILES_TEXT_MAX);
		vec_reserve(&f->text, f->text.n + path.n + 1);
		memcpy(f->text.v + f->text.n, path.p, path.n + 1);
		f->text.n += path.n + 1;
	}
	vec_push(&f->pkgs, ((struct rpm_files_of){ id, p->files.n, f->text.n }));
	return 0;
}

static int add_rpm(const struct repo_load *l, struct state *s, size_t i, struct err *e)
{
	const struct folder_file *file = &s->folder.files[i];
	struct rpm_job *j = &s->jobs[i];
	struct rpm_place place = { .repo = s->repo,
				   .filename = sv_from(file->name),
				   .size = file->size,
				   .digest = file->found };
	int r = 0;

	if (!s->folder.listed && !l->options.insecure_no_signature)
		r = check_signature(l, file->name, j, e);
	if (r == 0)
		r = rpm_package_add(l->u, &j->package, &place, e);
	if (r == 0)
		r = keep_files(s, &j->package, universe_count(l->u), e);
	arena_done(&j->arena);
	return r < 0 ? err_wrap(e, "'%s'", file->name) : 0;
}

static int add_rpms(const struct repo_load *l, struct state *s, struct err *e)
{
	unsigned foreign = 0, sources = 0;

	for (size_t i = 0; i < s->folder.n; i++) {
		const struct rpm_package *p = &s->jobs[i].package;
		int r;

		sources += p->source;
		foreign += !p->source && !rpm_package_fits(l->u, p);
		r = rpm_package_fits(l->u, p) ? add_rpm(l, s, i, e) : 0;
		if (r < 0)
			return r;
	}
	if (foreign)
		notes_add(l->notes, NOTE_INFO,
			  "%u packages of other architectures than '%s' are left out of '" SV_FMT
			  "'",
			  foreign, l->options.arch->rpm, SV_ARG(l->spec->text));
	if (sources)
		notes_add(l->notes, NOTE_INFO, "%u source packages are left out of '" SV_FMT "'",
			  sources, SV_ARG(l->spec->text));
	return 0;
}

/* What a folder holds is known only from its files: there is no index_digest. */
int rpm_dir_open(const struct repo_load *l, void **ret_state, struct err *e)
{
	struct state *s = xcalloc(1, sizeof(*s));
	int r = folder_open(&s->folder, l, SV(".rpm"), true, e);

	if (r < 0) {
		rpm_dir_close(s);
		return r;
	}
	s->jobs = xcalloc(s->folder.n + 1, sizeof(*s->jobs));
	s->repo = universe_add_repo(l->u,
				    &(struct universe_repo){
					    .label = SV("folder of files"),
					    .priority = l->priority,
					    .order = l->order,
					    .verified =
						    s->folder.listed
							    ? s->folder.verified
							    : !l->options.insecure_no_signature });
	*ret_state = s;
	return 0;
}

int rpm_dir_load(const struct repo_load *l, void *state, struct err *e)
{
	struct state *s = state;
	int r = pool_run(l->options.jobs ? l->options.jobs : 1, s->folder.n, read_rpm, s, e);

	return r < 0 ? r : add_rpms(l, s, e);
}

int rpm_dir_complete(const struct repo_load *l, void *state, enum repo_pass pass, void **shared,
		     struct err *e)
{
	struct state *s = state;
	_cleanup_(rpm_wanted_done) struct rpm_wanted w = { .u = NULL };

	(void)shared;
	(void)e;
	if (pass != REPO_PASS_KNOWN)
		return 0;
	rpm_wanted_init(&w, l->u);
	rpm_wanted_match(&w, &s->files);
	rpm_wanted_apply(&w);
	return 0;
}

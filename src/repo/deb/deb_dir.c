/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A folder of .deb files without an index: each file's own control file says what it is, SHA256SUMS
 * (coreutils' format) what the files should be. */
#include <dirent.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/pool.h"
#include "repo/deb/deb.h"
#include "repo/deb/deb_packages.h"

#define SUMS_MAX (64u << 20) /* bytes of SHA256SUMS */

struct deb_job {
	const char *name;
	struct digest want; /* DIGEST_NONE: not listed */
	struct digest found;
	uint64_t size;
	struct fs_data control;
};

struct state {
	const struct repo_load *l;
	struct fs_entries files;
	struct deb_job *jobs;
	size_t n;
	struct map by_name; /* name -> job */
	bool verified;
	uint16_t repo;
};

void deb_dir_close(void *state)
{
	struct state *s = state;

	if (!s)
		return;
	for (size_t i = 0; i < s->n; i++)
		fs_data_done(&s->jobs[i].control);
	free(s->jobs);
	map_done(&s->by_name);
	fs_entries_done(&s->files);
	free(s);
}

static int list_files(struct state *s, struct err *e)
{
	int r = fs_list(s->l->dirfd, ".", &s->files, e);

	if (r < 0)
		return r;
	s->jobs = xcalloc(s->files.n + 1, sizeof(*s->jobs));
	for (size_t i = 0; i < s->files.n; i++) {
		const struct fs_entry *f = &s->files.v[i];

		if ((f->type != DT_REG && f->type != DT_LNK) ||
		    !sv_ends(sv_from(f->name), SV(".deb")))
			continue;
		(void)map_put(&s->by_name, sv_from(f->name), (uint32_t)s->n);
		s->jobs[s->n++].name = f->name;
	}
	return 0;
}

/* "<hex>  name" or "<hex> *name" */
static int parse_sum(struct state *s, struct sv line, struct err *e)
{
	struct sv hex, name;
	struct digest d;
	uint32_t job;
	ptrdiff_t blank = sv_chr(line, ' ');
	int r;

	if (blank < 0)
		return err_set(e, E_FORMAT, "not 'digest  name'");
	hex = sv_head(line, (size_t)blank);
	name = sv_from_pos(line, (size_t)blank + 1);
	if (!sv_skip(&name, SV(" ")))
		(void)sv_skip(&name, SV("*"));
	(void)sv_skip(&name, SV("./"));
	r = digest_parse(DIGEST_SHA256, hex, &d, e);
	if (r < 0)
		return r;
	if (!sv_ends(name, SV(".deb")) || sv_chr(name, '/') >= 0)
		return 0;
	if (!map_get(&s->by_name, name, &job)) {
		err_set(e, E_VERIFY, "file '" SV_FMT "' is listed but missing", SV_ARG(name));
		return err_hint(e, "the folder is incomplete: copy it again");
	}
	if (s->jobs[job].want.kind != DIGEST_NONE && !digest_eq(&s->jobs[job].want, &d))
		return err_set(e, E_FORMAT, "'" SV_FMT "' is listed twice with different digests",
			       SV_ARG(name));
	s->jobs[job].want = d;
	return 0;
}

static int parse_sums(struct state *s, struct sv text, struct err *e)
{
	struct sv line;
	size_t number = 1;

	for (; sv_line(&text, &line); number++) {
		line = sv_trim_end(line);
		if (line.n && parse_sum(s, line, e) < 0)
			return err_wrap(e, "'SHA256SUMS': line %zu", number);
	}
	for (size_t i = 0; i < s->n; i++)
		if (s->jobs[i].want.kind == DIGEST_NONE) {
			err_set(e, E_VERIFY, "file '%s' is not listed in 'SHA256SUMS'",
				s->jobs[i].name);
			return err_hint(
				e, "take the file away, or list it: sha256sum *.deb > SHA256SUMS");
		}
	return 0;
}

static int read_sums(struct state *s, struct err *e)
{
	static const char *const signatures[] = { "SHA256SUMS.asc", "SHA256SUMS.gpg" };
	struct repo_signed file = { .shown = SV("SHA256SUMS"), .signed_by = s->l->spec->signed_by };
	_cleanup_fs_data_ struct fs_data text = { NULL, 0 }, sig = { NULL, 0 };
	int r = fs_read(s->l->dirfd, "SHA256SUMS", SUMS_MAX, &text, e), k = E_NOTFOUND;
	bool listed = r >= 0;

	if (r < 0 && r != E_NOTFOUND)
		return r;
	for (size_t i = 0; i < ARRAY_SIZE(signatures) && listed && k == E_NOTFOUND; i++)
		k = fs_read(s->l->dirfd, signatures[i], 1u << 20, &sig, e);
	if (k < 0 && k != E_NOTFOUND)
		return k;
	file.text = fs_sv(&text);
	file.signature = fs_sv(&sig);
	r = repo_check_signature(s->l, &file, &s->verified, e);
	if (r < 0 || !listed)
		return r;
	return parse_sums(s, file.text, e);
}

static int read_deb(void *arg, size_t job, unsigned worker, struct err *e)
{
	struct state *s = arg;
	struct deb_job *j = &s->jobs[job];
	_cleanup_fs_data_ struct fs_data file = { NULL, 0 };
	int r;

	(void)worker;
	r = fs_read(s->l->dirfd, j->name, REPO_PACKAGE_MAX, &file, e);
	if (r < 0)
		return r;
	j->size = file.n;
	digest_bytes(DIGEST_SHA256, file.p, file.n, &j->found);
	if (j->want.kind != DIGEST_NONE && !digest_eq(&j->want, &j->found))
		r = repo_check_digest(fs_sv(&file), &j->want, e); /* for its message */
	if (r >= 0)
		r = deb_control_file(fs_sv(&file), SV("control"), &j->control, e);
	return r < 0 ? err_wrap(e, "'%s'", j->name) : 0;
}

static int add_debs(struct state *s, struct err *e)
{
	_cleanup_(deb_packages_done) struct deb_packages_ctx c =
		deb_packages_init(s->l->u, s->l->options.arch, s->repo);

	for (size_t i = 0; i < s->n; i++) {
		struct deb_job *j = &s->jobs[i];
		struct deb_file file = { .filename = sv_from(j->name),
					 .size = j->size,
					 .digest = j->found };

		if (deb_packages_read_control(&c, fs_sv(&j->control), &file, e) < 0)
			return err_wrap(e, "'%s': control file", j->name);
	}
	if (c.foreign)
		notes_add(s->l->notes, NOTE_INFO,
			  "%u packages of other architectures than '%s' are left out of '" SV_FMT
			  "'",
			  c.foreign, s->l->options.arch->deb, SV_ARG(s->l->spec->text));
	return 0;
}

/* What a folder holds is known only from its files: there is no index_digest. */
int deb_dir_open(const struct repo_load *l, void **ret_state, struct err *e)
{
	struct state *s = xcalloc(1, sizeof(*s));
	int r;

	s->l = l;
	r = list_files(s, e);
	if (r >= 0)
		r = read_sums(s, e);
	if (r < 0) {
		deb_dir_close(s);
		return r;
	}
	s->repo = universe_add_repo(l->u, &(struct universe_repo){ .label = SV("folder of files"),
								   .priority = l->priority,
								   .order = l->order,
								   .verified = s->verified });
	*ret_state = s;
	return 0;
}

int deb_dir_load(const struct repo_load *l, void *state, struct err *e)
{
	struct state *s = state;
	int r = pool_run(l->options.jobs ? l->options.jobs : 1, s->n, read_deb, s, e);

	return r < 0 ? r : add_debs(s, e);
}

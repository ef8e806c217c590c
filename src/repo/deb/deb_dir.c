/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A folder of .deb files without an index: each file's own control file says what it is. */
#include <stdlib.h>

#include "base/pool.h"
#include "repo/deb/deb.h"
#include "repo/deb/deb_packages.h"
#include "repo/folder_int.h"

struct state {
	struct folder folder;
	struct fs_data *controls; /* by file */
	uint16_t repo;
};

void deb_dir_close(void *state)
{
	struct state *s = state;

	if (!s)
		return;
	for (size_t i = 0; s->controls && i < s->folder.n; i++)
		fs_data_done(&s->controls[i]);
	free(s->controls);
	folder_done(&s->folder);
	free(s);
}

static int read_deb(void *arg, size_t job, unsigned worker, struct err *e)
{
	struct state *s = arg;
	_cleanup_fs_data_ struct fs_data file = { NULL, 0 };
	int r = folder_read(&s->folder, job, &file, e);

	(void)worker;
	if (r >= 0)
		r = deb_control_file(fs_sv(&file), SV("control"), &s->controls[job], e);
	return r < 0 ? err_wrap(e, "'%s'", s->folder.files[job].name) : 0;
}

static int add_debs(const struct repo_load *l, struct state *s, struct err *e)
{
	_cleanup_(deb_packages_done) struct deb_packages_ctx c =
		deb_packages_init(l->u, l->options.arch, s->repo);

	for (size_t i = 0; i < s->folder.n; i++) {
		const struct folder_file *j = &s->folder.files[i];
		struct deb_file file = { .filename = sv_from(j->name),
					 .size = j->size,
					 .digest = j->found };

		if (deb_packages_read_control(&c, fs_sv(&s->controls[i]), &file, e) < 0)
			return err_wrap(e, "'%s': control file", j->name);
	}
	if (c.foreign)
		notes_add(l->notes, NOTE_INFO,
			  "%u packages of other architectures than '%s' are left out of '" SV_FMT
			  "'",
			  c.foreign, l->options.arch->deb, SV_ARG(l->spec->text));
	return 0;
}

/* What a folder holds is known only from its files: there is no index_digest. */
int deb_dir_open(const struct repo_load *l, void **ret_state, struct err *e)
{
	struct state *s = xcalloc(1, sizeof(*s));
	int r = folder_open(&s->folder, l, SV(".deb"), false, e);

	if (r < 0) {
		deb_dir_close(s);
		return r;
	}
	s->controls = xcalloc(s->folder.n + 1, sizeof(*s->controls));
	s->repo =
		universe_add_repo(l->u, &(struct universe_repo){ .label = SV("folder of files"),
								 .priority = l->priority,
								 .order = l->order,
								 .verified = s->folder.verified });
	*ret_state = s;
	return 0;
}

int deb_dir_load(const struct repo_load *l, void *state, struct err *e)
{
	struct state *s = state;
	int r = pool_run(l->options.jobs ? l->options.jobs : 1, s->folder.n, read_deb, s, e);

	return r < 0 ? r : add_debs(l, s, e);
}

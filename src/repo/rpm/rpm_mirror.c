/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RPM repositories: repodata/repomd.xml, its signature, and the metadata it lists. */
#include "repo/rpm/rpm.h"

#include <stdlib.h>

#include "repo/rpm/rpm_filelists.h"
#include "repo/rpm/rpm_modules.h"
#include "repo/rpm/rpm_primary.h"
#include "repo/rpm/rpm_repomd.h"
#include "repo/rpm/rpm_text.h"

#define REPOMD "repodata/repomd.xml"
#define SIGNATURE_MAX (1u << 20)

struct state {
	const struct repo_load *l;
	struct rpm_repomd md;
	const struct rpm_data *data[RPM_DATA_KINDS]; /* the form to read; NULL: not listed */
	uint16_t repo;
	bool verified;
	pkg_id first, last; /* packages of this mirror; last < first: none */
	struct rpm_files files;
	struct rpm_modules modules;
	struct rpm_wanted wanted; /* what filelists.xml had of it, until it is added */
};

/* ---- open ------------------------------------------------------------------------------------------ */

static int no_repomd(const struct state *s, struct err *e)
{
	err_set(e, E_NOTFOUND, "no '%s'", REPOMD);
	if (fs_exists(s->l->dirfd, "repomd.xml"))
		return err_hint(e, "name the folder that holds repodata, not repodata itself");
	if (fs_exists(s->l->dirfd, "dists"))
		return err_hint(e,
				"the folder has 'dists': it is a Debian mirror, write 'deb file:DIR "
				"SUITE COMPONENT'");
	return err_hint(e, "for a folder of .rpm files without metadata write 'dir file:DIR'");
}

static int read_repomd(struct state *s, struct err *e)
{
	const struct repo_load *l = s->l;
	_cleanup_fs_data_ struct fs_data text = { NULL, 0 }, sig = { NULL, 0 };
	struct repo_signed file = { .shown = SV(REPOMD), .signed_by = l->spec->signed_by };
	int r = fs_read(l->dirfd, REPOMD, RPM_REPOMD_MAX, &text, e);

	if (r == E_NOTFOUND)
		return no_repomd(s, e);
	if (r < 0)
		return r;
	r = fs_read(l->dirfd, REPOMD ".asc", SIGNATURE_MAX, &sig, e);
	if (r < 0 && r != E_NOTFOUND)
		return r;
	file.text = fs_sv(&text);
	file.signature = fs_sv(&sig);
	r = repo_check_signature(l, &file, &s->verified, e);
	if (r < 0)
		return r;
	return rpm_repomd_parse(file.text, REPOMD, &l->u->arena, &s->md, e);
}

static int choose_data(struct state *s, struct err *e)
{
	for (int k = 0; k < RPM_DATA_KINDS; k++)
		s->data[k] = rpm_text_choose(s->l->dirfd, &s->md, (enum rpm_data_kind)k);
	if (!s->data[RPM_DATA_PRIMARY])
		return err_set(e, E_FORMAT, "'%s' lists no primary metadata", REPOMD);
	return 0;
}

/* All that decides which packages come out: the files that would be read, and the modules enabled. */
static void index_digest(const struct state *s, struct digest *ret)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;

	for (int k = 0; k < RPM_DATA_KINDS; k++) {
		char hex[DIGEST_MAX * 2 + 1] = "";

		if (s->data[k])
			digest_hex(&s->data[k]->digest, hex);
		strbuf_addf(&text, "%s %s\n", rpm_data_name((enum rpm_data_kind)k), hex);
	}
	strbuf_addf(&text, "modules=" SV_FMT "\n", SV_ARG(s->l->spec->modules));
	digest_bytes(DIGEST_SHA256, text.p, text.n, ret);
}

/* The version is the fifth part of "cpe:/o:fedoraproject:fedora:42". */
static struct sv cpe_version(struct sv cpe)
{
	struct sv part = SV_NULL;

	for (int i = 0; i < 5; i++)
		if (!sv_split(&cpe, ':', &part))
			return SV_NULL;
	return part;
}

static int add_repo(struct state *s, struct err *e)
{
	struct universe *u = s->l->u;
	struct sv distro = s->md.distro;
	struct universe_repo repo = { .label = distro.n ? distro : SV("RPM repository"),
				      .origin = distro,
				      .version = cpe_version(s->md.cpeid),
				      .suite = s->md.revision,
				      .priority = s->l->priority,
				      .order = s->l->order,
				      .verified = s->verified,
				      .date = s->md.date };

	if (u->repos.n >= UINT16_MAX)
		return err_set(e, E_LIMIT, "more than %d indexes", UINT16_MAX);
	index_digest(s, &repo.index_digest);
	s->repo = universe_add_repo(u, &repo);
	return 0;
}

int rpm_mirror_open(const struct repo_load *l, void **ret_state, struct err *e)
{
	struct state *s = xcalloc(1, sizeof(*s));
	int r;

	s->l = l;
	r = read_repomd(s, e);
	if (r == 0)
		r = choose_data(s, e);
	if (r == 0)
		r = add_repo(s, e);
	if (r < 0)
		rpm_mirror_close(s);
	else
		*ret_state = s;
	return r;
}

/* ---- load ------------------------------------------------------------------------------------------ */

static struct rpm_xml_input xml_input(const struct rpm_data *d, const struct rpm_text *t)
{
	return (struct rpm_xml_input){
		.in = t->in, .shown = d->href, .size = d->open_size, .max = RPM_PLAIN_MAX
	};
}

static int read_primary(struct state *s, struct err *e)
{
	const struct repo_load *l = s->l;
	const struct rpm_data *d = s->data[RPM_DATA_PRIMARY];
	_cleanup_(rpm_text_done) struct rpm_text text = { .in = NULL };
	struct rpm_primary_ctx c = {
		.u = l->u, .arch = l->options.arch, .repo = s->repo, .files = &s->files
	};
	struct rpm_xml_input input;
	int r = rpm_text_open(l->dirfd, d, &text, e);

	if (r < 0)
		return r;
	input = xml_input(d, &text);
	s->first = universe_count(l->u) + 1;
	r = rpm_primary_read(&c, &input, e);
	s->last = universe_count(l->u);
	if (r == 0 && c.added == 0 && c.foreign)
		notes_add(l->notes, NOTE_WARNING,
			  "mirror '" SV_FMT "' has %u packages, none of them for '%s'",
			  SV_ARG(l->spec->text), c.foreign, l->options.arch->rpm);
	return r;
}

static int read_modules(struct state *s, struct err *e)
{
	const struct rpm_data *d = s->data[RPM_DATA_MODULES];
	_cleanup_(rpm_text_done) struct rpm_text text = { .in = NULL };
	_cleanup_fs_data_ struct fs_data plain = { NULL, 0 };
	int r = rpm_text_open(s->l->dirfd, d, &text, e);

	if (r < 0)
		return r;
	r = stream_read_all(text.in, RPM_MODULES_MAX, &plain.p, &plain.n, e);
	if (r < 0)
		return err_wrap(e, "'%s'", d->href);
	return rpm_modules_read(&s->modules, fs_sv(&plain), d->href, e);
}

int rpm_mirror_load(const struct repo_load *l, void *state, struct err *e)
{
	struct state *s = state;
	int r = read_primary(s, e);

	(void)l;
	if (r == 0 && s->data[RPM_DATA_MODULES])
		r = read_modules(s, e);
	return r;
}

/* ---- complete -------------------------------------------------------------------------------------- */

static int search_filelists(struct state *s, struct err *e)
{
	const struct rpm_data *d = s->data[RPM_DATA_FILELISTS];
	_cleanup_(rpm_text_done) struct rpm_text text = { .in = NULL };
	struct rpm_xml_input input;
	int r;

	rpm_wanted_init(&s->wanted, s->l->u);
	if (!d || !rpm_wanted_open(&s->wanted))
		return 0;
	r = rpm_text_open(s->l->dirfd, d, &text, e);
	if (r < 0)
		return r;
	input = xml_input(d, &text);
	return rpm_filelists_read(&s->wanted, s->first, s->last, &input, e);
}

static void match_known(struct state *s)
{
	_cleanup_(rpm_wanted_done) struct rpm_wanted w = { .u = NULL };

	rpm_wanted_init(&w, s->l->u);
	rpm_wanted_match(&w, &s->files);
	rpm_wanted_apply(&w);
}

int rpm_mirror_complete(const struct repo_load *l, void *state, enum repo_pass pass, void **shared,
			struct err *e)
{
	struct state *s = state;
	struct rpm_modules *all = *shared;
	int r = 0;

	switch (pass) {
	case REPO_PASS_GATHER: /* a default may stand in another mirror than its module */
		if (all)
			rpm_modules_join(all, &s->modules);
		else
			*shared = all = &s->modules;
		rpm_modules_enable(all, l->spec->modules);
		break;
	case REPO_PASS_KNOWN:
		r = rpm_modules_check(all, l->spec->modules, e);
		if (r == 0 && all == &s->modules)
			rpm_modules_apply(all, l->u);
		if (r == 0)
			match_known(s);
		break;
	case REPO_PASS_SEARCH: /* the same paths in all mirrors, so that their order does not matter */
		r = search_filelists(s, e);
		break;
	case REPO_PASS_ADD:
		rpm_wanted_apply(&s->wanted);
		break;
	}
	return r;
}

void rpm_mirror_close(void *state)
{
	struct state *s = state;

	if (!s)
		return;
	rpm_repomd_done(&s->md);
	rpm_files_done(&s->files);
	rpm_modules_done(&s->modules);
	rpm_wanted_done(&s->wanted);
	free(s);
}

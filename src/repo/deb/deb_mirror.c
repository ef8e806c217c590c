/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Debian mirrors with dists/ and pool/, and flat repositories: Release, its signature, its indexes. */
#include "repo/deb/deb.h"

#include <stdlib.h>

#include "repo/deb/deb_directory.h"
#include "repo/deb/deb_index.h"
#include "repo/deb/deb_packages.h"
#include "repo/deb/deb_release.h"

/* Smaller indexes are read whole: all of their mistakes are found then. */
#define ON_DEMAND_MIN (1u << 20)

/* An index to read and the repo its packages belong to. */
struct wanted {
	struct sv base; /* "main/binary-amd64/Packages" */
	uint16_t repo;
};

struct state {
	const struct repo_load *l;
	struct sv folder; /* of the Release below the mirror folder, no '/' at the end */
	struct deb_release rel;
	bool has_rel, verified;
	VEC(struct wanted) indexes;
};

static struct sv path_in(const struct state *s, const char *name)
{
	struct arena *a = &s->l->u->arena;

	if (s->folder.n == 0)
		return arena_sv(a, sv_from(name));
	return arena_printf(a, SV_FMT "/%s", SV_ARG(s->folder), name);
}

/* Which suites are there? For the hint only, so errors do not matter. */
static int no_release(const struct state *s, struct err *e)
{
	_cleanup_(fs_entries_done) struct fs_entries list = { 0 };
	_cleanup_strbuf_ struct strbuf suites = STRBUF_INIT;
	struct err ignored = ERR_INIT;

	err_set(e, E_NOTFOUND, "neither '" SV_FMT "' nor 'Release' beside it",
		SV_ARG(path_in(s, "InRelease")));
	if (s->l->spec->flat)
		return err_hint(
			e,
			"without a Release only --insecure-no-signature reads a flat repository");
	if (fs_list(s->l->dirfd, "dists", &list, &ignored) < 0)
		return err_hint(
			e,
			"the folder has no 'dists': for a flat repository write 'deb file:DIR ./'");
	for (size_t i = 0; i < list.n && i < 20; i++)
		strbuf_addf(&suites, "%s%s", i ? ", " : "", list.v[i].name);
	return err_hint(e, "suites in the mirror: %s", suites.n ? suites.p : "none");
}

/* Puts the signed text into the universe's keeping. */
static int take_inrelease(struct fs_data *file, struct universe *u, struct repo_signed *s,
			  struct err *e)
{
	_cleanup_strbuf_ struct strbuf payload = STRBUF_INIT;

	universe_keep(u, file->p); /* the signature points into it */
	struct sv text = fs_sv(file);

	*file = (struct fs_data){ NULL, 0 };
	if (deb_clearsign_split(text, &payload, &s->signature, e) < 0)
		return e->code;
	s->text = strbuf_sv(&payload);
	s->cleartext = true;
	universe_keep(u, strbuf_take(&payload));
	return 0;
}

static struct sv keep_file(struct universe *u, struct fs_data *file)
{
	struct sv text = fs_sv(file);

	universe_keep(u, file->p);
	*file = (struct fs_data){ NULL, 0 };
	return text;
}

/* 1: read, 0: there is none. */
static int read_release_file(struct state *s, struct repo_signed *ret, struct err *e)
{
	const struct repo_load *l = s->l;
	_cleanup_fs_data_ struct fs_data file = { NULL, 0 }, sig = { NULL, 0 };
	int r;

	ret->shown = path_in(s, "InRelease");
	r = fs_read(l->dirfd, ret->shown.p, DEB_RELEASE_MAX, &file, e);
	if (r >= 0) {
		r = take_inrelease(&file, l->u, ret, e);
		return r < 0 ? err_wrap(e, "'" SV_FMT "'", SV_ARG(ret->shown)) : 1;
	}
	if (r != E_NOTFOUND)
		return r;

	ret->shown = path_in(s, "Release");
	r = fs_read(l->dirfd, ret->shown.p, DEB_RELEASE_MAX, &file, e);
	if (r < 0)
		return r == E_NOTFOUND ? 0 : r;
	ret->text = keep_file(l->u, &file);
	r = fs_read(l->dirfd, path_in(s, "Release.gpg").p, 1u << 20, &sig, e);
	if (r >= 0)
		ret->signature = keep_file(l->u, &sig);
	return r < 0 && r != E_NOTFOUND ? r : 1;
}

static int check_age(const struct state *s, struct sv shown, struct err *e)
{
	int64_t now = s->l->options.verify_time, until = s->rel.valid_until;

	if (now == 0 || until == 0 || now <= until)
		return 0;
	err_set(e, E_VERIFY, "'" SV_FMT "' expired %lld hours ago (Valid-Until)", SV_ARG(shown),
		(long long)((now - until + 3599) / 3600));
	return err_hint(e, "update the mirror; --verify-time judges it as of another time");
}

static int read_release(struct state *s, struct err *e)
{
	struct repo_signed file = { .signed_by = s->l->spec->signed_by };
	int r = read_release_file(s, &file, e);

	if (r < 0)
		return r;
	if (r == 0 && s->l->spec->flat && s->l->options.insecure_no_signature) {
		notes_add(s->l->notes, NOTE_WARNING,
			  "mirror '" SV_FMT "' has no Release: its index was not checked",
			  SV_ARG(s->l->spec->text));
		return 0;
	}
	if (r == 0)
		return no_release(s, e);

	r = repo_check_signature(s->l, &file, &s->verified, e);
	if (r < 0)
		return r;
	r = deb_release_parse(file.text, &s->rel, e);
	if (r < 0)
		return err_wrap(e, "'" SV_FMT "'", SV_ARG(file.shown));
	s->has_rel = true;
	return check_age(s, file.shown, e);
}

static struct sv make_label(const struct state *s, struct sv component)
{
	const struct deb_release *rel = &s->rel;
	struct sv parts[] = { rel->origin.n ? rel->origin : rel->label,
			      rel->codename.n ? rel->codename : rel->suite, component };
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (parts[i].n == 0)
			continue;
		if (b.n)
			strbuf_addc(&b, ' ');
		strbuf_add(&b, parts[i]);
	}
	return b.n ? arena_sv(&s->l->u->arena, strbuf_sv(&b)) : SV("flat repository");
}

static int want_index(struct state *s, struct sv component, struct sv base, struct err *e)
{
	struct universe *u = s->l->u;
	const struct deb_entry *plain = s->has_rel ? deb_release_find(&s->rel, base) : NULL;
	struct universe_repo repo = { .label = make_label(s, component),
				      .origin = s->rel.origin,
				      .suite = s->rel.suite,
				      .codename = s->rel.codename,
				      .component = arena_sv(&u->arena, component),
				      .version = s->rel.version,
				      .priority = s->l->priority,
				      .order = s->l->order,
				      .verified = s->verified,
				      .date = s->rel.date };

	if (u->repos.n >= UINT16_MAX)
		return err_set(e, E_LIMIT, "more than %d indexes", UINT16_MAX);
	if (plain)
		repo.index_digest = plain->digest;
	vec_push(&s->indexes, ((struct wanted){ base, universe_add_repo(u, &repo) }));
	return 0;
}

/* In the messages of a source, which come when the mirror is loaded. */
static struct sv shown_index(const struct state *s, const struct wanted *w)
{
	return arena_printf(&s->l->u->arena, "mirror '" SV_FMT "': index '" SV_FMT "'",
			    SV_ARG(s->l->spec->text),
			    SV_ARG(path_in(s, arena_cstr(&s->l->u->arena, w->base))));
}

static int read_index(struct state *s, const struct wanted *w, struct err *e)
{
	const struct repo_load *l = s->l;
	struct deb_index_place place = { .dirfd = l->dirfd,
					 .folder = s->folder,
					 .rel = s->has_rel ? &s->rel : NULL };
	_cleanup_(deb_packages_done) struct deb_packages_ctx c =
		deb_packages_init(l->u, l->options.arch, w->repo);
	struct deb_index index = { .plain = { NULL, 0 } };
	int r = deb_index_read(&place, w->base, &index, e);

	if (r < 0)
		return r;
	_cleanup_fs_data_ struct fs_data text = index.plain;

	l->u->repos.v[w->repo].index_digest = index.digest;
	if (l->on_demand && text.n >= ON_DEMAND_MIN &&
	    deb_directory_add(&c, &text, shown_index(s, w)))
		return 0;
	if (deb_packages_read(&c, fs_sv(&text), e) < 0)
		return err_wrap(e, "index '" SV_FMT "'",
				SV_ARG(path_in(s, arena_cstr(&l->u->arena, w->base))));
	return 0;
}

static bool has_word(struct sv words, struct sv want)
{
	struct sv word;

	while (sv_word(&words, &word))
		if (sv_eq(word, want))
			return true;
	return false;
}

/* "updates/main" is listed by some archives whose folders are called "main". */
static bool has_component(struct sv words, struct sv want)
{
	struct sv word;

	while (sv_word(&words, &word)) {
		ptrdiff_t slash = sv_rchr(word, '/');

		if (sv_eq(word, want) ||
		    (slash >= 0 && sv_eq(sv_from_pos(word, (size_t)slash + 1), want)))
			return true;
	}
	return false;
}

static int want_component(struct state *s, struct sv component, struct err *e)
{
	const struct arch *arch = s->l->options.arch;
	const char *const words[] = { arch->deb, s->rel.all_is_separate ? "all" : NULL };
	bool any = false;

	if (s->rel.components.n && !has_component(s->rel.components, component)) {
		err_set(e, E_USAGE, "suite has no component '" SV_FMT "'", SV_ARG(component));
		return err_hint(e, "components: " SV_FMT, SV_ARG(s->rel.components));
	}
	if (s->rel.architectures.n && !has_word(s->rel.architectures, sv_from(arch->deb))) {
		err_set(e, E_USAGE, "suite has no architecture '%s'", arch->deb);
		return err_hint(e, "architectures: " SV_FMT, SV_ARG(s->rel.architectures));
	}
	for (size_t i = 0; i < ARRAY_SIZE(words) && words[i]; i++) {
		struct sv base = arena_printf(&s->l->u->arena, SV_FMT "/binary-%s/Packages",
					      SV_ARG(component), words[i]);
		int r;

		if (!deb_index_listed(&s->rel, base))
			continue;
		r = want_index(s, component, base, e);
		if (r < 0)
			return r;
		any = true;
	}
	if (!any)
		return err_set(e, E_NOTFOUND,
			       "Release lists no index of component '" SV_FMT "' for '%s'",
			       SV_ARG(component), arch->deb);
	return 0;
}

static int open_mirror(struct state *s, struct err *e)
{
	const struct mirror_spec *spec = s->l->spec;
	int r;

	if (spec->flat) {
		s->folder = arena_sv(&s->l->u->arena, spec->suite);
		(void)sv_cut_end(&s->folder, SV("/"));
	} else {
		s->folder = arena_printf(&s->l->u->arena, "dists/" SV_FMT, SV_ARG(spec->suite));
	}

	r = read_release(s, e);
	if (r < 0)
		return r;
	if (spec->flat)
		return want_index(s, SV(""), SV("Packages"), e);
	for (size_t i = 0; i < spec->components.n && r == 0; i++)
		r = want_component(s, spec->components.v[i], e);
	return r;
}

int deb_mirror_open(const struct repo_load *l, void **ret_state, struct err *e)
{
	struct state *s = xcalloc(1, sizeof(*s));
	int r;

	s->l = l;
	r = open_mirror(s, e);
	if (r < 0)
		deb_mirror_close(s);
	else
		*ret_state = s;
	return r;
}

int deb_mirror_load(const struct repo_load *l, void *state, struct err *e)
{
	struct state *s = state;
	int r = 0;

	(void)l;
	for (size_t i = 0; i < s->indexes.n && r == 0; i++)
		r = read_index(s, &s->indexes.v[i], e);
	return r;
}

void deb_mirror_close(void *state)
{
	struct state *s = state;

	if (!s)
		return;
	deb_release_done(&s->rel);
	vec_done(&s->indexes);
	free(s);
}

/* ---- hints ----------------------------------------------------------------------------------------- */

static bool is_asked_for(const struct mirror_spec *spec, struct sv component)
{
	for (size_t i = 0; i < spec->components.n; i++)
		if (sv_eq(spec->components.v[i], component))
			return true;
	return false;
}

static bool index_has(struct state *s, struct sv component, struct sv name)
{
	struct deb_index_place place = { s->l->dirfd, s->folder, &s->rel };
	struct deb_index index = { .plain = { NULL, 0 } };
	_cleanup_strbuf_ struct strbuf line = STRBUF_INIT;
	struct err e = ERR_INIT;
	struct sv base = arena_printf(&s->l->u->arena, SV_FMT "/binary-%s/Packages",
				      SV_ARG(component), s->l->options.arch->deb);

	if (!deb_index_listed(&s->rel, base) || deb_index_read(&place, base, &index, &e) < 0)
		return false;
	_cleanup_fs_data_ struct fs_data text = index.plain;

	strbuf_addf(&line, "Package: " SV_FMT "\n", SV_ARG(name));
	for (struct sv rest = fs_sv(&text); rest.n;) {
		ptrdiff_t at = sv_find(rest, strbuf_sv(&line));

		if (at < 0)
			return false;
		if (rest.p + at == text.p || rest.p[at - 1] == '\n')
			return true;
		rest = sv_from_pos(rest, (size_t)at + 1);
	}
	return false;
}

bool deb_mirror_elsewhere(const struct repo_load *l, struct sv name, struct strbuf *ret)
{
	struct state *s = xcalloc(1, sizeof(*s));
	struct notes quiet = NOTES_INIT;
	struct repo_load own = *l;
	struct err e = ERR_INIT;
	struct sv words, component;
	bool found = false;

	own.notes = &quiet;
	s->l = &own;
	s->folder = arena_printf(&l->u->arena, "dists/" SV_FMT, SV_ARG(l->spec->suite));
	if (!l->spec->flat && read_release(s, &e) == 0) {
		words = s->rel.components;
		while (!found && sv_word(&words, &component))
			found = !is_asked_for(l->spec, component) && index_has(s, component, name);
	}
	if (found)
		strbuf_addf(ret, "component '" SV_FMT "'", SV_ARG(component));
	deb_mirror_close(s);
	notes_done(&quiet);
	return found;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Stage mirrors: --mirror arguments -> universe; what the mirrors tell of the distribution. */
#include "build/build_int.h"
#include "pkg/universe_source.h"

/* One family per build: its version rules and names hold for the whole universe. */
static int common_family(struct build *b, enum pkg_family *ret, struct err *e)
{
	for (size_t i = 0; i < b->mirrors.n; i++) {
		enum pkg_family f;
		int r = mirror_family(&b->mirrors.v[i].spec, &f, e);

		if (r < 0)
			return r;
		if (i > 0 && f != *ret)
			return err_set(e, E_USAGE,
				       "mirror '" SV_FMT
				       "' holds packages of another family than the first",
				       SV_ARG(b->mirrors.v[i].spec.text));
		*ret = f;
	}
	return 0;
}

/* mkosi's word: the first mirror with an Origin tells ("Debian" -> debian). */
static struct sv guess_distribution(struct build *b)
{
	struct strbuf word = STRBUF_INIT;
	struct sv found;

	for (size_t i = 0; i < b->universe.repos.n && word.n == 0; i++) {
		struct sv origin = b->universe.repos.v[i].origin;

		for (size_t k = 0; k < origin.n && ascii_isalpha(origin.p[k]); k++)
			strbuf_addc(&word, ascii_tolower(origin.p[k]));
	}
	found = arena_sv(&b->arena, strbuf_sv(&word));
	strbuf_done(&word);
	return found;
}

/* Debian's base-files carries the release's number as its version; flat mirrors tell it no other way. */
static int guess_debian_release(struct build *b, struct sv *ret, struct err *e)
{
	static const struct {
		const char *major, *codename;
	} releases[] = {
		{ "11", "bullseye" }, { "12", "bookworm" }, { "13", "trixie" }, { "14", "forky" }
	};
	const struct sv name = SV("base-files");
	pkg_id p;

	if (universe_want(&b->universe, &name, 1, e) < 0)
		return e->code;
	p = universe_find(&b->universe, name);
	if (p == 0)
		return 0;

	struct sv version = universe_sv(&b->universe, universe_pkg(&b->universe, p)->version);
	size_t digits = 0;

	while (digits < version.n && ascii_isdigit(version.p[digits]))
		digits++;
	for (size_t i = 0; i < ARRAY_SIZE(releases); i++)
		if (sv_eq(sv_head(version, digits), sv_from(releases[i].major)))
			*ret = sv_from(releases[i].codename);
	return 0;
}

/* How the release is written that [Match] compares. */
enum release_form {
	RELEASE_MAJOR,   /* "9" of 9.4 */
	RELEASE_WHOLE,   /* "15.6" */
	RELEASE_ROLLING, /* as RELEASE_WHOLE; a date means rolling */
};

/* The packages that say what an RPM distribution is, with mkosi's word for it. A distribution that stands
 * on another one comes first: it may carry the other's package as well. */
static const struct release_package {
	const char *package, *distribution;
	enum release_form form;
} release_packages[] = {
	{ "almalinux-release", "alma", RELEASE_MAJOR },
	{ "rocky-release", "rocky", RELEASE_MAJOR },
	{ "redhat-release", "rhel", RELEASE_MAJOR },
	{ "centos-stream-release", "centos", RELEASE_MAJOR },
	{ "centos-linux-release", "centos", RELEASE_MAJOR },
	{ "centos-release", "centos", RELEASE_MAJOR },
	{ "fedora-release-common", "fedora", RELEASE_MAJOR },
	{ "generic-release-common", "fedora", RELEASE_MAJOR },
	{ "openSUSE-release", "opensuse", RELEASE_ROLLING },
	{ "Leap-release", "opensuse", RELEASE_WHOLE },
	{ "azurelinux-release", "azure", RELEASE_WHOLE },
	{ "mageia-release-common", "mageia", RELEASE_MAJOR },
	{ "openmandriva-release", "openmandriva", RELEASE_WHOLE },
};

static struct sv release_of(struct build *b, pkg_id p, enum release_form form)
{
	struct version_evr v;
	struct sv major;

	version_cut_rpm(universe_sv(&b->universe, universe_pkg(&b->universe, p)->version), &v);
	major = v.version;
	(void)sv_split(&v.version, '.', &major);
	if (form == RELEASE_MAJOR)
		return major;
	if (form == RELEASE_ROLLING && major.n >= 8)
		return SV("tumbleweed");
	version_cut_rpm(universe_sv(&b->universe, universe_pkg(&b->universe, p)->version), &v);
	return v.version;
}

/* RPM repositories do not say whose they are: their packages do. */
static void guess_rpm(struct build *b)
{
	for (size_t i = 0; i < ARRAY_SIZE(release_packages); i++) {
		const struct release_package *row = &release_packages[i];
		pkg_id p = universe_find(&b->universe, sv_from(row->package));

		if (!p)
			continue;
		if (b->distribution.n == 0)
			b->distribution = sv_from(row->distribution);
		if (sv_eq(b->distribution, sv_from(row->distribution)))
			b->release = release_of(b, p, row->form);
		return;
	}
}

static int guess(struct build *b, struct err *e)
{
	bool rpm = b->universe.family == FAMILY_RPM;

	if (b->o->distribution)
		b->distribution = sv_from(b->o->distribution);
	if (rpm)
		guess_rpm(b);
	if (b->distribution.n == 0)
		b->distribution = guess_distribution(b);
	if (b->distribution.n == 0) {
		b->distribution = rpm ? SV("fedora") : SV("debian");
		notes_add(b->h->notes, NOTE_INFO,
			  "no mirror tells its distribution: taken as '" SV_FMT "'",
			  SV_ARG(b->distribution));
	}
	for (size_t i = 0; i < b->universe.repos.n && b->release.n == 0; i++)
		b->release = b->universe.repos.v[i].codename;
	if (b->release.n == 0 && sv_eq(b->distribution, SV("debian")))
		return guess_debian_release(b, &b->release, e);
	return 0;
}

int stage_mirrors(struct build *b, struct err *e)
{
	struct repo_options ro = {
		.insecure_no_signature = b->o->insecure_no_signature,
		.verify_time = b->lock && !b->o->has_verify_time ? b->lock->verify_time
								 : b->o->verify_time,
		.jobs = b->o->jobs,
	};
	enum pkg_family family = FAMILY_DEB;
	int r = arch_find(sv_from(b->o->arch), &b->arch, e);

	if (r < 0)
		return r;
	ro.arch = b->arch;
	for (size_t i = 0; i < b->o->mirrors.n; i++) {
		struct build_mirror m = { 0 };

		r = mirror_spec_parse(sv_from(b->o->mirrors.v[i]), &m.spec, e);
		if (r < 0)
			return r;
		vec_push(&b->mirrors, m);
	}
	r = common_family(b, &family, e);
	if (r < 0)
		return r;
	universe_init(&b->universe, family,
		      sv_from(family == FAMILY_RPM ? b->arch->rpm : b->arch->deb));
	b->has_universe = true;
	for (size_t i = 0; i < b->mirrors.n; i++) {
		struct build_mirror *m = &b->mirrors.v[i];

		r = repo_open(&m->spec, &ro, &b->universe, b->h->notes, &m->repo, e);
		if (r < 0)
			return r;
	}
	r = universe_load(b, e);
	return r < 0 ? r : guess(b, e);
}

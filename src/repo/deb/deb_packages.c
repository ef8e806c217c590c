/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repo/deb/deb_packages.h"

#include "base/num.h"
#include "repo/repo_int.h"

struct deb_packages_ctx deb_packages_init(struct universe *u, const struct arch *arch,
					  uint16_t repo)
{
	return (struct deb_packages_ctx){ .depends = { .u = u, .arch = arch }, .repo = repo };
}

void deb_packages_done(struct deb_packages_ctx *c)
{
	vec_done(&c->scratch);
}

static int check_name(struct sv name, struct err *e)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		bool alnum = ascii_isdigit(c) || ascii_isalpha(c);

		if (!alnum && (i == 0 || (c != '-' && c != '.' && c != '+' && c != '_')))
			return err_set(e, E_FORMAT, "bad package name '" SV_FMT "'", SV_ARG(name));
	}
	return 0;
}

/* Unknown words count as the last priority: they decide nothing but the order of providers. */
static uint8_t parse_priority(struct sv word)
{
	static const char *const words[] = { "required", "important", "standard", "optional",
					     "extra" };

	for (uint8_t i = 0; i < ARRAY_SIZE(words); i++)
		if (sv_eq(word, sv_from(words[i])))
			return i;
	return PRIO_UNKNOWN;
}

static int parse_multi_arch(const struct deb_stanza *s, uint8_t *ret, struct err *e)
{
	static const char *const words[] = { "no", "same", "foreign", "allowed" };
	struct sv v = deb_get(s, DEB_MULTI_ARCH);

	*ret = MULTI_ARCH_NO;
	if (v.n == 0)
		return 0;
	for (uint8_t i = 0; i < ARRAY_SIZE(words); i++)
		if (sv_eq_nocase(v, sv_from(words[i]))) {
			*ret = i;
			return 0;
		}
	return err_set(e, E_FORMAT, "line %u: unknown Multi-Arch '" SV_FMT "'",
		       deb_field(s, DEB_MULTI_ARCH).line, SV_ARG(v));
}

static int parse_number(const struct deb_stanza *s, enum deb_key key, uint64_t max, uint64_t *ret,
			struct err *e)
{
	if (num_parse_u64(deb_get(s, key), 10, max, ret, e) < 0)
		return err_wrap(e, "line %u: field '%s'", deb_field(s, key).line,
				deb_key_name(key));
	return 0;
}

/* The strongest digest that is listed; weak ones prove nothing. */
static int parse_digest(const struct deb_stanza *s, struct digest *ret, struct err *e)
{
	enum deb_key key = deb_has(s, DEB_SHA256) ? DEB_SHA256 : DEB_SHA512;
	int r;

	if (!deb_has(s, key)) {
		err_set(e, E_FORMAT, "line %zu: stanza has neither SHA256 nor SHA512", s->line);
		return err_hint(
			e, "the index is too old or incomplete to prove what its packages contain; "
			   "make it anew with a current tool, or use 'dir file:DIR'");
	}
	r = digest_parse(key == DEB_SHA256 ? DIGEST_SHA256 : DIGEST_SHA512, deb_get(s, key), ret,
			 e);
	if (r < 0)
		return err_wrap(e, "line %u", deb_field(s, key).line);
	return 0;
}

static int parse_file(const struct deb_stanza *s, struct package *p, struct sv *ret_filename,
		      struct err *e)
{
	struct sv size;
	int r = deb_get_needed(s, DEB_FILENAME, ret_filename, e);

	if (r >= 0) {
		r = repo_check_path(*ret_filename, e);
		if (r < 0)
			(void)err_wrap(e, "line %u: field 'Filename'",
				       deb_field(s, DEB_FILENAME).line);
	}
	if (r >= 0)
		r = deb_get_needed(s, DEB_SIZE, &size, e);
	if (r >= 0)
		r = parse_number(s, DEB_SIZE, INT64_MAX, &p->size, e);
	if (r >= 0)
		r = parse_digest(s, &p->digest, e);
	return r;
}

static int parse_plain_fields(struct universe *u, const struct deb_stanza *s, struct package *p,
			      struct err *e)
{
	struct sv source = deb_get(s, DEB_SOURCE), word;
	uint64_t kib = 0;
	int r;

	/* "source (version)" */
	p->source = sv_word(&source, &word) ? universe_str(u, word) : 0;
	if (p->source == p->name)
		p->source = 0;
	p->priority = parse_priority(deb_get(s, DEB_PRIORITY));
	r = parse_multi_arch(s, &p->multi_arch, e);
	if (r < 0)
		return r;
	r = deb_get_yes(s, DEB_ESSENTIAL, &p->essential, e);
	if (r < 0)
		return r;
	if (deb_get(s, DEB_INSTALLED_SIZE).n) {
		r = parse_number(s, DEB_INSTALLED_SIZE, INT64_MAX / 1024, &kib, e);
		if (r < 0)
			return r;
	}
	p->installed_size = kib * 1024;
	return 0;
}

/* Relationship fields by kind. Pre-Depends come first in REQUIRES and are PRE_REQUIRES as well. */
static int add_deps(struct deb_packages_ctx *c, const struct deb_stanza *s, pkg_id id,
		    struct err *e)
{
	static const struct {
		uint8_t key, kind;
		bool keep; /* the next row adds to the same list */
	} rows[] = {
		{ DEB_PRE_DEPENDS, DEPK_PRE_REQUIRES, true },
		{ DEB_DEPENDS, DEPK_REQUIRES, false },
		{ DEB_RECOMMENDS, DEPK_RECOMMENDS, false },
		{ DEB_SUGGESTS, DEPK_SUGGESTS, false },
		{ DEB_ENHANCES, DEPK_ENHANCES, false },
		{ DEB_CONFLICTS, DEPK_CONFLICTS, false },
		{ DEB_BREAKS, DEPK_BREAKS, false },
		{ DEB_REPLACES, DEPK_REPLACES, false },
		{ DEB_PROVIDES, DEPK_PROVIDES, false },
	};
	struct dep_ids *list = &c->scratch;

	list->n = 0;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		enum dep_kind kind = (enum dep_kind)rows[i].kind;
		int r;

		if (deb_has(s, (enum deb_key)rows[i].key)) {
			r = deb_depends_parse(&c->depends, &s->known[rows[i].key], kind, list, e);
			if (r < 0)
				return err_wrap(e, "field '%s'",
						deb_key_name((enum deb_key)rows[i].key));
		}
		if (list->n)
			universe_set_deps(c->depends.u, id, kind, list->v, (uint32_t)list->n);
		if (!rows[i].keep)
			list->n = 0;
	}
	return 0;
}

static int add_package(struct deb_packages_ctx *c, const struct deb_stanza *s,
		       const struct deb_file *file, struct err *e)
{
	struct universe *u = c->depends.u;
	struct package p = { .repo = c->repo };
	struct sv version, arch, filename = SV_NULL;
	int r;

	r = deb_get_needed(s, DEB_ARCHITECTURE, &arch, e);
	if (r < 0)
		return r;
	p.arch = universe_str(u, arch);
	if (p.arch != u->native_arch && p.arch != u->word_all) {
		c->foreign++;
		return 0;
	}

	r = deb_get_needed(s, DEB_VERSION, &version, e);
	if (r < 0)
		return r;
	if (version_check_deb(version, e) < 0)
		return err_wrap(e, "line %u", deb_field(s, DEB_VERSION).line);
	p.name = universe_str(u, deb_get(s, DEB_PACKAGE));
	p.version = universe_str(u, version);

	r = parse_plain_fields(u, s, &p, e);
	if (r >= 0 && !file)
		r = parse_file(s, &p, &filename, e);
	if (r < 0)
		return r;
	if (file) {
		filename = file->filename;
		p.size = file->size;
		p.digest = file->digest;
	}
	if (universe_count(u) >= UNIVERSE_PACKAGES_MAX)
		return err_set(e, E_LIMIT, "more than %u packages", UNIVERSE_PACKAGES_MAX);
	p.filename = universe_text(u, filename);
	c->added++;
	return add_deps(c, s, universe_add(u, &p), e);
}

static int read_stanza(struct deb_packages_ctx *c, const struct deb_stanza *s,
		       const struct deb_file *file, struct err *e)
{
	struct sv name;
	int r = deb_get_needed(s, DEB_PACKAGE, &name, e);

	if (r < 0)
		return r;
	r = check_name(name, e);
	if (r < 0)
		return err_wrap(e, "line %u", deb_field(s, DEB_PACKAGE).line);
	r = add_package(c, s, file, e);
	if (r < 0)
		return err_wrap(e, "package '" SV_FMT "'", SV_ARG(name));
	return 0;
}

int deb_packages_read(struct deb_packages_ctx *c, struct sv text, struct err *e)
{
	struct deb_reader reader = deb_reader_init(text);
	struct deb_stanza s;
	int r;

	/* of Debian's main, a little generous */
	static const struct index_density per = {
		.pkg = 800, .dep = 320, .dep_ref = 110, .clause = 350, .string = 280, .text = 11
	};

	universe_reserve(c->depends.u, text.n, &per);
	while ((r = deb_stanza_next(&reader, &s, e)) > 0) {
		r = read_stanza(c, &s, NULL, e);
		if (r < 0)
			return r;
	}
	return r;
}

int deb_packages_read_stanza(struct deb_packages_ctx *c, struct sv text, size_t line, struct err *e)
{
	struct deb_reader reader = deb_reader_init(text);
	struct deb_stanza s;
	int r;

	reader.line = line;
	r = deb_stanza_next(&reader, &s, e);
	return r > 0 ? read_stanza(c, &s, NULL, e) : r;
}

int deb_packages_read_control(struct deb_packages_ctx *c, struct sv text,
			      const struct deb_file *file, struct err *e)
{
	struct deb_reader reader = deb_reader_init(text);
	struct deb_stanza s;
	int r = deb_stanza_next(&reader, &s, e);

	if (r == 0)
		return err_set(e, E_FORMAT, "control file is empty");
	if (r < 0)
		return r;
	r = read_stanza(c, &s, file, e);
	if (r < 0)
		return r;
	r = deb_stanza_next(&reader, &s, e);
	return r > 0 ? err_set(e, E_FORMAT, "line %zu: second stanza", s.line) : r;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repo/deb/deb_directory.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/map.h"
#include "repo/deb/deb_scan.h"

#define ENTRIES_MAX (1u << 26)
#define BUCKETS (1u << 16) /* by the upper half of a name's hash */

struct stanza {
	uint32_t at, line;     /* of its first byte */
	uint32_t name, name_n; /* where its package's name is; _n 0: brought */
};

/* A stanza has or provides a name. Other names may have the same hash: that brings a package for nothing. */
struct entry {
	uint32_t hash, stanza;
};

struct directory {
	const struct arch *arch;
	uint16_t repo;
	struct fs_data text; /* the caller's until the directory is whole */
	struct sv shown;
	VEC(struct stanza) stanzas;
	VEC(struct entry) entries; /* by bucket, then by stanza */
	uint32_t *buckets;         /* BUCKETS + 1: where each one's entries begin */
};

static void directory_free(void *arg)
{
	struct directory *d = arg;

	fs_data_done(&d->text);
	vec_done(&d->stanzas);
	vec_done(&d->entries);
	free(d->buckets);
	free(d);
}

/* ---- making it ------------------------------------------------------------------------------------- */

struct scan {
	struct directory *d;
	const char *p, *end;
	uint32_t line;
	bool inside;        /* a stanza */
	bool provides;      /* the line before belongs to this field */
	bool clause_begins; /* ... and the next word is a name */
	size_t provides_n;  /* bytes of this field so far */
};

static bool is_name_char(char c)
{
	return ascii_isalpha(c) || ascii_isdigit(c) || c == '-' || c == '+' || c == '.' || c == '_';
}

static struct sv take_name(const char *p, const char *eol)
{
	const char *start = p;

	while (p < eol && is_name_char(*p))
		p++;
	return sv_of(start, (size_t)(p - start));
}

static void add_entry(struct scan *s, struct sv name)
{
	vec_push(&s->d->entries, ((struct entry){ map_hash(name), (uint32_t)s->d->stanzas.n - 1 }));
}

static const char *skip_blanks(const char *p, const char *eol)
{
	while (p < eol && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

/* The names of a line of Provides. */
static bool add_provides(struct scan *s, const char *p, const char *eol)
{
	s->provides_n += (size_t)(eol - p);
	if (s->provides_n > DEB_FIELD_MAX)
		return false;
	while (p && p < eol) {
		if (s->clause_begins) {
			struct sv name = take_name(p = skip_blanks(p, eol), eol);

			if (p == eol)
				break;
			if (name.n == 0)
				return false;
			add_entry(s, name);
			s->clause_begins = false;
		}
		p = scan_byte(p, eol, ',');
		if (p) {
			p++;
			s->clause_begins = true;
		}
	}
	return true;
}

static bool add_package(struct scan *s, const char *p, const char *eol)
{
	struct stanza *at = &s->d->stanzas.v[s->d->stanzas.n - 1];
	struct sv name = take_name(p = skip_blanks(p, eol), eol);

	if (name.n == 0 || at->name_n || skip_blanks(p + name.n, eol) != eol)
		return false;
	at->name = (uint32_t)(p - s->d->text.p);
	at->name_n = (uint32_t)name.n;
	add_entry(s, name);
	return true;
}

static bool has_key(const char *p, const char *eol, struct sv key)
{
	return (size_t)(eol - p) > key.n && p[key.n] == ':' && sv_eq_nocase(sv_of(p, key.n), key);
}

static bool end_stanza(struct scan *s)
{
	bool named = !s->inside || s->d->stanzas.v[s->d->stanzas.n - 1].name_n;

	s->inside = false;
	return named;
}

static bool scan_line(struct scan *s, const char *eol)
{
	const char *p = s->p;

	if (*p == ' ' || *p == '\t')
		return s->inside && (!s->provides || add_provides(s, p, eol));
	if (*p == '#' || *p < ' ')
		return false;
	if (!s->inside)
		vec_push(&s->d->stanzas,
			 ((struct stanza){ (uint32_t)(p - s->d->text.p), s->line, 0, 0 }));
	s->inside = true;
	s->provides = false;
	if ((*p | 0x20) != 'p')
		return true;
	if (has_key(p, eol, SV("Package")))
		return add_package(s, p + 8, eol);
	s->provides = s->clause_begins = has_key(p, eol, SV("Provides"));
	s->provides_n = 0;
	return !s->provides || add_provides(s, p + 9, eol);
}

static bool scan(struct scan *s)
{
	for (; s->p < s->end; s->p++, s->line++) {
		const char *eol = scan_byte(s->p, s->end, '\n');

		if (!eol)
			eol = s->end;
		if (eol == s->p ? !end_stanza(s) : !scan_line(s, eol))
			return false;
		if (s->d->entries.n > ENTRIES_MAX)
			return false;
		s->p = eol;
	}
	return end_stanza(s);
}

static uint32_t bucket_of(uint32_t hash)
{
	return hash >> 16;
}

/* A counting sort; filling from behind keeps the order of stanzas. */
static void sort_entries(struct directory *d)
{
	struct entry *sorted = xmalloc((d->entries.n + 1) * sizeof(*sorted));
	uint32_t sum = 0;

	d->buckets = xcalloc(BUCKETS + 1, sizeof(*d->buckets));
	for (size_t i = 0; i < d->entries.n; i++)
		d->buckets[bucket_of(d->entries.v[i].hash)]++;
	for (size_t i = 0; i <= BUCKETS; i++) {
		sum += d->buckets[i];
		d->buckets[i] = sum;
	}
	for (size_t i = d->entries.n; i-- > 0;)
		sorted[--d->buckets[bucket_of(d->entries.v[i].hash)]] = d->entries.v[i];
	free(d->entries.v);
	d->entries.v = sorted;
}

/* ---- using it -------------------------------------------------------------------------------------- */

static int bring_stanza(struct directory *d, struct universe *u, struct stanza *s, struct err *e)
{
	_cleanup_(deb_packages_done) struct deb_packages_ctx c =
		deb_packages_init(u, d->arch, d->repo);

	s->name_n = 0;
	if (deb_packages_read_stanza(&c, sv_from_pos(fs_sv(&d->text), s->at), s->line, e) < 0)
		return err_wrap(e, SV_FMT, SV_ARG(d->shown));
	return 0;
}

static int bring(void *arg, struct universe *u, struct sv name, struct err *e)
{
	struct directory *d = arg;
	uint32_t hash = map_hash(name), at = d->buckets[bucket_of(hash)];
	int r = 0;

	for (; at < d->buckets[bucket_of(hash) + 1] && r == 0; at++) {
		struct stanza *s = &d->stanzas.v[d->entries.v[at].stanza];

		if (d->entries.v[at].hash == hash && s->name_n)
			r = bring_stanza(d, u, s, e);
	}
	return r;
}

static int bring_prefix(void *arg, struct universe *u, struct sv prefix, struct err *e)
{
	struct directory *d = arg;
	int r = 0;

	for (size_t i = 0; i < d->stanzas.n && r == 0; i++) {
		struct stanza *s = &d->stanzas.v[i];

		if (s->name_n && sv_starts(sv_of(d->text.p + s->name, s->name_n), prefix))
			r = bring_stanza(d, u, s, e);
	}
	return r;
}

bool deb_directory_add(const struct deb_packages_ctx *c, struct fs_data *text, struct sv shown)
{
	struct directory *d = xcalloc(1, sizeof(*d));
	struct scan s = { .d = d, .p = text->p, .end = text->p + text->n, .line = 1 };

	*d = (struct directory){
		.arch = c->depends.arch, .repo = c->repo, .text = *text, .shown = shown
	};
	vec_reserve(&d->stanzas, text->n / 750);
	vec_reserve(&d->entries, text->n / 350);
	if (text->n > UINT32_MAX || !scan(&s)) {
		d->text = (struct fs_data){ NULL, 0 };
		directory_free(d);
		return false;
	}
	sort_entries(d);
	*text = (struct fs_data){ NULL, 0 };
	universe_add_source(c->depends.u,
			    &(struct universe_source){ bring, bring_prefix, directory_free, d });
	return true;
}

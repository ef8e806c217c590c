/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repo/deb/deb_release.h"

#include <stdlib.h>

#include "base/num.h"
#include "repo/deb/deb_control.h"

void deb_release_done(struct deb_release *r)
{
	vec_done(&r->entries);
}

static int compare_entries(const void *a, const void *b)
{
	const struct deb_entry *x = a, *y = b;
	int c = sv_cmp(x->path, y->path);

	return c ? c : (int)x->digest.kind - (int)y->digest.kind; /* SHA256 before SHA512 */
}

/* " <hex> <size> <path>" */
static int parse_entry(struct sv line, enum digest_kind kind, struct deb_entry *ret, struct err *e)
{
	struct sv rest = line, hex, size, path, extra;
	int r;

	if (!sv_word(&rest, &hex) || !sv_word(&rest, &size) || !sv_word(&rest, &path) ||
	    sv_word(&rest, &extra))
		return err_set(e, E_FORMAT, "'" SV_FMT "' is not 'digest size path'", SV_ARG(line));
	(void)sv_skip(&path, SV("./"));
	r = digest_parse(kind, hex, &ret->digest, e);
	if (r >= 0)
		r = num_parse_u64(size, 10, INT64_MAX, &ret->size, e);
	if (r < 0)
		return err_wrap(e, "'" SV_FMT "'", SV_ARG(path));
	ret->path = path;
	return 0;
}

static int parse_entries(const struct deb_field *f, enum digest_kind kind, struct deb_entries *out,
			 struct err *e)
{
	struct sv rest = f->value, line;
	size_t number = f->line;

	for (; sv_line(&rest, &line); number++) {
		struct deb_entry entry;

		line = sv_trim(line);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (parse_entry(line, kind, &entry, e) < 0)
			return err_wrap(e, "line %zu", number);
		if (out->n == DEB_RELEASE_ENTRIES_MAX)
			return err_set(e, E_LIMIT, "line %zu: more than %u files listed", number,
				       DEB_RELEASE_ENTRIES_MAX);
		vec_push(out, entry);
	}
	return 0;
}

/* Sorts, and keeps of each path the entry of the preferred digest. Two that contradict are an error. */
static int settle_entries(struct deb_entries *v, struct err *e)
{
	size_t n = 0;

	if (v->n)
		qsort(v->v, v->n, sizeof(v->v[0]), compare_entries);
	for (size_t i = 0; i < v->n; i++) {
		struct deb_entry *cur = &v->v[i], *last = n ? &v->v[n - 1] : NULL;

		if (!last || !sv_eq(cur->path, last->path)) {
			v->v[n++] = *cur;
			continue;
		}
		if (cur->size != last->size || (cur->digest.kind == last->digest.kind &&
						!digest_eq(&cur->digest, &last->digest)))
			return err_set(e, E_FORMAT,
				       "'" SV_FMT "' is listed twice with different content",
				       SV_ARG(cur->path));
	}
	v->n = n;
	return 0;
}

static int parse_date(const struct deb_stanza *s, enum deb_key key, int64_t *ret, struct err *e)
{
	struct sv v;
	int r = deb_get_line(s, key, &v, e);

	if (r < 0 || v.n == 0)
		return r;
	if (deb_date_parse(v, ret, e) < 0)
		return err_wrap(e, "line %u: field '%s'", deb_field(s, key).line,
				deb_key_name(key));
	return 0;
}

static int parse_words(const struct deb_stanza *s, struct deb_release *out, struct err *e)
{
	const struct {
		enum deb_key key;
		struct sv *to;
	} rows[] = {
		{ DEB_ORIGIN, &out->origin },         { DEB_LABEL, &out->label },
		{ DEB_SUITE, &out->suite },           { DEB_CODENAME, &out->codename },
		{ DEB_VERSION, &out->version },       { DEB_ARCHITECTURES, &out->architectures },
		{ DEB_COMPONENTS, &out->components },
	};
	struct sv no_all;
	int r;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		r = deb_get_line(s, rows[i].key, rows[i].to, e);
		if (r < 0)
			return r;
	}
	r = deb_get_line(s, DEB_NO_SUPPORT_FOR_ARCH_ALL, &no_all, e);
	if (r < 0)
		return r;
	/* "Packages": binary-all exists, but its packages are in every architecture's index as well */
	for (struct sv arch, rest = out->architectures; sv_word(&rest, &arch);)
		if (sv_eq(arch, SV("all")) && !sv_eq(no_all, SV("Packages")))
			out->all_is_separate = true;
	return deb_get_yes(s, DEB_ACQUIRE_BY_HASH, &out->by_hash, e);
}

static int parse(struct sv text, struct deb_release *out, struct err *e)
{
	struct deb_reader reader = deb_reader_init(text);
	struct deb_stanza s, second;
	int r = deb_stanza_next(&reader, &s, e);

	if (r == 0)
		return err_set(e, E_FORMAT, "file is empty");
	if (r > 0) {
		r = deb_stanza_next(&reader, &second, e);
		if (r > 0)
			r = err_set(e, E_FORMAT, "line %zu: second stanza", second.line);
	}
	if (r >= 0)
		r = parse_words(&s, out, e);
	if (r >= 0)
		r = parse_date(&s, DEB_DATE, &out->date, e);
	if (r >= 0)
		r = parse_date(&s, DEB_VALID_UNTIL, &out->valid_until, e);
	if (r >= 0 && deb_has(&s, DEB_SHA256))
		r = parse_entries(&s.known[DEB_SHA256], DIGEST_SHA256, &out->entries, e);
	if (r >= 0 && deb_has(&s, DEB_SHA512))
		r = parse_entries(&s.known[DEB_SHA512], DIGEST_SHA512, &out->entries, e);
	if (r >= 0 && out->entries.n == 0)
		r = err_set(e, E_VERIFY, "lists no file with a SHA256 or SHA512 digest");
	return r < 0 ? r : settle_entries(&out->entries, e);
}

int deb_release_parse(struct sv text, struct deb_release *ret, struct err *e)
{
	_cleanup_(deb_release_done) struct deb_release out = { .date = 0 };
	int r = parse(text, &out, e);

	if (r < 0)
		return r;
	*ret = out;
	out = (struct deb_release){ .date = 0 };
	return 0;
}

const struct deb_entry *deb_release_find(const struct deb_release *r, struct sv path)
{
	size_t lo = 0, hi = r->entries.n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = sv_cmp(r->entries.v[mid].path, path);

		if (c == 0)
			return &r->entries.v[mid];
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

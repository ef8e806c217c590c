/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repo/deb/deb_control.h"

#include "base/macros.h"
#include "repo/deb/deb_scan.h"

#define SVI(lit)                     \
	{                            \
		lit, sizeof(lit) - 1 \
	}

static const struct sv names[DEB_KEY_COUNT] = {
	[DEB_OTHER] = SVI(""),
	[DEB_PACKAGE] = SVI("Package"),
	[DEB_VERSION] = SVI("Version"),
	[DEB_ARCHITECTURE] = SVI("Architecture"),
	[DEB_SOURCE] = SVI("Source"),
	[DEB_MULTI_ARCH] = SVI("Multi-Arch"),
	[DEB_ESSENTIAL] = SVI("Essential"),
	[DEB_PROTECTED] = SVI("Protected"),
	[DEB_IMPORTANT] = SVI("Important"),
	[DEB_PRIORITY] = SVI("Priority"),
	[DEB_SECTION] = SVI("Section"),
	[DEB_FILENAME] = SVI("Filename"),
	[DEB_SIZE] = SVI("Size"),
	[DEB_INSTALLED_SIZE] = SVI("Installed-Size"),
	[DEB_MD5SUM] = SVI("MD5sum"),
	[DEB_SHA1] = SVI("SHA1"),
	[DEB_SHA256] = SVI("SHA256"),
	[DEB_SHA512] = SVI("SHA512"),
	[DEB_DEPENDS] = SVI("Depends"),
	[DEB_PRE_DEPENDS] = SVI("Pre-Depends"),
	[DEB_RECOMMENDS] = SVI("Recommends"),
	[DEB_SUGGESTS] = SVI("Suggests"),
	[DEB_ENHANCES] = SVI("Enhances"),
	[DEB_CONFLICTS] = SVI("Conflicts"),
	[DEB_BREAKS] = SVI("Breaks"),
	[DEB_REPLACES] = SVI("Replaces"),
	[DEB_PROVIDES] = SVI("Provides"),
	[DEB_MAINTAINER] = SVI("Maintainer"),
	[DEB_ORIGINAL_MAINTAINER] = SVI("Original-Maintainer"),
	[DEB_DESCRIPTION] = SVI("Description"),
	[DEB_DESCRIPTION_MD5] = SVI("Description-md5"),
	[DEB_HOMEPAGE] = SVI("Homepage"),
	[DEB_TAG] = SVI("Tag"),
	[DEB_TASK] = SVI("Task"),
	[DEB_BUGS] = SVI("Bugs"),
	[DEB_BUILT_USING] = SVI("Built-Using"),
	[DEB_STATIC_BUILT_USING] = SVI("Static-Built-Using"),
	[DEB_BUILD_IDS] = SVI("Build-Ids"),
	[DEB_ORIGIN] = SVI("Origin"),
	[DEB_LABEL] = SVI("Label"),
	[DEB_SUITE] = SVI("Suite"),
	[DEB_CODENAME] = SVI("Codename"),
	[DEB_DATE] = SVI("Date"),
	[DEB_VALID_UNTIL] = SVI("Valid-Until"),
	[DEB_ACQUIRE_BY_HASH] = SVI("Acquire-By-Hash"),
	[DEB_ARCHITECTURES] = SVI("Architectures"),
	[DEB_COMPONENTS] = SVI("Components"),
	[DEB_NO_SUPPORT_FOR_ARCH_ALL] = SVI("No-Support-for-Architecture-all"),
};

_Static_assert(DEB_KEY_COUNT <= 64, "struct deb_stanza.present has a bit for each key");

/* Keys by the length of their name, so that few comparisons are left; a test looks up every name. */
static const uint8_t by_length[][8] = {
	[3] = { DEB_TAG },
	[4] = { DEB_SIZE, DEB_SHA1, DEB_DATE, DEB_TASK, DEB_BUGS },
	[5] = { DEB_LABEL, DEB_SUITE },
	[6] = { DEB_SHA256, DEB_SOURCE, DEB_BREAKS, DEB_MD5SUM, DEB_SHA512, DEB_ORIGIN },
	[7] = { DEB_PACKAGE, DEB_VERSION, DEB_DEPENDS, DEB_SECTION },
	[8] = { DEB_PRIORITY, DEB_FILENAME, DEB_HOMEPAGE, DEB_PROVIDES, DEB_REPLACES, DEB_SUGGESTS,
		DEB_ENHANCES, DEB_CODENAME },
	[9] = { DEB_CONFLICTS, DEB_ESSENTIAL, DEB_PROTECTED, DEB_IMPORTANT, DEB_BUILD_IDS },
	[10] = { DEB_MAINTAINER, DEB_MULTI_ARCH, DEB_RECOMMENDS, DEB_COMPONENTS },
	[11] = { DEB_DESCRIPTION, DEB_PRE_DEPENDS, DEB_BUILT_USING, DEB_VALID_UNTIL },
	[12] = { DEB_ARCHITECTURE },
	[13] = { DEB_ARCHITECTURES },
	[14] = { DEB_INSTALLED_SIZE },
	[15] = { DEB_DESCRIPTION_MD5, DEB_ACQUIRE_BY_HASH },
	[18] = { DEB_STATIC_BUILT_USING },
	[19] = { DEB_ORIGINAL_MAINTAINER },
	[31] = { DEB_NO_SUPPORT_FOR_ARCH_ALL },
};

const char *deb_key_name(enum deb_key key)
{
	return names[key].p;
}

enum deb_key deb_key_find(struct sv name)
{
	if (name.n >= ARRAY_SIZE(by_length))
		return DEB_OTHER;

	const uint8_t *row = by_length[name.n];

	/* As everyone writes them first; then in any case, which deb-control(5) allows. */
	for (size_t i = 0; i < ARRAY_SIZE(by_length[0]) && row[i]; i++)
		if (scan_equal(names[row[i]].p, name.p, name.n))
			return (enum deb_key)row[i];
	for (size_t i = 0; i < ARRAY_SIZE(by_length[0]) && row[i]; i++)
		if (sv_eq_nocase(names[row[i]], name))
			return (enum deb_key)row[i];
	return DEB_OTHER;
}

static inline bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

struct deb_reader deb_reader_init(struct sv text)
{
	return (struct deb_reader){ .p = text.p,
				    .end = text.n ? text.p + text.n : text.p,
				    .line = 1 };
}

static inline const char *line_end(const struct deb_reader *r)
{
	const char *nl = scan_byte(r->p, r->end, '\n');

	return nl ? nl : r->end;
}

static inline void next_line(struct deb_reader *r, const char *eol)
{
	r->p = eol < r->end ? eol + 1 : eol;
	r->line++;
}

/* True when there is nothing but blanks up to eol. */
static inline bool is_empty_line(const char *p, const char *eol)
{
	while (p < eol && is_blank(*p))
		p++;
	return p == eol;
}

/* The value from `start` over all continuation lines; leaves the reader behind them. */
static struct sv take_value(struct deb_reader *r, const char *start, const char *eol)
{
	const char *end = eol;

	next_line(r, eol);
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\t' || *r->p == '#')) {
		bool comment = *r->p == '#';

		eol = line_end(r);
		next_line(r, eol);
		if (!comment) /* one at the end does not belong to the value */
			end = eol;
	}

	while (start < end && is_blank(*start))
		start++;
	while (end > start && (is_blank(end[-1]) || end[-1] == '\n'))
		end--;
	return sv_of(start, (size_t)(end - start));
}

static int add_field(struct deb_stanza *s, enum deb_key key, struct sv name,
		     const struct deb_field *f, struct err *e)
{
	if (f->value.n > DEB_FIELD_MAX && key != DEB_MD5SUM && key != DEB_SHA1 &&
	    key != DEB_SHA256 && key != DEB_SHA512)
		return err_set(e, E_LIMIT,
			       "line %u: field '" SV_FMT "' has %zu bytes, at most %u are accepted",
			       f->line, SV_ARG(name), f->value.n, DEB_FIELD_MAX);
	if (key != DEB_OTHER) {
		if (deb_has(s, key))
			return err_set(e, E_FORMAT,
				       "line %u: field '%s' is there twice, first on line %u",
				       f->line, names[key].p, s->known[key].line);
		s->present |= (uint64_t)1 << key;
		s->known[key] = *f;
		return 0;
	}

	for (size_t i = 0; i < s->others_n; i++)
		if (sv_eq_nocase(s->others[i], name))
			return err_set(e, E_FORMAT, "line %u: field '" SV_FMT "' is there twice",
				       f->line, SV_ARG(name));
	if (s->others_n == DEB_OTHERS_MAX)
		return err_set(e, E_LIMIT, "line %u: more than %d unknown fields in one stanza",
			       f->line, DEB_OTHERS_MAX);
	s->others[s->others_n++] = name;
	return 0;
}

/* Stanzas of one file have their fields in one order: the key that followed the last one before. */
static bool is_expected(const struct deb_reader *r, const char *eol)
{
	struct sv name = names[r->follows[r->last]];

	return name.n && (size_t)(eol - r->p) > name.n && r->p[name.n] == ':' &&
	       scan_equal(r->p, name.p, name.n);
}

/* The name before the ':' of the line. */
static int take_name(const struct deb_reader *r, const char *eol, struct sv *ret, struct err *e)
{
	const char *start = r->p, *p = start;
	size_t line = r->line;

	if (*p == ' ' || *p == '\t')
		return err_set(e, E_FORMAT, "line %zu: continuation line without a field before it",
			       line);
	while (p<eol && * p> ' ' && *p < 0x7f && *p != ':')
		p++;
	if (p == eol || *p != ':')
		return err_set(e, E_FORMAT, "line %zu: no 'Field:' at its beginning", line);
	if (p == start || *start == '-')
		return err_set(e, E_FORMAT, "line %zu: bad field name '" SV_FMT "'", line,
			       SV_ARG(sv_of(start, (size_t)(p - start))));

	*ret = sv_of(start, (size_t)(p - start));
	return 0;
}

static int take_field(struct deb_reader *r, struct deb_stanza *s, struct err *e)
{
	const char *start = r->p, *eol = line_end(r);
	struct deb_field f = { .line = (uint32_t)r->line };
	enum deb_key key = (enum deb_key)r->follows[r->last];
	struct sv name = names[key];

	if (!is_expected(r, eol)) {
		int k = take_name(r, eol, &name, e);

		if (k < 0)
			return k;
		key = deb_key_find(name);
		r->follows[r->last] = (uint8_t)key;
	}
	r->last = (uint8_t)key;
	f.value = take_value(r, start + name.n + 1, eol);
	f.col = (uint32_t)(f.value.p - start) + 1;
	return add_field(s, key, name, &f, e);
}

int deb_stanza_next(struct deb_reader *r, struct deb_stanza *ret, struct err *e)
{
	const char *start;

	ret->present = 0;
	ret->others_n = 0;

	for (;;) { /* blank lines and comments between stanzas */
		if (r->p == r->end)
			return 0;
		if (*r->p > ' ' && *r->p != '#')
			break;

		const char *eol = line_end(r);

		if (*r->p != '#' && !is_empty_line(r->p, eol))
			break;
		next_line(r, eol);
	}

	start = r->p;
	ret->line = r->line;
	r->last = DEB_OTHER;
	while (r->p < r->end && *r->p != '\n') {
		int k;

		if (*r->p == '\r' && is_empty_line(r->p, line_end(r)))
			break;
		if (*r->p == '#') {
			next_line(r, line_end(r));
			continue;
		}
		k = take_field(r, ret, e);
		if (k < 0)
			return k;
		if ((size_t)(r->p - start) > DEB_STANZA_MAX)
			return err_set(e, E_LIMIT, "line %zu: stanza is larger than %u bytes",
				       ret->line, DEB_STANZA_MAX);
	}
	return 1;
}

int deb_get_line(const struct deb_stanza *s, enum deb_key key, struct sv *ret, struct err *e)
{
	struct deb_field f = deb_field(s, key);
	bool clean = !scan_has_control(f.value.p, f.value.n);

	for (size_t i = 0; i < f.value.n && !clean; i++) { /* where, and is it only a tab? */
		unsigned char c = (unsigned char)f.value.p[i];

		if (c == '\n')
			return err_set(e, E_FORMAT, "line %u: field '%s' has more than one line",
				       f.line, names[key].p);
		if ((c < ' ' && c != '\t') || c == 0x7f)
			return err_set(e, E_FORMAT,
				       "line %u:%zu: field '%s' has a control character", f.line,
				       f.col + i, names[key].p);
	}
	*ret = f.value;
	return 0;
}

int deb_get_needed(const struct deb_stanza *s, enum deb_key key, struct sv *ret, struct err *e)
{
	if (!deb_has(s, key))
		return err_set(e, E_FORMAT, "line %zu: stanza has no field '%s'", s->line,
			       names[key].p);
	if (s->known[key].value.n == 0)
		return err_set(e, E_FORMAT, "line %u: field '%s' is empty", s->known[key].line,
			       names[key].p);
	return deb_get_line(s, key, ret, e);
}

int deb_get_yes(const struct deb_stanza *s, enum deb_key key, bool *ret, struct err *e)
{
	struct sv v = deb_get(s, key);
	bool yes = sv_eq_nocase(v, SV("yes"));

	if (!yes && v.n && !sv_eq_nocase(v, SV("no")))
		return err_set(e, E_FORMAT,
			       "line %u: field '%s' is neither 'yes' nor 'no': '" SV_FMT "'",
			       deb_field(s, key).line, names[key].p, SV_ARG(v));
	*ret = yes;
	return 0;
}

bool deb_value_line(struct sv *rest, struct sv *ret)
{
	struct sv line;

	while (sv_line(rest, &line)) {
		if (sv_starts(line, SV("#")))
			continue;
		line = sv_trim(line);
		if (line.n) {
			*ret = line;
			return true;
		}
	}
	return false;
}

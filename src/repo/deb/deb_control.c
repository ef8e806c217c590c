/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repo/deb/deb_control.h"

#include "base/macros.h"
#include "repo/deb/deb_scan.h"

static const char *const names[DEB_KEY_COUNT] = {
	[DEB_OTHER] = "",
	[DEB_PACKAGE] = "Package",
	[DEB_VERSION] = "Version",
	[DEB_ARCHITECTURE] = "Architecture",
	[DEB_SOURCE] = "Source",
	[DEB_MULTI_ARCH] = "Multi-Arch",
	[DEB_ESSENTIAL] = "Essential",
	[DEB_PROTECTED] = "Protected",
	[DEB_IMPORTANT] = "Important",
	[DEB_PRIORITY] = "Priority",
	[DEB_SECTION] = "Section",
	[DEB_FILENAME] = "Filename",
	[DEB_SIZE] = "Size",
	[DEB_INSTALLED_SIZE] = "Installed-Size",
	[DEB_MD5SUM] = "MD5sum",
	[DEB_SHA1] = "SHA1",
	[DEB_SHA256] = "SHA256",
	[DEB_SHA512] = "SHA512",
	[DEB_DEPENDS] = "Depends",
	[DEB_PRE_DEPENDS] = "Pre-Depends",
	[DEB_RECOMMENDS] = "Recommends",
	[DEB_SUGGESTS] = "Suggests",
	[DEB_ENHANCES] = "Enhances",
	[DEB_CONFLICTS] = "Conflicts",
	[DEB_BREAKS] = "Breaks",
	[DEB_REPLACES] = "Replaces",
	[DEB_PROVIDES] = "Provides",
	[DEB_MAINTAINER] = "Maintainer",
	[DEB_ORIGINAL_MAINTAINER] = "Original-Maintainer",
	[DEB_DESCRIPTION] = "Description",
	[DEB_DESCRIPTION_MD5] = "Description-md5",
	[DEB_HOMEPAGE] = "Homepage",
	[DEB_TAG] = "Tag",
	[DEB_TASK] = "Task",
	[DEB_BUGS] = "Bugs",
	[DEB_BUILT_USING] = "Built-Using",
	[DEB_STATIC_BUILT_USING] = "Static-Built-Using",
	[DEB_BUILD_IDS] = "Build-Ids",
	[DEB_ORIGIN] = "Origin",
	[DEB_LABEL] = "Label",
	[DEB_SUITE] = "Suite",
	[DEB_CODENAME] = "Codename",
	[DEB_DATE] = "Date",
	[DEB_VALID_UNTIL] = "Valid-Until",
	[DEB_ACQUIRE_BY_HASH] = "Acquire-By-Hash",
	[DEB_ARCHITECTURES] = "Architectures",
	[DEB_COMPONENTS] = "Components",
	[DEB_NO_SUPPORT_FOR_ARCH_ALL] = "No-Support-for-Architecture-all",
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
	return names[key];
}

enum deb_key deb_key_find(struct sv name)
{
	if (name.n >= ARRAY_SIZE(by_length))
		return DEB_OTHER;

	const uint8_t *row = by_length[name.n];

	/* As everyone writes them first; then in any case, which deb-control(5) allows. */
	for (size_t i = 0; i < ARRAY_SIZE(by_length[0]) && row[i]; i++)
		if (names[row[i]][0] == name.p[0] && scan_equal(names[row[i]], name.p, name.n))
			return (enum deb_key)row[i];
	for (size_t i = 0; i < ARRAY_SIZE(by_length[0]) && row[i]; i++)
		if (sv_eq_nocase(sv_of(names[row[i]], name.n), name))
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

static int add_field(struct deb_stanza *s, struct sv name, const struct deb_field *f, struct err *e)
{
	enum deb_key key = deb_key_find(name);

	if (f->value.n > DEB_FIELD_MAX && key != DEB_MD5SUM && key != DEB_SHA1 &&
	    key != DEB_SHA256 && key != DEB_SHA512)
		return err_set(e, E_LIMIT,
			       "line %u: field '" SV_FMT "' has %zu bytes, at most %u are accepted",
			       f->line, SV_ARG(name), f->value.n, DEB_FIELD_MAX);
	if (key != DEB_OTHER) {
		if (deb_has(s, key))
			return err_set(e, E_FORMAT,
				       "line %u: field '%s' is there twice, first on line %u",
				       f->line, names[key], s->known[key].line);
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

static int take_field(struct deb_reader *r, struct deb_stanza *s, struct err *e)
{
	const char *start = r->p, *eol = line_end(r), *p = start;
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

	struct sv name = sv_of(start, (size_t)(p - start));
	struct deb_field f = { .value = take_value(r, p + 1, eol), .line = (uint32_t)line };

	f.col = (uint32_t)(f.value.p - start) + 1;
	return add_field(s, name, &f, e);
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
				       f.line, names[key]);
		if ((c < ' ' && c != '\t') || c == 0x7f)
			return err_set(e, E_FORMAT,
				       "line %u:%zu: field '%s' has a control character", f.line,
				       f.col + i, names[key]);
	}
	*ret = f.value;
	return 0;
}

int deb_get_needed(const struct deb_stanza *s, enum deb_key key, struct sv *ret, struct err *e)
{
	if (!deb_has(s, key))
		return err_set(e, E_FORMAT, "line %zu: stanza has no field '%s'", s->line,
			       names[key]);
	if (s->known[key].value.n == 0)
		return err_set(e, E_FORMAT, "line %u: field '%s' is empty", s->known[key].line,
			       names[key]);
	return deb_get_line(s, key, ret, e);
}

int deb_get_yes(const struct deb_stanza *s, enum deb_key key, bool *ret, struct err *e)
{
	struct sv v = deb_get(s, key);
	bool yes = sv_eq_nocase(v, SV("yes"));

	if (!yes && v.n && !sv_eq_nocase(v, SV("no")))
		return err_set(e, E_FORMAT,
			       "line %u: field '%s' is neither 'yes' nor 'no': '" SV_FMT "'",
			       deb_field(s, key).line, names[key], SV_ARG(v));
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

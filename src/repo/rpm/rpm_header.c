/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repo/rpm/rpm_header.h"

#include <stdlib.h>
#include <string.h>

#include "repo/rpm/rpm_tags.h"

#define LEAD_SIZE 96u
#define INTRO_SIZE 16u /* magic, reserved, two counts */
#define ENTRY_SIZE 16u

static uint32_t be32(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	return (uint32_t)u[0] << 24 | (uint32_t)u[1] << 16 | (uint32_t)u[2] << 8 | u[3];
}

static int fail(const struct rpm_header *h, const struct rpm_entry *x, const char *why,
		struct err *e)
{
	return err_set(e, E_FORMAT, "%s: tag %u: %s", h->what, x->tag, why);
}

/* ---- the table ------------------------------------------------------------------------------------- */

/* Bytes of one value; 0: text. */
static uint32_t width_of(uint32_t type)
{
	static const uint8_t widths[] = {
		[RPM_TYPE_CHAR] = 1,      [RPM_TYPE_INT8] = 1,  [RPM_TYPE_INT16] = 2,
		[RPM_TYPE_INT32] = 4,     [RPM_TYPE_INT64] = 8, [RPM_TYPE_BIN] = 1,
		[RPM_TYPE_I18NSTRING] = 0
	};

	return widths[type];
}

static int check_entry(const struct rpm_header *h, const struct rpm_entry *x, struct err *e)
{
	uint32_t width;

	if (x->type < RPM_TYPE_CHAR || x->type > RPM_TYPE_I18NSTRING)
		return fail(h, x, "of unknown type", e);
	width = width_of(x->type);
	if (x->count == 0)
		return fail(h, x, "without a value", e);
	if (x->type == RPM_TYPE_STRING && x->count != 1)
		return fail(h, x, "one text that is several", e);
	if (x->offset >= h->data.n)
		return fail(h, x, "begins behind the data", e);
	/* a text has at least its NUL */
	if (x->count > (h->data.n - x->offset) / MAX(width, 1u))
		return fail(h, x, "ends behind the data", e);
	if (width > 1 && x->offset % width != 0)
		return fail(h, x, "is not aligned", e);
	return 0;
}

static int entry_cmp(const void *pa, const void *pb)
{
	const struct rpm_entry *a = pa, *b = pb;

	return a->tag < b->tag ? -1 : a->tag > b->tag;
}

static int read_intro(struct sv bytes, struct rpm_header *h, struct err *e)
{
	uint32_t n, size;

	if (bytes.n < INTRO_SIZE)
		return err_set(e, E_FORMAT, "%s is cut off", h->what);
	if (memcmp(bytes.p, "\x8e\xad\xe8\x01", 4) != 0)
		return err_set(e, E_FORMAT, "no %s where it should be", h->what);
	n = be32(bytes.p + 8);
	size = be32(bytes.p + 12);
	if (n == 0)
		return err_set(e, E_FORMAT, "%s without tags", h->what);
	if (n > RPM_HEADER_TAGS_MAX)
		return err_set(e, E_LIMIT, "%s with %u tags, at most %u are accepted", h->what, n,
			       RPM_HEADER_TAGS_MAX);
	if (size > RPM_HEADER_DATA_MAX)
		return err_set(e, E_LIMIT, "%s with %u bytes of data, at most %u are accepted",
			       h->what, size, RPM_HEADER_DATA_MAX);
	if (bytes.n - INTRO_SIZE < (size_t)n * ENTRY_SIZE + size)
		return err_set(e, E_FORMAT, "%s is cut off: %zu bytes of %zu", h->what, bytes.n,
			       INTRO_SIZE + (size_t)n * ENTRY_SIZE + size);
	h->n = n;
	h->bytes = sv_head(bytes, INTRO_SIZE + (size_t)n * ENTRY_SIZE + size);
	h->data = sv_from_pos(h->bytes, INTRO_SIZE + (size_t)n * ENTRY_SIZE);
	return 0;
}

/* The first tag of a header may tell which part of it is signed. What lies outside would be read but not
 * proved: so the main header's must span everything. */
static int check_region(const struct rpm_header *h, const struct rpm_entry *first, bool whole,
			struct err *e)
{
	const char *trailer;
	uint32_t back;

	if (first->tag < RPMTAG_HEADERIMAGE || first->tag > RPMTAG_HEADERIMMUTABLE)
		return 0;
	if (first->type != RPM_TYPE_BIN || first->count != ENTRY_SIZE)
		return fail(h, first, "not the mark of a region", e);
	trailer = h->data.p + first->offset;
	back = 0 - be32(trailer + 8);
	if (be32(trailer + 4) != RPM_TYPE_BIN || be32(trailer + 12) != ENTRY_SIZE ||
	    back % ENTRY_SIZE != 0 || back / ENTRY_SIZE > h->n)
		return fail(h, first, "the region's end is malformed", e);
	if (whole && (back / ENTRY_SIZE != h->n || first->offset + (size_t)ENTRY_SIZE != h->data.n))
		return fail(h, first, "the region is not the whole header", e);
	return 0;
}

int rpm_header_read(struct sv bytes, const char *what, struct arena *a, struct rpm_header *ret,
		    struct err *e)
{
	struct rpm_header h = { .what = what };
	uint64_t texts = 0;
	int r = read_intro(bytes, &h, e);

	if (r < 0)
		return r;
	h.entries = arena_new_array(a, struct rpm_entry, h.n);
	for (size_t i = 0; i < h.n; i++) {
		const char *p = h.bytes.p + INTRO_SIZE + i * ENTRY_SIZE;

		h.entries[i] = (struct rpm_entry){ .tag = be32(p),
						   .type = be32(p + 4),
						   .offset = be32(p + 8),
						   .count = be32(p + 12) };
		r = check_entry(&h, &h.entries[i], e);
		if (r == 0 && i == 0)
			r = check_region(&h, h.entries, sv_eq(sv_from(what), SV("header")), e);
		/* lists of texts that share their bytes would take memory many times over */
		texts += h.entries[i].type == RPM_TYPE_STRING_ARRAY ? h.entries[i].count : 0;
		if (r == 0 && texts > h.data.n)
			r = fail(&h, &h.entries[i], "more texts than the data has room for", e);
		if (r < 0)
			return r;
	}
	qsort(h.entries, h.n, sizeof(*h.entries), entry_cmp);
	for (size_t i = 1; i < h.n; i++)
		if (h.entries[i].tag == h.entries[i - 1].tag)
			return fail(&h, &h.entries[i], "stands there twice", e);
	*ret = h;
	return 0;
}

/* ---- values ---------------------------------------------------------------------------------------- */

const struct rpm_entry *rpm_header_find(const struct rpm_header *h, uint32_t tag)
{
	struct rpm_entry key = { .tag = tag };

	return h->n ? bsearch(&key, h->entries, h->n, sizeof(key), entry_cmp) : NULL;
}

/* The text at the front of rest, which moves behind its NUL. */
static int take_text(const struct rpm_header *h, const struct rpm_entry *x, struct sv *rest,
		     struct sv *ret, struct err *e)
{
	const char *end = rest->n ? memchr(rest->p, '\0', rest->n) : NULL;

	if (!end)
		return fail(h, x, "a text does not end within the data", e);
	*ret = sv_of(rest->p, (size_t)(end - rest->p));
	*rest = sv_from_pos(*rest, ret->n + 1);
	return 0;
}

int rpm_header_text(const struct rpm_header *h, uint32_t tag, struct sv *ret, struct err *e)
{
	const struct rpm_entry *x = rpm_header_find(h, tag);
	struct sv rest;
	int r;

	*ret = SV_NULL;
	if (!x)
		return 0;
	if (x->type != RPM_TYPE_STRING && x->type != RPM_TYPE_STRING_ARRAY &&
	    x->type != RPM_TYPE_I18NSTRING)
		return fail(h, x, "a text was expected", e);
	rest = sv_from_pos(h->data, x->offset);
	r = take_text(h, x, &rest, ret, e);
	return r < 0 ? r : 1;
}

int rpm_header_texts(const struct rpm_header *h, uint32_t tag, struct arena *a,
		     struct rpm_texts *ret, struct err *e)
{
	const struct rpm_entry *x = rpm_header_find(h, tag);
	struct rpm_texts t = { .v = NULL };
	struct sv rest;

	*ret = t;
	if (!x)
		return 0;
	if (x->type != RPM_TYPE_STRING && x->type != RPM_TYPE_STRING_ARRAY)
		return fail(h, x, "texts were expected", e);
	rest = sv_from_pos(h->data, x->offset);
	t.n = x->count;
	t.v = arena_new_array(a, struct sv, x->count); /* at most one a byte of data: checked */
	for (uint32_t i = 0; i < x->count; i++) {
		int r = take_text(h, x, &rest, &t.v[i], e);

		if (r < 0)
			return r;
	}
	*ret = t;
	return 1;
}

int rpm_header_numbers(const struct rpm_header *h, uint32_t tag, struct rpm_numbers *ret,
		       struct err *e)
{
	const struct rpm_entry *x = rpm_header_find(h, tag);

	*ret = (struct rpm_numbers){ .p = NULL };
	if (!x)
		return 0;
	if (x->type < RPM_TYPE_CHAR || x->type > RPM_TYPE_INT64)
		return fail(h, x, "numbers were expected", e);
	ret->p = (const unsigned char *)h->data.p + x->offset;
	ret->n = x->count;
	ret->width = (uint8_t)width_of(x->type);
	return 1;
}

int rpm_header_number(const struct rpm_header *h, uint32_t tag, uint64_t *ret, struct err *e)
{
	struct rpm_numbers v;
	int r = rpm_header_numbers(h, tag, &v, e);

	*ret = r > 0 ? rpm_number(&v, 0) : 0;
	return r;
}

int rpm_header_bin(const struct rpm_header *h, uint32_t tag, struct sv *ret, struct err *e)
{
	const struct rpm_entry *x = rpm_header_find(h, tag);

	*ret = SV_NULL;
	if (!x)
		return 0;
	if (x->type != RPM_TYPE_BIN)
		return fail(h, x, "bytes were expected", e);
	*ret = sv_of(h->data.p + x->offset, x->count);
	return 1;
}

/* ---- the file -------------------------------------------------------------------------------------- */

static int read_lead(struct sv bytes, struct rpm_file *f, struct err *e)
{
	if (bytes.n < 4 || memcmp(bytes.p, "\xed\xab\xee\xdb", 4) != 0)
		return err_set(e, E_FORMAT, "not an .rpm file: its first bytes are others");
	if (bytes.n < LEAD_SIZE)
		return err_set(e, E_FORMAT, "cut off: %zu bytes, the lead alone has %u", bytes.n,
			       LEAD_SIZE);
	f->major = (uint8_t)bytes.p[4];
	if (f->major < 3 || f->major > 4)
		return err_set(e, E_FORMAT, "package format %u is not supported", f->major);
	if (bytes.p[78] != 0 || bytes.p[79] != 5)
		return err_set(e, E_FORMAT, "signature of kind %u, not a header",
			       (unsigned)(unsigned char)bytes.p[78] << 8 |
				       (unsigned char)bytes.p[79]);
	f->source = bytes.p[6] == 0 && bytes.p[7] == 1;
	return 0;
}

int rpm_file_open(struct sv bytes, struct arena *a, struct rpm_file *ret, struct err *e)
{
	struct rpm_file f = { .major = 0 };
	size_t at = LEAD_SIZE;
	int r = read_lead(bytes, &f, e);

	if (r == 0)
		r = rpm_header_read(sv_from_pos(bytes, at), "signature header", a, &f.signature, e);
	if (r < 0)
		return r;
	at += f.signature.bytes.n;
	at += (8 - at % 8) % 8;
	if (at > bytes.n)
		return err_set(e, E_FORMAT, "cut off behind the signature header");
	f.after_signature = sv_from_pos(bytes, at);
	r = rpm_header_read(f.after_signature, "header", a, &f.header, e);
	if (r < 0)
		return r;
	f.payload = sv_from_pos(f.after_signature, f.header.bytes.n);
	if (!rpm_header_find(&f.header, RPMTAG_SOURCERPM) &&
	    rpm_header_find(&f.header, RPMTAG_SOURCEPACKAGE))
		f.source = true;
	*ret = f;
	return 0;
}

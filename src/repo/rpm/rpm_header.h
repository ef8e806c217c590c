/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The outer structure of an .rpm file: lead, signature header, main header, payload; and headers as tables
 * of tags. rpm's manual, "Package Format" (v3, v4, v6).
 *
 * Everything is a view of the caller's bytes. The table of a header is checked when it is read: counts,
 * types, alignment, that each value lies within the data and each tag stands once. Texts are walked when they
 * are asked for. All failures are E_FORMAT or E_LIMIT and name the tag.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/sv.h"

#define RPM_HEADER_TAGS_MAX 0xffffu
#define RPM_HEADER_DATA_MAX (256u << 20) /* bytes */

enum rpm_type {
	RPM_TYPE_CHAR = 1,
	RPM_TYPE_INT8,
	RPM_TYPE_INT16,
	RPM_TYPE_INT32,
	RPM_TYPE_INT64,
	RPM_TYPE_STRING,
	RPM_TYPE_BIN,
	RPM_TYPE_STRING_ARRAY,
	RPM_TYPE_I18NSTRING,
};

struct rpm_entry {
	uint32_t tag, type;
	uint32_t offset, count;
};

struct rpm_header {
	const char *what; /* "header", "signature header" */
	struct sv bytes;  /* all of it, magic included */
	struct sv data;
	struct rpm_entry *entries; /* by tag */
	size_t n;
};

/* Numbers as they lie in a header. */
struct rpm_numbers {
	const unsigned char *p;
	uint32_t n;
	uint8_t width; /* bytes: 1, 2, 4, 8 */
};

static inline uint64_t rpm_number(const struct rpm_numbers *v, size_t i)
{
	uint64_t x = 0;

	for (unsigned k = 0; k < v->width; k++)
		x = x << 8 | v->p[i * v->width + k];
	return x;
}

struct rpm_texts {
	struct sv *v;
	uint32_t n;
};

/* Reads the header that `bytes` begin with; what follows it is left alone. */
int rpm_header_read(struct sv bytes, const char *what, struct arena *a, struct rpm_header *ret,
		    struct err *e);
/* NULL when it has no such tag. */
const struct rpm_entry *rpm_header_find(const struct rpm_header *h, uint32_t tag);
/* Each of these: 1 when the tag is there, 0 (and *ret empty) when not, negative when it is of another type
 * or malformed. A text of several languages gives its first, that of the C locale. */
int rpm_header_text(const struct rpm_header *h, uint32_t tag, struct sv *ret, struct err *e);
int rpm_header_texts(const struct rpm_header *h, uint32_t tag, struct arena *a,
		     struct rpm_texts *ret, struct err *e);
int rpm_header_numbers(const struct rpm_header *h, uint32_t tag, struct rpm_numbers *ret,
		       struct err *e);
/* The first of the numbers; 0 when there is none. */
int rpm_header_number(const struct rpm_header *h, uint32_t tag, uint64_t *ret, struct err *e);
int rpm_header_bin(const struct rpm_header *h, uint32_t tag, struct sv *ret, struct err *e);

struct rpm_file {
	uint8_t major; /* of the lead: 3 (v3 and v4 packages) or 4 (v6) */
	bool source;   /* a source package */
	struct rpm_header signature, header;
	struct sv payload;         /* compressed */
	struct sv after_signature; /* header and payload: what MD5 and SIZE are about */
};

/* Borrows bytes; tables come from the arena. E_FORMAT when it is no .rpm file, is cut off, or a header is
 * malformed. */
int rpm_file_open(struct sv bytes, struct arena *a, struct rpm_file *ret, struct err *e);
/*
 * E_VERIFY when the header (payload: or the payload) is not what the file's own digests and sizes say.
 * *ret (may be NULL) tells whether a digest that proves content covers all that was asked for. These digests
 * find damage; where they come from is for signatures to say.
 */
int rpm_file_check(const struct rpm_file *f, bool payload, bool *ret, struct err *e);

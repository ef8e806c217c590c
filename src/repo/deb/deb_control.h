/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Stanzas of "Field: value" text (deb-control(5), Packages, Release) as views into that text: nothing
 * is copied or allocated. Fields this program knows are found by key; others are only checked.
 *
 * A value keeps its line breaks and the blanks that begin each further line; blanks around the whole
 * value are cut. Lines that begin with '#' are comments; inside a folded value they stay in the view,
 * and whoever reads such a value skips them (deb_value_line does).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/sv.h"

#define DEB_FIELD_MAX (4u << 20)   /* bytes of one value */
#define DEB_STANZA_MAX (64u << 20) /* bytes of one stanza: a Release is one */
#define DEB_OTHERS_MAX 256         /* fields without a key in one stanza */

enum deb_key {
	DEB_OTHER, /* no key of ours */
	DEB_PACKAGE,
	DEB_VERSION,
	DEB_ARCHITECTURE,
	DEB_SOURCE,
	DEB_MULTI_ARCH,
	DEB_ESSENTIAL,
	DEB_PROTECTED,
	DEB_IMPORTANT,
	DEB_PRIORITY,
	DEB_SECTION,
	DEB_FILENAME,
	DEB_SIZE,
	DEB_INSTALLED_SIZE,
	DEB_MD5SUM,
	DEB_SHA1,
	DEB_SHA256,
	DEB_SHA512,
	DEB_DEPENDS,
	DEB_PRE_DEPENDS,
	DEB_RECOMMENDS,
	DEB_SUGGESTS,
	DEB_ENHANCES,
	DEB_CONFLICTS,
	DEB_BREAKS,
	DEB_REPLACES,
	DEB_PROVIDES,
	DEB_MAINTAINER,
	DEB_ORIGINAL_MAINTAINER,
	DEB_DESCRIPTION,
	DEB_DESCRIPTION_MD5,
	DEB_HOMEPAGE,
	DEB_TAG,
	DEB_TASK,
	DEB_BUGS,
	DEB_BUILT_USING,
	DEB_STATIC_BUILT_USING,
	DEB_BUILD_IDS,
	DEB_ORIGIN,
	DEB_LABEL,
	DEB_SUITE,
	DEB_CODENAME,
	DEB_DATE,
	DEB_VALID_UNTIL,
	DEB_ACQUIRE_BY_HASH,
	DEB_ARCHITECTURES,
	DEB_COMPONENTS,
	DEB_NO_SUPPORT_FOR_ARCH_ALL,
	DEB_KEY_COUNT,
};

struct deb_field {
	struct sv value;
	uint32_t line, col; /* of the value's first byte, from 1 */
};

struct deb_stanza {
	size_t line;      /* of its first field */
	uint64_t present; /* bit per key; known[key] is undefined without it */
	struct deb_field known[DEB_KEY_COUNT];
	struct sv others[DEB_OTHERS_MAX]; /* names */
	size_t others_n;
};

struct deb_reader {
	const char *p, *end;
	size_t line;  /* of p, from 1 */
	uint8_t last; /* enum deb_key of the field read last; DEB_OTHER before the first */
	uint8_t follows[DEB_KEY_COUNT]; /* the key that came after each; DEB_OTHER: not known */
};

struct deb_reader deb_reader_init(struct sv text);
/* 1 and the next stanza, 0 at the end, E_FORMAT or E_LIMIT with "line N: ..." */
int deb_stanza_next(struct deb_reader *r, struct deb_stanza *ret, struct err *e);

static inline bool deb_has(const struct deb_stanza *s, enum deb_key key)
{
	return s->present >> key & 1;
}
/* The field, or an empty value of line 0. */
static inline struct deb_field deb_field(const struct deb_stanza *s, enum deb_key key)
{
	return deb_has(s, key) ? s->known[key] : (struct deb_field){ .line = 0 };
}
static inline struct sv deb_get(const struct deb_stanza *s, enum deb_key key)
{
	return deb_field(s, key).value;
}
/* A value of one line; absent: empty. E_FORMAT when it is folded or has control characters. */
int deb_get_line(const struct deb_stanza *s, enum deb_key key, struct sv *ret, struct err *e);
/* As deb_get_line, and neither absent nor empty: E_FORMAT. */
int deb_get_needed(const struct deb_stanza *s, enum deb_key key, struct sv *ret, struct err *e);
/* "yes" or "no" in any case; absent: no. E_FORMAT otherwise. */
int deb_get_yes(const struct deb_stanza *s, enum deb_key key, bool *ret, struct err *e);

/* Next line of a folded value without the blanks around it; comments and empty lines are skipped. */
bool deb_value_line(struct sv *rest, struct sv *ret);

const char *deb_key_name(enum deb_key key);
enum deb_key deb_key_find(struct sv name); /* in any case */

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Release files: what a suite is and the size and digest of each of its indexes. Views point into
 * the text. Debian wiki RepositoryFormat, "Release files"; RFC 9580 section 7 (cleartext signatures).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/err.h"
#include "base/strbuf.h"
#include "base/sv.h"
#include "base/vec.h"

#define DEB_RELEASE_MAX (64u << 20) /* bytes of a Release or InRelease */
#define DEB_RELEASE_ENTRIES_MAX 1000000u

/* One listed file. Its path is relative to the folder of the Release. */
struct deb_entry {
	struct sv path;
	uint64_t size;
	struct digest digest; /* SHA256 where listed, else SHA512 */
};

VEC_TYPE(deb_entries, struct deb_entry);

struct deb_release {
	struct sv origin, label, suite, codename, version;
	struct sv architectures, components; /* words */
	int64_t date;                        /* seconds since 1970 */
	int64_t valid_until;                 /* 0: for ever */
	bool by_hash;
	bool all_is_separate;       /* 'all' packages are not in the indexes of the architectures */
	struct deb_entries entries; /* by path */
};

/* E_FORMAT or E_LIMIT with "line N: ...", E_VERIFY when it lists nothing with a strong digest. */
int deb_release_parse(struct sv text, struct deb_release *ret, struct err *e);
void deb_release_done(struct deb_release *r);
/* NULL when it is not listed with a strong digest. */
const struct deb_entry *deb_release_find(const struct deb_release *r, struct sv path);

/*
 * Takes the signed text out of an InRelease: header and armour cut, dash escapes undone, lines ended
 * by '\n' alone and without trailing blanks (which signatures do not cover). What stands before the
 * header or behind the signature is refused. *ret_signature is the armoured signature.
 */
int deb_clearsign_split(struct sv text, struct strbuf *ret_payload, struct sv *ret_signature,
			struct err *e);

/* "Sat, 09 Aug 2025 08:52:03 UTC", also with "GMT", "Z" or "+0100"; RFC 5322 section 3.3. */
int deb_date_parse(struct sv text, int64_t *ret, struct err *e);

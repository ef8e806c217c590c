/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One Packages index, found on disk in whatever form the mirror keeps it, checked, decompressed.
 * Debian wiki RepositoryFormat, "Packages indices" and "by-hash".
 */
#pragma once

#include "base/digest.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/sv.h"
#include "repo/deb/deb_release.h"

#define DEB_INDEX_FILE_MAX (1u << 30)  /* bytes of an index as it lies on disk */
#define DEB_INDEX_PLAIN_MAX (2u << 30) /* bytes of its text, where the Release does not tell */

struct deb_index_place {
	int dirfd;        /* of the mirror */
	struct sv folder; /* of the Release, without a '/' at the end: "dists/trixie", "" */
	const struct deb_release *rel; /* NULL: there is none, nothing can be checked */
};

struct deb_index {
	struct fs_data plain;
	struct digest digest; /* SHA-256 of the text, or the Release's digest of it */
};

/* Is the index listed in any form? */
bool deb_index_listed(const struct deb_release *rel, struct sv base);
/* `base`: "main/binary-amd64/Packages", relative to the folder. E_VERIFY when a listed index is not
 * there or is not what the Release says; E_NOTFOUND when, without a Release, there is none. */
int deb_index_read(const struct deb_index_place *p, struct sv base, struct deb_index *ret,
		   struct err *e);

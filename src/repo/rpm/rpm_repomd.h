/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * repomd.xml: what files a repository's metadata has, and what each must be. Texts live in the arena
 * that parsing is given. Format as createrepo_c and yum write it; there is no other specification.
 */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/sv.h"
#include "base/vec.h"

#define RPM_REPOMD_MAX (16u << 20) /* bytes of repomd.xml */
#define RPM_REPOMD_DATA_MAX 1000u  /* files it lists */
#define RPM_FILE_MAX (1ull << 30)  /* bytes of a metadata file as it lies on disk */
#define RPM_PLAIN_MAX (4ull << 30) /* bytes of its text */

/* What kindling reads; "_db" (SQLite), group, updateinfo and all others are ignored. */
enum rpm_data_kind { RPM_DATA_PRIMARY, RPM_DATA_FILELISTS, RPM_DATA_MODULES, RPM_DATA_KINDS };

const char *rpm_data_name(enum rpm_data_kind kind); /* "primary" */

/* One form of one kind of data. */
struct rpm_data {
	enum rpm_data_kind kind;
	struct sv type;       /* as listed: "primary", "primary_zck" */
	const char *href;     /* relative to the folder that holds repodata/ */
	struct digest digest; /* of the file; always strong */
	uint64_t size;        /* of the file, 0: not told */
	uint64_t open_size;   /* of its text, 0: not told */
};

struct rpm_repomd {
	struct sv revision;
	struct sv distro, cpeid; /* <distro cpeid="...">...</distro>, the first */
	int64_t date; /* the revision when it is a time, else the newest timestamp; 0: unknown */
	VEC(struct rpm_data) data; /* in the order listed */
};

/* E_FORMAT or E_LIMIT with "SHOWN:LINE:COLUMN: ..."; E_VERIFY when data that is needed has only a digest
 * that proves nothing. */
int rpm_repomd_parse(struct sv text, const char *shown, struct arena *arena, struct rpm_repomd *ret,
		     struct err *e);
void rpm_repomd_done(struct rpm_repomd *r);

/* sha256, sha512 and so on as repodata writes them ("sha" is SHA-1); false when unknown. */
bool rpm_digest_kind(struct sv word, enum digest_kind *ret);
/* A path below the mirror: not absolute, no "..", no empty part. E_FORMAT. */
int rpm_check_href(struct sv href, struct err *e);
/* xml:base must not lead away from the mirror: only empty or "." does not. E_FORMAT. */
int rpm_check_base(const char *base, struct err *e);

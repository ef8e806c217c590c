/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A metadata file of a repository: found in the form the mirror has, proved by its digest, then unpacked
 * as it is read. */
#pragma once

#include "base/fs.h"
#include "base/stream.h"
#include "repo/rpm/rpm_repomd.h"

struct rpm_text {
	struct fs_data packed; /* private memory that in reads from */
	struct stream *in;
};

/* Of the forms listed, the one that costs least to unpack among those that lie in the mirror; NULL when
 * nothing of that kind is listed. When none is there, the first one listed. */
const struct rpm_data *rpm_text_choose(int dirfd, const struct rpm_repomd *md,
				       enum rpm_data_kind kind);
/* Reads and checks the whole file before its first byte is unpacked. E_VERIFY when it is missing, or not
 * what is listed. */
int rpm_text_open(int dirfd, const struct rpm_data *d, struct rpm_text *ret, struct err *e);
void rpm_text_done(struct rpm_text *t);

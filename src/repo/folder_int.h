/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A folder of package files without an index, for both families: which files there are, and what
 * SHA256SUMS (coreutils' format) says that they should be.
 */
#pragma once

#include "base/map.h"
#include "repo/repo_int.h"

struct folder_file {
	const char *name;
	struct digest want;  /* DIGEST_NONE: not listed */
	struct digest found; /* set by folder_read, as is size */
	uint64_t size;
};

struct folder {
	const struct repo_load *l;
	struct sv suffix; /* ".deb" */
	struct fs_entries entries;
	struct folder_file *files;
	size_t n;
	struct map by_name; /* to index of files */
	bool listed;        /* there is a SHA256SUMS, and it lists all files */
	bool verified;      /* its signature was checked */
};

/* Borrows l. With `own` the files carry signatures of their own: then a folder without SHA256SUMS is left
 * for the caller to judge, unless no signatures are wanted. */
int folder_open(struct folder *f, const struct repo_load *l, struct sv suffix, bool own,
		struct err *e);
/* A file's bytes, its digest computed and compared. Thread-safe for different files. */
int folder_read(struct folder *f, size_t file, struct fs_data *ret, struct err *e);
void folder_done(struct folder *f);

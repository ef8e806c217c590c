/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the headers of an .rpm say, with types: views of the file's bytes, tables in the caller's arena.
 * Every list is as long as the one it belongs to, or rpm_package_read has failed.
 */
#pragma once

#include "base/strbuf.h"
#include "pkg/universe.h"
#include "repo/rpm/rpm_header.h"

#define RPM_FILES_MAX 1000000u
#define RPM_PATH_MAX 4096u

struct rpm_dep_list {
	struct rpm_texts names, versions;
	struct rpm_numbers flags; /* enum rpm_sense */
};

/* By file; lists that a package does not have are empty. */
struct rpm_file_lists {
	uint32_t n;
	struct rpm_texts base, dirs; /* dirs by dirindex; older packages: base has whole paths */
	struct rpm_numbers dirindex;
	struct rpm_numbers modes, sizes, mtimes, flags, rdevs, devices, inodes;
	struct rpm_texts users, groups, links, digests, caps;
	enum digest_kind digest_kind;
	bool signed_files; /* IMA or fs-verity signatures */
};

struct rpm_package {
	struct sv name, version, release, arch, source_rpm;
	struct sv vendor, distribution;
	uint64_t epoch;          /* 0: none, which is the same */
	uint64_t installed_size; /* bytes */
	int64_t build_time;      /* seconds since 1970 */
	bool source;
	struct rpm_dep_list deps[DEPK_COUNT]; /* not all kinds are used */
	struct rpm_file_lists files;
};

struct rpm_fileinfo {
	uint32_t mode; /* type and permissions */
	uint32_t flags;
	uint64_t size;
	int64_t mtime;
	uint32_t dev_major, dev_minor; /* of a device node */
	struct sv user, group, link, digest, caps;
};

int rpm_package_read(const struct rpm_file *f, struct arena *a, struct rpm_package *ret,
		     struct err *e);
/* "1:2-3"; without the epoch when it is 0. */
void rpm_package_evr(const struct rpm_package *p, struct strbuf *out);
/* i < files.n */
void rpm_package_file(const struct rpm_package *p, uint32_t i, struct rpm_fileinfo *ret);
/* Appends the path as the header has it. */
void rpm_package_path(const struct rpm_package *p, uint32_t i, struct strbuf *out);

/* Where a package lies. */
struct rpm_place {
	uint16_t repo;
	struct sv filename;
	uint64_t size;
	struct digest digest;
};

/* "foo-bar" of "foo-bar-1-2.src.rpm", "foo-bar-0:1-2.noarch"; empty when it is no such name. */
struct sv rpm_name_part(struct sv file);
/* Is it for this universe: a binary package, of its architecture or noarch? */
bool rpm_package_fits(const struct universe *u, const struct rpm_package *p);
/* Adds it, without its files: which of them are worth a provide is known when all packages are there. */
int rpm_package_add(struct universe *u, const struct rpm_package *p, const struct rpm_place *place,
		    struct err *e);

/* What was read of a package file. Owned: the arena. */
struct rpm_opened {
	struct arena arena;
	struct rpm_file file;
	struct rpm_package package;
};

/* Borrows bytes. The header is checked against its digests. */
int rpm_open(struct sv bytes, struct rpm_opened *ret, struct err *e);
void rpm_opened_done(struct rpm_opened *o);

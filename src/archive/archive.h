/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What packages are wrapped in: ar members as views of borrowed bytes, and tar or cpio payloads as a
 * pull iterator over a stream (libarchive, of which this is the sole user). Names are raw bytes,
 * whatever the locale; what is safe to put into a tree is for the tree to judge.
 *
 * Formats: ar(5) with deb(5)'s and System V's names; tar(5) in all its dialects (ustar, GNU, pax,
 * sparse); cpio(5).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/stream.h"
#include "base/sv.h"

/* One member; the views borrow the archive's bytes. */
struct ar_member {
	struct sv name; /* without the padding and System V's '/' */
	struct sv data;
	size_t offset; /* of the header, in the archive */
};

struct ar_reader {
	struct sv bytes;
	size_t at;
};

/* E_FORMAT when bytes do not begin as an ar archive. */
int ar_open(struct sv bytes, struct ar_reader *ret, struct err *e);
/* 1 and a member, 0 at the end, or E_FORMAT naming member and offset. */
int ar_next(struct ar_reader *a, struct ar_member *ret, struct err *e);

enum payload_type {
	PAYLOAD_FILE,
	PAYLOAD_DIR,
	PAYLOAD_SYMLINK,
	PAYLOAD_HARDLINK, /* linkname is the path of an earlier entry; in cpio it may carry the content */
	PAYLOAD_CHAR,
	PAYLOAD_BLOCK,
	PAYLOAD_FIFO,
};

/* Views are valid until the next payload_next. */
struct payload_entry {
	struct sv path;     /* as stored */
	struct sv linkname; /* symlink target, hard link path; else empty */
	enum payload_type type;
	uint32_t mode; /* permission bits, 07777 */
	uint32_t uid, gid;
	struct sv uname, gname; /* may be empty */
	uint64_t size;          /* of the content in bytes */
	int64_t mtime;          /* seconds since 1970 */
	uint32_t dev_major, dev_minor;
	bool xattrs_dropped; /* the entry has extended attributes or ACLs, which are not read */
};

/* Zero takes the default: 1 million entries, 4 GiB a file, 64 GiB together. */
struct payload_limits {
	uint64_t entries, file_size, total_size;
};

struct payload;

/* Takes the stream over, also on failure. limits may be NULL. */
int payload_open_tar(struct stream *take, const struct payload_limits *limits, struct payload **ret,
		     struct err *e);
int payload_open_cpio(struct stream *take, const struct payload_limits *limits,
		      struct payload **ret, struct err *e);
/* A payload that is read elsewhere, because its entries are not in the archive alone. Each function works as
 * the one of its name below; after the end or a failure, next and read are not called again. */
struct payload_ops {
	int (*next)(void *state, struct payload_entry *ret, struct err *e);
	ssize_t (*read)(void *state, void *buf, size_t n, struct err *e);
	void (*free)(void *state);
};
struct payload *payload_from(const struct payload_ops *ops, void *take);
/*
 * 1 and the next entry; 0 at the end, with the whole stream read and so its checksums proved;
 * E_FORMAT for malformed or truncated input (an archive without its end mark is truncated), E_LIMIT.
 * Content that was not read is skipped.
 */
int payload_next(struct payload *p, struct payload_entry *ret, struct err *e);
/* Content of the current entry: the count, 0 at its end, or negative. n > 0. Holes read as zeros. */
ssize_t payload_read_data(struct payload *p, void *buf, size_t n, struct err *e);
/* The whole content of the current entry, malloc'ed with a NUL behind it. */
int payload_read_file(struct payload *p, char **ret, size_t *ret_n, struct err *e);
void payload_free(struct payload *p); /* NULL is fine */
DEFINE_CLEANUP(struct payload *, payload_free)

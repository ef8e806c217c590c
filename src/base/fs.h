/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Files through a directory descriptor; nothing here knows a current directory other than through
 * the `dirfd` it is given (AT_FDCWD is allowed for paths of the command line).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/strbuf.h"
#include "base/sv.h"
#include "base/vec.h"

/* Whole file content in private memory, so that what was verified is what is parsed. */
struct fs_data {
	char *p;
	size_t n;
};

/* Reads the regular file. E_NOTFOUND when absent (also ENOTDIR), E_IO, E_LIMIT above max.
 * The error text names the path as `shown`. ret->p is malloc'ed (never NULL), NUL behind it. */
int fs_read(int dirfd, const char *path, size_t max, struct fs_data *ret, struct err *e);
void fs_data_done(struct fs_data *d);
#define _cleanup_fs_data_ _cleanup_(fs_data_done)
static inline struct sv fs_sv(const struct fs_data *d)
{
	return (struct sv){ d->p, d->n };
}

/* A file mapped for reading. Its bytes change when somebody writes into the file: only for files that are
 * replaced as a whole. Not for the content of mirrors. */
struct fs_map {
	const char *p; /* NULL: none */
	size_t n;
	uint64_t inode;
	struct timespec changed; /* the file's content or inode, at the latest */
};
/* E_NOTFOUND, E_IO, E_LIMIT above max, E_FORMAT when it is empty. */
int fs_map(int dirfd, const char *path, size_t max, struct fs_map *ret, struct err *e);
void fs_map_done(struct fs_map *m);

bool fs_exists(int dirfd, const char *path);
/* Opens a folder for reading (O_DIRECTORY|O_CLOEXEC). */
int fs_open_dir(int dirfd, const char *path, int *ret_fd, struct err *e);
/* mkdir -p with mode 0777 & ~umask. */
int fs_mkdirs(int dirfd, const char *path, struct err *e);

/* One entry of a folder; names sorted bytewise, "." and ".." left out. */
struct fs_entry {
	char *name;
	unsigned char type; /* DT_REG, DT_DIR, DT_LNK, ...; never DT_UNKNOWN */
};
VEC_TYPE(fs_entries, struct fs_entry);
int fs_list(int dirfd, const char *path, struct fs_entries *ret, struct err *e);
void fs_entries_done(struct fs_entries *v);

/*
 * Output that appears whole or not at all: written to `.NAME.kindling-tmp` in the target's folder,
 * synced, renamed over NAME, and the folder synced. A leftover temporary of an earlier run is
 * removed first; one that another process is writing at this moment is E_FAIL. A target that exists
 * and is no regular file is refused. fs_out_done without a publish removes the temporary.
 *
 *	struct fs_out out = FS_OUT_INIT;  (with _cleanup_(fs_out_done))
 *	r = fs_out_open(&out, AT_FDCWD, "initrd.img", 0600, e);
 *	r = fs_out_write(&out, p, n, e);
 *	r = fs_out_publish(&out, e);
 */
struct fs_out {
	int dirfd, fd;
	char *name, *tmp; /* within dirfd */
	char *shown;      /* the path as given, for messages */
};
#define FS_OUT_INIT ((struct fs_out){ .dirfd = -1, .fd = -1 })
int fs_out_open(struct fs_out *o, int dirfd, const char *path, mode_t mode, struct err *e);
int fs_out_write(struct fs_out *o, const void *p, size_t n, struct err *e);
/* Syncs the content so that a later publish can hardly fail; several outputs can be prepared first. */
int fs_out_prepare(struct fs_out *o, struct err *e);
int fs_out_publish(struct fs_out *o, struct err *e);
void fs_out_done(struct fs_out *o);

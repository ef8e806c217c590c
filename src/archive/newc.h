/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Kernel archives: cpio in its "newc" form, as Linux unpacks an initramfs. Our own writer and reader.
 * A buffer may hold several archives one after another, with zeros between them.
 *
 * Format: the kernel's Documentation/driver-api/early-userspace/buffer-format.rst. Numbers are
 * 8 hex digits, so sizes end at 4 GiB; headers and content begin at multiples of 4, counted from
 * the start of the buffer.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/sv.h"

struct newc_entry {
	struct sv path; /* without leading slash; no NUL; 1..4095 bytes */
	uint32_t ino;
	uint32_t mode; /* with the type bits of stat(2) */
	uint32_t uid, gid;
	uint32_t nlink;
	uint32_t mtime;                /* seconds since 1970 */
	uint64_t size;                 /* of the content that follows; above 4 GiB - 1 is E_LIMIT */
	uint32_t dev_major, dev_minor; /* of the file system: tells hard link groups apart */
	uint32_t rdev_major, rdev_minor; /* of a device node */
};

typedef int (*newc_write_fn)(void *arg, const void *p, size_t n, struct err *e);

/* Initialise with the callback and its argument; the rest is zero. */
struct newc_writer {
	newc_write_fn write;
	void *arg;
	uint64_t offset;    /* bytes written so far */
	uint64_t data_left; /* content still owed for the current entry */
};

/* Header and name. The content must follow through newc_write_data, exactly entry->size bytes. */
int newc_write_header(struct newc_writer *w, const struct newc_entry *entry, struct err *e);
int newc_write_data(struct newc_writer *w, const void *p, size_t n, struct err *e);
/* Header, name and content in one. entry->size is taken from data. */
int newc_write_entry(struct newc_writer *w, const struct newc_entry *entry, struct sv data,
		     struct err *e);
/* The end mark. Another archive may follow. */
int newc_write_trailer(struct newc_writer *w, struct err *e);
/* Zeros up to a multiple of align (a power of two). */
int newc_write_padding(struct newc_writer *w, unsigned align, struct err *e);

/* Initialise with the bytes; the rest is zero. */
struct newc_reader {
	struct sv bytes;
	size_t at;         /* where the next header, or what is not newc, begins */
	unsigned trailers; /* end marks seen */
	bool in_archive;   /* entries were read since the last end mark */
};

/*
 * 1 and an entry with a view of its content; 0 at the end of the bytes, or where something begins that
 * is not newc (r->at tells: less than bytes.n; a compressed archive, for instance), which is only
 * taken so at the start or behind an end mark. E_FORMAT with the offset otherwise. The end of the
 * bytes without an end mark is accepted, as in the kernel; r->in_archive tells.
 */
int newc_next(struct newc_reader *r, struct newc_entry *ret, struct sv *ret_data, struct err *e);

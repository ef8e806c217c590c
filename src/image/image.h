/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tree -> bytes of an initramfs. Pure: the bytes depend on the tree, the codec and the source date.
 *
 * Entries are sorted by path component, parents first; inode numbers count from 1 in that order;
 * device numbers of the file system are 0:0; times after the source date become the source date; the content of
 * a hard-linked file goes with the last of its names, as cpio(1) does and the kernel accepts.
 */
#pragma once

#include <stdint.h>

#include "base/digest.h"
#include "base/err.h"
#include "codec/codec.h"
#include "tree/tree.h"

struct image_options {
	struct codec_spec codec;
	unsigned threads;    /* does not show in the bytes */
	int64_t source_date; /* seconds since 1970, 0..2^32-1 */
};

/* What image_write tells of its output. */
struct image_stats {
	uint64_t entries;
	uint64_t unpacked;    /* bytes of the archive before compression */
	uint64_t size;        /* bytes written to the sink */
	struct digest digest; /* SHA-256 of them */
};

/* The whole image through `sink`. Fails with what the sink fails with, or E_LIMIT for a file >= 4 GiB. */
int image_write(struct tree *t, const struct image_options *o, codec_sink_fn sink, void *arg,
		struct image_stats *ret, struct err *e);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One package's payload in memory: verified, decompressed, filtered, before it meets other packages.
 * Entries are in the order of the package; paths are cleaned. Everything is owned by the struct.
 */
#pragma once

#include "base/arena.h"
#include "build/build_int.h"

struct unpacked_entry {
	struct tree_entry tree; /* blob is owned here until merged */
	bool hardlink;          /* tree.target is the path of the file it joins */
};

struct unpacked {
	struct arena arena;
	VEC(struct unpacked_entry) entries;
	struct sv script; /* postinst when it speaks of alternatives, else empty */
	bool xattrs_dropped;
};

/* Fetches, verifies and unpacks plan item `item`. Thread-safe: reads the build, writes *ret only. */
int unpack_item(const struct build *b, size_t item, struct codec_ctx *codec, struct unpacked *ret,
		struct err *e);
void unpacked_done(struct unpacked *u);

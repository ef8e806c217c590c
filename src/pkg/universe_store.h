/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A finished universe in a file, to be mapped by a later run: what lies there is used in place. The file
 * belongs to one machine and one build of this program (byte order, sizes of the structures); it begins
 * with a key that says what the universe was made of and ends with a checksum over all of it.
 *
 * Layout: struct store_head, then its sections in order, each filled up to 64 bytes, then the checksum.
 */
#pragma once

#include "base/digest.h"
#include "base/err.h"
#include "base/fs.h"
#include "pkg/universe.h"

#define UNIVERSE_STORE_MAX ((size_t)16 << 30)

/* Writes u, which must be finished and not itself mapped, to `out`; the caller publishes. Repos are not
 * part of it: they are the key's business. E_LIMIT when it has more than 4 GiB of strings. */
int universe_store_write(const struct universe *u, const struct digest *key, struct fs_out *out,
			 struct err *e);
/* Is all of it as it was written? E_FORMAT. Reads the whole file. */
int universe_store_check(const struct fs_map *map, struct err *e);
/*
 * Takes over the map and makes it the packages of u, which has its repos and nothing else; u is finished
 * afterwards. E_FORMAT when the file is not whole, of another build or has another key: then u and the
 * map are as they were. Only the head is looked at: whoever does not know the file asks for a check first.
 */
int universe_store_use(struct universe *u, const struct digest *key, struct fs_map *map,
		       struct err *e);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads zchunk files: a header with an index, then chunks, each a zstd frame of its own (or plain), the
 * first of them perhaps a dictionary for the others. The digests of the header and of each chunk are checked
 * before the bytes are looked at, though the caller has proved the whole file by its own: a file put together
 * from chunks of two others is told as such. Format: zchunk_format.txt of the zchunk project.
 */
#pragma once

#include "base/err.h"
#include "base/stream.h"
#include "base/sv.h"

#define RPM_ZCK_CHUNK_MAX (256u << 20) /* bytes of one unpacked chunk */

bool rpm_zck_is(struct sv bytes);
/* The unpacked text as a stream; borrows bytes. E_FORMAT, E_LIMIT; E_VERIFY
 * when a digest within is another. */
int rpm_zck_open(struct sv bytes, struct stream **ret, struct err *e);

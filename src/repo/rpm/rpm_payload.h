/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Payloads: cpio archives of two forms. "newc" has names, sizes and modes of its own (rpm 3 to 4); in the
 * "stripped" form, for packages with files above 4 GiB and all of v6, an entry is a file's number in the
 * header and its content. In both the header says what a file is; the archive only brings content.
 *
 * Of hard links the archive has the content with one name, usually the last. Here that name comes first, as
 * a file, the others as links to it, behind it.
 * Ghosts are not in the archive: those that are folders (mount points) are told at the end, others not.
 */
#pragma once

#include "archive/archive.h"
#include "codec/codec.h"
#include "repo/rpm/rpm_package.h"

#define RPM_CONTENT_MAX (64ull << 30) /* bytes of all files together */

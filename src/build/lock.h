/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A lock file, read. lock.c has what is done with it; build_int.h the calls. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/sv.h"
#include "base/vec.h"
#include "pkg/dep.h"

struct lock_package {
	struct sv name, version, arch;
	struct digest digest;
	bool kernel, removed; /* role; else "image" */
	pkg_id pkg;           /* in the universe, once looked for; 0: not there */
};

struct lock {
	struct arena arena;
	struct sv arch;                   /* Debian's word */
	int64_t verify_time, source_date; /* seconds since 1970 */
	VEC(struct lock_package) packages;
};

/* E_FORMAT with the place */
int lock_parse(struct sv text, struct lock **ret, struct err *e);
/* E_NOTFOUND, E_IO; E_USAGE with the place when it is no lock file of this release. */
int lock_read(const char *path, struct lock **ret, struct err *e);
void lock_free(struct lock *l);
DEFINE_CLEANUP(struct lock *, lock_free)

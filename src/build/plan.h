/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The plan: what will be in the image, as data, in install order. Views borrow the universe or the
 * plan's arena. Its text form is a golden format and what `kindling plan` prints.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/strbuf.h"
#include "base/sv.h"
#include "base/vec.h"
#include "pkg/universe.h"

struct plan_item {
	pkg_id pkg;
	pkg_id because; /* a package that requires or recommends it, 0: asked for */
	dep_id dep;     /* with these words; of a request: 0 for kernels */
	struct sv name, version, arch;
	struct sv filename; /* in its mirror */
	struct sv origin;   /* label of its mirror: "Debian/trixie/main" */
	struct sv reason;   /* "required by systemd", "asked by base/mkosi.conf:12:1" */
	struct digest digest;
	uint64_t size; /* of the package file, bytes */
	bool kernel;   /* only its modules and firmware are used */
	bool removed;  /* RemovePackages=: solved for, but none of its files go into the image */
};

struct plan {
	struct arena arena;
	VEC(struct plan_item) items;
};

void plan_done(struct plan *p);
/* "image", "kernel" or "removed" */
const char *plan_role(const struct plan_item *it);
/* One line per package: NAME VERSION ARCH SIZE DIGEST ORIGIN ROLE REASON...; lines with '#' are comments.
 * DIGEST is "sha256:HEX" or "-"; ROLE is "image", "kernel" or "removed". */
void plan_text(const struct plan *p, struct strbuf *out);
/* {"packages": [{"package", "version", "architecture", "size", "sha256", "filename", "origin", "role", "reason"}]} */
int plan_json(const struct plan *p, struct strbuf *out, struct err *e);

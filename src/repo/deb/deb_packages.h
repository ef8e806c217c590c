/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Stanzas of packages (a Packages index, or the control file of one .deb) into a universe. The
 * universe copies what it keeps: the text may go afterwards. deb-control(5), Debian's RepositoryFormat.
 */
#pragma once

#include "base/err.h"
#include "pkg/arch.h"
#include "pkg/universe.h"
#include "repo/deb/deb_control.h"
#include "repo/deb/deb_depends.h"

/* What a folder of files knows about a package file that its control file does not say. */
struct deb_file {
	struct sv filename;
	uint64_t size;
	struct digest digest;
};

struct deb_packages_ctx {
	struct deb_depends_ctx depends;
	uint16_t repo;
	struct dep_ids scratch;
	uint32_t added, foreign; /* packages taken; packages of other architectures left out */
};

struct deb_packages_ctx deb_packages_init(struct universe *u, const struct arch *arch,
					  uint16_t repo);
void deb_packages_done(struct deb_packages_ctx *c);

/* A whole index. E_FORMAT or E_LIMIT with "line N: package 'x': ...". */
int deb_packages_read(struct deb_packages_ctx *c, struct sv text, struct err *e);
/* The first stanza of text, which stands on that line of its index. */
int deb_packages_read_stanza(struct deb_packages_ctx *c, struct sv text, size_t line,
			     struct err *e);
/* A control file; `file` says what an index would. */
int deb_packages_read_control(struct deb_packages_ctx *c, struct sv text,
			      const struct deb_file *file, struct err *e);

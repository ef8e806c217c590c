/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * primary.xml: the packages of a repository, added to a universe one by one as they are read. Packages of
 * the wanted architecture and noarch enter; source packages and other architectures (the 32 bit twins
 * of a multilib repository among them) do not. Memory is that of one package, and of the names of files
 * that primary lists for those that entered.
 */
#pragma once

#include <stdint.h>

#include "pkg/arch.h"
#include "pkg/universe.h"
#include "repo/rpm/rpm_xml.h"

#define RPM_PACKAGE_ENTRIES_MAX 1000000u /* dependencies and provides of one package */
#define RPM_PACKAGE_TEXT_MAX (64u << 20) /* bytes of text of one package */
#define RPM_FILES_TEXT_MAX (2ull << 30)  /* bytes of file names of one primary.xml */

/* Names of files of packages, until it is known which of them somebody requires. */
struct rpm_files {
	VEC(struct rpm_files_of {
		pkg_id pkg;
		uint32_t n;   /* files */
		uint64_t end; /* in text */
	})
	pkgs;
	VEC(char) text; /* one after the other, each with a NUL */
};
void rpm_files_done(struct rpm_files *f);

struct rpm_primary_ctx {
	struct universe *u;
	const struct arch *arch;
	uint16_t repo;
	struct rpm_files *files; /* owned by the caller */
	uint32_t added, foreign; /* packages that entered, and that did not */
};

/* E_FORMAT, E_LIMIT or E_VERIFY with "FILE:LINE:COLUMN: package 'x': ...". */
int rpm_primary_read(struct rpm_primary_ctx *c, const struct rpm_xml_input *input, struct err *e);

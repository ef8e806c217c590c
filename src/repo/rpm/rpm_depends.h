/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One entry of a package's dependency list, as an index or a header has it: a capability, a path, or a rich
 * dependency "(a >= 1 and (b or c))". rpm's manual, "Boolean Dependencies" and "Dependencies".
 *
 * Entries land in the universe; equal ones (but for provides) give the same dep_id and are parsed once.
 * "(a if b else c)" becomes "((a if b) and (c or b))", "(a unless b else c)" "((a unless b) or (c and b))".
 */
#pragma once

#include "base/err.h"
#include "pkg/universe.h"

#define RPM_DEP_TEXT_MAX (64u << 10) /* bytes of a name, of an EVR, of a rich dependency */
#define RPM_RICH_DEPTH_MAX 24u       /* parentheses in parentheses */
#define RPM_RICH_ATOMS_MAX 4096u     /* of one rich dependency, written out */

/*
 * rel: enum dep_rel bits; with an empty evr there is no relation, as with rpm. *ret is 0 when there is
 * nothing to solve: an rpmlib() feature that we have. One that we do not have is a dependency that nothing
 * provides, and so the reason why its package cannot be installed.
 * E_FORMAT or E_LIMIT, in a rich dependency with its column.
 */
int rpm_depends_entry(struct universe *u, enum dep_kind kind, struct sv name, uint8_t rel,
		      struct sv evr, dep_id *ret, struct err *e);
/* A word that rpm_depends_entry is called soon with this, so that waits for memory overlap. */
void rpm_depends_ahead(const struct universe *u, enum dep_kind kind, struct sv name, uint8_t rel,
		       struct sv evr);

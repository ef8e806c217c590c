/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Relationship fields: "a (>= 1) | b:any [amd64] <!nocheck>, c". deb-control(5), Debian Policy 7.1.
 *
 * Clauses land in the universe; equal text gives the same dep_id, and is parsed once. An alternative
 * that its architecture list or build profiles (none is active) rule out is left out, and so is a
 * clause that loses all of them.
 */
#pragma once

#include "base/err.h"
#include "base/vec.h"
#include "pkg/arch.h"
#include "pkg/universe.h"
#include "repo/deb/deb_control.h"

#define DEB_CLAUSES_MAX (1u << 20) /* of one field */
#define DEB_ALTERNATIVES_MAX 4096u /* of one clause */

VEC_TYPE(dep_ids, dep_id);

struct deb_depends_ctx {
	struct universe *u;
	const struct arch *arch; /* that [lists] are matched with */
};

/* Appends the clauses of the field to *out. For kinds other than dependencies (Conflicts, Breaks,
 * Replaces, Provides) alternatives are refused, for Provides relations other than '='.
 * E_FORMAT or E_LIMIT with "line L:C: ...". */
int deb_depends_parse(const struct deb_depends_ctx *c, const struct deb_field *f,
		      enum dep_kind kind, struct dep_ids *out, struct err *e);

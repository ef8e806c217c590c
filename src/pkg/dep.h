/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Dependency expressions, the same for every family: a small node table, ids from 1, 0 is "none".
 * A package's Depends is a list of dep ids that must all hold; alternatives are DEP_OR nodes.
 * Rich dependencies of rpm use the other operators.
 */
#pragma once

#include <stdint.h>

#include "base/sv.h"
#include "pkg/version.h"

typedef uint32_t dep_id;
typedef uint32_t str_id; /* interned string of the universe; 0 is "none" */
typedef uint32_t pkg_id; /* package of the universe, from 1; 0 is "none" */

enum dep_op { DEP_ATOM, DEP_OR, DEP_AND, DEP_IF, DEP_UNLESS, DEP_WITH, DEP_WITHOUT };

/* Bits: "<=" is REL_LT | REL_EQ. REL_ANY matches every version, also an unversioned provide. */
enum dep_rel { REL_ANY = 0, REL_LT = 1, REL_EQ = 2, REL_GT = 4 };

struct dep {
	uint8_t op;  /* enum dep_op */
	uint8_t rel; /* atom: enum dep_rel bits */
	uint16_t unused;
	str_id name;    /* atom */
	str_id version; /* atom: 0 with REL_ANY */
	str_id arch;    /* atom: architecture qualifier ("any", "native", "amd64"), or 0 */
	dep_id a, b;    /* operators: left and right; DEP_OR chains lean right: a | (b | c) */
};

enum dep_kind {
	DEPK_REQUIRES,     /* Depends and Pre-Depends */
	DEPK_PRE_REQUIRES, /* Pre-Depends alone again, for order */
	DEPK_RECOMMENDS,
	DEPK_SUGGESTS,
	DEPK_CONFLICTS,
	DEPK_BREAKS, /* deb; rpm has none */
	DEPK_REPLACES,
	DEPK_OBSOLETES,
	DEPK_SUPPLEMENTS,
	DEPK_ENHANCES,
	DEPK_PROVIDES, /* atoms with REL_ANY or REL_EQ (rpm: ranges too) */
	DEPK_COUNT,
};

/* "<<", ">=", ... as the family writes it; "" for REL_ANY. */
const char *dep_rel_text(enum pkg_family family, uint8_t rel);

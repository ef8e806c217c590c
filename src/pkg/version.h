/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Package version order of both families.
 *
 * deb: [epoch:]upstream[-revision], '~' sorts before the end. deb-version(7).
 * rpm: [epoch:]version[-release], '~' and '^' as in rpm-version(7).
 */
#pragma once

#include "base/err.h"
#include "base/sv.h"

enum pkg_family { FAMILY_DEB, FAMILY_RPM };

#define VERSION_MAX 1024 /* characters the check functions accept */

/* <0, 0, >0. Never fails: malformed versions still have a total order. */
int version_compare(enum pkg_family family, struct sv a, struct sv b);
int version_compare_deb(struct sv a, struct sv b);
int version_compare_rpm(struct sv a, struct sv b);
/* As dependencies compare: a side without a release matches every release. Not an order. */
int version_compare_rpm_dep(struct sv a, struct sv b);
bool version_rpm_has_release(struct sv version);

struct version_evr {
	struct sv epoch, version, release; /* missing: empty */
};
void version_cut_rpm(struct sv v, struct version_evr *ret);

/* Checks the grammar; E_FORMAT says what is wrong, E_LIMIT above VERSION_MAX. */
int version_check(enum pkg_family family, struct sv version, struct err *e);
int version_check_deb(struct sv version, struct err *e);
int version_check_rpm(struct sv version, struct err *e);

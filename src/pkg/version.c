/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkg/version.h"

int version_compare(enum pkg_family family, struct sv a, struct sv b)
{
	return family == FAMILY_RPM ? version_compare_rpm(a, b) : version_compare_deb(a, b);
}

int version_check(enum pkg_family family, struct sv version, struct err *e)
{
	return family == FAMILY_RPM ? version_check_rpm(version, e) : version_check_deb(version, e);
}

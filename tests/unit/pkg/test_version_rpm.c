/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkg/version.h"

#include "tests/unit/test.h"

static int sign(int c)
{
	return (c > 0) - (c < 0);
}

TEST(order)
{
	static const struct {
		const char *a, *b;
		int want;
	} rows[] = {
		{ "1.0", "1.0", 0 },
		{ "1.0", "1.1", -1 },
		{ "1.10", "1.9", 1 },
		{ "1.0-1", "1.0-2", -1 },
		{ "1.0", "1.0-1", -1 },
		{ "0:1.0-1", "1.0-1", 0 },
		{ "1:1.0-1", "2.0-1", 1 },
		{ "1.0-1.fc42", "1.0-1.fc41", 1 },
		{ "1.0~rc1-1", "1.0-1", -1 },
		{ "1.0^git1-1", "1.0-1", 1 },
		{ "1.0^git1", "1.0.1", -1 },
		{ "1.0^~", "1.0^", -1 },
		{ "1.0~^", "1.0~", 1 },
		{ "1a", "1.1", -1 },
		{ "1.a", "1.1", -1 },
		{ "1.001", "1.1", 0 },
		{ "1..2", "1.2", 0 },
		{ "1.", "1", 0 },
		{ "abc", "abd", -1 },
		{ "4.18.0-553", "4.18.0-1127", -1 },
		{ "^", "", 1 },
		{ "~", "", -1 },
		{ "~", "^", -1 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sv a = sv_from(rows[i].a), b = sv_from(rows[i].b);

		ASSERT_MSG(sign(version_compare_rpm(a, b)) == rows[i].want, "%s <> %s", rows[i].a,
			   rows[i].b);
		ASSERT_MSG(sign(version_compare_rpm(b, a)) == -rows[i].want, "%s <> %s", rows[i].b,
			   rows[i].a);
		ASSERT_EQ(sign(version_compare(FAMILY_RPM, a, b)), rows[i].want);
	}
}

TEST(dependencies_ignore_a_missing_release)
{
	ASSERT_EQ(version_compare_rpm_dep(SV("1.0"), SV("1.0-5")), 0);
	ASSERT_EQ(version_compare_rpm_dep(SV("1.0-5"), SV("1.0")), 0);
	ASSERT_TRUE(version_compare_rpm_dep(SV("1.0-5"), SV("1.0-6")) < 0);
	ASSERT_TRUE(version_compare_rpm_dep(SV("1:1.0"), SV("1.0-5")) > 0);
}

TEST(cut)
{
	struct version_evr v;

	version_cut_rpm(SV("2:1.4-3.fc42"), &v);
	ASSERT_EQ_MEM(v.epoch.p, v.epoch.n, "2", 1);
	ASSERT_EQ_MEM(v.version.p, v.version.n, "1.4", 3);
	ASSERT_EQ_MEM(v.release.p, v.release.n, "3.fc42", 6);
	version_cut_rpm(SV("1"), &v);
	ASSERT_EQ(v.epoch.n, 0);
	ASSERT_EQ(v.release.n, 0);
}

TEST(check)
{
	static const struct {
		const char *version;
		bool good;
	} rows[] = {
		{ "1", true },      { "0:1-1", true }, { "1~a^b-1.fc42", true }, { "", false },
		{ "x:1", false },   { ":1", false },   { "1:", false },          { "-1", false },
		{ "1-2-3", false }, { "1 2", false },  { "1\n", false },         { "1:-1", false },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err e = ERR_INIT;

		ASSERT_MSG((version_check_rpm(sv_from(rows[i].version), &e) == 0) == rows[i].good,
			   "'%s': %s", rows[i].version, e.text);
		ASSERT_EQ(version_check(FAMILY_RPM, sv_from(rows[i].version), &e) == 0,
			  rows[i].good);
	}
}

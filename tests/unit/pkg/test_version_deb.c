/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkg/version.h"

#include "tests/unit/test.h"

static int sign(int c)
{
	return (c > 0) - (c < 0);
}

static const struct {
	const char *a, *b;
	int want;
} rows[] = {
	{ "1.0", "1.0", 0 },
	{ "1.0-1", "1.0-2", -1 },
	{ "1.0-10", "1.0-9", 1 },
	{ "1.0", "1.0-0", 0 },
	{ "1.0", "1.0-1", -1 },
	{ "0:1.0", "1.0", 0 },
	{ "00:1.0", "1.0", 0 },
	{ "1:0.1", "99", 1 },
	{ "10:1", "9:1", 1 },
	{ "1.0~rc1", "1.0", -1 },
	{ "1.0~rc1", "1.0~rc2", -1 },
	{ "1.0~~", "1.0~", -1 },
	{ "1.0~", "1.0~~a", 1 },
	{ "1.0-1~deb12u1", "1.0-1", -1 },
	{ "1.0-1+deb12u1", "1.0-1", 1 },
	{ "1.0-1+b1", "1.0-1+deb12u1", -1 },
	{ "1.0a", "1.0", 1 },
	{ "1.0a", "1.0+", -1 },
	{ "1.0z", "1.0.", -1 },
	{ "1.0.1", "1.0+1", 1 },
	{ "1.0A", "1.0a", -1 },
	{ "1.001", "1.1", 0 },
	{ "1.010", "1.9", 1 },
	{ "20250101", "9.9", 1 },
	{ "99999999999999999999999", "100000000000000000000000", -1 },
	{ "1.2-3-4", "1.2-3-5", -1 },
	{ "1.2-3-4", "1.2-4-1", -1 },
	{ "1.2.3", "1.2", 1 },
	{ "a", "1", 1 },
	{ "", "0", 0 },
	{ "", "~", 1 },
	{ "x:1", "1", 1 },
	{ "257.13-1~deb13u1", "257.9-1", 1 },
	{ "6.12.107-1", "6.12.48-1", 1 },
};

TEST(order)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sv a = sv_from(rows[i].a), b = sv_from(rows[i].b);

		ASSERT_MSG(sign(version_compare_deb(a, b)) == rows[i].want, "%s <> %s", rows[i].a,
			   rows[i].b);
		ASSERT_MSG(sign(version_compare_deb(b, a)) == -rows[i].want, "%s <> %s", rows[i].b,
			   rows[i].a);
		ASSERT_EQ(version_compare_deb(a, a), 0);
		ASSERT_EQ(sign(version_compare(FAMILY_DEB, a, b)), rows[i].want);
	}
}

/* Every string has a place, so whatever an index says, sorting stays sound. */
TEST(order_is_transitive)
{
	static const char *const v[] = { "",    "~",   "~~",  "-",   "1:",  ":1",  "1",   "01",
					 "1~",  "1-",  "1-0", "1-~", "a:1", "1a",  "1+",  "1.",
					 "1.0", "1-1", "--",  "1:1", "1.a", "1.~", "9:0", "1~-1" };
	const size_t n = sizeof(v) / sizeof(v[0]);

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			for (size_t k = 0; k < n; k++) {
				struct sv a = sv_from(v[i]), b = sv_from(v[j]), c = sv_from(v[k]);

				if (version_compare_deb(a, b) <= 0 &&
				    version_compare_deb(b, c) <= 0)
					ASSERT_MSG(version_compare_deb(a, c) <= 0, "'%s' '%s' '%s'",
						   v[i], v[j], v[k]);
			}
}

TEST(check)
{
	static const struct {
		const char *version;
		const char *error; /* NULL: good */
	} checks[] = {
		{ "1", NULL },
		{ "1:2.3-4", NULL },
		{ "0~0", NULL },
		{ "1:1:1-1", NULL },
		{ "2147483647:1", NULL },
		{ "git20250101", NULL },
		{ "1_2", NULL },
		{ "", "empty" },
		{ "1:", "nothing after the epoch" },
		{ "-1", "nothing before the revision" },
		{ "1-", "revision is empty" },
		{ "a:1", "epoch is not a number" },
		{ ":1", "epoch" },
		{ "2147483648:1", "epoch" },
		{ "1 2", "character 2" },
		{ "1.0(", "character 4" },
		{ "1.0\n", "character 4" },
		{ "1.0\xc3\xa4", "character 4" },
	};
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		struct err e = ERR_INIT;
		int r = version_check_deb(sv_from(checks[i].version), &e);

		if (!checks[i].error) {
			ASSERT_MSG(r == 0, "'%s': %s", checks[i].version, e.text);
			continue;
		}
		ASSERT_MSG(r == E_FORMAT, "'%s' passed", checks[i].version);
		ASSERT_HAS_STR(e.text, checks[i].error);
	}
}

TEST(check_limits_length)
{
	char text[VERSION_MAX + 1];
	struct err e = ERR_INIT;

	memset(text, '1', sizeof(text));
	ASSERT_EQ(version_check_deb(sv_of(text, VERSION_MAX), &e), 0);
	ASSERT_EQ(version_check_deb(sv_of(text, VERSION_MAX + 1), &e), E_LIMIT);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/num.h"

#include "base/macros.h"
#include "tests/unit/test.h"

TEST(unsigned_numbers)
{
	static const struct {
		const char *text;
		unsigned base;
		uint64_t max;
		bool ok;
		uint64_t value;
	} rows[] = {
		{ "0", 10, 0, true, 0 },
		{ "1", 10, 0, false, 0 },
		{ "255", 10, 255, true, 255 },
		{ "256", 10, 255, false, 0 },
		{ "18446744073709551615", 10, UINT64_MAX, true, UINT64_MAX },
		{ "18446744073709551616", 10, UINT64_MAX, false, 0 },
		{ "99999999999999999999999", 10, UINT64_MAX, false, 0 },
		{ "000000000000000000000000007", 10, 7, true, 7 },
		{ "0000644", 8, 07777, true, 0644 },
		{ "8", 8, 100, false, 0 },
		{ "ffffFFFF", 16, UINT32_MAX, true, UINT32_MAX },
		{ "100000000", 16, UINT32_MAX, false, 0 },
		{ "zz", 36, 2000, true, 1295 },
		{ "2", 2, 9, false, 0 },
		{ "", 10, 9, false, 0 },
		{ " 1", 10, 9, false, 0 },
		{ "1 ", 10, 9, false, 0 },
		{ "+1", 10, 9, false, 0 },
		{ "-1", 10, 9, false, 0 },
		{ "0x1", 16, 9, false, 0 },
		{ "12x4", 10, UINT64_MAX, false, 0 },
		{ "\xb2", 10, UINT64_MAX, false, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct err e = ERR_INIT;
		uint64_t v = 4711;
		int r = num_parse_u64(sv_from(rows[i].text), rows[i].base, rows[i].max, &v, &e);

		ASSERT_MSG(r == (rows[i].ok ? 0 : E_FORMAT), "row %zu: %d", i, r);
		ASSERT_MSG(v == (rows[i].ok ? rows[i].value : 4711), "row %zu: value", i);
		ASSERT_MSG(rows[i].ok == (e.text[0] == '\0'), "row %zu: words", i);
	}
}

TEST(signed_numbers)
{
	static const struct {
		const char *text;
		int64_t min, max;
		bool ok;
		int64_t value;
	} rows[] = {
		{ "0", 0, 0, true, 0 },
		{ "-0", 0, 0, true, 0 },
		{ "-5", -5, 5, true, -5 },
		{ "-6", -5, 5, false, 0 },
		{ "6", -5, 5, false, 0 },
		{ "9223372036854775807", INT64_MIN, INT64_MAX, true, INT64_MAX },
		{ "9223372036854775808", INT64_MIN, INT64_MAX, false, 0 },
		{ "-9223372036854775808", INT64_MIN, INT64_MAX, true, INT64_MIN },
		{ "-9223372036854775809", INT64_MIN, INT64_MAX, false, 0 },
		{ "-", INT64_MIN, INT64_MAX, false, 0 },
		{ "", INT64_MIN, INT64_MAX, false, 0 },
		{ "--1", INT64_MIN, INT64_MAX, false, 0 },
		{ "+1", INT64_MIN, INT64_MAX, false, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct err e = ERR_INIT;
		int64_t v = 4711;
		int r = num_parse_i64(sv_from(rows[i].text), rows[i].min, rows[i].max, &v, &e);

		ASSERT_MSG(r == (rows[i].ok ? 0 : E_FORMAT), "row %zu: %d", i, r);
		ASSERT_MSG(v == (rows[i].ok ? rows[i].value : 4711), "row %zu: value", i);
	}
}

TEST(not_past_the_view)
{
	struct err e = ERR_INIT;
	uint64_t v = 0;

	ASSERT_EQ_INT(num_parse_u64(sv_head(SV("1234"), 2), 10, 99, &v, &e), 0);
	ASSERT_EQ_INT(v, 12);
}

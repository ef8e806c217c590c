/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/num.h"

static unsigned digit_value(char c)
{
	c = ascii_tolower(c);
	if (ascii_isdigit(c))
		return (unsigned)(c - '0');
	if (ascii_isalpha(c))
		return (unsigned)(c - 'a') + 10;
	return 255;
}

int num_parse_u64(struct sv text, unsigned base, uint64_t max, uint64_t *ret, struct err *e)
{
	uint64_t v = 0;

	ASSERT(base >= 2 && base <= 36);
	if (text.n == 0)
		return err_set(e, E_FORMAT, "number is empty");
	for (size_t i = 0; i < text.n; i++) {
		unsigned d = digit_value(text.p[i]);

		if (d >= base)
			return err_set(e, E_FORMAT, "not a number '" SV_FMT "'", SV_ARG(text));
		/* Tested before, not after: there is no wrap to detect. */
		if (d > max || v > (max - d) / base)
			return err_set(e, E_FORMAT, "number '" SV_FMT "' is too large",
				       SV_ARG(text));
		v = v * base + d;
	}
	*ret = v;
	return 0;
}

int num_parse_i64(struct sv text, int64_t min, int64_t max, int64_t *ret, struct err *e)
{
	struct sv digits = text;
	bool negative = sv_skip(&digits, SV("-"));
	uint64_t magnitude, limit = negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
	int64_t v;
	int r;

	if (digits.n == 0)
		return err_set(e, E_FORMAT, "not a number '" SV_FMT "'", SV_ARG(text));
	r = num_parse_u64(digits, 10, limit, &magnitude, e);
	if (r < 0)
		return r;
	v = negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
	if (v < min || v > max)
		return err_set(e, E_FORMAT, "number '" SV_FMT "' is out of range", SV_ARG(text));
	*ret = v;
	return 0;
}

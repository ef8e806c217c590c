/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Dates of Release files. strptime(3) would ask the locale and the zone; this asks nobody. */
#include "base/num.h"
#include "repo/deb/deb_release.h"

static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
				      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };

/* Days since 1970-01-01 in the Gregorian calendar; month from 1. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
	int64_t y = month <= 2 ? year - 1 : year; /* years begin in March: leap days come last */
	int64_t m = month <= 2 ? month + 9 : month - 3;

	return y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 1 - 719468;
}

static int64_t month_length(int64_t year, int64_t month)
{
	return days_of(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1) -
	       days_of(year, month, 1);
}

static int take_number(struct sv text, int64_t min, int64_t max, int64_t *ret, struct err *e)
{
	if (num_parse_i64(text, min, max, ret, e) < 0 || text.p[0] == '-')
		return err_set(e, E_FORMAT, "bad number '" SV_FMT "'", SV_ARG(text));
	return 0;
}

static int take_name(struct sv word, const char *const *names, size_t n, int64_t *ret,
		     struct err *e)
{
	for (size_t i = 0; i < n; i++)
		if (sv_eq_nocase(word, sv_from(names[i]))) {
			*ret = (int64_t)i;
			return 0;
		}
	return err_set(e, E_FORMAT, "unknown name '" SV_FMT "'", SV_ARG(word));
}

static int take_time(struct sv word, int64_t *ret, struct err *e)
{
	struct sv h = SV_NULL, m = SV_NULL, s = SV_NULL;
	int64_t hour, min, sec;

	(void)sv_split(&word, ':', &h);
	(void)sv_split(&word, ':', &m);
	(void)sv_split(&word, ':', &s);
	if (word.p || h.n == 0 || h.n > 2 || m.n != 2 || s.n != 2)
		return err_set(e, E_FORMAT, "time is not HH:MM:SS");
	if (take_number(h, 0, 23, &hour, e) < 0 || take_number(m, 0, 59, &min, e) < 0 ||
	    take_number(s, 0, 60, &sec, e) < 0)
		return e->code;
	*ret = hour * 3600 + min * 60 + sec;
	return 0;
}

/* Seconds east of UTC. */
static int take_zone(struct sv word, int64_t *ret, struct err *e)
{
	int64_t hhmm;

	*ret = 0;
	if (sv_eq(word, SV("UTC")) || sv_eq(word, SV("GMT")) || sv_eq(word, SV("Z")) ||
	    sv_eq(word, SV("UT")))
		return 0;
	if (word.n != 5 || (word.p[0] != '+' && word.p[0] != '-'))
		return err_set(e, E_FORMAT, "unknown time zone '" SV_FMT "'", SV_ARG(word));
	if (take_number(sv_from_pos(word, 1), 0, 2359, &hhmm, e) < 0)
		return e->code;
	*ret = (hhmm / 100 * 60 + hhmm % 100) * 60 * (word.p[0] == '-' ? -1 : 1);
	return 0;
}

static int parse(struct sv text, int64_t *ret, struct err *e)
{
	struct sv w[6] = { 0 }, extra;
	int64_t day = 0, month = 0, year = 0, time = 0, zone = 0, weekday;
	size_t n = 0;

	while (n < ARRAY_SIZE(w) && sv_word(&text, &w[n]))
		n++;
	if (n != ARRAY_SIZE(w) || sv_word(&text, &extra) || !sv_cut_end(&w[0], SV(",")))
		return err_set(e, E_FORMAT, "not of the form 'Sat, 09 Aug 2025 08:52:03 UTC'");

	if (take_name(w[0], days, ARRAY_SIZE(days), &weekday, e) < 0 ||
	    take_number(w[1], 1, 31, &day, e) < 0 ||
	    take_name(w[2], months, ARRAY_SIZE(months), &month, e) < 0 ||
	    take_number(w[3], 1970, 9999, &year, e) < 0 || take_time(w[4], &time, e) < 0 ||
	    take_zone(w[5], &zone, e) < 0)
		return e->code;
	if (day > month_length(year, month + 1))
		return err_set(e, E_FORMAT, "month has no day %d", (int)day);
	*ret = days_of(year, month + 1, day) * 86400 + time - zone;
	return 0;
}

int deb_date_parse(struct sv text, int64_t *ret, struct err *e)
{
	if (parse(text, ret, e) < 0)
		return err_wrap(e, "bad date '" SV_FMT "'", SV_ARG(text));
	return 0;
}

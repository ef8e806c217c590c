/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* deb-version(7). A version is cut into epoch, upstream and revision, which are compared in turn. */
#include <stdint.h>

#include "base/num.h"
#include "pkg/version.h"

struct deb_version {
	struct sv epoch; /* digits, empty: 0 */
	struct sv upstream;
	struct sv revision;
	bool has_epoch, has_revision;
};

static bool all_digits(struct sv s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_isdigit(s.p[i]))
			return false;
	return true;
}

/* Never fails: a colon that does not follow digits belongs to the upstream part, so that malformed
 * versions have a place in the order too. */
static struct deb_version cut(struct sv v)
{
	struct deb_version d = { .upstream = v };
	ptrdiff_t i = sv_chr(v, ':');

	if (i >= 0 && all_digits(sv_head(v, (size_t)i))) {
		d.has_epoch = true;
		d.epoch = sv_head(v, (size_t)i);
		d.upstream = sv_from_pos(v, (size_t)i + 1);
	}

	i = sv_rchr(d.upstream, '-');
	if (i >= 0) {
		d.has_revision = true;
		d.revision = sv_from_pos(d.upstream, (size_t)i + 1);
		d.upstream = sv_head(d.upstream, (size_t)i);
	}
	return d;
}

/* Numbers of any length: without leading zeros the longer one is larger. */
static int compare_digits(struct sv a, struct sv b)
{
	while (a.n && a.p[0] == '0')
		a = sv_from_pos(a, 1);
	while (b.n && b.p[0] == '0')
		b = sv_from_pos(b, 1);
	if (a.n != b.n)
		return a.n < b.n ? -1 : 1;
	return a.n ? memcmp(a.p, b.p, a.n) : 0;
}

/* Weight of one character of a non-digit run; the end of the run (also a digit) weighs 0, '~' less
 * than that, letters less than everything else. */
static int weight(struct sv s, size_t i)
{
	if (i >= s.n || ascii_isdigit(s.p[i]))
		return 0;
	if (s.p[i] == '~')
		return -1;
	if (ascii_isalpha(s.p[i]))
		return (unsigned char)s.p[i];
	return (unsigned char)s.p[i] + 256;
}

/* Cuts the digits from position i on; moves i past them. */
static struct sv take_digits(struct sv s, size_t *i)
{
	size_t n = 0;

	while (*i + n < s.n && ascii_isdigit(s.p[*i + n]))
		n++;

	struct sv digits = sv_head(sv_from_pos(s, *i), n);

	*i += n;
	return digits;
}

static int compare_part(struct sv a, struct sv b)
{
	size_t i = 0, j = 0;

	while (i < a.n || j < b.n) {
		while ((i < a.n && !ascii_isdigit(a.p[i])) || (j < b.n && !ascii_isdigit(b.p[j]))) {
			int wa = weight(a, i), wb = weight(b, j);

			if (wa != wb)
				return wa < wb ? -1 : 1;
			i++;
			j++;
		}

		struct sv da = take_digits(a, &i), db = take_digits(b, &j);
		int c = compare_digits(da, db);

		if (c)
			return c;
	}
	return 0;
}

int version_compare_deb(struct sv a, struct sv b)
{
	if (a.n == b.n && (a.p == b.p || sv_eq(a, b)))
		return 0;

	struct deb_version x = cut(a), y = cut(b);
	int c = compare_digits(x.epoch, y.epoch);

	if (c == 0)
		c = compare_part(x.upstream, y.upstream);
	if (c == 0)
		c = compare_part(x.revision, y.revision);
	return c;
}

static bool is_version_char(char c)
{
	return ascii_isdigit(c) || ascii_isalpha(c) || c == '.' || c == '+' || c == '~' ||
	       c == '-' || c == ':' ||
	       c == '_'; /* '_' is outside the grammar, but dpkg accepts it and files have it */
}

int version_check_deb(struct sv version, struct err *e)
{
	if (version.n == 0)
		return err_set(e, E_FORMAT, "version is empty");
	if (version.n > VERSION_MAX)
		return err_set(e, E_LIMIT, "version has %zu characters, at most %d are accepted",
			       version.n, VERSION_MAX);
	for (size_t i = 0; i < version.n; i++)
		if (!is_version_char(version.p[i]))
			return err_set(e, E_FORMAT,
				       "bad version '" SV_FMT "': character %zu is not allowed",
				       SV_ARG(version), i + 1);

	struct deb_version d = cut(version);
	uint64_t epoch;

	if (!d.has_epoch && sv_chr(version, ':') >= 0)
		return err_set(e, E_FORMAT, "bad version '" SV_FMT "': epoch is not a number",
			       SV_ARG(version));
	if (d.has_epoch && num_parse_u64(d.epoch, 10, INT32_MAX, &epoch, e) < 0)
		return err_wrap(e, "bad version '" SV_FMT "': epoch", SV_ARG(version));
	if (d.upstream.n == 0)
		return err_set(e, E_FORMAT, "bad version '" SV_FMT "': nothing %s", SV_ARG(version),
			       d.has_revision ? "before the revision" : "after the epoch");
	if (d.has_revision && d.revision.n == 0)
		return err_set(e, E_FORMAT, "bad version '" SV_FMT "': revision is empty",
			       SV_ARG(version));
	return 0;
}

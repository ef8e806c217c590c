/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rpm-version(7): epoch, version and release are compared in turn, each as runs of digits and of
 * letters; '~' sorts before the end of the text, '^' after it but before anything longer. */
#include <stdint.h>

#include "base/num.h"
#include "pkg/version.h"

static bool is_separator(char c)
{
	return !ascii_isdigit(c) && !ascii_isalpha(c) && c != '~' && c != '^';
}

/* Cuts the next run of digits or of letters from s. */
static struct sv take_run(struct sv *s, bool digits)
{
	size_t n = 0;

	while (n < s->n && (digits ? ascii_isdigit(s->p[n]) : ascii_isalpha(s->p[n])))
		n++;

	struct sv run = sv_head(*s, n);

	*s = sv_from_pos(*s, n);
	return run;
}

static int compare_runs(struct sv a, struct sv b, bool digits)
{
	if (digits) {
		while (a.n && a.p[0] == '0')
			a = sv_from_pos(a, 1);
		while (b.n && b.p[0] == '0')
			b = sv_from_pos(b, 1);
		if (a.n != b.n)
			return a.n < b.n ? -1 : 1;
	}
	return sv_cmp(a, b);
}

/* Handles '~' and '^' at the front of both. Returns true when *ret decides. */
static bool compare_marks(struct sv *a, struct sv *b, int *ret)
{
	bool ta = a->n && a->p[0] == '~', tb = b->n && b->p[0] == '~';
	bool ca = a->n && a->p[0] == '^', cb = b->n && b->p[0] == '^';

	if (ta != tb) {
		*ret = ta ? -1 : 1;
		return true;
	}
	if (ca != cb) { /* '^' beats the end only */
		*ret = ca ? (b->n ? -1 : 1) : (a->n ? 1 : -1);
		return true;
	}
	if (ta || ca) {
		*a = sv_from_pos(*a, 1);
		*b = sv_from_pos(*b, 1);
	}
	return false;
}

static int compare_label(struct sv a, struct sv b)
{
	while (a.n || b.n) {
		int c;

		while (a.n && is_separator(a.p[0]))
			a = sv_from_pos(a, 1);
		while (b.n && is_separator(b.p[0]))
			b = sv_from_pos(b, 1);

		size_t before = a.n;

		if (compare_marks(&a, &b, &c))
			return c;
		if (a.n != before)
			continue;
		if (!a.n || !b.n)
			break;

		bool digits = ascii_isdigit(a.p[0]);
		struct sv ra = take_run(&a, digits), rb = take_run(&b, digits);

		if (rb.n == 0) /* different kinds: digits are newer than letters */
			return digits ? 1 : -1;
		c = compare_runs(ra, rb, digits);
		if (c)
			return c;
	}
	if (!a.n && !b.n)
		return 0;
	return a.n ? 1 : -1;
}

void version_cut_rpm(struct sv v, struct version_evr *ret)
{
	struct version_evr r = { .version = v };
	size_t n = 0;

	while (n < v.n && ascii_isdigit(v.p[n]))
		n++;
	if (n < v.n && v.p[n] == ':') {
		r.epoch = sv_head(v, n);
		r.version = sv_from_pos(v, n + 1);
	}

	ptrdiff_t i = sv_rchr(r.version, '-');

	if (i >= 0) {
		r.release = sv_from_pos(r.version, (size_t)i + 1);
		r.version = sv_head(r.version, (size_t)i);
	}
	*ret = r;
}

static int compare_evr(struct sv a, struct sv b, bool skip_missing_release)
{
	struct version_evr x, y;

	version_cut_rpm(a, &x);
	version_cut_rpm(b, &y);

	int c = compare_runs(x.epoch, y.epoch, true);

	if (c == 0)
		c = compare_label(x.version, y.version);
	if (c == 0 && !(skip_missing_release && (x.release.n == 0 || y.release.n == 0)))
		c = compare_label(x.release, y.release);
	return c;
}

int version_compare_rpm(struct sv a, struct sv b)
{
	return compare_evr(a, b, false);
}

int version_compare_rpm_dep(struct sv a, struct sv b)
{
	return compare_evr(a, b, true);
}

bool version_rpm_has_release(struct sv version)
{
	struct version_evr r;

	version_cut_rpm(version, &r);
	return r.release.n > 0;
}

int version_check_rpm(struct sv version, struct err *e)
{
	struct version_evr r;
	ptrdiff_t colon = sv_chr(version, ':');
	uint64_t epoch;

	if (version.n == 0)
		return err_set(e, E_FORMAT, "version is empty");
	if (version.n > VERSION_MAX)
		return err_set(e, E_LIMIT, "version has %zu characters, at most %d are accepted",
			       version.n, VERSION_MAX);
	for (size_t i = 0; i < version.n; i++)
		if ((unsigned char)version.p[i] <= ' ' || version.p[i] == 0x7f)
			return err_set(e, E_FORMAT,
				       "bad version '" SV_FMT "': character %zu is not allowed",
				       SV_ARG(version), i + 1);

	version_cut_rpm(version, &r);
	if (colon >= 0 &&
	    num_parse_u64(sv_head(version, (size_t)colon), 10, UINT32_MAX, &epoch, e) < 0)
		return err_wrap(e, "bad version '" SV_FMT "': epoch", SV_ARG(version));
	if (r.version.n == 0)
		return err_set(e, E_FORMAT, "bad version '" SV_FMT "': no version part",
			       SV_ARG(version));
	if (sv_chr(r.version, '-') >= 0)
		return err_set(e, E_FORMAT, "bad version '" SV_FMT "': more than one '-'",
			       SV_ARG(version));
	return 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sv.h"

#include "base/macros.h"

int sv_cmp(struct sv a, struct sv b)
{
	size_t n = MIN(a.n, b.n);
	int c = n ? memcmp(a.p, b.p, n) : 0;

	if (c != 0)
		return c;
	return (a.n > b.n) - (a.n < b.n);
}

int sv_qsort_cmp(const void *a, const void *b)
{
	return sv_cmp(*(const struct sv *)a, *(const struct sv *)b);
}

bool sv_eq_nocase(struct sv a, struct sv b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (ascii_tolower(a.p[i]) != ascii_tolower(b.p[i]))
			return false;
	return true;
}

bool sv_starts(struct sv s, struct sv prefix)
{
	return s.n >= prefix.n && sv_eq(sv_head(s, prefix.n), prefix);
}

bool sv_ends(struct sv s, struct sv suffix)
{
	return s.n >= suffix.n && sv_eq(sv_from_pos(s, s.n - suffix.n), suffix);
}

bool sv_skip(struct sv *s, struct sv prefix)
{
	if (!sv_starts(*s, prefix))
		return false;
	*s = sv_from_pos(*s, prefix.n);
	return true;
}

bool sv_cut_end(struct sv *s, struct sv suffix)
{
	if (!sv_ends(*s, suffix))
		return false;
	s->n -= suffix.n;
	return true;
}

struct sv sv_from_pos(struct sv s, size_t from)
{
	from = MIN(from, s.n);
	/* No arithmetic on NULL, not even of zero. */
	return (struct sv){ from ? s.p + from : s.p, s.n - from };
}

struct sv sv_head(struct sv s, size_t n)
{
	return (struct sv){ s.p, MIN(n, s.n) };
}

struct sv sv_trim_end(struct sv s)
{
	while (s.n > 0 && ascii_isspace(s.p[s.n - 1]))
		s.n--;
	return s;
}

struct sv sv_trim(struct sv s)
{
	while (s.n > 0 && ascii_isspace(s.p[0]))
		s = sv_from_pos(s, 1);
	return sv_trim_end(s);
}

ptrdiff_t sv_chr(struct sv s, char c)
{
	const char *p = s.n ? memchr(s.p, c, s.n) : NULL;

	return p ? p - s.p : -1;
}

ptrdiff_t sv_rchr(struct sv s, char c)
{
	for (size_t i = s.n; i > 0; i--)
		if (s.p[i - 1] == c)
			return (ptrdiff_t)(i - 1);
	return -1;
}

ptrdiff_t sv_find(struct sv s, struct sv needle)
{
	size_t at = 0;

	if (needle.n == 0)
		BUG("searching for an empty needle");
	while (s.n >= needle.n && at <= s.n - needle.n) {
		const char *p = memchr(s.p + at, needle.p[0], s.n - needle.n - at + 1);

		if (!p)
			return -1;
		if (memcmp(p, needle.p, needle.n) == 0)
			return p - s.p;
		at = (size_t)(p - s.p) + 1;
	}
	return -1;
}

bool sv_split(struct sv *rest, char sep, struct sv *ret)
{
	ptrdiff_t at;

	if (!rest->p)
		return false;
	at = sv_chr(*rest, sep);
	if (at < 0) {
		*ret = *rest;
		*rest = SV_NULL;
		return true;
	}
	*ret = sv_head(*rest, (size_t)at);
	*rest = sv_from_pos(*rest, (size_t)at + 1);
	return true;
}

bool sv_word(struct sv *rest, struct sv *ret)
{
	struct sv s = *rest;
	size_t n = 0;

	while (s.n > 0 && ascii_isspace(s.p[0]))
		s = sv_from_pos(s, 1);
	while (n < s.n && !ascii_isspace(s.p[n]))
		n++;
	*rest = sv_from_pos(s, n);
	if (n == 0)
		return false;
	*ret = sv_head(s, n);
	return true;
}

bool sv_line(struct sv *rest, struct sv *ret)
{
	ptrdiff_t at;
	size_t n;

	if (rest->n == 0)
		return false;
	at = sv_chr(*rest, '\n');
	n = at < 0 ? rest->n : (size_t)at;
	*ret = sv_head(*rest, n);
	*rest = sv_from_pos(*rest, n + 1);
	return true;
}

static uint64_t load_le64(const char *p)
{
	uint64_t v;

	memcpy(&v, p, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v = __builtin_bswap64(v);
#endif
	return v;
}

/* The last n bytes (1 to 8) of s, the first of them lowest. */
static uint64_t load_tail(struct sv s, size_t n)
{
	uint64_t v = 0;

	if (s.n >= 8) /* in one load, what stands before them shifted out */
		return load_le64(s.p + s.n - 8) >> (8 * (8 - n));
	for (size_t i = 0; i < n; i++)
		v |= (uint64_t)(unsigned char)s.p[s.n - n + i] << (8 * i);
	return v;
}

/* Full product folded to 64 bits: every input bit reaches every output bit. */
static uint64_t fold_mul(uint64_t a, uint64_t b)
{
	__extension__ typedef unsigned __int128 u128;
	u128 m = (u128)a * b;

	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

uint64_t sv_hash(struct sv s)
{
	/* Fractional digits of the square roots of 2, 3 and 5. */
	const uint64_t k0 = 0x6a09e667f3bcc909u, k1 = 0xbb67ae8584caa73bu, k2 = 0x3c6ef372fe94f82bu;
	uint64_t h = k0 ^ ((uint64_t)s.n * k2);
	size_t at = 0;

	for (; s.n - at > 8; at += 8)
		h = fold_mul(h ^ load_le64(s.p + at), k1);
	if (at < s.n)
		h = fold_mul(h ^ load_tail(s, s.n - at), k1);
	return fold_mul(h ^ k2, k1);
}

unsigned sv_distance(struct sv a, struct sv b, unsigned max)
{
	enum { LONGEST = 64 };
	unsigned rows[3][LONGEST + 1]; /* the last three rows of the table, in turn */
	unsigned d;

	if (a.n > LONGEST || b.n > LONGEST)
		return max + 1;
	for (unsigned j = 0; j <= b.n; j++)
		rows[0][j] = j;
	for (unsigned i = 1; i <= a.n; i++) {
		unsigned *cur = rows[i % 3], *up = rows[(i + 2) % 3], *up2 = rows[(i + 1) % 3];

		cur[0] = i;
		for (unsigned j = 1; j <= b.n; j++) {
			d = up[j - 1] + (a.p[i - 1] != b.p[j - 1]);
			d = MIN(d, MIN(up[j], cur[j - 1]) + 1);
			/* Two neighbours swapped count as one slip. */
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1])
				d = MIN(d, up2[j - 2] + 1);
			cur[j] = d;
		}
	}
	d = rows[a.n % 3][b.n];
	return d > max ? max + 1 : d;
}

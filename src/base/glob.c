/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/glob.h"

#include <stddef.h>
#include <string.h>

#include "base/macros.h"

/* POSIX character classes, ASCII only: bytes above 127 belong to none. */
static const struct class_row {
	struct sv name;
	const char *ranges; /* pairs: first, last */
} classes[] = {
	{ { "alnum", 5 }, "azAZ09" }, { { "alpha", 5 }, "azAZ" }, { { "blank", 5 }, "  \t\t" },
	{ { "digit", 5 }, "09" },     { { "lower", 5 }, "az" },   { { "punct", 5 }, "!/:@[`{~" },
	{ { "space", 5 }, "  \t\r" }, { { "upper", 5 }, "AZ" },   { { "xdigit", 6 }, "09afAF" },
};

static bool class_has(struct sv name, char c)
{
	for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
		if (!sv_eq(classes[i].name, name))
			continue;
		for (const char *r = classes[i].ranges; r[0]; r += 2)
			if (c >= r[0] && c <= r[1])
				return true;
	}
	return false;
}

/* Reads one member of a bracket at *at, an escape included. */
static unsigned char bracket_char(struct sv pat, size_t *at, unsigned flags)
{
	if (pat.p[*at] == '\\' && !(flags & GLOB_NOESCAPE) && *at + 1 < pat.n)
		(*at)++;
	return (unsigned char)pat.p[(*at)++];
}

/*
 * Matches c against the bracket that opens at pat.p[0]. Returns its length and the answer, or 0 when
 * no ']' closes it: then '[' is an ordinary character.
 */
static size_t match_bracket(struct sv pat, char c, unsigned flags, bool *ret)
{
	size_t at = 1, first;
	bool negate, hit = false;

	negate = at < pat.n && (pat.p[at] == '!' || pat.p[at] == '^');
	at += negate;
	for (first = at; at < pat.n && (pat.p[at] != ']' || at == first);) {
		unsigned char lo, hi;

		if (pat.p[at] == '[' && at + 1 < pat.n && pat.p[at + 1] == ':') {
			ptrdiff_t end = sv_find(sv_from_pos(pat, at + 2), SV(":]"));

			if (end >= 0) {
				hit |= class_has(sv_head(sv_from_pos(pat, at + 2), (size_t)end), c);
				at += (size_t)end + 4;
				continue;
			}
		}
		lo = hi = bracket_char(pat, &at, flags);
		if (at + 1 < pat.n && pat.p[at] == '-' && pat.p[at + 1] != ']') {
			at++;
			hi = bracket_char(pat, &at, flags);
		}
		hit |= (unsigned char)c >= lo && (unsigned char)c <= hi;
	}
	if (at >= pat.n)
		return 0;
	*ret = hit != negate;
	return at + 1;
}

/* Matches one character of text against the element at pat.p[0] (not '*'); returns its length. */
static size_t match_one(struct sv pat, char c, unsigned flags, bool *ret)
{
	bool slash = (flags & GLOB_PATHNAME) && c == '/';
	size_t n;

	switch (pat.p[0]) {
	case '?':
		*ret = !slash;
		return 1;
	case '[':
		n = match_bracket(pat, c, flags, ret);
		if (n > 0) {
			*ret = *ret && !slash;
			return n;
		}
		break;
	case '\\':
		if (!(flags & GLOB_NOESCAPE) && pat.n > 1) {
			*ret = pat.p[1] == c;
			return 2;
		}
		break;
	}
	*ret = pat.p[0] == c;
	return 1;
}

/*
 * Only the last '*' is ever retried: what an earlier one took can be left as short as possible. With
 * GLOB_PATHNAME a '*' that would have to take '/' ends it, since '/' is matched by itself only.
 */
bool glob_match(struct sv pattern, struct sv text, unsigned flags)
{
	struct sv pat = pattern, star_pat = SV_NULL, star_text = SV_NULL;

	while (pat.n > 0 || text.n > 0) {
		if (pat.n > 0 && pat.p[0] == '*') {
			pat = sv_from_pos(pat, 1);
			star_pat = pat;
			star_text = text;
			continue;
		}
		if (pat.n > 0 && text.n > 0) {
			bool hit = false;
			size_t n = match_one(pat, text.p[0], flags, &hit);

			if (hit) {
				pat = sv_from_pos(pat, n);
				text = sv_from_pos(text, 1);
				continue;
			}
		}
		if (!star_pat.p || star_text.n == 0)
			return false;
		if ((flags & GLOB_PATHNAME) && star_text.p[0] == '/')
			return false;
		star_text = sv_from_pos(star_text, 1);
		pat = star_pat;
		text = star_text;
	}
	return true;
}

bool glob_is_pattern(struct sv pattern)
{
	for (size_t i = 0; i < pattern.n; i++)
		if (strchr("*?[\\", pattern.p[i]) && pattern.p[i])
			return true;
	return false;
}

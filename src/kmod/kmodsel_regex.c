/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Regular expressions of old mkosi configurations are Python's; libc has POSIX extended ones
 * (regex(7)). What both have means the same; what only Python has is translated or refused, so that
 * nothing is silently read another way.
 */
#include "base/macros.h"
#include "base/sv.h"
#include "kmod/kmodsel_match_int.h"

static const struct escape_row {
	char letter;
	const char *outside, *inside; /* of brackets; NULL: cannot be said there */
} escapes[] = {
	{ 'd', "[0-9]", "0-9" },
	{ 'D', "[^0-9]", NULL },
	{ 'w', "[[:alnum:]_]", "[:alnum:]_" },
	{ 'W', "[^[:alnum:]_]", NULL },
	{ 's', "[[:space:]]", "[:space:]" },
	{ 'S', "[^[:space:]]", NULL },
};

static const char *escape_find(char letter, bool inside)
{
	for (size_t i = 0; i < ARRAY_SIZE(escapes); i++)
		if (escapes[i].letter == letter)
			return inside ? escapes[i].inside : escapes[i].outside;
	return NULL;
}

static int unsupported(struct sv text, size_t at, struct err *e)
{
	return err_set(e, E_USAGE,
		       "regular expression '" SV_FMT "': '" SV_FMT "' at byte %zu is not supported",
		       SV_ARG(text), SV_ARG(sv_head(sv_from_pos(text, at), 2)), at);
}

/* text.p[at] is a backslash. */
static int translate_escape(struct sv text, size_t at, bool inside, struct strbuf *out,
			    struct err *e)
{
	const char *class;
	char c;

	if (at + 1 >= text.n)
		return err_set(e, E_USAGE, "regular expression '" SV_FMT "' ends in a backslash",
			       SV_ARG(text));
	c = text.p[at + 1];
	class = escape_find(c, inside);
	if (class) {
		strbuf_adds(out, class);
		return 0;
	}
	if (ascii_isalpha(c) || ascii_isdigit(c))
		return unsupported(text, at, e);
	if (!inside) {
		strbuf_addc(out, '\\');
		strbuf_addc(out, c);
		return 0;
	}
	/* A backslash is literal inside POSIX brackets; these would need another order there. */
	if (c == ']' || c == '^' || c == '-' || c == '[')
		return unsupported(text, at, e);
	strbuf_addc(out, c);
	return 0;
}

int kmodsel_regex_translate(struct sv text, struct strbuf *out, struct err *e)
{
	size_t open = 0; /* just behind the bracket that is open */
	bool inside = false;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i], next = i + 1 < text.n ? text.p[i + 1] : '\0';

		if (c == '\\') {
			int r = translate_escape(text, i++, inside, out, e);

			if (r < 0)
				return r;
			continue;
		}
		if (inside) {
			if (c == ']' && i > open)
				inside = false;
		} else if (c == '[') {
			inside = true;
			open = i + 1 + (next == '^');
		} else if ((c == '(' && next == '?') ||
			   ((c == '*' || c == '+' || c == '?' || c == '}') &&
			    (next == '?' || next == '+'))) {
			return unsupported(text, i, e);
		}
		strbuf_addc(out, c);
	}
	return 0;
}

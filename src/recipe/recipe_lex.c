/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Lines to items, as mkosi reads them: '#' starts a comment anywhere, a setting goes on over indented
 * lines, indentation common to the whole file does not count. Two additions: '#' within a pair of
 * double quotes is text (file contents of [Files] need it), and a line that begins with ';' is a
 * comment (older versions of mkosi had that).
 */
#include "recipe/recipe_int.h"

#include <stdarg.h>
#include <stdio.h>

int recipe_err(struct err *e, int code, struct sv path, uint32_t line, uint32_t col,
	       const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return err_set(e, code, SV_FMT ":%u:%u: %s", SV_ARG(path), line, col, text);
}

static size_t blank_prefix(struct sv line)
{
	size_t n = 0;

	while (n < line.n && (line.p[n] == ' ' || line.p[n] == '\t'))
		n++;
	return n;
}

/* Longest run of blanks that every line with text begins with. */
static size_t common_indent(struct sv text)
{
	struct sv line, first = SV_NULL;
	size_t common = 0;

	while (sv_line(&text, &line)) {
		if (sv_trim(line).n == 0)
			continue;
		if (!first.p) {
			first = line;
			common = blank_prefix(line);
			continue;
		}
		common = MIN(common, blank_prefix(line));
		while (common > 0 && memcmp(first.p, line.p, common) != 0)
			common--;
	}
	return common;
}

/* End of the quoted run that begins at `at`, or `at` when the quote is not closed on this line. */
static size_t quoted_end(struct sv line, size_t at)
{
	for (size_t i = at + 1; i < line.n; i++) {
		if (line.p[i] == '\\')
			i++;
		else if (line.p[i] == '"')
			return i;
	}
	return at;
}

static struct sv cut_comment(struct sv line)
{
	size_t start = blank_prefix(line);

	if (start < line.n && line.p[start] == ';')
		return sv_head(line, start);
	for (size_t i = start; i < line.n; i++) {
		if (line.p[i] == '#')
			return sv_head(line, i);
		if (line.p[i] == '"')
			i = quoted_end(line, i);
	}
	return line;
}

int recipe_lex_init(struct recipe_lexer *l, struct sv path, struct sv text, struct err *e)
{
	ptrdiff_t nul = sv_chr(text, '\0');

	if (nul >= 0)
		return err_set(e, E_FORMAT, SV_FMT ": byte %zd is NUL: not a text file",
			       SV_ARG(path), nul);
	(void)sv_skip(&text, SV("\xef\xbb\xbf"));
	*l = (struct recipe_lexer){ .path = path, .rest = text, .indent = common_indent(text) };
	return 0;
}

/* Next line that holds something, with its place; indented: it could go on with a setting. */
static bool next_line(struct recipe_lexer *l, struct recipe_line *ret, bool *ret_indented)
{
	struct sv line;

	while (sv_line(&l->rest, &line)) {
		struct sv text = cut_comment(line), trimmed = sv_trim(text);

		l->line++;
		if (trimmed.n == 0)
			continue;
		*ret = (struct recipe_line){ .text = trimmed, .line = l->line };
		ret->col = (uint32_t)(trimmed.p - line.p) + 1;
		*ret_indented = text.n > l->indent && ascii_isspace(text.p[l->indent]);
		return true;
	}
	return false;
}

static int section(struct recipe_lexer *l, struct recipe_item *it, const struct recipe_line *line,
		   struct err *e)
{
	struct sv name = line->text;

	(void)sv_skip(&name, SV("["));
	if (!sv_cut_end(&name, SV("]")))
		return recipe_err(e, E_USAGE, l->path, line->line, line->col,
				  "section '" SV_FMT "' does not end with ']'", SV_ARG(line->text));
	name = sv_trim(name);
	if (name.n == 0)
		return recipe_err(e, E_USAGE, l->path, line->line, line->col,
				  "section without a name");
	l->section = name;
	it->section = name;
	it->key = SV_NULL;
	return 1;
}

static void continuation(struct recipe_lexer *l, struct recipe_item *it)
{
	for (;;) {
		struct recipe_lexer before = *l;
		struct recipe_line line;
		bool indented;

		if (!next_line(l, &line, &indented))
			return;
		if (!indented) {
			*l = before;
			return;
		}
		vec_push(&it->lines, line);
	}
}

static int setting(struct recipe_lexer *l, struct recipe_item *it, const struct recipe_line *line,
		   struct err *e)
{
	ptrdiff_t eq = sv_chr(line->text, '=');

	if (!l->section.p) {
		recipe_err(e, E_USAGE, l->path, line->line, line->col,
			   "setting '" SV_FMT "' stands outside of a section", SV_ARG(line->text));
		return err_hint(e, "a file begins with a section such as [Content]");
	}
	if (eq < 0) {
		recipe_err(e, E_USAGE, l->path, line->line, line->col,
			   "'=' is missing after '" SV_FMT "'", SV_ARG(line->text));
		return err_hint(e, "lines that go on with a setting are indented");
	}

	struct sv key = sv_trim_end(sv_head(line->text, (size_t)eq));
	struct sv value = sv_trim(sv_from_pos(line->text, (size_t)eq + 1));

	if (key.n == 0)
		return recipe_err(e, E_USAGE, l->path, line->line, line->col,
				  "setting without a name before '='");
	it->section = l->section;
	it->key = key;
	it->lines.n = 0;
	vec_push(&it->lines,
		 ((struct recipe_line){
			 .text = value,
			 .line = line->line,
			 .col = line->col + (uint32_t)(value.n ? value.p - line->text.p : eq),
		 }));
	continuation(l, it);
	return 1;
}

int recipe_lex_next(struct recipe_lexer *l, struct recipe_item *it, struct err *e)
{
	struct recipe_line line;
	bool indented;

	if (!next_line(l, &line, &indented))
		return 0;
	it->line = line.line;
	it->col = line.col;
	return line.text.p[0] == '[' ? section(l, it, &line, e) : setting(l, it, &line, e);
}

bool recipe_item_is_reset(const struct recipe_item *it)
{
	return it->lines.n == 1 && it->lines.v[0].text.n == 0;
}

void recipe_item_done(struct recipe_item *it)
{
	vec_done(&it->lines);
}

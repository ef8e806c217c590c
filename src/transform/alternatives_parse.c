/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/macros.h"
#include "base/num.h"
#include "base/strbuf.h"
#include "transform/alternatives_int.h"

/* Shell text as far as words and command ends go: POSIX.1 XCU 2.3. */
struct word {
	struct sv text;
	bool literal;
};

struct lexer {
	struct sv in;
	size_t at;
	struct arena *arena;
	struct strbuf word;
	struct sv heredoc; /* delimiter of the here-document that starts on the next line */
};

enum token { TOKEN_END, TOKEN_BREAK, TOKEN_REDIRECT, TOKEN_WORD };

static char peek(const struct lexer *l, size_t ahead)
{
	return l->at + ahead < l->in.n ? l->in.p[l->at + ahead] : '\0';
}

static bool more(const struct lexer *l)
{
	return l->at < l->in.n;
}

/* Behind the quote that ends at l->at - 1 began. */
static void skip_quoted(struct lexer *l, char quote)
{
	while (more(l) && peek(l, 0) != quote) {
		if (peek(l, 0) == '\\' && quote != '\'' && l->at + 1 < l->in.n)
			l->at++;
		l->at++;
	}
	l->at += more(l);
}

/* Behind the ')' that closes the "$(" just read; what is inside is of no interest. */
static void skip_parens(struct lexer *l)
{
	size_t depth = 1;

	while (more(l) && depth > 0) {
		char c = l->in.p[l->at++];

		if (c == '(')
			depth++;
		else if (c == ')')
			depth--;
		else if (c == '\'' || c == '"' || c == '`')
			skip_quoted(l, c);
		else if (c == '\\' && more(l))
			l->at++;
	}
}

/* A '$' or backquote: the word is not literal. */
static void skip_expansion(struct lexer *l)
{
	char c = l->in.p[l->at++];

	if (c == '`') {
		skip_quoted(l, '`');
	} else if (peek(l, 0) == '(') {
		l->at++;
		skip_parens(l);
	} else if (peek(l, 0) == '{') {
		l->at++;
		skip_quoted(l, '}');
	}
}

static void read_double_quoted(struct lexer *l, bool *literal)
{
	while (more(l) && peek(l, 0) != '"') {
		char c = peek(l, 0);

		if (c == '$' || c == '`') {
			*literal = false;
			skip_expansion(l);
			continue;
		}
		l->at++;
		if (c == '\\' && more(l) && strchr("\"\\$`\n", peek(l, 0)) && peek(l, 0)) {
			c = l->in.p[l->at++];
			if (c == '\n')
				continue;
		}
		strbuf_addc(&l->word, c);
	}
	l->at += more(l);
}

static void read_single_quoted(struct lexer *l)
{
	size_t start = l->at;

	skip_quoted(l, '\'');
	strbuf_add(&l->word, sv_of(l->in.p + start,
				   l->at - start - (l->at > start && l->in.p[l->at - 1] == '\'')));
}

static void read_word(struct lexer *l, struct word *ret)
{
	bool literal = true;

	strbuf_clear(&l->word);
	while (more(l)) {
		char c = peek(l, 0);

		if (ascii_isspace(c) || (c && strchr(";&|()<>", c)))
			break;
		if (c == '$' || c == '`') {
			literal = false;
			skip_expansion(l);
			continue;
		}
		l->at++;
		if (c == '\'') {
			read_single_quoted(l);
		} else if (c == '"') {
			read_double_quoted(l, &literal);
		} else if (c == '\\') {
			if (more(l) && l->in.p[l->at] != '\n')
				strbuf_addc(&l->word, l->in.p[l->at]);
			l->at += more(l);
		} else {
			/* A pattern would be expanded by the file system, '~' by the passwd file. */
			if (c == '*' || c == '?' || c == '[' || c == '~')
				literal = false;
			strbuf_addc(&l->word, c);
		}
	}
	ret->text = arena_sv(l->arena, strbuf_sv(&l->word));
	ret->literal = literal;
}

static void skip_heredoc(struct lexer *l)
{
	struct sv rest = sv_from_pos(l->in, l->at), line;

	while (sv_line(&rest, &line)) {
		while (line.n > 0 && line.p[0] == '\t')
			line = sv_from_pos(line, 1);
		if (sv_eq(line, l->heredoc))
			break;
	}
	l->at = l->in.n - rest.n;
	l->heredoc = SV_NULL;
}

static void skip_blanks(struct lexer *l)
{
	while (more(l)) {
		char c = peek(l, 0);

		if (c == '\\' && peek(l, 1) == '\n') {
			l->at += 2;
		} else if (c == '#') {
			while (more(l) && peek(l, 0) != '\n')
				l->at++;
		} else if (c == ' ' || (c != '\n' && ascii_isspace(c))) {
			l->at++;
		} else {
			break;
		}
	}
}

/* "<<EOF" and "<<-'EOF'"; l->at is behind the first '<'. */
static void begin_heredoc(struct lexer *l)
{
	struct word w;

	l->at++;
	if (peek(l, 0) == '-')
		l->at++;
	skip_blanks(l);
	read_word(l, &w);
	if (w.text.n > 0)
		l->heredoc = w.text;
}

static enum token next_token(struct lexer *l, struct word *ret)
{
	char c;

	skip_blanks(l);
	if (!more(l))
		return TOKEN_END;
	c = peek(l, 0);
	if (c == '<' || c == '>') {
		l->at++;
		if (c == '<' && peek(l, 0) == '<')
			begin_heredoc(l);
		else if (peek(l, 0) == '&')
			l->at++; /* "2>&1" ends no command */
		return TOKEN_REDIRECT;
	}
	if (c == '\n' || (c && strchr(";&|()", c))) {
		l->at++;
		if (c == '\n' && l->heredoc.p)
			skip_heredoc(l);
		return TOKEN_BREAK;
	}
	read_word(l, ret);
	return TOKEN_WORD;
}

/* Commands. */

VEC_TYPE(words, struct word);

static bool is_prefix_word(struct sv w)
{
	static const char *const keywords[] = { "if",    "then",  "elif", "else", "do",
						"while", "until", "!",    "{",    "exec" };

	for (size_t i = 0; i < ARRAY_SIZE(keywords); i++)
		if (sv_eq(w, sv_from(keywords[i])))
			return true;
	return sv_chr(w, '=') > 0; /* VAR=value in front of a command */
}

static bool is_tool(struct sv w)
{
	ptrdiff_t slash = sv_rchr(w, '/');

	w = sv_from_pos(w, slash < 0 ? 0 : (size_t)slash + 1);
	return sv_eq(w, SV("update-alternatives")) || sv_eq(w, SV("alternatives"));
}

static bool take_link(const struct words *w, size_t at, struct alternative_link *ret)
{
	if (at + 3 > w->n)
		return false;
	*ret = (struct alternative_link){ w->v[at].text, w->v[at + 1].text, w->v[at + 2].text };
	/* Names become file names in etc/alternatives. */
	return sv_starts(ret->link, SV("/")) && sv_starts(ret->path, SV("/")) && ret->name.n > 0 &&
	       sv_chr(ret->name, '/') < 0 && !sv_eq(ret->name, SV(".")) &&
	       !sv_eq(ret->name, SV("..")) && sv_find(ret->link, SV("..")) < 0;
}

static bool option_with_value(struct sv w)
{
	return sv_eq(w, SV("--altdir")) || sv_eq(w, SV("--admindir")) || sv_eq(w, SV("--log")) ||
	       sv_eq(w, SV("--instdir")) || sv_eq(w, SV("--root")) || sv_eq(w, SV("--family")) ||
	       sv_eq(w, SV("--initscript"));
}

/* Words behind the tool's name. False: not an install command, or not one we can read. */
static bool read_install(struct arena *a, const struct words *w, size_t at, struct alternative *ret)
{
	struct err e = ERR_INIT;
	bool install = false;

	ret->slaves = arena_new_array(a, struct alternative_link, w->n / 4 + 1);
	while (at < w->n) {
		struct sv word = w->v[at++].text;

		if (sv_eq(word, SV("--install"))) {
			if (install || !take_link(w, at, &ret->main) || at + 4 > w->n ||
			    num_parse_i64(w->v[at + 3].text, INT32_MIN, INT32_MAX, &ret->priority,
					  &e) < 0)
				return false;
			install = true;
			at += 4;
		} else if (sv_eq(word, SV("--slave")) || sv_eq(word, SV("--follower"))) {
			if (!take_link(w, at, &ret->slaves[ret->n_slaves]))
				return false;
			ret->n_slaves++;
			at += 3;
		} else if (option_with_value(word)) {
			at++;
		} else if (!sv_starts(word, SV("--"))) {
			return false;
		}
	}
	return install;
}

static void end_command(struct arena *a, const struct words *w, struct alternatives *ret)
{
	struct alternative found = { .priority = 0 };
	bool install = false, literal = true;
	size_t at = 0;

	while (at < w->n && is_prefix_word(w->v[at].text))
		at++;
	if (at == w->n || !is_tool(w->v[at].text))
		return;
	for (size_t i = at + 1; i < w->n; i++) {
		install = install || sv_eq(w->v[i].text, SV("--install"));
		literal = literal && w->v[i].literal;
	}
	if (!install)
		return;
	if (literal && read_install(a, w, at + 1, &found))
		vec_push(&ret->list, found);
	else
		ret->skipped++;
}

void alternatives_parse(struct arena *a, struct sv script, struct alternatives *ret)
{
	struct lexer l = { .in = script, .arena = a, .word = STRBUF_INIT };
	struct words w = { .v = NULL };
	bool redirected = false;
	enum token t;

	do {
		struct word word = { .literal = true };
		size_t before;

		skip_blanks(&l);
		before = l.at;
		t = next_token(&l, &word);
		if (t == TOKEN_WORD && !redirected) {
			/* "2>file": the number belongs to the redirection. */
			bool number = word.text.n == 1 && ascii_isdigit(word.text.p[0]) &&
				      l.at == before + 1 &&
				      (peek(&l, 0) == '>' || peek(&l, 0) == '<');

			if (!number)
				vec_push(&w, word);
		} else if (t == TOKEN_WORD) {
			redirected = false; /* its file name */
		} else if (t == TOKEN_REDIRECT) {
			/* A here-document's delimiter is read already. */
			redirected = !l.heredoc.p;
		} else {
			end_command(a, &w, ret);
			w.n = 0;
			redirected = false;
		}
	} while (t != TOKEN_END);
	vec_done(&w);
	strbuf_done(&l.word);
}

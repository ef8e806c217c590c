/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The --mirror argument: a line of sources.list(5) for folders, and two kinds of our own. */
#include <stdlib.h>

#include "base/num.h"
#include "repo/repo.h"

struct parser {
	struct sv text, rest;
	struct sv word; /* last taken */
};

/* Error at a place of the argument. */
static int fail(const struct parser *p, struct sv at, struct err *e)
{
	size_t col = at.p ? (size_t)(at.p - p->text.p) + 1 : p->text.n + 1;

	err_wrap(e, "mirror '" SV_FMT "', column %zu", SV_ARG(p->text), col);
	return err_hint(
		e,
		"forms: 'deb [signed-by=FILE priority=N] file:DIR SUITE COMPONENT...', 'deb file:DIR ./', "
		"'rpm [signed-by=FILE priority=N modules=NAME:STREAM,...] file:DIR', 'dir file:DIR'");
}

static bool take_word(struct parser *p)
{
	if (sv_word(&p->rest, &p->word))
		return true;
	p->word = SV_NULL;
	return false;
}

/* A word of dnf.conf(5) for what apt_preferences(5) does in another place. */
static int take_priority(struct sv value, struct mirror_spec *m, struct err *e)
{
	uint64_t n;

	if (num_parse_u64(value, 10, 10000, &n, e) < 0)
		return err_wrap(e, "priority");
	m->priority = (int)n;
	return 0;
}

/* "signed-by=FILE" of sources.list(5), and our own "priority=N". */
static int take_option(struct parser *p, struct sv option, struct mirror_spec *m, struct err *e)
{
	struct sv value = option;

	if (sv_skip(&value, SV("signed-by=")) || sv_skip(&value, SV("Signed-By="))) {
		if (value.n == 0)
			err_set(e, E_USAGE, "signed-by is empty");
		else if (m->signed_by.n)
			err_set(e, E_USAGE, "signed-by is given twice");
		else {
			m->signed_by = value;
			return 0;
		}
	} else if (sv_skip(&value, SV("priority="))) {
		if (take_priority(value, m, e) == 0)
			return 0;
		e->code = E_USAGE;
	} else if (m->kind == MIRROR_RPM && sv_skip(&value, SV("modules="))) {
		m->modules = value;
		return 0;
	} else if (sv_eq(option, SV("trusted=yes"))) {
		err_set(e, E_USAGE, "'trusted=yes' is not known: say --insecure-no-signature");
	} else if (sv_starts(option, SV("arch="))) {
		err_set(e, E_USAGE, "'arch=' is not known: say --arch");
	} else {
		err_set(e, E_USAGE,
			"unknown option '" SV_FMT "': signed-by=FILE and priority=N are known",
			SV_ARG(option));
	}
	return fail(p, option, e);
}

/* "[ a=b c=d ]", the brackets alone or at the words. */
static int take_options(struct parser *p, struct mirror_spec *m, struct err *e)
{
	struct sv rest = sv_trim(p->rest), inside, option;
	ptrdiff_t end;

	if (!sv_starts(rest, SV("[")))
		return 0;
	end = sv_chr(rest, ']');
	if (end < 0) {
		err_set(e, E_USAGE, "']' is missing");
		return fail(p, rest, e);
	}
	inside = sv_from_pos(sv_head(rest, (size_t)end), 1);
	p->rest = sv_from_pos(rest, (size_t)end + 1);
	while (sv_word(&inside, &option)) {
		int r = take_option(p, option, m, e);

		if (r < 0)
			return r;
	}
	return 0;
}

static int hex_digit(char c)
{
	c = ascii_tolower(c);
	if (ascii_isdigit(c))
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* %XX as in any URI: how a blank is written. */
static void decode_percent(struct mirror_spec *m)
{
	struct sv in = m->dir;
	size_t n = 0;

	if (sv_chr(in, '%') < 0)
		return;
	m->owned = xmalloc(in.n + 1);
	for (size_t i = 0; i < in.n; i++) {
		int hi = i + 2 < in.n && in.p[i] == '%' ? hex_digit(in.p[i + 1]) : -1;
		int lo = hi >= 0 ? hex_digit(in.p[i + 2]) : -1;

		if (lo >= 0) {
			m->owned[n++] = (char)(hi << 4 | lo);
			i += 2;
		} else {
			m->owned[n++] = in.p[i];
		}
	}
	m->owned[n] = '\0';
	m->dir = sv_of(m->owned, n);
}

static int take_uri(struct parser *p, struct mirror_spec *m, struct err *e)
{
	struct sv uri;

	if (m->kind == MIRROR_DIR) { /* nothing follows: blanks are part of the name */
		p->word = sv_trim(p->rest);
		p->rest = sv_from_pos(p->rest, p->rest.n);
	} else {
		(void)take_word(p);
	}
	uri = p->word;
	if (uri.n == 0) {
		err_set(e, E_USAGE, "file:DIR is missing");
		return fail(p, SV_NULL, e);
	}
	if (!sv_skip(&uri, SV("file:"))) {
		ptrdiff_t colon = sv_chr(uri, ':');

		if (colon > 0)
			err_set(e, E_USAGE,
				"'" SV_FMT
				":' mirrors are not read: kindling knows no network, only folders",
				SV_ARG(sv_head(uri, (size_t)colon)));
		else
			err_set(e, E_USAGE, "file:DIR expected, not '" SV_FMT "'", SV_ARG(uri));
		return fail(p, p->word, e);
	}
	if (sv_starts(uri, SV("//")) && !sv_skip(&uri, SV("//localhost")))
		uri = sv_from_pos(uri, 2);
	if (uri.n == 0 || memchr(uri.p, '\0', uri.n)) {
		err_set(e, E_USAGE, "folder is %s", uri.n ? "no file name" : "empty");
		return fail(p, p->word, e);
	}
	m->dir = uri;
	decode_percent(m);
	if (memchr(m->dir.p, '\0', m->dir.n)) {
		err_set(e, E_USAGE, "folder is no file name");
		return fail(p, p->word, e);
	}
	return 0;
}

/* Suites and components become paths below the mirror: no way out, no empty part. */
static int check_plain(const struct parser *p, const char *what, struct sv name, struct err *e)
{
	struct sv rest = name, part;

	while (sv_split(&rest, '/', &part))
		if (part.n == 0 || sv_eq(part, SV(".")) || sv_eq(part, SV(".."))) {
			err_set(e, E_USAGE, "bad %s '" SV_FMT "'", what, SV_ARG(name));
			return fail(p, p->word, e);
		}
	return 0;
}

static int take_suite(struct parser *p, struct mirror_spec *m, struct err *e)
{
	if (!take_word(p)) {
		err_set(e, E_USAGE, "suite is missing");
		return fail(p, SV_NULL, e);
	}
	m->suite = p->word;
	m->flat = sv_ends(m->suite, SV("/"));
	if (!m->flat)
		return check_plain(p, "suite", m->suite, e);

	struct sv inner = m->suite;

	inner.n--;
	while (sv_skip(&inner, SV("./")) || sv_skip(&inner, SV("/")))
		;
	if (sv_eq(inner, SV(".")))
		inner.n = 0;
	m->suite = inner.n ? (struct sv){ inner.p, inner.n + 1 } : SV("");
	return inner.n ? check_plain(p, "folder", inner, e) : 0;
}

static int take_components(struct parser *p, struct mirror_spec *m, struct err *e)
{
	while (take_word(p)) {
		int r;

		if (m->flat || m->kind != MIRROR_DEB) {
			err_set(e, E_USAGE, "nothing expected here, found '" SV_FMT "'",
				SV_ARG(p->word));
			return fail(p, p->word, e);
		}
		r = check_plain(p, "component", p->word, e);
		if (r < 0)
			return r;
		vec_push(&m->components, p->word);
	}
	if (m->kind == MIRROR_DEB && !m->flat && m->components.n == 0) {
		err_set(e, E_USAGE,
			"component is missing after suite '" SV_FMT
			"' (a flat repository ends in '/')",
			SV_ARG(m->suite));
		return fail(p, SV_NULL, e);
	}
	return 0;
}

static int take_kind(struct parser *p, struct mirror_spec *m, struct err *e)
{
	static const struct {
		const char *word;
		enum mirror_kind kind;
	} kinds[] = { { "deb", MIRROR_DEB }, { "rpm", MIRROR_RPM }, { "dir", MIRROR_DIR } };

	(void)take_word(p);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (sv_eq(p->word, sv_from(kinds[i].word))) {
			m->kind = kinds[i].kind;
			return 0;
		}
	if (p->word.n == 0)
		err_set(e, E_USAGE, "argument is empty");
	else
		err_set(e, E_USAGE, "unknown kind '" SV_FMT "': deb, rpm or dir", SV_ARG(p->word));
	return fail(p, p->word, e);
}

int mirror_spec_parse(struct sv text, struct mirror_spec *ret, struct err *e)
{
	_cleanup_(mirror_spec_done) struct mirror_spec m = { .text = text,
							     .priority = MIRROR_PRIORITY };
	struct parser p = { .text = text, .rest = text };
	int r = take_kind(&p, &m, e);

	if (r >= 0)
		r = take_options(&p, &m, e);
	if (r >= 0)
		r = take_uri(&p, &m, e);
	if (r >= 0 && m.kind == MIRROR_DEB)
		r = take_suite(&p, &m, e);
	if (r >= 0)
		r = take_components(&p, &m, e);
	if (r < 0)
		return r;
	*ret = m;
	m = (struct mirror_spec){ .owned = NULL };
	return 0;
}

void mirror_spec_done(struct mirror_spec *m)
{
	vec_done(&m->components);
	free(m->owned);
	m->owned = NULL;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RFC 9580 section 7: the cleartext signature framework. */
#include "repo/deb/deb_release.h"

#define HEADER "-----BEGIN PGP SIGNED MESSAGE-----"
#define SIG_BEGIN "-----BEGIN PGP SIGNATURE-----"
#define SIG_END "-----END PGP SIGNATURE-----"

struct lines {
	struct sv rest;
	size_t number;     /* of the line taken last */
	const char *start; /* of that line in the file */
};

/* The next line without what signatures do not cover: line end and trailing blanks. */
static bool take_line(struct lines *l, struct sv *ret)
{
	if (!sv_line(&l->rest, ret))
		return false;
	l->start = ret->p;
	l->number++;
	while (ret->n && (ret->p[ret->n - 1] == '\r' || ret->p[ret->n - 1] == ' ' ||
			  ret->p[ret->n - 1] == '\t'))
		ret->n--;
	return true;
}

/* Armour headers up to the empty line. Only "Hash:" may stand there: anything else could be text
 * that people take for signed. */
static int skip_headers(struct lines *l, struct err *e)
{
	struct sv line;

	if (!take_line(l, &line) || !sv_eq(line, SV(HEADER)))
		return err_set(e, E_FORMAT, "line 1: does not begin with '" HEADER "'");
	while (take_line(l, &line)) {
		if (line.n == 0)
			return 0;
		if (!sv_starts(line, SV("Hash: ")))
			return err_set(e, E_FORMAT,
				       "line %zu: only 'Hash:' may stand before the text",
				       l->number);
	}
	return err_set(e, E_FORMAT, "cut off in the header");
}

static int take_text(struct lines *l, struct strbuf *out, struct err *e)
{
	struct sv line;

	while (take_line(l, &line)) {
		if (sv_eq(line, SV(SIG_BEGIN)))
			return 0;
		if (sv_starts(line, SV("-")) && !sv_skip(&line, SV("- ")) && line.n > 1)
			return err_set(e, E_FORMAT, "line %zu: '-' is not escaped", l->number);
		if (line.n && memchr(line.p, '\0', line.n))
			return err_set(e, E_FORMAT, "line %zu: zero byte", l->number);
		if (!sv_eq(line, SV("-"))) /* an escaped empty line, its blank cut */
			strbuf_add(out, line);
		strbuf_addc(out, '\n');
	}
	return err_set(e, E_FORMAT, "cut off: no '" SIG_BEGIN "'");
}

int deb_clearsign_split(struct sv text, struct strbuf *ret_payload, struct sv *ret_signature,
			struct err *e)
{
	_cleanup_strbuf_ struct strbuf payload = STRBUF_INIT;
	struct lines l = { .rest = text };
	struct sv line, signature;
	bool ended = false;
	int r = skip_headers(&l, e);

	if (r >= 0)
		r = take_text(&l, &payload, e);
	if (r < 0)
		return r;

	signature.p = l.start;
	while (!ended && take_line(&l, &line))
		ended = sv_eq(line, SV(SIG_END));
	if (!ended)
		return err_set(e, E_FORMAT, "cut off: no '" SIG_END "'");
	signature.n = (size_t)(l.start - signature.p) + line.n;
	while (take_line(&l, &line))
		if (line.n)
			return err_set(e, E_FORMAT, "line %zu: text behind the signature",
				       l.number);

	strbuf_done(ret_payload);
	*ret_payload = payload;
	payload = STRBUF_INIT;
	*ret_signature = signature;
	return 0;
}

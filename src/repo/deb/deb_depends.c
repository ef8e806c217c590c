/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repo/deb/deb_depends.h"

#include "base/cleanup.h"
#include "repo/deb/deb_scan.h"

/* What a clause stands for when no alternative of it is for us. */
#define DEP_DROPPED UINT32_MAX

/* Clauses are looked up so many at a time. */
enum { BATCH = 32 };

struct clause {
	struct sv text;
	uint32_t hash;
};

struct cursor {
	const struct deb_depends_ctx *ctx;
	const char *p, *end;
};

/* Blanks, line breaks, and comment lines of a folded field. */
static void skip_blanks(struct cursor *c)
{
	while (c->p < c->end) {
		if (*c->p == '\n' && c->p + 1 < c->end && c->p[1] == '#') {
			c->p++;
			while (c->p < c->end && *c->p != '\n')
				c->p++;
		} else if (ascii_isspace(*c->p)) {
			c->p++;
		} else {
			break;
		}
	}
}

static bool skip_char(struct cursor *c, char want)
{
	if (c->p == c->end || *c->p != want)
		return false;
	c->p++;
	return true;
}

/* Position of p in "L:C: " terms. */
static int fail_at(const struct deb_field *f, const char *p, struct err *e)
{
	uint32_t line = f->line, col = f->col;

	for (const char *q = f->value.p; q < p; q++) {
		col++;
		if (*q == '\n') {
			line++;
			col = 1;
		}
	}
	return err_wrap(e, "line %u:%u", line, col);
}

static struct sv take_word(struct cursor *c, const char *extra)
{
	const char *start = c->p;

	for (; c->p < c->end; c->p++) {
		const char *x = extra;

		if (ascii_isdigit(*c->p) || ascii_isalpha(*c->p))
			continue;
		while (*x && *x != *c->p)
			x++;
		if (!*x)
			break;
	}
	return sv_of(start, (size_t)(c->p - start));
}

static int unexpected(const struct cursor *c, const char *wanted, struct err *e)
{
	if (c->p == c->end)
		return err_set(e, E_FORMAT, "%s expected at the end", wanted);
	if (*c->p < ' ' || *c->p >= 0x7f)
		return err_set(e, E_FORMAT, "%s expected, not byte 0x%02x", wanted,
			       (unsigned char)*c->p);
	return err_set(e, E_FORMAT, "%s expected before '%c'", wanted, *c->p);
}

static int take_relation(struct cursor *c, uint8_t *ret, struct err *e)
{
	char a = c->p < c->end ? *c->p : 0, b = c->end - c->p > 1 ? c->p[1] : 0;

	if (a == '=') {
		*ret = REL_EQ;
		c->p++;
		if (b == '=')
			c->p++;
		return 0;
	}
	if (a != '<' && a != '>')
		return unexpected(c, "relation ('<<', '<=', '=', '>=' or '>>')", e);

	*ret = a == '<' ? REL_LT : REL_GT;
	c->p++;
	if (b == a) {
		c->p++;
		return 0;
	}
	/* "<" and ">" alone have meant "<=" and ">=" since before deb-control(5) was written down */
	*ret |= REL_EQ;
	if (b == '=')
		c->p++;
	return 0;
}

/* "(>= 1.2)" */
static int take_version(struct cursor *c, struct dep *d, struct err *e)
{
	const char *start;
	struct sv version;
	int r;

	skip_blanks(c);
	r = take_relation(c, &d->rel, e);
	if (r < 0)
		return r;
	skip_blanks(c);

	start = c->p;
	while (c->p < c->end && *c->p != ')' && !ascii_isspace(*c->p) && *c->p != ',' &&
	       *c->p != '|')
		c->p++;
	version = sv_of(start, (size_t)(c->p - start));
	skip_blanks(c);
	if (!skip_char(c, ')'))
		return unexpected(c, "')'", e);
	r = version_check_deb(version, e);
	if (r < 0) {
		c->p = start;
		return r;
	}
	d->version = universe_str(c->ctx->u, version);
	return 0;
}

/* Architecture names and wildcards of deb packages: "amd64", "any", "linux-any", "any-amd64". */
static bool arch_matches(struct sv word, const struct arch *arch)
{
	struct sv cpu = sv_from(arch->deb);

	if (sv_eq(word, cpu) || sv_eq(word, SV("any")) || sv_eq(word, SV("linux-any")))
		return true;
	return (sv_skip(&word, SV("any-")) || sv_skip(&word, SV("linux-"))) && sv_eq(word, cpu);
}

/* "[amd64 arm64]" or "[!i386]"; all words are negated or none. */
static int take_archs(struct cursor *c, bool *ret_for_us, struct err *e)
{
	bool negated = false, match = false;

	for (unsigned n = 0;; n++) {
		struct sv word;
		bool excludes;

		skip_blanks(c);
		if (n && skip_char(c, ']'))
			break;
		excludes = skip_char(c, '!');
		word = take_word(c, "-");
		if (word.n == 0)
			return unexpected(c, "architecture or ']'", e);
		if (n && excludes != negated)
			return err_set(e, E_FORMAT,
				       "architecture list mixes '!' and plain names at '" SV_FMT
				       "'",
				       SV_ARG(word));
		negated = excludes;
		match = match || arch_matches(word, c->ctx->arch);
	}
	*ret_for_us = match != negated;
	return 0;
}

/* One "<!nocheck stage1>": true when all its terms hold, with no profile active. */
static int take_profiles(struct cursor *c, bool *ret_holds, struct err *e)
{
	bool holds = true;

	for (unsigned n = 0;; n++) {
		skip_blanks(c);
		if (n && skip_char(c, '>'))
			break;
		if (!skip_char(c, '!'))
			holds = false;
		if (take_word(c, "-.+").n == 0)
			return unexpected(c, "build profile or '>'", e);
	}
	*ret_holds = holds;
	return 0;
}

/* What may follow the name: qualifier, version, architectures, profiles, in this order. */
static int take_alternative(struct cursor *c, struct dep *d, bool *ret_for_us, struct err *e)
{
	bool for_us = true, restricted = false, any_profile = false;
	struct sv word;
	int r;

	skip_blanks(c);
	word = take_word(c, "+-._");
	if (word.n == 0 || !(ascii_isdigit(word.p[0]) || ascii_isalpha(word.p[0]))) {
		if (word.n)
			c->p = word.p;
		return unexpected(c, "package name", e);
	}
	*d = (struct dep){ .op = DEP_ATOM, .name = universe_str(c->ctx->u, word) };

	if (skip_char(c, ':')) {
		word = take_word(c, "-");
		if (word.n == 0)
			return unexpected(c, "architecture", e);
		d->arch = universe_str(c->ctx->u, word);
	}
	skip_blanks(c);
	if (skip_char(c, '(')) {
		r = take_version(c, d, e);
		if (r < 0)
			return r;
		skip_blanks(c);
	}
	if (skip_char(c, '[')) {
		r = take_archs(c, &for_us, e);
		if (r < 0)
			return r;
		skip_blanks(c);
	}
	while (skip_char(c, '<')) {
		bool holds = false;

		r = take_profiles(c, &holds, e);
		if (r < 0)
			return r;
		restricted = true;
		any_profile = any_profile || holds;
		skip_blanks(c);
	}
	*ret_for_us = for_us && (!restricted || any_profile);
	return 0;
}

/* Alternatives as a chain that leans right. */
static dep_id make_chain(struct universe *u, const struct dep *alts, size_t n)
{
	dep_id id = 0;

	while (n--) {
		dep_id atom = universe_dep(u, &alts[n]);

		id = id ? universe_dep(u, &(struct dep){ .op = DEP_OR, .a = atom, .b = id }) : atom;
	}
	return id;
}

VEC_TYPE(alternatives, struct dep);

static void alternatives_done(struct alternatives *v)
{
	vec_done(v);
}

static int parse_clause(struct cursor *c, dep_id *ret, struct err *e)
{
	_cleanup_(alternatives_done) struct alternatives alts = { 0 };
	size_t n = 0;

	do {
		struct dep d = { .op = DEP_ATOM };
		bool for_us = false;
		int r = take_alternative(c, &d, &for_us, e);

		if (r >= 0 && ++n > DEB_ALTERNATIVES_MAX)
			r = err_set(e, E_LIMIT, "more than %u alternatives", DEB_ALTERNATIVES_MAX);
		if (r < 0)
			return r;
		if (for_us)
			vec_push(&alts, d);
	} while (skip_char(c, '|'));

	if (c->p < c->end)
		return unexpected(c, "',' or '|'", e);
	*ret = alts.n ? make_chain(c->ctx->u, alts.v, alts.n) : DEP_DROPPED;
	return 0;
}

static int check_kind(const struct universe *u, dep_id id, enum dep_kind kind, struct err *e)
{
	const struct dep *d = universe_dep_at(u, id);

	if (kind == DEPK_CONFLICTS || kind == DEPK_BREAKS || kind == DEPK_REPLACES ||
	    kind == DEPK_PROVIDES)
		if (d->op != DEP_ATOM)
			return err_set(e, E_FORMAT, "alternatives are not allowed in this field");
	if (kind == DEPK_PROVIDES && d->rel != REL_ANY && d->rel != REL_EQ)
		return err_set(e, E_FORMAT, "only '=' is allowed in this field");
	return 0;
}

static int take_clause(const struct deb_depends_ctx *ctx, const struct clause *clause, dep_id *ret,
		       struct err *e, const char **ret_at)
{
	struct sv text = clause->text;
	dep_id id = universe_clause_find(ctx->u, text, clause->hash);
	struct cursor c = { ctx, text.p, text.p + text.n };
	int r;

	if (!id) {
		r = parse_clause(&c, &id, e);
		if (r < 0) {
			*ret_at = c.p;
			return r;
		}
		universe_clause_add(ctx->u, text, id);
	}
	*ret = id;
	return 0;
}

/* The ',' that ends the clause at p, not one of a comment line; NULL: none. */
static const char *find_comma(const char *p, const char *end, bool comments)
{
	if (!comments)
		return scan_byte(p, end, ',');
	for (; p < end; p++) {
		if (*p == ',')
			return p;
		if (*p == '\n' && p + 1 < end && p[1] == '#')
			while (p + 1 < end && p[1] != '\n')
				p++;
	}
	return NULL;
}

/* Cuts the next clauses off, BATCH at most. A table of all clauses is larger than a cache: their slots
 * are asked for ahead of the lookups. */
static size_t cut_clauses(const struct deb_depends_ctx *c, const char **p, const char *end,
			  bool comments, struct clause v[static BATCH])
{
	size_t n = 0;

	while (*p < end && n < BATCH) {
		const char *comma = find_comma(*p, end, comments), *stop = comma ? comma : end;
		struct cursor start = { c, *p, stop };

		skip_blanks(&start);
		*p = comma ? comma + 1 : end;
		v[n].text = sv_trim_end(sv_of(start.p, (size_t)(stop - start.p)));
		if (v[n].text.n == 0 && !comma) /* what follows a last comma */
			break;
		v[n].hash = map_hash(v[n].text);
		map_prefetch(&c->u->clauses, v[n].hash);
		n++;
	}
	return n;
}

int deb_depends_parse(const struct deb_depends_ctx *c, const struct deb_field *f,
		      enum dep_kind kind, struct dep_ids *out, struct err *e)
{
	const char *p = f->value.p, *end = p + f->value.n;
	bool comments = scan_byte(p, end, '#') != NULL;
	size_t before = out->n, n;
	struct clause v[BATCH];

	while ((n = cut_clauses(c, &p, end, comments, v)) > 0)
		for (size_t i = 0; i < n; i++) {
			const char *at = v[i].text.p;
			dep_id id = 0;

			if (v[i].text.n == 0) {
				err_set(e, E_FORMAT, "nothing before ','");
				return fail_at(f, at, e);
			}
			if (take_clause(c, &v[i], &id, e, &at) < 0)
				return fail_at(f, at, e);
			if (id == DEP_DROPPED)
				continue;
			if (check_kind(c->u, id, kind, e) < 0)
				return fail_at(f, at, e);
			if (out->n - before == DEB_CLAUSES_MAX) {
				err_set(e, E_LIMIT, "more than %u clauses in one field",
					DEB_CLAUSES_MAX);
				return fail_at(f, at, e);
			}
			vec_push(out, id);
		}
	return 0;
}

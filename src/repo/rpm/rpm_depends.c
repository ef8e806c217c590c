/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repo/rpm/rpm_depends.h"

#include "base/cleanup.h"
#include "base/strbuf.h"
#include "base/vec.h"

/* ---- rpmlib() -------------------------------------------------------------------------------------- */

/* What a package may ask of the program that reads it, by name. Those that are about scripts we have
 * because none is run. Not here: ShortCircuited, which marks packages nobody should install. */
static const struct {
	struct sv name, version;
} features[] = {
	{ { "BuiltinLuaScripts", 17 }, { "4.2.2-1", 7 } },
	{ { "CaretInVersions", 15 }, { "4.15.0-1", 8 } },
	{ { "CompressedFileNames", 19 }, { "3.0.4-1", 7 } },
	{ { "ConcurrentAccess", 16 }, { "4.1-1", 5 } },
	{ { "DynamicBuildRequires", 20 }, { "4.15.0-1", 8 } },
	{ { "ExplicitPackageProvide", 22 }, { "4.0-1", 5 } },
	{ { "FileCaps", 8 }, { "4.6.1-1", 7 } },
	{ { "FileDigests", 11 }, { "4.6.0-1", 7 } },
	{ { "HeaderLoadSortsTags", 19 }, { "4.0.1-1", 7 } },
	{ { "LargeFiles", 10 }, { "4.12.0-1", 8 } },
	{ { "PartialHardlinkSets", 19 }, { "4.0.4-1", 7 } },
	{ { "PayloadFilesHavePrefix", 22 }, { "4.0-1", 5 } },
	{ { "PayloadIsBzip2", 14 }, { "3.0.5-1", 7 } },
	{ { "PayloadIsLzma", 13 }, { "4.4.2-1", 7 } },
	{ { "PayloadIsXz", 11 }, { "5.2-1", 5 } },
	{ { "PayloadIsZstd", 13 }, { "5.4.18-1", 8 } },
	{ { "RichDependencies", 16 }, { "4.12.0-1", 8 } },
	{ { "ScriptletExpansion", 18 }, { "4.9.0-1", 7 } },
	{ { "ScriptletInterpreterArgs", 24 }, { "4.0.3-1", 7 } },
	{ { "TildeInVersions", 15 }, { "4.10.0-1", 8 } },
	{ { "VersionedDependencies", 21 }, { "3.0.3-1", 7 } },
};

static bool have_feature(struct sv name, uint8_t rel, struct sv evr)
{
	if (!sv_skip(&name, SV("rpmlib(")) || !sv_cut_end(&name, SV(")")))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(features); i++) {
		int c;

		if (!sv_eq(features[i].name, name))
			continue;
		c = version_compare_rpm_dep(features[i].version, evr);
		return rel == REL_ANY || (c < 0 && (rel & REL_LT)) || (c == 0 && (rel & REL_EQ)) ||
		       (c > 0 && (rel & REL_GT));
	}
	return false;
}

/* ---- atoms ----------------------------------------------------------------------------------------- */

static int check_text(struct sv s, const char *what, struct err *e)
{
	if (s.n > RPM_DEP_TEXT_MAX)
		return err_set(e, E_LIMIT, "%s has %zu bytes, at most %u are accepted", what, s.n,
			       RPM_DEP_TEXT_MAX);
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return err_set(e, E_FORMAT, "%s has byte 0x%02x in it", what,
				       (unsigned char)s.p[i]);
	return 0;
}

/* No version no relation, no relation no version, and an epoch of 0 is none. */
static void tidy(uint8_t *rel, struct sv *evr)
{
	if (evr->n == 0)
		*rel = REL_ANY;
	if (*rel == REL_ANY)
		*evr = SV_NULL;
	(void)sv_skip(evr, SV("0:"));
}

/* What a package provides mostly has the package's own version: that of the atom before. */
static str_id version_str(struct universe *u, struct sv evr)
{
	const struct dep *last = u->deps.n ? &u->deps.v[u->deps.n - 1] : NULL;

	if (last && sv_eq(universe_sv(u, last->version), evr))
		return last->version;
	return universe_str(u, evr);
}

static dep_id add_atom(struct universe *u, struct sv name, uint8_t rel, struct sv evr)
{
	tidy(&rel, &evr);
	return universe_dep(u, &(struct dep){ .op = DEP_ATOM,
					      .rel = rel,
					      .name = universe_str(u, name),
					      .version = version_str(u, evr) });
}

/* The text by which equal atoms are one; no rich dependency has it. */
struct atom_key {
	char small[256];
	char *large; /* of a long one, else NULL */
	struct sv text;
	uint32_t hash;
};

static void atom_key_done(struct atom_key *k)
{
	free(k->large);
}

/* rel and evr are tidy. */
static void atom_key_init(struct atom_key *k, struct sv name, uint8_t rel, struct sv evr)
{
	size_t n = name.n + evr.n + 2;
	char *p = k->small;

	k->large = NULL;
	if (n > sizeof(k->small))
		p = k->large = xmalloc(n);
	sv_copy(p, name);
	p[name.n] = '\0';
	p[name.n + 1] = (char)rel;
	sv_copy(p + name.n + 2, evr);
	k->text = sv_of(p, n);
	k->hash = map_hash(k->text);
}

static dep_id make_atom(struct universe *u, struct sv name, uint8_t rel, struct sv evr)
{
	_cleanup_(atom_key_done) struct atom_key key;
	dep_id id;

	tidy(&rel, &evr);
	atom_key_init(&key, name, rel, evr);
	id = universe_clause_find(u, key.text, key.hash);
	if (id == 0) {
		id = add_atom(u, name, rel, evr);
		universe_clause_add(u, key.text, id);
	}
	return id;
}

/* ---- rich dependencies ----------------------------------------------------------------------------- */

/* Not in enum dep_op: what only the text has. */
#define OP_NONE 0xfeu
#define OP_ELSE 0xffu

struct cursor {
	struct universe *u;
	const char *start, *p, *end;
};

/* An expression that was read. */
struct node {
	dep_id id;
	size_t atoms;     /* each place counted that shares one */
	bool conditional; /* there is an if or unless in it */
};
VEC_TYPE(nodes, struct node);

static void nodes_done(struct nodes *v)
{
	vec_done(v);
}

static void skip_blanks(struct cursor *c)
{
	while (c->p < c->end && *c->p == ' ')
		c->p++;
}

static int unexpected(const struct cursor *c, const char *wanted, struct err *e)
{
	if (c->p == c->end)
		return err_set(e, E_FORMAT, "%s expected at the end", wanted);
	return err_set(e, E_FORMAT, "%s expected before '%c'", wanted, *c->p);
}

/* Up to a blank, a comma or the parenthesis that closes more than the word has opened; or up to one of `stops`
 * outside of parentheses: "font(:lang=en)" is one word. *ret_open: what it has opened and not closed. */
static struct sv take_word(struct cursor *c, const char *stops, size_t *ret_open)
{
	const char *start = c->p;
	size_t open = 0;

	for (; c->p < c->end && *c->p != ' ' && *c->p != ',' && (open || !strchr(stops, *c->p));
	     c->p++) {
		if (*c->p == '(')
			open++;
		else if (*c->p == ')' && open == 0)
			break;
		else if (*c->p == ')')
			open--;
	}
	*ret_open = open;
	return sv_of(start, (size_t)(c->p - start));
}

/* One of "<", "<=", "=", "==", ">=", ">"; REL_ANY when nothing of that kind follows. */
static uint8_t take_relation(struct cursor *c)
{
	uint8_t rel = REL_ANY;

	if (c->p < c->end && (*c->p == '<' || *c->p == '>'))
		rel = *c->p++ == '<' ? REL_LT : REL_GT;
	if (c->p < c->end && *c->p == '=') {
		rel |= REL_EQ;
		c->p++;
		if (rel == REL_EQ && c->p < c->end && *c->p == '=')
			c->p++;
	}
	return rel;
}

/* A name or version. With a parenthesis that stays open it could not be told from what stands around it. */
static int take_operand_word(struct cursor *c, const char *what, struct sv *ret, struct err *e)
{
	size_t open;

	*ret = take_word(c, "<>=", &open);
	if (ret->n == 0)
		return unexpected(c, what, e);
	if (open)
		return err_set(e, E_FORMAT, "%s '" SV_FMT "' has a '(' that is not closed", what,
			       SV_ARG(sv_head(*ret, 200)));
	return 0;
}

static int take_atom(struct cursor *c, struct node *ret, struct err *e)
{
	struct sv name, evr = SV_NULL;
	uint8_t rel = REL_ANY;
	int r = take_operand_word(c, "name", &name, e);

	if (r == 0) {
		skip_blanks(c);
		rel = take_relation(c);
	}
	if (r == 0 && rel != REL_ANY) {
		skip_blanks(c);
		r = take_operand_word(c, "version", &evr, e);
	}
	if (r < 0)
		return r;
	*ret = (struct node){ .id = make_atom(c->u, name, rel, evr), .atoms = 1 };
	return 0;
}

static int take_op(struct cursor *c, uint8_t *ret, struct err *e)
{
	static const struct {
		struct sv word;
		uint8_t op;
	} ops[] = { { { "and", 3 }, DEP_AND },
		    { { "or", 2 }, DEP_OR },
		    { { "if", 2 }, DEP_IF },
		    { { "unless", 6 }, DEP_UNLESS },
		    { { "with", 4 }, DEP_WITH },
		    { { "without", 7 }, DEP_WITHOUT },
		    { { "else", 4 }, (uint8_t)OP_ELSE } };
	struct cursor at = *c;
	size_t open;
	struct sv word = take_word(c, "(", &open);

	for (size_t i = 0; i < ARRAY_SIZE(ops); i++)
		if (sv_eq(word, ops[i].word)) {
			*ret = ops[i].op;
			return 0;
		}
	*c = at;
	return unexpected(c, "')' or one of and, or, if, unless, else, with, without", e);
}

/* May `op` follow the operators so far? Only else does after another one, and and, or, with chain. */
static int check_op(uint8_t first, uint8_t last, uint8_t op, struct err *e)
{
	if (op == OP_ELSE) {
		if (last == DEP_IF || last == DEP_UNLESS)
			return 0;
		return err_set(e, E_FORMAT, "'else' without 'if' or 'unless'");
	}
	if (first == OP_NONE || (op == first && (op == DEP_AND || op == DEP_OR || op == DEP_WITH)))
		return 0;
	return err_set(e, E_FORMAT, "operators are mixed without parentheses");
}

static struct node join(struct cursor *c, uint8_t op, struct node a, struct node b)
{
	struct dep d = { .op = op, .a = a.id, .b = b.id };

	return (struct node){ .id = universe_dep(c->u, &d),
			      .atoms = a.atoms + b.atoms,
			      .conditional = a.conditional || b.conditional || op == DEP_IF ||
					     op == DEP_UNLESS };
}

static struct node build(struct cursor *c, uint8_t op, const struct nodes *v, bool has_else)
{
	struct node all = v->v[v->n - 1];

	/* the else branch before the condition: nobody asked for what it names */
	if (has_else && op == DEP_IF)
		return join(c, DEP_AND, join(c, DEP_IF, v->v[0], v->v[1]),
			    join(c, DEP_OR, v->v[2], v->v[1]));
	if (has_else)
		return join(c, DEP_OR, join(c, DEP_UNLESS, v->v[0], v->v[1]),
			    join(c, DEP_AND, v->v[2], v->v[1]));
	for (size_t i = v->n - 1; i-- > 0;)
		all = join(c, op, v->v[i], all);
	return all;
}

static int take_rich(struct cursor *c, unsigned depth, struct node *ret, struct err *e);

static int take_operand(struct cursor *c, unsigned depth, struct node *ret, struct err *e)
{
	skip_blanks(c);
	if (c->p < c->end && *c->p == '(')
		return take_rich(c, depth + 1, ret, e);
	return take_atom(c, ret, e);
}

/* What stands between the parentheses. */
static int take_operands(struct cursor *c, unsigned depth, struct nodes *v, uint8_t *ret_first,
			 bool *ret_else, struct err *e)
{
	uint8_t first = OP_NONE, last = OP_NONE, op = OP_NONE;
	size_t atoms = 0;

	for (;;) {
		struct node n = { 0 };
		const char *at;
		int r = take_operand(c, depth, &n, e);

		if (r < 0)
			return r;
		vec_push(v, n);
		atoms += n.atoms;
		if (atoms > RPM_RICH_ATOMS_MAX)
			return err_set(e, E_LIMIT, "more than %u operands", RPM_RICH_ATOMS_MAX);
		skip_blanks(c);
		if (c->p < c->end && *c->p == ')')
			break;
		at = c->p;
		r = take_op(c, &op, e);
		if (r < 0)
			return r;
		r = check_op(first, last, op, e);
		if (r < 0) {
			c->p = at;
			return r;
		}
		first = first == OP_NONE ? op : first;
		last = op;
	}
	c->p++;
	*ret_first = first;
	*ret_else = last == OP_ELSE;
	return 0;
}

/* "(" operands ")" */
static int take_rich(struct cursor *c, unsigned depth, struct node *ret, struct err *e)
{
	_cleanup_(nodes_done) struct nodes v = { 0 };
	const char *at = c->p;
	uint8_t op = OP_NONE;
	bool has_else = false;
	int r;

	if (depth > RPM_RICH_DEPTH_MAX)
		return err_set(e, E_LIMIT, "parentheses are nested more than %u deep",
			       RPM_RICH_DEPTH_MAX);
	c->p++;
	r = take_operands(c, depth, &v, &op, &has_else, e);
	if (r < 0)
		return r;
	for (size_t i = 0; i < v.n; i++)
		if ((op == DEP_WITH || op == DEP_WITHOUT) && v.v[i].conditional) {
			c->p = at;
			return err_set(e, E_FORMAT, "a condition inside 'with' or 'without'");
		}
	*ret = build(c, op, &v, has_else);
	if (ret->atoms > RPM_RICH_ATOMS_MAX)
		return err_set(e, E_LIMIT, "more than %u operands", RPM_RICH_ATOMS_MAX);
	return 0;
}

static int parse_rich(struct universe *u, struct sv text, dep_id *ret, struct err *e)
{
	struct cursor c = { .u = u, .start = text.p, .p = text.p, .end = text.p + text.n };
	struct node n = { 0 };
	dep_id known = universe_clause_find(u, text, map_hash(text));
	int r;

	if (known) {
		*ret = known;
		return 0;
	}
	r = take_rich(&c, 1, &n, e);
	if (r >= 0) {
		skip_blanks(&c);
		if (c.p < c.end)
			r = err_set(e, E_FORMAT, "something behind the last ')'");
	}
	if (r < 0)
		return err_wrap(e, "rich dependency '" SV_FMT "': column %zu",
				SV_ARG(sv_head(text, 200)), (size_t)(c.p - c.start) + 1);
	universe_clause_add(u, text, n.id);
	*ret = n.id;
	return 0;
}

/* ---- entries --------------------------------------------------------------------------------------- */

void rpm_depends_ahead(const struct universe *u, enum dep_kind kind, struct sv name, uint8_t rel,
		       struct sv evr)
{
	_cleanup_(atom_key_done) struct atom_key key = { .large = NULL };

	if (kind == DEPK_PROVIDES) {
		intern_prefetch(&u->strings, name);
		return;
	}
	tidy(&rel, &evr);
	atom_key_init(&key, name, rel, evr);
	map_prefetch(&u->clauses, key.hash);
}

int rpm_depends_entry(struct universe *u, enum dep_kind kind, struct sv name, uint8_t rel,
		      struct sv evr, dep_id *ret, struct err *e)
{
	int r;

	if (name.n == 0)
		return err_set(e, E_FORMAT, "dependency without a name");
	r = check_text(name, "name of a dependency", e);
	if (r >= 0)
		r = check_text(evr, "version of a dependency", e);
	if (r < 0)
		return r;
	if (name.p[0] == '(') {
		if (kind == DEPK_PROVIDES || kind == DEPK_OBSOLETES)
			return err_set(e, E_FORMAT, "rich dependency '" SV_FMT "' among the %s",
				       SV_ARG(sv_head(name, 200)),
				       kind == DEPK_PROVIDES ? "provides" : "obsoletes");
		return parse_rich(u, name, ret, e);
	}
	if (kind != DEPK_PROVIDES && have_feature(name, rel, evr)) {
		*ret = 0;
		return 0;
	}
	/* provides are nearly all different: remembering them would cost more than it saves */
	*ret = kind == DEPK_PROVIDES ? add_atom(u, name, rel, evr) : make_atom(u, name, rel, evr);
	return 0;
}

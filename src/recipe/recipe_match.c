/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * [Match], [TriggerMatch], [Assert] and [TriggerAssert], with mkosi's logic: all plain conditions of a
 * section and one of its '|' conditions; all [Match] sections and one of the [TriggerMatch] sections.
 * Releases can also be compared (Release=>=trixie); mkosi knows only equality.
 */
#include "recipe/recipe_int.h"

#include "base/glob.h"
#include "pkg/version.h"

/* Code names that have no order of their own. */
static const struct release_name {
	const char *distribution, *word, *number;
} release_names[] = {
	{ "debian", "stretch", "9" },      { "debian", "buster", "10" },
	{ "debian", "bullseye", "11" },    { "debian", "bookworm", "12" },
	{ "debian", "trixie", "13" },      { "debian", "forky", "14" },
	{ "debian", "duke", "15" },        { "ubuntu", "xenial", "16.04" },
	{ "ubuntu", "bionic", "18.04" },   { "ubuntu", "focal", "20.04" },
	{ "ubuntu", "jammy", "22.04" },    { "ubuntu", "mantic", "23.10" },
	{ "ubuntu", "noble", "24.04" },    { "ubuntu", "oracular", "24.10" },
	{ "ubuntu", "plucky", "25.04" },   { "ubuntu", "questing", "25.10" },
	{ "ubuntu", "resolute", "26.04" },
};

/* What has neither a number nor a known code name rolls (sid, rawhide, tumbleweed) or is too new for
 * the table: newest either way. */
#define RELEASE_NEWEST SV("999999")

static struct sv release_number(struct sv distribution, struct sv word)
{
	for (size_t i = 0; i < ARRAY_SIZE(release_names); i++)
		if (sv_eq(distribution, sv_from(release_names[i].distribution)) &&
		    sv_eq(word, sv_from(release_names[i].word)))
			return sv_from(release_names[i].number);
	return word.n > 0 && ascii_isdigit(word.p[0]) ? word : RELEASE_NEWEST;
}

int recipe_release_compare(struct sv distribution, struct sv a, struct sv b)
{
	return version_compare_deb(release_number(distribution, a),
				   release_number(distribution, b));
}

enum comparison { CMP_NONE, CMP_EQ, CMP_NE, CMP_LE, CMP_GE, CMP_LT, CMP_GT };

static enum comparison take_comparison(struct sv *text)
{
	static const struct {
		const char *sigil;
		enum comparison op;
	} table[] = { { "==", CMP_EQ }, { "!=", CMP_NE }, { "<=", CMP_LE },
		      { ">=", CMP_GE }, { "<", CMP_LT },  { ">", CMP_GT } };

	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (sv_skip(text, sv_from(table[i].sigil))) {
			*text = sv_trim(*text);
			return table[i].op;
		}
	return CMP_NONE;
}

static bool holds(enum comparison op, int order)
{
	switch (op) {
	case CMP_NE:
		return order != 0;
	case CMP_LE:
		return order <= 0;
	case CMP_GE:
		return order >= 0;
	case CMP_LT:
		return order < 0;
	case CMP_GT:
		return order > 0;
	case CMP_NONE:
	case CMP_EQ:
		break;
	}
	return order == 0;
}

struct condition {
	struct recipe_ctx *c;
	struct sv text;
};

static bool match_distribution(const struct condition *m)
{
	return sv_eq(m->text, m->c->match.distribution);
}

static bool match_release(const struct condition *m)
{
	struct sv text = m->text, own = m->c->match.release;
	enum comparison op = take_comparison(&text);

	if (own.n == 0)
		return false;
	/* A word equals only itself: 'sid' is not 'rawhide', though both are newest. */
	if (op == CMP_NONE || op == CMP_EQ || op == CMP_NE) {
		struct sv number = release_number(m->c->match.distribution, own);
		bool same = sv_eq(text, own) ||
			    (!sv_eq(number, RELEASE_NEWEST) &&
			     sv_eq(number, release_number(m->c->match.distribution, text)));

		return same == (op != CMP_NE);
	}
	return holds(op, recipe_release_compare(m->c->match.distribution, own, text));
}

static struct sv architecture_word(struct sv word)
{
	static const char *const same[][2] = { { "aarch64", "arm64" },    { "amd64", "x86-64" },
					       { "i386", "x86" },         { "i686", "x86" },
					       { "ppc64el", "ppc64-le" }, { "ppc64le", "ppc64-le" },
					       { "x86_64", "x86-64" } };

	for (size_t i = 0; i < ARRAY_SIZE(same); i++)
		if (sv_eq(word, sv_from(same[i][0])))
			return sv_from(same[i][1]);
	return word;
}

static bool match_architecture(const struct condition *m)
{
	static const char *const uefi[] = { "arm",     "arm64", "loongarch64", "riscv32",
					    "riscv64", "x86",   "x86-64" };
	struct sv own = architecture_word(m->c->match.architecture);

	for (size_t i = 0; sv_eq(m->text, SV("uefi")) && i < ARRAY_SIZE(uefi); i++)
		if (sv_eq(own, sv_from(uefi[i])))
			return true;
	return own.n > 0 && sv_eq(architecture_word(m->text), own);
}

static bool match_format(const struct condition *m)
{
	return sv_eq(m->text, m->c->match.format);
}

static bool match_image_id(const struct condition *m)
{
	return m->c->match.image_id.n > 0 && glob_match(m->text, m->c->match.image_id, 0);
}

static bool match_image_version(const struct condition *m)
{
	struct sv text = m->text, own = m->c->r->image_version.text;
	enum comparison op = take_comparison(&text);

	return own.n > 0 && holds(op, version_compare_deb(own, text));
}

static bool match_profiles(const struct condition *m)
{
	bool found = false;

	if (m->text.n == 0)
		return m->c->profiles.n == 0;
	for (size_t i = 0; i < m->c->profiles.n; i++)
		if (sv_eq(m->c->profiles.v[i].name, m->text)) {
			m->c->profiles.v[i].used = true;
			found = true;
		}
	return found;
}

/* There is one image, and mkosi's name for it is this. */
static bool match_image(const struct condition *m)
{
	return sv_eq(m->text, SV("main"));
}

static bool match_no(const struct condition *m)
{
	bool value = true;

	return recipe_bool_word(m->text, &value) && !value;
}

static const struct match_key {
	const char *name;
	bool (*match)(const struct condition *m); /* NULL: depends on the building machine */
} match_keys[] = {
	{ "Architecture", match_architecture },
	{ "Bootable", match_no },
	{ "Distribution", match_distribution },
	{ "Format", match_format },
	{ "HostArchitecture", NULL },
	{ "Image", match_image },
	{ "ImageId", match_image_id },
	{ "ImageVersion", match_image_version },
	{ "PathExists", NULL },
	{ "Profile", match_profiles },
	{ "Profiles", match_profiles },
	{ "Release", match_release },
	{ "SystemdVersion", NULL },
};

static const struct match_key *find_key(struct sv name)
{
	for (size_t i = 0; i < ARRAY_SIZE(match_keys); i++)
		if (sv_eq(name, sv_from(match_keys[i].name)))
			return &match_keys[i];
	return NULL;
}

/* 1 or 0; *ret_trigger: it was a '|' condition. */
static int condition(struct recipe_ctx *c, const struct recipe_item *it, bool *ret_trigger,
		     struct err *e)
{
	const struct match_key *key = find_key(it->key);
	struct sv text = it->lines.v[0].text;
	struct condition m = { .c = c };
	bool negate;

	if (!key || !key->match || it->lines.n > 1) {
		recipe_err(e, E_USAGE, c->path, it->line, it->col,
			   "'" SV_FMT "' cannot be used in [" SV_FMT "]%s", SV_ARG(it->key),
			   SV_ARG(it->section),
			   key && key->match ? " over several lines"
			   : key             ? ": it asks the building machine"
					     : "");
		return err_hint(
			e,
			"an image depends on Distribution=, Release=, Architecture=, Format=, Profiles=, "
			"ImageId= and ImageVersion= only");
	}
	*ret_trigger = sv_skip(&text, SV("|"));
	negate = !sv_starts(text, SV("!=")) && sv_skip(&text, SV("!"));

	int r = recipe_expand(c, &it->lines.v[0], text, false, &m.text, e);

	if (r < 0)
		return r;
	return key->match(&m) != negate;
}

/* State of one section and of all [Trigger...] sections so far. */
struct matching {
	bool asserts;             /* which pair of sections is judged */
	bool in, failed;          /* within such a section; a plain condition failed */
	bool any, any_held;       /* '|' conditions: were there, did one hold */
	bool triggers, triggered; /* [Trigger...]: were there, did one hold */
	struct sv section;
	uint32_t line, col;
};

static int section_end(struct recipe_ctx *c, struct matching *m, struct err *e)
{
	bool held = !m->failed && (!m->any || m->any_held);

	if (!m->in)
		return 1;
	m->in = false;
	if (sv_starts(m->section, SV("Trigger"))) {
		m->triggers = true;
		m->triggered = m->triggered || held;
		return 1;
	}
	if (!held && m->asserts)
		return recipe_err(e, E_USAGE, c->path, m->line, m->col,
				  "this recipe's [Assert] does not hold here");
	return held;
}

static int section_begin(struct recipe_ctx *c, struct matching *m, const struct recipe_item *it,
			 struct err *e)
{
	int r = section_end(c, m, e);
	struct sv kind = it->section;

	if (r <= 0)
		return r;
	(void)sv_skip(&kind, SV("Trigger"));
	m->in = sv_eq(kind, m->asserts ? SV("Assert") : SV("Match"));
	m->failed = m->any = m->any_held = false;
	m->section = it->section;
	m->line = it->line;
	m->col = it->col;
	return 1;
}

static int judge(struct recipe_ctx *c, struct matching *m, const struct recipe_item *it,
		 struct err *e)
{
	bool trigger = false;
	int held = condition(c, it, &trigger, e);

	if (held < 0)
		return held;
	if (trigger) {
		m->any = true;
		m->any_held = m->any_held || held;
	} else if (!held) {
		m->failed = true;
	}
	return 1;
}

static int pass(struct recipe_ctx *c, struct sv text, bool asserts, struct err *e)
{
	_cleanup_(recipe_item_done) struct recipe_item it = { 0 };
	struct matching m = { .asserts = asserts };
	struct recipe_lexer l;
	int r = recipe_lex_init(&l, c->path, text, e);

	while (r >= 0 && (r = recipe_lex_next(&l, &it, e)) > 0) {
		if (!it.key.p)
			r = section_begin(c, &m, &it, e);
		else if (m.in && !m.failed)
			r = judge(c, &m, &it, e);
		if (r <= 0)
			return r;
	}
	if (r < 0)
		return r;
	r = section_end(c, &m, e);
	if (r <= 0)
		return r;
	if (m.triggers && !m.triggered) {
		if (!asserts)
			return 0;
		return recipe_err(e, E_USAGE, c->path, m.line, m.col,
				  "none of the [TriggerAssert] sections holds here");
	}
	return 1;
}

int recipe_match_text(struct recipe_ctx *c, struct sv text, struct err *e)
{
	int r = pass(c, text, false, e);

	return r <= 0 ? r : pass(c, text, true, e);
}

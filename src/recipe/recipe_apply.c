/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Settings to fields: finding the row, notes, lists and scalars. */
#include "recipe/recipe_int.h"

#include "base/num.h"

struct sv recipe_origin(struct recipe_ctx *c, uint32_t line, uint32_t col)
{
	return arena_printf(&c->r->arena, "%.*s:%u:%u", (int)c->path.n, c->path.p, line, col);
}

static void note(struct recipe_ctx *c, enum note_level level, const struct recipe_item *it,
		 const char *text, const char *more)
{
	if (c->o->notes)
		notes_add(c->o->notes, level, SV_FMT ":%u:%u: setting '" SV_FMT "' %s%s",
			  SV_ARG(c->path), it->line, it->col, SV_ARG(it->key), text, more);
}

int recipe_count(struct recipe_ctx *c, const struct recipe_line *at, struct err *e)
{
	if (++c->n_values > RECIPE_VALUES_MAX)
		return recipe_err(e, E_LIMIT, c->path, at->line, at->col,
				  "more than %d values in one recipe", RECIPE_VALUES_MAX);
	return 0;
}

int recipe_push(struct recipe_ctx *c, struct recipe_list *list, struct sv text,
		const struct recipe_line *at, struct err *e)
{
	int r = recipe_count(c, at, e);

	if (r < 0)
		return r;
	vec_push(list, ((struct recipe_value){ text, recipe_origin(c, at->line, at->col) }));
	return 0;
}

struct specifier {
	struct sv value;
	bool known, path;
};

static struct specifier specifier(const struct recipe_ctx *c, char letter)
{
	const struct recipe *r = c->r;

	switch (letter) {
	case '%':
		return (struct specifier){ SV("%"), true, false };
	case 'a':
		return (struct specifier){ c->match.architecture, true, false };
	case 'd':
		return (struct specifier){ c->match.distribution, true, false };
	case 'i':
		return (struct specifier){ r->image_id.text, true, false };
	case 'o':
		return (struct specifier){ r->output.text, true, false };
	case 'r':
		return (struct specifier){ c->match.release, true, false };
	case 't':
		return (struct specifier){ c->match.format, true, false };
	case 'v':
		return (struct specifier){ r->image_version.text, true, false };
	case 'I':
		return (struct specifier){ SV("main"), true, false };
	case 'C':
		return (struct specifier){ c->dir, true, true };
	case 'D':
	case 'P':
		return (struct specifier){ c->top, true, true };
	default:
		return (struct specifier){ .known = false };
	}
}

int recipe_expand(struct recipe_ctx *c, const struct recipe_line *at, struct sv text, bool paths,
		  struct sv *ret, struct err *e)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;

	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] != '%' || i + 1 == text.n) {
			strbuf_addc(&out, text.p[i]);
			continue;
		}

		struct specifier s = specifier(c, text.p[++i]);

		if (s.known && s.path && !paths) {
			recipe_err(e, E_USAGE, c->path, at->line, at->col,
				   "'%%%c' is a path of this machine and cannot be used here",
				   text.p[i]);
			return err_hint(e, "only ExtraTrees= and Include= know it");
		}
		if (!s.known) {
			recipe_err(e, E_USAGE, c->path, at->line, at->col,
				   "unknown specifier '%%%c'",
				   ascii_isspace(text.p[i]) ? ' ' : text.p[i]);
			return err_hint(e, "a percent sign is written %%%%");
		}
		if (s.value.n == 0 && c->o->notes)
			notes_add(c->o->notes, NOTE_WARNING,
				  SV_FMT ":%u:%u: '%%%c' is not set and left out", SV_ARG(c->path),
				  at->line, at->col, text.p[i]);
		strbuf_add(&out, s.value);
	}
	*ret = arena_sv(&c->r->arena, strbuf_sv(&out));
	return 0;
}

bool recipe_bool_word(struct sv word, bool *ret)
{
	static const char *const yes[] = { "1", "always", "on", "t", "true", "y", "yes" };
	static const char *const no[] = { "0", "f", "false", "n", "never", "no", "off" };

	for (size_t i = 0; i < ARRAY_SIZE(yes); i++) {
		if (sv_eq_nocase(word, sv_from(yes[i])))
			*ret = true;
		else if (sv_eq_nocase(word, sv_from(no[i])))
			*ret = false;
		else
			continue;
		return true;
	}
	return false;
}

int recipe_bool(const struct recipe_value *v, bool fallback, bool *ret, struct err *e)
{
	if (!v->text.p) {
		*ret = fallback;
		return 0;
	}
	if (recipe_bool_word(v->text, ret))
		return 0;
	return err_set(e, E_USAGE, SV_FMT ": '" SV_FMT "' is neither yes nor no", SV_ARG(v->origin),
		       SV_ARG(v->text));
}

/* Cuts one value off a line: at commas, at blanks, or the whole line. */
static bool next_value(struct sv *rest, unsigned flags, struct sv *ret)
{
	if (flags & F_BLANK)
		return sv_word(rest, ret);
	do {
		if (!rest->p || !sv_split(rest, flags & F_LINES ? '\n' : ',', ret))
			return false;
		*ret = sv_trim(*ret);
	} while (ret->n == 0);
	return true;
}

typedef int (*value_fn)(struct recipe_ctx *c, const struct recipe_setting *s,
			const struct recipe_line *at, struct sv text, struct err *e);

/* NAME (>= VERSION) and rich dependencies hold blanks; two names on a line are a mistake. */
static int check_word(struct recipe_ctx *c, const struct recipe_line *at, struct sv text,
		      unsigned flags, struct err *e)
{
	if (flags & F_RICH && sv_chr(text, '(') >= 0)
		return 0;
	for (size_t i = 0; i < text.n; i++)
		if (ascii_isspace(text.p[i])) {
			recipe_err(e, E_USAGE, c->path, at->line, at->col,
				   "'" SV_FMT "' holds a blank", SV_ARG(text));
			return err_hint(
				e, "values are separated by commas or stand on lines of their own");
		}
	return 0;
}

static int each_value(struct recipe_ctx *c, const struct recipe_setting *s,
		      const struct recipe_item *it, value_fn fn, struct err *e)
{
	for (size_t i = 0; i < it->lines.n; i++) {
		const struct recipe_line *line = &it->lines.v[i];
		struct sv rest = line->text, word;

		while (next_value(&rest, s->flags, &word)) {
			struct recipe_line at = { word, line->line,
						  line->col + (uint32_t)(word.p - line->text.p) };
			struct sv text;
			int r = s->flags & F_WORD ? check_word(c, &at, word, s->flags, e) : 0;

			if (r == 0 && s->flags & F_RAW)
				text = arena_sv(&c->r->arena, word);
			else if (r == 0)
				r = recipe_expand(c, &at, word, false, &text, e);
			if (r == 0)
				r = fn(c, s, &at, text, e);
			if (r < 0)
				return r;
		}
	}
	return 0;
}

static struct recipe_list *list_of(struct recipe_ctx *c, const struct recipe_setting *s)
{
	return (struct recipe_list *)((char *)c->r + s->offset);
}

static int push_value(struct recipe_ctx *c, const struct recipe_setting *s,
		      const struct recipe_line *at, struct sv text, struct err *e)
{
	return recipe_push(c, list_of(c, s), text, at, e);
}

int apply_list(struct recipe_ctx *c, const struct recipe_setting *s, const struct recipe_item *it,
	       struct err *e)
{
	if (recipe_item_is_reset(it))
		list_of(c, s)->n = 0;
	return each_value(c, s, it, push_value, e);
}

/* 'default' stands for the patterns of recipe base, in its place. */
static int push_pattern(struct recipe_ctx *c, const struct recipe_setting *s,
			const struct recipe_line *at, struct sv text, struct err *e)
{
	if (!sv_eq(text, SV("default")))
		return push_value(c, s, at, text, e);
	return recipe_push_default_modules(c, at, list_of(c, s), e);
}

int apply_modules(struct recipe_ctx *c, const struct recipe_setting *s,
		  const struct recipe_item *it, struct err *e)
{
	if (recipe_item_is_reset(it))
		list_of(c, s)->n = 0;
	return each_value(c, s, it, push_pattern, e);
}

static bool is_regex(struct sv text)
{
	(void)sv_skip(&text, SV("-"));
	return sv_starts(text, SV("re:"));
}

/* 'default' and 'host' are words, not expressions. */
static bool is_special(struct sv text)
{
	return sv_eq(text, SV("default")) || sv_eq(text, SV("host"));
}

static int push_re_include(struct recipe_ctx *c, const struct recipe_setting *s,
			   const struct recipe_line *at, struct sv text, struct err *e)
{
	if (is_special(text) && s->flags & F_MODULES)
		return push_pattern(c, s, at, text, e);

	/* no expression begins with '?': it makes this one optional, as any other pattern */
	const char *prefix = sv_skip(&text, SV("?")) ? "?re:" : "re:";

	text = arena_printf(&c->r->arena, "%s%.*s", prefix, (int)text.n, text.p);
	return push_value(c, s, at, text, e);
}

static bool is_re_include(struct sv text)
{
	(void)sv_skip(&text, SV("?"));
	return sv_starts(text, SV("re:"));
}

int apply_re_include(struct recipe_ctx *c, const struct recipe_setting *s,
		     const struct recipe_item *it, struct err *e)
{
	struct recipe_list *list = list_of(c, s);
	size_t kept = 0;

	/* The older setting has a list of its own in the user's eyes: reset only that. */
	for (size_t i = 0; recipe_item_is_reset(it) && i < list->n; i++)
		if (!is_re_include(list->v[i].text))
			list->v[kept++] = list->v[i];
	if (recipe_item_is_reset(it))
		list->n = kept;
	return each_value(c, s, it, push_re_include, e);
}

/* mkosi lets inclusions win over exclusions wherever they stand, while here the last entry that matches
 * decides: so an exclusion goes before the first expression that includes. A list of nothing but
 * exclusions means all the rest. */
static int push_re_exclude(struct recipe_ctx *c, const struct recipe_setting *s,
			   const struct recipe_line *at, struct sv text, struct err *e)
{
	struct recipe_list *list = list_of(c, s);
	size_t to = 0;
	int r;

	if (list->n == 0 && (r = push_value(c, s, at, SV("*"), e)) < 0)
		return r;
	text = arena_printf(&c->r->arena, "-re:%.*s", (int)text.n, text.p);
	r = push_value(c, s, at, text, e);
	if (r < 0)
		return r;
	while (to + 1 < list->n && !is_re_include(list->v[to].text))
		to++;

	struct recipe_value last = list->v[list->n - 1];

	memmove(&list->v[to + 1], &list->v[to], (list->n - 1 - to) * sizeof(list->v[0]));
	list->v[to] = last;
	return 0;
}

int apply_re_exclude(struct recipe_ctx *c, const struct recipe_setting *s,
		     const struct recipe_item *it, struct err *e)
{
	struct recipe_list *list = list_of(c, s);
	size_t kept = 0;

	for (size_t i = 0; recipe_item_is_reset(it) && i < list->n; i++)
		if (!is_regex(list->v[i].text) || list->v[i].text.p[0] != '-')
			list->v[kept++] = list->v[i];
	if (recipe_item_is_reset(it))
		list->n = kept;
	return each_value(c, s, it, push_re_exclude, e);
}

int apply_host_modules(struct recipe_ctx *c, const struct recipe_setting *s,
		       const struct recipe_item *it, struct err *e)
{
	const struct recipe_line *at = &it->lines.v[0];
	bool yes = false;

	if (recipe_item_is_reset(it))
		return 0;
	if (!recipe_bool_word(at->text, &yes) || it->lines.n > 1)
		return recipe_err(e, E_USAGE, c->path, at->line, at->col,
				  "'" SV_FMT "' is neither yes nor no", SV_ARG(at->text));
	return yes ? push_value(c, s, at, SV("host"), e) : 0;
}

static int push_satisfied(struct recipe_ctx *c, const struct recipe_setting *s,
			  const struct recipe_line *at, struct sv text, struct err *e)
{
	struct recipe_list *list = list_of(c, s);
	bool take_back = sv_skip(&text, SV("-"));

	for (size_t i = 0; i < list->n; i++)
		if (sv_eq(list->v[i].text, text)) {
			if (!take_back)
				return 0;
			memmove(&list->v[i], &list->v[i + 1],
				(list->n - i - 1) * sizeof(list->v[0]));
			list->n--;
			return 0;
		}
	if (!take_back)
		return push_value(c, s, at, text, e);
	recipe_err(e, E_USAGE, c->path, at->line, at->col,
		   "'" SV_FMT "' cannot be taken back: nothing said that kindling satisfies it",
		   SV_ARG(text));
	return err_hint(e, "'kindling recipes base' lists them");
}

int apply_satisfied(struct recipe_ctx *c, const struct recipe_setting *s,
		    const struct recipe_item *it, struct err *e)
{
	if (recipe_item_is_reset(it))
		list_of(c, s)->n = 0;
	return each_value(c, s, it, push_satisfied, e);
}

/* The one value of a scalar; an empty one stands for "not set" and is 1. */
static int one_value(struct recipe_ctx *c, const struct recipe_setting *s,
		     const struct recipe_item *it, struct sv *ret, struct err *e)
{
	const struct recipe_line *at = &it->lines.v[0];

	if (recipe_item_is_reset(it))
		return 1;
	if (it->lines.n > 1)
		return recipe_err(e, E_USAGE, c->path, it->lines.v[1].line, it->lines.v[1].col,
				  "setting '%s' takes one value, on one line", s->name);
	if (s->flags & F_RAW) {
		*ret = arena_sv(&c->r->arena, at->text);
		return 0;
	}
	return recipe_expand(c, at, at->text, false, ret, e);
}

static int check_scalar(struct recipe_ctx *c, const struct recipe_setting *s,
			const struct recipe_line *at, struct sv text, struct err *e)
{
	struct err why = ERR_INIT;
	uint64_t number;
	bool yes;

	if (s->flags & F_BOOL && !recipe_bool_word(text, &yes))
		return recipe_err(e, E_USAGE, c->path, at->line, at->col,
				  "'" SV_FMT "' is neither yes nor no", SV_ARG(text));
	if (s->flags & F_NUMBER && num_parse_u64(text, 10, UINT32_MAX, &number, &why) < 0)
		return recipe_err(e, E_USAGE, c->path, at->line, at->col, "setting '%s': %s",
				  s->name, why.text);
	if (s->flags & F_NAME &&
	    (sv_chr(text, '/') >= 0 || sv_eq(text, SV(".")) || sv_eq(text, SV(".."))))
		return recipe_err(e, E_USAGE, c->path, at->line, at->col,
				  "setting '%s' takes a name, not the path '" SV_FMT "'", s->name,
				  SV_ARG(text));
	return 0;
}

static void set_scalar(struct recipe_ctx *c, const struct recipe_setting *s,
		       const struct recipe_line *at, struct sv text)
{
	struct recipe_value *v = (struct recipe_value *)((char *)c->r + s->offset);

	*v = text.p ? (struct recipe_value){ text, recipe_origin(c, at->line, at->col) }
		    : (struct recipe_value){ SV_NULL, SV_NULL };
}

int apply_scalar(struct recipe_ctx *c, const struct recipe_setting *s, const struct recipe_item *it,
		 struct err *e)
{
	const struct recipe_line *at = &it->lines.v[0];
	struct sv text = SV_NULL;
	int r = one_value(c, s, it, &text, e);

	if (r == 0)
		r = check_scalar(c, s, at, text, e);
	if (r < 0)
		return r;
	set_scalar(c, s, at, text);
	return 0;
}

int apply_format(struct recipe_ctx *c, const struct recipe_setting *s, const struct recipe_item *it,
		 struct err *e)
{
	const struct recipe_line *at = &it->lines.v[0];
	struct sv text = SV_NULL;
	int r = one_value(c, s, it, &text, e);

	if (r < 0)
		return r;
	if (r == 0 && !sv_eq(text, SV("cpio")) && !sv_eq(text, SV("uki"))) {
		recipe_err(e, E_USAGE, c->path, at->line, at->col,
			   "format '" SV_FMT "' cannot be built", SV_ARG(text));
		return err_hint(e, "kindling writes initrds: cpio or uki");
	}
	set_scalar(c, s, at, text);
	return 0;
}

int apply_compress(struct recipe_ctx *c, const struct recipe_setting *s,
		   const struct recipe_item *it, struct err *e)
{
	static const char *const words[][2] = { { "gz", "gzip" },  { "gzip", "gzip" },
						{ "lz4", "lz4" },  { "none", "none" },
						{ "xz", "xz" },    { "zst", "zstd" },
						{ "zstd", "zstd" } };
	const struct recipe_line *at = &it->lines.v[0];
	struct sv text = SV_NULL, found = SV_NULL;
	int r = one_value(c, s, it, &text, e);
	bool yes;

	if (r < 0)
		return r;
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(words); i++)
		if (sv_eq(text, sv_from(words[i][0])))
			found = sv_from(words[i][1]);
	if (r == 0 && !found.p && recipe_bool_word(text, &yes))
		found = yes ? SV("zstd") : SV("none");
	if (r == 0 && !found.p) {
		recipe_err(e, E_USAGE, c->path, at->line, at->col,
			   "unknown compression '" SV_FMT "'", SV_ARG(text));
		return err_hint(e, "one of zstd, xz, gzip, lz4, none");
	}
	set_scalar(c, s, at, found);
	return 0;
}

/* Distribution=, Release=, Architecture=: they do not choose anything, but a recipe that was written for
 * something else should not go unnoticed. */
int apply_target(struct recipe_ctx *c, const struct recipe_setting *s, const struct recipe_item *it,
		 struct err *e)
{
	struct sv *own = sv_eq(sv_from(s->name), SV("Distribution")) ? &c->match.distribution
			 : sv_eq(sv_from(s->name), SV("Release"))    ? &c->match.release
								     : &c->match.architecture;
	struct sv text = SV_NULL;
	int r = one_value(c, s, it, &text, e);

	if (r < 0)
		return r;
	if (r > 0)
		return 0;
	if (own->n == 0)
		*own = text;
	else if (!sv_eq(*own, text) && c->o->notes)
		notes_add(c->o->notes, NOTE_WARNING,
			  SV_FMT ":%u:%u: the recipe says %s=" SV_FMT ", this build is for '" SV_FMT
				 "'",
			  SV_ARG(c->path), it->line, it->col, s->name, SV_ARG(text), SV_ARG(*own));
	return 0;
}

static int unknown_setting(struct recipe_ctx *c, const struct recipe_item *it, struct sv name,
			   struct err *e)
{
	struct sv nearest = recipe_nearest_setting(name);

	recipe_err(e, E_USAGE, c->path, it->line, it->col, "unknown setting '" SV_FMT "'",
		   SV_ARG(name));
	return nearest.p ? err_hint(e, "did you mean '" SV_FMT "'?", SV_ARG(nearest))
			 : err_hint(e, "recipe(5) lists all settings");
}

static bool is_harmless(const struct recipe_setting *s, const struct recipe_item *it)
{
	struct sv words = sv_from(s->harmless), word;

	if (recipe_item_is_reset(it))
		return true;
	while (it->lines.n == 1 && words.p && sv_word(&words, &word))
		if (sv_eq_nocase(word, it->lines.v[0].text))
			return true;
	return false;
}

static int refuse(struct recipe_ctx *c, const struct recipe_setting *s,
		  const struct recipe_item *it, struct err *e)
{
	if (is_harmless(s, it))
		return 0;
	recipe_err(e, E_USAGE, c->path, it->line, it->col, "setting '%s' is refused", s->name);
	return err_hint(e, "%s", s->why);
}

static void note_class(struct recipe_ctx *c, const struct recipe_setting *s,
		       const struct recipe_item *it)
{
	if (!sv_eq(it->section, sv_from(s->section)) && !(sv_eq(it->section, SV("Host"))))
		note(c, NOTE_WARNING, it, "belongs into section ", s->section);
	if (s->class == SETTING_NOTED && !recipe_item_is_reset(it))
		note(c, NOTE_INFO, it, "has no effect: ", s->why);
	else if (s->flags & F_LATER)
		note(c, NOTE_INFO, it, "is kept, but has no effect yet in this release", "");
}

int recipe_apply(struct recipe_ctx *c, const struct recipe_item *it, struct err *e)
{
	const struct recipe_setting *s;
	struct sv name = it->key;

	if (sv_skip(&name, SV("@")))
		note(c, NOTE_WARNING, it, "is written without '@'", "");

	const struct recipe_alias *alias = recipe_alias_find(name);

	if (alias && !alias->now) {
		note(c, NOTE_INFO, it, "has no effect: ", "mkosi dropped it");
		return 0;
	}
	if (alias) {
		note(c, NOTE_WARNING, it, "has a new name: ", alias->now);
		name = sv_from(alias->now);
	}
	s = recipe_setting_find(name);
	if (!s)
		return unknown_setting(c, it, name, e);
	note_class(c, s, it);
	if (s->class == SETTING_REFUSED)
		return refuse(c, s, it, e);
	return s->class == SETTING_HONOURED ? s->apply(c, s, it, e) : 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Our own declarative sections: [Files], [Units], [Users], [Check]; and ExtraTrees=. */
#include "recipe/recipe_int.h"

#include "base/num.h"

static bool is_hex(char ch)
{
	return ascii_isdigit(ch) || (ascii_tolower(ch) >= 'a' && ascii_tolower(ch) <= 'f');
}

static int hex_value(char ch)
{
	return ascii_isdigit(ch) ? ch - '0' : ascii_tolower(ch) - 'a' + 10;
}

/* What follows a backslash: its length, 0 when it is none. */
static size_t unescape(struct sv s, char *ret)
{
	static const char from[] = "nt\\\"", to[] = "\n\t\\\"";

	if (s.n == 0)
		return 0;
	for (size_t i = 0; from[i]; i++)
		if (s.p[0] == from[i]) {
			*ret = to[i];
			return 1;
		}
	if (s.n < 3 || s.p[0] != 'x' || !is_hex(s.p[1]) || !is_hex(s.p[2]))
		return 0;
	*ret = (char)(hex_value(s.p[1]) * 16 + hex_value(s.p[2]));
	return 3;
}

static int quoted(struct recipe_ctx *c, const struct recipe_line *at, struct sv *rest,
		  struct sv *ret, struct err *e)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	size_t i = 1;

	for (; i < rest->n && rest->p[i] != '"'; i++) {
		char ch = rest->p[i];

		if (ch == '\\') {
			size_t n = unescape(sv_from_pos(*rest, i + 1), &ch);

			if (n == 0) {
				recipe_err(e, E_USAGE, c->path, at->line, at->col,
					   "unknown escape after '\\'");
				return err_hint(e, "\\n, \\t, \\\", \\\\ and \\xHH are known");
			}
			i += n;
		}
		strbuf_addc(&out, ch);
	}
	if (i == rest->n)
		return recipe_err(e, E_USAGE, c->path, at->line, at->col,
				  "closing '\"' is missing");
	*ret = arena_sv(&c->r->arena, strbuf_sv(&out));
	*rest = sv_trim(sv_from_pos(*rest, i + 1));
	return 0;
}

int recipe_token(struct recipe_ctx *c, const struct recipe_line *at, struct sv *rest,
		 struct sv *ret, struct err *e)
{
	struct sv word;

	*rest = sv_trim(*rest);
	if (rest->n > 0 && rest->p[0] == '"')
		return quoted(c, at, rest, ret, e);
	if (!sv_word(rest, &word))
		word = SV("");
	*ret = arena_sv(&c->r->arena, word);
	*rest = sv_trim(*rest);
	return 0;
}

int recipe_image_path(struct recipe_ctx *c, const struct recipe_line *at, struct sv path,
		      struct sv *ret, struct err *e)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	struct sv rest = path, part;

	if (!sv_starts(path, SV("/"))) {
		recipe_err(e, E_USAGE, c->path, at->line, at->col,
			   "'" SV_FMT "' is not an absolute path", SV_ARG(path));
		return err_hint(e, "paths in the image begin with '/'");
	}
	if (path.n > 4095 || memchr(path.p, '\0', path.n) || memchr(path.p, '\n', path.n))
		return recipe_err(e, E_USAGE, c->path, at->line, at->col,
				  "a path in the image has no line ends and "
				  "at most 4095 bytes");
	while (sv_split(&rest, '/', &part)) {
		if (part.n == 0 || sv_eq(part, SV(".")))
			continue;
		if (sv_eq(part, SV("..")))
			return recipe_err(e, E_USAGE, c->path, at->line, at->col,
					  "path '" SV_FMT "' contains '..'", SV_ARG(path));
		if (part.n > 255)
			return recipe_err(e, E_USAGE, c->path, at->line, at->col,
					  "a name in path '" SV_FMT "' is longer than 255 bytes",
					  SV_ARG(sv_head(path, 60)));
		strbuf_addc(&out, '/');
		strbuf_add(&out, part);
	}
	if (out.n == 0)
		strbuf_addc(&out, '/');
	*ret = arena_sv(&c->r->arena, strbuf_sv(&out));
	return 0;
}

/* Octal digits to "0755". */
static int octal(struct recipe_ctx *c, const struct recipe_line *at, struct sv text, struct sv *ret,
		 struct err *e)
{
	struct err why = ERR_INIT;
	uint64_t mode;

	if (num_parse_u64(text, 8, 07777, &mode, &why) < 0) {
		recipe_err(e, E_USAGE, c->path, at->line, at->col,
			   "mode '" SV_FMT "' is not an octal number up to 7777", SV_ARG(text));
		return e->code;
	}
	*ret = arena_printf(&c->r->arena, "%04o", (unsigned)mode);
	return 0;
}

static int push_op(struct recipe_ctx *c, const char *kind, struct sv path, struct sv value,
		   const struct recipe_line *at, struct err *e)
{
	int r = recipe_count(c, at, e);

	if (r < 0)
		return r;
	vec_push(&c->r->files, ((struct recipe_file_op){
				       .kind = sv_from(kind),
				       .path = path,
				       .value = value,
				       .origin = recipe_origin(c, at->line, at->col),
			       }));
	return 0;
}

struct op_args {
	struct recipe_ctx *c;
	const struct recipe_line *at;
	struct sv path, rest; /* rest: behind the path */
};

static int op_symlink(struct op_args *a, struct err *e)
{
	struct sv target;
	int r;

	if (!sv_skip(&a->rest, SV("->"))) {
		recipe_err(e, E_USAGE, a->c->path, a->at->line, a->at->col,
			   "'->' and a target are missing");
		return err_hint(e, "Symlink=/path -> target");
	}
	r = recipe_token(a->c, a->at, &a->rest, &target, e);
	if (r == 0 && target.n == 0)
		r = recipe_err(e, E_USAGE, a->c->path, a->at->line, a->at->col,
			       "the target of the link is missing");
	if (r == 0 && (target.n > 4095 || memchr(target.p, '\0', target.n)))
		r = recipe_err(e, E_USAGE, a->c->path, a->at->line, a->at->col,
			       "the target of the link is malformed");
	return r < 0 ? r : push_op(a->c, "symlink", a->path, target, a->at, e);
}

/* [MODE] in front of what follows; then an operation of its own. */
static int op_with_mode(struct op_args *a, const char *kind, struct sv value, struct sv mode,
			struct err *e)
{
	struct sv canonical;
	int r = push_op(a->c, kind, a->path, value, a->at, e);

	if (r < 0 || mode.n == 0)
		return r;
	r = octal(a->c, a->at, mode, &canonical, e);
	return r < 0 ? r : push_op(a->c, "mode", a->path, canonical, a->at, e);
}

static int op_write(struct op_args *a, struct err *e)
{
	struct sv mode = SV_NULL, text = SV_NULL;
	int r = 0;

	if (a->rest.n > 0 && a->rest.p[0] != '"')
		r = recipe_token(a->c, a->at, &a->rest, &mode, e);
	if (r == 0 && (a->rest.n == 0 || a->rest.p[0] != '"')) {
		recipe_err(e, E_USAGE, a->c->path, a->at->line, a->at->col,
			   "the text in double quotes is missing");
		return err_hint(e, "Write=/path 0644 \"text\\n\"");
	}
	if (r == 0)
		r = recipe_token(a->c, a->at, &a->rest, &text, e);
	return r < 0 ? r : op_with_mode(a, "write", text, mode, e);
}

static int op_mkdir(struct op_args *a, struct err *e)
{
	struct sv mode;
	int r = recipe_token(a->c, a->at, &a->rest, &mode, e);

	return r < 0 ? r : op_with_mode(a, "mkdir", SV(""), mode, e);
}

static int op_remove(struct op_args *a, struct err *e)
{
	return push_op(a->c, "remove", a->path, SV(""), a->at, e);
}

static int op_mode(struct op_args *a, struct err *e)
{
	struct sv mode, canonical;
	int r = recipe_token(a->c, a->at, &a->rest, &mode, e);

	if (r == 0)
		r = octal(a->c, a->at, mode, &canonical, e);
	return r < 0 ? r : push_op(a->c, "mode", a->path, canonical, a->at, e);
}

static bool is_owner(struct sv s)
{
	if (s.n == 0 || s.n > 255)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_isalpha(s.p[i]) && !ascii_isdigit(s.p[i]) && !memchr("_-.", s.p[i], 3))
			return false;
	return true;
}

static int op_owner(struct op_args *a, struct err *e)
{
	struct sv owner, group, user = SV_NULL;
	int r = recipe_token(a->c, a->at, &a->rest, &owner, e);

	if (r < 0)
		return r;
	group = owner;
	if (!sv_split(&group, ':', &user) || !is_owner(user) || (group.p && !is_owner(group))) {
		recipe_err(e, E_USAGE, a->c->path, a->at->line, a->at->col,
			   "'" SV_FMT "' is not USER:GROUP", SV_ARG(owner));
		return err_hint(e, "Owner=/path root:shadow");
	}
	return push_op(a->c, "owner", a->path, owner, a->at, e);
}

static const struct file_op_kind {
	const char *setting, *kind;
	int (*run)(struct op_args *a, struct err *e);
	bool optional; /* '?' may stand before the path */
} file_op_kinds[] = {
	{ "Mkdir", "mkdir", op_mkdir, false },       { "Mode", "mode", op_mode, true },
	{ "Owner", "owner", op_owner, true },        { "Remove", "remove", op_remove, true },
	{ "Symlink", "symlink", op_symlink, false }, { "Write", "write", op_write, false },
};

/* Drops the operations of one setting, with the modes that belong to them. */
static void reset_ops(struct recipe *r, struct sv kind)
{
	struct sv dropped = SV_NULL;
	size_t kept = 0;

	for (size_t i = 0; i < r->files.n; i++) {
		struct recipe_file_op op = r->files.v[i];
		bool companion = dropped.p && sv_eq(op.kind, SV("mode")) &&
				 sv_eq(op.origin, dropped);

		if (sv_eq(op.kind, kind) && !companion)
			dropped = op.origin;
		else if (!companion)
			r->files.v[kept++] = op;
	}
	r->files.n = kept;
}

static int file_op(struct recipe_ctx *c, const struct file_op_kind *kind,
		   const struct recipe_line *at, struct err *e)
{
	struct op_args a = { .c = c, .at = at, .rest = at->text };
	bool optional = kind->optional && sv_skip(&a.rest, SV("?"));
	struct sv path;
	int r = recipe_token(c, at, &a.rest, &path, e);

	if (r == 0)
		r = recipe_image_path(c, at, path, &a.path, e);
	if (r == 0 && sv_eq(a.path, SV("/")) && !sv_eq(sv_from(kind->kind), SV("mode")))
		r = recipe_err(e, E_USAGE, c->path, at->line, at->col,
			       "the root folder itself cannot be meant here");
	if (r == 0 && optional)
		a.path = arena_printf(&c->r->arena, "?%.*s", (int)a.path.n, a.path.p);
	if (r == 0)
		r = kind->run(&a, e);
	if (r == 0 && a.rest.n > 0)
		r = recipe_err(e, E_USAGE, c->path, at->line, at->col,
			       "'" SV_FMT "' is too much here", SV_ARG(a.rest));
	return r;
}

int apply_file_op(struct recipe_ctx *c, const struct recipe_setting *s,
		  const struct recipe_item *it, struct err *e)
{
	const struct file_op_kind *kind = file_op_kinds;

	while (!sv_eq(sv_from(kind->setting), sv_from(s->name)))
		kind++;
	if (recipe_item_is_reset(it)) {
		reset_ops(c->r, sv_from(kind->kind));
		return 0;
	}
	for (size_t i = 0; i < it->lines.n; i++) {
		int r = it->lines.v[i].text.n ? file_op(c, kind, &it->lines.v[i], e) : 0;

		if (r < 0)
			return r;
	}
	return 0;
}

/* systemd.unit(5): letters, digits, ":-_.\@", a known suffix. */
static bool is_unit(struct sv name)
{
	static const char *const suffixes[] = { ".automount", ".device",  ".mount", ".path",
						".scope",     ".service", ".slice", ".socket",
						".swap",      ".target",  ".timer" };

	if (name.n > 255)
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!ascii_isalpha(name.p[i]) && !ascii_isdigit(name.p[i]) &&
		    !memchr(":-_.\\@", name.p[i], 6))
			return false;
	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++)
		if (sv_ends(name, sv_from(suffixes[i])) && name.n > strlen(suffixes[i]))
			return true;
	return false;
}

int apply_units(struct recipe_ctx *c, const struct recipe_setting *s, const struct recipe_item *it,
		struct err *e)
{
	struct recipe_list *list = (struct recipe_list *)((char *)c->r + s->offset);
	size_t from = recipe_item_is_reset(it) ? 0 : list->n;
	int r = apply_list(c, s, it, e);

	for (size_t i = from; r == 0 && i < list->n; i++) {
		struct sv name = list->v[i].text;

		(void)sv_skip(&name, SV("?"));
		if (!is_unit(name)) {
			err_set(e, E_USAGE, SV_FMT ": '" SV_FMT "' is not the name of a unit",
				SV_ARG(list->v[i].origin), SV_ARG(name));
			return err_hint(e, "a unit is named in full, such as sshd.service");
		}
	}
	return r;
}

/* The type column of sysusers.d(5). */
static bool is_user_type(struct sv word)
{
	return sv_eq(word, SV("u")) || sv_eq(word, SV("u!")) || sv_eq(word, SV("g")) ||
	       sv_eq(word, SV("m")) || sv_eq(word, SV("r"));
}

static int push_user(struct recipe_ctx *c, const struct recipe_line *at, struct err *e)
{
	struct sv rest = at->text, word = SV_NULL, package = SV_NULL;

	(void)sv_word(&rest, &word);
	if (sv_cut_end(&word, SV(":")) && word.n > 0) {
		package = word;
		word = SV_NULL;
		rest = sv_trim(rest);
		(void)sv_word(&rest, &word);
	}
	if (!is_user_type(word) || sv_trim(rest).n == 0) {
		recipe_err(e, E_USAGE, c->path, at->line, at->col,
			   "'" SV_FMT "' is not a line of sysusers.d(5)", SV_ARG(at->text));
		return err_hint(e, "Line=u name - \"description\" /home, or Line=package: u name");
	}
	return recipe_push(c, package.p ? &c->r->users_of : &c->r->users,
			   arena_sv(&c->r->arena, at->text), at, e);
}

int apply_users(struct recipe_ctx *c, const struct recipe_setting *s, const struct recipe_item *it,
		struct err *e)
{
	(void)s;
	if (recipe_item_is_reset(it))
		c->r->users.n = c->r->users_of.n = 0;
	for (size_t i = 0; i < it->lines.n; i++) {
		int r = it->lines.v[i].text.n ? push_user(c, &it->lines.v[i], e) : 0;

		if (r < 0)
			return r;
	}
	return 0;
}

int apply_check(struct recipe_ctx *c, const struct recipe_setting *s, const struct recipe_item *it,
		struct err *e)
{
	struct recipe_list *list = &c->r->check_ignore;
	size_t from = recipe_item_is_reset(it) ? 0 : list->n;
	int r = apply_list(c, s, it, e);

	for (size_t i = from; r == 0 && i < list->n; i++) {
		ptrdiff_t colon = sv_find(list->v[i].text, SV(": "));

		if (colon <= 0) {
			err_set(e, E_USAGE, SV_FMT ": a finding is ignored for a reason",
				SV_ARG(list->v[i].origin));
			return err_hint(e, "Ignore=PATTERN: REASON");
		}
	}
	return r;
}

/* Does the relative path climb out of where it starts? */
static bool climbs(struct sv path)
{
	struct sv part;
	long depth = 0;

	while (sv_split(&path, '/', &part)) {
		if (sv_eq(part, SV("..")))
			depth--;
		else if (part.n > 0 && !sv_eq(part, SV(".")))
			depth++;
		if (depth < 0)
			return true;
	}
	return false;
}

static int tree_source(struct recipe_ctx *c, const struct recipe_line *at, struct sv text,
		       struct sv *ret, struct err *e)
{
	struct sv source;
	int r = recipe_expand(c, at, text, true, &source, e);

	if (r < 0)
		return r;
	if (source.n == 0)
		return recipe_err(e, E_USAGE, c->path, at->line, at->col,
				  "the source of the tree is missing");
	if (source.p[0] == '~' || source.p[0] == '$') {
		recipe_err(e, E_USAGE, c->path, at->line, at->col, "'" SV_FMT "' is not expanded",
			   SV_ARG(source));
		return err_hint(e, "write the path out: a recipe does not depend on who builds it");
	}
	if (source.p[0] != '/' && climbs(source) && !sv_starts(text, SV("%"))) {
		recipe_err(e, E_USAGE, c->path, at->line, at->col,
			   "'" SV_FMT "' leaves the folder of the recipe", SV_ARG(source));
		return err_hint(
			e,
			"relative sources start at the recipe's folder; others are named in full");
	}
	*ret = sv_starts(text, SV("%")) ? source : source_join(&c->r->arena, c->dir, source);
	return 0;
}

static int check_tree(struct recipe_ctx *c, const struct recipe_line *at,
		      const struct recipe_tree *t, struct err *e)
{
	static const char *const archives[] = { ".cpio",   ".raw",     ".tar", ".tar.gz",
						".tar.xz", ".tar.zst", ".tgz" };

	switch (source_kind(t->source)) {
	case SOURCE_DIR:
		return 0;
	case SOURCE_NONE:
		recipe_err(e, E_USAGE, c->path, at->line, at->col,
			   "extra tree '" SV_FMT "' does not exist",
			   SV_ARG(source_shown(t->source)));
		return e->code;
	case SOURCE_FILE:
		break;
	}
	for (size_t i = 0; i < ARRAY_SIZE(archives); i++)
		if (t->target.n == 0 && sv_ends(t->source, sv_from(archives[i]))) {
			recipe_err(e, E_USAGE, c->path, at->line, at->col,
				   "archive '" SV_FMT "' is not unpacked",
				   SV_ARG(source_shown(t->source)));
			return err_hint(e, "name a folder with its content");
		}
	if (t->target.n > 0)
		return 0;
	recipe_err(e, E_USAGE, c->path, at->line, at->col,
		   "file '" SV_FMT "' needs a place in the image", SV_ARG(source_shown(t->source)));
	return err_hint(e, "ExtraTrees=FILE:/path/in/image");
}

static int push_tree(struct recipe_ctx *c, const struct recipe_line *at, struct sv text,
		     struct err *e)
{
	struct recipe_tree t = { .target = SV(""), .origin = recipe_origin(c, at->line, at->col) };
	bool embedded = sv_skip(&text, SV(EMBEDDED));
	ptrdiff_t colon = sv_chr(text, ':');
	struct sv source = colon < 0 ? text : sv_head(text, (size_t)colon), target = SV_NULL;
	int r = recipe_count(c, at, e);

	if (r == 0 && embedded)
		t.source = arena_printf(&c->r->arena, EMBEDDED "%.*s", (int)source.n, source.p);
	else if (r == 0)
		r = tree_source(c, at, source, &t.source, e);
	if (r == 0 && colon >= 0)
		r = recipe_expand(c, at, sv_from_pos(text, (size_t)colon + 1), false, &target, e);
	if (r == 0 && target.n > 0)
		r = recipe_image_path(c, at, target, &t.target, e);
	(void)sv_skip(&t.target, SV("/"));
	if (r == 0 && !c->memory)
		r = check_tree(c, at, &t, e);
	if (r == 0)
		vec_push(&c->r->trees, t);
	return r;
}

int apply_trees(struct recipe_ctx *c, const struct recipe_setting *s, const struct recipe_item *it,
		struct err *e)
{
	(void)s;
	if (recipe_item_is_reset(it))
		c->r->trees.n = 0;
	for (size_t i = 0; i < it->lines.n; i++) {
		struct sv rest = it->lines.v[i].text, part;

		while (rest.p && sv_split(&rest, ',', &part)) {
			struct recipe_line at = it->lines.v[i];
			int r;

			part = sv_trim(part);
			if (part.n == 0)
				continue;
			at.col += (uint32_t)(part.p - it->lines.v[i].text.p);
			r = push_tree(c, &at, part, e);
			if (r < 0)
				return r;
		}
	}
	return 0;
}

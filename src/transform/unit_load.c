/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/macros.h"
#include "base/strbuf.h"
#include "transform/units_int.h"

enum { ALIAS_HOPS = 20, LIST_MAX = 1024 /* words of one [Install] list */ };

const char *const unit_dirs[] = { "etc/systemd/system", "run/systemd/system",
				  "usr/local/lib/systemd/system", "usr/lib/systemd/system", NULL };

void unit_done(struct unit *u)
{
	vec_done(&u->wanted_by);
	vec_done(&u->required_by);
	vec_done(&u->upheld_by);
	vec_done(&u->alias);
	vec_done(&u->also);
}

/* Words with shell-like quotes, as config_parse_strv takes them; a bad quote ends the list. */
static void add_words(struct arena *a, struct sv value, struct unit_names *list)
{
	char *to = arena_alloc(a, value.n + 1);
	size_t n = 0, start = 0;
	char quote = '\0';
	bool some = false;

	for (size_t i = 0; i <= value.n && list->n < LIST_MAX; i++) {
		char c = i < value.n ? value.p[i] : ' ';

		if (i < value.n && (quote ? c == quote : c == '"' || c == '\'')) {
			quote = quote ? '\0' : c;
			some = true;
		} else if (!quote && ascii_isspace(c)) {
			if (some)
				vec_push(list, sv_of(to + start, n - start));
			start = n;
			some = false;
		} else if (i < value.n) {
			to[n++] = c;
			some = true;
		}
	}
}

static void assign(struct arena *a, struct unit *u, struct sv key, struct sv value)
{
	const struct {
		const char *key;
		struct unit_names *list;
	} lists[] = { { "WantedBy", &u->wanted_by },
		      { "RequiredBy", &u->required_by },
		      { "UpheldBy", &u->upheld_by },
		      { "Alias", &u->alias },
		      { "Also", &u->also } };

	if (sv_eq(key, SV("DefaultInstance"))) {
		u->default_instance = arena_sv(a, value);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		if (!sv_eq(key, sv_from(lists[i].key)))
			continue;
		if (value.n == 0)
			lists[i].list->n = 0;
		else
			add_words(a, value, lists[i].list);
	}
}

/* Next logical line: a backslash at the end joins lines, comments in between are left out. */
static bool logical_line(struct sv *text, struct strbuf *out, struct sv *ret)
{
	struct sv line;
	bool joined = false;

	strbuf_clear(out);
	while (sv_line(text, &line)) {
		struct sv bare = sv_trim(line);

		if (bare.n > 0 && (bare.p[0] == '#' || bare.p[0] == ';'))
			continue;
		line = sv_trim_end(line);
		joined = sv_cut_end(&line, SV("\\"));
		strbuf_add(out, line);
		if (joined) {
			strbuf_addc(out, ' ');
			continue;
		}
		*ret = sv_trim(strbuf_sv(out));
		return true;
	}
	*ret = sv_trim(strbuf_sv(out));
	return joined;
}

void unit_parse_install(struct arena *a, struct sv text, struct unit *u)
{
	_cleanup_strbuf_ struct strbuf buf = STRBUF_INIT;
	bool install = false;
	struct sv line;

	while (logical_line(&text, &buf, &line)) {
		ptrdiff_t equals;

		if (line.n > 0 && line.p[0] == '[') {
			install = sv_eq(line, SV("[Install]"));
			continue;
		}
		equals = sv_chr(line, '=');
		if (!install || equals <= 0)
			continue;
		assign(a, u, sv_trim(sv_head(line, (size_t)equals)),
		       sv_trim(sv_from_pos(line, (size_t)equals + 1)));
	}
}

/* The file of that very name in the best folder that has one. */
static const struct tree_node *find_file(struct transform_context *c, struct sv name,
					 struct sv *ret_path)
{
	for (const char *const *dir = unit_dirs; *dir; dir++) {
		struct sv path = arena_printf(&c->arena, "%s/" SV_FMT, *dir, SV_ARG(name));
		const struct tree_node *n = tree_lookup(c->tree, path);

		if (n && (n->inode->type == TREE_FILE || n->inode->type == TREE_SYMLINK)) {
			*ret_path = path;
			return n;
		}
	}
	return NULL;
}

static const struct tree_node *find_file_or_template(struct transform_context *c, struct sv name,
						     struct sv *ret_path)
{
	const struct tree_node *n = find_file(c, name, ret_path);

	if (!n && unit_name_kind(name) == UNIT_NAME_INSTANCE)
		n = find_file(c, unit_name_template(&c->arena, name), ret_path);
	return n;
}

/* Another name for the unit? Its own name elsewhere (a linked unit) is not. */
static bool follow_alias(struct transform_context *c, const struct tree_node *n, struct sv *name)
{
	struct sv target = n->inode->target, base;
	ptrdiff_t slash = sv_rchr(target, '/');
	enum unit_name_kind kind;

	base = sv_from_pos(target, slash < 0 ? 0 : (size_t)slash + 1);
	kind = unit_name_kind(base);
	if (kind == UNIT_NAME_BAD || !sv_eq(unit_name_suffix(base), unit_name_suffix(*name)))
		return false;
	if (kind == UNIT_NAME_TEMPLATE && unit_name_kind(*name) == UNIT_NAME_INSTANCE)
		base = unit_name_instantiate(&c->arena, base, unit_name_instance(*name));
	if (sv_eq(base, *name))
		return false;
	*name = base;
	return true;
}

/* NAME.d/ and, for instances, the template's, of all folders: merged like other drop-ins. */
static void load_dropins(struct transform_context *c, struct unit *u)
{
	const char *dirs[2 * 4 + 1];
	struct conf_files files;
	size_t n = 0;

	for (int pass = 0; pass < 2; pass++) {
		struct sv name = u->name;

		if (pass == 1 && unit_name_kind(name) != UNIT_NAME_INSTANCE)
			break;
		if (pass == 1)
			name = unit_name_template(&c->arena, name);
		for (const char *const *dir = unit_dirs; *dir; dir++)
			dirs[n++] =
				arena_printf(&c->arena, "%s/" SV_FMT ".d", *dir, SV_ARG(name)).p;
	}
	dirs[n] = NULL;
	conf_files_list(c->tree, &c->arena, dirs, SV(".conf"), &files);
	for (size_t i = 0; i < files.n; i++)
		unit_parse_install(&c->arena, files.v[i].text, u);
	vec_done(&files);
}

void unit_load(struct transform_context *c, struct sv name, struct unit *ret)
{
	const struct tree_node *n = NULL;
	struct sv text = SV_NULL;

	*ret = (struct unit){ .name = name, .state = UNIT_ABSENT };
	if (unit_name_kind(name) == UNIT_NAME_BAD)
		return;
	for (int hop = 0;; hop++) {
		n = find_file_or_template(c, ret->name, &ret->path);
		if (!n || hop == ALIAS_HOPS)
			return;
		if (n->inode->type != TREE_SYMLINK)
			break;
		if (sv_eq(n->inode->target, SV("/dev/null"))) {
			ret->state = UNIT_MASKED;
			return;
		}
		if (!follow_alias(c, n, &ret->name))
			break;
	}
	if (!tree_read(c->tree, ret->path, &text))
		return;
	ret->state = text.n == 0 ? UNIT_MASKED : UNIT_LOADED;
	if (ret->state == UNIT_LOADED) {
		unit_parse_install(&c->arena, text, ret);
		load_dropins(c, ret);
	}
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Files and folders in mkosi's order: mkosi.NAME beside a mkosi.conf, mkosi.conf, mkosi.conf.d/,
 * mkosi.profiles/, mkosi.local. A [Match] of a folder's mkosi.conf decides about the whole folder.
 */
#include "recipe/recipe_int.h"

enum dir_flags {
	DIR_PROFILES = 1 << 0, /* mkosi.profiles/ counts: not within conf.d and profiles */
	DIR_LOCAL = 1 << 1,    /* mkosi.local counts: only in the folder the user named */
};

VEC_TYPE(names, struct sv);

static int load_dir(struct recipe_ctx *c, struct sv dir, unsigned flags, struct err *e);

static bool seen(struct recipe_ctx *c, struct sv path)
{
	struct sv id = source_id(&c->r->arena, path);

	for (size_t i = 0; i < c->seen.n; i++)
		if (sv_eq(c->seen.v[i], id))
			return true;
	vec_push(&c->seen, id);
	return false;
}

static int settings(struct recipe_ctx *c, struct sv text, struct err *e)
{
	_cleanup_(recipe_item_done) struct recipe_item it = { 0 };
	struct recipe_lexer l;
	int r = recipe_lex_init(&l, c->path, text, e);

	while (r >= 0 && (r = recipe_lex_next(&l, &it, e)) > 0) {
		struct sv name = it.section;
		bool known = false;

		for (size_t i = 0; i < recipe_sections_count && !known; i++)
			known = sv_eq(name, sv_from(recipe_sections[i]));
		if (!known) {
			struct sv nearest = recipe_nearest_section(name);

			recipe_err(e, E_USAGE, c->path, it.line, it.col,
				   "unknown section '" SV_FMT "'", SV_ARG(name));
			return nearest.p
				       ? err_hint(e, "did you mean '" SV_FMT "'?", SV_ARG(nearest))
				       : err_hint(e, "recipe(5) lists all sections");
		}
		(void)sv_skip(&name, SV("Trigger"));
		if (it.key.p && !sv_eq(name, SV("Match")) && !sv_eq(name, SV("Assert")))
			r = recipe_apply(c, &it, e);
		if (r < 0)
			return r;
	}
	return r;
}

/* 1: read, 0: does not match. */
static int load_text(struct recipe_ctx *c, struct sv text, struct err *e)
{
	int r = recipe_match_text(c, text, e);

	if (r <= 0)
		return r;
	r = settings(c, text, e);
	return r < 0 ? r : 1;
}

/* Reads one file; relative paths in it start from dir. */
static int load_file(struct recipe_ctx *c, struct sv file, struct sv dir, struct err *e)
{
	struct sv path = c->path, old_file = c->file, old_dir = c->dir, text;
	int r = source_read(&c->r->arena, file, &text, e);

	if (r < 0)
		return r;
	if (c->depth >= RECIPE_DEPTH_MAX)
		return err_set(e, E_LIMIT, SV_FMT ": more than %d files within each other",
			       SV_ARG(source_shown(file)), RECIPE_DEPTH_MAX);
	c->depth++;
	c->path = source_shown(file);
	c->file = file;
	c->dir = dir;
	r = load_text(c, text, e);
	c->path = path;
	c->file = old_file;
	c->dir = old_dir;
	c->depth--;
	return r;
}

/* mkosi.NAME stands for a setting, as if mkosi.conf began with it. */
static int load_default(struct recipe_ctx *c, const struct recipe_default *d, struct sv dir,
			struct err *e)
{
	struct sv name = arena_printf(&c->r->arena, "mkosi.%s", d->name);
	struct sv file = source_join(&c->r->arena, dir, name), text = name;
	struct sv old_path = c->path, old_dir = c->dir;
	const struct recipe_setting *s = recipe_setting_find(sv_from(d->setting));
	struct recipe_line line = { .line = 1, .col = 1 };
	struct recipe_item it = {
		.section = sv_from(s->section), .key = sv_from(s->name), .line = 1, .col = 1
	};
	int r = 0;

	if (source_kind(file) == SOURCE_NONE)
		return 0;
	if (d->content)
		r = source_read(&c->r->arena, file, &text, e);
	if (r == 0 && sv_eq(sv_from(d->setting), SV("RootPassword")) &&
	    source_world_readable(file)) {
		err_set(e, E_USAGE, "file '" SV_FMT "' holds a password and everybody can read it",
			SV_ARG(source_shown(file)));
		return err_hint(e, "chmod o= '" SV_FMT "'", SV_ARG(source_shown(file)));
	}
	if (r < 0)
		return r;
	line.text = sv_trim(text);
	vec_push(&it.lines, line);
	c->path = source_shown(file);
	c->dir = dir;
	r = recipe_apply(c, &it, e);
	c->path = old_path;
	c->dir = old_dir;
	recipe_item_done(&it);
	return r;
}

static int load_defaults(struct recipe_ctx *c, struct sv dir, struct err *e)
{
	for (size_t i = 0; i < recipe_defaults_count; i++) {
		int r = load_default(c, &recipe_defaults[i], dir, e);

		if (r < 0)
			return r;
	}
	return 0;
}

static int load_conf_d(struct recipe_ctx *c, struct sv dir, struct err *e)
{
	struct sv folder = source_join(&c->r->arena, dir, SV("mkosi.conf.d"));
	struct source_entries list = { 0 };
	int r = 0;

	if (source_kind(folder) == SOURCE_DIR)
		r = source_list(&c->r->arena, folder, &list, e);
	for (size_t i = 0; r >= 0 && i < list.n; i++) {
		struct sv path = source_join(&c->r->arena, folder, list.v[i].name);

		if (list.v[i].kind == SOURCE_DIR)
			r = load_dir(c, path, 0, e);
		else if (list.v[i].kind == SOURCE_FILE && sv_ends(path, SV(".conf")))
			r = load_file(c, path, dir, e);
	}
	vec_done(&list);
	return r < 0 ? r : 0;
}

static int load_profile(struct recipe_ctx *c, struct sv dir, struct recipe_profile *p,
			struct err *e)
{
	struct arena *a = &c->r->arena;
	struct sv name = p->name;
	struct sv folder =
		source_join(a, dir, arena_printf(a, "mkosi.profiles/%.*s", (int)name.n, name.p));
	struct sv file = arena_printf(a, "%.*s.conf", (int)folder.n, folder.p);
	enum source_kind has_folder = source_kind(folder), has_file = source_kind(file);
	int r = 0;

	/* Reading may add profiles and move this one. */
	p->used = p->used || has_folder == SOURCE_DIR || has_file == SOURCE_FILE;
	if (has_folder == SOURCE_DIR)
		r = load_dir(c, folder, 0, e);
	if (r >= 0 && has_file == SOURCE_FILE)
		r = load_file(c, file, dir, e);
	return r < 0 ? r : 0;
}

/* As mkosi: those of Profiles= come before those of the command line. */
static struct recipe_profile *next_profile(struct recipe_ctx *c, const struct names *loaded)
{
	for (int given = 0; given < 2; given++)
		for (size_t i = 0; i < c->profiles.n; i++) {
			struct recipe_profile *p = &c->profiles.v[i];
			bool done = (p->origin.p == NULL) != given;

			for (size_t k = 0; k < loaded->n && !done; k++)
				done = sv_eq(loaded->v[k], p->name);
			if (!done)
				return p;
		}
	return NULL;
}

/* Profiles of this folder that are not in *loaded yet. */
static int load_profiles(struct recipe_ctx *c, struct sv dir, struct names *loaded, struct err *e)
{
	struct recipe_profile *p;

	while ((p = next_profile(c, loaded))) {
		vec_push(loaded, p->name);

		int r = load_profile(c, dir, p, e);

		if (r < 0)
			return r;
	}
	return 0;
}

static int load_local(struct recipe_ctx *c, struct sv dir, struct err *e)
{
	struct sv folder = source_join(&c->r->arena, dir, SV("mkosi.local"));
	struct sv file = source_join(&c->r->arena, dir, SV("mkosi.local.conf"));
	int r = 0;

	if (source_kind(folder) == SOURCE_DIR)
		r = load_dir(c, folder, 0, e);
	if (r >= 0 && source_kind(file) == SOURCE_FILE)
		r = load_file(c, file, dir, e);
	return r < 0 ? r : 0;
}

/* mkosi lets a folder's [Match] decide before it looks at anything beside the mkosi.conf. */
static int dir_matches(struct recipe_ctx *c, struct sv conf, struct err *e)
{
	struct sv path = c->path, text;
	int r = source_read(&c->r->arena, conf, &text, e);

	if (r < 0)
		return r;
	c->path = source_shown(conf);
	r = recipe_match_text(c, text, e);
	c->path = path;
	return r;
}

static int load_dir(struct recipe_ctx *c, struct sv dir, unsigned flags, struct err *e)
{
	struct sv conf = source_join(&c->r->arena, dir, SV("mkosi.conf"));
	bool has_conf = source_kind(conf) == SOURCE_FILE;
	struct names loaded = { 0 };
	int r = has_conf ? dir_matches(c, conf, e) : 1;

	if (r <= 0)
		return r;
	if (c->depth >= RECIPE_DEPTH_MAX)
		return err_set(e, E_LIMIT, SV_FMT ": more than %d folders within each other",
			       SV_ARG(source_shown(dir)), RECIPE_DEPTH_MAX);
	c->depth++;
	r = load_defaults(c, dir, e);
	if (r >= 0 && has_conf)
		r = load_file(c, conf, dir, e);
	if (r >= 0)
		r = load_conf_d(c, dir, e);
	if (r >= 0 && flags & DIR_PROFILES)
		r = load_profiles(c, dir, &loaded, e);
	if (r >= 0 && flags & DIR_LOCAL)
		r = load_local(c, dir, e);
	/* Those that mkosi.local asked for. */
	if (r >= 0 && flags & DIR_PROFILES)
		r = load_profiles(c, dir, &loaded, e);
	vec_done(&loaded);
	c->depth--;
	return r < 0 ? r : 0;
}

/* Folder or file, found already. */
static int load_path(struct recipe_ctx *c, struct sv path, unsigned flags, struct err *e)
{
	struct arena *a = &c->r->arena;
	struct sv nested = source_join(a, path, SV("mkosi"));
	ptrdiff_t slash = sv_rchr(path, '/');
	int r;

	if (seen(c, path))
		return 0;
	if (source_kind(path) == SOURCE_FILE) {
		r = load_file(c, path,
			      slash < 0 ? SV(".") : sv_head(path, slash ? (size_t)slash : 1), e);
		return r < 0 ? r : 0;
	}
	/* As mkosi: all of it may lie in a folder 'mkosi' of a larger project. */
	if (source_kind(source_join(a, path, SV("mkosi.conf"))) != SOURCE_FILE &&
	    source_kind(source_join(a, nested, SV("mkosi.conf"))) == SOURCE_FILE)
		path = nested;
	return load_dir(c, path, flags, e);
}

/* NAME.conf.d of every search folder. */
static int load_dropins(struct recipe_ctx *c, struct sv name, struct err *e)
{
	struct recipe_dropins all = { 0 };
	int r = recipe_find_dropins(c, name, &all, e);

	for (size_t i = 0; r >= 0 && i < all.n; i++)
		r = load_file(c, source_join(&c->r->arena, all.v[i].folder, all.v[i].name),
			      all.v[i].folder, e);
	vec_done(&all);
	return r < 0 ? r : 0;
}

static int load_name(struct recipe_ctx *c, struct sv name, unsigned flags, struct err *e)
{
	struct sv path;
	int r;

	if (!recipe_is_name(name) || !recipe_find_name(c, name, &path))
		return recipe_unknown(c, name, e);
	r = load_path(c, path, flags, e);
	return r < 0 ? r : load_dropins(c, name, e);
}

int recipe_include(struct recipe_ctx *c, const struct recipe_line *at, struct sv what,
		   struct err *e)
{
	struct sv path = source_join(&c->r->arena, c->dir, what);
	int r;

	if (c->memory)
		return recipe_err(e, E_USAGE, c->path, at->line, at->col, "Include= needs files");
	/* mkosi's own configuration of this name is what recipe base replaces. */
	if (sv_eq(what, SV("mkosi-initrd")))
		return 0;
	if (source_kind(path) != SOURCE_NONE)
		r = load_path(c, path, DIR_PROFILES, e);
	else if (recipe_is_name(what))
		r = load_name(c, what, DIR_PROFILES, e);
	else
		r = err_set(e, E_USAGE, "no file or folder '" SV_FMT "'",
			    SV_ARG(source_shown(path)));
	if (r >= 0)
		return 0;
	err_wrap(e, SV_FMT ":%u:%u", SV_ARG(c->path), at->line, at->col);
	return r;
}

int apply_include(struct recipe_ctx *c, const struct recipe_setting *s,
		  const struct recipe_item *it, struct err *e)
{
	(void)s;
	for (size_t i = 0; i < it->lines.n; i++) {
		struct sv rest = it->lines.v[i].text, part, path;

		while (rest.p && sv_split(&rest, ',', &part)) {
			int r;

			part = sv_trim(part);
			if (part.n == 0)
				continue;
			r = recipe_expand(c, &it->lines.v[i], part, true, &path, e);
			if (r == 0)
				r = recipe_include(c, &it->lines.v[i], path, e);
			if (r < 0)
				return r;
		}
	}
	return 0;
}

int apply_profiles(struct recipe_ctx *c, const struct recipe_setting *s,
		   const struct recipe_item *it, struct err *e)
{
	if (recipe_item_is_reset(it))
		c->profiles.n = 0;
	for (size_t i = 0; i < it->lines.n; i++) {
		struct sv rest = it->lines.v[i].text, part;

		while (rest.p && sv_split(&rest, ',', &part)) {
			struct recipe_line at = it->lines.v[i];
			bool known = false;

			part = sv_trim(part);
			if (part.n == 0)
				continue;
			if (!recipe_is_name(part))
				return recipe_err(e, E_USAGE, c->path, at.line, at.col,
						  "setting '%s' takes names, not '" SV_FMT "'",
						  s->name, SV_ARG(part));
			for (size_t k = 0; k < c->profiles.n && !known; k++)
				known = sv_eq(c->profiles.v[k].name, part);
			if (!known)
				vec_push(&c->profiles,
					 ((struct recipe_profile){
						 .name = part,
						 .origin = recipe_origin(c, at.line, at.col),
					 }));
		}
	}
	return 0;
}

/* A profile that neither mkosi.profiles/ has nor a [Match] asked for is a recipe of that name:
 * mkosi-initrd's own profiles are recipes here. */
static int load_remaining_profiles(struct recipe_ctx *c, struct err *e)
{
	for (size_t i = 0; i < c->profiles.n; i++) {
		struct recipe_profile p = c->profiles.v[i];
		int r;

		if (p.used || !p.origin.p)
			continue;
		c->profiles.v[i].used = true;
		r = load_name(c, p.name, DIR_PROFILES, e);
		if (r < 0) {
			err_wrap(e,
				 SV_FMT ": profile '" SV_FMT "' is not in mkosi.profiles/ either",
				 SV_ARG(p.origin), SV_ARG(p.name));
			return r;
		}
	}
	return 0;
}

static void ctx_init(struct recipe_ctx *c, struct recipe *r, const struct recipe_options *o)
{
	*c = (struct recipe_ctx){ .r = r, .o = o, .match = o->match };
	for (size_t i = 0; i < o->match.profiles.n; i++)
		vec_push(&c->profiles, ((struct recipe_profile){ .name = o->match.profiles.v[i] }));
}

static void ctx_done(struct recipe_ctx *c)
{
	vec_done(&c->profiles);
	vec_done(&c->seen);
}

/* The last part of a path, for the manifest: it names no folder of this machine. */
static struct sv short_name(struct sv path)
{
	while (sv_cut_end(&path, SV("/")))
		;
	path = sv_from_pos(path, (size_t)(sv_rchr(path, '/') + 1));
	(void)sv_cut_end(&path, SV(".conf"));
	return path;
}

static bool is_recipe_folder(struct recipe_ctx *c, struct sv path)
{
	struct source_entries list = { 0 };
	struct err ignored = ERR_INIT;
	bool found = false;

	if (source_list(&c->r->arena, path, &list, &ignored) == 0)
		for (size_t i = 0; i < list.n && !found; i++)
			found = sv_starts(list.v[i].name, SV("mkosi.")) ||
				sv_eq(list.v[i].name, SV("mkosi"));
	vec_done(&list);
	return found;
}

int recipe_push_default_modules(struct recipe_ctx *c, const struct recipe_line *at,
				struct recipe_list *list, struct err *e)
{
	struct recipe_options quiet = { .search = c->o->search, .match = c->match };
	struct recipe base;
	int r;

	if (c->is_base || c->memory)
		return recipe_err(e, E_USAGE, c->path, at->line, at->col,
				  "'default' stands for recipe base and cannot be used here");
	quiet.match.profiles.v = NULL;
	quiet.match.profiles.n = quiet.match.profiles.cap = 0;
	recipe_init(&base);
	r = recipe_load(&base, SV("base"), &quiet, e);
	for (size_t i = 0; r == 0 && i < base.kernel_modules.n; i++)
		r = recipe_push(c, list, arena_sv(&c->r->arena, base.kernel_modules.v[i].text), at,
				e);
	recipe_done(&base);
	return r;
}

/* mkosi installs these later than Packages=; here there is no later. */
static void fold_volatile(struct recipe *r)
{
	for (size_t i = 0; i < r->volatile_packages.n; i++)
		vec_push(&r->packages, r->volatile_packages.v[i]);
	r->volatile_packages.n = 0;
}

static int load_given_path(struct recipe_ctx *c, struct sv path, struct err *e)
{
	while (path.n > 1 && sv_cut_end(&path, SV("/")))
		;
	c->top = path;
	switch (source_kind(path)) {
	case SOURCE_NONE:
		return err_set(e, E_USAGE, "no recipe '" SV_FMT "': no such file or folder",
			       SV_ARG(path));
	case SOURCE_DIR:
		if (is_recipe_folder(c, path))
			break;
		err_set(e, E_USAGE, "folder '" SV_FMT "' holds no recipe", SV_ARG(path));
		return err_hint(e,
				"a recipe's folder holds mkosi.conf, mkosi.conf.d or mkosi.extra");
	case SOURCE_FILE:
		break;
	}
	return load_path(c, path, DIR_PROFILES | DIR_LOCAL, e);
}

int recipe_load(struct recipe *r, struct sv name_or_path, const struct recipe_options *o,
		struct err *e)
{
	struct sv what = arena_sv(&r->arena, name_or_path), path;
	struct recipe_ctx c;
	bool named;
	int ret;

	if (what.n == 0 || memchr(what.p, '\0', what.n))
		return err_set(e, E_USAGE, "a recipe has a name or a path");
	ctx_init(&c, r, o);
	c.is_base = sv_eq(what, SV("base"));
	named = recipe_is_name(what) &&
		(recipe_find_name(&c, what, &path) || source_kind(what) == SOURCE_NONE);
	if (named) {
		c.top = path;
		ret = load_name(&c, what, DIR_PROFILES | DIR_LOCAL, e);
	} else {
		ret = load_given_path(&c, what, e);
	}
	if (ret >= 0)
		ret = load_remaining_profiles(&c, e);
	fold_volatile(r);
	if (ret >= 0)
		vec_push(&r->names, ((struct recipe_value){ short_name(what),
							    named ? source_shown(path) : what }));
	ctx_done(&c);
	return ret < 0 ? ret : 0;
}

int recipe_load_text(struct recipe *r, struct sv path, struct sv text,
		     const struct recipe_options *o, struct err *e)
{
	struct recipe_ctx c;
	int ret;

	ctx_init(&c, r, o);
	c.path = arena_sv(&r->arena, path);
	c.dir = c.top = SV(".");
	c.memory = true;
	ret = text.n > RECIPE_FILE_MAX ? err_set(e, E_LIMIT, "recipe is too large")
				       : load_text(&c, arena_sv(&r->arena, text), e);
	ctx_done(&c);
	return ret < 0 ? ret : 0;
}

int recipe_wants_base(struct sv name_or_path, const struct recipe_options *o, bool *ret,
		      struct err *e)
{
	struct recipe_options quiet = { .search = o->search, .match = o->match };
	struct recipe probe;
	int r;

	if (sv_eq(name_or_path, SV("base"))) {
		*ret = false;
		return 0;
	}
	recipe_init(&probe);
	r = recipe_load(&probe, name_or_path, &quiet, e);
	if (r == 0)
		r = recipe_bool(&probe.base, true, ret, e);
	recipe_done(&probe);
	return r;
}

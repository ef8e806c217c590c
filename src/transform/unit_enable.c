/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Enabling and disabling: the links that [Install] sections stand for. */
#include "base/macros.h"
#include "base/strbuf.h"
#include "transform/units_int.h"

enum { UNITS_MAX = 65536 };

static const char etc_dir[] = "etc/systemd/system";

struct enabler {
	struct transform_context *c;
	struct unit_names queue; /* grows while it is worked through: Also= */
	size_t n_named;          /* the first ones were asked for, the rest came by Also= */
	struct map seen;
	size_t links;
};

static void enqueue(struct enabler *x, struct sv name)
{
	if (x->queue.n < UNITS_MAX && map_put(&x->seen, name, 0))
		vec_push(&x->queue, name);
}

/* %i %j %n %N %p of the unit whose [Install] it is; false for others, which say things about a machine. */
static bool expand(struct transform_context *c, const struct unit *u, struct sv text,
		   struct sv *ret)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	struct sv name = u->name, stem, prefix, instance;
	ptrdiff_t at, dash;

	if (unit_name_kind(name) == UNIT_NAME_TEMPLATE && u->default_instance.n > 0)
		name = unit_name_instantiate(&c->arena, name, u->default_instance);
	stem = sv_head(name, name.n - unit_name_suffix(name).n);
	at = sv_chr(stem, '@');
	prefix = at < 0 ? stem : sv_head(stem, (size_t)at);
	dash = sv_rchr(prefix, '-');
	instance = unit_name_instance(name);
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] != '%' || i + 1 == text.n) {
			strbuf_addc(&out, text.p[i]);
			continue;
		}
		switch (text.p[++i]) {
		case '%':
			strbuf_addc(&out, '%');
			break;
		case 'i':
			strbuf_add(&out, instance);
			break;
		case 'j':
			strbuf_add(&out, dash < 0 ? prefix : sv_from_pos(prefix, (size_t)dash + 1));
			break;
		case 'n':
			strbuf_add(&out, name);
			break;
		case 'N':
			strbuf_add(&out, stem);
			break;
		case 'p':
			strbuf_add(&out, prefix);
			break;
		default:
			return false;
		}
	}
	*ret = arena_sv(&c->arena, strbuf_sv(&out));
	return true;
}

/* A link in etc/systemd/system; one that is there already stays, whoever made it. */
static int link_unit(struct enabler *x, const struct unit *u, struct sv at, struct err *e)
{
	struct sv path = arena_printf(&x->c->arena, "%s/" SV_FMT, etc_dir, SV_ARG(at));
	struct sv target = arena_printf(&x->c->arena, "/" SV_FMT, SV_ARG(u->path));
	const struct tree_node *there = tree_lookup(x->c->tree, path);

	x->links++;
	if (sv_eq(path, u->path))
		return 0; /* an alias that is the unit's own file */
	if (there) {
		const struct tree_node *old = tree_follow(x->c->tree, path);

		if (there->inode->type != TREE_SYMLINK || old != tree_follow(x->c->tree, target))
			tf_note(x->c, NOTE_WARNING,
				"'" SV_FMT "' is there already, not linked to '" SV_FMT "'",
				SV_ARG(path), SV_ARG(target));
		return 0;
	}
	return tree_symlink(x->c->tree, path, target, e);
}

/* The name by which a unit is wanted; a template without instance can only be wanted by templates. */
static bool wanted_name(struct transform_context *c, const struct unit *u, struct sv *ret)
{
	if (unit_name_kind(u->name) != UNIT_NAME_TEMPLATE || u->default_instance.n == 0) {
		*ret = u->name;
		return true;
	}
	*ret = unit_name_instantiate(&c->arena, u->name, u->default_instance);
	return unit_name_kind(*ret) == UNIT_NAME_INSTANCE;
}

static int link_wants(struct enabler *x, const struct unit *u, const struct unit_names *list,
		      const char *folder, struct err *e)
{
	struct sv name;

	if (list->n == 0 || !wanted_name(x->c, u, &name))
		return 0;
	for (size_t i = 0; i < list->n; i++) {
		enum unit_name_kind kind;
		struct sv by;
		int r;

		if (!expand(x->c, u, list->v[i], &by)) {
			tf_note(x->c, NOTE_WARNING,
				"%s: '" SV_FMT "' in [Install] cannot be known at build time",
				arena_cstr(&x->c->arena, u->path), SV_ARG(list->v[i]));
			continue;
		}
		kind = unit_name_kind(by);
		/* systemctl preset is silent about the second: such templates are enabled by instance. */
		if (kind == UNIT_NAME_BAD)
			tf_note(x->c, NOTE_WARNING,
				SV_FMT ": '" SV_FMT "' in [Install] is not a unit name",
				SV_ARG(u->path), SV_ARG(by));
		if (kind == UNIT_NAME_BAD ||
		    (unit_name_kind(name) == UNIT_NAME_TEMPLATE && kind == UNIT_NAME_PLAIN))
			continue;
		r = link_unit(x, u,
			      arena_printf(&x->c->arena, SV_FMT "%s/" SV_FMT, SV_ARG(by), folder,
					   SV_ARG(name)),
			      e);
		if (r < 0)
			return r;
	}
	return 0;
}

/* What unit_validate_alias_symlink asks of a pair of names. */
static bool alias_fits(struct sv alias, struct sv name)
{
	enum unit_name_kind a = unit_name_kind(alias), n = unit_name_kind(name);

	if (a == UNIT_NAME_BAD || !sv_eq(unit_name_suffix(alias), unit_name_suffix(name)))
		return false;
	if (a == UNIT_NAME_TEMPLATE || n == UNIT_NAME_TEMPLATE)
		return a == n || (a == UNIT_NAME_INSTANCE && n == UNIT_NAME_TEMPLATE);
	return true;
}

static int link_aliases(struct enabler *x, const struct unit *u, struct err *e)
{
	for (size_t i = 0; i < u->alias.n; i++) {
		struct sv alias;
		int r;

		if (!expand(x->c, u, u->alias.v[i], &alias))
			continue;
		/* An instance lends its name to an alias that is a template. */
		if (unit_name_kind(alias) == UNIT_NAME_TEMPLATE &&
		    unit_name_kind(u->name) == UNIT_NAME_INSTANCE)
			alias = unit_name_instantiate(&x->c->arena, alias,
						      unit_name_instance(u->name));
		if (!alias_fits(alias, u->name)) {
			tf_note(x->c, NOTE_WARNING,
				SV_FMT ": '" SV_FMT "' cannot be an alias of '" SV_FMT "'",
				SV_ARG(u->path), SV_ARG(alias), SV_ARG(u->name));
			continue;
		}
		r = link_unit(x, u, alias, e);
		if (r < 0)
			return r;
	}
	return 0;
}

static int apply(struct enabler *x, const struct unit *u, struct err *e)
{
	int r = link_aliases(x, u, e);

	if (r == 0)
		r = link_wants(x, u, &u->wanted_by, ".wants", e);
	if (r == 0)
		r = link_wants(x, u, &u->required_by, ".requires", e);
	if (r == 0)
		r = link_wants(x, u, &u->upheld_by, ".upholds", e);
	for (size_t i = 0; r == 0 && i < u->also.n; i++) {
		struct sv name;

		if (expand(x->c, u, u->also.v[i], &name))
			enqueue(x, name);
	}
	return r;
}

int unit_enable(struct transform_context *c, const struct unit_names *names, size_t *ret_links,
		struct err *e)
{
	struct enabler x = { .c = c, .seen = MAP_INIT };
	int r = 0;

	for (size_t i = 0; i < names->n; i++)
		enqueue(&x, names->v[i]);
	for (size_t i = 0; i < x.queue.n && r == 0; i++) {
		struct unit u;

		/* Also= may name a unit that another package would bring, or one that is masked: not fatal. */
		unit_load(c, x.queue.v[i], &u);
		if (u.state == UNIT_LOADED)
			r = apply(&x, &u, e);
		unit_done(&u);
	}
	vec_done(&x.queue);
	map_done(&x.seen);
	if (r == 0)
		*ret_links = x.links;
	return r;
}

/* Disabling. */

struct disabler {
	struct transform_context *c;
	struct map names; /* what links must not be named or lead to */
	bool packages_only;
	size_t removed;
};

static struct sv base_name(struct sv path)
{
	ptrdiff_t slash = sv_rchr(path, '/');

	return sv_from_pos(path, slash < 0 ? 0 : (size_t)slash + 1);
}

static bool is_named(const struct disabler *x, struct sv name)
{
	if (map_get(&x->names, name, NULL))
		return true;
	/* A template stands for its instances. */
	return unit_name_kind(name) == UNIT_NAME_INSTANCE &&
	       map_get(&x->names, unit_name_template(&x->c->arena, name), NULL);
}

static void remove_links(struct disabler *x, struct tree_node *dir)
{
	for (uint32_t i = dir->n_children; i > 0; i--) {
		struct tree_node *n = dir->children[i - 1];

		if (n->inode->type == TREE_DIR) {
			size_t before = x->removed;

			remove_links(x, n);
			if (x->removed > before && n->n_children == 0)
				tree_remove_node(x->c->tree, n);
			continue;
		}
		if (n->inode->type != TREE_SYMLINK || unit_name_kind(n->name) == UNIT_NAME_BAD ||
		    (x->packages_only && n->origin == 0))
			continue;
		if (!is_named(x, n->name) && !is_named(x, base_name(n->inode->target)))
			continue;
		tree_remove_node(x->c->tree, n);
		x->removed++;
	}
}

size_t unit_disable(struct transform_context *c, const struct unit_names *names, bool packages_only)
{
	struct disabler x = { .c = c, .names = MAP_INIT, .packages_only = packages_only };
	struct tree_node *dir = tree_follow(c->tree, sv_from(etc_dir));
	struct unit_names queue = { .v = NULL };

	for (size_t i = 0; i < names->n; i++)
		if (map_put(&x.names, names->v[i], 0))
			vec_push(&queue, names->v[i]);
	for (size_t i = 0; i < queue.n; i++) {
		struct unit u;

		unit_load(c, queue.v[i], &u);
		for (size_t k = 0; k < u.also.n && queue.n < UNITS_MAX; k++) {
			struct sv name;

			if (expand(c, &u, u.also.v[k], &name) && map_put(&x.names, name, 0))
				vec_push(&queue, name);
		}
		unit_done(&u);
	}
	if (dir && dir->inode->type == TREE_DIR && x.names.n > 0)
		remove_links(&x, dir);
	vec_done(&queue);
	map_done(&x.names);
	return x.removed;
}

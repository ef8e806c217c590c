/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * preset-all, then the recipe's own words. Which rules count: a distribution that knows initrds ships
 * initrd-preset (systemd 258 and later) and only that counts; else nothing is enabled but what the
 * recipe enables, by [Units] or by preset files of its own (extra trees) in either folder, because
 * the distribution's system-preset speaks of installed systems.
 */
#include "base/macros.h"
#include "transform/units_int.h"

#define PRESET_DIRS(kind)                                                        \
	"etc/systemd/" kind, "run/systemd/" kind, "usr/local/lib/systemd/" kind, \
		"usr/lib/systemd/" kind

/* Of equal names initrd-preset's counts. */
static const char *const preset_dirs[] = { PRESET_DIRS("initrd-preset"),
					   PRESET_DIRS("system-preset"), NULL };
static const char *const initrd_preset_dirs[] = { PRESET_DIRS("initrd-preset"), NULL };

static bool any_of_package(const struct conf_files *files)
{
	for (size_t i = 0; i < files->n; i++)
		if (files->v[i].origin > 0)
			return true;
	return false;
}

static void read_rules(struct transform_context *c, struct preset_rules *rules)
{
	struct conf_files files;
	bool initrd;

	conf_files_list(c->tree, &c->arena, initrd_preset_dirs, SV(".preset"), &files);
	initrd = any_of_package(&files);
	if (!initrd) {
		vec_done(&files);
		conf_files_list(c->tree, &c->arena, preset_dirs, SV(".preset"), &files);
	}
	for (size_t i = 0; i < files.n; i++)
		if (initrd || files.v[i].origin == 0)
			preset_parse(c, files.v[i].text, files.v[i].path, rules);
	vec_done(&files);
	if (!initrd)
		preset_parse(c, SV("disable *\n"), SV("preset policy"), rules);
}

/* Sorts one unit file into what is enabled and what is disabled. */
static void judge(struct transform_context *c, const struct preset_rules *rules, struct sv name,
		  struct unit_names *enable, struct unit_names *disable)
{
	struct unit_names instances = { .v = NULL };
	enum preset_action action;
	struct unit u;

	unit_load(c, name, &u);
	/* Another unit's alias is judged with that one; masked stays masked. */
	if (u.state == UNIT_LOADED && sv_eq(u.name, name)) {
		action = preset_query(&c->arena, rules, name, &instances);
		for (size_t i = 0; action == PRESET_ENABLE && i < instances.n; i++)
			vec_push(enable, instances.v[i]);
		if (action == PRESET_ENABLE && instances.n == 0)
			vec_push(enable, name);
		else if (action == PRESET_DISABLE)
			vec_push(disable, name);
	}
	vec_done(&instances);
	unit_done(&u);
}

static int preset_all(struct transform_context *c, struct err *e)
{
	struct unit_names enable = { .v = NULL }, disable = { .v = NULL };
	struct preset_rules rules = { .v = NULL };
	struct map seen = MAP_INIT;
	size_t links = 0;
	int r;

	read_rules(c, &rules);
	for (const char *const *path = unit_dirs; *path; path++) {
		const struct tree_node *dir = tree_follow(c->tree, sv_from(*path));

		for (uint32_t i = 0; dir && i < dir->n_children; i++) {
			const struct tree_node *n = dir->children[i];

			if ((n->inode->type == TREE_FILE || n->inode->type == TREE_SYMLINK) &&
			    unit_name_kind(n->name) != UNIT_NAME_BAD && map_put(&seen, n->name, 0))
				judge(c, &rules, n->name, &enable, &disable);
		}
	}
	/* Links go before links come, so that a unit in both ways ends up enabled. */
	(void)unit_disable(c, &disable, true);
	r = unit_enable(c, &enable, &links, e);
	vec_done(&enable);
	vec_done(&disable);
	map_done(&seen);
	preset_rules_done(&rules);
	return r;
}

static int op_enable(struct transform_context *c, const struct unit_op *op, struct sv unit,
		     bool optional, struct err *e)
{
	struct unit_names names = { .v = NULL };
	struct unit u;
	enum unit_state state;
	size_t links = 0;
	int r;

	unit_load(c, unit, &u);
	state = u.state;
	unit_done(&u);
	if (state == UNIT_MASKED)
		return err_set(e, E_USAGE, "unit '" SV_FMT "' is masked", SV_ARG(unit));
	if (state == UNIT_ABSENT && optional)
		return 0;
	if (state == UNIT_ABSENT) {
		(void)err_set(e, E_USAGE, "no unit '" SV_FMT "' in the image", SV_ARG(unit));
		return err_hint(e, "a '?' before the name makes it optional");
	}
	vec_push(&names, unit);
	r = unit_enable(c, &names, &links, e);
	vec_done(&names);
	if (r == 0 && links == 0)
		tf_note(c, NOTE_WARNING,
			SV_FMT ": unit '" SV_FMT
			       "' has nothing in [Install]: enabling does nothing",
			SV_ARG(op->origin), SV_ARG(unit));
	return r;
}

static int op_disable(struct transform_context *c, const struct unit_op *op, struct sv unit,
		      bool optional, struct err *e)
{
	struct unit_names names = { .v = NULL };

	(void)op;
	(void)optional;
	(void)e;
	vec_push(&names, unit);
	(void)unit_disable(c, &names, false);
	vec_done(&names);
	return 0;
}

static int op_mask(struct transform_context *c, const struct unit_op *op, struct sv unit,
		   bool optional, struct err *e)
{
	struct sv path = arena_printf(&c->arena, "etc/systemd/system/" SV_FMT, SV_ARG(unit));
	const struct tree_node *there = tree_lookup(c->tree, path);

	(void)op;
	(void)optional;
	if (there && there->inode->type != TREE_SYMLINK)
		return err_set(e, E_USAGE, "'" SV_FMT "' is a file of its own and cannot be masked",
			       SV_ARG(path));
	return tree_symlink(c->tree, path, SV("/dev/null"), e);
}

int tf_presets(struct transform_context *c, struct err *e)
{
	static int (*const run[])(struct transform_context *, const struct unit_op *, struct sv,
				  bool, struct err *) = {
		[UNIT_ENABLE] = op_enable, [UNIT_DISABLE] = op_disable, [UNIT_MASK] = op_mask
	};
	int r = preset_all(c, e);

	for (size_t i = 0; i < c->units.n && r == 0; i++) {
		const struct unit_op *op = &c->units.v[i];
		struct sv unit = op->unit;
		bool optional = sv_skip(&unit, SV("?"));

		if (unit_name_kind(unit) == UNIT_NAME_BAD)
			r = err_set(e, E_USAGE, "'" SV_FMT "' is not a unit name", SV_ARG(unit));
		else
			r = run[op->kind](c, op, unit, optional, e);
		if (r < 0) {
			(void)err_wrap(e, SV_FMT, SV_ARG(op->origin));
			return e->code = E_USAGE;
		}
	}
	return r;
}

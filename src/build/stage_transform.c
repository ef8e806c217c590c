/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Stage transform: hands the recipe's words to the transforms and runs them. */
#include <stdlib.h>

#include "build/build_int.h"
#include "transform/transform.h"

static int script_cmp(const void *a, const void *b)
{
	return sv_cmp(((const struct build_script *)a)->package,
		      ((const struct build_script *)b)->package);
}

/* The postinst that was kept while unpacking; text only. */
static int find_script(void *arg, struct sv package, struct sv script, struct sv *ret,
		       struct err *e)
{
	const struct build *b = arg;
	struct build_script key = { .package = package };
	const struct build_script *found = NULL;

	if (sv_eq(script, SV("postinst")) && b->scripts.n > 0)
		found = bsearch(&key, b->scripts.v, b->scripts.n, sizeof(key), script_cmp);
	if (!found)
		return err_set(e, E_NOTFOUND, "package '" SV_FMT "' has no " SV_FMT,
			       SV_ARG(package), SV_ARG(script));
	*ret = found->text;
	return 0;
}

static int file_ops(struct build *b, struct transform_context *c, struct err *e)
{
	static const struct {
		const char *word;
		enum file_op_kind kind;
	} kinds[] = {
		{ "symlink", FILE_SYMLINK }, { "write", FILE_WRITE }, { "remove", FILE_REMOVE },
		{ "mode", FILE_MODE },       { "owner", FILE_OWNER }, { "mkdir", FILE_MKDIR },
	};

	for (size_t i = 0; i < b->recipe.files.n; i++) {
		const struct recipe_file_op *f = &b->recipe.files.v[i];
		size_t k = 0;

		while (k < ARRAY_SIZE(kinds) && !sv_eq(f->kind, sv_from(kinds[k].word)))
			k++;
		if (k == ARRAY_SIZE(kinds))
			return err_set(e, E_USAGE, SV_FMT ": unknown file operation '" SV_FMT "'",
				       SV_ARG(f->origin), SV_ARG(f->kind));

		struct file_op op = { .kind = kinds[k].kind,
				      .path = f->path,
				      .value = f->value,
				      .origin = f->origin };

		vec_push(&c->files, op);
	}
	return 0;
}

static void unit_ops(struct transform_context *c, const struct recipe_list *list,
		     enum unit_op_kind kind)
{
	for (size_t i = 0; i < list->n; i++) {
		struct unit_op op = { .kind = kind,
				      .unit = list->v[i].text,
				      .origin = list->v[i].origin };

		vec_push(&c->units, op);
	}
}

static int fill(struct build *b, struct transform_context *c, struct err *e)
{
	const struct recipe *rc = &b->recipe;
	int r = file_ops(b, c, e);

	for (size_t i = 0; i < b->plan.items.n; i++) {
		const struct plan_item *it = &b->plan.items.v[i];
		struct transform_package p = { .name = it->name, .version = it->version };

		if (!it->removed && !it->kernel)
			vec_push(&c->packages, p);
	}
	unit_ops(c, &rc->enable, UNIT_ENABLE);
	unit_ops(c, &rc->disable, UNIT_DISABLE);
	unit_ops(c, &rc->mask, UNIT_MASK);
	for (size_t i = 0; i < rc->users.n; i++)
		vec_push(&c->users, rc->users.v[i].text);
	for (size_t i = 0; i < rc->users_of.n; i++)
		vec_push(&c->users, rc->users_of.v[i].text);
	c->locale = rc->locale.text;
	c->keymap = rc->keymap.text;
	c->timezone = rc->timezone.text;
	c->hostname = rc->hostname.text;
	c->root_shell = rc->root_shell.text;
	c->root_password = rc->root_password.text;
	c->root_password_hashed = sv_skip(&c->root_password, SV("hashed:"));
	if (r == 0)
		r = recipe_bool(&rc->emergency_shell, false, &c->emergency_shell, e);
	for (size_t i = 0; i < rc->netroot_defaults.n; i++)
		vec_push(&c->netroot_defaults, rc->netroot_defaults.v[i].text);
	if (r == 0)
		r = recipe_bool(&rc->netroot, rc->netroot_defaults.n > 0, &c->netroot, e);
	return r;
}

int stage_transform(struct build *b, struct err *e)
{
	struct transform_context c = {
		.tree = b->tree,
		.arch = b->arch,
		.distribution = b->distribution,
		.source_date = b->source_date,
		.notes = b->h->notes,
		.script = find_script,
		.script_arg = b,
	};
	int r;

	if (b->scripts.n > 0)
		qsort(b->scripts.v, b->scripts.n, sizeof(*b->scripts.v), script_cmp);
	r = fill(b, &c, e);
	if (r == 0)
		r = transform_run(&c, e);
	transform_context_done(&c);
	return r;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is part of the kernel itself: modules.builtin has a path a line, modules.builtin.modinfo has
 * NUL-terminated "module.key=value" records (Documentation/kbuild/kbuild.rst).
 */
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "kmod/kmodsel_int.h"

bool kmodsel_builtin_record(struct sv *rest, struct sv *ret_module, struct sv *ret_key,
			    struct sv *ret_value)
{
	struct sv record;

	while (sv_split(rest, '\0', &record)) {
		ptrdiff_t dot = sv_chr(record, '.'), equals = sv_chr(record, '=');

		if (dot <= 0 || equals < dot)
			continue;
		*ret_module = sv_head(record, (size_t)dot);
		*ret_key =
			sv_head(sv_from_pos(record, (size_t)dot + 1), (size_t)(equals - dot - 1));
		*ret_value = sv_from_pos(record, (size_t)equals + 1);
		return true;
	}
	return false;
}

struct builtin_alias {
	uint32_t module, order;
	struct sv text;
};

struct gather {
	struct kmodsel_index *x;
	struct map names; /* of builtins -> number in x->modules */
	VEC(struct builtin_alias) aliases;
};

static int add_builtin(struct gather *g, struct sv path, struct err *e)
{
	struct kmodsel_module m = { .builtin = true, .order = UINT32_MAX };
	struct sv name = kmodsel_name_of(&g->x->arena, path);

	for (size_t i = 0; i < path.n; i++)
		if ((unsigned char)path.p[i] <= ' ' || path.p[i] == 0x7f)
			return err_set(e, E_FORMAT, "blank or control byte in a path");
	if (name.n == 0 || path.n > KMODSEL_STRING_MAX)
		return err_set(e, E_FORMAT, "malformed path '" SV_FMT "'", SV_ARG(path));
	if (map_get(&g->names, name, NULL))
		return 0;
	if (g->x->modules.n >= KMODSEL_MODULES_MAX)
		return err_set(e, E_LIMIT, "more than %d modules", KMODSEL_MODULES_MAX);
	m.path = arena_sv(&g->x->arena, path);
	m.name = name;
	(void)map_put(&g->names, name, (uint32_t)g->x->modules.n);
	vec_push(&g->x->modules, m);
	return 0;
}

/* Some builtins stand in the records only; "file" says where they would be. */
static int add_from_records(struct gather *g, struct sv all, struct err *e)
{
	_cleanup_strbuf_ struct strbuf path = STRBUF_INIT;
	struct sv rest = all, module, key, value;

	while (kmodsel_builtin_record(&rest, &module, &key, &value)) {
		int r;

		if (!sv_eq(key, SV("file")))
			continue;
		strbuf_clear(&path);
		strbuf_addf(&path, "kernel/" SV_FMT ".ko", SV_ARG(value));
		r = add_builtin(g, strbuf_sv(&path), e);
		if (r < 0)
			return r;
	}
	return 0;
}

static int compare_alias(const void *a, const void *b)
{
	const struct builtin_alias *x = a, *y = b;

	if (x->module != y->module)
		return x->module < y->module ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static int add_alias(struct gather *g, struct sv module, struct sv text, struct err *e)
{
	_cleanup_strbuf_ struct strbuf name = STRBUF_INIT;
	struct builtin_alias one = { .order = (uint32_t)g->aliases.n };

	if (text.n > KMODSEL_STRING_MAX || g->aliases.n >= KMODSEL_ITEMS_MAX)
		return err_set(e, E_LIMIT, "too many or too long aliases");
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] < ' ' || text.p[i] == 0x7f)
			return err_set(e, E_FORMAT, "alias of '" SV_FMT "' holds a control byte",
				       SV_ARG(module));
	kmodsel_normalise(module, '-', '_', &name);
	if (!map_get(&g->names, strbuf_sv(&name), &one.module))
		return 0;
	one.text = arena_sv(&g->x->arena, text);
	vec_push(&g->aliases, one);
	return 0;
}

static int add_aliases(struct gather *g, struct sv all, struct err *e)
{
	struct sv rest = all, module, key, value;

	while (kmodsel_builtin_record(&rest, &module, &key, &value)) {
		int r;

		if (!sv_eq(key, SV("alias")) || value.n == 0)
			continue;
		r = add_alias(g, module, value, e);
		if (r < 0)
			return r;
	}
	if (g->aliases.n > 0)
		qsort(g->aliases.v, g->aliases.n, sizeof(g->aliases.v[0]), compare_alias);
	for (size_t from = 0, to; from < g->aliases.n; from = to) {
		struct kmodsel_names *names = &g->x->modules.v[g->aliases.v[from].module].aliases;

		for (to = from;
		     to < g->aliases.n && g->aliases.v[to].module == g->aliases.v[from].module;)
			to++;
		names->v = arena_new_array(&g->x->arena, struct sv, to - from);
		for (size_t i = from; i < to; i++)
			names->v[names->n++] = g->aliases.v[i].text;
	}
	return 0;
}

static int gather(struct gather *g, struct sv list, struct sv records, struct err *e)
{
	struct sv line;
	int r;

	if (list.n > KMODSEL_LIST_MAX || records.n > KMODSEL_LIST_MAX)
		return err_set(e, E_LIMIT, "modules.builtin: more than %d bytes", KMODSEL_LIST_MAX);
	while (sv_line(&list, &line)) {
		line = sv_trim(line);
		if (line.n == 0)
			continue;
		r = add_builtin(g, line, e);
		if (r < 0)
			return err_wrap(e, "modules.builtin");
	}
	r = add_from_records(g, records, e);
	if (r == 0)
		r = add_aliases(g, records, e);
	return r < 0 ? err_wrap(e, "modules.builtin.modinfo") : 0;
}

int kmodsel_builtin_add(struct kmodsel_index *x, const struct tree *t, struct err *e)
{
	struct gather g = { .x = x, .names = MAP_INIT };
	int r;

	r = gather(&g, kmodsel_kver_file(t, x->kver, "modules.builtin"),
		   kmodsel_kver_file(t, x->kver, "modules.builtin.modinfo"), e);
	map_done(&g.names);
	vec_done(&g.aliases);
	return r;
}

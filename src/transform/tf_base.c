/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Merged-usr links, base folders, /dev/console. The links must be there before the first package is
 * unpacked, so that "bin/sh" and "usr/bin/sh" are one entry (trixie ships nothing below the links,
 * bookworm's dash and udev do). PID 1 mounts the kernel's file systems over the empty folders.
 */
#include "base/macros.h"
#include "transform/transform_int.h"

static const struct {
	const char *path;
	uint32_t mode;
} folders[] = {
	{ "dev", 0755 },      { "etc", 0755 },      { "proc", 0555 },    { "root", 0700 },
	{ "run", 0755 },      { "sys", 0555 },      { "sysroot", 0755 }, { "tmp", 01777 },
	{ "usr", 0755 },      { "usr/bin", 0755 },  { "var", 0755 },     { "usr/lib", 0755 },
	{ "usr/sbin", 0755 }, { "var/tmp", 01777 },
};

static int merged_links(struct transform_context *c, struct err *e)
{
	int r;

	for (const char *const *name = c->arch->root_links; *name; name++) {
		struct sv to = arena_printf(&c->arena, "usr/%s", *name);

		if (tree_lookup(c->tree, sv_from(*name)))
			continue;
		r = tree_mkdir(c->tree, to, 0755, e);
		if (r < 0)
			return r;
		r = tree_symlink(c->tree, sv_from(*name), to, e);
		if (r < 0)
			return r;
	}
	return 0;
}

/* A console for what the kernel and PID 1 say before devtmpfs is mounted. */
static int console(struct tree *t, struct err *e)
{
	const struct tree_entry entry = { .path = SV("dev/console"),
					  .type = TREE_CHAR,
					  .mode = 0600,
					  .dev_major = 5,
					  .dev_minor = 1 };

	return tree_lookup(t, entry.path) ? 0 : tree_add(t, &entry, NULL, e);
}

/* Also run after unpacking: a recipe may have removed more than it meant to. */
int tf_base(struct transform_context *c, struct err *e)
{
	int r;

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		r = tree_mkdir(c->tree, sv_from(folders[i].path), folders[i].mode, e);
		if (r < 0)
			return r;
	}
	r = merged_links(c, e);
	return r < 0 ? r : console(c->tree, e);
}

int transform_prepare(struct transform_context *c, struct err *e)
{
	int r = tf_base(c, e);

	return r < 0 ? err_wrap(e, "base folders") : 0;
}

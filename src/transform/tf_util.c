/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "base/macros.h"
#include "transform/transform_int.h"

bool tf_has_package(const struct transform_context *c, struct sv name)
{
	for (size_t i = 0; i < c->packages.n; i++)
		if (sv_eq(c->packages.v[i].name, name))
			return true;
	return false;
}

bool tf_is_dir(const struct tree *t, struct sv path)
{
	const struct tree_node *n = tree_follow(t, path);

	return n && n->inode->type == TREE_DIR;
}

int tf_write_keep(struct tree *t, struct sv path, struct sv content, uint32_t mode, struct err *e)
{
	const struct tree_node *n = tree_lookup(t, path);
	struct tree_entry entry = { .path = path, .type = TREE_FILE, .mode = mode };
	int r;

	if (n && n->inode->type == TREE_FILE) {
		entry.mode = n->inode->mode;
		entry.uid = n->inode->uid;
		entry.gid = n->inode->gid;
		entry.uname = n->inode->uname;
		entry.gname = n->inode->gname;
	}
	entry.blob = blob_new_copy(content);
	r = tree_add(t, &entry, NULL, e);
	blob_unref(entry.blob);
	return r;
}

int tf_copy_absent(struct tree *t, struct sv from, struct sv to, bool *ret, struct err *e)
{
	const struct tree_node *n = tree_follow(t, from);
	struct tree_entry entry = { .path = to, .type = TREE_FILE };
	int r;

	*ret = false;
	if (!n || n->inode->type != TREE_FILE || tree_lookup(t, to))
		return 0;
	entry.mode = n->inode->mode;
	entry.mtime = n->inode->mtime;
	entry.blob = n->inode->blob;
	r = tree_add(t, &entry, NULL, e);
	*ret = r == 0;
	return r;
}

/* os-release(5): shell-like assignments; the words there need no more than quotes and backslashes. */
static struct sv unquote(struct arena *a, struct sv value)
{
	char *to = arena_alloc(a, value.n + 1);
	char quote = '\0';
	size_t n = 0;

	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];

		if (quote ? c == quote : c == '"' || c == '\'') {
			quote = quote ? '\0' : c;
			continue;
		}
		if (c == '\\' && quote != '\'' && i + 1 < value.n)
			c = value.p[++i];
		to[n++] = c;
	}
	return sv_of(to, n);
}

struct sv tf_os_release(struct transform_context *c, struct sv key)
{
	struct sv text, line, value = SV("");

	if (!tree_read(c->tree, SV("etc/os-release"), &text) &&
	    !tree_read(c->tree, SV("usr/lib/os-release"), &text))
		return value;
	while (sv_line(&text, &line)) {
		line = sv_trim(line);
		if (sv_starts(line, key) && line.n > key.n && line.p[key.n] == '=')
			value = unquote(&c->arena, sv_from_pos(line, key.n + 1));
	}
	return value;
}

static int specifier(struct transform_context *c, char letter, struct strbuf *out, struct err *e)
{
	static const struct {
		char letter;
		const char *key;
	} keys[] = { { 'A', "IMAGE_VERSION" }, { 'B', "BUILD_ID" },
		     { 'M', "IMAGE_ID" },      { 'o', "ID" },
		     { 'w', "VERSION_ID" },    { 'W', "VARIANT_ID" } };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (keys[i].letter == letter) {
			strbuf_add(out, tf_os_release(c, sv_from(keys[i].key)));
			return 0;
		}
	if (letter == '%')
		strbuf_addc(out, '%');
	else if (letter == 'a' && c->arch)
		strbuf_adds(out, c->arch->mkosi);
	else if (letter == 'T')
		strbuf_adds(out, "/tmp");
	else if (letter == 'V')
		strbuf_adds(out, "/var/tmp");
	else
		return err_set(e, E_FORMAT,
			       "specifier '%%%c' has no meaning when an image is built",
			       letter > ' ' && letter < 0x7f ? letter : '?');
	return 0;
}

int tf_specifiers(struct transform_context *c, struct sv text, struct sv *ret, struct err *e)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	int r;

	for (size_t i = 0; i < text.n; i++) {
		/* A lone '%' at the end stands for itself, as in specifier_printf. */
		if (text.p[i] != '%' || i + 1 == text.n) {
			strbuf_addc(&out, text.p[i]);
			continue;
		}
		r = specifier(c, text.p[++i], &out, e);
		if (r < 0)
			return r;
	}
	*ret = arena_sv(&c->arena, strbuf_sv(&out));
	return 0;
}

static int conf_file_cmp(const void *a, const void *b)
{
	return sv_cmp(((const struct conf_file *)a)->name, ((const struct conf_file *)b)->name);
}

static bool conf_file_seen(const struct conf_files *list, size_t before, struct sv name)
{
	for (size_t i = 0; i < before; i++)
		if (sv_eq(list->v[i].name, name))
			return true;
	return false;
}

void conf_files_list(const struct tree *t, struct arena *a, const char *const *dirs,
		     struct sv suffix, struct conf_files *ret)
{
	*ret = (struct conf_files){ .v = NULL };
	for (; *dirs; dirs++) {
		const struct tree_node *dir = tree_follow(t, sv_from(*dirs));
		size_t before = ret->n;

		for (uint32_t i = 0; dir && i < dir->n_children; i++) {
			const struct tree_node *n = dir->children[i];
			struct conf_file f = { .name = n->name,
					       .origin = n->origin,
					       .text = SV("") };

			if (!sv_ends(n->name, suffix) || conf_file_seen(ret, before, n->name))
				continue;
			f.path = arena_printf(a, "%s/" SV_FMT, *dirs, SV_ARG(n->name));
			(void)tree_read(t, f.path, &f.text);
			vec_push(ret, f);
		}
	}
	if (ret->n > 0)
		qsort(ret->v, ret->n, sizeof(*ret->v), conf_file_cmp);
}

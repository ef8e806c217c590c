/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One view over folders on disk and the files this program carries. */
#include "recipe/recipe_int.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/embed.h"
#include "base/fs.h"

static bool embedded(struct sv *path)
{
	return sv_skip(path, SV(EMBEDDED));
}

/* Is `name` below folder `dir`? Cuts the folder off. */
static bool below(struct sv *name, struct sv dir)
{
	if (dir.n == 0)
		return true;
	return sv_skip(name, dir) && sv_skip(name, SV("/"));
}

static const struct embed_file *embedded_file(struct sv path)
{
	for (size_t i = 0; i < embed_file_count; i++)
		if (sv_eq(sv_from(embed_files[i].path), path))
			return &embed_files[i];
	return NULL;
}

static enum source_kind embedded_kind(struct sv path)
{
	if (embedded_file(path))
		return SOURCE_FILE;
	for (size_t i = 0; i < embed_file_count; i++) {
		struct sv name = sv_from(embed_files[i].path);

		if (below(&name, path))
			return SOURCE_DIR;
	}
	return SOURCE_NONE;
}

enum source_kind source_kind(struct sv path)
{
	_cleanup_free_ char *cstr = NULL;
	struct stat st;

	if (embedded(&path))
		return embedded_kind(path);
	cstr = xmalloc(path.n + 1);
	memcpy(cstr, path.p, path.n);
	cstr[path.n] = '\0';
	if (stat(cstr, &st) < 0)
		return SOURCE_NONE;
	return S_ISDIR(st.st_mode) ? SOURCE_DIR : S_ISREG(st.st_mode) ? SOURCE_FILE : SOURCE_NONE;
}

struct sv source_join(struct arena *a, struct sv dir, struct sv name)
{
	while (sv_skip(&name, SV("./")))
		;
	if (dir.n == 0 || sv_eq(dir, SV(".")) || sv_starts(name, SV("/")) ||
	    sv_starts(name, SV(EMBEDDED)))
		return arena_sv(a, name);
	return arena_printf(a, "%.*s%s%.*s", (int)dir.n, dir.p, sv_ends(dir, SV("/")) ? "" : "/",
			    (int)name.n, name.p);
}

struct sv source_shown(struct sv path)
{
	(void)embedded(&path);
	return path;
}

int source_read(struct arena *a, struct sv path, struct sv *ret, struct err *e)
{
	struct sv name = path;

	if (embedded(&name)) {
		const struct embed_file *f = embedded_file(name);

		if (!f)
			return err_set(e, E_NOTFOUND, "no file '" SV_FMT "' in this program",
				       SV_ARG(name));
		*ret = sv_of(f->data, f->size);
		return 0;
	}

	_cleanup_fs_data_ struct fs_data data = { 0 };
	int r = fs_read(AT_FDCWD, arena_cstr(a, path), RECIPE_FILE_MAX, &data, e);

	if (r < 0)
		return r;
	*ret = arena_sv(a, fs_sv(&data));
	return 0;
}

static int cmp_entry(const void *a, const void *b)
{
	return sv_cmp(((const struct source_entry *)a)->name,
		      ((const struct source_entry *)b)->name);
}

static void embedded_list(struct sv dir, struct source_entries *ret)
{
	for (size_t i = 0; i < embed_file_count; i++) {
		struct sv name = sv_from(embed_files[i].path);
		bool known = false;

		if (!below(&name, dir))
			continue;

		ptrdiff_t slash = sv_chr(name, '/');
		struct source_entry entry = { slash < 0 ? name : sv_head(name, (size_t)slash),
					      slash < 0 ? SOURCE_FILE : SOURCE_DIR };

		for (size_t k = 0; k < ret->n && !known; k++)
			known = sv_eq(ret->v[k].name, entry.name);
		if (!known)
			vec_push(ret, entry);
	}
	if (ret->n > 1)
		qsort(ret->v, ret->n, sizeof(ret->v[0]), cmp_entry);
}

int source_list(struct arena *a, struct sv path, struct source_entries *ret, struct err *e)
{
	struct sv name = path;

	ret->n = 0;
	if (embedded(&name)) {
		embedded_list(name, ret);
		return 0;
	}

	struct fs_entries list = { 0 };
	int r = fs_list(AT_FDCWD, arena_cstr(a, path), &list, e);

	if (r < 0)
		return r;
	for (size_t i = 0; i < list.n; i++) {
		struct sv n = arena_sv(a, sv_from(list.v[i].name));

		vec_push(ret, ((struct source_entry){ n, source_kind(source_join(a, path, n)) }));
	}
	fs_entries_done(&list);
	return 0;
}

struct sv source_id(struct arena *a, struct sv path)
{
	struct stat st;

	if (sv_starts(path, SV(EMBEDDED)) || stat(arena_cstr(a, path), &st) < 0)
		return arena_sv(a, path);
	return arena_printf(a, "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
}

bool source_world_readable(struct sv path)
{
	struct arena a = ARENA_INIT;
	struct stat st;
	bool open = !sv_starts(path, SV(EMBEDDED)) && stat(arena_cstr(&a, path), &st) == 0 &&
		    (st.st_mode & 07) != 0;

	arena_done(&a);
	return open;
}

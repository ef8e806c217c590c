/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Extra trees: what lies in them, in order of names. Links are taken as links, never followed. */
#include "recipe/recipe_int.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/embed.h"
#include "base/fs.h"

struct walk {
	recipe_extra_fn fn;
	void *arg;
	struct strbuf path; /* below target */
	struct sv source;   /* for messages */
	unsigned depth;
};

static int walk_dir(struct walk *w, int fd, struct err *e);

static int in_tree(struct walk *w, struct err *e)
{
	return err_wrap(e, "extra tree '" SV_FMT "'", SV_ARG(w->source));
}

static int give(struct walk *w, uint32_t mode, struct sv content, int64_t mtime, struct err *e)
{
	struct recipe_extra x = {
		.path = w->path.n ? strbuf_sv(&w->path) : SV(""),
		.mode = mode,
		.content = content,
		.mtime = mtime,
	};

	return w->fn(w->arg, &x, e);
}

static int walk_link(struct walk *w, int fd, const char *name, const struct stat *st, struct err *e)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(fd, name, target, sizeof(target));

	if (n < 0)
		return err_sys(e, errno, "reading link '%s'", w->path.p);
	if ((size_t)n == sizeof(target))
		return err_set(e, E_LIMIT, "the target of link '%s' is too long", w->path.p);
	return give(w, S_IFLNK | 0777, sv_of(target, (size_t)n), st->st_mtim.tv_sec, e);
}

static int walk_file(struct walk *w, int fd, const char *name, const struct stat *st, struct err *e)
{
	_cleanup_fs_data_ struct fs_data data = { 0 };
	int r = fs_read(fd, name, RECIPE_EXTRA_MAX, &data, e);

	return r < 0 ? r
		     : give(w, S_IFREG | (st->st_mode & 07777), fs_sv(&data), st->st_mtim.tv_sec,
			    e);
}

static int walk_entry(struct walk *w, int fd, const char *name, struct err *e)
{
	_cleanup_close_ int child = -1;
	struct stat st;
	int r;

	if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(e, errno, "looking at '%s'", w->path.p);
	if (S_ISLNK(st.st_mode))
		return walk_link(w, fd, name, &st, e);
	if (S_ISREG(st.st_mode))
		return walk_file(w, fd, name, &st, e);
	if (!S_ISDIR(st.st_mode)) {
		err_set(e, E_FORMAT, "'%s' is neither file, folder nor link", w->path.p);
		return err_hint(e, "device nodes and sockets appear at boot, not in an image");
	}
	child = openat(fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (child < 0)
		return err_sys(e, errno, "opening folder '%s'", w->path.p);
	r = give(w, S_IFDIR | (st.st_mode & 07777), SV(""), st.st_mtim.tv_sec, e);
	return r < 0 ? r : walk_dir(w, child, e);
}

static int walk_dir(struct walk *w, int fd, struct err *e)
{
	struct fs_entries list = { 0 };
	size_t length = w->path.n;
	int r;

	if (++w->depth > RECIPE_TREE_DEPTH_MAX)
		return err_set(e, E_LIMIT, "more than %d folders within each other",
			       RECIPE_TREE_DEPTH_MAX);
	r = fs_list(fd, ".", &list, e);
	for (size_t i = 0; r >= 0 && i < list.n; i++) {
		if (length > 0)
			strbuf_addc(&w->path, '/');
		strbuf_adds(&w->path, list.v[i].name);
		r = walk_entry(w, fd, list.v[i].name, e);
		w->path.n = length;
		w->path.p[length] = '\0';
	}
	fs_entries_done(&list);
	w->depth--;
	return r;
}

static int walk_disk(struct walk *w, const char *path, struct err *e)
{
	_cleanup_close_ int fd = -1;
	struct stat st;
	int r;

	if (stat(path, &st) < 0)
		return err_sys(e, errno, "looking at it");
	if (S_ISREG(st.st_mode))
		return walk_file(w, AT_FDCWD, path, &st, e);
	r = fs_open_dir(AT_FDCWD, path, &fd, e);
	return r < 0 ? r : walk_dir(w, fd, e);
}

/* Order of paths by components, so that a folder comes right before what it holds. */
static int cmp_path(const void *pa, const void *pb)
{
	struct sv a = *(const struct sv *)pa, b = *(const struct sv *)pb, x, y;

	while (a.p && b.p) {
		(void)sv_split(&a, '/', &x);
		(void)sv_split(&b, '/', &y);

		int c = sv_cmp(x, y);

		if (c != 0)
			return c;
	}
	return (a.p != NULL) - (b.p != NULL);
}

/* Folders of `path` that `before` did not have. */
static int give_parents(struct walk *w, struct sv before, struct sv path, struct err *e)
{
	for (size_t i = 0; i < path.n; i++) {
		struct sv dir = sv_head(path, i);
		struct sv rest = before;

		if (path.p[i] != '/' || (sv_skip(&rest, dir) && sv_starts(rest, SV("/"))))
			continue;
		strbuf_clear(&w->path);
		strbuf_add(&w->path, dir);

		int r = give(w, S_IFDIR | 0755, SV(""), 0, e);

		if (r < 0)
			return r;
	}
	return 0;
}

static const struct embed_file *embedded_at(struct sv source, struct sv path)
{
	for (size_t i = 0; i < embed_file_count; i++) {
		struct sv name = sv_from(embed_files[i].path);

		if (sv_skip(&name, source) && (path.n == 0 || sv_skip(&name, SV("/"))) &&
		    sv_eq(name, path))
			return &embed_files[i];
	}
	return NULL;
}

static int walk_embedded(struct walk *w, struct sv source, struct err *e)
{
	VEC(struct sv) paths = { 0 };
	struct sv before = SV("");
	int r = 0;

	for (size_t i = 0; i < embed_file_count; i++) {
		struct sv name = sv_from(embed_files[i].path);

		if (sv_skip(&name, source) && (name.n == 0 || sv_skip(&name, SV("/"))))
			vec_push(&paths, name);
	}
	if (paths.n > 1)
		qsort(paths.v, paths.n, sizeof(paths.v[0]), cmp_path);
	for (size_t i = 0; r >= 0 && i < paths.n; i++) {
		const struct embed_file *f = embedded_at(source, paths.v[i]);

		r = give_parents(w, before, paths.v[i], e);
		if (r < 0)
			break;
		strbuf_clear(&w->path);
		strbuf_add(&w->path, paths.v[i]);
		r = give(w, S_IFREG | (f->exec ? 0755 : 0644), sv_of(f->data, f->size), 0, e);
		before = paths.v[i];
	}
	vec_done(&paths);
	return r;
}

int recipe_tree_walk(const struct recipe_tree *t, recipe_extra_fn fn, void *arg, struct err *e)
{
	struct walk w = {
		.fn = fn, .arg = arg, .path = STRBUF_INIT, .source = source_shown(t->source)
	};
	struct sv name = t->source;
	struct arena a = ARENA_INIT;
	int r;

	strbuf_reserve(&w.path, 256);
	if (sv_skip(&name, SV(EMBEDDED)))
		r = walk_embedded(&w, name, e);
	else
		r = walk_disk(&w, arena_cstr(&a, t->source), e);
	if (r < 0)
		(void)in_tree(&w, e);
	strbuf_done(&w.path);
	arena_done(&a);
	return r;
}

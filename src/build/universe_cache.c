/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The universe kept between runs, one file per set of mirrors, named by a digest of all that decides what
 * is in it: this release, the architecture, and each index by the digest that its verified Release has. A
 * hit opens no index. A file that is damaged, or of another build, is replaced; the oldest go when there
 * are many.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "build/build_int.h"
#include "pkg/universe_store.h"

#define KEEP_FILES 8

/* False when a mirror does not tell what it has before it is read. */
static bool make_key(const struct build *b, struct digest *ret)
{
	const struct universe *u = &b->universe;
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;

	strbuf_addf(&text, "universe %s %d %s\n", b->o->release, (int)u->family, b->arch->deb);
	for (size_t i = 0; i < u->repos.n; i++) {
		const struct universe_repo *r = &u->repos.v[i];
		char hex[DIGEST_MAX * 2 + 1];

		if (!digest_is_strong(r->index_digest.kind))
			return false;
		digest_hex(&r->index_digest, hex);
		strbuf_addf(&text, "%d %d %s\n", r->priority, r->order, hex);
	}
	digest_bytes(DIGEST_SHA256, text.p, text.n, ret);
	return true;
}

static void cache_path(const struct build *b, const struct digest *key, struct strbuf *dir,
		       struct strbuf *path)
{
	char hex[DIGEST_MAX * 2 + 1];

	digest_hex(key, hex);
	strbuf_addf(dir, "%s/universe", b->o->cache);
	strbuf_addf(path, "%s/%s", dir->p, hex);
}

/*
 * Reading all of a file to check it takes longer than the plan. A file that was checked is known again by
 * what nobody can write into without a trace: inode, size and time of change, kept in a file beside it.
 */
static void make_stamp(const struct fs_map *m, struct strbuf *out)
{
	strbuf_addf(out, "%llu %zu %lld.%09ld\n", (unsigned long long)m->inode, m->n,
		    (long long)m->changed.tv_sec, m->changed.tv_nsec);
}

static bool is_known(const struct fs_map *m, const char *stamp_path)
{
	_cleanup_strbuf_ struct strbuf stamp = STRBUF_INIT;
	_cleanup_fs_data_ struct fs_data known = { NULL, 0 };
	struct err e = ERR_INIT;

	make_stamp(m, &stamp);
	return fs_read(AT_FDCWD, stamp_path, 256, &known, &e) == 0 &&
	       sv_eq(fs_sv(&known), strbuf_sv(&stamp));
}

/* Failure costs time in the next run, nothing else. */
static void write_stamp(const struct fs_map *m, const char *stamp_path)
{
	_cleanup_(fs_out_done) struct fs_out out = FS_OUT_INIT;
	_cleanup_strbuf_ struct strbuf stamp = STRBUF_INIT;
	struct err e = ERR_INIT;

	make_stamp(m, &stamp);
	if (fs_out_open(&out, AT_FDCWD, stamp_path, 0644, &e) == 0 &&
	    fs_out_write(&out, stamp.p, stamp.n, &e) == 0)
		(void)fs_out_publish(&out, &e);
}

static bool use(struct build *b, const struct digest *key, const char *path)
{
	_cleanup_(fs_map_done) struct fs_map map = { .p = NULL };
	_cleanup_strbuf_ struct strbuf stamp = STRBUF_INIT;
	struct err e = ERR_INIT;
	int r = 0;

	if (fs_map(AT_FDCWD, path, UNIVERSE_STORE_MAX, &map, &e) < 0)
		return false;
	strbuf_addf(&stamp, "%s.ok", path);
	if (!is_known(&map, stamp.p)) {
		r = universe_store_check(&map, &e);
		if (r == 0)
			write_stamp(&map, stamp.p);
	}
	if (r == 0 && universe_store_use(&b->universe, key, &map, &e) == 0)
		return true;
	notes_add(b->h->notes, NOTE_INFO, "cache file '%s' is made anew: %s", path, e.text);
	return false;
}

struct aged {
	char *name;
	struct timespec written;
};

static int aged_cmp(const void *pa, const void *pb)
{
	const struct aged *a = pa, *b = pb;

	if (a->written.tv_sec != b->written.tv_sec)
		return a->written.tv_sec < b->written.tv_sec ? 1 : -1;
	return (a->written.tv_nsec < b->written.tv_nsec) -
	       (a->written.tv_nsec > b->written.tv_nsec);
}

/* Only what has a name of ours; a file that somebody maps at this moment stays whole for them. */
static void forget_old(const char *dir)
{
	_cleanup_(fs_entries_done) struct fs_entries list = { 0 };
	_cleanup_close_ int fd = -1;
	struct err e = ERR_INIT;
	VEC(struct aged) files = { 0 };

	if (fs_open_dir(AT_FDCWD, dir, &fd, &e) < 0 || fs_list(fd, ".", &list, &e) < 0)
		return;
	for (size_t i = 0; i < list.n; i++) {
		struct stat st;

		if (sv_from(list.v[i].name).n == 64 &&
		    fstatat(fd, list.v[i].name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISREG(st.st_mode))
			vec_push(&files, ((struct aged){ list.v[i].name, st.st_mtim }));
	}
	if (files.n > 1)
		qsort(files.v, files.n, sizeof(*files.v), aged_cmp);
	for (size_t i = KEEP_FILES; i < files.n; i++) {
		_cleanup_strbuf_ struct strbuf stamp = STRBUF_INIT;

		strbuf_addf(&stamp, "%s.ok", files.v[i].name);
		(void)unlinkat(fd, files.v[i].name, 0);
		(void)unlinkat(fd, stamp.p, 0);
	}
	vec_done(&files);
}

static int save(const struct build *b, const struct digest *key, const char *dir, const char *path,
		struct err *e)
{
	_cleanup_(fs_out_done) struct fs_out out = FS_OUT_INIT;
	int r = fs_mkdirs(AT_FDCWD, dir, e);

	if (r == 0)
		r = fs_out_open(&out, AT_FDCWD, path, 0644, e);
	if (r == 0)
		r = universe_store_write(&b->universe, key, &out, e);
	if (r == 0)
		r = fs_out_publish(&out, e);
	if (r == 0)
		forget_old(dir);
	return r;
}

static int complete(struct build *b, struct err *e)
{
	_cleanup_free_ struct repo **all = xcalloc(b->mirrors.n + 1, sizeof(struct repo *));

	for (size_t i = 0; i < b->mirrors.n; i++)
		all[i] = b->mirrors.v[i].repo;
	return repo_complete(all, b->mirrors.n, e);
}

static int load(struct build *b, bool on_demand, struct err *e)
{
	for (size_t i = 0; i < b->mirrors.n; i++)
		if (repo_load(b->mirrors.v[i].repo, on_demand, e) < 0)
			return e->code;
	return complete(b, e) < 0 ? e->code : universe_finish(&b->universe, e);
}

int universe_load(struct build *b, struct err *e)
{
	_cleanup_strbuf_ struct strbuf dir = STRBUF_INIT, path = STRBUF_INIT;
	struct err unsaved = ERR_INIT;
	struct digest key;
	bool cached = b->o->cache && make_key(b, &key);
	int r;

	if (cached) {
		cache_path(b, &key, &dir, &path);
		if (use(b, &key, path.p)) {
			for (size_t i = 0; i < b->mirrors.n; i++)
				repo_loaded(b->mirrors.v[i].repo);
			return 0;
		}
	}
	r = load(b, !cached && !b->whole_universe, e);
	if (r == 0 && cached && save(b, &key, dir.p, path.p, &unsaved) < 0)
		notes_add(b->h->notes, NOTE_INFO,
			  "the packages of the mirrors could not be cached: %s", unsaved.text);
	return r;
}

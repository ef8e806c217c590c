/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Output by rename. See fs.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fs.h"

#define TMP_SUFFIX ".kindling-tmp"
#define NAME_LONGEST 255u

/* Where the name begins in path: behind the last '/'. */
static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int open_parent(struct fs_out *o, int dirfd, const char *path, struct err *e)
{
	_cleanup_free_ char *dir = xstrdup(path);
	const char *name = base_name(path);
	size_t n = strlen(name);

	if (n == 0 || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return err_set(e, E_USAGE, "'%s' does not name a file", path);
	if (n + 1 + strlen(TMP_SUFFIX) > NAME_LONGEST)
		return err_set(e, E_USAGE, "the name of '%s' is too long", path);
	dir[name - path] = '\0';
	o->shown = xstrdup(path);
	o->name = xstrdup(name);
	o->tmp = xmalloc(n + 2 + strlen(TMP_SUFFIX));
	(void)snprintf(o->tmp, n + 2 + strlen(TMP_SUFFIX), ".%s" TMP_SUFFIX, name);
	return fs_open_dir(dirfd, dir[0] ? dir : ".", &o->dirfd, e);
}

/* True when the temporary name still means the file behind fd. */
static bool is_ours(int dirfd, const char *tmp, int fd)
{
	struct stat a, b;

	return fstat(fd, &a) == 0 && fstatat(dirfd, tmp, &b, AT_SYMLINK_NOFOLLOW) == 0 &&
	       a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* Whoever writes a temporary holds its lock, so one that can be locked was left by a dead process. */
static int lock_file(const struct fs_out *o, int fd, struct err *e)
{
	int r;

	do {
		r = flock(fd, LOCK_EX | LOCK_NB);
	} while (r < 0 && errno == EINTR);
	if (r < 0 && errno == EWOULDBLOCK)
		return err_set(e, E_FAIL, "another process is writing '%s'", o->shown);
	/* A file system without locks is no reason to fail. */
	return 0;
}

static int remove_leftover(const struct fs_out *o, struct err *e)
{
	_cleanup_close_ int fd = -1;
	struct stat st;
	int r;

	if (fstatat(o->dirfd, o->tmp, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	if (S_ISREG(st.st_mode)) {
		fd = openat(o->dirfd, o->tmp, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		if (fd >= 0) {
			r = lock_file(o, fd, e);
			if (r < 0)
				return r;
			if (!is_ours(o->dirfd, o->tmp, fd))
				return err_set(e, E_FAIL, "another process is writing '%s'",
					       o->shown);
		}
	}
	if (unlinkat(o->dirfd, o->tmp, 0) < 0 && errno != ENOENT)
		return err_sys(e, errno, "removing leftover '%s' beside '%s'", o->tmp, o->shown);
	return 0;
}

static int check_target(const struct fs_out *o, struct err *e)
{
	struct stat st;

	if (fstatat(o->dirfd, o->name, &st, 0) < 0)
		return 0;
	if (S_ISDIR(st.st_mode))
		return err_set(e, E_FAIL, "'%s' is a folder", o->shown);
	if (!S_ISREG(st.st_mode))
		return err_set(e, E_FAIL, "'%s' exists and is not a regular file", o->shown);
	return 0;
}

int fs_out_open(struct fs_out *o, int dirfd, const char *path, mode_t mode, struct err *e)
{
	_cleanup_(fs_out_done) struct fs_out out = FS_OUT_INIT;
	int r;

	r = open_parent(&out, dirfd, path, e);
	if (r < 0)
		return r;
	r = check_target(&out, e);
	if (r < 0)
		return r;
	r = remove_leftover(&out, e);
	if (r < 0)
		return r;
	out.fd = openat(out.dirfd, out.tmp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			0600);
	if (out.fd < 0)
		return err_sys(e, errno, "creating '%s'", path);
	r = lock_file(&out, out.fd, e);
	if (r < 0)
		return r;
	/* The mode asked for, whatever the umask. */
	if (fchmod(out.fd, mode) < 0)
		return err_sys(e, errno, "setting the mode of '%s'", path);
	*o = out;
	out = FS_OUT_INIT;
	return 0;
}

int fs_out_write(struct fs_out *o, const void *p, size_t n, struct err *e)
{
	const char *at = p;

	while (n > 0) {
		ssize_t r = write(o->fd, at, n);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return err_sys(e, errno, "writing '%s'", o->shown);
		at += r;
		n -= (size_t)r;
	}
	return 0;
}

static int sync_fd(int fd)
{
	int r;

	do {
		r = fsync(fd);
	} while (r < 0 && errno == EINTR);
	/* Some file systems cannot sync (folders above all) and say so. */
	return r < 0 && errno != EINVAL && errno != ENOTSUP ? -1 : 0;
}

int fs_out_prepare(struct fs_out *o, struct err *e)
{
	if (sync_fd(o->fd) < 0)
		return err_sys(e, errno, "writing '%s'", o->shown);
	return 0;
}

int fs_out_publish(struct fs_out *o, struct err *e)
{
	int r = fs_out_prepare(o, e);

	if (r < 0)
		return r;
	if (!is_ours(o->dirfd, o->tmp, o->fd))
		return err_set(e, E_FAIL, "another process replaced '%s' beside '%s'", o->tmp,
			       o->shown);
	if (renameat(o->dirfd, o->tmp, o->dirfd, o->name) < 0)
		return err_sys(e, errno, "renaming to '%s'", o->shown);
	(void)close(o->fd);
	o->fd = -1;
	if (sync_fd(o->dirfd) < 0)
		return err_sys(e, errno, "syncing the folder of '%s'", o->shown);
	return 0;
}

void fs_out_done(struct fs_out *o)
{
	if (o->fd >= 0 && is_ours(o->dirfd, o->tmp, o->fd))
		(void)unlinkat(o->dirfd, o->tmp, 0);
	if (o->fd >= 0)
		(void)close(o->fd);
	if (o->dirfd >= 0)
		(void)close(o->dirfd);
	free(o->name);
	free(o->tmp);
	free(o->shown);
	*o = FS_OUT_INIT;
}

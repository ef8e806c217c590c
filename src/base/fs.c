/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/fs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"

/* Opens without waiting for the other end of a FIFO: the kind of file is looked at afterwards. */
static int open_regular(int dirfd, const char *path, int *ret_fd, struct stat *ret_st,
			struct err *e)
{
	_cleanup_close_ int fd = -1;

	do {
		fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	} while (fd < 0 && errno == EINTR);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return err_set(e, E_NOTFOUND, "no such file '%s'", path);
	if (fd < 0)
		return err_sys(e, errno, "opening '%s'", path);
	if (fstat(fd, ret_st) < 0)
		return err_sys(e, errno, "looking at '%s'", path);
	if (!S_ISREG(ret_st->st_mode))
		return err_set(e, E_IO, "'%s' is not a regular file", path);
	*ret_fd = TAKE_FD(fd);
	return 0;
}

static ssize_t read_some(int fd, void *p, size_t n)
{
	ssize_t r;

	do {
		r = read(fd, p, n);
	} while (r < 0 && errno == EINTR);
	return r;
}

int fs_read(int dirfd, const char *path, size_t max, struct fs_data *ret, struct err *e)
{
	_cleanup_close_ int fd = -1;
	_cleanup_free_ char *buf = NULL;
	struct stat st = { 0 };
	size_t n = 0, cap;
	int r;

	r = open_regular(dirfd, path, &fd, &st, e);
	if (r < 0)
		return r;
	/* The size is a first guess only: files grow, and some (in /proc, /sys) say zero. */
	cap = st.st_size > 0 ? (size_t)st.st_size : 4096;
	cap = MIN(cap, max);
	buf = xmalloc(cap + 2);
	for (;;) {
		ssize_t got = read_some(fd, buf + n, cap + 1 - n);

		if (got < 0)
			return err_sys(e, errno, "reading '%s'", path);
		if (got == 0)
			break;
		n += (size_t)got;
		if (n > max)
			return err_set(e, E_LIMIT, "'%s' is larger than %zu bytes", path, max);
		if (n > cap) {
			cap = cap > max / 2 ? max : MAX(cap * 2, (size_t)4096);
			cap = MIN(cap, max);
			buf = xrealloc(buf, cap + 2, 1);
		}
	}
	buf[n] = '\0';
	*ret = (struct fs_data){ TAKE_PTR(buf), n };
	return 0;
}

void fs_data_done(struct fs_data *d)
{
	free(d->p);
	*d = (struct fs_data){ NULL, 0 };
}

int fs_map(int dirfd, const char *path, size_t max, struct fs_map *ret, struct err *e)
{
	_cleanup_close_ int fd = -1;
	struct stat st = { 0 };
	int r = open_regular(dirfd, path, &fd, &st, e);
	void *p;

	if (r < 0)
		return r;
	if (st.st_size <= 0)
		return err_set(e, E_FORMAT, "'%s' is empty", path);
	if ((uint64_t)st.st_size > max)
		return err_set(e, E_LIMIT, "'%s' is larger than %zu bytes", path, max);
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return err_sys(e, errno, "mapping '%s'", path);
	*ret = (struct fs_map){ p, (size_t)st.st_size, st.st_ino, st.st_ctim };
	return 0;
}

void fs_map_done(struct fs_map *m)
{
	if (m->p)
		(void)munmap((void *)(uintptr_t)m->p, m->n);
	*m = (struct fs_map){ .p = NULL };
}

bool fs_exists(int dirfd, const char *path)
{
	struct stat st;

	return fstatat(dirfd, path, &st, 0) == 0;
}

int fs_open_dir(int dirfd, const char *path, int *ret_fd, struct err *e)
{
	int fd;

	do {
		fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	} while (fd < 0 && errno == EINTR);
	if (fd < 0 && errno == ENOENT)
		return err_set(e, E_NOTFOUND, "no such folder '%s'", path);
	if (fd < 0)
		return err_sys(e, errno, "opening folder '%s'", path);
	*ret_fd = fd;
	return 0;
}

int fs_mkdirs(int dirfd, const char *path, struct err *e)
{
	_cleanup_free_ char *part = xstrdup(path);
	size_t n = strlen(part);

	/* Each prefix that ends before a '/', and the whole. */
	for (size_t i = 1; i <= n; i++) {
		char c = part[i];

		if ((c != '/' && c != '\0') || part[i - 1] == '/')
			continue;
		part[i] = '\0';
		if (mkdirat(dirfd, part, 0777) < 0) {
			int errnum = errno;
			struct stat st;

			/* Not only EEXIST: a read-only parent answers EROFS or EACCES for what is there. */
			if (fstatat(dirfd, part, &st, 0) < 0)
				return err_sys(e, errnum, "making folder '%s'", part);
			if (!S_ISDIR(st.st_mode))
				return err_sys(e, ENOTDIR, "making folder '%s'", part);
		}
		part[i] = c;
	}
	return 0;
}

static int cmp_entries(const void *a, const void *b)
{
	return strcmp(((const struct fs_entry *)a)->name, ((const struct fs_entry *)b)->name);
}

static void closedirp(DIR **d)
{
	if (*d)
		(void)closedir(*d);
}

static unsigned char mode_to_type(mode_t mode)
{
	return (unsigned char)((mode & S_IFMT) >> 12); /* how DT_ values are defined, readdir(3) */
}

int fs_list(int dirfd, const char *path, struct fs_entries *ret, struct err *e)
{
	_cleanup_(closedirp) DIR *d = NULL;
	_cleanup_(fs_entries_done) struct fs_entries list = { 0 };
	_cleanup_close_ int fd = -1;
	struct dirent *de;
	int r, at;

	r = fs_open_dir(dirfd, path, &fd, e);
	if (r < 0)
		return r;
	d = fdopendir(fd);
	if (!d)
		return err_sys(e, errno, "opening folder '%s'", path);
	at = TAKE_FD(fd); /* d closes it */
	while (errno = 0, (de = readdir(d))) {
		unsigned char type = de->d_type;
		struct stat st;

		if (strcmp(de->d_name, ".") == 0 || strcmp(de->d_name, "..") == 0)
			continue;
		if (type == DT_UNKNOWN) {
			if (fstatat(at, de->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
				if (errno == ENOENT)
					continue;
				return err_sys(e, errno, "looking at '%s' in '%s'", de->d_name,
					       path);
			}
			type = mode_to_type(st.st_mode);
		}
		vec_push(&list, ((struct fs_entry){ xstrdup(de->d_name), type }));
	}
	if (errno != 0)
		return err_sys(e, errno, "reading folder '%s'", path);
	if (list.n > 1)
		qsort(list.v, list.n, sizeof(list.v[0]), cmp_entries);
	*ret = list;
	list = (struct fs_entries){ 0 };
	return 0;
}

void fs_entries_done(struct fs_entries *v)
{
	for (size_t i = 0; i < v->n; i++)
		free(v->v[i].name);
	vec_done(v);
}

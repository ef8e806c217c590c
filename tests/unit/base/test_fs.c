/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/fs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "tests/unit/test.h"

static char work[64];
static int work_fd = -1;

/* A fresh folder for each test; removed at exit. */
static void fresh(void)
{
	(void)snprintf(work, sizeof(work), "/tmp/test_fs.XXXXXX");
	ASSERT_NOT_NULL(mkdtemp(work));
	work_fd = open(work, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ASSERT_TRUE(work_fd >= 0);
}

static void gone(void)
{
	struct fs_entries list = { 0 };
	struct err e = ERR_INIT;

	ASSERT_EQ_INT(fs_list(work_fd, ".", &list, &e), 0);
	for (size_t i = 0; i < list.n; i++)
		(void)unlinkat(work_fd, list.v[i].name,
			       list.v[i].type == DT_DIR ? AT_REMOVEDIR : 0);
	fs_entries_done(&list);
	(void)close(work_fd);
	(void)rmdir(work);
}

static void put(const char *name, const char *text)
{
	int fd = openat(work_fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	ASSERT_TRUE(fd >= 0);
	ASSERT_TRUE(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	(void)close(fd);
}

static bool holds(const char *name, const char *text)
{
	struct fs_data d = { 0 };
	struct err e = ERR_INIT;
	bool same;

	if (fs_read(work_fd, name, 1 << 20, &d, &e) < 0)
		return false;
	same = strcmp(d.p, text) == 0;
	fs_data_done(&d);
	return same;
}

TEST(read)
{
	struct fs_data d = { 0 };
	struct err e = ERR_INIT;

	fresh();
	put("a", "12345");
	ASSERT_EQ_INT(fs_read(work_fd, "a", 5, &d, &e), 0);
	ASSERT_EQ_MEM(d.p, d.n, "12345", 5);
	ASSERT_TRUE(d.p[5] == '\0');
	ASSERT_TRUE(sv_eq(fs_sv(&d), SV("12345")));
	fs_data_done(&d);
	ASSERT_EQ_INT(fs_read(work_fd, "a", 4, &d, &e), E_LIMIT);
	put("empty", "");
	ASSERT_EQ_INT(fs_read(work_fd, "empty", 0, &d, &e), 0);
	ASSERT_NOT_NULL(d.p);
	ASSERT_EQ_INT(d.n, 0);
	fs_data_done(&d);
	ASSERT_EQ_INT(fs_read(work_fd, "none", 4, &d, &e), E_NOTFOUND);
	ASSERT_HAS_STR(e.text, "'none'");
	ASSERT_EQ_INT(fs_read(work_fd, "a/b", 4, &d, &e), E_NOTFOUND);
	ASSERT_EQ_INT(fs_read(work_fd, ".", 4, &d, &e), E_IO);
	ASSERT_EQ_INT(mkfifoat(work_fd, "fifo", 0600), 0);
	ASSERT_EQ_INT(fs_read(work_fd, "fifo", 4, &d, &e), E_IO);
	ASSERT_NULL(d.p);
	gone();
}

TEST(read_more_than_the_size_says)
{
	struct fs_data d = { 0 };
	struct err e = ERR_INIT;

	/* Its size is said to be 0. */
	ASSERT_EQ_INT(fs_read(AT_FDCWD, "/proc/self/maps", 1 << 24, &d, &e), 0);
	ASSERT_TRUE(d.n > 0);
	fs_data_done(&d);
	ASSERT_EQ_INT(fs_read(AT_FDCWD, "/proc/self/maps", 10, &d, &e), E_LIMIT);
}

TEST(folders)
{
	struct err e = ERR_INIT;
	struct fs_entries list = { 0 };
	int fd = -1;

	fresh();
	ASSERT_EQ_INT(fs_mkdirs(work_fd, "x//y/z/", &e), 0);
	ASSERT_EQ_INT(fs_mkdirs(work_fd, "x/y/z", &e), 0);
	ASSERT_TRUE(fs_exists(work_fd, "x/y/z"));
	ASSERT_FALSE(fs_exists(work_fd, "x/y/w"));
	put("file", "");
	ASSERT_EQ_INT(fs_mkdirs(work_fd, "file/y", &e), E_IO);
	ASSERT_EQ_INT(fs_mkdirs(work_fd, "file", &e), E_IO);
	ASSERT_EQ_INT(fs_mkdirs(AT_FDCWD, "/", &e), 0);
	ASSERT_EQ_INT(fs_open_dir(work_fd, "x", &fd, &e), 0);
	(void)close(fd);
	ASSERT_EQ_INT(fs_open_dir(work_fd, "w", &fd, &e), E_NOTFOUND);
	ASSERT_EQ_INT(fs_open_dir(work_fd, "file", &fd, &e), E_IO);
	put("b", "");
	put("a", "");
	put("B", "");
	put("\xc3\xa4", "");
	ASSERT_EQ_INT(symlinkat("nowhere", work_fd, "link"), 0);
	ASSERT_EQ_INT(fs_list(work_fd, ".", &list, &e), 0);
	ASSERT_EQ_INT(list.n, 7);
	ASSERT_EQ_STR(list.v[0].name, "B");
	ASSERT_EQ_STR(list.v[1].name, "a");
	ASSERT_EQ_STR(list.v[4].name, "link");
	ASSERT_EQ_INT(list.v[4].type, DT_LNK);
	ASSERT_EQ_INT(list.v[5].type, DT_DIR);
	ASSERT_EQ_STR(list.v[6].name, "\xc3\xa4");
	fs_entries_done(&list);
	ASSERT_EQ_INT(fs_list(work_fd, "none", &list, &e), E_NOTFOUND);
	(void)unlinkat(work_fd, "x/y/z", AT_REMOVEDIR);
	(void)unlinkat(work_fd, "x/y", AT_REMOVEDIR);
	gone();
}

TEST(publish)
{
	struct fs_out o = FS_OUT_INIT;
	struct err e = ERR_INIT;
	struct stat st;
	mode_t old_mask;

	fresh();
	put("img", "old");
	put(".img.kindling-tmp", "leftover of a killed run");
	old_mask = umask(0777);
	ASSERT_EQ_INT(fs_out_open(&o, work_fd, "img", 0640, &e), 0);
	(void)umask(old_mask);
	ASSERT_EQ_INT(fs_out_write(&o, "new ", 4, &e), 0);
	ASSERT_EQ_INT(fs_out_write(&o, "text", 4, &e), 0);
	ASSERT_TRUE(holds("img", "old"));
	ASSERT_EQ_INT(fs_out_prepare(&o, &e), 0);
	ASSERT_TRUE(holds("img", "old"));
	ASSERT_EQ_INT(fs_out_publish(&o, &e), 0);
	fs_out_done(&o);
	ASSERT_TRUE(holds("img", "new text"));
	ASSERT_FALSE(fs_exists(work_fd, ".img.kindling-tmp"));
	ASSERT_EQ_INT(fstatat(work_fd, "img", &st, 0), 0);
	ASSERT_EQ_INT(st.st_mode & 07777, 0640);
	gone();
}

TEST(abandon)
{
	struct fs_out o = FS_OUT_INIT;
	struct err e = ERR_INIT;

	fresh();
	put("img", "old");
	ASSERT_EQ_INT(fs_out_open(&o, work_fd, "img", 0600, &e), 0);
	ASSERT_EQ_INT(fs_out_write(&o, "half", 4, &e), 0);
	ASSERT_TRUE(fs_exists(work_fd, ".img.kindling-tmp"));
	fs_out_done(&o);
	fs_out_done(&o);
	ASSERT_FALSE(fs_exists(work_fd, ".img.kindling-tmp"));
	ASSERT_TRUE(holds("img", "old"));
	gone();
}

TEST(leftover_is_no_trap)
{
	struct fs_out o = FS_OUT_INIT;
	struct err e = ERR_INIT;

	fresh();
	put("victim", "mine");
	ASSERT_EQ_INT(symlinkat("victim", work_fd, ".img.kindling-tmp"), 0);
	ASSERT_EQ_INT(fs_out_open(&o, work_fd, "img", 0600, &e), 0);
	ASSERT_EQ_INT(fs_out_write(&o, "x", 1, &e), 0);
	ASSERT_EQ_INT(fs_out_publish(&o, &e), 0);
	fs_out_done(&o);
	ASSERT_TRUE(holds("victim", "mine"));
	ASSERT_TRUE(holds("img", "x"));
	gone();
}

TEST(two_writers)
{
	struct fs_out first = FS_OUT_INIT, second = FS_OUT_INIT;
	struct err e = ERR_INIT;

	fresh();
	ASSERT_EQ_INT(fs_out_open(&first, work_fd, "img", 0600, &e), 0);
	ASSERT_EQ_INT(fs_out_open(&second, work_fd, "img", 0600, &e), E_FAIL);
	ASSERT_HAS_STR(e.text, "another process");
	ASSERT_EQ_INT(fs_out_write(&first, "1", 1, &e), 0);
	ASSERT_EQ_INT(fs_out_publish(&first, &e), 0);
	fs_out_done(&first);
	ASSERT_TRUE(holds("img", "1"));
	gone();
}

TEST(stolen_temporary)
{
	struct fs_out o = FS_OUT_INIT;
	struct err e = ERR_INIT;

	fresh();
	ASSERT_EQ_INT(fs_out_open(&o, work_fd, "img", 0600, &e), 0);
	ASSERT_EQ_INT(unlinkat(work_fd, ".img.kindling-tmp", 0), 0);
	put(".img.kindling-tmp", "somebody else's");
	ASSERT_EQ_INT(fs_out_publish(&o, &e), E_FAIL);
	fs_out_done(&o);
	ASSERT_FALSE(fs_exists(work_fd, "img"));
	ASSERT_TRUE(holds(".img.kindling-tmp", "somebody else's"));
	gone();
}

TEST(refused_targets)
{
	struct fs_out o = FS_OUT_INIT;
	struct err e = ERR_INIT;
	char longest[300];

	fresh();
	ASSERT_EQ_INT(fs_out_open(&o, work_fd, "", 0600, &e), E_USAGE);
	ASSERT_EQ_INT(fs_out_open(&o, work_fd, "a/", 0600, &e), E_USAGE);
	ASSERT_EQ_INT(fs_out_open(&o, work_fd, "..", 0600, &e), E_USAGE);
	ASSERT_EQ_INT(fs_out_open(&o, work_fd, "none/img", 0600, &e), E_NOTFOUND);
	ASSERT_EQ_INT(fs_out_open(&o, AT_FDCWD, "/dev/null", 0600, &e), E_FAIL);
	ASSERT_HAS_STR(e.text, "not a regular file");
	ASSERT_EQ_INT(fs_out_open(&o, AT_FDCWD, work, 0600, &e), E_FAIL);
	ASSERT_HAS_STR(e.text, "folder");
	memset(longest, 'a', sizeof(longest));
	longest[255 - 14 + 1] = '\0'; /* one more than what leaves room for the temporary's name */
	ASSERT_EQ_INT(fs_out_open(&o, work_fd, longest, 0600, &e), E_USAGE);
	longest[255 - 14] = '\0';
	ASSERT_EQ_INT(fs_out_open(&o, work_fd, longest, 0600, &e), 0);
	fs_out_done(&o);
	gone();
}

/* In a child, since the limit cannot be raised again. 0: all was as it should be. */
static int child_on_a_full_disk(void)
{
	struct rlimit limit = { 10000, 10000 };
	struct fs_out o = FS_OUT_INIT;
	struct err e = ERR_INIT;
	char block[4096] = { 0 };
	int r = 0;

	(void)signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit) < 0)
		return 10;
	if (fs_out_open(&o, work_fd, "img", 0600, &e) < 0)
		return 11;
	for (int i = 0; i < 4 && r == 0; i++)
		r = fs_out_write(&o, block, sizeof(block), &e);
	fs_out_done(&o);
	if (r != E_IO || !strstr(e.text, "writing 'img': "))
		return 12;
	return fs_exists(work_fd, ".img.kindling-tmp") || !holds("img", "old") ? 13 : 0;
}

TEST(full_disk)
{
	pid_t pid;
	int status = 0;

	fresh();
	put("img", "old");
	pid = fork();
	ASSERT_TRUE(pid >= 0);
	if (pid == 0)
		_exit(child_on_a_full_disk());
	ASSERT_TRUE(waitpid(pid, &status, 0) == pid);
	ASSERT_TRUE(WIFEXITED(status));
	ASSERT_EQ_INT(WEXITSTATUS(status), 0);
	gone();
}

TEST(no_space)
{
	struct fs_out o = FS_OUT_INIT;
	struct err e = ERR_INIT;

	/* A descriptor that answers ENOSPC to every write. */
	o.fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	ASSERT_TRUE(o.fd >= 0);
	o.shown = xstrdup("dir/img");
	o.tmp = xstrdup("none");
	ASSERT_EQ_INT(fs_out_write(&o, "x", 1, &e), E_IO);
	ASSERT_EQ_STR(e.text, "writing 'dir/img': No space left on device");
	fs_out_done(&o);
}

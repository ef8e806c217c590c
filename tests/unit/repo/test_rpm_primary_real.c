/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads the primary.xml that RPM_PRIMARY_FILE names into a universe, through a buffer of fixed size, and does nothing
 * else: what tests/bench/rpm.sh measures. A driver, not a test by itself.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "repo/rpm/rpm_primary.h"
#include "tests/unit/test.h"

struct file {
	struct stream base;
	int fd;
};

static ssize_t file_read(struct stream *s, void *buf, size_t n, struct err *e)
{
	ssize_t got = read(((struct file *)s)->fd, buf, n);

	return got < 0 ? err_set(e, E_FAIL, "cannot read") : got;
}

static void file_close(struct stream *s)
{
	close(((struct file *)s)->fd);
}

TEST(read)
{
	static const struct stream_ops ops = { file_read, file_close };
	const char *name = getenv("RPM_PRIMARY_FILE");
	const struct arch *arch = NULL;
	struct universe u;
	struct rpm_files files = { .pkgs = { 0 } };
	struct err e = ERR_INIT;
	struct stat st;
	struct file f = { .base = { .ops = &ops } };

	ASSERT_NOT_NULL(name);
	f.fd = open(name, O_RDONLY | O_CLOEXEC);
	ASSERT_TRUE(f.fd >= 0);
	ASSERT_EQ(arch_find(SV("x86_64"), &arch, &e), 0);
	universe_init(&u, FAMILY_RPM, SV("x86_64"));
	ASSERT_EQ(fstat(f.fd, &st), 0);

	struct rpm_primary_ctx c = {
		.u = &u,
		.arch = arch,
		.repo = universe_add_repo(&u, &(struct universe_repo){ .label = SV("bench") }),
		.files = &files,
	};
	struct rpm_xml_input input = {
		.in = &f.base, .shown = name, .size = (uint64_t)st.st_size, .max = 1ull << 32
	};
	int r = rpm_primary_read(&c, &input, &e);

	ASSERT_MSG(r == 0, "%s", e.text);
	printf("# %u packages\n", universe_count(&u));
	rpm_files_done(&files);
	universe_done(&u);
	stream_close(&f.base);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Against the command line tools, both ways: what they write we read, what we write they read. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/fs.h"
#include "codec_test_util.h"

#define SIZE ((size_t)(2 << 20) + 77)

static char work[64];

static void write_file(const char *name, struct sv bytes)
{
	char path[128];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", work, name);
	f = fopen(path, "wb");
	ASSERT_NOT_NULL(f);
	ASSERT_TRUE(fwrite(bytes.p, 1, bytes.n, f) == bytes.n);
	ASSERT_TRUE(fclose(f) == 0);
}

static struct fs_data read_file(const char *name)
{
	char path[128];
	struct fs_data d = { 0 };
	struct err e = ERR_INIT;

	(void)snprintf(path, sizeof(path), "%s/%s", work, name);
	ASSERT_MSG(fs_read(AT_FDCWD, path, 1 << 30, &d, &e) == 0, "%s", e.text);
	return d;
}

/* Runs a shell command in the work folder; the shell says so when a tool is missing. */
static void run(const char *command)
{
	char line[512];

	(void)snprintf(line, sizeof(line), "cd %s && exec 2>err && %s", work, command);
	ASSERT_MSG(system(line) == 0, "failed: %s", command);
}

static void open_work(void)
{
	(void)snprintf(work, sizeof(work), "/tmp/test_codec.XXXXXX");
	ASSERT_NOT_NULL(mkdtemp(work));
}

static void close_work(void)
{
	char line[128];

	(void)snprintf(line, sizeof(line), "rm -r %s", work);
	ASSERT_TRUE(system(line) == 0);
}

TEST(theirs)
{
	static const struct {
		enum codec_kind kind;
		const char *command;
	} rows[] = {
		{ CODEC_ZSTD, "zstd -q -c in > out" },
		{ CODEC_ZSTD, "zstd -q -3 --long=27 -c in > out" },
		{ CODEC_ZSTD, "zstd -q --no-check -T2 -c < in > out" },
		{ CODEC_XZ, "xz -c in > out" },
		{ CODEC_XZ, "xz -C sha256 -c in > out" },
		{ CODEC_XZ, "xz --x86 --lzma2 -C crc32 -c in > out" },
		{ CODEC_XZ, "xz --block-size=300000 -T2 -c in > out" },
		{ CODEC_LZMA, "xz --format=lzma -c in > out" },
		{ CODEC_GZIP, "gzip -c in > out" },
		{ CODEC_GZIP, "gzip -1 -c < in > out" },
		{ CODEC_BZIP2, "bzip2 -c in > out" },
		{ CODEC_LZ4, "lz4 -q -c in > out" },
		{ CODEC_LZ4, "lz4 -q -l -c in > out" },
		{ CODEC_LZ4, "lz4 -q -9 -BD --content-size -c in > out" },
	};
	char *in = make_content(CONTENT_TEXT, SIZE);

	open_work();
	write_file("in", sv_of(in, SIZE));
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct fs_data packed;
		struct err e = ERR_INIT;
		char *out = NULL;
		size_t n = 0;

		run(rows[i].command);
		packed = read_file("out");
		ASSERT_MSG(codec_decode_all(rows[i].kind, fs_sv(&packed), SIZE, &out, &n, &e) == 0,
			   "%s: %s", rows[i].command, e.text);
		ASSERT_MSG(n == SIZE && memcmp(in, out, n) == 0, "%s", rows[i].command);
		free(out);
		fs_data_done(&packed);
	}
	close_work();
	free(in);
}

TEST(ours)
{
	static const struct {
		const char *spec;
		size_t n;
		const char *command;
	} rows[] = {
		{ "zstd:1", SIZE, "zstd -q -dc in > out" },
		{ "zstd:16", SIZE / 2, "zstd -q -dc in > out" },
		{ "xz:0", SIZE, "xz -dc < in > out" },
		{ "xz:6", SIZE / 4, "xz -dc < in > out" },
		{ "gzip:1", SIZE, "gzip -dc < in > out" },
		{ "gzip:9", SIZE, "gzip -dc < in > out" },
		{ "lz4:1", (8 << 20) + 77, "lz4 -q -dc in > out" },
		{ "lz4:12", SIZE, "lz4 -q -dc in > out" },
		/* one frame, as Linux wants it, made of several jobs */
		{ "zstd:1", (9 << 20) + 77,
		  "zstd -q -dc in > out && zstd -lv in > info 2>&1 && "
		  "grep -Eq 'Frames: 1$' info && grep -q '^Check: XXH64' info" },
		{ "xz:1", SIZE, "xz -dc < in > out && xz --robot -lv in | grep -q 'CRC32'" },
	};
	char *in = make_content(CONTENT_TEXT, (9 << 20) + 77);

	open_work();
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		size_t n = rows[i].n, packed_n = 0;
		struct codec_spec spec;
		struct err e = ERR_INIT;
		struct fs_data d;
		char *packed = NULL;

		ASSERT_EQ_INT(codec_spec_parse(sv_from(rows[i].spec), &spec, &e), 0);
		ASSERT_EQ_INT(codec_encode_all(&spec, 2, sv_of(in, n), &packed, &packed_n, &e), 0);
		write_file("in", sv_of(packed, packed_n));
		run(rows[i].command);
		d = read_file("out");
		ASSERT_MSG(d.n == n && memcmp(d.p, in, n) == 0, "%s", rows[i].command);
		fs_data_done(&d);
		free(packed);
	}
	close_work();
	free(in);
}

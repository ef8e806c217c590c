/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/repo/fixture.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/fs.h"
#include "tests/unit/test.h"

static char dir[64];

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void remove_dir(void)
{
	if (dir[0])
		(void)nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	dir[0] = '\0';
}

const char *fx_dir(void)
{
	static bool registered;

	if (!registered)
		ASSERT_EQ(atexit(remove_dir), 0);
	registered = true;
	remove_dir();
	snprintf(dir, sizeof(dir), "/tmp/kindling-unit.XXXXXX");
	ASSERT_NOT_NULL(mkdtemp(dir));
	return dir;
}

const char *fx_path(const char *name)
{
	static char paths[4][4096];
	static unsigned next;
	char *p = paths[next++ % 4];

	snprintf(p, sizeof(paths[0]), "%s/%s", dir, name);
	return p;
}

void fx_write(const char *name, struct sv bytes)
{
	struct err e = ERR_INIT;
	char *path = xstrdup(fx_path(name)), *slash = strrchr(path, '/');
	FILE *f;

	*slash = '\0';
	ASSERT_MSG(fs_mkdirs(AT_FDCWD, path, &e) == 0, "%s", e.text);
	*slash = '/';
	f = fopen(path, "w");
	ASSERT_NOT_NULL(f);
	ASSERT_EQ(fwrite(bytes.p, 1, bytes.n, f), bytes.n);
	ASSERT_EQ(fclose(f), 0);
	free(path);
}

void fx_remove(const char *name)
{
	ASSERT_EQ(unlink(fx_path(name)), 0);
}

void fx_tar_add(struct strbuf *tar, const char *name, struct sv content)
{
	char h[512] = { 0 };
	bool folder = name[strlen(name) - 1] == '/';
	unsigned sum = 0;

	snprintf(h, 100, "%s", name);
	snprintf(h + 100, 8, "%07o", folder ? 0755u : 0644u);
	snprintf(h + 108, 8, "%07o", 0u);
	snprintf(h + 116, 8, "%07o", 0u);
	snprintf(h + 124, 12, "%011o", (unsigned)content.n);
	snprintf(h + 136, 12, "%011o", 1000000000u);
	memset(h + 148, ' ', 8);
	h[156] = folder ? '5' : '0';
	memcpy(h + 257, "ustar\00000", 8);
	snprintf(h + 265, 32, "root");
	snprintf(h + 297, 32, "root");
	for (size_t i = 0; i < sizeof(h); i++)
		sum += (unsigned char)h[i];
	snprintf(h + 148, 8, "%06o", sum);
	strbuf_add(tar, sv_of(h, sizeof(h)));
	strbuf_add(tar, content);
	while (tar->n % 512)
		strbuf_addc(tar, '\0');
}

void fx_tar_end(struct strbuf *tar)
{
	for (int i = 0; i < 1024; i++)
		strbuf_addc(tar, '\0');
}

void fx_ar_start(struct strbuf *ar)
{
	strbuf_clear(ar);
	strbuf_adds(ar, "!<arch>\n");
}

void fx_ar_add(struct strbuf *ar, const char *name, struct sv content)
{
	strbuf_addf(ar, "%-16s%-12d%-6d%-6d%-8o%-10zu`\n", name, 1000000000, 0, 0, 0100644,
		    content.n);
	strbuf_add(ar, content);
	if (content.n % 2)
		strbuf_addc(ar, '\n');
}

void fx_compress(struct strbuf *b, enum codec_kind codec, struct sv bytes)
{
	struct err e = ERR_INIT;
	struct codec_spec spec = { 0 };
	char *p = NULL;
	size_t n = 0;

	if (codec == CODEC_NONE) {
		strbuf_clear(b);
		strbuf_add(b, bytes);
		return;
	}
	ASSERT_MSG(codec_spec_make(codec, false, 0, &spec, &e) == 0, "%s", e.text);
	ASSERT_MSG(codec_encode_all(&spec, 1, bytes, &p, &n, &e) == 0, "%s", e.text);
	strbuf_clear(b);
	strbuf_add(b, sv_of(p, n));
	free(p);
}

void fx_deb(struct strbuf *deb, struct sv control, const char *file, struct sv content,
	    enum codec_kind codec)
{
	_cleanup_strbuf_ struct strbuf tar = STRBUF_INIT, packed = STRBUF_INIT;
	static const char *const suffix[] = {
		[CODEC_NONE] = "", [CODEC_GZIP] = ".gz", [CODEC_XZ] = ".xz", [CODEC_ZSTD] = ".zst"
	};
	char name[32];

	fx_ar_start(deb);
	fx_ar_add(deb, "debian-binary", SV("2.0\n"));

	fx_tar_add(&tar, "./", SV(""));
	fx_tar_add(&tar, "./md5sums", SV("x"));
	fx_tar_add(&tar, "./control", control);
	fx_tar_end(&tar);
	fx_compress(&packed, codec, strbuf_sv(&tar));
	snprintf(name, sizeof(name), "control.tar%s", suffix[codec]);
	fx_ar_add(deb, name, strbuf_sv(&packed));

	strbuf_clear(&tar);
	fx_tar_add(&tar, file, content);
	fx_tar_end(&tar);
	fx_compress(&packed, codec, strbuf_sv(&tar));
	snprintf(name, sizeof(name), "data.tar%s", suffix[codec]);
	fx_ar_add(deb, name, strbuf_sv(&packed));
}

const char *fx_sha256(struct sv bytes)
{
	static char hex[4][DIGEST_MAX * 2 + 1];
	static unsigned next;
	struct digest d;
	char *p = hex[next++ % 4];

	digest_bytes(DIGEST_SHA256, bytes.p, bytes.n, &d);
	digest_hex(&d, p);
	return p;
}

void fx_stanza(struct strbuf *index, const char *control, const char *filename, struct sv deb)
{
	strbuf_addf(index, "%sFilename: %s\nSize: %zu\nSHA256: %s\n\n", control, filename, deb.n,
		    fx_sha256(deb));
}

void fx_release_line(struct strbuf *release, const char *name, struct sv bytes)
{
	strbuf_addf(release, " %s %zu %s\n", fx_sha256(bytes), bytes.n, name);
}

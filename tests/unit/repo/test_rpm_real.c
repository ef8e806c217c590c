/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What kindling reads in real .rpm files, for tests/lib/rpmcompare.sh, which compares it with what rpm says:
 *	RPM_REAL_LIST  file with a path a line    RPM_REAL_OUT  folder for N.header, N.payload (N: line, from 1)
 * Fields are separated by tabs:
 *
 *	package NAME EPOCH VERSION RELEASE ARCH SOURCERPM SIZE VENDOR BUILDTIME
 *	KIND NAME FLAGS EVR                               KIND: provides, requires, ...
 *	file PATH SIZE MODE FLAGS USER GROUP TARGET DIGEST CAPS
 *
 *	TYPE PATH MODE USER GROUP SHA256|TARGET           of the payload; "+" behind what has lost attributes
 *
 * What is refused has "refused" and the message as its last line. A driver, not a test by itself.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fs.h"
#include "repo/repo.h"
#include "repo/rpm/rpm_package.h"
#include "repo/rpm/rpm_payload.h"
#include "tests/unit/test.h"

static FILE *out;

static void put(struct sv s)
{
	fputc('\t', out);
	if (s.n)
		fwrite(s.p, 1, s.n, out);
}

static void print_deps(const struct rpm_package *p)
{
	static const char *const words[DEPK_COUNT] = {
		[DEPK_PROVIDES] = "provides",       [DEPK_REQUIRES] = "requires",
		[DEPK_CONFLICTS] = "conflicts",     [DEPK_OBSOLETES] = "obsoletes",
		[DEPK_RECOMMENDS] = "recommends",   [DEPK_SUGGESTS] = "suggests",
		[DEPK_SUPPLEMENTS] = "supplements", [DEPK_ENHANCES] = "enhances",
	};

	for (int k = 0; k < DEPK_COUNT; k++) {
		const struct rpm_dep_list *l = &p->deps[k];

		for (uint32_t i = 0; i < l->names.n && words[k]; i++) {
			fputs(words[k], out);
			put(l->names.v[i]);
			fprintf(out, "\t%llu",
				i < l->flags.n ? (unsigned long long)rpm_number(&l->flags, i)
					       : 0ULL);
			put(i < l->versions.n ? l->versions.v[i] : SV(""));
			fputc('\n', out);
		}
	}
}

static void print_files(const struct rpm_package *p)
{
	struct strbuf path = STRBUF_INIT;

	for (uint32_t i = 0; i < p->files.n; i++) {
		struct rpm_fileinfo f;

		rpm_package_file(p, i, &f);
		strbuf_clear(&path);
		rpm_package_path(p, i, &path);
		fputs("file", out);
		put(strbuf_sv(&path));
		fprintf(out, "\t%llu\t%o\t%u", (unsigned long long)f.size, f.mode, f.flags);
		put(f.user);
		put(f.group);
		put(f.link);
		put(f.digest);
		put(f.caps);
		fputc('\n', out);
	}
	strbuf_done(&path);
}

static int print_header(struct sv bytes, struct err *e)
{
	struct rpm_opened o;
	const struct rpm_package *p = &o.package;
	int r = rpm_open(bytes, &o, e);

	if (r == 0) {
		r = rpm_file_check(&o.file, true, NULL, e);
		if (r < 0)
			rpm_opened_done(&o);
	}
	if (r < 0)
		return r;
	fputs("package", out);
	put(p->name);
	fprintf(out, "\t%llu", (unsigned long long)p->epoch);
	put(p->version);
	put(p->release);
	put(p->arch);
	put(p->source_rpm);
	fprintf(out, "\t%llu", (unsigned long long)p->installed_size);
	put(p->vendor);
	fprintf(out, "\t%lld\n", (long long)p->build_time);
	print_deps(p);
	print_files(p);
	rpm_opened_done(&o);
	return 0;
}

static int print_content(struct payload *p, struct err *e)
{
	struct digest_ctx *d = digest_ctx_new(DIGEST_SHA256);
	static char buf[1 << 16];
	struct digest digest;
	char hex[DIGEST_MAX * 2 + 1];
	ssize_t n;

	while ((n = payload_read_data(p, buf, sizeof(buf), e)) > 0)
		digest_ctx_update(d, buf, (size_t)n);
	digest_ctx_final(d, &digest);
	digest_ctx_free(d);
	digest_hex(&digest, hex);
	put(sv_from(hex));
	return (int)n;
}

static int print_payload(struct sv bytes, struct err *e)
{
	static const char *const types[] = { "file", "dir",   "symlink", "hardlink",
					     "char", "block", "fifo" };
	struct payload *p = NULL;
	struct payload_entry x;
	int r = repo_payload_open(FAMILY_RPM, bytes, 1, NULL, &p, e);

	if (r < 0)
		return r;
	while (r >= 0 && (r = payload_next(p, &x, e)) > 0) {
		fputs(types[x.type], out);
		put(x.path);
		fprintf(out, "\t%o", x.mode);
		put(x.uname);
		put(x.gname);
		if (x.type == PAYLOAD_FILE)
			r = print_content(p, e);
		else
			put(x.linkname);
		fputs(x.xattrs_dropped ? "\t+\n" : "\n", out);
	}
	payload_free(p);
	return r;
}

typedef int (*print_fn)(struct sv bytes, struct err *e);

static void print_to(const char *dir, unsigned n, const char *what, print_fn print, struct sv bytes)
{
	struct err e = ERR_INIT;
	char path[4096];

	snprintf(path, sizeof(path), "%s/%u.%s", dir, n, what);
	out = fopen(path, "w");
	ASSERT_NOT_NULL(out);
	if (print(bytes, &e) < 0)
		fprintf(out, "refused\t%s\n", e.text);
	ASSERT_EQ(fclose(out), 0);
}

TEST(list)
{
	const char *list = getenv("RPM_REAL_LIST"), *dir = getenv("RPM_REAL_OUT");
	char line[4096];
	unsigned n = 0;
	FILE *f;

	ASSERT_NOT_NULL(list);
	ASSERT_NOT_NULL(dir);
	f = fopen(list, "r");
	ASSERT_NOT_NULL(f);
	while (fgets(line, sizeof(line), f)) {
		struct fs_data data = { NULL, 0 };
		struct err e = ERR_INIT;

		line[strcspn(line, "\n")] = '\0';
		ASSERT_MSG(fs_read(AT_FDCWD, line, (size_t)8 << 30, &data, &e) == 0, "%s", e.text);
		print_to(dir, ++n, "header", print_header, fs_sv(&data));
		print_to(dir, n, "payload", print_payload, fs_sv(&data));
		fs_data_done(&data);
	}
	ASSERT_TRUE(n > 0);
	fclose(f);
}

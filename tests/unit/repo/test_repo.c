/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whole mirrors: dists, flat, folders of files; and everything that may be wrong with them. */
#include "repo/repo.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/repo/fixture.h"
#include "tests/unit/test.h"

#define FOO "Package: foo\nVersion: 1.0\nArchitecture: amd64\nDepends: bar\n"
#define BAR "Package: bar\nVersion: 2.0\nArchitecture: all\n"
#define RELEASE                                                                                  \
	"Origin: Debian\nSuite: stable\nCodename: trixie\nDate: Sat, 12 Sep 2026 07:55:41 UTC\n" \
	"Architectures: amd64 arm64\nComponents: main\nAcquire-By-Hash: yes\n"

static struct universe u;
static struct notes notes;
static struct err e;
static struct repo *repo;
static struct repo_options options;
static struct strbuf foo, bar, index_text, release;

static void reset(void)
{
	repo_free(repo);
	repo = NULL;
	universe_done(&u);
	notes_done(&notes);
	notes = NOTES_INIT;
	e = ERR_INIT;
	universe_init(&u, FAMILY_DEB, SV("amd64"));
}

static int open_mirror(const char *fmt)
{
	char text[256];
	struct mirror_spec m = { .owned = NULL };
	int r;

	reset();
	snprintf(text, sizeof(text), fmt, fx_path(""));
	ASSERT_MSG(mirror_spec_parse(sv_from(text), &m, &e) == 0, "%s", e.text);
	r = repo_open(&m, &options, &u, &notes, &repo, &e);
	if (r == 0)
		r = repo_load(repo, false, &e);
	if (r < 0) {
		repo_free(repo);
		repo = NULL;
	}
	mirror_spec_done(&m);
	return r;
}

#define DISTS "deb file:%s trixie main"
#define FLAT "deb file:%s ./"
#define FOLDER "dir file:%s"

static void start(void)
{
	(void)fx_dir();
	options = (struct repo_options){ .insecure_no_signature = true, .jobs = 2 };
	ASSERT_EQ(arch_find(SV("amd64"), &options.arch, &e), 0);
	fx_deb(&foo, SV(FOO), "./usr/foo", SV("foo's content"), CODEC_XZ);
	fx_deb(&bar, SV(BAR), "./usr/bar", SV("bar's content"), CODEC_ZSTD);
	strbuf_clear(&index_text);
	fx_stanza(&index_text, FOO, "pool/foo.deb", strbuf_sv(&foo));
	fx_stanza(&index_text, BAR, "pool/bar.deb", strbuf_sv(&bar));
	strbuf_clear(&release);
	strbuf_adds(&release, RELEASE "SHA256:\n");
	fx_write("pool/foo.deb", strbuf_sv(&foo));
	fx_write("pool/bar.deb", strbuf_sv(&bar));
}

/* Writes the index as `suffix` and lists it; the plain one is listed always. */
static void write_index(const char *folder, const char *base, enum codec_kind codec,
			const char *suffix)
{
	struct strbuf packed = STRBUF_INIT;
	char name[128], path[256];

	fx_compress(&packed, codec, strbuf_sv(&index_text));
	fx_release_line(&release, base, strbuf_sv(&index_text));
	snprintf(name, sizeof(name), "%s%s", base, suffix);
	if (suffix[0])
		fx_release_line(&release, name, strbuf_sv(&packed));
	snprintf(path, sizeof(path), "%s%s", folder, name);
	fx_write(path, strbuf_sv(&packed));
	strbuf_done(&packed);
}

static void write_dists(enum codec_kind codec, const char *suffix)
{
	start();
	write_index("dists/trixie/", "main/binary-amd64/Packages", codec, suffix);
	fx_write("dists/trixie/Release", strbuf_sv(&release));
}

static void fails(const char *spec, int code, const char *text)
{
	int r = open_mirror(spec);

	ASSERT_MSG(r == code, "%s gives %d: %s", spec, r, e.text);
	ASSERT_HAS_STR(e.text, text);
	ASSERT_HAS_STR(e.text, "mirror '");
	ASSERT_NULL(repo);
}

/* The payload's first entry and its content. */
static void check_payload(struct sv deb, const char *path, const char *content)
{
	struct payload *p = NULL;
	struct payload_entry entry;
	char *data = NULL;
	size_t n = 0;

	ASSERT_MSG(repo_payload_open(FAMILY_DEB, deb, 1, NULL, &p, &e) == 0, "%s", e.text);
	ASSERT_EQ(payload_next(p, &entry, &e), 1);
	ASSERT_TRUE(sv_eq(entry.path, sv_from(path)));
	ASSERT_EQ(payload_read_file(p, &data, &n, &e), 0);
	ASSERT_EQ_STR(data, content);
	ASSERT_EQ(payload_next(p, &entry, &e), 0);
	free(data);
	payload_free(p);
}

TEST(dists)
{
	static const struct {
		enum codec_kind codec;
		const char *suffix;
	} forms[] = { { CODEC_NONE, "" },
		      { CODEC_XZ, ".xz" },
		      { CODEC_ZSTD, ".zst" },
		      { CODEC_GZIP, ".gz" } };

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct fs_data data = { NULL, 0 };

		write_dists(forms[i].codec, forms[i].suffix);
		ASSERT_MSG(open_mirror(DISTS) == 0, "'%s': %s", forms[i].suffix, e.text);
		ASSERT_EQ(universe_finish(&u, &e), 0);
		ASSERT_EQ(universe_count(&u), 2);
		ASSERT_EQ(u.repos.n, 1);
		ASSERT_TRUE(sv_eq(u.repos.v[0].label, SV("Debian trixie main")));
		ASSERT_EQ(u.repos.v[0].date, 1789199741);
		ASSERT_FALSE(u.repos.v[0].verified);
		ASSERT_TRUE(repo_has(repo, 0) && !repo_has(repo, 1));
		ASSERT_EQ(notes.list.n, 1);

		ASSERT_MSG(repo_fetch(repo, &u, universe_find(&u, SV("foo")), &data, &e) == 0, "%s",
			   e.text);
		ASSERT_EQ_MEM(data.p, data.n, foo.p, foo.n);
		check_payload(fs_sv(&data), "./usr/foo", "foo's content");
		fs_data_done(&data);
	}
}

TEST(inrelease)
{
	struct strbuf b = STRBUF_INIT;

	write_dists(CODEC_GZIP, ".gz");
	fx_remove("dists/trixie/Release");
	strbuf_addf(&b,
		    "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n%s"
		    "-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n",
		    release.p);
	fx_write("dists/trixie/InRelease", strbuf_sv(&b));
	ASSERT_MSG(open_mirror(DISTS) == 0, "%s", e.text);
	fx_write("dists/trixie/InRelease", strbuf_sv(&release));
	fails(DISTS, E_FORMAT, "'dists/trixie/InRelease': line 1");
	strbuf_done(&b);
}

TEST(by_hash)
{
	char name[256];

	start();
	write_index("dists/trixie/", "main/binary-amd64/Packages", CODEC_NONE, "");
	fx_write("dists/trixie/Release", strbuf_sv(&release));
	snprintf(name, sizeof(name), "dists/trixie/main/binary-amd64/by-hash/SHA256/%s",
		 fx_sha256(strbuf_sv(&index_text)));
	fx_write(name, strbuf_sv(&index_text));
	fx_write("dists/trixie/main/binary-amd64/Packages", SV("of another time"));
	ASSERT_MSG(open_mirror(DISTS) == 0, "%s", e.text);
	fx_remove("dists/trixie/main/binary-amd64/Packages");
	ASSERT_MSG(open_mirror(DISTS) == 0, "%s", e.text);
	fx_write(name, SV("not what its name says"));
	fails(DISTS, E_VERIFY, "by-hash");
}

TEST(separate_all)
{
	start();
	strbuf_clear(&release);
	strbuf_adds(&release, "Architectures: all amd64\nComponents: main\nSHA256:\n");
	strbuf_clear(&index_text);
	fx_stanza(&index_text, FOO, "pool/foo.deb", strbuf_sv(&foo));
	write_index("dists/trixie/", "main/binary-amd64/Packages", CODEC_NONE, "");
	strbuf_clear(&index_text);
	fx_stanza(&index_text, BAR, "pool/bar.deb", strbuf_sv(&bar));
	write_index("dists/trixie/", "main/binary-all/Packages", CODEC_GZIP, ".gz");
	fx_write("dists/trixie/Release", strbuf_sv(&release));
	ASSERT_MSG(open_mirror(DISTS) == 0, "%s", e.text);
	ASSERT_EQ(universe_count(&u), 2);
	ASSERT_EQ(u.repos.n, 2);
	ASSERT_EQ(u.repos.v[0].priority, u.repos.v[1].priority);
	ASSERT_TRUE(repo_has(repo, 1));
}

TEST(flat)
{
	start();
	write_index("", "Packages", CODEC_GZIP, ".gz");
	fx_write("Release", strbuf_sv(&release));
	ASSERT_MSG(open_mirror(FLAT) == 0, "%s", e.text);
	ASSERT_EQ(universe_count(&u), 2);
	ASSERT_TRUE(sv_eq(u.repos.v[0].label, SV("Debian trixie")));

	fx_write("Packages.gz", SV("x"));
	fails(FLAT, E_VERIFY, "'Packages.gz': size is 1 bytes, expected");
	fx_remove("Packages.gz");
	fails(FLAT, E_VERIFY, "no form of it is in the mirror");

	fx_remove("Release");
	fx_write("Packages", strbuf_sv(&index_text));
	ASSERT_MSG(open_mirror(FLAT) == 0, "%s", e.text);
	ASSERT_TRUE(sv_eq(u.repos.v[0].label, SV("flat repository")));
	ASSERT_TRUE(u.repos.v[0].index_digest.kind == DIGEST_SHA256);
	fx_remove("Packages");
	fails(FLAT, E_NOTFOUND, "no 'Packages'");

	options.insecure_no_signature = false;
	fx_write("Packages", strbuf_sv(&index_text));
	fails(FLAT, E_NOTFOUND, "InRelease");
	ASSERT_HAS_STR(e.hint, "--insecure-no-signature");
}

TEST(signature_seam)
{
	write_dists(CODEC_NONE, "");
	options.insecure_no_signature = false;
	fails(DISTS, E_VERIFY, "signature of 'dists/trixie/Release' is missing");
	fx_write("dists/trixie/Release.gpg", SV("x"));
	fails(DISTS, E_VERIFY,
	      "signature of 'dists/trixie/Release' cannot be checked by this release");
	ASSERT_HAS_STR(e.hint, "--insecure-no-signature");
}

static int verify(void *arg, const struct repo_signed *s, struct err *err)
{
	const char **want = arg;

	if (!sv_eq(s->signature, SV("good")))
		return err_set(err, E_VERIFY, "bad signature");
	ASSERT_TRUE(sv_eq(s->text, sv_from(*want)));
	ASSERT_FALSE(s->cleartext);
	ASSERT_TRUE(sv_eq(s->signed_by, SV("k.gpg")));
	return 0;
}

TEST(verifier)
{
	const char *want;
	struct repo_verifier v = { .verify = verify, .arg = &want };

	write_dists(CODEC_NONE, "");
	want = release.p;
	options.insecure_no_signature = false;
	options.verifier = &v;
	fx_write("dists/trixie/Release.gpg", SV("good"));
	ASSERT_MSG(open_mirror("deb [signed-by=k.gpg] file:%s trixie main") == 0, "%s", e.text);
	ASSERT_TRUE(u.repos.v[0].verified);
	ASSERT_EQ(notes.list.n, 0);
	fx_write("dists/trixie/Release.gpg", SV("bad"));
	fails(DISTS, E_VERIFY, "signature of 'dists/trixie/Release': bad signature");
}

TEST(valid_until)
{
	start();
	strbuf_clear(&release);
	strbuf_adds(&release, "Valid-Until: Sat, 12 Sep 2026 00:00:00 UTC\n" RELEASE "SHA256:\n");
	write_index("dists/trixie/", "main/binary-amd64/Packages", CODEC_NONE, "");
	fx_write("dists/trixie/Release", strbuf_sv(&release));
	ASSERT_EQ(open_mirror(DISTS), 0); /* time 0: not judged */
	options.verify_time = 1789171200;
	ASSERT_EQ(open_mirror(DISTS), 0);
	options.verify_time++;
	fails(DISTS, E_VERIFY, "expired 1 hours ago");
	ASSERT_HAS_STR(e.hint, "--verify-time");
}

TEST(wrong_index)
{
	struct strbuf other = STRBUF_INIT;

	write_dists(CODEC_XZ, ".xz");
	fx_write("dists/trixie/main/binary-amd64/Packages.xz", SV("x"));
	fails(DISTS, E_VERIFY, "'dists/trixie/main/binary-amd64/Packages.xz': size is 1 bytes");

	/* the compressed one is as listed, but the text in it is not */
	start();
	fx_release_line(&release, "main/binary-amd64/Packages", SV("tiny"));
	fx_compress(&other, CODEC_XZ, strbuf_sv(&index_text));
	fx_release_line(&release, "main/binary-amd64/Packages.xz", strbuf_sv(&other));
	fx_write("dists/trixie/main/binary-amd64/Packages.xz", strbuf_sv(&other));
	fx_write("dists/trixie/Release", strbuf_sv(&release));
	fails(DISTS, E_VERIFY, "unpacks to more than the listed 4 bytes");

	/* listed well, but no xz */
	start();
	fx_release_line(&release, "main/binary-amd64/Packages.xz", SV("not xz at all"));
	fx_write("dists/trixie/main/binary-amd64/Packages.xz", SV("not xz at all"));
	fx_write("dists/trixie/Release", strbuf_sv(&release));
	fails(DISTS, E_FORMAT, "Packages.xz");
	strbuf_done(&other);

	write_dists(CODEC_NONE, "");
	index_text.p[0] = 'p'; /* same size */
	fx_write("dists/trixie/main/binary-amd64/Packages", strbuf_sv(&index_text));
	fails(DISTS, E_VERIFY, "'dists/trixie/main/binary-amd64/Packages': SHA256 digest is ");
}

TEST(malformed_index)
{
	start();
	strbuf_adds(&index_text, "Package: x\nVersion 1\n");
	write_index("dists/trixie/", "main/binary-amd64/Packages", CODEC_NONE, "");
	fx_write("dists/trixie/Release", strbuf_sv(&release));
	fails(DISTS, E_FORMAT,
	      "index 'dists/trixie/main/binary-amd64/Packages': line 17: no 'Field:'");
}

TEST(wrong_names)
{
	write_dists(CODEC_NONE, "");
	fails("deb file:%s trixie contrib", E_USAGE, "no component 'contrib'");
	ASSERT_HAS_STR(e.hint, "components: main");
	fails("deb file:%s sid main", E_NOTFOUND, "dists/sid/InRelease");
	ASSERT_HAS_STR(e.hint, "suites in the mirror: trixie");
	fails("deb file:%snowhere trixie main", E_NOTFOUND, "nowhere");
	fails("rpm file:%s", E_USAGE, "cannot be mixed");
	ASSERT_EQ(arch_find(SV("s390x"), &options.arch, &e), 0);
	fails(DISTS, E_USAGE, "no architecture 's390x'");
	ASSERT_EQ(arch_find(SV("arm64"), &options.arch, &e), 0);
	fails(DISTS, E_NOTFOUND, "lists no index of component 'main' for 'arm64'");
	fx_write("dists/trixie/Release", SV("Origin: x\n"));
	fails(DISTS, E_VERIFY, "'dists/trixie/Release': lists no file");
}

TEST(fetch_errors)
{
	struct fs_data data = { NULL, 0 };
	pkg_id p;

	write_dists(CODEC_NONE, "");
	ASSERT_EQ(open_mirror(DISTS), 0);
	ASSERT_EQ(universe_finish(&u, &e), 0);
	p = universe_find(&u, SV("foo"));
	fx_write("pool/foo.deb", sv_head(strbuf_sv(&foo), foo.n - 1));
	ASSERT_EQ(repo_fetch(repo, &u, p, &data, &e), E_VERIFY);
	ASSERT_HAS_STR(e.text, "'pool/foo.deb': size is ");
	foo.p[foo.n / 2] ^= 1;
	fx_write("pool/foo.deb", strbuf_sv(&foo));
	ASSERT_EQ(repo_fetch(repo, &u, p, &data, &e), E_VERIFY);
	ASSERT_HAS_STR(e.text, "'pool/foo.deb': SHA256 digest is ");
	ASSERT_HAS_STR(e.text, ", expected ");
	fx_remove("pool/foo.deb");
	ASSERT_EQ(repo_fetch(repo, &u, p, &data, &e), E_VERIFY);
	ASSERT_HAS_STR(e.text, "package file 'pool/foo.deb' is listed but missing");
	ASSERT_HAS_STR(e.hint, "incomplete");
	ASSERT_NULL(data.p);
}

TEST(folder)
{
	struct strbuf arm = STRBUF_INIT, sums = STRBUF_INIT;
	struct fs_data data = { NULL, 0 };

	start();
	fx_write("foo.deb", strbuf_sv(&foo));
	fx_write("bar.deb", strbuf_sv(&bar));
	fx_write("README", SV("not a package"));
	fx_deb(&arm, SV("Package: x\nVersion: 1\nArchitecture: arm64\n"), "./x", SV(""),
	       CODEC_GZIP);
	fx_write("x.deb", strbuf_sv(&arm));
	ASSERT_MSG(open_mirror(FOLDER) == 0, "%s", e.text);
	ASSERT_EQ(universe_finish(&u, &e), 0);
	ASSERT_EQ(universe_count(&u), 2);
	ASSERT_TRUE(sv_eq(universe_filename(&u, universe_pkg(&u, 1)), SV("bar.deb"))); /* by name */
	ASSERT_EQ(notes.list.n, 2);
	ASSERT_MSG(repo_fetch(repo, &u, 1, &data, &e) == 0, "%s", e.text);
	ASSERT_EQ_MEM(data.p, data.n, bar.p, bar.n);
	check_payload(fs_sv(&data), "./usr/bar", "bar's content");
	fs_data_done(&data);

	strbuf_addf(&sums, "%s  foo.deb\n%s *./bar.deb\n\n", fx_sha256(strbuf_sv(&foo)),
		    fx_sha256(strbuf_sv(&bar)));
	fx_write("SHA256SUMS", strbuf_sv(&sums));
	fails(FOLDER, E_VERIFY, "file 'x.deb' is not listed in 'SHA256SUMS'");
	fx_remove("x.deb");
	ASSERT_MSG(open_mirror(FOLDER) == 0, "%s", e.text);

	options.insecure_no_signature = false;
	fails(FOLDER, E_VERIFY, "signature of 'SHA256SUMS' is missing");
	options.insecure_no_signature = true;
	fx_remove("bar.deb");
	fails(FOLDER, E_VERIFY, "'SHA256SUMS': line 2: file 'bar.deb' is listed but missing");
	fx_write("bar.deb", strbuf_sv(&foo));
	fails(FOLDER, E_VERIFY, "'bar.deb': SHA256 digest is ");
	fx_write("SHA256SUMS", SV("abc  foo.deb\n"));
	fails(FOLDER, E_FORMAT, "'SHA256SUMS': line 1: SHA256 digest has 3 digits");
	strbuf_done(&arm);
	strbuf_done(&sums);
}

TEST(folder_errors)
{
	start();
	fails(FOLDER, E_NOTFOUND, "has no .deb or .rpm file");
	fx_write("a.rpm", SV("x"));
	fails(FOLDER, E_USAGE, "cannot be mixed");
	fx_write("a.deb", SV("x"));
	fails(FOLDER, E_USAGE, "both .deb and .rpm");
	fx_remove("a.rpm");
	fails(FOLDER, E_FORMAT, "'a.deb': not an ar archive");
	fx_write("a.deb", sv_head(strbuf_sv(&foo), foo.n - 40));
	fails(FOLDER, E_FORMAT, "'a.deb': ");
	fx_deb(&foo, SV("Package: x\nVersion: 1:\nArchitecture: all\n"), "./x", SV(""), CODEC_XZ);
	fx_write("a.deb", strbuf_sv(&foo));
	fails(FOLDER, E_FORMAT, "'a.deb': control file: package 'x': line 2: bad version '1:'");
}

TEST(control_files)
{
	struct fs_data data = { NULL, 0 };

	start();
	ASSERT_EQ(repo_control_file(FAMILY_DEB, strbuf_sv(&foo), SV("control"), &data, &e), 0);
	ASSERT_EQ_STR(data.p, FOO);
	fs_data_done(&data);
	ASSERT_EQ(repo_control_file(FAMILY_DEB, strbuf_sv(&foo), SV("postinst"), &data, &e),
		  E_NOTFOUND);
	ASSERT_HAS_STR(e.text, "member 'control.tar.xz' at offset 72: no file 'postinst'");
	ASSERT_EQ(repo_control_file(FAMILY_RPM, strbuf_sv(&foo), SV("x"), &data, &e), E_FORMAT);
	ASSERT_HAS_STR(e.text, "not an .rpm file");
}

/* Cut anywhere, a package is an error and nothing else. */
TEST(truncated_package)
{
	start();
	for (size_t n = 0; n < foo.n; n += n < 200 ? 1 : 17) {
		_cleanup_(payload_freep) struct payload *p = NULL;
		struct sv cut = sv_head(strbuf_sv(&foo), n);
		struct payload_entry entry;
		int r;

		e = ERR_INIT;
		r = repo_payload_open(FAMILY_DEB, cut, 1, NULL, &p, &e);
		while (r >= 0 && (r = payload_next(p, &entry, &e)) > 0)
			;
		ASSERT_MSG(r < 0 || n >= foo.n - 1, "cut at %zu passed", n);
	}
}

TEST(members)
{
	static const struct {
		const char *names[4], *error;
	} rows[] = {
		{ { NULL }, "archive is empty" },
		{ { "control.tar" }, "first member is 'control.tar'" },
		{ { "debian-binary" }, "no 'control.tar' member" },
		{ { "debian-binary", "control.tar" }, "no 'data.tar' member" },
		{ { "debian-binary", "data.tar" }, "stands before the control member" },
		{ { "debian-binary", "control.tar", "control.tar.xz" }, "second control member" },
		{ { "debian-binary", "x.tar" }, "unknown member 'x.tar'" },
		{ { "debian-binary", "control.tar", "data.tar.foo" },
		  "unknown compression '.foo'" },
	};
	start();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct payload *p = NULL;

		fx_ar_start(&foo);
		for (size_t k = 0; k < 4 && rows[i].names[k]; k++)
			fx_ar_add(&foo, rows[i].names[k], k ? SV("x") : SV("2.0\n"));
		ASSERT_MSG(repo_payload_open(FAMILY_DEB, strbuf_sv(&foo), 1, NULL, &p, &e) ==
				   E_FORMAT,
			   "row %zu passed", i);
		ASSERT_HAS_STR(e.text, rows[i].error);
	}
	fx_ar_start(&foo);
	fx_ar_add(&foo, "debian-binary", SV("3.0\n"));
	ASSERT_EQ(repo_control_file(FAMILY_DEB, strbuf_sv(&foo), SV("x"), &(struct fs_data){ 0 },
				    &e),
		  E_FORMAT);
	ASSERT_HAS_STR(e.text, "format 2: '3.0'");
}

TEST(last)
{
	reset();
	universe_done(&u);
	strbuf_done(&foo);
	strbuf_done(&bar);
	strbuf_done(&index_text);
	strbuf_done(&release);
}

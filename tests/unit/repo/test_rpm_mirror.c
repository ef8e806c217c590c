/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whole RPM repositories: forms of the metadata, files from filelists, modules, several mirrors. */
#include "repo/repo.h"

#include <stdio.h>

#include "base/strbuf.h"
#include "repo/rpm/rpm_zck.h"
#include "tests/unit/repo/fixture.h"
#include "tests/unit/test.h"

static struct universe u;
static struct notes notes;
static struct err e;
static struct repo *repos[2];
static struct mirror_spec specs[2];
static struct repo_options options;
static struct strbuf repomd;

static void reset(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(repos); i++) {
		repo_free(repos[i]);
		mirror_spec_done(&specs[i]);
		repos[i] = NULL;
		specs[i] = (struct mirror_spec){ .owned = NULL };
	}
	universe_done(&u);
	notes_done(&notes);
	notes = NOTES_INIT;
	e = ERR_INIT;
	universe_init(&u, FAMILY_RPM, SV("x86_64"));
	options = (struct repo_options){ .insecure_no_signature = true };
	ASSERT_EQ(arch_find(SV("x86_64"), &options.arch, &e), 0);
}

static void start(void)
{
	(void)fx_dir();
	strbuf_clear(&repomd);
	strbuf_adds(&repomd, "<repomd><revision>1700000000</revision>");
}

/* Writes a metadata file and lists it. */
static void add_data(const char *folder, const char *type, const char *href, enum codec_kind codec,
		     const char *text)
{
	_cleanup_strbuf_ struct strbuf packed = STRBUF_INIT;
	char path[256];

	fx_compress(&packed, codec, sv_from(text));
	snprintf(path, sizeof(path), "%s%s", folder, href);
	fx_write(path, strbuf_sv(&packed));
	strbuf_addf(&repomd,
		    "<data type=\"%s\"><checksum type=\"sha256\">%s</checksum><location href=\"%s\"/>"
		    "<size>%zu</size><open-size>%zu</open-size></data>",
		    type, fx_sha256(strbuf_sv(&packed)), href, packed.n, strlen(text));
}

static void finish(const char *folder)
{
	char path[256];

	strbuf_adds(&repomd, "</repomd>");
	snprintf(path, sizeof(path), "%srepodata/repomd.xml", folder);
	fx_write(path, strbuf_sv(&repomd));
	strbuf_clear(&repomd);
	strbuf_adds(&repomd, "<repomd><revision>1700000000</revision>");
}

/* Opens and reads the mirrors below the folder of the test; NULL ends. */
static int open_mirrors(const char *options_text, const char *const *folders)
{
	static char texts[2][512];
	size_t n = 0;
	int r = 0;

	reset();
	for (; n < 2 && folders[n] && r == 0; n++) {
		snprintf(texts[n], sizeof(texts[n]), "rpm %s file:%s", options_text,
			 fx_path(folders[n]));
		ASSERT_MSG(mirror_spec_parse(sv_from(texts[n]), &specs[n], &e) == 0, "%s", e.text);
		r = repo_open(&specs[n], &options, &u, &notes, &repos[n], &e);
	}
	for (size_t i = 0; i < n && r == 0; i++)
		r = repo_load(repos[i], false, &e);
	if (r == 0)
		r = repo_complete(repos, n, &e);
	if (r == 0)
		r = universe_finish(&u, &e);
	return r;
}

static int open_one(void)
{
	return open_mirrors("", (const char *[]){ "", NULL });
}

static void fails(int code, const char *words)
{
	int r = open_one();

	ASSERT_MSG(r == code, "%d: %s", r, e.text);
	ASSERT_HAS_STR(e.text, words);
	ASSERT_HAS_STR(e.text, "mirror 'rpm ");
}

static const char *provides(const char *name)
{
	static struct strbuf b;
	pkg_id id = universe_find(&u, sv_from(name));
	const struct dep_list *l = &universe_pkg(&u, id)->deps[DEPK_PROVIDES];

	ASSERT_TRUE(id != 0);
	strbuf_clear(&b);
	strbuf_adds(&b, "");
	for (uint32_t i = 0; i < l->n; i++) {
		if (i)
			strbuf_adds(&b, ", ");
		dep_print(&u, u.dep_refs.v[l->first + i], &b);
	}
	return b.p;
}

#define ID_A "a3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define ID_B "b3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define ID_C "c3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define PACKAGE(name, id, format)                                        \
	"<package type=\"rpm\"><name>" name "</name><arch>noarch</arch>" \
	"<version epoch=\"0\" ver=\"1\" rel=\"1\"/>"                     \
	"<checksum type=\"sha256\" pkgid=\"YES\">" id                    \
	"</checksum><size package=\"5\" installed=\"5\"/>"               \
	"<location href=\"" name ".rpm\"/><format>" format "</format></package>"
#define REQUIRES(what) "<rpm:requires><rpm:entry name=\"" what "\"/></rpm:requires>"
#define METADATA(packages) \
	"<metadata xmlns:rpm=\"http://linux.duke.edu/metadata/rpm\">" packages "</metadata>"
#define A_HAS                                                            \
	PACKAGE("a", ID_A,                                               \
		"<rpm:provides><rpm:entry name=\"cap\"/></rpm:provides>" \
		"<file>/usr/bin/a</file><file>/etc/a</file>")
#define FILES_A                                                              \
	"<filelists><package pkgid=\"" ID_A "\" name=\"a\" arch=\"noarch\">" \
	"<version epoch=\"0\" ver=\"1\" rel=\"1\"/><file>/usr/bin/a</file>"  \
	"<file type=\"dir\">/usr/share/a</file><file>/usr/lib/a</file></package></filelists>"

TEST(every_form)
{
	static const struct {
		enum codec_kind codec;
		const char *suffix;
	} rows[] = {
		{ CODEC_NONE, "" },
		{ CODEC_GZIP, ".gz" },
		{ CODEC_XZ, ".xz" },
		{ CODEC_ZSTD, ".zst" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char href[64];

		start();
		snprintf(href, sizeof(href), "repodata/x-primary.xml%s", rows[i].suffix);
		add_data("", "primary", href, rows[i].codec, METADATA(A_HAS));
		finish("");
		ASSERT_MSG(open_one() == 0, "%s: %s", href, e.text);
		ASSERT_EQ_STR(provides("a"), "cap");
		ASSERT_EQ(u.repos.v[0].date, 1700000000);
		ASSERT_EQ(u.repos.v[0].index_digest.kind, DIGEST_SHA256);
		ASSERT_FALSE(u.repos.v[0].verified);
	}
}

/* Of several forms the cheapest one that is there is read; the others need not be. */
TEST(choice_of_form)
{
	start();
	add_data("", "primary", "repodata/p.xml.xz", CODEC_XZ, METADATA(A_HAS));
	add_data("", "primary_zst", "repodata/p.xml.zst", CODEC_ZSTD, METADATA(A_HAS));
	finish("");
	fx_write("repodata/p.xml.xz", SV("damaged"));
	ASSERT_MSG(open_one() == 0, "%s", e.text);
	fx_remove("repodata/p.xml.zst");
	fails(E_VERIFY, "'repodata/p.xml.xz': size is 7 bytes, expected ");
	fx_remove("repodata/p.xml.xz");
	fails(E_VERIFY, "is listed in repomd.xml but missing");
	ASSERT_HAS_STR(e.hint, "incomplete");
}

/* A file that is required becomes a provide; others do not. Filelists are for what primary lacks. */
TEST(files)
{
	start();
	add_data("", "primary", "repodata/p.xml", CODEC_NONE,
		 METADATA(A_HAS PACKAGE("b", ID_B, REQUIRES("/usr/bin/a"))));
	add_data("", "filelists", "repodata/f.xml", CODEC_NONE, FILES_A);
	finish("");
	fx_write("repodata/f.xml", SV("damaged, and not looked at"));
	ASSERT_MSG(open_one() == 0, "%s", e.text);
	ASSERT_EQ_STR(provides("a"), "cap, /usr/bin/a");
	ASSERT_EQ_STR(provides("b"), "");

	start();
	add_data("", "primary", "repodata/p.xml", CODEC_NONE,
		 METADATA(A_HAS PACKAGE("b", ID_B, REQUIRES("(/usr/bin/a and /usr/share/a)"))));
	add_data("", "filelists", "repodata/f.xml.gz", CODEC_GZIP, FILES_A);
	finish("");
	ASSERT_MSG(open_one() == 0, "%s", e.text);
	ASSERT_EQ_STR(provides("a"), "cap, /usr/bin/a, /usr/share/a");
	fx_write("repodata/f.xml.gz", SV("damaged"));
	fails(E_VERIFY, "repodata/f.xml.gz");
}

/* What a package of one mirror requires, a file of another one may answer; filelists are not read then. */
TEST(files_across_mirrors)
{
	start();
	add_data("one/", "primary", "repodata/p.xml", CODEC_NONE,
		 METADATA(PACKAGE("b", ID_B, REQUIRES("/usr/bin/a"))));
	add_data("one/", "filelists", "repodata/f.xml", CODEC_NONE, "<filelists/>");
	finish("one/");
	fx_write("one/repodata/f.xml", SV("damaged, and not looked at"));
	add_data("two/", "primary", "repodata/p.xml", CODEC_NONE, METADATA(A_HAS));
	finish("two/");
	ASSERT_MSG(open_mirrors("", (const char *[]){ "one", "two", NULL }) == 0, "%s", e.text);
	ASSERT_EQ_STR(provides("a"), "cap, /usr/bin/a");
}

/* All mirrors are searched for the same paths, in whatever order they stand. */
TEST(filelists_of_all_mirrors)
{
	start();
	add_data("one/", "primary", "repodata/p.xml", CODEC_NONE,
		 METADATA(A_HAS PACKAGE("b", ID_B, REQUIRES("/usr/share/a"))));
	add_data("one/", "filelists", "repodata/f.xml", CODEC_NONE, FILES_A);
	finish("one/");
	add_data("two/", "primary", "repodata/p.xml", CODEC_NONE, METADATA(PACKAGE("d", ID_C, "")));
	add_data(
		"two/", "filelists", "repodata/f.xml", CODEC_NONE,
		"<filelists><package pkgid=\"" ID_C "\" name=\"d\" arch=\"noarch\">"
		"<version epoch=\"0\" ver=\"1\" rel=\"1\"/><file>/usr/share/a</file></package></filelists>");
	finish("two/");
	for (int i = 0; i < 2; i++) {
		const char *const order[] = { i ? "two" : "one", i ? "one" : "two", NULL };

		ASSERT_MSG(open_mirrors("", order) == 0, "%s", e.text);
		ASSERT_EQ_STR(provides("a"), "cap, /usr/share/a");
		ASSERT_EQ_STR(provides("d"), "/usr/share/a");
	}
}

/* A flag without a version is no relation, as for rpm. */
TEST(relation_without_version)
{
	start();
	add_data("", "primary", "repodata/p.xml", CODEC_NONE,
		 METADATA(PACKAGE("a", ID_A,
				  "<rpm:provides><rpm:entry name=\"x\" flags=\"EQ\"/>"
				  "<rpm:entry name=\"y\" ver=\"1\"/></rpm:provides>")));
	finish("");
	ASSERT_MSG(open_one() == 0, "%s", e.text);
	ASSERT_EQ_STR(provides("a"), "x, y");
}

/* What one mirror says of a module holds for the packages of all. */
TEST(modules_across_mirrors)
{
	static const char stream[] =
		"---\ndocument: modulemd\nversion: 2\ndata:\n  name: m\n  stream: 1\n"
		"  artifacts:\n    rpms: [a-0:1-1.noarch]\n...\n";
	static const char other[] =
		"---\ndocument: modulemd\nversion: 2\ndata:\n  name: m\n  stream: 2\n"
		"  artifacts:\n    rpms: [b-0:1-1.noarch]\n...\n"
		"---\ndocument: modulemd-defaults\nversion: 1\ndata:\n  module: m\n  stream: 1\n...\n";

	start();
	add_data("one/", "primary", "repodata/p.xml", CODEC_NONE, METADATA(A_HAS));
	add_data("one/", "modules", "repodata/m.yaml", CODEC_NONE, stream);
	finish("one/");
	add_data("two/", "primary", "repodata/p.xml", CODEC_NONE,
		 METADATA(PACKAGE("b", ID_B, "")
				  PACKAGE("c", ID_C,
					  "<rpm:provides><rpm:entry name=\"a\"/></rpm:provides>")));
	add_data("two/", "modules", "repodata/m.yaml", CODEC_NONE, other);
	finish("two/");
	for (int i = 0; i < 2; i++) {
		const char *const order[] = { i ? "two" : "one", i ? "one" : "two", NULL };

		ASSERT_MSG(open_mirrors("", order) == 0, "%s", e.text);
		ASSERT_NE_INT(universe_find(&u, SV("a")), 0);
		ASSERT_EQ(universe_find(&u, SV("b")), 0);
		ASSERT_EQ(universe_find(&u, SV("c")), 0); /* provides what the stream has */
	}
}

TEST(modules)
{
	static const char yaml[] =
		"---\ndocument: modulemd\nversion: 2\ndata:\n  name: m\n  stream: 1\n"
		"  artifacts:\n    rpms: [a-0:1-1.noarch]\n...\n"
		"---\ndocument: modulemd\nversion: 2\ndata:\n  name: m\n  stream: 2\n"
		"  artifacts:\n    rpms: [b-0:1-1.noarch]\n...\n"
		"---\ndocument: modulemd-defaults\nversion: 1\ndata:\n  module: m\n  stream: 2\n...\n";
	struct digest one;

	start();
	add_data("", "primary", "repodata/p.xml", CODEC_NONE,
		 METADATA(A_HAS PACKAGE("b", ID_B, "") PACKAGE("c", ID_C, "")));
	add_data("", "modules", "repodata/m.yaml.gz", CODEC_GZIP, yaml);
	finish("");
	ASSERT_MSG(open_one() == 0, "%s", e.text);
	one = u.repos.v[0].index_digest;
	ASSERT_EQ(universe_find(&u, SV("a")), 0);
	ASSERT_NE_INT(universe_find(&u, SV("b")), 0);
	ASSERT_NE_INT(universe_find(&u, SV("c")), 0);
	ASSERT_MSG(open_mirrors("[modules=m:1]", (const char *[]){ "", NULL }) == 0, "%s", e.text);
	ASSERT_NE_INT(universe_find(&u, SV("a")), 0);
	ASSERT_EQ(universe_find(&u, SV("b")), 0);
	/* another choice is another universe: a cached one must not be taken for it */
	ASSERT_FALSE(digest_eq(&one, &u.repos.v[0].index_digest));
	ASSERT_EQ(open_mirrors("[modules=m:3]", (const char *[]){ "", NULL }), E_NOTFOUND);
	ASSERT_HAS_STR(e.text, "no module has stream 'm:3'");
}

TEST(bad_mirrors)
{
	start();
	fx_write("x", SV(""));
	fails(E_NOTFOUND, "no 'repodata/repomd.xml'");
	ASSERT_HAS_STR(e.hint, "'dir file:DIR'");
	fx_write("repomd.xml", SV(""));
	fails(E_NOTFOUND, "no 'repodata/repomd.xml'");
	ASSERT_HAS_STR(e.hint, "not repodata itself");
	finish("");
	fails(E_FORMAT, "lists no primary metadata");
	add_data("", "primary", "repodata/p.xml.gz", CODEC_GZIP, METADATA(A_HAS));
	finish("");
	ASSERT_EQ(open_one(), 0);
	options.insecure_no_signature = false;
	reset();
	options.insecure_no_signature = false;
	ASSERT_EQ(mirror_spec_parse(sv_from("rpm file:/nowhere"), &specs[0], &e), 0);
	ASSERT_EQ(repo_open(&specs[0], &options, &u, &notes, &repos[0], &e), E_NOTFOUND);
}

TEST(signature_is_asked_for)
{
	char text[512];

	start();
	add_data("", "primary", "repodata/p.xml.gz", CODEC_GZIP, METADATA(A_HAS));
	finish("");
	reset();
	options.insecure_no_signature = false;
	snprintf(text, sizeof(text), "rpm file:%s", fx_path(""));
	ASSERT_EQ(mirror_spec_parse(sv_from(text), &specs[0], &e), 0);
	ASSERT_EQ(repo_open(&specs[0], &options, &u, &notes, &repos[0], &e), E_VERIFY);
	ASSERT_HAS_STR(e.text, "signature of 'repodata/repomd.xml'");
}

/* ---- zchunk ---------------------------------------------------------------------------------------- */

static void put_int(struct strbuf *b, unsigned v)
{
	for (; v > 0x7f; v >>= 7)
		strbuf_addc(b, (char)(v & 0x7f));
	strbuf_addc(b, (char)(v | 0x80));
}

static void put_zeros(struct strbuf *b, size_t n)
{
	while (n--)
		strbuf_addc(b, '\0');
}

static void put_digest(struct strbuf *b, enum digest_kind kind, struct sv bytes, size_t n)
{
	struct digest d;

	digest_bytes(kind, bytes.p, bytes.n, &d);
	strbuf_add(b, sv_of(d.bytes, n));
}

/* Lead, with the digest of all before the data. */
static void put_zck_lead(struct strbuf *b, struct sv head)
{
	_cleanup_strbuf_ struct strbuf proved = STRBUF_INIT;

	strbuf_add(b, SV("\0ZCK1"));
	put_int(b, 1);
	put_int(b, (unsigned)head.n);
	strbuf_add(&proved, strbuf_sv(b));
	strbuf_add(&proved, head);
	put_digest(b, DIGEST_SHA256, strbuf_sv(&proved), 32);
}

/* A file of these chunks, without dictionary. compression 1: none, and with the digests of what is unpacked. */
static void make_zck(struct strbuf *out, const char *const *chunks, size_t n, unsigned compression)
{
	bool twice = compression == 1;
	_cleanup_strbuf_ struct strbuf index = STRBUF_INIT, body = STRBUF_INIT, head = STRBUF_INIT;

	compression = twice ? 0 : compression;
	put_int(&index, 3);
	put_int(&index, (unsigned)n + 1);
	put_zeros(&index, twice ? 32 : 16);
	put_int(&index, 0);
	put_int(&index, 0);
	for (size_t i = 0; i < n; i++) {
		_cleanup_strbuf_ struct strbuf packed = STRBUF_INIT;

		fx_compress(&packed, compression ? CODEC_ZSTD : CODEC_NONE, sv_from(chunks[i]));
		put_digest(&index, DIGEST_SHA512, strbuf_sv(&packed), 16);
		if (twice)
			put_digest(&index, DIGEST_SHA512, sv_from(chunks[i]), 16);
		put_int(&index, (unsigned)packed.n);
		put_int(&index, (unsigned)strlen(chunks[i]));
		strbuf_add(&body, strbuf_sv(&packed));
	}
	put_digest(&head, DIGEST_SHA256, strbuf_sv(&body), 32);
	put_int(&head, twice ? 6 : 2); /* has optional elements */
	put_int(&head, compression);
	put_int(&head, 1);
	put_int(&head, 7);
	put_int(&head, 3);
	strbuf_adds(&head, "abc");
	put_int(&head, (unsigned)index.n);
	strbuf_add(&head, strbuf_sv(&index));
	put_int(&head, 0);

	strbuf_clear(out);
	put_zck_lead(out, strbuf_sv(&head));
	strbuf_add(out, strbuf_sv(&head));
	strbuf_add(out, strbuf_sv(&body));
}

static int read_zck(struct sv bytes, struct strbuf *ret)
{
	_cleanup_(stream_closep) struct stream *s = NULL;
	_cleanup_free_ char *text = NULL;
	size_t n = 0;
	int r;

	e = ERR_INIT;
	r = rpm_zck_open(bytes, &s, &e);
	if (r == 0)
		r = stream_read_all(s, 1u << 20, &text, &n, &e);
	strbuf_clear(ret);
	if (r == 0)
		strbuf_add(ret, sv_of(text, n));
	return r;
}

TEST(zck)
{
	static const char *const chunks[] = { "<metadata>", METADATA(""), "", "tail" };
	_cleanup_strbuf_ struct strbuf file = STRBUF_INIT, text = STRBUF_INIT, want = STRBUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(chunks); i++)
		strbuf_adds(&want, chunks[i]);
	for (unsigned compression = 0; compression <= 2; compression++) {
		make_zck(&file, chunks, ARRAY_SIZE(chunks), compression);
		ASSERT_TRUE(rpm_zck_is(strbuf_sv(&file)));
		ASSERT_MSG(read_zck(strbuf_sv(&file), &text) == 0, "%s", e.text);
		ASSERT_EQ_MEM(text.p, text.n, want.p, want.n);
		for (size_t n = 0; n < file.n; n++)
			ASSERT_MSG(read_zck(sv_head(strbuf_sv(&file), n), &text) < 0,
				   "a file of %zu of %zu bytes is read", n, file.n);
		for (size_t n = 0; n < file.n; n++) { /* nothing can change unnoticed */
			file.p[n] ^= 4;
			ASSERT_MSG(read_zck(strbuf_sv(&file), &text) < 0, "byte %zu of %zu", n,
				   file.n);
			file.p[n] ^= 4;
		}
		strbuf_addc(&file, 'x');
		ASSERT_EQ(read_zck(strbuf_sv(&file), &text), E_FORMAT);
		ASSERT_HAS_STR(e.text, "goes on behind the last chunk");
	}
	make_zck(&file, chunks, ARRAY_SIZE(chunks), 3);
	ASSERT_EQ(read_zck(strbuf_sv(&file), &text), E_FORMAT);
	ASSERT_HAS_STR(e.text, "compression 3 is not known");
}

TEST(zck_digests)
{
	static const char *const chunks[] = { "<metadata>", "tail" };
	_cleanup_strbuf_ struct strbuf file = STRBUF_INIT, text = STRBUF_INIT;
	size_t digests; /* of the last chunk: of it packed, unpacked, and its two sizes */

	make_zck(&file, chunks, 2, 1);
	file.p[file.n - 1] = 'X';
	ASSERT_EQ(read_zck(strbuf_sv(&file), &text), E_VERIFY);
	ASSERT_HAS_STR(e.text, "zchunk chunk: its SHA512 digest is another");
	file.p[file.n - 1] = 'l';
	ASSERT_EQ(read_zck(strbuf_sv(&file), &text), 0);

	digests = file.n - strlen("<metadata>tail") - 1 - 2 - 32;
	for (size_t i = 0; i < 2; i++) {
		struct strbuf *b = &file;
		_cleanup_strbuf_ struct strbuf again = STRBUF_INIT;
		size_t head = 5 + 1 + 2 + 32;

		/* the header's own digest is right again: the chunk's is what does not fit */
		b->p[digests + 16 * i] ^= 1;
		put_zck_lead(&again, sv_of(b->p + head, b->n - head - strlen("<metadata>tail")));
		ASSERT_EQ(again.n, head);
		strbuf_add(&again, sv_of(b->p + head, b->n - head));
		ASSERT_EQ(read_zck(strbuf_sv(&again), &text), E_VERIFY);
		ASSERT_HAS_STR(e.text, "zchunk chunk");
		ASSERT_EQ(read_zck(strbuf_sv(b), &text), E_VERIFY);
		ASSERT_HAS_STR(e.text, "zchunk header: its SHA256 digest is another");
		b->p[digests + 16 * i] ^= 1;
	}
}

/* Sizes of 4 billion and more in an index are refused before memory is asked for. */
TEST(zck_bounds)
{
	static const char lead[] = "\0ZCK1\x81";
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT, head = STRBUF_INIT, text = STRBUF_INIT;

	put_zeros(&head, 32);
	strbuf_add(&head, SV("\x80\x80"));     /* no flags, not compressed */
	strbuf_add(&head, SV("\x9d\x83\x81")); /* 29 bytes of index, one chunk */
	put_zeros(&head, 16);
	strbuf_add(&head, SV("\x80"));
	strbuf_add(&head, SV("\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\xff"));
	strbuf_add(&head, SV("\x80"));
	put_zck_lead(&b, strbuf_sv(&head));
	strbuf_add(&b, strbuf_sv(&head));
	ASSERT_EQ(read_zck(strbuf_sv(&b), &text), E_LIMIT);
	ASSERT_HAS_STR(e.text, "at most 268435456 are accepted");

	strbuf_clear(&b);
	strbuf_add(&b, sv_of(lead, sizeof(lead) - 1));
	strbuf_add(&b, SV("\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\xff"));
	ASSERT_EQ(read_zck(strbuf_sv(&b), &text), E_FORMAT);
}

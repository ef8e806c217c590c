/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repo/rpm/rpm_primary.h"

#include <sys/resource.h>

#include "base/strbuf.h"
#include "tests/unit/test.h"

#define SHA256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define SUM "<checksum type=\"sha256\" pkgid=\"YES\">" SHA256 "</checksum>"
#define NAME(n, a) "<name>" n "</name><arch>" a "</arch>"
#define VERSION "<version epoch=\"0\" ver=\"1.0\" rel=\"2.el9\"/>"
#define SIZE "<size package=\"12\" installed=\"34\" archive=\"56\"/>"
#define PLACE "<location href=\"Packages/foo.rpm\"/>"
#define BASICS(n, a) NAME(n, a) VERSION SUM SIZE PLACE
#define PACKAGE(inside) \
	"<metadata packages=\"1\"><package type=\"rpm\">" inside "</package></metadata>"

static struct universe u;
static struct rpm_files files;
static struct rpm_primary_ctx c;
static struct err e;

static int read_text(struct sv text)
{
	const struct arch *arch = NULL;
	struct stream *in = stream_from_mem(text);
	struct rpm_xml_input input = { .in = in,
				       .shown = "primary.xml",
				       .max = RPM_XML_SPAN * 4ull };
	int r;

	e = ERR_INIT;
	ASSERT_EQ(arch_find(SV("x86_64"), &arch, &e), 0);
	universe_done(&u);
	rpm_files_done(&files);
	universe_init(&u, FAMILY_RPM, SV("x86_64"));
	c = (struct rpm_primary_ctx){
		.u = &u,
		.arch = arch,
		.repo = universe_add_repo(&u, &(struct universe_repo){ .label = SV("test") }),
		.files = &files,
	};
	r = rpm_primary_read(&c, &input, &e);
	stream_close(in);
	return r;
}

static void reads(const char *text)
{
	int r = read_text(sv_from(text));

	ASSERT_MSG(r == 0, "%s: %s", text, e.text);
}

static void fails(const char *text, int code, const char *words)
{
	int r = read_text(sv_from(text));

	ASSERT_MSG(r == code, "%d for %s: %s", r, text, e.text);
	ASSERT_HAS_STR(e.text, words);
	ASSERT_HAS_STR(e.text, "primary.xml:");
}

static const char *str(str_id id)
{
	static struct strbuf b;

	strbuf_clear(&b);
	strbuf_adds(&b, "");
	strbuf_add(&b, universe_sv(&u, id));
	return b.p ? b.p : "";
}

static const char *deps(pkg_id id, enum dep_kind kind)
{
	static struct strbuf b;
	const struct package *p = universe_pkg(&u, id);

	strbuf_clear(&b);
	strbuf_adds(&b, "");
	for (uint32_t i = 0; i < p->deps[kind].n; i++) {
		if (i)
			strbuf_adds(&b, ", ");
		dep_print(&u, u.dep_refs.v[p->deps[kind].first + i], &b);
	}
	return b.p;
}

TEST(fields)
{
	const struct package *p;

	reads(PACKAGE(NAME(
		"foo",
		"x86_64") "<version epoch=\"3\" ver=\"1.0~rc1\" rel=\"2.el9\"/>" SUM
			  "<summary>s</summary><description>a &lt; b</description>"
			  "<packager/><url>http://x</url><time file=\"1\" build=\"2\"/>" SIZE PLACE
			  "<format><rpm:license>MIT</rpm:license>"
			  "<rpm:sourcerpm>foo-bar-1.0~rc1-2.el9.src.rpm</rpm:sourcerpm>"
			  "<rpm:header-range start=\"1\" end=\"2\"/></format>"));
	ASSERT_EQ(universe_count(&u), 1);
	ASSERT_EQ(c.added, 1);
	p = universe_pkg(&u, 1);
	ASSERT_EQ_STR(str(p->name), "foo");
	ASSERT_EQ_STR(str(p->version), "3:1.0~rc1-2.el9");
	ASSERT_EQ_STR(str(p->arch), "x86_64");
	ASSERT_EQ_STR(str(p->source), "foo-bar");
	ASSERT_EQ(p->size, 12);
	ASSERT_EQ(p->installed_size, 34);
	ASSERT_EQ(p->digest.kind, DIGEST_SHA256);
	ASSERT_EQ(p->digest.bytes[0], 0xe3);
	ASSERT_EQ_MEM(u.texts.v + p->filename.at, p->filename.n, "Packages/foo.rpm", 16);
	ASSERT_FALSE(p->essential);
}

TEST(dependencies)
{
	reads(PACKAGE(BASICS(
		"foo",
		"noarch") "<format xmlns:rpm=\"x\"><rpm:provides>"
			  "<rpm:entry name=\"foo\" flags=\"EQ\" epoch=\"0\" ver=\"1.0\" rel=\"2.el9\"/>"
			  "<rpm:entry name=\"foo(x86-64)\" flags=\"EQ\" epoch=\"1\" ver=\"1\" rel=\"2\"/>"
			  "<rpm:entry name=\"range\" flags=\"LE\" ver=\"4\"/>"
			  "<rpm:entry name=\"lib.so()(64bit)\"/></rpm:provides>"
			  "<rpm:requires><rpm:entry name=\"/bin/sh\" pre=\"1\"/>"
			  "<rpm:entry name=\"/bin/sh\"/><rpm:entry name=\"(a if b)\"/>"
			  "<rpm:entry name=\"bar\" flags=\"GT\" epoch=\"0\" ver=\"2\" rel=\"\"/>"
			  "<rpm:entry name=\"rpmlib(PayloadIsZstd)\" flags=\"LE\" ver=\"5.4.18\" rel=\"1\"/>"
			  "</rpm:requires>"
			  "<rpm:conflicts><rpm:entry name=\"c\" flags=\"LT\" ver=\"1\"/></rpm:conflicts>"
			  "<rpm:obsoletes><rpm:entry name=\"o\" flags=\"GE\" ver=\"1\"/></rpm:obsoletes>"
			  "<rpm:recommends><rpm:entry name=\"r\"/></rpm:recommends>"
			  "<rpm:suggests><rpm:entry name=\"s\"/></rpm:suggests>"
			  "<rpm:supplements><rpm:entry name=\"(x and y)\"/></rpm:supplements>"
			  "<rpm:enhances><rpm:entry name=\"e\"/></rpm:enhances></format>"));
	ASSERT_EQ_STR(deps(1, DEPK_PROVIDES), "foo(x86-64) = 1:1-2, range <= 4, lib.so()(64bit)");
	ASSERT_EQ_STR(deps(1, DEPK_REQUIRES), "/bin/sh, (a if b), bar > 2");
	ASSERT_EQ_STR(deps(1, DEPK_PRE_REQUIRES), "/bin/sh");
	ASSERT_EQ_STR(deps(1, DEPK_CONFLICTS), "c < 1");
	ASSERT_EQ_STR(deps(1, DEPK_OBSOLETES), "o >= 1");
	ASSERT_EQ_STR(deps(1, DEPK_RECOMMENDS), "r");
	ASSERT_EQ_STR(deps(1, DEPK_SUGGESTS), "s");
	ASSERT_EQ_STR(deps(1, DEPK_SUPPLEMENTS), "(x and y)");
	ASSERT_EQ_STR(deps(1, DEPK_ENHANCES), "e");
	ASSERT_EQ(universe_finish(&u, &e), 0);
	ASSERT_EQ(universe_find(&u, SV("foo")), 1);
}

TEST(architectures)
{
	static const struct {
		const char *arch;
		bool enters;
	} rows[] = { { "x86_64", true },    { "noarch", true }, { "i686", false },
		     { "src", false },      { "nosrc", false }, { "aarch64", false },
		     { "x86_64_v2", false } };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

		/* what does not enter is not judged either: no checksum, no location */
		strbuf_addf(
			&b,
			"<metadata><package><name>a</name><arch>%s</arch>%s</package></metadata>",
			rows[i].arch, rows[i].enters ? VERSION SUM SIZE PLACE : "");
		reads(b.p);
		ASSERT_EQ(universe_count(&u), rows[i].enters);
		ASSERT_EQ(c.foreign, !rows[i].enters);
	}
}

TEST(names_of_files)
{
	reads("<metadata><package>" BASICS(
		"a",
		"noarch") "<format><file>/usr/bin/a</file><file type=\"dir\">/etc/a b</file></format></package>"
			  "<package>" BASICS(
				  "b",
				  "i686") "<format><file>/usr/bin/b</file></format></package>"
					  "<package>" BASICS(
						  "c",
						  "noarch") "<format/></package>"
							    "<package>" BASICS(
								    "d",
								    "noarch") "<format><file type=\"ghost\">/etc/d</file></format>"
									      "</package></metadata>");
	ASSERT_EQ(files.pkgs.n, 2);
	ASSERT_EQ(files.pkgs.v[0].pkg, 1);
	ASSERT_EQ(files.pkgs.v[0].n, 2);
	ASSERT_EQ(files.pkgs.v[1].pkg, 3);
	ASSERT_EQ_MEM(files.text.v, files.text.n, "/usr/bin/a\0/etc/a b\0/etc/d", 27);
	ASSERT_EQ(files.pkgs.v[1].end, 27);
}

TEST(malformed)
{
	fails("", E_FORMAT, "no element found");
	fails("<metadata><package>", E_FORMAT, "primary.xml:1:20: no element found");
	fails("<filelists/>", E_FORMAT, "root element is <filelists>");
	fails("<metadata><pkg/></metadata>", E_FORMAT, "<pkg> where a package was expected");
	fails("<metadata>\n<package>\n</package></metadata>", E_FORMAT,
	      "primary.xml:3:1: package has no architecture");
	fails(PACKAGE("<arch>noarch</arch>"), E_FORMAT, "package has no name");
	fails(PACKAGE(NAME("a b", "noarch")), E_FORMAT, "bad package name 'a b'");
	fails(PACKAGE(NAME("../a", "noarch")), E_FORMAT, "bad package name");
	fails(PACKAGE(NAME("a", "noarch") SUM SIZE PLACE), E_FORMAT,
	      "package 'a': package has no <version>");
	fails(PACKAGE(NAME("a", "noarch") SUM VERSION PLACE), E_FORMAT, "has no <size>");
	fails(PACKAGE(NAME("a", "noarch") SUM SIZE VERSION), E_FORMAT, "has no <location>");
	fails(PACKAGE(NAME("a", "noarch") VERSION SIZE PLACE), E_FORMAT, "no checksum with pkgid");
	fails(PACKAGE("<version ver=\"\"/>"), E_FORMAT, "<version> has no ver");
	fails(PACKAGE("<version epoch=\"4294967296\" ver=\"1\" rel=\"1\"/>"), E_FORMAT, "epoch");
	fails(PACKAGE("<version epoch=\"x\" ver=\"1\" rel=\"1\"/>"), E_FORMAT, "epoch");
	fails(PACKAGE("<size package=\"-1\"/>"), E_FORMAT, "<size>: package");
	fails(PACKAGE("<size package=\"99999999999999999999\"/>"), E_FORMAT, "<size>: package");
	fails(PACKAGE("<size/>"), E_FORMAT, "<size> has no package");
	fails(PACKAGE("<location href=\"../../etc/passwd\"/>"), E_FORMAT, "location: path");
	fails(PACKAGE("<location href=\"/a\"/>"), E_FORMAT, "absolute");
	fails(PACKAGE("<location xml:base=\"http://x/\" href=\"a\"/>"), E_FORMAT, "lies elsewhere");
}

TEST(bad_entries)
{
	static const struct {
		const char *entry, *words;
	} rows[] = {
		{ "<entry/>", "<entry> has no name" },
		{ "<entry name=\"\"/>", "<entry> has no name" },
		{ "<entry name=\"x\" flags=\"NE\" ver=\"1\"/>", "unknown flags 'NE'" },
		{ "<entry name=\"(a or\"/>", "rich dependency" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

		strbuf_addf(
			&b,
			"<metadata>\n<package>" BASICS(
				"foo",
				"noarch") "<format><requires>\n%s</requires></format></package></metadata>",
			rows[i].entry);
		fails(b.p, E_FORMAT, rows[i].words);
		ASSERT_HAS_STR(e.text, "primary.xml:3:1: package 'foo': ");
	}
}

TEST(digests)
{
	fails(PACKAGE(NAME("a", "noarch") VERSION SIZE PLACE
		      "<checksum type=\"sha\" pkgid=\"YES\">da39a3ee5e6b4b0d3255bfef95601890afd80709</checksum>"),
	      E_VERIFY, "package 'a': SHA1 digest proves nothing");
	ASSERT_HAS_STR(e.hint, "createrepo_c");
	fails(PACKAGE(NAME("a", "noarch") VERSION SIZE PLACE
		      "<checksum type=\"sha256\" pkgid=\"YES\">da39</checksum>"),
	      E_FORMAT, "package 'a'");
	fails(PACKAGE("<checksum type=\"what\" pkgid=\"YES\">da39</checksum>"), E_FORMAT,
	      "unknown checksum type 'what'");
	reads(PACKAGE(NAME("a", "noarch") VERSION SIZE PLACE SUM
		      "<checksum type=\"md5\" pkgid=\"NO\">x</checksum>"));
	ASSERT_EQ(universe_count(&u), 1);
}

TEST(bombs)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	fails("<!DOCTYPE metadata [<!ENTITY a \"aaaaaaaaaa\">]><metadata/>", E_FORMAT,
	      "declares entity 'a'");
	/* an attribute that does not end: refused long before all of it is in memory */
	strbuf_adds(&b, "<metadata><package><location href=\"");
	while (b.n < RPM_XML_SPAN + (1u << 20))
		strbuf_adds(&b, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	fails(b.p, E_LIMIT, "no element begins or ends within");
}

/* Every prefix ends in an error, never in a universe that is half of one. */
TEST(truncated)
{
	struct sv whole = SV("<metadata><package type=\"rpm\">" BASICS(
		"foo", "noarch") "<format><requires><entry name=\"a\"/></requires></format>"
				 "</package></metadata>");

	for (size_t n = 0; n < whole.n; n++)
		ASSERT_MSG(read_text(sv_head(whole, n)) == E_FORMAT, "%zu: %s", n, e.text);
	ASSERT_EQ(read_text(whole), 0);
}

TEST(size_is_what_is_listed)
{
	struct sv text = SV("<metadata></metadata>");
	const uint64_t sizes[] = { text.n - 1, text.n + 1 };

	reads("<metadata/>"); /* a universe */
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct stream *in = stream_from_mem(text);
		struct rpm_xml_input input = {
			.in = in, .shown = "x", .size = sizes[i], .max = 1000
		};

		e = ERR_INIT;
		ASSERT_EQ(rpm_primary_read(&c, &input, &e), E_VERIFY);
		ASSERT_HAS_STR(e.text, "'x' unpacks to ");
		stream_close(in);
	}
	struct stream *in = stream_from_mem(text);
	struct rpm_xml_input input = { .in = in, .shown = "x", .max = 10 };

	ASSERT_EQ(rpm_primary_read(&c, &input, &e), E_LIMIT);
	stream_close(in);
}

/* A stream that repeats one package without end is read in memory for one: what does not enter leaves nothing. */
struct endless {
	struct stream base;
	struct sv again, tail;
	uint64_t left; /* packages still to come */
	size_t at;     /* of the text that is on */
	struct sv on;
};

static ssize_t endless_read(struct stream *s, void *buf, size_t n, struct err *err)
{
	struct endless *x = (struct endless *)s;

	(void)err;
	if (x->at == x->on.n) {
		x->on = x->left ? x->again : x->tail;
		x->at = 0;
		if (x->left)
			x->left--;
		else
			x->tail = SV("");
	}
	n = MIN(n, x->on.n - x->at);
	memcpy(buf, x->on.p + x->at, n);
	x->at += n;
	return (ssize_t)n;
}

static void endless_close(struct stream *s)
{
	(void)s;
}

static long peak_kib(void)
{
	struct rusage use;

	ASSERT_EQ(getrusage(RUSAGE_SELF, &use), 0);
	return use.ru_maxrss;
}

TEST(memory_of_one_package)
{
	static const struct stream_ops ops = { endless_read, endless_close };
	struct endless x = {
		.base = { .ops = &ops },
		.again = SV("<package>" BASICS(
			"foo", "i686") "<format><provides>"
				       "<entry name=\"a\" flags=\"EQ\" ver=\"1\"/></provides>"
				       "<file>/usr/bin/foo</file></format></package>"),
		.tail = SV("</metadata>"),
		.left = 200000,
		.on = SV("<metadata>"),
	};
	struct rpm_xml_input input = { .in = &x.base, .shown = "x", .max = 1ull << 30 };
	long before;
	int r;

	reads("<metadata/>");
	before = peak_kib();
	r = rpm_primary_read(&c, &input, &e);
	ASSERT_MSG(r == 0, "%s", e.text);
	ASSERT_EQ(c.foreign, 200000);
	ASSERT_EQ(universe_count(&u), 0);
	/* 70 MB were read */
	ASSERT_MSG(peak_kib() - before < 8192, "%ld KiB more", peak_kib() - before);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repo/deb/deb_packages.h"

#include "tests/unit/test.h"

#define SHA "SHA256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
#define FILE_FIELDS "Filename: pool/a.deb\nSize: 5\n" SHA

static struct universe u;
static struct deb_packages_ctx c;

static void start(void)
{
	const struct arch *arch = NULL;
	struct err e = ERR_INIT;

	ASSERT_EQ(arch_find(SV("amd64"), &arch, &e), 0);
	deb_packages_done(&c);
	universe_done(&u);
	universe_init(&u, FAMILY_DEB, SV("amd64"));
	c = deb_packages_init(&u, arch,
			      universe_add_repo(&u,
						&(struct universe_repo){ .label = SV("test") }));
}

static int read_index(const char *text, struct err *e)
{
	start();
	*e = ERR_INIT;
	return deb_packages_read(&c, sv_from(text), e);
}

static const char *deps(const struct package *p, enum dep_kind kind)
{
	static struct strbuf b;

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
	struct err e;
	const struct package *p;

	ASSERT_MSG(read_index("Package: foo\nSource: bar (1.2)\nVersion: 1:2~3-4\n"
			      "Architecture: amd64\nMulti-Arch: same\nEssential: yes\n"
			      "Priority: required\nInstalled-Size: 12\nPre-Depends: p\n"
			      "Depends: a (>= 1) | b, c\nRecommends: r\nSuggests: s\nEnhances: e\n"
			      "Conflicts: x\nBreaks: y (<< 2)\nReplaces: z\nProvides: v (= 3), w\n"
			      "Filename: pool/main/f/foo.deb\nSize: 1234\nMD5sum: x\n" SHA
			      "Description: text\n more\n .\n end\nTag: t\n",
			      &e) == 0,
		   "%s", e.text);
	ASSERT_EQ(universe_count(&u), 1);
	p = universe_pkg(&u, 1);
	ASSERT_TRUE(sv_eq(universe_sv(&u, p->name), SV("foo")));
	ASSERT_TRUE(sv_eq(universe_sv(&u, p->source), SV("bar")));
	ASSERT_TRUE(sv_eq(universe_sv(&u, p->version), SV("1:2~3-4")));
	ASSERT_EQ(p->arch, u.native_arch);
	ASSERT_EQ(p->multi_arch, MULTI_ARCH_SAME);
	ASSERT_EQ(p->priority, PRIO_REQUIRED);
	ASSERT_TRUE(p->essential);
	ASSERT_EQ(p->installed_size, 12 * 1024);
	ASSERT_EQ(p->size, 1234);
	ASSERT_EQ(p->digest.kind, DIGEST_SHA256);
	ASSERT_TRUE(sv_eq(universe_filename(&u, p), SV("pool/main/f/foo.deb")));
	ASSERT_EQ_STR(deps(p, DEPK_REQUIRES), "p, a (>= 1) | b, c");
	ASSERT_EQ_STR(deps(p, DEPK_PRE_REQUIRES), "p");
	ASSERT_EQ_STR(deps(p, DEPK_RECOMMENDS), "r");
	ASSERT_EQ_STR(deps(p, DEPK_SUGGESTS), "s");
	ASSERT_EQ_STR(deps(p, DEPK_ENHANCES), "e");
	ASSERT_EQ_STR(deps(p, DEPK_CONFLICTS), "x");
	ASSERT_EQ_STR(deps(p, DEPK_BREAKS), "y (<< 2)");
	ASSERT_EQ_STR(deps(p, DEPK_REPLACES), "z");
	ASSERT_EQ_STR(deps(p, DEPK_PROVIDES), "v (= 3), w");
}

TEST(pre_depends_alone)
{
	struct err e;

	ASSERT_EQ(
		read_index("Package: a\nVersion: 1\nArchitecture: all\nPre-Depends: p\n" FILE_FIELDS
			   "\nPackage: b\nVersion: 1\nArchitecture: all\nDepends: d\n" FILE_FIELDS,
			   &e),
		0);
	ASSERT_EQ_STR(deps(universe_pkg(&u, 1), DEPK_REQUIRES), "p");
	ASSERT_EQ_STR(deps(universe_pkg(&u, 2), DEPK_REQUIRES), "d");
	ASSERT_EQ_STR(deps(universe_pkg(&u, 2), DEPK_PRE_REQUIRES), "");
}

TEST(other_architectures_are_left_out)
{
	struct err e;

	ASSERT_EQ(read_index("Package: a\nVersion: 1\nArchitecture: arm64\n" FILE_FIELDS
			     "\nPackage: b\nVersion: 1\nArchitecture: all\n" FILE_FIELDS,
			     &e),
		  0);
	ASSERT_EQ(c.added, 1);
	ASSERT_EQ(c.foreign, 1);
	ASSERT_TRUE(sv_eq(universe_sv(&u, universe_pkg(&u, 1)->name), SV("b")));
}

TEST(duplicate_stanza_is_tolerated)
{
	struct err e;

	ASSERT_EQ(read_index("Package: a\nVersion: 1\nArchitecture: all\n" FILE_FIELDS
			     "\nPackage: a\nVersion: 1\nArchitecture: all\n" FILE_FIELDS,
			     &e),
		  0);
	ASSERT_EQ(universe_finish(&u, &e), 0);
	ASSERT_TRUE(universe_pkg(&u, 2)->hidden);
}

TEST(empty_index)
{
	struct err e;

	ASSERT_EQ(read_index("", &e), 0);
	ASSERT_EQ(read_index("\n\n", &e), 0);
	ASSERT_EQ(universe_count(&u), 0);
}

#define PVA "Package: foo\nVersion: 1\nArchitecture: all\n"

TEST(errors)
{
	static const struct {
		const char *text, *error;
	} rows[] = {
		{ "Version: 1\n", "line 1: stanza has no field 'Package'" },
		{ "Package: foo\nArchitecture: all\n" FILE_FIELDS,
		  "package 'foo': line 1: stanza has no field 'Version'" },
		{ "Package: foo\nVersion: 1\n" FILE_FIELDS, "no field 'Architecture'" },
		{ PVA "Size: 1\n" SHA, "no field 'Filename'" },
		{ PVA "Filename: a\n" SHA, "no field 'Size'" },
		{ PVA "Filename: a\nSize: 1\nMD5sum: d41d8cd98f00b204e9800998ecf8427e\n",
		  "neither SHA256 nor SHA512" },
		{ "Package: f/o\n", "line 1: bad package name 'f/o'" },
		{ "Package: -foo\n", "bad package name" },
		{ "Package: foo bar\n", "bad package name" },
		{ "Package: foo\nVersion: 1:\nArchitecture: all\n" FILE_FIELDS,
		  "line 2: bad version '1:'" },
		{ PVA "Filename: /a\nSize: 1\n" SHA,
		  "line 4: field 'Filename': path '/a' is absolute" },
		{ PVA "Filename: a/../../b\nSize: 1\n" SHA, "is not plain: it has a part '..'" },
		{ PVA "Filename: a//b\nSize: 1\n" SHA, "is not plain" },
		{ PVA "Filename: a/\nSize: 1\n" SHA, "is not plain" },
		{ PVA "Filename: a\nSize: 1x\n" SHA, "line 5: field 'Size': not a number '1x'" },
		{ PVA "Filename: a\nSize: -1\n" SHA, "line 5: field 'Size'" },
		{ PVA "Filename: a\nSize: 99999999999999999999\n" SHA, "too large" },
		{ PVA "Filename: a\nSize: 1\nSHA256: abc\n", "line 6: SHA256 digest has 3 digits" },
		{ PVA "Multi-Arch: maybe\n" FILE_FIELDS, "line 4: unknown Multi-Arch 'maybe'" },
		{ PVA "Essential: x\n" FILE_FIELDS, "line 4: field 'Essential'" },
		{ PVA "Installed-Size: x\n" FILE_FIELDS, "line 4: field 'Installed-Size'" },
		{ PVA FILE_FIELDS "Depends: a,\n b (>> 1\n",
		  "package 'foo': field 'Depends': line 8:9: ')' expected" },
		{ PVA FILE_FIELDS "Conflicts: a | b\n",
		  "field 'Conflicts': line 7:12: alternatives" },
		{ PVA FILE_FIELDS PVA, "line 7: field 'Package' is there twice" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err e;

		ASSERT_MSG(read_index(rows[i].text, &e) == E_FORMAT, "row %zu passed", i);
		ASSERT_HAS_STR(e.text, rows[i].error);
	}
}

/* Cut at every byte: an error or fewer packages, never more than was there. */
TEST(truncated)
{
	static const char text[] =
		"Package: a\nVersion: 1\nArchitecture: all\n" FILE_FIELDS
		"\nPackage: b\nVersion: 2\nArchitecture: all\nDepends: x (>= 1) | y\n" FILE_FIELDS;

	for (size_t n = 0; n < sizeof(text) - 1; n++) {
		struct err e = ERR_INIT;

		start();
		if (deb_packages_read(&c, sv_of(text, n), &e) == 0)
			ASSERT_MSG(universe_count(&u) <= 1 || n >= sizeof(text) - 2, "at %zu", n);
		else
			ASSERT_TRUE(e.text[0]);
	}
}

TEST(control_file)
{
	struct deb_file f = { .filename = SV("x.deb"), .size = 9 };
	struct err e = ERR_INIT;

	start();
	digest_bytes(DIGEST_SHA256, "a", 1, &f.digest);
	ASSERT_EQ(deb_packages_read_control(&c, SV(PVA "Depends: d\n"), &f, &e), 0);
	ASSERT_TRUE(sv_eq(universe_filename(&u, universe_pkg(&u, 1)), SV("x.deb")));
	ASSERT_EQ(universe_pkg(&u, 1)->size, 9);
	ASSERT_TRUE(digest_eq(&universe_pkg(&u, 1)->digest, &f.digest));
	ASSERT_EQ(deb_packages_read_control(&c, SV(""), &f, &e), E_FORMAT);
	ASSERT_EQ(deb_packages_read_control(&c, SV(PVA "\n" PVA), &f, &e), E_FORMAT);
	ASSERT_HAS_STR(e.text, "line 5: second stanza");
	deb_packages_done(&c);
	c = (struct deb_packages_ctx){ 0 };
	universe_done(&u);
}

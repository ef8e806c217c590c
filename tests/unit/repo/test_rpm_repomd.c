/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repo/rpm/rpm_repomd.h"

#include "base/strbuf.h"
#include "tests/unit/test.h"

#define SHA256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define SUM "<checksum type=\"sha256\">" SHA256 "</checksum>"
#define AT(path) "<location href=\"repodata/" path "\"/>"

static struct arena arena;
static struct rpm_repomd md;
static struct err e;

static int parse(const char *text)
{
	rpm_repomd_done(&md);
	md = (struct rpm_repomd){ .date = 0 };
	e = ERR_INIT;
	return rpm_repomd_parse(sv_from(text), "repomd.xml", &arena, &md, &e);
}

static void fails(const char *text, int code, const char *words)
{
	int r = parse(text);

	ASSERT_MSG(r == code, "%d for %s: %s", r, text, e.text);
	ASSERT_HAS_STR(e.text, words);
}

static const char *str(struct sv s)
{
	return s.n ? arena_cstr(&arena, s) : "";
}

TEST(fields)
{
	ASSERT_MSG(
		parse("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		      "<repomd xmlns=\"http://linux.duke.edu/metadata/repo\">\n"
		      " <revision> 1644263915 </revision>\n"
		      " <tags><content>pool</content>"
		      "<distro cpeid=\"cpe:/o:fedoraproject:fedora:42\">Fedora 42</distro>"
		      "<distro>other</distro></tags>\n"
		      " <data type=\"primary\">" SUM
		      "<open-checksum type=\"sha1\">zz</open-checksum>" AT(
			      "p.xml.gz") "<timestamp>1644263915.25</timestamp><size>12</size>"
					  "<open-size>345</open-size></data>\n"
					  " <data type=\"primary_zck\">" SUM AT(
						  "p.xml.zck") "</data>\n"
							       " <data type=\"primary_db\"><checksum type=\"md5\">1</checksum></data>\n"
							       " <data type=\"group\"/>\n"
							       " <data type=\"modules\">" SUM AT(
								       "m.yaml") "</data>\n"
										 "</repomd>\n") ==
			0,
		"%s", e.text);
	ASSERT_EQ_STR(str(md.revision), "1644263915");
	ASSERT_EQ_STR(str(md.distro), "Fedora 42");
	ASSERT_EQ_STR(str(md.cpeid), "cpe:/o:fedoraproject:fedora:42");
	ASSERT_EQ(md.date, 1644263915);
	ASSERT_EQ(md.data.n, 3);
	ASSERT_EQ(md.data.v[0].kind, RPM_DATA_PRIMARY);
	ASSERT_EQ_STR(md.data.v[0].href, "repodata/p.xml.gz");
	ASSERT_EQ(md.data.v[0].size, 12);
	ASSERT_EQ(md.data.v[0].open_size, 345);
	ASSERT_EQ(md.data.v[0].digest.kind, DIGEST_SHA256);
	ASSERT_EQ_STR(str(md.data.v[1].type), "primary_zck");
	ASSERT_EQ(md.data.v[1].kind, RPM_DATA_PRIMARY);
	ASSERT_EQ(md.data.v[1].size, 0);
	ASSERT_EQ(md.data.v[2].kind, RPM_DATA_MODULES);
}

TEST(date)
{
	static const struct {
		const char *revision;
		int64_t date;
	} rows[] = {
		{ "1700000000", 1700000000 }, /* a time */
		{ "42", 1600000001 },         /* a counter: the newest timestamp */
		{ "20240131", 1600000001 },
		{ "rawhide", 1600000001 },
		{ "99999999999999999999999", 1600000001 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

		strbuf_addf(
			&b,
			"<repomd><revision>%s</revision><data type=\"primary\">" SUM AT(
				"p") "<timestamp>1600000001</timestamp></data><data type=\"filelists\">" SUM
				AT("f") "<timestamp>1600000000</timestamp></data></repomd>",
			rows[i].revision);
		ASSERT_MSG(parse(b.p) == 0, "%s", e.text);
		ASSERT_EQ(md.date, rows[i].date);
	}
	ASSERT_EQ(parse("<repomd/>"), 0);
	ASSERT_EQ(md.date, 0);
}

TEST(digest_kinds)
{
	static const struct {
		const char *type;
		size_t size;
	} rows[] = { { "sha224", 28 }, { "sha256", 32 }, { "SHA384", 48 }, { "sha512", 64 } };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
		bool strong = rows[i].size >= 32;

		strbuf_addf(&b, "<repomd><data type=\"primary\"><checksum type=\"%s\">",
			    rows[i].type);
		for (size_t k = 0; k < rows[i].size; k++)
			strbuf_adds(&b, "0f");
		strbuf_adds(&b, "</checksum>" AT("p") "</data></repomd>");
		ASSERT_MSG(parse(b.p) == (strong ? 0 : E_VERIFY), "%s: %s", rows[i].type, e.text);
	}
	fails("<repomd><data type=\"primary\"><checksum type=\"sha\">"
	      "da39a3ee5e6b4b0d3255bfef95601890afd80709</checksum>" AT("p") "</data></repomd>",
	      E_VERIFY, "'primary' is listed with a digest that proves nothing (SHA1)");
	ASSERT_HAS_STR(e.hint, "createrepo_c");
	fails("<repomd><data type=\"modules\"><checksum type=\"md5\">"
	      "d41d8cd98f00b204e9800998ecf8427e</checksum>" AT("p") "</data></repomd>",
	      E_VERIFY, "(MD5)");
}

TEST(malformed)
{
	fails("", E_FORMAT, "repomd.xml:1:1: no element found");
	fails("<repomd>", E_FORMAT, "repomd.xml:1:9: no element found");
	fails("<repomd>\n <data>\n</repomd>", E_FORMAT, "repomd.xml:2:2: <data> has no type");
	fails("<metadata/>", E_FORMAT, "root element is <metadata>, not <repomd>");
	fails("<repomd><data type=\"primary\">" SUM "</data></repomd>", E_FORMAT,
	      "data 'primary' has no location");
	fails("<repomd><data type=\"primary\">" AT("p") "</data></repomd>", E_FORMAT,
	      "has no checksum");
	fails("<repomd><data type=\"primary\"><checksum type=\"sha256\">12</checksum>" AT(
		      "p") "</data></repomd>",
	      E_FORMAT, "data 'primary'");
	fails("<repomd><data type=\"primary\"><checksum type=\"crc\">12</checksum></data></repomd>",
	      E_FORMAT, "unknown checksum type 'crc'");
	fails("<repomd><data type=\"primary\"><size>12x</size></data></repomd>", E_FORMAT,
	      "<size>");
	fails("<repomd><data type=\"primary\"><size>99999999999999999999</size></data></repomd>",
	      E_FORMAT, "<size>");
	fails("<repomd><data type=\"primary\">" SUM AT(
		      "p") "<size>4294967296</size></data></repomd>",
	      E_LIMIT, "has 4294967296 bytes, at most 1073741824 are accepted");
	fails("<repomd><data type=\"primary\">" SUM AT(
		      "p") "<open-size>18446744073709551615</open-size></data></repomd>",
	      E_LIMIT, "unpacks to 18446744073709551615 bytes");
}

TEST(places)
{
	static const char *const bad[] = { "/etc/passwd", "../x", "a/../../x", "a//b", "" };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

		strbuf_addf(&b,
			    "<repomd><data type=\"primary\">" SUM
			    "<location href=\"%s\"/></data></repomd>",
			    bad[i]);
		fails(b.p, E_FORMAT, "location: path");
	}
	fails("<repomd><data type=\"primary\">" SUM
	      "<location xml:base=\"http://h/\" href=\"p\"/></data></repomd>",
	      E_FORMAT, "location lies elsewhere: xml:base is 'http://h/'");
	ASSERT_EQ(parse("<repomd><data type=\"primary\">" SUM
			"<location xml:base=\"\" href=\"p\"/></data></repomd>"),
		  0);
}

TEST(entities)
{
	fails("<!DOCTYPE repomd [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>"
	      "<repomd><revision>&b;</revision></repomd>",
	      E_FORMAT, "declares entity 'a'");
	fails("<!DOCTYPE repomd [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>"
	      "<repomd><revision>&a;</revision></repomd>",
	      E_FORMAT, "declares entity 'a'");
	fails("<repomd><revision>&nowhere;</revision></repomd>", E_FORMAT, "undefined entity");
}

TEST(bounds)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_adds(&b, "<repomd>");
	for (int i = 0; i < 100; i++)
		strbuf_adds(&b, "<a>");
	fails(b.p, E_LIMIT, "nest deeper");

	strbuf_clear(&b);
	strbuf_adds(&b, "<repomd>");
	for (unsigned i = 0; i <= RPM_REPOMD_DATA_MAX; i++)
		strbuf_adds(&b, "<data type=\"primary\">" SUM AT("p") "</data>");
	strbuf_adds(&b, "</repomd>");
	fails(b.p, E_LIMIT, "more than 1000 files");

	strbuf_clear(&b);
	strbuf_adds(&b, "<repomd><revision>");
	for (int i = 0; i < 20000; i++)
		strbuf_adds(&b, "0123456789012345678901234567890123456789012345678901234567890123");
	strbuf_adds(&b, "</revision></repomd>");
	fails(b.p, E_LIMIT, "text of an element is longer");
}

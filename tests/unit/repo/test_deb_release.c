/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repo/deb/deb_release.h"

#include "tests/unit/test.h"

#define H64 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define G64 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define H128 H64 H64

static struct deb_release rel;

static int parse(const char *text, struct err *e)
{
	*e = ERR_INIT;
	deb_release_done(&rel);
	rel = (struct deb_release){ .date = 0 };
	return deb_release_parse(sv_from(text), &rel, e);
}

TEST(fields)
{
	struct err e;
	const struct deb_entry *f;

	ASSERT_MSG(
		parse("Origin: Debian\nLabel: L\nSuite: stable\nVersion: 13.1\nCodename: trixie\n"
		      "Date: Sat, 12 Sep 2026 07:55:41 UTC\nValid-Until: Sat, 19 Sep 2026 07:55:41 UTC\n"
		      "Acquire-By-Hash: yes\nNo-Support-for-Architecture-all: Packages\n"
		      "Architectures: all amd64 arm64\nComponents: main contrib\nMD5Sum:\n x 1 y\n"
		      "SHA256:\n " H64 " 0 main/binary-amd64/Packages\n " G64
		      "      3 ./Packages.gz\n",
		      &e) == 0,
		"%s", e.text);
	ASSERT_TRUE(sv_eq(rel.origin, SV("Debian")) && sv_eq(rel.codename, SV("trixie")) &&
		    sv_eq(rel.suite, SV("stable")) && sv_eq(rel.version, SV("13.1")));
	ASSERT_TRUE(sv_eq(rel.components, SV("main contrib")));
	ASSERT_EQ(rel.date, 1789199741);
	ASSERT_EQ(rel.valid_until, 1789199741 + 7 * 86400);
	ASSERT_TRUE(rel.by_hash);
	ASSERT_FALSE(rel.all_is_separate);
	f = deb_release_find(&rel, SV("main/binary-amd64/Packages"));
	ASSERT_NOT_NULL(f);
	ASSERT_EQ(f->size, 0);
	f = deb_release_find(&rel, SV("Packages.gz"));
	ASSERT_NOT_NULL(f);
	ASSERT_EQ(f->size, 3);
	ASSERT_EQ(f->digest.bytes[0], 0xba);
	ASSERT_NULL(deb_release_find(&rel, SV("Packages")));
	ASSERT_NULL(deb_release_find(&rel, SV("y")));
}

TEST(all_is_separate)
{
	struct err e;

	ASSERT_EQ(parse("Architectures: amd64 all\nSHA256:\n " H64 " 0 a\n", &e), 0);
	ASSERT_TRUE(rel.all_is_separate);
	ASSERT_EQ(parse("Architectures: amd64\nSHA256:\n " H64 " 0 a\n", &e), 0);
	ASSERT_FALSE(rel.all_is_separate);
}

TEST(digests)
{
	struct err e;

	ASSERT_EQ(parse("SHA512:\n " H128 " 5 a\n " H128 " 6 b\nSHA256:\n " G64 " 5 a\n", &e), 0);
	ASSERT_EQ(deb_release_find(&rel, SV("a"))->digest.kind, DIGEST_SHA256);
	ASSERT_EQ(deb_release_find(&rel, SV("b"))->digest.kind, DIGEST_SHA512);
	ASSERT_EQ(rel.entries.n, 2);
	ASSERT_EQ(parse("SHA256:\n " G64 " 5 a\n " G64 " 5 a\n", &e), 0);
	ASSERT_EQ(rel.entries.n, 1);
}

TEST(errors)
{
	static const struct {
		const char *text;
		int code;
		const char *error;
	} rows[] = {
		{ "", E_FORMAT, "file is empty" },
		{ "Origin: x\n", E_VERIFY, "SHA256" },
		{ "MD5Sum:\n d41d8cd98f00b204e9800998ecf8427e 0 a\n", E_VERIFY, "SHA256" },
		{ "SHA256:\n " H64 " 0 a\n\nOrigin: y\n", E_FORMAT, "line 4: second stanza" },
		{ "SHA256:\n " H64 " 0\n", E_FORMAT, "line 2: '" H64 " 0' is not" },
		{ "SHA256:\n " H64 " 0 a b\n", E_FORMAT, "line 2" },
		{ "SHA256:\n " H64 " 0 a\n " H64 "ff 0 b\n", E_FORMAT, "line 3: 'b'" },
		{ "SHA256:\n " H64 " 12x a\n", E_FORMAT, "not a number '12x'" },
		{ "SHA256:\n " H64 " 99999999999999999999 a\n", E_FORMAT, "too large" },
		{ "SHA256:\n " H64 " 0 a\n " G64 " 0 a\n", E_FORMAT, "'a' is listed twice" },
		{ "SHA256:\n " H64 " 0 a\nSHA512:\n " H128 " 1 a\n", E_FORMAT,
		  "'a' is listed twice" },
		{ "Date: today\nSHA256:\n " H64 " 0 a\n", E_FORMAT,
		  "line 1: field 'Date': bad date" },
		{ "Acquire-By-Hash: x\nSHA256:\n " H64 " 0 a\n", E_FORMAT,
		  "neither 'yes' nor 'no'" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err e;

		ASSERT_MSG(parse(rows[i].text, &e) == rows[i].code, "row %zu: %s", i, e.text);
		ASSERT_HAS_STR(e.text, rows[i].error);
		ASSERT_EQ(rel.entries.n, 0);
	}
	deb_release_done(&rel);
}

TEST(dates)
{
	static const struct {
		const char *text;
		int64_t want; /* -1: bad */
	} rows[] = {
		{ "Thu, 01 Jan 1970 00:00:00 UTC", 0 },
		{ "Thu, 1 Jan 1970 0:00:01 GMT", 1 },
		{ "Sat, 09 Aug 2025 08:52:03 UTC", 1754729523 },
		{ "Sat, 09 Aug 2025 08:52:03 Z", 1754729523 },
		{ "Sat, 09 Aug 2025 10:52:03 +0200", 1754729523 },
		{ "Sat, 09 Aug 2025 03:22:03 -0530", 1754729523 },
		{ "Thu, 29 Feb 2024 23:59:59 UTC", 1709251199 },
		{ "Fri, 31 Dec 9999 23:59:59 UTC", 253402300799 },
		{ "Tue, 29 Feb 2000 00:00:00 UTC", 951782400 },
		{ "Thu, 29 Feb 2023 00:00:00 UTC", -1 },
		{ "Thu, 29 Feb 2100 00:00:00 UTC", -1 },
		{ "Sat, 32 Aug 2025 08:52:03 UTC", -1 },
		{ "Sat, 00 Aug 2025 08:52:03 UTC", -1 },
		{ "Sat, 09 Aug 2025 24:52:03 UTC", -1 },
		{ "Sat, 09 Aug 2025 08:60:03 UTC", -1 },
		{ "Sat, 09 Aug 2025 08:52 UTC", -1 },
		{ "Sat, 09 Aug 2025 08:52:03:04 UTC", -1 },
		{ "Sat, 09 Aug 2025 08:52:03 CET", -1 },
		{ "Sat, 09 Aug 2025 08:52:03", -1 },
		{ "Sat, 09 Aug 2025 08:52:03 UTC x", -1 },
		{ "Sat 09 Aug 2025 08:52:03 UTC", -1 },
		{ "Xyz, 09 Aug 2025 08:52:03 UTC", -1 },
		{ "Sat, 09 Avg 2025 08:52:03 UTC", -1 },
		{ "Sat, -9 Aug 2025 08:52:03 UTC", -1 },
		{ "Sat, 09 Aug 10000 08:52:03 UTC", -1 },
		{ "2025-08-09T08:52:03Z", -1 },
		{ "", -1 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err e = ERR_INIT;
		int64_t t = 7;
		int r = deb_date_parse(sv_from(rows[i].text), &t, &e);

		ASSERT_MSG((r == 0) == (rows[i].want >= 0), "'%s': %s", rows[i].text, e.text);
		ASSERT_MSG(t == (r == 0 ? rows[i].want : 7), "'%s': %lld", rows[i].text,
			   (long long)t);
	}
}

#define BEGIN "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n"
#define SIG "-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----"

TEST(clearsign)
{
	static const struct {
		const char *text, *payload;
	} rows[] = {
		{ BEGIN "A: 1\n B\n" SIG "\n", "A: 1\n B\n" },
		{ BEGIN "A: 1\n" SIG, "A: 1\n" },
		{ BEGIN SIG "\n\n \n", "" },
		{ BEGIN "- -----BEGIN\n- - x\n- \n" SIG "\n", "-----BEGIN\n- x\n\n" },
		{ BEGIN "A: 1  \t\n \n" SIG "\n", "A: 1\n\n" },
		{ "-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA512\r\n\r\nA: 1\r\n"
		  "-----BEGIN PGP SIGNATURE-----\r\nabc\r\n-----END PGP SIGNATURE-----\r\n",
		  "A: 1\n" },
		{ "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\nHash: SHA512\n\nA: 1\n" SIG,
		  "A: 1\n" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct strbuf payload = STRBUF_INIT;
		struct sv sig = SV_NULL;
		struct err e = ERR_INIT;

		ASSERT_MSG(deb_clearsign_split(sv_from(rows[i].text), &payload, &sig, &e) == 0,
			   "row %zu: %s", i, e.text);
		ASSERT_EQ_STR(payload.p ? payload.p : "", rows[i].payload);
		ASSERT_TRUE(sv_starts(sig, SV("-----BEGIN PGP SIGNATURE-----")));
		ASSERT_TRUE(sv_ends(sig, SV("-----END PGP SIGNATURE-----")));
		strbuf_done(&payload);
	}
}

TEST(clearsign_errors)
{
	static const struct {
		const char *text, *error;
	} rows[] = {
		{ "", "line 1" },
		{ "A: 1\n", "line 1" },
		{ "\n" BEGIN "A: 1\n" SIG "\n", "line 1" },
		{ "Evil: yes\n" BEGIN "A: 1\n" SIG "\n", "line 1" },
		{ BEGIN "A: 1\n" SIG "\nEvil: yes\n", "line 9: text behind the signature" },
		{ BEGIN "A: 1\n" SIG "\n" BEGIN "B: 1\n" SIG "\n", "behind the signature" },
		{ BEGIN "A: 1\n-B: 1\n" SIG "\n", "line 5: '-' is not escaped" },
		{ BEGIN "A: 1\n-----BEGIN PGP SIGNED MESSAGE-----\n" SIG "\n", "line 5" },
		{ "-----BEGIN PGP SIGNED MESSAGE-----\nEvil: yes\n\nA: 1\n" SIG "\n", "line 2" },
		{ "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n", "cut off in the header" },
		{ BEGIN "A: 1\n", "cut off" },
		{ BEGIN "A: 1\n-----BEGIN PGP SIGNATURE-----\nabc\n", "cut off" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct strbuf payload = STRBUF_INIT;
		struct sv sig = SV_NULL;
		struct err e = ERR_INIT;

		ASSERT_MSG(deb_clearsign_split(sv_from(rows[i].text), &payload, &sig, &e) ==
				   E_FORMAT,
			   "row %zu passed", i);
		ASSERT_HAS_STR(e.text, rows[i].error);
		ASSERT_NULL(payload.p);
	}
}

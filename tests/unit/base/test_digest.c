/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/digest.h"

#include "base/macros.h"
#include "tests/unit/test.h"

/* "abc", from FIPS 180-4's examples and RFC 1321's test suite. */
static const struct {
	enum digest_kind kind;
	const char *name, *hex;
	bool strong;
} rows[] = {
	{ DIGEST_MD5, "MD5", "900150983cd24fb0d6963f7d28e17f72", false },
	{ DIGEST_SHA1, "SHA1", "a9993e364706816aba3e25717850c26c9cd0d89d", false },
	{ DIGEST_SHA224, "SHA224", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7",
	  false },
	{ DIGEST_SHA256, "SHA256",
	  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", true },
	{ DIGEST_SHA384, "SHA384",
	  "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
	  "8086072ba1e7cc2358baeca134c825a7",
	  true },
	{ DIGEST_SHA512, "SHA512",
	  "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
	  "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
	  true },
	{ DIGEST_SHA3_256, "SHA3-256",
	  "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532", true },
};

TEST(known_values)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct digest d, parsed;
		struct err e = ERR_INIT;
		char hex[DIGEST_MAX * 2 + 1];

		digest_bytes(rows[i].kind, "abc", 3, &d);
		digest_hex(&d, hex);
		ASSERT_EQ_STR(hex, rows[i].hex);
		ASSERT_EQ_STR(digest_name(rows[i].kind), rows[i].name);
		ASSERT_EQ_INT(digest_size(rows[i].kind) * 2, strlen(rows[i].hex));
		ASSERT_EQ_INT(digest_is_strong(rows[i].kind), rows[i].strong);
		ASSERT_EQ_INT(digest_parse(rows[i].kind, sv_from(rows[i].hex), &parsed, &e), 0);
		ASSERT_TRUE(digest_eq(&d, &parsed));
		parsed.bytes[digest_size(rows[i].kind) - 1] ^= 1;
		ASSERT_FALSE(digest_eq(&d, &parsed));
	}
	ASSERT_FALSE(digest_is_strong(DIGEST_NONE));
	ASSERT_EQ_INT(digest_size(DIGEST_NONE), 0);
}

TEST(pieces_and_reset)
{
	struct digest_ctx *c = digest_ctx_new(DIGEST_SHA256);
	struct digest a, b, whole;

	digest_bytes(DIGEST_SHA256, "abc", 3, &whole);
	digest_ctx_update(c, "a", 1);
	digest_ctx_update(c, NULL, 0);
	digest_ctx_update(c, "bc", 2);
	digest_ctx_final(c, &a);
	ASSERT_TRUE(digest_eq(&a, &whole));
	digest_ctx_update(c, "abc", 3);
	digest_ctx_final(c, &b);
	ASSERT_TRUE(digest_eq(&b, &whole));
	digest_ctx_free(c);
	digest_ctx_free(NULL);
}

TEST(malformed_hex)
{
	struct err e = ERR_INIT;
	struct digest d = { .kind = DIGEST_NONE };
	char hex[] = "900150983cd24fb0d6963f7d28e17f72";

	ASSERT_EQ_INT(digest_parse(DIGEST_MD5, SV(""), &d, &e), E_FORMAT);
	ASSERT_EQ_INT(digest_parse(DIGEST_SHA1, sv_from(hex), &d, &e), E_FORMAT);
	hex[31] = 'g';
	ASSERT_EQ_INT(digest_parse(DIGEST_MD5, sv_from(hex), &d, &e), E_FORMAT);
	ASSERT_EQ_INT(d.kind, DIGEST_NONE);
	hex[31] = 'F';
	ASSERT_EQ_INT(digest_parse(DIGEST_MD5, sv_from(hex), &d, &e), 0);
}

TEST(kinds_differ)
{
	struct digest none = { .kind = DIGEST_NONE }, a = { .kind = DIGEST_SHA256 }, b = a;

	b.kind = DIGEST_SHA512;
	ASSERT_FALSE(digest_eq(&a, &b));
	ASSERT_FALSE(digest_eq(&none, &none));
}

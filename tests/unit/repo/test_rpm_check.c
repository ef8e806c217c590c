/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every digest and size that a package may carry of itself: right, wrong, and what proves something. */
#include <stdio.h>

#include "base/digest.h"
#include "tests/unit/repo/rpm_fixture.h"
#include "tests/unit/test.h"

static const char payload_text[] = "the payload, as it is packed";

enum place { HEADER, BOTH }; /* of which bytes */

static struct sv hex_of(enum digest_kind kind, struct sv bytes, char hex[DIGEST_MAX * 2 + 1])
{
	struct digest d;

	digest_bytes(kind, bytes.p, bytes.n, &d);
	digest_hex(&d, hex);
	return sv_from(hex);
}

/* Checks a file whose header has h and whose signature header has a digest of the place, or its wrong twin. */
static int check(struct fx_header *h, uint32_t tag, enum digest_kind kind, enum place place,
		 bool wrong, bool *ret_proved, struct err *e)
{
	_cleanup_(arena_done) struct arena a = ARENA_INIT;
	_cleanup_strbuf_ struct strbuf file = STRBUF_INIT, header = STRBUF_INIT;
	struct sv payload = sv_from(payload_text);
	struct fx_header sig = { 0 };
	struct rpm_file f;
	char hex[DIGEST_MAX * 2 + 1];
	int r;

	*e = ERR_INIT;
	fx_header_basics(h, "foo");
	fx_header_bytes(h, &header);
	if (place == BOTH)
		strbuf_add(&header, payload);
	if (kind == DIGEST_MD5) {
		struct digest d;

		digest_bytes(kind, header.p, header.n, &d);
		d.bytes[3] ^= wrong;
		fx_header_entry(&sig, tag, RPM_TYPE_BIN, 0, 16);
		strbuf_add(&sig.data, sv_of(d.bytes, 16));
	} else if (place == HEADER) {
		hex_of(kind, strbuf_sv(&header), hex);
		hex[5] = wrong ? (hex[5] == '0' ? '1' : '0') : hex[5];
		fx_header_text(&sig, tag, hex);
	} else {
		fx_header_text(&sig, 9999, "no digest");
	}
	fx_rpm_signed(&file, &sig, h, payload);
	r = rpm_file_open(strbuf_sv(&file), &a, &f, e);
	ASSERT_MSG(r == 0, "%s", e->text);
	r = rpm_file_check(&f, true, ret_proved, e);
	fx_header_done(&sig);
	fx_header_done(h);
	return r;
}

TEST(of_the_header)
{
	static const struct {
		uint32_t tag;
		enum digest_kind kind;
		enum place place;
		const char *words;
	} rows[] = {
		{ RPMSIGTAG_SHA1, DIGEST_SHA1, HEADER, "header: SHA1 digest is " },
		{ RPMSIGTAG_SHA256, DIGEST_SHA256, HEADER, "header: SHA256 digest is " },
		{ RPMSIGTAG_SHA3_256, DIGEST_SHA3_256, HEADER, "header: SHA3-256 digest is " },
		{ RPMSIGTAG_MD5, DIGEST_MD5, BOTH, "header and payload: MD5 digest is " },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		for (int wrong = 0; wrong < 2; wrong++) {
			struct fx_header h = { 0 };
			struct err e;
			bool proved = true;
			int r = check(&h, rows[i].tag, rows[i].kind, rows[i].place, wrong, &proved,
				      &e);

			ASSERT_MSG(r == (wrong ? E_VERIFY : 0), "row %zu: %s", i, e.text);
			if (wrong)
				ASSERT_HAS_STR(e.text, rows[i].words);
			else /* the payload has none, or none that counts */
				ASSERT_FALSE(proved);
		}
}

TEST(of_the_payload)
{
	static const struct {
		uint32_t tag;
		const char *algorithm;
		enum digest_kind kind;
		bool proves;
	} rows[] = {
		{ RPMTAG_PAYLOADSHA256, NULL, DIGEST_SHA256, true },
		{ RPMTAG_PAYLOADSHA256, "8", DIGEST_SHA256, true },
		{ RPMTAG_PAYLOADSHA256, "10", DIGEST_SHA512, true },
		{ RPMTAG_PAYLOADSHA256, "2", DIGEST_SHA1, false },
		{ RPMTAG_PAYLOADSHA512, NULL, DIGEST_SHA512, true },
		{ RPMTAG_PAYLOADSHA3_256, NULL, DIGEST_SHA3_256, true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		for (int wrong = 0; wrong < 2; wrong++) {
			struct fx_header h = { 0 };
			char hex[DIGEST_MAX * 2 + 1];
			bool proved = !rows[i].proves;
			struct err e;
			int r;

			hex_of(rows[i].kind, sv_from(wrong ? "another" : payload_text), hex);
			fx_header_texts(&h, rows[i].tag, hex);
			if (rows[i].algorithm)
				fx_header_numbers(&h, RPMTAG_PAYLOADSHA256ALGO, RPM_TYPE_INT32,
						  rows[i].algorithm);
			r = check(&h, RPMSIGTAG_SHA256, DIGEST_SHA256, HEADER, false, &proved, &e);
			ASSERT_MSG(r == (wrong ? E_VERIFY : 0), "row %zu: %s", i, e.text);
			if (wrong)
				ASSERT_HAS_STR(e.text, "payload: ");
			else
				ASSERT_EQ(proved, rows[i].proves);
		}
}

TEST(unknown_and_sizes)
{
	struct fx_header h = { 0 };
	bool proved;
	struct err e;

	fx_header_texts(&h, RPMTAG_PAYLOADSHA256, "00");
	fx_header_numbers(&h, RPMTAG_PAYLOADSHA256ALGO, RPM_TYPE_INT32, "99");
	ASSERT_EQ(check(&h, 9999, DIGEST_SHA1, HEADER, false, &proved, &e), E_VERIFY);
	ASSERT_HAS_STR(e.text, "payload digest of an unknown kind");

	fx_header_numbers(&h, RPMTAG_PAYLOADSIZE, RPM_TYPE_INT64, "27");
	ASSERT_EQ(check(&h, 9999, DIGEST_SHA1, HEADER, false, &proved, &e), E_VERIFY);
	ASSERT_HAS_STR(e.text, "payload: size is 28 bytes, the package says 27");
	fx_header_numbers(&h, RPMTAG_PAYLOADSIZE, RPM_TYPE_INT64, "28");
	ASSERT_EQ(check(&h, 9999, DIGEST_SHA1, HEADER, false, &proved, &e), 0);
}

/* In the signature's header: 32 bits, or 64, which count alone. */
TEST(sizes_of_the_signature)
{
	static const struct {
		int32_t more,
			more_long; /* than the file has behind the signature's header; -1: no such tag */
		bool right;
	} rows[] = { { 0, -1, true },  { 1, -1, false }, { -1, 0, true },
		     { -1, 1, false }, { 1, 0, true },   { 0, 1, false } };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(arena_done) struct arena a = ARENA_INIT;
		_cleanup_strbuf_ struct strbuf file = STRBUF_INIT, header = STRBUF_INIT;
		struct fx_header h = { 0 }, sig = { 0 };
		struct err e = ERR_INIT;
		struct rpm_file f;
		char number[24];
		size_t n;
		int r;

		fx_header_basics(&h, "foo");
		fx_header_bytes(&h, &header);
		n = header.n + sizeof(payload_text) - 1;
		if (rows[i].more >= 0) {
			snprintf(number, sizeof(number), "%zu", n + (size_t)rows[i].more);
			fx_header_numbers(&sig, RPMSIGTAG_SIZE, RPM_TYPE_INT32, number);
		}
		if (rows[i].more_long >= 0) {
			snprintf(number, sizeof(number), "%zu", n + (size_t)rows[i].more_long);
			fx_header_numbers(&sig, RPMSIGTAG_LONGSIZE, RPM_TYPE_INT64, number);
		}
		fx_rpm_signed(&file, &sig, &h, sv_from(payload_text));
		ASSERT_EQ(rpm_file_open(strbuf_sv(&file), &a, &f, &e), 0);
		r = rpm_file_check(&f, true, NULL, &e);
		ASSERT_MSG(r == (rows[i].right ? 0 : E_VERIFY), "row %zu: %s", i, e.text);
		if (r < 0)
			ASSERT_HAS_STR(e.text, "header and payload: size is ");
		fx_header_done(&sig);
		fx_header_done(&h);
	}
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "build/json.h"

#include "../test.h"

TEST(json_text_and_escapes)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	struct err e = ERR_INIT;
	struct json j;

	json_init(&j);
	json_object(&j, NULL);
	json_text(&j, "a", SV("x\"\\\n\x01"));
	json_text(&j, "bad", SV("\xff\xc3\xa9\xed\xa0\x80"));
	json_array(&j, "list");
	json_number(&j, NULL, -5);
	json_bool(&j, NULL, true);
	json_end(&j);
	json_end(&j);
	ASSERT_EQ_INT(json_finish(&j, &out, &e), 0);
	ASSERT_EQ_STR(out.p,
		      "{\n  \"a\": \"x\\\"\\\\\\n\\u0001\",\n"
		      "  \"bad\": \"\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\",\n"
		      "  \"list\": [\n    -5,\n    true\n  ]\n}\n");
}

TEST(json_digest_member)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	struct digest d = { .kind = DIGEST_NONE };
	struct err e = ERR_INIT;
	struct json j;

	json_init(&j);
	json_object(&j, NULL);
	json_digest(&j, &d);
	digest_bytes(DIGEST_SHA256, "", 0, &d);
	json_digest(&j, &d);
	json_end(&j);
	ASSERT_EQ_INT(json_finish(&j, &out, &e), 0);
	ASSERT_EQ_STR(out.p,
		      "{\n  \"sha256\": "
		      "\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"\n}\n");
}

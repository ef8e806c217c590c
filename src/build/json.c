/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "build/json.h"

#include <stdlib.h>
#include <yyjson.h>

#include "base/arena.h"

void json_init(struct json *j)
{
	*j = (struct json){ .doc = yyjson_mut_doc_new(NULL) };
	ASSERT(j->doc);
}

static void add(struct json *j, const char *key, yyjson_mut_val *val)
{
	yyjson_mut_val *top = j->depth > 0 ? j->stack[j->depth - 1] : NULL;

	ASSERT(val);
	if (!top)
		yyjson_mut_doc_set_root(j->doc, val);
	else if (yyjson_mut_is_arr(top))
		ASSERT(yyjson_mut_arr_append(top, val));
	else
		ASSERT(key && yyjson_mut_obj_add(top, yyjson_mut_strcpy(j->doc, key), val));
}

static void push(struct json *j, const char *key, yyjson_mut_val *val)
{
	add(j, key, val);
	ASSERT(j->depth < ARRAY_SIZE(j->stack));
	j->stack[j->depth++] = val;
}

void json_object(struct json *j, const char *key)
{
	push(j, key, yyjson_mut_obj(j->doc));
}

void json_array(struct json *j, const char *key)
{
	push(j, key, yyjson_mut_arr(j->doc));
}

void json_end(struct json *j)
{
	ASSERT(j->depth > 0);
	j->depth--;
}

/* Length of the UTF-8 sequence at p, or 0 when it is not one (RFC 3629). */
static size_t utf8_length(const unsigned char *p, size_t n)
{
	size_t want = p[0] < 0x80                   ? 1
		      : p[0] >= 0xc2 && p[0] < 0xe0 ? 2
		      : (p[0] & 0xf0) == 0xe0       ? 3
		      : p[0] >= 0xf0 && p[0] < 0xf5 ? 4
						    : 0;

	if (want == 0 || want > n)
		return 0;
	for (size_t i = 1; i < want; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if (want == 3 && ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f)))
		return 0;
	if (want == 4 && ((p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f)))
		return 0;
	return want;
}

void json_text(struct json *j, const char *key, struct sv value)
{
	_cleanup_strbuf_ struct strbuf clean = STRBUF_INIT;

	for (size_t i = 0; i < value.n;) {
		size_t n = utf8_length((const unsigned char *)value.p + i, value.n - i);

		strbuf_add(&clean, n ? sv_of(value.p + i, n) : SV("\xef\xbf\xbd"));
		i += n ? n : 1;
	}
	add(j, key, yyjson_mut_strncpy(j->doc, clean.p ? clean.p : "", clean.n));
}

void json_number(struct json *j, const char *key, int64_t value)
{
	add(j, key, yyjson_mut_sint(j->doc, value));
}

void json_bool(struct json *j, const char *key, bool value)
{
	add(j, key, yyjson_mut_bool(j->doc, value));
}

void json_digest(struct json *j, const struct digest *d)
{
	char hex[DIGEST_MAX * 2 + 1];
	char key[16];
	const char *name = digest_name(d->kind);
	size_t i = 0;

	if (d->kind == DIGEST_NONE)
		return;
	for (; name[i] && i + 1 < sizeof(key); i++)
		key[i] = ascii_tolower(name[i]);
	key[i] = '\0';
	digest_hex(d, hex);
	json_text(j, key, sv_from(hex));
}

int json_finish(struct json *j, struct strbuf *out, struct err *e)
{
	size_t n = 0;
	yyjson_write_err why = { 0 };
	char *text =
		yyjson_mut_write_opts(j->doc,
				      YYJSON_WRITE_PRETTY_TWO_SPACES | YYJSON_WRITE_NEWLINE_AT_END,
				      NULL, &n, &why);

	yyjson_mut_doc_free(j->doc);
	j->doc = NULL;
	if (!text)
		return err_set(e, E_FAIL, "writing JSON: %s", why.msg);
	strbuf_add(out, sv_of(text, n));
	free(text);
	return 0;
}

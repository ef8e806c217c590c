/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "build/json_read.h"

#include <yyjson.h>

int json_parse(struct sv text, struct json_doc *ret, struct err *e)
{
	yyjson_read_err why = { 0 };
	yyjson_doc *doc =
		yyjson_read_opts((char *)(uintptr_t)text.p, text.n, YYJSON_READ_NOFLAG, NULL, &why);

	if (!doc)
		return err_set(e, E_FORMAT, "byte %zu: %s", why.pos, why.msg);
	if (!yyjson_is_obj(yyjson_doc_get_root(doc))) {
		yyjson_doc_free(doc);
		return err_set(e, E_FORMAT, "not an object");
	}
	*ret = (struct json_doc){ doc, yyjson_doc_get_root(doc) };
	return 0;
}

void json_doc_done(struct json_doc *d)
{
	yyjson_doc_free(d->doc);
	*d = (struct json_doc){ .doc = NULL };
}

static int wrong(const char *key, yyjson_val *v, const char *want, struct err *e)
{
	return err_set(e, E_FORMAT, "member '%s' is %s", key, v ? want : "missing");
}

int json_get_text(yyjson_val *object, const char *key, struct sv *ret, struct err *e)
{
	yyjson_val *v = yyjson_obj_get(object, key);

	if (!yyjson_is_str(v))
		return wrong(key, v, "no text", e);
	*ret = sv_of(yyjson_get_str(v), yyjson_get_len(v));
	return 0;
}

int json_get_number(yyjson_val *object, const char *key, int64_t *ret, struct err *e)
{
	yyjson_val *v = yyjson_obj_get(object, key);

	if (!yyjson_is_int(v) || (yyjson_is_uint(v) && yyjson_get_uint(v) > INT64_MAX))
		return wrong(key, v, "no number", e);
	*ret = yyjson_get_sint(v);
	return 0;
}

int json_get_bool(yyjson_val *object, const char *key, bool *ret, struct err *e)
{
	yyjson_val *v = yyjson_obj_get(object, key);

	if (!yyjson_is_bool(v))
		return wrong(key, v, "neither true nor false", e);
	*ret = yyjson_get_bool(v);
	return 0;
}

int json_get_array(yyjson_val *object, const char *key, yyjson_val **ret, size_t *ret_n,
		   struct err *e)
{
	yyjson_val *v = yyjson_obj_get(object, key);

	if (!yyjson_is_arr(v))
		return wrong(key, v, "no list", e);
	*ret = v;
	*ret_n = yyjson_arr_size(v);
	return 0;
}

int json_next(yyjson_val *array, size_t i, yyjson_val **ret, struct err *e)
{
	yyjson_val *v = i ? unsafe_yyjson_get_next(*ret) : yyjson_arr_get_first(array);

	if (!yyjson_is_obj(v))
		return err_set(e, E_FORMAT, "element %zu is no object", i);
	*ret = v;
	return 0;
}

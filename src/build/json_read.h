/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading JSON documents whose shape is known: members by name, with an error that names what is missing.
 * Over yyjson, like json.h. Texts point into the document. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/sv.h"

struct yyjson_doc;
struct yyjson_val;

struct json_doc {
	struct yyjson_doc *doc;
	struct yyjson_val *root; /* an object */
};

/* E_FORMAT with the offset. */
int json_parse(struct sv text, struct json_doc *ret, struct err *e);
void json_doc_done(struct json_doc *d);

/* Members of an object; E_FORMAT when absent or of another type. */
int json_get_text(struct yyjson_val *object, const char *key, struct sv *ret, struct err *e);
int json_get_number(struct yyjson_val *object, const char *key, int64_t *ret, struct err *e);
int json_get_bool(struct yyjson_val *object, const char *key, bool *ret, struct err *e);
int json_get_array(struct yyjson_val *object, const char *key, struct yyjson_val **ret,
		   size_t *ret_n, struct err *e);
/* Element i of an array, an object; for i > 0, *ret is the element before it. */
int json_next(struct yyjson_val *array, size_t i, struct yyjson_val **ret, struct err *e);

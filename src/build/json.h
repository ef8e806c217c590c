/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * JSON as a running text: containers are opened and ended, members come in between, in order. Over
 * yyjson, which does the quoting and layout. Bytes that are not UTF-8 are written as U+FFFD. Nesting up
 * to 16. json_read.h is the other direction.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/err.h"
#include "base/strbuf.h"
#include "base/sv.h"

struct yyjson_mut_doc;
struct yyjson_mut_val;

struct json {
	struct yyjson_mut_doc *doc;
	struct yyjson_mut_val *stack[16];
	unsigned depth;
};

void json_init(struct json *j);
/* key: NULL inside arrays and for the root. */
void json_object(struct json *j, const char *key);
void json_array(struct json *j, const char *key);
void json_end(struct json *j);
void json_text(struct json *j, const char *key, struct sv value);
void json_number(struct json *j, const char *key, int64_t value);
void json_bool(struct json *j, const char *key, bool value);
/* Member named after the algorithm ("sha256": "..."); nothing for DIGEST_NONE. */
void json_digest(struct json *j, const struct digest *d);
/* Appends the text with a final newline and frees everything. */
int json_finish(struct json *j, struct strbuf *out, struct err *e);

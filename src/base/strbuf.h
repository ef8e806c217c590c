/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Growable text. Always NUL-terminated once something was added; `p` may be NULL while empty. */
#pragma once

#include <stddef.h>

#include "base/macros.h"
#include "base/sv.h"

struct strbuf {
	char *p;
	size_t n, cap;
};

#define STRBUF_INIT ((struct strbuf){ .p = NULL })

void strbuf_done(struct strbuf *b);
void strbuf_clear(struct strbuf *b); /* empties, keeps the memory */
void strbuf_reserve(struct strbuf *b, size_t more);
void strbuf_add(struct strbuf *b, struct sv s);
void strbuf_addc(struct strbuf *b, char c);
void strbuf_adds(struct strbuf *b, const char *cstr);
void strbuf_addf(struct strbuf *b, const char *fmt, ...) _printf_(2, 3);
struct sv strbuf_sv(const struct strbuf *b);
/* Hands the bytes to the caller, who frees them; b is empty afterwards. Never NULL. */
char *strbuf_take(struct strbuf *b);

#define _cleanup_strbuf_ _cleanup_(strbuf_done)

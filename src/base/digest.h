/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Digests over nettle (its sole user). Hex is lower case. FIPS 180-4 (SHA), FIPS 202 (SHA-3), RFC 1321 (MD5, only for
 * naming what an old index lists: never accepted as proof).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/sv.h"

enum digest_kind {
	DIGEST_NONE,
	DIGEST_MD5,
	DIGEST_SHA1,
	DIGEST_SHA224,
	DIGEST_SHA256,
	DIGEST_SHA384,
	DIGEST_SHA512,
	DIGEST_SHA3_256
};

#define DIGEST_MAX 64

struct digest {
	enum digest_kind kind;
	uint8_t bytes[DIGEST_MAX];
};

struct digest_ctx;

size_t digest_size(enum digest_kind kind);
const char *digest_name(enum digest_kind kind); /* "SHA256" */
/* True for algorithms that may prove content (SHA-256 and up). */
bool digest_is_strong(enum digest_kind kind);
/* Parses hex of the kind's exact length. E_FORMAT otherwise. */
int digest_parse(enum digest_kind kind, struct sv hex, struct digest *ret, struct err *e);
void digest_hex(const struct digest *d, char ret[static DIGEST_MAX * 2 + 1]);
bool digest_eq(const struct digest *a, const struct digest *b);
void digest_bytes(enum digest_kind kind, const void *p, size_t n, struct digest *ret);

struct digest_ctx *digest_ctx_new(enum digest_kind kind);
void digest_ctx_update(struct digest_ctx *c, const void *p, size_t n);
void digest_ctx_final(struct digest_ctx *c, struct digest *ret); /* also resets */
void digest_ctx_free(struct digest_ctx *c);

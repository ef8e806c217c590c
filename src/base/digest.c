/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/digest.h"

#include <nettle/nettle-meta.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

struct digest_ctx {
	enum digest_kind kind;
	const struct nettle_hash *hash;
	_Alignas(max_align_t) unsigned char state[];
};

static const struct kind_row {
	const char *name;
	const struct nettle_hash *hash;
	bool strong;
} kinds[] = {
	[DIGEST_NONE] = { "none", NULL, false },
	[DIGEST_MD5] = { "MD5", &nettle_md5, false },
	[DIGEST_SHA1] = { "SHA1", &nettle_sha1, false },
	[DIGEST_SHA224] = { "SHA224", &nettle_sha224, false },
	[DIGEST_SHA256] = { "SHA256", &nettle_sha256, true },
	[DIGEST_SHA384] = { "SHA384", &nettle_sha384, true },
	[DIGEST_SHA512] = { "SHA512", &nettle_sha512, true },
	[DIGEST_SHA3_256] = { "SHA3-256", &nettle_sha3_256, true },
};

static const struct kind_row *kind_row(enum digest_kind kind)
{
	ASSERT((size_t)kind < ARRAY_SIZE(kinds));
	return &kinds[kind];
}

size_t digest_size(enum digest_kind kind)
{
	const struct nettle_hash *h = kind_row(kind)->hash;

	return h ? h->digest_size : 0;
}

const char *digest_name(enum digest_kind kind)
{
	return kind_row(kind)->name;
}

bool digest_is_strong(enum digest_kind kind)
{
	return kind_row(kind)->strong;
}

/* One more than the value of a hexadecimal digit; 0: not one. */
static const uint8_t hex_digits[256] = {
	['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,
	['6'] = 7,  ['7'] = 8,  ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12,
	['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16, ['A'] = 11, ['B'] = 12,
	['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

int digest_parse(enum digest_kind kind, struct sv hex, struct digest *ret, struct err *e)
{
	struct digest d = { .kind = kind };
	size_t size = digest_size(kind);

	ASSERT(size > 0);
	if (hex.n != size * 2)
		return err_set(e, E_FORMAT, "%s digest has %zu digits instead of %zu",
			       digest_name(kind), hex.n, size * 2);
	for (size_t i = 0; i < size; i++) {
		unsigned hi = hex_digits[(uint8_t)hex.p[2 * i]];
		unsigned lo = hex_digits[(uint8_t)hex.p[2 * i + 1]];

		if (!hi || !lo)
			return err_set(e, E_FORMAT, "not a %s digest '" SV_FMT "'",
				       digest_name(kind), SV_ARG(hex));
		d.bytes[i] = (uint8_t)((hi - 1) << 4 | (lo - 1));
	}
	*ret = d;
	return 0;
}

void digest_hex(const struct digest *d, char ret[static DIGEST_MAX * 2 + 1])
{
	static const char digits[] = "0123456789abcdef";
	size_t n = digest_size(d->kind);

	for (size_t i = 0; i < n; i++) {
		ret[2 * i] = digits[d->bytes[i] >> 4];
		ret[2 * i + 1] = digits[d->bytes[i] & 15];
	}
	ret[2 * n] = '\0';
}

bool digest_eq(const struct digest *a, const struct digest *b)
{
	return a->kind == b->kind && a->kind != DIGEST_NONE &&
	       memcmp(a->bytes, b->bytes, digest_size(a->kind)) == 0;
}

void digest_bytes(enum digest_kind kind, const void *p, size_t n, struct digest *ret)
{
	struct digest_ctx *c = digest_ctx_new(kind);

	digest_ctx_update(c, p, n);
	digest_ctx_final(c, ret);
	digest_ctx_free(c);
}

struct digest_ctx *digest_ctx_new(enum digest_kind kind)
{
	const struct nettle_hash *h = kind_row(kind)->hash;
	struct digest_ctx *c;

	ASSERT(h);
	c = xmalloc(sizeof(*c) + h->context_size);
	c->kind = kind;
	c->hash = h;
	h->init(c->state);
	return c;
}

void digest_ctx_update(struct digest_ctx *c, const void *p, size_t n)
{
	if (n > 0)
		c->hash->update(c->state, n, p);
}

void digest_ctx_final(struct digest_ctx *c, struct digest *ret)
{
	*ret = (struct digest){ .kind = c->kind };
	c->hash->digest(c->state, c->hash->digest_size, ret->bytes);
}

void digest_ctx_free(struct digest_ctx *c)
{
	free(c);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transform/sha512crypt_int.h"

#include "base/digest.h"
#include "base/macros.h"
#include "base/strbuf.h"

enum { ROUNDS = 5000, SIZE = 64 };

char sha512crypt_letter(unsigned bits)
{
	return "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[bits & 63];
}

/* `n` bytes of the digest repeated. */
static void add_repeated(struct digest_ctx *c, const struct digest *d, size_t n)
{
	for (; n > SIZE; n -= SIZE)
		digest_ctx_update(c, d->bytes, SIZE);
	digest_ctx_update(c, d->bytes, n);
}

/* Steps 1 to 12 of the specification. */
static void first_digest(struct digest_ctx *c, struct sv password, struct sv salt,
			 struct digest *ret)
{
	struct digest b;

	digest_ctx_update(c, password.p, password.n);
	digest_ctx_update(c, salt.p, salt.n);
	digest_ctx_update(c, password.p, password.n);
	digest_ctx_final(c, &b);

	digest_ctx_update(c, password.p, password.n);
	digest_ctx_update(c, salt.p, salt.n);
	add_repeated(c, &b, password.n);
	for (size_t n = password.n; n > 0; n >>= 1) {
		if (n & 1)
			digest_ctx_update(c, b.bytes, SIZE);
		else
			digest_ctx_update(c, password.p, password.n);
	}
	digest_ctx_final(c, ret);
}

/* The text hashed `times`, as steps 13 to 20 do for password and salt: its digest, repeated to n bytes. */
static void repeated_text(struct digest_ctx *c, struct sv text, size_t times, struct digest *ret)
{
	for (size_t i = 0; i < times; i++)
		digest_ctx_update(c, text.p, text.n);
	digest_ctx_final(c, ret);
}

/* Step 22: the order of the bytes in the text form. */
static void encode(const uint8_t *d, struct strbuf *out)
{
	unsigned a = 0, b = 21, c = 42;

	for (unsigned i = 0; i < 21; i++) {
		unsigned v = (unsigned)d[a] << 16 | (unsigned)d[b] << 8 | d[c], old = a;

		for (unsigned k = 0; k < 4; k++)
			strbuf_addc(out, sha512crypt_letter(v >> (6 * k)));
		a = b + 1;
		b = c + 1;
		c = old + 1;
	}
	strbuf_addc(out, sha512crypt_letter(d[63]));
	strbuf_addc(out, sha512crypt_letter(d[63] >> 6));
}

struct sv sha512crypt(struct arena *a, struct sv password, struct sv salt)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	struct digest_ctx *c = digest_ctx_new(DIGEST_SHA512);
	struct digest d, p, s;

	salt = sv_head(salt, SHA512CRYPT_SALT_MAX);
	first_digest(c, password, salt, &d);
	repeated_text(c, password, password.n, &p);
	repeated_text(c, salt, 16u + d.bytes[0], &s);
	for (unsigned i = 0; i < ROUNDS; i++) {
		if (i % 2)
			add_repeated(c, &p, password.n);
		else
			digest_ctx_update(c, d.bytes, SIZE);
		if (i % 3)
			add_repeated(c, &s, salt.n);
		if (i % 7)
			add_repeated(c, &p, password.n);
		if (i % 2)
			digest_ctx_update(c, d.bytes, SIZE);
		else
			add_repeated(c, &p, password.n);
		digest_ctx_final(c, &d);
	}
	digest_ctx_free(c);
	strbuf_adds(&out, "$6$");
	strbuf_add(&out, salt);
	strbuf_addc(&out, '$');
	encode(d.bytes, &out);
	return arena_sv(a, strbuf_sv(&out));
}

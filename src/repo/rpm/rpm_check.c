/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The digests and sizes that a package file carries of itself. */
#include "base/digest.h"
#include "repo/rpm/rpm_header.h"
#include "repo/rpm/rpm_tags.h"

/* RFC 9580's numbers of hash algorithms, which headers use too. */
static enum digest_kind digest_of_number(uint64_t number)
{
	static const enum digest_kind kinds[] = {
		[0] = DIGEST_SHA256,  /* not told */[1] = DIGEST_MD5,
		[2] = DIGEST_SHA1,    [8] = DIGEST_SHA256,
		[9] = DIGEST_SHA384,  [10] = DIGEST_SHA512,
		[11] = DIGEST_SHA224, [12] = DIGEST_SHA3_256,
	};

	return number < ARRAY_SIZE(kinds) ? kinds[number] : DIGEST_NONE;
}

static int compare(enum digest_kind kind, struct sv bytes, const struct digest *want,
		   const char *what, struct err *e)
{
	char a[DIGEST_MAX * 2 + 1], b[DIGEST_MAX * 2 + 1];
	struct digest found;

	digest_bytes(kind, bytes.p, bytes.n, &found);
	if (digest_eq(&found, want))
		return 0;
	digest_hex(want, a);
	digest_hex(&found, b);
	return err_set(e, E_VERIFY, "%s: %s digest is %s, the package says %s", what,
		       digest_name(kind), b, a);
}

/* A digest in hex, if there is one. *ret becomes true when it proves something. */
static int check_hex(const struct rpm_header *h, uint32_t tag, enum digest_kind kind,
		     struct sv bytes, bool *ret, struct err *e)
{
	const char *what = tag < 1000 ? "header" : "payload";
	struct digest want;
	struct sv hex;
	int r = rpm_header_text(h, tag, &hex, e);

	if (r <= 0)
		return r;
	if (kind == DIGEST_NONE)
		return err_set(e, E_VERIFY, "%s digest of an unknown kind", what);
	r = digest_parse(kind, hex, &want, e);
	if (r < 0)
		return err_wrap(e, "%s digest", what);
	r = compare(kind, bytes, &want, what, e);
	*ret |= r == 0 && digest_is_strong(kind);
	return r;
}

static int check_header(const struct rpm_file *f, bool *ret, struct err *e)
{
	int r = check_hex(&f->signature, RPMSIGTAG_SHA256, DIGEST_SHA256, f->header.bytes, ret, e);

	if (r == 0)
		r = check_hex(&f->signature, RPMSIGTAG_SHA3_256, DIGEST_SHA3_256, f->header.bytes,
			      ret, e);
	if (r == 0 && !*ret)
		r = check_hex(&f->signature, RPMSIGTAG_SHA1, DIGEST_SHA1, f->header.bytes, ret, e);
	return r;
}

/* Older packages: of header and payload together. */
static int check_md5(const struct rpm_file *f, struct err *e)
{
	struct digest want = { .kind = DIGEST_MD5 };
	struct sv raw;
	int r = rpm_header_bin(&f->signature, RPMSIGTAG_MD5, &raw, e);

	if (r <= 0)
		return r;
	if (raw.n != digest_size(DIGEST_MD5))
		return err_set(e, E_FORMAT, "MD5 digest of %zu bytes", raw.n);
	memcpy(want.bytes, raw.p, raw.n);
	return compare(DIGEST_MD5, f->after_signature, &want, "header and payload", e);
}

static int check_size(const struct rpm_header *h, uint32_t tag, size_t have, const char *what,
		      struct err *e)
{
	uint64_t want;
	int r = rpm_header_number(h, tag, &want, e);

	if (r <= 0 || want == have)
		return r < 0 ? r : 0;
	return err_set(e, E_VERIFY, "%s: size is %zu bytes, the package says %llu", what, have,
		       (unsigned long long)want);
}

static int check_payload(const struct rpm_file *f, bool *ret, struct err *e)
{
	uint64_t algorithm = 0;
	int r = rpm_header_number(&f->header, RPMTAG_PAYLOADSHA256ALGO, &algorithm, e);

	if (r >= 0)
		r = check_hex(&f->header, RPMTAG_PAYLOADSHA256, digest_of_number(algorithm),
			      f->payload, ret, e);
	if (r == 0)
		r = check_hex(&f->header, RPMTAG_PAYLOADSHA512, DIGEST_SHA512, f->payload, ret, e);
	if (r == 0)
		r = check_hex(&f->header, RPMTAG_PAYLOADSHA3_256, DIGEST_SHA3_256, f->payload, ret,
			      e);
	if (r == 0 && !*ret)
		r = check_md5(f, e);
	return r;
}

static int check_sizes(const struct rpm_file *f, struct err *e)
{
	int r = check_size(&f->header, RPMTAG_PAYLOADSIZE, f->payload.n, "payload", e);

	if (r == 0)
		r = check_size(&f->signature, RPMSIGTAG_LONGSIZE, f->after_signature.n,
			       "header and payload", e);
	/* 32 bits: a larger package has the other one */
	if (r == 0 && !rpm_header_find(&f->signature, RPMSIGTAG_LONGSIZE))
		r = check_size(&f->signature, RPMSIGTAG_SIZE, f->after_signature.n,
			       "header and payload", e);
	return r;
}

int rpm_file_check(const struct rpm_file *f, bool payload, bool *ret, struct err *e)
{
	bool header_proved = false, payload_proved = false;
	int r = check_sizes(f, e);

	if (r == 0)
		r = check_header(f, &header_proved, e);
	if (r == 0 && payload)
		r = check_payload(f, &payload_proved, e);
	if (r == 0 && ret)
		*ret = header_proved && (payload_proved || !payload);
	return r;
}

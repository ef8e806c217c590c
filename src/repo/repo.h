/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Mirrors. A mirror is opened by kind through a backend table; what comes out is packages in a
 * universe and, later, verified package bytes. No format code here: backends live in deb/ and rpm/.
 *
 * Nothing unverified is parsed: signature (seam: repo_verifier) -> index digest and size -> package
 * digest and size, each checked before the bytes reach a parser.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/fs.h"
#include "base/note.h"
#include "pkg/arch.h"
#include "pkg/universe.h"

enum mirror_kind { MIRROR_DEB, MIRROR_RPM, MIRROR_DIR };

/* A --mirror argument, parsed: kindling(1) has the grammar. Views borrow the argument's text. */
struct mirror_spec {
	enum mirror_kind kind;
	struct sv text;      /* the whole argument */
	struct sv signed_by; /* empty when not given */
	struct sv dir;       /* after file: */
	struct sv suite;     /* deb; "./" or "path/" (trailing slash): a flat repository */
	VEC(struct sv) components;
	bool flat;
};

int mirror_spec_parse(struct sv text, struct mirror_spec *ret, struct err *e);
void mirror_spec_done(struct mirror_spec *m);

/*
 * The seam for OpenPGP: given the signed bytes of a Release (the whole InRelease, or Release with its
 * detached signature), answers with the verified payload. Until the verifier is there, `verify` is
 * NULL and only insecure_no_signature lets a mirror be read.
 */
struct repo_verifier {
	int (*verify)(void *arg, struct sv signed_text, struct sv detached, struct sv signed_by,
		      struct sv *ret_payload, struct err *e);
	void *arg;
};

struct repo_options {
	const struct arch *arch;
	bool insecure_no_signature;
	const struct repo_verifier *verifier; /* may be NULL */
	int64_t verify_time;                  /* seconds since 1970; 0: do not judge Valid-Until */
	unsigned jobs;
};

struct repo; /* an open mirror */

/* The family a spec brings (peeks into a folder of files). */
int mirror_family(const struct mirror_spec *m, enum pkg_family *ret, struct err *e);
/* Reads the mirror's metadata into the universe. *ret stays valid for repo_fetch. */
int repo_open(const struct mirror_spec *m, const struct repo_options *o, struct universe *u,
	      struct notes *notes, struct repo **ret, struct err *e);
void repo_free(struct repo *r);
DEFINE_CLEANUP(struct repo *, repo_free)

/* Which open mirror a package came from: its index in the universe is repo_first(r) <= x < first + n. */
bool repo_has(const struct repo *r, uint16_t universe_repo);

/* Package file bytes; size and digest are checked (E_VERIFY) before they are returned. Thread-safe. */
int repo_fetch(const struct repo *r, const struct universe *u, pkg_id p, struct fs_data *ret, struct err *e);

/*
 * Payload of verified package bytes, entry by entry, format known by family.
 * repo_payload_open borrows `bytes`.
 */
struct payload;
struct codec_ctx;
int repo_payload_open(enum pkg_family family, struct sv bytes, unsigned threads, struct codec_ctx *reuse,
		      struct payload **ret, struct err *e);
/* A small control file of a .deb ("conffiles", "postinst" as text; never run), or E_NOTFOUND. malloc'ed text. */
int repo_control_file(enum pkg_family family, struct sv bytes, struct sv name, struct fs_data *ret, struct err *e);

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

#include "archive/archive.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/note.h"
#include "base/vec.h"
#include "pkg/arch.h"
#include "pkg/universe.h"

#define MIRROR_PRIORITY 99 /* as in dnf.conf(5) */

enum mirror_kind { MIRROR_DEB, MIRROR_RPM, MIRROR_DIR };

/* A --mirror argument, parsed: kindling(1) has the grammar. Views borrow the argument's text. */
struct mirror_spec {
	enum mirror_kind kind;
	struct sv text;      /* the whole argument */
	struct sv signed_by; /* empty when not given */
	int priority;        /* smaller is preferred; MIRROR_PRIORITY when not given */
	struct sv dir;       /* after file: */
	struct sv suite; /* deb: "trixie"; flat: folder of the index below dir, empty or ending in '/' */
	VEC(struct sv) components;
	struct sv modules; /* rpm: streams to enable, "name:stream", separated by commas */
	bool flat;
	char *owned; /* dir, where the argument had %XX in it */
};

/* E_USAGE with the argument and the column in it. */
int mirror_spec_parse(struct sv text, struct mirror_spec *ret, struct err *e);
void mirror_spec_done(struct mirror_spec *m);

/*
 * The seam for OpenPGP. What verify is shown is what is parsed afterwards: for an InRelease its text
 * with escapes undone, lines ended by '\n' and no trailing blanks, as RFC 9580 section 7 signs it (but
 * for line ends and the last one); else the file as it is. Until there is a verifier, only
 * insecure_no_signature lets a mirror be read.
 */
struct repo_signed {
	struct sv shown;     /* name of the file, for messages */
	struct sv text;      /* what was signed */
	struct sv signature; /* armoured or binary; empty: there is none */
	bool cleartext;      /* the signature is over canonical text (type 0x01) */
	struct sv signed_by; /* keyring of the mirror alone; empty: any key given */
};

struct repo_verifier {
	/* 0, or E_VERIFY */
	int (*verify)(void *arg, const struct repo_signed *s, struct err *e);
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
/* Reads and verifies what stands above the packages and adds the mirror's repos to the universe. The spec,
 * the universe and the notes are borrowed until the packages are loaded. *ret stays valid for repo_fetch. */
int repo_open(const struct mirror_spec *m, const struct repo_options *o, struct universe *u,
	      struct notes *notes, struct repo **ret, struct err *e);
/*
 * Adds the packages, or with on_demand, where that saves time, a source of them (universe_source.h). When those of
 * all mirrors are there, repo_complete on all of them, before universe_finish, for what depends on the
 * packages of other mirrors. When the packages are known otherwise (universe_store.h), repo_loaded instead of
 * both.
 */
int repo_load(struct repo *r, bool on_demand, struct err *e);
int repo_complete(struct repo *const *all, size_t n, struct err *e);
void repo_loaded(struct repo *r);
/* A package that no mirror has: is it in a part of this mirror that was not asked for? Appends
 * "component 'x'". */
bool repo_elsewhere(const struct repo *r, struct sv name, struct strbuf *ret);
void repo_free(struct repo *r);
DEFINE_CLEANUP(struct repo *, repo_free)

/* Did this mirror bring the universe's repo of that index (struct package.repo)? */
bool repo_has(const struct repo *r, uint16_t universe_repo);

/* Package file bytes; size and digest are checked (E_VERIFY) before they are returned. Thread-safe. */
int repo_fetch(const struct repo *r, const struct universe *u, pkg_id p, struct fs_data *ret,
	       struct err *e);

/*
 * Payload of verified package bytes, entry by entry, format known by family.
 * repo_payload_open borrows `bytes`; threads and reuse are those of codec_decode_stream.
 */
struct codec_ctx;
int repo_payload_open(enum pkg_family family, struct sv bytes, unsigned threads,
		      struct codec_ctx *reuse, struct payload **ret, struct err *e);
/* A small control file of a .deb ("conffiles", "postinst" as text; never run), or E_NOTFOUND. malloc'ed text. */
int repo_control_file(enum pkg_family family, struct sv bytes, struct sv name, struct fs_data *ret,
		      struct err *e);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What backends implement and share; not for other folders. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "repo/repo.h"

#define REPO_PACKAGE_MAX (8ull << 30) /* bytes of one package file */

/* What a backend works with, from repo_open to the end of repo_load. */
struct repo_load {
	const struct mirror_spec *spec;
	struct repo_options options;
	struct universe *u;
	struct notes *notes;
	int dirfd;
	int priority; /* for struct universe_repo */
	int order;
	bool on_demand; /* of repo_load */
};

enum repo_pass { REPO_PASS_GATHER, REPO_PASS_KNOWN, REPO_PASS_SEARCH, REPO_PASS_ADD };

/*
 * Per mirror kind and family. A mirror is opened in two steps, so that packages that are known from an
 * earlier run need not be read:
 *
 * open reads and verifies what stands above the packages (Release, repomd.xml, the list of a folder) and
 * adds the mirror's universe_repos. Each one's index_digest is that of everything that decides which
 * packages load would bring, already verified; DIGEST_NONE where only reading them tells.
 * load adds the packages, to the repos that open has added, in their order.
 * complete runs when all mirrors are loaded, for what depends on the packages of all: once on each with
 * REPO_PASS_GATHER, to put together what is decided for all of them, then on each with REPO_PASS_KNOWN, to add
 * what was read already, with REPO_PASS_SEARCH, to read what is still missing, and with REPO_PASS_ADD, to add
 * that. *shared is NULL at first, and the mirrors' own: what a state puts there lives as long as it. May be NULL.
 */
struct repo_ops {
	enum mirror_kind kind;
	enum pkg_family family;
	int (*open)(const struct repo_load *l, void **ret_state, struct err *e);
	int (*load)(const struct repo_load *l, void *state, struct err *e);
	int (*complete)(const struct repo_load *l, void *state, enum repo_pass pass, void **shared,
			struct err *e);
	void (*close)(void *state); /* NULL is fine */
	/* Where else below this mirror a package of that name is, for a hint: appends "component 'x'". May be
	 * NULL; needs no state. */
	bool (*elsewhere)(const struct repo_load *l, struct sv name, struct strbuf *ret);
};

struct repo {
	int dirfd;
	char *dir;      /* as given, for messages */
	uint16_t first; /* universe repos of this mirror: first <= x < first + n */
	uint16_t n;
	struct repo_load l;
	const struct repo_ops *ops;
	void *state; /* of ops */
};

/* Per family. */
struct repo_format {
	int (*payload_open)(struct sv bytes, unsigned threads, struct codec_ctx *reuse,
			    struct payload **ret, struct err *e);
	int (*control_file)(struct sv bytes, struct sv name, struct fs_data *ret, struct err *e);
};

/* Checks the signature, or passes with a note under --insecure-no-signature. *ret: was it checked? */
int repo_check_signature(const struct repo_load *l, const struct repo_signed *s, bool *ret,
			 struct err *e);

/* E_VERIFY that names what was expected and what was found. */
int repo_check_digest(struct sv bytes, const struct digest *want, struct err *e);

/* Reads a file that must have this size and digest. E_NOTFOUND, E_IO, or E_VERIFY that names the file,
 * what was expected and what was found. */
int repo_read_verified(int dirfd, const char *path, uint64_t size, const struct digest *want,
		       struct fs_data *ret, struct err *e);

/* A path from an index: relative, plain, no way out of the mirror. E_FORMAT. */
int repo_check_path(struct sv path, struct err *e);

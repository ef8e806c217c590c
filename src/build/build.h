/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Order of stages and lifetimes: the only code that knows all of the layer below.
 *
 *	recipe -> mirrors -> plan -> populate -> transform -> kernel -> image
 *
 * build_run goes through the stages up to the one asked for. Nothing is printed here: what the user
 * should know goes to `notes`, stage changes to `progress`, dumps to `dump`. All option texts are
 * borrowed for the length of the call.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/err.h"
#include "base/note.h"
#include "base/strbuf.h"
#include "base/sv.h"
#include "base/vec.h"

VEC_TYPE(build_texts, const char *);

struct build_options {
	const char *release;              /* kindling's own version, for the manifest */
	struct build_texts mirrors;       /* --mirror, in order */
	struct build_texts recipes;       /* --recipe */
	struct build_texts packages;      /* --package */
	struct build_texts kernels;       /* --kernel; empty: the recipe's */
	const char *const *recipe_search; /* folders, best first, NULL at the end */
	const char *arch;                 /* either family's word */
	const char *distribution;         /* NULL: guessed from the mirrors */
	const char *output;               /* image path; NULL with dump_stage */
	const char *manifest;             /* NULL: none beside the image */
	const char *compress;             /* "zstd:10"; NULL: the recipe's, else zstd:10 */
	const char *cache;                /* folder; NULL: none */
	const char *dump_stage;           /* NULL: none */
	const char *lock;                 /* --lock; NULL: none */
	const char *save_case;            /* --save-case; NULL: not saved */
	bool insecure_no_signature, no_base;
	bool has_source_date, has_verify_time;
	int64_t source_date; /* seconds since 1970 */
	int64_t verify_time; /* seconds since 1970 */
	unsigned jobs;       /* >= 1 */
};

struct build_hooks {
	void (*stage)(void *arg, const char *name); /* entered; NULL name: all done */
	void *arg;
	struct notes *notes;
	struct strbuf *dump; /* receives the dump of dump_stage */
	struct strbuf *why;  /* receives the reasons tree of an unsatisfiable plan */
};

/* What a finished build tells. */
struct build_summary {
	uint64_t image_size, packages, files, modules;
	char image_sha256[DIGEST_MAX * 2 + 1];
};

/* E_USAGE, E_UNSAT, E_VERIFY, E_IO, E_FORMAT...; on failure no output file was changed. */
int build_run(const struct build_options *o, const struct build_hooks *h, struct build_summary *ret,
	      struct err *e);

/* Names that --dump takes, in stage order; NULL at the end. */
extern const char *const build_dump_stages[];
/* Judges every package of the mirrors (recipes, packages and kernels are not looked at); text or JSON into
 * h->dump. *ret_broken: how many cannot be installed. */
int build_audit(const struct build_options *o, const struct build_hooks *h, bool json,
		size_t *ret_broken, struct err *e);
/* What to tell of a plan; nothing set: the package set. */
struct build_question {
	bool json;
	bool lock;           /* as a lock file */
	const char *why;     /* a package: why is it there? */
	const char *against; /* a lock file: what has changed? */
};
/* Stops after the plan; the answer goes into h->dump. */
int build_plan(const struct build_options *o, const struct build_hooks *h,
	       const struct build_question *q, struct err *e);

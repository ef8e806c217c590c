/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the stages of one build share. Private to build/. */
#pragma once

#include "base/arena.h"
#include "base/fs.h"
#include "base/map.h"
#include "build/build.h"
#include "build/filter.h"
#include "build/lock.h"
#include "build/plan.h"
#include "codec/codec.h"
#include "kmod/kmodsel.h"
#include "pkg/universe.h"
#include "recipe/recipe.h"
#include "repo/repo.h"
#include "solver/solver.h"
#include "tree/tree.h"

struct build_mirror {
	struct mirror_spec spec;
	struct repo *repo;
};

/* One kernel of the image. */
struct build_kernel {
	struct sv version;           /* folder below usr/lib/modules */
	struct kmodsel_index *index; /* from the cache before unpacking, else built from the tree */
	struct kmodsel_selection selection;
	bool selected;
	struct map keep; /* selected paths below usr/lib/modules/VERSION; only when cached */
	size_t item;     /* plan item that brought it; SIZE_MAX: an extra tree */
};

struct build_script {
	struct sv package, text; /* postinst of a package of the plan, read as data */
};

struct build {
	const struct build_options *o;
	const struct build_hooks *h;
	struct arena arena;
	const struct arch *arch;
	VEC(struct build_mirror) mirrors;
	struct universe universe;
	bool has_universe;
	bool whole_universe; /* packages that no request reaches matter, too */
	struct recipe recipe;
	struct sv distribution, release; /* mkosi's words; release may be empty */
	struct kmodsel_request modules;
	struct plan plan;
	struct filter filter;
	struct tree *tree;
	VEC(struct build_kernel) kernels;
	VEC(struct build_script) scripts; /* sorted by package */
	int64_t source_date;
	struct lock *lock; /* of --lock, read before the mirrors */
	struct codec_spec codec;
	struct build_summary summary;
};

void build_done(struct build *b);

/* Stages, in order; each is one file. */
int stage_mirrors(struct build *b, struct err *e);    /* universe */
int stage_recipe(struct build *b, struct err *e);     /* recipe, filter, compression, source date */
int stage_plan(struct build *b, struct err *e);       /* solve */
int kernel_preselect(struct build *b, struct err *e); /* chooses modules from cached facts */
int stage_populate(struct build *b, struct err *e); /* fetch, verify, unpack, merge, extra trees */
int stage_transform(struct build *b, struct err *e);
int stage_kernel(struct build *b, struct err *e);
int stage_finish(struct build *b, struct err *e); /* last removals, manifest inside */
int stage_image(struct build *b, struct err *e);

/* Names in recipes and on the command line -> goals and kernel packages. */
int request_goals(struct build *b, struct solver_input *in, struct err *e);
int request_kernels(struct build *b, struct err *e); /* appends kernel items to the plan */
/* Names of packages that begin with prefix and match, each once, in order. */
struct name_query {
	struct sv prefix;
	bool (*match)(void *arg, struct sv name);
	void *arg;
};
typedef int (*name_fn)(void *arg, struct sv name, struct err *e);
int request_each_name(struct build *b, const struct name_query *q, name_fn fn, void *arg,
		      struct err *e);
/* Appends a plan item for a package; `reason` is kept as is. */
struct plan_item *build_plan_add(struct build *b, pkg_id p, struct sv reason);

/* The packages of a universe that has its repos: from the cache, or by loading all mirrors and keeping
 * the result there; without a cache on demand. Finishes the universe. */
int universe_load(struct build *b, struct err *e);

/* --lock: what it names is taken first; afterwards the plan must be exactly that. Without --lock nothing. */
int lock_apply(struct build *b, struct solver_input *in, struct err *e);
int lock_check(const struct build *b, struct err *e);
/* Is it a kernel package of the lock? */
bool lock_has_kernel(const struct build *b, pkg_id p);
/* The plan as a lock file. */
int lock_write(const struct build *b, struct strbuf *out, struct err *e);
/* What the plan changes compared with a lock file. */
int lock_compare(const struct build *b, const char *path, bool json, struct strbuf *out,
		 struct err *e);
/* Why a package is in the plan. E_NOTFOUND when it is not, with what is known about it. */
int plan_why(const struct build *b, struct sv name, bool json, struct strbuf *out, struct err *e);

/* Kernel module facts kept by package digest; a missing or damaged file is not an error. */
int kernel_cache_load(struct build *b, const struct digest *package, struct build_kernel *k);
void kernel_cache_save(const struct build *b, const struct digest *package,
		       const struct build_kernel *k);

/* Adds the manifest for inside the image to the tree; the full one as text. */
int manifest_embed(struct build *b, struct err *e);
int manifest_full(struct build *b, struct strbuf *out, struct err *e);

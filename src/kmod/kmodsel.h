/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Kernel modules: an index of all modules of one kernel, a selection by patterns, its closure, the
 * firmware it names, and depmod's index files. The sole user of libkmod (its ELF reader, on memory).
 * Formats: depmod(8), modules.dep(5), libkmod's index.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/note.h"
#include "base/strbuf.h"
#include "base/sv.h"
#include "base/vec.h"
#include "tree/tree.h"

/* What a module says about itself. Views live in the index's arena. Names use '_' for '-'. */
struct kmodsel_module {
	struct sv path;  /* below usr/lib/modules/KVER, with suffix: "kernel/fs/ext4/ext4.ko.xz" */
	struct sv name;  /* "ext4" */
	VEC(struct sv) depends, aliases, softdep_pre, softdep_post, weakdep, firmware;
	VEC(struct sv) symbols;      /* exported: for modules.symbols */
	bool builtin;
};

struct kmodsel_index; /* all modules of one kernel, sorted by path */
void kmodsel_index_free(struct kmodsel_index *x);
DEFINE_CLEANUP(struct kmodsel_index *, kmodsel_index_free)

/*
 * Builds the index from a tree that holds usr/lib/modules/KVER (all modules), on `threads` threads;
 * also reads modules.builtin, modules.builtin.modinfo, modules.order.
 */
int kmodsel_index_build(const struct tree *t, struct sv kver, unsigned threads, struct kmodsel_index **ret,
			struct err *e);
/* Text form of the index, so that it can be cached by the kernel package's digest; parse refuses
 * anything malformed (E_FORMAT), and the caller then builds it anew. */
void kmodsel_index_save(const struct kmodsel_index *x, struct strbuf *out);
int kmodsel_index_load(struct sv text, struct kmodsel_index **ret, struct err *e);

/* One pattern of KernelModules= or FirmwareFiles=, in order; the last that matches wins. */
struct kmodsel_pattern {
	struct sv text;    /* as written: glob, "/abs", "dir/", "re:REGEX", "@group"; without the signs below */
	bool exclude;      /* '-' before it */
	bool optional;     /* '?' before it: may match nothing */
	struct sv origin;  /* "mkosi.conf:12:3" for messages */
};

struct kmodsel_request {
	VEC(struct kmodsel_pattern) modules;
	VEC(struct kmodsel_pattern) firmware;
};

/* The chosen modules: indexes into the index, sorted by path; and firmware files wanted. */
struct kmodsel_selection {
	VEC(uint32_t) modules;
	VEC(struct sv) firmware;  /* paths below usr/lib/firmware as named by modules, sorted, unique; may be globs */
};

/*
 * Patterns -> closure (depends; softdep pre and post and weakdep, by name and through aliases with every
 * provider kept). A pattern that matches neither a module nor a builtin is E_USAGE unless optional.
 */
int kmodsel_select(const struct kmodsel_index *x, const struct kmodsel_request *q, struct notes *notes,
		   struct kmodsel_selection *ret, struct err *e);
void kmodsel_selection_done(struct kmodsel_selection *s);
void kmodsel_request_done(struct kmodsel_request *q);
/* Module of an index by number. */
const struct kmodsel_module *kmodsel_index_module(const struct kmodsel_index *x, uint32_t i);
uint32_t kmodsel_index_count(const struct kmodsel_index *x);

/* Removes from the tree every module of KVER that is not selected, with folders that become empty. */
int kmodsel_prune(struct tree *t, struct sv kver, const struct kmodsel_index *x,
		  const struct kmodsel_selection *s, struct err *e);
/* Keeps the firmware that the selection or the patterns ask for (links and their targets, compressed
 * names NAME.xz, NAME.zst), removes the rest of usr/lib/firmware. Missing ones are not an error. */
int kmodsel_firmware(struct tree *t, const struct kmodsel_selection *s, const struct kmodsel_request *q,
		     struct notes *notes, struct err *e);
/* Writes modules.{dep,alias,symbols,softdep,weakdep,devname,builtin.alias} and their .bin forms for what
 * is selected; equal in content to kmod's depmod over the same modules. */
int kmodsel_depmod(struct tree *t, struct sv kver, const struct kmodsel_index *x,
		   const struct kmodsel_selection *s, struct err *e);
/* Kernel versions in a tree: names below usr/lib/modules, sorted. Views borrow the tree. */
VEC_TYPE(kmodsel_versions, struct sv);
int kmodsel_kernel_versions(const struct tree *t, struct kmodsel_versions *ret, struct err *e);

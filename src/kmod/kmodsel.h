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

/* Strings of a module; memory of the index. */
struct kmodsel_names {
	struct sv *v;
	size_t n;
};

/*
 * What a module says about itself. Views live as long as the index. `name` and `depends` have '_' for
 * '-'; the rest is as the module has it. Softdep words before any "pre:" or "post:" count as pre.
 */
struct kmodsel_module {
	struct sv path; /* below usr/lib/modules/KVER, with suffix: "kernel/fs/ext4/ext4.ko.xz" */
	struct sv name; /* "ext4" */
	struct kmodsel_names
		depends; /* direct ones, in the order in which the module first needs them */
	struct kmodsel_names aliases, firmware;
	struct kmodsel_names softdep, weakdep; /* the whole texts: "pre: a b post: c", "a b" */
	struct kmodsel_names softdep_pre, softdep_post, weakdep_names; /* their words */
	struct kmodsel_names symbols; /* exported: for modules.symbols */
	uint32_t order;               /* line in modules.order, from 0; UINT32_MAX: not there */
	uint32_t groups;              /* bits of the "@group"s that it belongs to */
	bool builtin;                 /* part of the kernel: satisfies names, is never selected */
};

struct kmodsel_index; /* all modules of one kernel, sorted by path */
void kmodsel_index_free(struct kmodsel_index *x);
DEFINE_CLEANUP(struct kmodsel_index *, kmodsel_index_free)

/*
 * Builds the index from a tree that holds usr/lib/modules/KVER (all modules), on `threads` threads;
 * also reads modules.builtin, modules.builtin.modinfo, modules.order. Of several modules of one name
 * only the one that modprobe would load is indexed: updates/ before extra/ before kernel/ before
 * others before weak-updates/. E_NOTFOUND: no such kernel; E_FORMAT, E_LIMIT name the module.
 */
int kmodsel_index_build(const struct tree *t, struct sv kver, unsigned threads,
			struct kmodsel_index **ret, struct err *e);
/* Text form of the index, so that it can be cached by the kernel package's digest; parse refuses
 * anything malformed (E_FORMAT), and the caller then builds it anew. */
void kmodsel_index_save(const struct kmodsel_index *x, struct strbuf *out);
int kmodsel_index_load(struct sv text, struct kmodsel_index **ret, struct err *e);

/* One pattern of KernelModules= or FirmwareFiles=, in order; the last that matches wins. */
struct kmodsel_pattern {
	struct sv text; /* as written: glob, "/abs", "dir/", "re:REGEX", "@group" (modules only); without
			    * the signs below. REGEX: what Python's re and POSIX have in common, else E_USAGE */
	bool exclude;     /* '-' before it */
	bool optional;    /* '?' before it: may match nothing */
	struct sv origin; /* "mkosi.conf:12:3" for messages */
};

struct kmodsel_request {
	VEC(struct kmodsel_pattern) modules;
	VEC(struct kmodsel_pattern) firmware;
};

/* The chosen modules: indexes into the index, sorted by path; and firmware files wanted. */
struct kmodsel_selection {
	VEC(uint32_t) modules;
	VEC(struct sv)
	firmware; /* paths below usr/lib/firmware as named by modules, sorted, unique; may be globs */
};

/*
 * Patterns -> closure (depends; softdep pre and post and weakdep, by name, else through aliases with
 * every provider kept). No pattern at all selects every module. A pattern that matches neither a module
 * nor a builtin is E_USAGE unless optional; an exclusion that matches nothing is a warning. What the
 * builtins ask for is not followed: their softdeps name what the kernel found at build time, and their
 * firmware is either built in or asked for by a module again.
 *
 * "re:" entries are mkosi's KernelModulesInclude= and Exclude=: they look at the path below the first
 * folder, suffix included; an include wins over an exclude; excludes alone keep the rest.
 */
int kmodsel_select(const struct kmodsel_index *x, const struct kmodsel_request *q,
		   struct notes *notes, struct kmodsel_selection *ret, struct err *e);
void kmodsel_selection_done(struct kmodsel_selection *s);
void kmodsel_request_done(struct kmodsel_request *q);
/* Module of an index by number. */
const struct kmodsel_module *kmodsel_index_module(const struct kmodsel_index *x, uint32_t i);
uint32_t kmodsel_index_count(const struct kmodsel_index *x);

/* Removes from the tree every module of KVER that is not selected, with folders that become empty, and
 * the lines of modules.order that name them. */
int kmodsel_prune(struct tree *t, struct sv kver, const struct kmodsel_index *x,
		  const struct kmodsel_selection *s, struct err *e);
/* Keeps the firmware that the selection or the patterns ask for (links and their targets, compressed
 * names NAME.xz, NAME.zst), removes the rest of usr/lib/firmware but amd-ucode and intel-ucode. The last
 * pattern that matches decides; without one the modules do. Missing ones are not an error; an include
 * pattern without '?' that matches nothing is a warning. */
int kmodsel_firmware(struct tree *t, const struct kmodsel_selection *s,
		     const struct kmodsel_request *q, struct notes *notes, struct err *e);
/* Writes modules.{dep,alias,symbols}{,.bin}, modules.{softdep,weakdep,devname} and, from the kernel's own
 * lists, modules.builtin{,.alias}.bin for what is selected; equal in content (keys, values, priorities)
 * to kmod's depmod over the same modules. */
int kmodsel_depmod(struct tree *t, struct sv kver, const struct kmodsel_index *x,
		   const struct kmodsel_selection *s, struct err *e);
/* Kernel versions in a tree: names below usr/lib/modules, sorted. Views borrow the tree. */
VEC_TYPE(kmodsel_versions, struct sv);
int kmodsel_kernel_versions(const struct tree *t, struct kmodsel_versions *ret, struct err *e);

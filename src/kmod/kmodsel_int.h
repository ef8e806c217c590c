/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of src/kmod share and nobody else sees. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/strbuf.h"
#include "base/sv.h"
#include "base/vec.h"
#include "kmod/kmodsel.h"
#include "tree/tree.h"

enum {
	KMODSEL_MODULES_MAX = 1 << 17,
	KMODSEL_ITEMS_MAX = 1 << 18,  /* strings of one module */
	KMODSEL_STRING_MAX = 4096,    /* bytes of one string */
	KMODSEL_SYMBOL_MAX = 511,     /* the kernel's KSYM_NAME_LEN - 1 */
	KMODSEL_FILE_MAX = 256 << 20, /* bytes of one module, decompressed */
	KMODSEL_LIST_MAX = 64 << 20,  /* bytes of modules.order and its like */
	KMODSEL_ELF_SLACK = 1, /* NUL bytes that must follow a module in memory, as behind a blob */
};

struct kmodsel_index {
	struct arena arena;
	struct arena *worker_arenas; /* of the threads that built it */
	unsigned n_workers;
	char *text;         /* that it was loaded from */
	struct sv *strings; /* of the loaded lists */
	struct sv kver;
	VEC(struct kmodsel_module) modules; /* sorted by path */
};

/* ---- kmodsel_elf.c: the adapter around libkmod's ELF reader ---- */

enum kmodsel_item {
	KMODSEL_MODINFO, /* "key=value" */
	KMODSEL_EXPORT,  /* a symbol that the module exports */
	KMODSEL_IMPORT,  /* a symbol that it needs, in the order of its symbol table */
};
/* The text is valid during the call only. Non-zero ends the walk and is returned. */
typedef int (*kmodsel_item_fn)(void *arg, enum kmodsel_item item, struct sv text, struct err *e);
/*
 * Walks what an uncompressed module says. KMODSEL_ELF_SLACK readable NUL bytes must follow bytes.n
 * (libkmod takes the string table's end on trust). E_FORMAT, E_LIMIT.
 */
int kmodsel_elf_walk(struct sv bytes, kmodsel_item_fn fn, void *arg, struct err *e);

/* ---- kmodsel_group.c: "@net" and its like ---- */

/* Evidence bits of one imported symbol; 0 for most. */
uint32_t kmodsel_group_evidence(struct sv symbol);
/* Groups from the evidence of all imports and the aliases. */
uint32_t kmodsel_groups_of(uint32_t evidence, const struct kmodsel_names *aliases);
/* Bit of a group by name without '@'; 0 when unknown. */
uint32_t kmodsel_group_by_name(struct sv name);
void kmodsel_group_list(struct strbuf *out); /* "@crypto @fs ..." */
/* Changes with the tables, so that an index saved by another release is refused. */
uint64_t kmodsel_group_digest(void);

/* ---- kmodsel_path.c ---- */

/* "kernel/a/b-c.ko.xz" -> "kernel/a/b-c"; false when it is no module's name. */
bool kmodsel_strip_ko(struct sv path, struct sv *ret);
struct sv kmodsel_basename(struct sv path);
/* Module name of a path: base name up to the first '.', '_' for '-'. */
struct sv kmodsel_name_of(struct arena *a, struct sv path);
/* `from` becomes `to` everywhere but inside [...]. */
void kmodsel_normalise(struct sv text, char from, char to, struct strbuf *out);
/* Words of softdep= texts; `names` gains views of them. */
void kmodsel_split_softdep(struct arena *a, struct kmodsel_module *m);

/* ---- kmodsel_deps.c ---- */

/* Resolves module names and aliases to modules, and walks their closure. */
struct kmodsel_resolver;
struct kmodsel_resolver *kmodsel_resolver_new(const struct kmodsel_index *x);
void kmodsel_resolver_free(struct kmodsel_resolver *r);
DEFINE_CLEANUP(struct kmodsel_resolver *, kmodsel_resolver_free)
VEC_TYPE(kmodsel_ids, uint32_t);
/* Appends every module that provides the token; false when nothing does. */
bool kmodsel_resolve(const struct kmodsel_resolver *r, struct sv token, struct kmodsel_ids *out);
/* Sets chosen[i] for everything that the chosen ones need. */
void kmodsel_closure(const struct kmodsel_resolver *r, bool *chosen, struct notes *notes);

/* ---- kmodsel_trie.c: libkmod's index files ---- */

struct kmodsel_trie_entry {
	struct sv key; /* 7-bit ASCII; entries with other bytes are left out, as depmod does */
	uint32_t priority;
	struct sv value;
};
VEC_TYPE(kmodsel_trie, struct kmodsel_trie_entry);
/* Sorts the entries and appends the file's bytes. E_LIMIT above 256 MiB. */
int kmodsel_trie_write(struct kmodsel_trie *t, struct strbuf *out, struct err *e);

/* ---- kmodsel_index.c ---- */

/* Node of usr/lib/modules/KVER, or NULL. */
struct tree_node *kmodsel_kver_dir(const struct tree *t, struct sv kver);
/* Content of a file in it; empty when absent. */
struct sv kmodsel_kver_file(const struct tree *t, struct sv kver, const char *name);
/* Copies the scratch names into the arena. */
void kmodsel_names_keep(struct arena *a, struct kmodsel_names *dst, const struct sv *src, size_t n);

/* ---- kmodsel_builtin.c ---- */

/* Appends the builtin modules of modules.builtin and modules.builtin.modinfo. */
int kmodsel_builtin_add(struct kmodsel_index *x, const struct tree *t, struct err *e);
/* Cuts the next "module.key=value" record off modules.builtin.modinfo; false at the end. */
bool kmodsel_builtin_record(struct sv *rest, struct sv *ret_module, struct sv *ret_key,
			    struct sv *ret_value);

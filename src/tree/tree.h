/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The image in memory: a tree of named entries over inodes, content by reference. Paths are resolved
 * through symlinks inside the tree (a component that is a link to a folder is followed, ".." never
 * leaves the root), so "bin/sh" lands in usr/bin once the merged-usr links are there. The tree owns
 * everything in it; content blobs are reference-counted and immutable. One thread at a time.
 *
 * Paths given to functions are relative to the root; a leading "/" or "./" is accepted and ignored.
 * Invariants: names are 1..255 bytes without '/' and NUL; every entry but the root has a parent
 * folder; hard links are entries that share an inode.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/strbuf.h"
#include "base/sv.h"

enum tree_type { TREE_DIR, TREE_FILE, TREE_SYMLINK, TREE_CHAR, TREE_BLOCK, TREE_FIFO };

/* Immutable file content, shared between threads only while nobody changes the count. */
struct blob {
	uint32_t refs;
	uint64_t size;
	char *data; /* malloc'ed; NUL behind it */
};
struct blob *blob_new_take(char *data, uint64_t size); /* data from malloc, taken over */
struct blob *blob_new_copy(struct sv bytes);
struct blob *blob_ref(struct blob *b);
void blob_unref(struct blob *b); /* NULL is fine */
static inline struct sv blob_sv(const struct blob *b)
{
	return (struct sv){ b->data, b->size };
}

struct inode {
	enum tree_type type;
	uint32_t mode;           /* permission bits 07777 */
	uint32_t uid, gid;       /* numbers; valid after tree_resolve_owners when names are set */
	struct sv uname, gname;  /* owner by name; empty: by number */
	int64_t mtime;           /* seconds since 1970 */
	uint32_t nlink;          /* entries that share it */
	uint32_t dev_major, dev_minor;
	struct blob *blob;       /* TREE_FILE; NULL: empty */
	struct sv target;        /* TREE_SYMLINK */
};

struct tree_node {
	struct sv name;
	struct tree_node *parent; /* NULL: root */
	struct inode *inode;
	uint32_t origin;          /* package ordinal of the plan + 1; 0: made by kindling or a recipe */
	struct tree_node **children; /* TREE_DIR: sorted bytewise by name */
	uint32_t n_children, cap_children;
};

struct tree {
	struct arena arena;
	struct tree_node *root;
	uint64_t n_nodes;
};

struct tree *tree_new(void);
void tree_free(struct tree *t);
DEFINE_CLEANUP(struct tree *, tree_free)

/*
 * Path text without a tree: strips "./" and "/", refuses "..", empty, NUL, names > 255, paths > 4095.
 * What packages bring is checked with it. *ret borrows.
 */
int tree_path_check(struct sv path, struct sv *ret, struct err *e);
/* Normalises in place of a lookup: "a//b/./c" -> "a/b/c" into out (cleared first). Refuses "..". */
int tree_path_clean(struct sv path, struct strbuf *out, struct err *e);

/* The entry itself (final symlink not followed), or NULL. */
struct tree_node *tree_lookup(const struct tree *t, struct sv path);
/* Follows a final symlink, too; NULL when it dangles or loops (40 links). */
struct tree_node *tree_follow(const struct tree *t, struct sv path);
/* Child by name of a folder node, or NULL. */
struct tree_node *tree_child(const struct tree_node *dir, struct sv name);
/* Canonical path of a node without leading slash; "" for the root. */
void tree_node_path(const struct tree_node *n, struct strbuf *out);

/* What to put at a path. Strings are copied; `blob` gains a reference. */
struct tree_entry {
	struct sv path;
	enum tree_type type;
	uint32_t mode, uid, gid;
	struct sv uname, gname;
	int64_t mtime;
	uint32_t dev_major, dev_minor;
	struct blob *blob;
	struct sv target;
	uint32_t origin;
};

/*
 * Adds or replaces. Missing parents are made (0755 root, mtime of the entry, origin 0). A folder over
 * an existing folder (or over a link to a folder) merges: attributes of the newcomer win when the
 * existing one was made implicitly or `entry->origin` is 0, else the first stays. Anything else over
 * a folder that is not empty, or a folder over a file, is E_FORMAT. *ret may be NULL.
 */
int tree_add(struct tree *t, const struct tree_entry *entry, struct tree_node **ret, struct err *e);
/* Hard link: path becomes another entry of target's inode (E_FORMAT when target is absent or a folder). */
int tree_link(struct tree *t, struct sv path, struct sv target, uint32_t origin, struct err *e);
/* Removes an entry with everything below it. False when absent. */
bool tree_remove(struct tree *t, struct sv path);
void tree_remove_node(struct tree *t, struct tree_node *n); /* not the root */

/* Shorthands for transforms: origin 0, owner root, mtime 0 (clamping raises nothing: see image). */
int tree_mkdir(struct tree *t, struct sv path, uint32_t mode, struct err *e); /* keeps what is there */
int tree_write(struct tree *t, struct sv path, struct sv content, uint32_t mode, struct err *e);
int tree_symlink(struct tree *t, struct sv path, struct sv target, struct err *e);
/* Content of a regular file (final links followed); false when absent or not a file. */
bool tree_read(const struct tree *t, struct sv path, struct sv *ret);

/*
 * Walk in order of the path's components (parents before children, siblings bytewise). The callback
 * may remove the node it was called with, nothing else. Non-zero ends the walk and is returned.
 */
typedef int (*tree_walk_fn)(void *arg, struct tree *t, struct tree_node *n, struct sv path, struct err *e);
int tree_walk(struct tree *t, tree_walk_fn fn, void *arg, struct err *e);

/* Removes what matches a RemoveFiles= style pattern (absolute glob; '*' does not match '/', a match on
 * a folder takes all below). Paths are matched canonically. Returns the count through *ret_n. */
int tree_remove_glob(struct tree *t, struct sv pattern, uint64_t *ret_n, struct err *e);

/* Text form, one entry a line, both ways (tree(5) in docs/man): golden tests and --dump tree. Content is
 * named by sha256; parsing needs a content callback only for non-empty files. */
void tree_dump(const struct tree *t, struct strbuf *out);

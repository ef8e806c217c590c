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
#include "base/digest.h"
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
	uint32_t mode;          /* permission bits 07777 */
	uint32_t uid, gid;      /* numbers; valid after tree_resolve_owners when names are set */
	struct sv uname, gname; /* owner by name; empty: by number */
	int64_t mtime;          /* seconds since 1970 */
	uint32_t nlink;         /* entries that share it */
	uint32_t dev_major, dev_minor;
	struct blob *blob; /* TREE_FILE; NULL: empty */
	struct sv target;  /* TREE_SYMLINK */
};

struct tree_node {
	struct sv name;
	struct tree_node *parent; /* NULL: root */
	struct inode *inode;
	uint32_t origin; /* package ordinal of the plan + 1; 0: made by kindling or a recipe */
	bool implicit;   /* a folder nobody asked for by name: made because something lies below */
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
/* Canonical path of a node without leading slash; "" for the root. out is cleared first. */
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
 * Adds or replaces. Missing parents are made (0755 root, mtime of the entry, origin 0), also where a
 * link on the way points. A folder over an existing folder (or over a link to one, also to one that
 * is not there yet) merges: attributes of the newcomer win when the existing one was made implicitly
 * or `entry->origin` is 0, else the first stays. The root is the path "" (or "./") with TREE_DIR.
 * Anything else over a folder that is not empty, or a folder over a file, is E_FORMAT; so is a
 * canonical path above 4095 bytes. E_LIMIT above 4 million entries. Replacing one of several hard
 * links leaves the others as they are. *ret may be NULL.
 */
int tree_add(struct tree *t, const struct tree_entry *entry, struct tree_node **ret, struct err *e);
/* Hard link: path becomes another entry of target's inode (E_FORMAT when target is absent or a folder). */
int tree_link(struct tree *t, struct sv path, struct sv target, uint32_t origin, struct err *e);
/* Removes an entry with everything below it. False when absent. */
bool tree_remove(struct tree *t, struct sv path);
void tree_remove_node(struct tree *t, struct tree_node *n); /* not the root */

/* Shorthands for transforms: origin 0, owner root, mtime 0 (clamping raises nothing: see image). */
int tree_mkdir(struct tree *t, struct sv path, uint32_t mode,
	       struct err *e); /* keeps what is there */
int tree_write(struct tree *t, struct sv path, struct sv content, uint32_t mode, struct err *e);
int tree_symlink(struct tree *t, struct sv path, struct sv target, struct err *e);
/* Content of a regular file (final links followed); false when absent or not a file. */
bool tree_read(const struct tree *t, struct sv path, struct sv *ret);

/*
 * Walk in order of the path's components (parents before children, siblings bytewise), without the
 * root itself. The callback may remove the node it was called with, nothing else. Non-zero ends the
 * walk and is returned.
 */
typedef int (*tree_walk_fn)(void *arg, struct tree *t, struct tree_node *n, struct sv path,
			    struct err *e);
int tree_walk(struct tree *t, tree_walk_fn fn, void *arg, struct err *e);

/*
 * Removes what matches a RemoveFiles= pattern: an absolute glob, matched component by component; '*'
 * does not match '/' but does match a leading dot, '**' stands for any number of folders, links to
 * folders are followed on the way but never at the end, and a match on a folder takes all below. The
 * count of removed entries through *ret_n. E_USAGE: a pattern with "..", or for the root itself.
 */
int tree_remove_glob(struct tree *t, struct sv pattern, uint64_t *ret_n, struct err *e);

/*
 * Text form, one entry a line, both ways: golden tests and --dump tree.
 *
 *	TYPE MODE OWNER:GROUP MTIME PATH [KEY=VALUE...]
 *	d 0755 0:0 1700000000 usr
 *	f 4754 0:messagebus/101 0 usr/lib/helper size=3 sha256=9834...
 *	l 0777 0:0 0 bin target=usr/bin
 *	c 0600 0:0 0 dev/console dev=5,1
 *	h - - - usr/bin/perl5.40 link=usr/bin/perl origin=12
 *
 * TYPE: d folder, f file, l symlink, c and b devices, p pipe, h another entry of an earlier inode. An
 * owner is NUMBER or NAME/NUMBER. Bytes that are blank, '\', not ASCII or not printable are \xHH.
 * Reading, a file may give its content as text=... instead of size and sha256. The root is "." and
 * is left out while it is 0755 0:0 0. '#' starts a comment line.
 */
void tree_dump(const struct tree *t, struct strbuf *out);
/* Finds content for tree_parse; *ret is a reference of its own. */
typedef int (*tree_content_fn)(void *arg, const struct digest *d, uint64_t size, struct blob **ret,
			       struct err *e);
/* `content` may be NULL: then a file with a sha256 is E_FORMAT. Errors name `line N:`. */
int tree_parse(struct sv text, tree_content_fn content, void *arg, struct tree **ret,
	       struct err *e);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of src/tree share and nobody else sees. */
#pragma once

#include "tree/tree.h"

enum {
	TREE_NAME_MAX = 255,
	TREE_PATH_MAX = 4095,
	TREE_LINKS_MAX = 40,
	TREE_NODES_MAX = 4000000,
};

/* A walk down a path; `links` counts what was followed so far. */
struct tree_resolver {
	struct tree *t;
	bool create;   /* make folders that are missing */
	int64_t mtime; /* of those */
	unsigned links;
	struct sv name; /* what was no folder, after E_FORMAT */
};

/* The folder at path from `from`. E_NOTFOUND, E_FORMAT (not a folder, or too many links), E_LIMIT;
 * sets no text. */
int tree_resolve_dir(struct tree_resolver *r, struct tree_node *from, struct sv path,
		     struct tree_node **ret);
/* Takes the next name off the path; skips empty ones and "."; false at the end. */
bool tree_next_name(struct sv *rest, struct sv *ret);
/* Cuts "a/b/c" into "a/b" and "c"; trailing slashes do not count. */
void tree_split_last(struct sv path, struct sv *ret_dir, struct sv *ret_name);
/* Position of name among the children, or where it belongs. */
bool tree_child_find(const struct tree_node *dir, struct sv name, uint32_t *ret);
struct tree_node *tree_new_dir(struct tree *t, struct tree_node *dir, struct sv name,
			       int64_t mtime);

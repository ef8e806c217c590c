/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The four user databases of the tree as lines: passwd(5), group(5), shadow(5), gshadow(5). Lines that
 * are there stay byte for byte unless a function here says it changes one; lines that are no entry
 * (comments, NIS, too few fields) are kept and answer to no name. Strings live in the arena.
 */
#pragma once

#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"
#include "tree/tree.h"

struct userdb_line {
	struct sv line, name; /* name empty: not an entry */
	uint32_t id;          /* third field of passwd and group */
	uint32_t gid;         /* fourth of passwd */
};

struct userdb_file {
	const char *path; /* etc/passwd */
	bool has_ids;
	bool changed;
	VEC(struct userdb_line) lines;
	struct map names; /* name -> index of its first line */
	struct arena *arena;
};

struct userdb {
	struct userdb_file passwd, group, shadow, gshadow;
};

void userdb_load(struct userdb *db, const struct tree *t, struct arena *a);
void userdb_done(struct userdb *db);
/* Writes back the files that changed: passwd and group 0644, shadow and gshadow 0600 when new. */
int userdb_store(struct userdb *db, struct tree *t, struct err *e);

/* The entry of that name, or NULL; valid until the next addition. */
struct userdb_line *userdb_find(const struct userdb_file *f, struct sv name);
/* The first entry with that id, or NULL. */
struct userdb_line *userdb_find_id(const struct userdb_file *f, uint32_t id);
/* Appends a line (copied, without newline). */
void userdb_add(struct userdb_file *f, struct sv line);
/* Field number `n` (from 0) of an entry's line; empty when it has fewer. */
struct sv userdb_field(struct sv line, unsigned n);
/* Replaces a field; missing ones in between become empty. */
void userdb_set_field(struct userdb_file *f, struct userdb_line *l, unsigned n, struct sv value);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sysusers.d(5): what the lines ask for, and its application to the user databases. The reader takes
 * any bytes. Strings live in the context's arena.
 */
#pragma once

#include "base/vec.h"
#include "transform/transform_int.h"
#include "transform/userdb_int.h"

struct sysusers_item {
	struct sv name;
	bool uid_set, gid_set;
	bool gid_strict; /* "u name uid:gid": that group must exist */
	bool locked;     /* "u!" */
	bool done;       /* group made, or found */
	uint32_t uid, gid;
	struct sv group_name;         /* "u name uid:group" */
	struct sv id_path;            /* "u name /path": numbers are the owner's of that file */
	struct sv gecos, home, shell; /* empty: default */
	struct sv place;              /* "usr/lib/sysusers.d/x.conf:3" */
};

struct sysusers_member {
	struct sv user, group;
};

struct sysusers_range {
	uint32_t first, last;
};

struct sysusers {
	struct transform_context *c;
	VEC(struct sysusers_item) users;
	VEC(struct sysusers_item) groups;
	VEC(struct sysusers_member) members;
	VEC(struct sysusers_range) ranges;  /* none: 1..999 */
	struct map user_index, group_index; /* name -> position */
};

void sysusers_init(struct sysusers *s, struct transform_context *c);
void sysusers_done(struct sysusers *s);
/* One line. Empty ones and comments are fine. E_FORMAT without place; a line that contradicts an
 * earlier one is left out with a note. */
int sysusers_parse_line(struct sysusers *s, struct sv line, struct sv place, struct err *e);
/* A line that counts only when nobody else declares that user or group: no note then. */
int sysusers_parse_fallback(struct sysusers *s, const struct userdb *db, struct sv line,
			    struct sv place, struct err *e);
bool sysusers_name_valid(struct sv name);
/* Adds everything to the databases; what cannot be done is a note. */
void sysusers_apply(struct sysusers *s, struct userdb *db);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Private to recipe: files and folders by path, on disk or (EMBEDDED and a path) among those the program
 * carries. Texts are the arena's, or live as long as the program.
 */
#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/sv.h"
#include "base/vec.h"

#define EMBEDDED "embedded:"

enum source_kind { SOURCE_NONE, SOURCE_FILE, SOURCE_DIR };
enum source_kind source_kind(struct sv path);
struct sv source_join(struct arena *a, struct sv dir, struct sv name);
/* How messages show it. */
struct sv source_shown(struct sv path);
int source_read(struct arena *a, struct sv path, struct sv *ret, struct err *e);
struct source_entry {
	struct sv name;
	enum source_kind kind;
};
VEC_TYPE(source_entries, struct source_entry);
/* Sorted bytewise. */
int source_list(struct arena *a, struct sv path, struct source_entries *ret, struct err *e);
/* Two paths of one file have one id. */
struct sv source_id(struct arena *a, struct sv path);
bool source_world_readable(struct sv path);

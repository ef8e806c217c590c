/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the user should know but what stops nothing: collected in order, printed by cli. Texts are
 * owned by the list. One thread only. */
#pragma once

#include "base/arena.h"
#include "base/macros.h"
#include "base/sv.h"
#include "base/vec.h"

enum note_level { NOTE_INFO, NOTE_WARNING };

struct note {
	enum note_level level;
	struct sv text;
};

struct notes {
	struct arena arena;
	VEC(struct note) list;
};

#define NOTES_INIT ((struct notes){ .arena = ARENA_INIT })

void notes_add(struct notes *n, enum note_level level, const char *fmt, ...) _printf_(3, 4);
void notes_done(struct notes *n);

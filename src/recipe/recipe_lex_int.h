/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Private to recipe: text -> sections and settings, each with its place. Views borrow the text; an
 * item's lines are its owner's, to be given back with recipe_item_done.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/macros.h"
#include "base/sv.h"
#include "base/vec.h"

struct recipe_line {
	struct sv text; /* trimmed, without comment */
	uint32_t line, col;
};
VEC_TYPE(recipe_lines, struct recipe_line);

struct recipe_item {
	struct sv section;
	struct sv key; /* p == NULL: a section begins here */
	uint32_t line, col;
	struct recipe_lines lines; /* at least one; the first may be empty */
};

struct recipe_lexer {
	struct sv path, rest; /* path: as shown in messages */
	uint32_t line;
	size_t indent; /* common to all lines, not part of the text */
	struct sv section;
};

/* E_FORMAT for NUL bytes. path must outlive the lexer. */
int recipe_lex_init(struct recipe_lexer *l, struct sv path, struct sv text, struct err *e);
/* 1 with the next item (its lines are reused from call to call), 0 at the end, E_USAGE for syntax. */
int recipe_lex_next(struct recipe_lexer *l, struct recipe_item *it, struct err *e);
/* Empty assignment: one line without text. */
bool recipe_item_is_reset(const struct recipe_item *it);
void recipe_item_done(struct recipe_item *it);
/* Sets "PATH:LINE:COL: <text>" and returns code. */
int recipe_err(struct err *e, int code, struct sv path, uint32_t line, uint32_t col,
	       const char *fmt, ...) _printf_(6, 7);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Private to recipe: the table of settings (recipe_settings.c) and the functions that apply a row. All
 * tables are constant and sorted bytewise by their first column.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/sv.h"
#include "recipe/recipe_lex_int.h"

struct recipe_ctx;
struct recipe_setting;
typedef int (*recipe_apply_fn)(struct recipe_ctx *c, const struct recipe_setting *s,
			       const struct recipe_item *it, struct err *e);

enum recipe_class { SETTING_HONOURED, SETTING_NOTED, SETTING_REFUSED };
enum recipe_flags {
	F_WORD = 1 << 0,    /* a value holds no blank (rich dependencies in parentheses may) */
	F_LINES = 1 << 1,   /* one value a line: commas are text */
	F_BLANK = 1 << 2,   /* blanks separate, commas are text */
	F_RAW = 1 << 3,     /* '%' is text */
	F_BOOL = 1 << 4,    /* scalar: a boolean */
	F_LATER = 1 << 5,   /* kept, but nothing in this release acts on it */
	F_NUMBER = 1 << 6,  /* scalar: decimal number */
	F_NAME = 1 << 7,    /* scalar: a file name */
	F_MODULES = 1 << 8, /* kernel modules: 'default' and 'host' are words */
	F_RICH = 1 << 9,    /* but what has a parenthesis may */
};

struct recipe_setting {
	const char *name, *section;
	enum recipe_class class;
	recipe_apply_fn apply; /* SETTING_HONOURED */
	size_t offset;         /* of the field in struct recipe */
	unsigned flags;        /* enum recipe_flags */
	const char *
		why; /* noted: why it does not matter; refused: what to say instead; else a summary */
	const char *
		harmless; /* refused: words, separated by blanks, that ask for nothing: noted only */
};

/* recipe_settings.c: sorted bytewise by name. */
extern const struct recipe_setting recipe_settings[];
extern const size_t recipe_settings_count;
/* Former names, sorted; `now` is NULL for settings that mkosi dropped: they are noted. */
struct recipe_alias {
	const char *old, *now;
};
extern const struct recipe_alias recipe_aliases[];
extern const size_t recipe_aliases_count;
extern const char *const recipe_sections[];
extern const size_t recipe_sections_count;
const struct recipe_setting *recipe_setting_find(struct sv name);
const struct recipe_alias *recipe_alias_find(struct sv name);
/* Files beside a mkosi.conf that stand for a setting: mkosi.NAME. */
struct recipe_default {
	const char *name, *setting;
	bool content; /* the value is what the file holds */
};
extern const struct recipe_default recipe_defaults[];
extern const size_t recipe_defaults_count;
/* Nearest known name, or p == NULL. */
struct sv recipe_nearest_setting(struct sv name);
struct sv recipe_nearest_section(struct sv name);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tables: sorted, consistent, and equal to what recipe(5) prints. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "recipe/recipe_int.h"
#include "base/fs.h"
#include "test.h"

TEST(settings_are_sorted)
{
	for (size_t i = 1; i < recipe_settings_count; i++)
		ASSERT_MSG(strcmp(recipe_settings[i - 1].name, recipe_settings[i].name) < 0,
			   "%s, %s", recipe_settings[i - 1].name, recipe_settings[i].name);
	for (size_t i = 1; i < recipe_aliases_count; i++)
		ASSERT_TRUE(strcmp(recipe_aliases[i - 1].old, recipe_aliases[i].old) < 0);
	for (size_t i = 1; i < recipe_sections_count; i++)
		ASSERT_TRUE(strcmp(recipe_sections[i - 1], recipe_sections[i]) < 0);
	for (size_t i = 1; i < recipe_defaults_count; i++)
		ASSERT_TRUE(strcmp(recipe_defaults[i - 1].name, recipe_defaults[i].name) < 0);
}

TEST(settings_are_found)
{
	ASSERT_TRUE(recipe_setting_find(SV("Packages")) != NULL);
	ASSERT_NULL(recipe_setting_find(SV("packages")));
	ASSERT_NULL(recipe_setting_find(SV("")));
	for (size_t i = 0; i < recipe_settings_count; i++)
		ASSERT_TRUE(recipe_setting_find(sv_from(recipe_settings[i].name)) ==
			    &recipe_settings[i]);
}

TEST(settings_are_whole)
{
	for (size_t i = 0; i < recipe_settings_count; i++) {
		const struct recipe_setting *s = &recipe_settings[i];
		bool section = false;

		for (size_t k = 0; k < recipe_sections_count; k++)
			section |= strcmp(s->section, recipe_sections[k]) == 0;
		ASSERT_MSG(section, "%s: section %s", s->name, s->section);
		ASSERT_MSG((s->class == SETTING_HONOURED) == (s->apply != NULL), "%s", s->name);
		ASSERT_MSG(s->why && s->why[0], "%s has no words", s->name);
		ASSERT_MSG(!s->harmless || s->class == SETTING_REFUSED, "%s", s->name);
		ASSERT_NULL(recipe_alias_find(sv_from(s->name)));
	}
	for (size_t i = 0; i < recipe_aliases_count; i++)
		ASSERT_MSG(!recipe_aliases[i].now ||
				   recipe_setting_find(sv_from(recipe_aliases[i].now)),
			   "%s", recipe_aliases[i].old);
	for (size_t i = 0; i < recipe_defaults_count; i++)
		ASSERT_MSG(recipe_setting_find(sv_from(recipe_defaults[i].setting)), "%s",
			   recipe_defaults[i].name);
}

/* Every setting mkosi 27 knows, from its own table; the count guards against losing one. */
TEST(settings_cover_mkosi)
{
	static const char *const ours[] = { "Base",
					    "Disable",
					    "EmergencyShell",
					    "Enable",
					    "Ignore",
					    "Keep",
					    "KeepFiles",
					    "KernelPackage",
					    "Line",
					    "Mask",
					    "Mkdir",
					    "Mode",
					    "Netroot",
					    "NetrootDefaults",
					    "Owner",
					    "Prune",
					    "RecommendsOf",
					    "Remove",
					    "SatisfiedByBuilder",
					    "Symlink",
					    "Write" };
	size_t n = recipe_settings_count;

	for (size_t i = 0; i < ARRAY_SIZE(ours); i++)
		ASSERT_MSG(recipe_setting_find(sv_from(ours[i])), "%s", ours[i]);
	ASSERT_EQ_INT(n - ARRAY_SIZE(ours), 179);
}

TEST(nearest)
{
	ASSERT_TRUE(sv_eq(recipe_nearest_setting(SV("Pakages")), SV("Packages")));
	ASSERT_TRUE(sv_eq(recipe_nearest_setting(SV("KernelModule")), SV("KernelModules")));
	ASSERT_TRUE(sv_eq(recipe_nearest_section(SV("content")), SV("Content")));
	ASSERT_NULL(recipe_nearest_setting(SV("Xyzzy")).p);
	ASSERT_NULL(recipe_nearest_setting(SV("")).p);
}

/* Cell text as scdoc has it. */
static struct sv unescape(struct arena *a, struct sv cell)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;

	cell = sv_trim(cell);
	for (size_t i = 0; i < cell.n; i++) {
		if (cell.p[i] == '\\' && i + 1 < cell.n)
			i++;
		strbuf_addc(&out, cell.p[i]);
	}
	return arena_sv(a, strbuf_sv(&out));
}

static struct sv manual(struct fs_data *data)
{
	const char *top = getenv("TOP");
	struct err e = ERR_INIT;
	char path[2048];

	snprintf(path, sizeof(path), "%s/docs/man/recipe.5.scd", top ? top : ".");
	ASSERT_EQ_INT(fs_read(AT_FDCWD, path, 1 << 20, data, &e), 0);
	return fs_sv(data);
}

/* Rows "|  *NAME=*", ":  SECTION", ":  TEXT" below the heading, in the order of the table. */
static void check_table(struct sv text, const char *heading, enum recipe_class class)
{
	struct arena a = ARENA_INIT;
	struct sv title = arena_printf(&a, "\n# %s\n", heading), line, section, why;
	ptrdiff_t at = sv_find(text, title);
	size_t i = 0;

	ASSERT_MSG(at >= 0, "no heading %s", heading);
	text = sv_from_pos(text, (size_t)at + title.n);
	while (sv_line(&text, &line) && !sv_starts(line, SV("# "))) {
		if (!sv_skip(&line, SV("|  *")))
			continue;
		ASSERT_TRUE(sv_cut_end(&line, SV("=*")));
		while (i < recipe_settings_count && recipe_settings[i].class != class)
			i++;
		ASSERT_MSG(i < recipe_settings_count, "%s: too many rows", heading);

		const struct recipe_setting *s = &recipe_settings[i++];
		struct sv want = sv_from(s->why);

		if (s->harmless)
			want = arena_printf(&a, "%s (harmless: %s)", s->why, s->harmless);
		ASSERT_MSG(sv_eq(line, sv_from(s->name)), "%s: '" SV_FMT "' instead of '%s'",
			   heading, SV_ARG(line), s->name);
		ASSERT_TRUE(sv_line(&text, &section) && sv_skip(&section, SV(":  ")));
		ASSERT_MSG(sv_eq(section, sv_from(s->section)), "%s: section", s->name);
		ASSERT_TRUE(sv_line(&text, &why) && sv_skip(&why, SV(":  ")));
		ASSERT_EQ_STR(unescape(&a, why).p, want.p);
	}
	while (i < recipe_settings_count && recipe_settings[i].class != class)
		i++;
	ASSERT_MSG(i == recipe_settings_count, "%s: '%s' is missing", heading,
		   recipe_settings[i].name);
	arena_done(&a);
}

TEST(manual_has_the_same_tables)
{
	_cleanup_fs_data_ struct fs_data data = { 0 };
	struct sv text = manual(&data);

	check_table(text, "HONOURED SETTINGS", SETTING_HONOURED);
	check_table(text, "SETTINGS WITHOUT EFFECT", SETTING_NOTED);
	check_table(text, "REFUSED SETTINGS", SETTING_REFUSED);
}

TEST(manual_has_the_same_names)
{
	_cleanup_fs_data_ struct fs_data data = { 0 };
	struct sv text = manual(&data);
	struct arena a = ARENA_INIT;

	for (size_t i = 0; i < recipe_aliases_count; i++) {
		const char *now = recipe_aliases[i].now;
		struct sv row =
			now ? arena_printf(&a, "|  *%s=*\n:  *%s=*\n", recipe_aliases[i].old, now)
			    : arena_printf(&a, "|  *%s=*\n:  none: noted\n", recipe_aliases[i].old);

		ASSERT_MSG(sv_find(text, row) >= 0, "%s", recipe_aliases[i].old);
	}
	for (size_t i = 0; i < recipe_defaults_count; i++) {
		struct sv row = arena_printf(&a, "|  _mkosi.%s_\n:  *%s=*\n",
					     recipe_defaults[i].name, recipe_defaults[i].setting);

		ASSERT_MSG(sv_find(text, row) >= 0, "%s", recipe_defaults[i].name);
	}
	arena_done(&a);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Locale, keymap, time zone, host name: the files systemd-firstboot --force would write. */
#include "base/macros.h"
#include "transform/transform_int.h"

static bool is_word(struct sv text, const char *also)
{
	for (size_t i = 0; i < text.n; i++)
		if (!ascii_isalpha(text.p[i]) && !ascii_isdigit(text.p[i]) &&
		    (text.p[i] == '\0' || !strchr(also, text.p[i])))
			return false;
	return text.n > 0;
}

static int set_locale(struct transform_context *c, struct err *e)
{
	if (c->locale.n == 0)
		return 0;
	if (!is_word(c->locale, "._@-+") || c->locale.n > 255)
		return err_set(e, E_USAGE, "Locale=: bad locale '" SV_FMT "'", SV_ARG(c->locale));
	return tree_write(c->tree, SV("etc/locale.conf"),
			  arena_printf(&c->arena, "LANG=" SV_FMT "\n", SV_ARG(c->locale)), 0644, e);
}

/* Replaces what is there: on Debian a link to keyboard-configuration's file, which is not in the image. */
static int set_keymap(struct transform_context *c, struct err *e)
{
	if (c->keymap.n == 0)
		return 0;
	if (!is_word(c->keymap, "._@-+") || c->keymap.n > 255)
		return err_set(e, E_USAGE, "Keymap=: bad keymap '" SV_FMT "'", SV_ARG(c->keymap));
	return tree_write(c->tree, SV("etc/vconsole.conf"),
			  arena_printf(&c->arena, "KEYMAP=" SV_FMT "\n", SV_ARG(c->keymap)), 0644,
			  e);
}

static int set_timezone(struct transform_context *c, struct err *e)
{
	struct sv target;

	if (c->timezone.n == 0)
		return 0;
	if (!is_word(c->timezone, "._+-/") || c->timezone.p[0] == '/' ||
	    sv_find(c->timezone, SV("..")) >= 0 || c->timezone.n > 255)
		return err_set(e, E_USAGE, "Timezone=: bad time zone '" SV_FMT "'",
			       SV_ARG(c->timezone));
	target = arena_printf(&c->arena, "../usr/share/zoneinfo/" SV_FMT, SV_ARG(c->timezone));
	if (!tree_follow(c->tree, sv_from_pos(target, 3)))
		tf_note(c, NOTE_WARNING,
			"Timezone=: the image has no '" SV_FMT "': UTC will be used",
			SV_ARG(sv_from_pos(target, 2)));
	return tree_symlink(c->tree, SV("etc/localtime"), target, e);
}

/* hostname(5): what hostname_is_valid takes, without a trailing dot. */
static int set_hostname(struct transform_context *c, struct err *e)
{
	struct sv h = c->hostname;

	if (h.n == 0)
		return 0;
	if (!is_word(h, ".-") || h.n > 64 || h.p[0] == '.' || h.p[0] == '-' ||
	    sv_ends(h, SV(".")) || sv_ends(h, SV("-")) || sv_find(h, SV("..")) >= 0)
		return err_set(e, E_USAGE, "Hostname=: bad host name '" SV_FMT "'", SV_ARG(h));
	return tree_write(c->tree, SV("etc/hostname"),
			  arena_printf(&c->arena, SV_FMT "\n", SV_ARG(h)), 0644, e);
}

int tf_settings(struct transform_context *c, struct err *e)
{
	int r = set_locale(c, e);

	if (r == 0)
		r = set_keymap(c, e);
	if (r == 0)
		r = set_timezone(c, e);
	if (r == 0)
		r = set_hostname(c, e);
	return r;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Unit names: systemd.unit(5), "STRING ESCAPING FOR INCLUSION IN UNIT NAMES" and the paragraphs before. */
#include "base/macros.h"
#include "transform/units_int.h"

enum { UNIT_NAME_MAX_BYTES = 255 };

struct sv unit_name_suffix(struct sv name)
{
	static const char *const suffixes[] = { ".automount", ".device",  ".mount", ".path",
						".scope",     ".service", ".slice", ".socket",
						".swap",      ".target",  ".timer" };

	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++)
		if (sv_ends(name, sv_from(suffixes[i])))
			return sv_from(suffixes[i]);
	return SV("");
}

enum unit_name_kind unit_name_kind(struct sv name)
{
	struct sv stem = name, suffix = unit_name_suffix(name);
	ptrdiff_t at;

	if (suffix.n == 0 || name.n > UNIT_NAME_MAX_BYTES || name.n == suffix.n)
		return UNIT_NAME_BAD;
	stem.n -= suffix.n;
	for (size_t i = 0; i < stem.n; i++)
		if (!ascii_isalpha(stem.p[i]) && !ascii_isdigit(stem.p[i]) &&
		    sv_chr(SV(":-_.\\@"), stem.p[i]) < 0)
			return UNIT_NAME_BAD;
	at = sv_chr(stem, '@');
	if (at == 0)
		return UNIT_NAME_BAD;
	if (at < 0)
		return UNIT_NAME_PLAIN;
	return (size_t)at + 1 == stem.n ? UNIT_NAME_TEMPLATE : UNIT_NAME_INSTANCE;
}

struct sv unit_name_template(struct arena *a, struct sv name)
{
	return unit_name_instantiate(a, name, SV(""));
}

struct sv unit_name_instance(struct sv name)
{
	ptrdiff_t at = sv_chr(name, '@');

	if (at < 0)
		return SV("");
	name.n -= unit_name_suffix(name).n;
	return sv_from_pos(name, (size_t)at + 1);
}

struct sv unit_name_instantiate(struct arena *a, struct sv name, struct sv instance)
{
	struct sv prefix = sv_head(name, (size_t)sv_chr(name, '@') + 1);

	return arena_printf(a, SV_FMT SV_FMT SV_FMT, SV_ARG(prefix), SV_ARG(instance),
			    SV_ARG(unit_name_suffix(name)));
}

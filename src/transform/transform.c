/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transform/transform.h"

#include "base/macros.h"
#include "transform/transform_int.h"

/*
 * The order is part of the meaning:
 *   base           every later row may count on the base folders
 *   varlinks       before anything is written below /var
 *   alternatives   makes awk, which, ...; reads only what packages brought
 *   libalternatives             openSUSE's way of the same
 *   conffiles      templates become files before rows that edit them
 *   nsswitch       likewise
 *   basepasswd     the numbers that are fixed by the distribution come before any that are chosen
 *   sysusers       all other users; uses the base ones
 *   osrelease      the presets and specifiers of nobody else depend on it, but /init makes sense only with it
 *   init, machineid, settings   fixed files
 *   rootpw         edits what basepasswd and sysusers wrote
 *   emergency      drop-ins, before units are looked at
 *   netroot        the boot helper and its defaults
 *   nmunits        before presets look at units
 *   presets        last of what systemd reads, so that every unit and drop-in counts
 *   resolv         depends on what the presets enabled
 *   clockepoch, ldsoconf        order does not matter
 *   overrides      modes and owners that scripts set: after all files are there
 *   files          the recipe has the last word
 *   owners         turns names into numbers, once everything has its name
 */
const struct transform transform_table[] = {
	{ "base", tf_base },
	{ "varlinks", tf_varlinks },
	{ "alternatives", tf_alternatives },
	{ "libalternatives", tf_libalternatives },
	{ "conffiles", tf_conffiles },
	{ "nsswitch", tf_nsswitch },
	{ "basepasswd", tf_basepasswd },
	{ "sysusers", tf_sysusers },
	{ "osrelease", tf_osrelease },
	{ "init", tf_init },
	{ "machineid", tf_machineid },
	{ "settings", tf_settings },
	{ "rootpw", tf_rootpw },
	{ "emergency", tf_emergency },
	{ "netroot", tf_netroot },
	{ "nmunits", tf_nmunits },
	{ "presets", tf_presets },
	{ "resolv", tf_resolv },
	{ "clockepoch", tf_clockepoch },
	{ "ldsoconf", tf_ldsoconf },
	{ "overrides", tf_overrides },
	{ "files", tf_files },
	{ "owners", tf_owners },
};
const size_t transform_count = ARRAY_SIZE(transform_table);

int transform_run(struct transform_context *c, struct err *e)
{
	for (size_t i = 0; i < transform_count; i++) {
		int r = transform_table[i].run(c, e);

		if (r < 0)
			return err_wrap(e, "transform %s", transform_table[i].name);
	}
	return 0;
}

void transform_context_done(struct transform_context *c)
{
	vec_done(&c->netroot_defaults);
	vec_done(&c->packages);
	vec_done(&c->files);
	vec_done(&c->units);
	vec_done(&c->users);
	arena_done(&c->arena);
}

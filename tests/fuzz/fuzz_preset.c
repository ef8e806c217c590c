/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A preset file and the answers it gives. */
#include "base/macros.h"
#include "transform/units_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "a.service", "a@.service", "a@b.service", "x.socket" };
	struct notes notes = NOTES_INIT;
	struct transform_context c = { .notes = &notes };
	struct preset_rules rules = { .v = NULL };
	struct unit_names found = { .v = NULL };

	preset_parse(&c, sv_of(data, size), SV("p"), &rules);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		(void)preset_query(&c.arena, &rules, sv_from(names[i]), &found);
	vec_done(&found);
	preset_rules_done(&rules);
	transform_context_done(&c);
	notes_done(&notes);
	return 0;
}

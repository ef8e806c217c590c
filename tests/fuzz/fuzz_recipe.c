/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any text as a recipe: it loads or says why not, and the dump of what loaded loads again to the same. */
#include "recipe/recipe_int.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int load(struct recipe *r, struct sv text, struct strbuf *dump)
{
	struct notes notes = NOTES_INIT;
	struct recipe_options o = { .notes = &notes,
				    .match = { .distribution = SV("debian"),
					       .release = SV("trixie"),
					       .architecture = SV("x86-64"),
					       .format = SV("cpio") } };
	struct err e = ERR_INIT;
	int ret;

	recipe_init(r);
	ret = recipe_load_text(r, SV("f"), text, &o, &e);
	if (ret == 0)
		recipe_dump(r, dump);
	notes_done(&notes);
	return ret;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_strbuf_ struct strbuf once = STRBUF_INIT, twice = STRBUF_INIT;
	struct recipe a, b;

	if (load(&a, sv_of(data, size), &once) == 0 && once.n < RECIPE_FILE_MAX) {
		if (load(&b, strbuf_sv(&once), &twice) < 0)
			abort();
		/* Places differ; the number of lines does not. */
		if (a.packages.n != b.packages.n || a.files.n != b.files.n ||
		    a.users.n != b.users.n || a.kernel_modules.n != b.kernel_modules.n ||
		    a.trees.n != b.trees.n)
			abort();
		recipe_done(&b);
	}
	recipe_done(&a);
	return 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* tree_parse: whatever parses dumps to text that parses to the same text. */
#include <stdlib.h>

#include "base/macros.h"
#include "tree/tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Content by size only: the dump names another digest then, but always the same. */
static int content(void *arg, const struct digest *d, uint64_t size, struct blob **ret,
		   struct err *e)
{
	char *p;

	(void)arg;
	(void)d;
	if (size > 4096)
		return err_set(e, E_LIMIT, "too large");
	p = xcalloc(1, (size_t)size + 1);
	*ret = blob_new_take(p, size);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct strbuf first = STRBUF_INIT, second = STRBUF_INIT;
	struct tree *t = NULL;
	struct err e = ERR_INIT;

	if (tree_parse(sv_of(data, size), content, NULL, &t, &e) < 0)
		return 0;
	tree_dump(t, &first);
	tree_free(t);
	t = NULL;
	if (tree_parse(strbuf_sv(&first), content, NULL, &t, &e) == 0) {
		tree_dump(t, &second);
		if (!sv_eq(strbuf_sv(&first), strbuf_sv(&second)) &&
		    sv_find(strbuf_sv(&first), SV(" sha256=")) < 0)
			BUG("a dump does not round-trip");
		tree_free(t);
	}
	strbuf_done(&first);
	strbuf_done(&second);
	return 0;
}

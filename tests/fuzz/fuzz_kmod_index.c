/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A saved index: what loads is saved as the same bytes but for letters that mean the same, selects
 * and is indexed by depmod's rules. The digest of the group tables is put in, or nothing would load.
 */
#include <stdio.h>
#include <stdlib.h>

#include "kmod/kmodsel_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use(struct kmodsel_index *x)
{
	_cleanup_(kmodsel_index_freep) struct kmodsel_index *y = NULL;
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_strbuf_ struct strbuf once = STRBUF_INIT, twice = STRBUF_INIT, dir = STRBUF_INIT;
	struct kmodsel_request q = { .modules = { 0 } };
	struct kmodsel_selection s = { .modules = { 0 } };
	struct err e = ERR_INIT;

	kmodsel_index_save(x, &once);
	if (kmodsel_index_load(strbuf_sv(&once), &y, &e) < 0)
		abort();
	kmodsel_index_save(y, &twice);
	if (!sv_eq(strbuf_sv(&once), strbuf_sv(&twice)))
		abort();
	if (kmodsel_select(x, &q, NULL, &s, &e) < 0)
		abort();
	strbuf_addf(&dir, "usr/lib/modules/" SV_FMT, SV_ARG(x->kver));
	if (tree_mkdir(t, strbuf_sv(&dir), 0755, &e) == 0)
		(void)kmodsel_depmod(t, x->kver, x, &s, &e);
	kmodsel_selection_done(&s);
	kmodsel_request_done(&q);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(kmodsel_index_freep) struct kmodsel_index *x = NULL;
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	struct err e = ERR_INIT;

	strbuf_addf(&text, "kindling-kmod-index 1 %016llx\n",
		    (unsigned long long)kmodsel_group_digest());
	strbuf_add(&text, sv_of(data, size));
	if (kmodsel_index_load(strbuf_sv(&text), &x, &e) == 0)
		use(x);
	return 0;
}

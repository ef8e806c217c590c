/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "kmod/kmodsel_int.h"
#include "kmodtest.h"
#include "tests/unit/test.h"

static void save_kernel(struct strbuf *out)
{
	_cleanup_(tree_freep) struct tree *t = kernel_new();
	_cleanup_(kmodsel_index_freep) struct kmodsel_index *x = NULL;
	struct err e = ERR_INIT;

	ASSERT_MSG(kmodsel_index_build(t, SV("1.0"), 1, &x, &e) == 0, "%s", e.text);
	kmodsel_index_save(x, out);
}

TEST(there_and_back)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT, again = STRBUF_INIT;
	_cleanup_(kmodsel_index_freep) struct kmodsel_index *x = NULL;
	struct err e = ERR_INIT;
	char *copy;
	size_t n;

	save_kernel(&text);
	n = text.n;
	copy = malloc(n);
	ASSERT_NOT_NULL(copy);
	memcpy(copy, text.p, n);
	ASSERT_MSG(kmodsel_index_load(sv_of(copy, n), &x, &e) == 0, "%s", e.text);
	free(copy); /* the index has its own */
	kmodsel_index_save(x, &again);
	ASSERT_EQ_STR(again.p, text.p);
	ASSERT_HAS_STR(
		text.p,
		"m kernel/fs/a/a.ko.xz\ng 2 2\nd b\nd c\nd d_mod\na fs-a\ns pre: crypto-hash post: fast_unit\n"
		"w w core-builtin\n");
	ASSERT_HAS_STR(text.p, "b kernel/lib/late.ko\na late-one\n");
}

TEST(every_cut_is_refused)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;

	save_kernel(&text);
	for (size_t n = 0; n < text.n; n++) {
		struct kmodsel_index *x = NULL;
		struct err e = ERR_INIT;

		ASSERT_MSG(kmodsel_index_load(sv_of(text.p, n), &x, &e) == E_FORMAT, "cut at %zu",
			   n);
		ASSERT_HAS_STR(e.text, "module index");
	}
}

/* A head with the right digest, then the rest. */
static void refuse(const char *counts, const char *rest, const char *words)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	struct kmodsel_index *x = NULL;
	struct err e = ERR_INIT;

	strbuf_addf(&text, "kindling-kmod-index 1 %016llx\nkernel 1.0\ncount %s\n%s",
		    (unsigned long long)kmodsel_group_digest(), counts, rest);
	ASSERT_MSG(kmodsel_index_load(strbuf_sv(&text), &x, &e) < 0, "accepted: %s %s", counts,
		   rest);
	ASSERT_HAS_STR(e.text, words);
	ASSERT_NULL(x);
}

TEST(malformed)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	struct kmodsel_index *x = NULL;
	struct err e = ERR_INIT;

	refuse("1 0", "m b\nm a\nend\n", "more modules than counted");
	refuse("2 0", "m b\nm a\nend\n", "line 5: modules are not sorted");
	refuse("2 0", "m a\nm a\nend\n", "not sorted");
	refuse("2 0", "m a\nend\n", "less than counted");
	refuse("1 1", "m a\nend\n", "less than counted");
	refuse("1 0", "m a\na x\nend\n", "more strings than counted");
	refuse("1 2", "m a\nf x\na y\nend\n", "unexpected 'a'");
	refuse("1 1", "a x\nm a\nend\n", "unexpected 'a'");
	refuse("1 1", "m a\nq x\nend\n", "unexpected 'q'");
	refuse("1 0", "m /a\nend\n", "malformed path");
	refuse("1 0", "m .ko\nend\n", "malformed path");
	refuse("1 0", "m a\ng 1\nend\n", "malformed groups");
	refuse("1 0", "m a\ng 1 x\nend\n", "not a number");
	refuse("1 1", "m a\na x\ng 1 1\nend\n", "unexpected 'g'");
	refuse("1 0", "m a\nend\nmore\n", "behind the end");
	refuse("1 99999999", "m a\nend\n", "too large");
	refuse("99999999 1", "m a\nend\n", "too large");
	refuse("1 1", "m a\na\tx\nend\n", "control byte");
	refuse("1", "m a\nend\n", "expected 'count'");

	strbuf_adds(&text, "kindling-kmod-index 1 0123456789abcdef\nkernel 1.0\ncount 0 0\nend\n");
	ASSERT_EQ_INT(kmodsel_index_load(strbuf_sv(&text), &x, &e), E_FORMAT);
	ASSERT_HAS_STR(e.text, "another release");
}

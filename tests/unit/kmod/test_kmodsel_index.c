/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "kmod/kmodsel_int.h"
#include "kmodtest.h"
#include "tests/unit/test.h"

static struct kmodsel_index *index_of(const struct tree *t)
{
	struct kmodsel_index *x = NULL;
	struct err e = ERR_INIT;

	ASSERT_MSG(kmodsel_index_build(t, SV("1.0"), 2, &x, &e) == 0, "%s", e.text);
	return x;
}

static const struct kmodsel_module *find(const struct kmodsel_index *x, const char *name)
{
	for (uint32_t i = 0; i < kmodsel_index_count(x); i++)
		if (sv_eq(kmodsel_index_module(x, i)->name, sv_from(name)))
			return kmodsel_index_module(x, i);
	test_fail(__FILE__, __LINE__, "no module %s", name);
}

static void expect_names(const struct kmodsel_names *names, const char *want)
{
	_cleanup_strbuf_ struct strbuf got = STRBUF_INIT;

	for (size_t i = 0; i < names->n; i++)
		strbuf_addf(&got, "%s" SV_FMT, i > 0 ? "," : "", SV_ARG(names->v[i]));
	ASSERT_EQ_STR(got.p ? got.p : "", want);
}

TEST(what_modules_say)
{
	_cleanup_(tree_freep) struct tree *t = kernel_new();
	_cleanup_(kmodsel_index_freep) struct kmodsel_index *x = index_of(t);
	const struct kmodsel_module *a = find(x, "a"), *nic = find(x, "nic");

	/* by first symbol: b_two, c_one; d by name alone */
	expect_names(&a->depends, "b,c,d_mod");
	expect_names(&a->softdep_pre, "crypto-hash");
	expect_names(&a->softdep_post, "fast_unit");
	expect_names(&a->softdep, "pre: crypto-hash post: fast_unit");
	expect_names(&a->weakdep_names, "w,core-builtin");
	expect_names(&nic->firmware, "nic/one.bin,nic/two-*.bin,link/three.bin");
	expect_names(&find(x, "b")->symbols, "b_one,b_two");
	ASSERT_EQ_INT(a->order, 2);
	ASSERT_EQ_INT(find(x, "w")->order, 4);
	ASSERT_EQ_INT(nic->order, UINT32_MAX);
	ASSERT_EQ_INT(a->groups, kmodsel_group_by_name(SV("fs")));
	ASSERT_EQ_INT(nic->groups, kmodsel_group_by_name(SV("net")));
	ASSERT_EQ_INT(find(x, "hash_fast")->groups, kmodsel_group_by_name(SV("crypto")));
	ASSERT_EQ_INT(find(x, "engine")->groups, 0);
}

TEST(builtins)
{
	_cleanup_(tree_freep) struct tree *t = kernel_new();
	_cleanup_(kmodsel_index_freep) struct kmodsel_index *x = index_of(t);

	ASSERT_TRUE(find(x, "core_builtin")->builtin);
	expect_names(&find(x, "fuse")->aliases, "fs-fuse,devname:fuse");
	ASSERT_TRUE(sv_eq(find(x, "late")->path, SV("kernel/lib/late.ko")));
	ASSERT_FALSE(find(x, "a")->builtin);
	ASSERT_EQ_INT(kmodsel_index_count(x), 12);
	for (uint32_t i = 1; i < kmodsel_index_count(x); i++)
		ASSERT_TRUE(sv_cmp(kmodsel_index_module(x, i - 1)->path,
				   kmodsel_index_module(x, i)->path) < 0);
}

TEST(same_on_any_number_of_threads)
{
	_cleanup_(tree_freep) struct tree *t = kernel_new();
	_cleanup_strbuf_ struct strbuf first = STRBUF_INIT;

	for (unsigned threads = 0; threads < 6; threads++) {
		_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
		_cleanup_(kmodsel_index_freep) struct kmodsel_index *x = NULL;
		struct err e = ERR_INIT;

		ASSERT_EQ_INT(kmodsel_index_build(t, SV("1.0"), threads, &x, &e), 0);
		kmodsel_index_save(x, threads == 0 ? &first : &text);
		if (threads > 0)
			ASSERT_EQ_STR(text.p, first.p);
	}
}

TEST(shadowed_by_folder)
{
	_cleanup_(tree_freep) struct tree *t = kernel_new();
	_cleanup_(kmodsel_index_freep) struct kmodsel_index *x = NULL;

	ko_add(t, "updates/dkms/c.ko", &(struct ko){ .modinfo = STRINGS("alias=newer") });
	ko_add(t, "extra/c.ko", &(struct ko){ .modinfo = STRINGS("alias=extra") });
	ko_add(t, "weak-updates/w.ko", &(struct ko){ .modinfo = STRINGS("alias=weak") });
	x = index_of(t);
	ASSERT_TRUE(sv_eq(find(x, "c")->path, SV("updates/dkms/c.ko")));
	ASSERT_TRUE(sv_eq(find(x, "w")->path, SV("kernel/lib/w.ko")));
	ASSERT_EQ_INT(kmodsel_index_count(x), 12);
}

TEST(link_to_a_module)
{
	_cleanup_(tree_freep) struct tree *t = kernel_new();
	_cleanup_(kmodsel_index_freep) struct kmodsel_index *x = NULL;
	struct err e = ERR_INIT;

	ASSERT_EQ_INT(tree_mkdir(t, SV("usr/lib/modules/0.9/updates"), 0755, &e), 0);
	ASSERT_EQ_INT(tree_write(t, SV("usr/lib/modules/0.9/updates/plus.ko"), SV("ELF?"), 0644,
				 &e),
		      0);
	ASSERT_EQ_INT(tree_symlink(t, SV("usr/lib/modules/1.0/weak-updates/dangling.ko"),
				   SV("nowhere"), &e),
		      0);
	ASSERT_EQ_INT(tree_symlink(t, SV("usr/lib/modules/1.0/weak-updates/also-b.ko"),
				   SV("../kernel/lib/c.ko"), &e),
		      0);
	x = index_of(t);
	ASSERT_TRUE(sv_eq(find(x, "also_b")->path, SV("weak-updates/also-b.ko")));
	ASSERT_EQ_INT(kmodsel_index_count(x), 13);
}

static void refuse(struct tree *t, int code, const char *words)
{
	struct kmodsel_index *x = NULL;
	struct err e = ERR_INIT;

	ASSERT_EQ_INT(kmodsel_index_build(t, SV("1.0"), 2, &x, &e), code);
	ASSERT_NULL(x);
	ASSERT_HAS_STR(e.text, words);
}

TEST(bad_modules_are_named)
{
	_cleanup_(tree_freep) struct tree *t = kernel_new();
	_cleanup_strbuf_ struct strbuf cut = STRBUF_INIT;
	struct sv whole;

	ASSERT_TRUE(tree_read(t, SV("usr/lib/modules/1.0/kernel/fs/a/a.ko.xz"), &whole));
	strbuf_add(&cut, sv_head(whole, whole.n - 20));
	kernel_file(t, "kernel/fs/a/a.ko.xz", strbuf_sv(&cut));
	refuse(t, E_FORMAT, "kernel 1.0: module 'kernel/fs/a/a.ko.xz'");
	kernel_file(t, "kernel/fs/a/a.ko.xz", SV("no module"));
	refuse(t, E_FORMAT, "module 'kernel/fs/a/a.ko.xz': not an ELF file");
	kernel_file(t, "kernel/fs/a/a.ko.xz", SV(""));
	refuse(t, E_FORMAT, "module 'kernel/fs/a/a.ko.xz'");
	ko_add(t, "kernel/fs/a/a.ko.xz", &(struct ko){ .modinfo = STRINGS("alias=two\nlines") });
	refuse(t, E_FORMAT, "module 'kernel/fs/a/a.ko.xz': alias= holds a control byte");
	ko_add(t, "kernel/fs/a/a.ko.xz", &(struct ko){ .exports = STRINGS("x") });
	refuse(t, E_FORMAT, "module 'kernel/fs/a/a.ko.xz': no usable .modinfo");
	ko_add(t, "kernel/fs/a/a.ko.xz", &(struct ko){ .modinfo = STRINGS("a=b") });
	kernel_file(t, "kernel/has blank.ko", SV("x"));
	refuse(t, E_FORMAT, "module 'kernel/has blank.ko': blank, colon or control byte");
}

TEST(no_such_kernel)
{
	static const char *const names[] = { "2.0", "", ".", "..", "1.0/kernel", "../modules/1.0" };
	_cleanup_(tree_freep) struct tree *t = kernel_new();

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct kmodsel_index *x = NULL;
		struct err e = ERR_INIT;

		ASSERT_EQ_INT(kmodsel_index_build(t, sv_from(names[i]), 1, &x, &e), E_NOTFOUND);
	}
}

TEST(versions)
{
	_cleanup_(tree_freep) struct tree *t = kernel_new();
	struct kmodsel_versions v = { 0 };
	struct err e = ERR_INIT;

	ASSERT_EQ_INT(tree_mkdir(t, SV("usr/lib/modules/0.9"), 0755, &e), 0);
	ASSERT_EQ_INT(tree_write(t, SV("usr/lib/modules/README"), SV("x"), 0644, &e), 0);
	ASSERT_EQ_INT(kmodsel_kernel_versions(t, &v, &e), 0);
	ASSERT_EQ_INT(v.n, 2);
	ASSERT_TRUE(sv_eq(v.v[0], SV("0.9")) && sv_eq(v.v[1], SV("1.0")));
	vec_done(&v);
}

TEST(group_table_is_sorted)
{
	_cleanup_strbuf_ struct strbuf list = STRBUF_INIT;

	/* found by bisection: first, last and some of the middle */
	ASSERT_TRUE(kmodsel_group_evidence(SV("__blk_alloc_disk")) != 0);
	ASSERT_TRUE(kmodsel_group_evidence(SV("xhci_init_driver")) != 0);
	ASSERT_TRUE(kmodsel_group_evidence(SV("register_filesystem")) != 0);
	ASSERT_TRUE(kmodsel_group_evidence(SV("ata_host_alloc")) != 0);
	ASSERT_TRUE(kmodsel_group_evidence(SV("wireless_send_event")) != 0);
	ASSERT_EQ_INT(kmodsel_group_evidence(SV("printk")), 0);
	kmodsel_group_list(&list);
	ASSERT_EQ_STR(list.p, "@crypto @fs @input @net @storage @usb");
}

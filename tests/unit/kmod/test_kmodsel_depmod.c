/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "kmod/kmodsel_int.h"
#include "kmodtest.h"
#include "tests/unit/test.h"

static uint32_t get_u32(struct sv file, size_t at)
{
	uint32_t v = 0;

	ASSERT_TRUE(at + 4 <= file.n);
	for (size_t i = 0; i < 4; i++)
		v = v << 8 | (unsigned char)file.p[at + i];
	return v;
}

static size_t get_cstr(struct sv file, size_t at, struct strbuf *out)
{
	size_t n = strnlen(file.p + at, file.n - at);

	ASSERT_TRUE(at + n < file.n);
	strbuf_add(out, sv_of(file.p + at, n));
	return at + n + 1;
}

/* "key priority value" lines of an index file, in its order: a reader written from the format. */
static void dump_node(struct sv file, uint32_t node, struct strbuf *key, struct strbuf *out)
{
	size_t at = node & 0x0fffffff, mark = key->n, childs = 0, first = 0, last = 0;

	if (node & 0x80000000)
		at = get_cstr(file, at, key);
	if (node & 0x20000000) {
		ASSERT_TRUE(at + 2 <= file.n);
		first = (unsigned char)file.p[at];
		last = (unsigned char)file.p[at + 1];
		childs = at + 2;
		at = childs + 4 * (last - first + 1);
	}
	if (node & 0x40000000) {
		uint32_t n = get_u32(file, at);

		at += 4;
		for (uint32_t i = 0; i < n; i++) {
			strbuf_addf(out, "%.*s %u ", (int)key->n, key->p ? key->p : "",
				    get_u32(file, at));
			at = get_cstr(file, at + 4, out);
			strbuf_addc(out, '\n');
		}
	}
	for (size_t c = first; childs && c <= last; c++) {
		uint32_t child = get_u32(file, childs + 4 * (c - first));
		size_t here = key->n;

		/* children come before their parents, so nothing can go round */
		ASSERT_TRUE((child & 0x0fffffff) < childs);
		if (!child)
			continue;
		strbuf_addc(key, (char)c);
		dump_node(file, child, key, out);
		key->n = here;
	}
	key->n = mark;
}

static void dump(struct sv file, struct strbuf *out)
{
	_cleanup_strbuf_ struct strbuf key = STRBUF_INIT;

	ASSERT_EQ_INT(get_u32(file, 0), 0xb007f457);
	ASSERT_EQ_INT(get_u32(file, 4), 0x00020001);
	dump_node(file, get_u32(file, 8), &key, out);
}

static void expect_trie(const struct kmodsel_trie_entry *entries, size_t n, const char *want)
{
	_cleanup_strbuf_ struct strbuf file = STRBUF_INIT, got = STRBUF_INIT;
	struct kmodsel_trie t = { 0 };
	struct err e = ERR_INIT;

	for (size_t i = 0; i < n; i++)
		vec_push(&t, entries[i]);
	ASSERT_EQ_INT(kmodsel_trie_write(&t, &file, &e), 0);
	dump(strbuf_sv(&file), &got);
	ASSERT_EQ_STR(got.p ? got.p : "", want);
	vec_done(&t);
}

TEST(trie)
{
	static const struct kmodsel_trie_entry entries[] = {
		{ SV("beta"), 1, SV("x") },    { SV("alpha"), 2, SV("z") },
		{ SV("alpha"), 1, SV("y") },   { SV("alph"), 7, SV("p") },
		{ SV(""), 3, SV("root") },     { SV("b"), 0, SV("") },
		{ SV("be\xc3"), 0, SV("no") }, { SV("alpine"), 9, SV("q") },
	};

	expect_trie(entries, 8,
		    " 3 root\nalph 7 p\nalpha 1 y\nalpha 2 z\nalpine 9 q\nb 0 \nbeta 1 x\n");
	expect_trie(&entries[1], 1, "alpha 2 z\n");
	expect_trie(&entries[6], 1, "");
	expect_trie(entries, 0, "");
}

TEST(trie_empty_is_a_head)
{
	_cleanup_strbuf_ struct strbuf file = STRBUF_INIT;
	struct kmodsel_trie t = { 0 };
	struct err e = ERR_INIT;

	ASSERT_EQ_INT(kmodsel_trie_write(&t, &file, &e), 0);
	ASSERT_EQ_MEM(file.p, file.n, "\xb0\x07\xf4\x57\0\2\0\1\0\0\0\x0c", 12);
}

TEST(trie_too_deep)
{
	_cleanup_strbuf_ struct strbuf file = STRBUF_INIT;
	struct kmodsel_trie t = { 0 };
	struct err e = ERR_INIT;
	char key[600];

	memset(key, 'a', sizeof(key));
	for (size_t n = 1; n <= sizeof(key); n++)
		vec_push(&t, ((struct kmodsel_trie_entry){ sv_of(key, n), 0, SV("v") }));
	ASSERT_EQ_INT(kmodsel_trie_write(&t, &file, &e), E_LIMIT);
	vec_done(&t);
}

static void index_kernel(struct tree *t, const char *pattern)
{
	_cleanup_(kmodsel_index_freep) struct kmodsel_index *x = NULL;
	struct kmodsel_request q = { .modules = { 0 } };
	struct kmodsel_selection s = { .modules = { 0 } };
	struct err e = ERR_INIT;

	ASSERT_EQ_INT(kmodsel_index_build(t, SV("1.0"), 2, &x, &e), 0);
	if (pattern)
		vec_push(&q.modules, ((struct kmodsel_pattern){ .text = sv_from(pattern) }));
	ASSERT_EQ_INT(kmodsel_select(x, &q, NULL, &s, &e), 0);
	ASSERT_EQ_INT(kmodsel_prune(t, SV("1.0"), x, &s, &e), 0);
	ASSERT_EQ_INT(kmodsel_depmod(t, SV("1.0"), x, &s, &e), 0);
	kmodsel_selection_done(&s);
	kmodsel_request_done(&q);
}

static struct sv content(const struct tree *t, const char *name)
{
	_cleanup_strbuf_ struct strbuf path = STRBUF_INIT;
	struct sv got = SV_NULL;

	strbuf_addf(&path, "usr/lib/modules/1.0/%s", name);
	ASSERT_MSG(tree_read(t, strbuf_sv(&path), &got), "no %s", name);
	return got;
}

static void expect_file(const struct tree *t, const char *name, const char *want)
{
	struct sv got = content(t, name);

	ASSERT_EQ_MEM(got.p, got.n, want, strlen(want));
}

static void expect_bin(const struct tree *t, const char *name, const char *want)
{
	_cleanup_strbuf_ struct strbuf got = STRBUF_INIT;

	dump(content(t, name), &got);
	ASSERT_EQ_STR(got.p ? got.p : "", want);
}

TEST(files)
{
	_cleanup_(tree_freep) struct tree *t = kernel_new();

	index_kernel(t, NULL);
	expect_file(
		t, "modules.dep",
		"kernel/lib/c.ko:\n"
		"kernel/lib/b.ko.zst: kernel/lib/c.ko\n"
		"kernel/fs/a/a.ko.xz: kernel/lib/d-mod.ko.gz kernel/lib/b.ko.zst kernel/lib/c.ko\n"
		"kernel/lib/w.ko:\n"
		"kernel/crypto/hash-slow.ko:\n"
		"kernel/crypto/hash_fast.ko:\n"
		"kernel/drivers/crypto/engine.ko:\n"
		"kernel/drivers/net/nic.ko: kernel/lib/c.ko\n"
		"kernel/lib/d-mod.ko.gz:\n");
	expect_bin(
		t, "modules.dep.bin",
		"a 2 kernel/fs/a/a.ko.xz: kernel/lib/d-mod.ko.gz kernel/lib/b.ko.zst kernel/lib/c.ko\n"
		"b 1 kernel/lib/b.ko.zst: kernel/lib/c.ko\n"
		"c 0 kernel/lib/c.ko:\n"
		"d_mod 8 kernel/lib/d-mod.ko.gz:\n"
		"engine 6 kernel/drivers/crypto/engine.ko:\n"
		"hash_fast 5 kernel/crypto/hash_fast.ko:\n"
		"hash_slow 4 kernel/crypto/hash-slow.ko:\n"
		"nic 7 kernel/drivers/net/nic.ko: kernel/lib/c.ko\n"
		"w 3 kernel/lib/w.ko:\n");
	expect_bin(
		t, "modules.alias.bin",
		"char_major_10_200 7 nic\ncpu:type:x86,*feature:*01* 5 hash_fast\ncrypto_ha* 4 hash_slow\n"
		"crypto_hash 5 hash_fast\ndevname:net/nic 7 nic\nfast_[a-z]nit 6 engine\nfs_a 2 a\n"
		"pci:v00001* 6 engine\npci:v00002* 7 nic\n");
	expect_bin(t, "modules.symbols.bin",
		   "symbol:b_one 1 b\nsymbol:b_two 1 b\nsymbol:c_one 0 c\n");
	expect_bin(t, "modules.builtin.bin", "core_builtin 0 \nfuse 0 \n");
	expect_bin(t, "modules.builtin.alias.bin",
		   "devname:fuse 0 fuse\nfs_fuse 0 fuse\nlate_one 0 late\n");
	expect_file(t, "modules.softdep",
		    "# Soft dependencies extracted from modules themselves.\n"
		    "softdep a pre: crypto-hash post: fast_unit\n");
	expect_file(
		t, "modules.weakdep",
		"# Weak dependencies extracted from modules themselves.\nweakdep a w core-builtin\n");
	expect_file(t, "modules.devname",
		    "# Device nodes to trigger on-demand module loading.\nnic net/nic c10:200\n");
}

TEST(pruned)
{
	_cleanup_(tree_freep) struct tree *t = kernel_new();

	index_kernel(t, "b");
	expect_file(t, "modules.dep", "kernel/lib/c.ko:\nkernel/lib/b.ko.zst: kernel/lib/c.ko\n");
	expect_file(t, "modules.order", "kernel/lib/c.ko\nkernel/lib/b.ko\n");
	expect_file(t, "modules.devname", "");
	ASSERT_NULL(tree_lookup(t, SV("usr/lib/modules/1.0/kernel/drivers")));
	ASSERT_NULL(tree_lookup(t, SV("usr/lib/modules/1.0/kernel/fs")));
	ASSERT_NULL(tree_lookup(t, SV("usr/lib/modules/1.0/kernel/lib/w.ko")));
	ASSERT_NOT_NULL(tree_lookup(t, SV("usr/lib/modules/1.0/kernel/lib/b.ko.zst")));
	ASSERT_NOT_NULL(tree_lookup(t, SV("usr/lib/modules/1.0/modules.builtin")));
}

TEST(nothing_selected)
{
	_cleanup_(tree_freep) struct tree *t = kernel_new();
	struct tree_node *n;

	index_kernel(t, "fuse");
	n = tree_lookup(t, SV("usr/lib/modules/1.0"));
	ASSERT_NOT_NULL(n);
	ASSERT_NULL(tree_child(n, SV("kernel")));
	expect_bin(t, "modules.dep.bin", "");
}

/* A ring cannot be loaded, but indexing it must come to an end. */
TEST(ring)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	struct err e = ERR_INIT;

	ASSERT_EQ_INT(tree_mkdir(t, SV("usr/lib/modules/1.0"), 0755, &e), 0);
	ko_add(t, "kernel/x.ko", &(struct ko){ .modinfo = STRINGS("depends=y,x") });
	ko_add(t, "kernel/y.ko", &(struct ko){ .modinfo = STRINGS("depends=x") });
	index_kernel(t, "x");
	expect_file(t, "modules.dep", "kernel/x.ko: kernel/y.ko\nkernel/y.ko: kernel/x.ko\n");
	expect_bin(t, "modules.builtin.bin", "");
}

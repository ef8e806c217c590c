/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/tree/tree_test_util.h"

#include "base/macros.h"

static int abc_content(void *arg, const struct digest *d, uint64_t size, struct blob **ret,
		       struct err *e)
{
	int *calls = arg;

	(void)d;
	if (size != 3)
		return err_set(e, E_NOTFOUND, "no such content");
	(*calls)++;
	*ret = blob_new_copy(SV("abc"));
	return 0;
}

TEST(dump_round_trip)
{
	static const char text[] =
		"d 0711 0:0 5 .\n"
		"d 0755 0:0 0 dev\n"
		"c 0600 0:0 0 dev/console dev=5,1\n"
		"p 0600 0:0 -1 dev/fifo\n"
		"b 0660 root/0:disk/6 0 dev/sd\\x20a dev=8,4294967295\n"
		"f 4754 0:mess\\x2fage\\x3abus/101 1700000000 helper "
		"size=3 sha256=ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad origin=7\n"
		"h - - - helper2 link=helper\n"
		"l 0777 0:0 0 link target=a\\x0ab\\x5c\\xff\n"
		"f 0000 0:0 9223372036854775807 z\\x5c\n";
	_cleanup_tree_ struct tree *t = NULL;
	struct err e = ERR_INIT;
	int calls = 0;

	ASSERT_TRUE(tree_parse(sv_from(text), abc_content, &calls, &t, &e) == 0);
	ASSERT_TRUE(calls == 1);
	ASSERT_TRUE(tree_lookup(t, SV("helper2"))->inode == tree_lookup(t, SV("helper"))->inode);
	ASSERT_TRUE(sv_eq(tree_lookup(t, SV("link"))->inode->target, SV("a\nb\\\xff")));
	ASSERT_TRUE(tree_is(t, text));
}

TEST(parse_any_order_and_comments)
{
	_cleanup_tree_ struct tree *t =
		tree_of("# a comment\n\n  f 0644 0:0 0 b/c text=x\\x20y\nd 0700 0:0 0 b\n");

	ASSERT_TRUE(text_at(t, "b/c", "x y"));
	ASSERT_TRUE(tree_lookup(t, SV("b"))->inode->mode == 0700);
}

static const struct {
	const char *text, *says;
} bad[] = {
	{ "f 0644 0:0 0", "line 1: an entry has at least five words" },
	{ "d 0755 0:0 0 a\nq 0644 0:0 0 a", "line 2: unknown type 'q'" },
	{ "ff 0644 0:0 0 a", "unknown type" },
	{ "f 0844 0:0 0 a", "mode" },
	{ "f 10000 0:0 0 a", "mode" },
	{ "f 0644 0 0 a", "owner is not" },
	{ "f 0644 x:0 0 a", "owner: " },
	{ "f 0644 0:4294967296 0 a", "owner: " },
	{ "f 0644 0:0 x a", "time: " },
	{ "f 0644 0:0 0 ../a", "holds '..'" },
	{ "f 0644 0:0 0 a\\x0", "bad escape" },
	{ "f 0644 0:0 0 a\\xzz", "bad escape" },
	{ "f 0644 0:0 0 a\\x00b", "NUL" },
	{ "f 0644 0:0 0 a frog", "no 'key=value'" },
	{ "f 0644 0:0 0 a frog=1", "unknown key 'frog'" },
	{ "f 0644 0:0 0 a size=x", "not a number" },
	{ "f 0644 0:0 0 .", "the root is a folder" },
	{ "l 0777 0:0 0 a", "bad symlink target" },
	{ "c 0600 0:0 0 a dev=1", "bad device number" },
	{ "h - - - a link=b", "not there" },
	{ "f 0644 0:0 0 a size=3 sha256=ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
	  "cannot be found by its digest" },
	{ "f 0644 0:0 0 a sha256=ba", "line 1: " },
	{ "f 0644 0:0 0 a\nf 0644 0:0 0 a/b", "line 2: " },
};

TEST(parse_errors)
{
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct err e = ERR_INIT;
		struct tree *t = NULL;

		ASSERT_TRUE(tree_parse(sv_from(bad[i].text), NULL, NULL, &t, &e) == E_FORMAT);
		ASSERT_TRUE(!t);
		ASSERT_TRUE(err_says(&e, bad[i].says));
	}
}

TEST(content_errors_have_a_place)
{
	struct err e = ERR_INIT;
	struct tree *t = NULL;
	int calls = 0;

	ASSERT_TRUE(
		tree_parse(SV("f 0644 0:0 0 a size=4 sha256="
			      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
			   abc_content, &calls, &t, &e) == E_NOTFOUND);
	ASSERT_TRUE(err_says(&e, "line 1: content of 'a': no such content"));
}

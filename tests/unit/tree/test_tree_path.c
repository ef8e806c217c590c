/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/tree/tree_test_util.h"

#include "base/macros.h"

static const struct {
	struct sv in;
	const char *checked; /* NULL: refused */
	const char *clean;
} paths[] = {
	{ SV("a"), "a", "a" },
	{ SV("./a"), "a", "a" },
	{ SV("/a/b/"), "a/b", "a/b" },
	{ SV("././/./a//b/./c"), "a//b/./c", "a/b/c" },
	{ SV("a/."), "a", "a" },
	{ SV("..."), "...", "..." },
	{ SV("a/..b"), "a/..b", "a/..b" },
	{ SV(""), NULL, NULL },
	{ SV("/"), NULL, NULL },
	{ SV("./"), NULL, NULL },
	{ SV("."), NULL, NULL },
	{ SV(".."), NULL, NULL },
	{ SV("../a"), NULL, NULL },
	{ SV("a/../b"), NULL, NULL },
	{ SV("a/.."), NULL, NULL },
	{ SV("a\0b"), NULL, NULL },
};

TEST(path_check_and_clean)
{
	struct strbuf out = STRBUF_INIT;
	struct err e = ERR_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		struct sv got = SV_NULL;
		int r = tree_path_check(paths[i].in, &got, &e);

		if (!paths[i].checked) {
			ASSERT_TRUE(r == E_FORMAT);
			ASSERT_TRUE(tree_path_clean(paths[i].in, &out, &e) == E_FORMAT);
			continue;
		}
		ASSERT_TRUE(r == 0 && sv_eq(got, sv_from(paths[i].checked)));
		ASSERT_TRUE(tree_path_clean(paths[i].in, &out, &e) == 0);
		ASSERT_TRUE(sv_eq(strbuf_sv(&out), sv_from(paths[i].clean)));
	}
	strbuf_done(&out);
}

TEST(path_lengths)
{
	char name[300], path[4200];
	struct err e = ERR_INIT;
	struct sv got;

	memset(name, 'n', sizeof(name));
	ASSERT_TRUE(tree_path_check(sv_of(name, 255), &got, &e) == 0);
	ASSERT_TRUE(tree_path_check(sv_of(name, 256), &got, &e) == E_FORMAT);
	for (size_t i = 0; i < sizeof(path); i++)
		path[i] = i % 2 ? '/' : 'd';
	ASSERT_TRUE(tree_path_check(sv_of(path, 4095), &got, &e) == 0);
	ASSERT_TRUE(tree_path_check(sv_of(path, 4097), &got, &e) == E_FORMAT);
}

static const char tricks[] = "d 0755 0:0 0 usr/bin\n"
			     "f 0755 0:0 0 usr/bin/sh text=sh\n"
			     "l 0777 0:0 0 bin target=usr/bin\n"
			     "l 0777 0:0 0 abs target=/usr/bin\n"
			     "l 0777 0:0 0 up target=../../../usr/../../usr/bin\n"
			     "l 0777 0:0 0 usr/root target=../..\n"
			     "l 0777 0:0 0 loop1 target=loop2\n"
			     "l 0777 0:0 0 loop2 target=loop1\n"
			     "l 0777 0:0 0 self target=self/x\n"
			     "l 0777 0:0 0 dangling target=/not/there\n"
			     "l 0777 0:0 0 null target=/dev/null\n"
			     "l 0777 0:0 0 chain target=bin/../root/bin/sh\n"
			     "l 0777 0:0 0 wide target=a/a/a/a\n"
			     "l 0777 0:0 0 a target=b/b/b/b\n"
			     "l 0777 0:0 0 b target=.\n";

TEST(lookup_through_links)
{
	_cleanup_tree_ struct tree *t = tree_of(tricks);
	static const char *const same[] = { "usr/bin/sh",     "bin/sh",
					    "/bin//sh",       "abs/sh",
					    "up/sh",          "usr/root/bin/sh",
					    "../../bin/./sh", "usr/bin/../../abs/sh",
					    "b/b/b/bin/sh" };
	const struct tree_node *sh = tree_lookup(t, SV("usr/bin/sh"));

	ASSERT_TRUE(sh);
	for (size_t i = 0; i < ARRAY_SIZE(same); i++)
		ASSERT_TRUE(tree_lookup(t, sv_from(same[i])) == sh);
	ASSERT_TRUE(tree_follow(t, SV("chain")) == sh);
	ASSERT_TRUE(tree_lookup(t, SV("chain"))->inode->type == TREE_SYMLINK);
	ASSERT_TRUE(tree_lookup(t, SV("")) == t->root && tree_lookup(t, SV("..")) == t->root);
	ASSERT_TRUE(tree_lookup(t, SV("bin/.")) == tree_lookup(t, SV("usr/bin")));
	ASSERT_TRUE(tree_follow(t, SV("bin")) == tree_lookup(t, SV("usr/bin")));
}

TEST(lookup_of_what_is_not_there)
{
	_cleanup_tree_ struct tree *t = tree_of(tricks);
	uint64_t nodes = t->n_nodes;

	ASSERT_TRUE(!tree_follow(t, SV("loop1")) && !tree_lookup(t, SV("loop1/x")));
	ASSERT_TRUE(!tree_follow(t, SV("self")) && !tree_lookup(t, SV("self/y")));
	ASSERT_TRUE(!tree_follow(t, SV("dangling")) && tree_lookup(t, SV("dangling")));
	ASSERT_TRUE(!tree_follow(t, SV("null")));
	ASSERT_TRUE(!tree_lookup(t, SV("usr/bin/sh/x")));
	ASSERT_TRUE(!tree_lookup(t, SV("wide/x"))); /* 4 * 5 links, nested: still no more than 40 */
	ASSERT_TRUE(t->n_nodes == nodes);
}

TEST(add_stays_inside)
{
	_cleanup_tree_ struct tree *t = tree_of("l 0777 0:0 0 evil target=../../../../x\n"
						"l 0777 0:0 0 loop target=loop\n");
	struct err e = ERR_INIT;

	ASSERT_TRUE(tree_write(t, SV("evil/passwd"), SV("x"), 0644, &e) == 0);
	ASSERT_TRUE(text_at(t, "x/passwd", "x"));
	ASSERT_TRUE(tree_mkdir(t, SV("evil"), 0700, &e) == 0);
	ASSERT_TRUE(tree_lookup(t, SV("x"))->inode->mode == 0700);
	ASSERT_TRUE(tree_write(t, SV("loop/passwd"), SV("x"), 0644, &e) == E_FORMAT);
	ASSERT_TRUE(err_says(&e, "too many symlinks"));
	/* The last name is replaced, not followed. */
	ASSERT_TRUE(tree_write(t, SV("loop"), SV("x"), 0644, &e) == 0 && text_at(t, "loop", "x"));
}

TEST(node_path)
{
	_cleanup_tree_ struct tree *t = tree_of(tricks);
	struct strbuf out = STRBUF_INIT;

	tree_node_path(tree_lookup(t, SV("up/sh")), &out);
	ASSERT_TRUE(sv_eq(strbuf_sv(&out), SV("usr/bin/sh")));
	tree_node_path(tree_lookup(t, SV("usr")), &out);
	ASSERT_TRUE(sv_eq(strbuf_sv(&out), SV("usr")));
	tree_node_path(t->root, &out);
	ASSERT_TRUE(out.n == 0);
	strbuf_done(&out);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/tree/tree_test_util.h"

#include "base/macros.h"

TEST(blob_counts)
{
	struct blob *b = blob_new_copy(SV("abc"));
	_cleanup_tree_ struct tree *t = tree_new();
	struct tree_entry f = { .path = SV("a"), .type = TREE_FILE, .mode = 0644, .blob = b };
	struct err e = ERR_INIT;

	ASSERT_TRUE(tree_add(t, &f, NULL, &e) == 0);
	ASSERT_TRUE(b->refs == 2);
	f.path = SV("b");
	ASSERT_TRUE(tree_add(t, &f, NULL, &e) == 0);
	ASSERT_TRUE(b->refs == 3);
	ASSERT_TRUE(tree_remove(t, SV("a")));
	ASSERT_TRUE(b->refs == 2);
	ASSERT_TRUE(tree_write(t, SV("b"), SV("new"), 0600, &e) == 0);
	ASSERT_TRUE(b->refs == 1);
	blob_unref(b);
	blob_unref(NULL);
}

TEST(add_makes_parents)
{
	_cleanup_tree_ struct tree *t = tree_new();
	struct err e = ERR_INIT;
	struct tree_entry f = { .path = SV("./usr//lib/./x"),
				.type = TREE_FILE,
				.mode = 04755,
				.uid = 3,
				.gname = SV("shadow"),
				.gid = 42,
				.mtime = 7,
				.origin = 2 };
	struct tree_node *n = NULL;

	ASSERT_TRUE(tree_add(t, &f, &n, &e) == 0);
	ASSERT_TRUE(sv_eq(n->name, SV("x")) && n->origin == 2);
	ASSERT_TRUE(t->n_nodes == 4);
	ASSERT_TRUE(tree_is(t, "d 0755 0:0 7 usr\n"
			       "d 0755 0:0 7 usr/lib\n"
			       "f 4755 3:shadow/42 7 usr/lib/x origin=2\n"));
}

TEST(sorted_whatever_the_order)
{
	_cleanup_tree_ struct tree *t = tree_new();
	struct err e = ERR_INIT;
	char name[32];
	const struct tree_node *dir;

	for (unsigned i = 0; i < 10000; i++) {
		(void)snprintf(name, sizeof(name), "d/%05u", (i * 7919u) % 10000u);
		ASSERT_TRUE(tree_symlink(t, sv_from(name), SV("x"), &e) == 0);
	}
	dir = tree_lookup(t, SV("d"));
	ASSERT_TRUE(dir && dir->n_children == 10000);
	for (uint32_t i = 1; i < dir->n_children; i++)
		ASSERT_TRUE(sv_cmp(dir->children[i - 1]->name, dir->children[i]->name) < 0);
	ASSERT_TRUE(tree_lookup(t, SV("d/04711")));
	ASSERT_TRUE(!tree_lookup(t, SV("d/10000")));
	ASSERT_TRUE(tree_remove(t, SV("d/00000")) && !tree_remove(t, SV("d/00000")));
	ASSERT_TRUE(tree_lookup(t, SV("d/00001")) && tree_lookup(t, SV("d/09999")));
}

/* bookworm's udev lists ./lib/udev as folders although lib is a link there. */
TEST(folder_over_link_merges)
{
	_cleanup_tree_ struct tree *t = tree_of("l 0777 0:0 0 lib target=usr/lib\n"
						"d 0750 0:0 5 usr/lib/udev origin=1\n");
	struct tree_entry d = {
		.path = SV("./lib/udev/"), .type = TREE_DIR, .mode = 0755, .origin = 2
	};
	struct err e = ERR_INIT;

	ASSERT_TRUE(tree_add(t, &d, NULL, &e) == 0);
	d.path = SV("./lib/");
	ASSERT_TRUE(tree_add(t, &d, NULL, &e) ==
		    0); /* usr/lib was implicit: takes the attributes */
	ASSERT_TRUE(tree_is(t, "l 0777 0:0 0 lib target=usr/lib\n"
			       "d 0755 0:0 5 usr\n"
			       "d 0755 0:0 0 usr/lib origin=2\n"
			       "d 0750 0:0 5 usr/lib/udev origin=1\n"));
	d = (struct tree_entry){ .path = SV("lib/udev"), .type = TREE_DIR, .mode = 0700 };
	ASSERT_TRUE(tree_add(t, &d, NULL, &e) == 0); /* origin 0 overrides */
	ASSERT_TRUE(tree_lookup(t, SV("usr/lib/udev"))->inode->mode == 0700);
}

TEST(root_attributes)
{
	_cleanup_tree_ struct tree *t = tree_new();
	struct tree_entry d = {
		.path = SV("./"), .type = TREE_DIR, .mode = 0700, .mtime = 3, .origin = 1
	};
	struct tree_entry f = { .path = SV("./"), .type = TREE_FILE };
	struct err e = ERR_INIT;

	ASSERT_TRUE(tree_add(t, &d, NULL, &e) == 0);
	ASSERT_TRUE(tree_is(t, "d 0700 0:0 3 . origin=1\n"));
	ASSERT_TRUE(tree_add(t, &f, NULL, &e) == E_FORMAT);
	ASSERT_TRUE(!tree_remove(t, SV("/")));
}

TEST(conflicts)
{
	_cleanup_tree_ struct tree *t =
		tree_of("f 0644 0:0 0 file\nd 0755 0:0 0 full\nf 0644 0:0 0 full/x\n"
			"d 0755 0:0 0 empty\nl 0777 0:0 0 tofile target=file\n");
	struct err e = ERR_INIT;

	ASSERT_TRUE(tree_write(t, SV("file/below"), SV("x"), 0644, &e) == E_FORMAT);
	ASSERT_TRUE(err_says(&e, "'file' is not a folder"));
	ASSERT_TRUE(tree_write(t, SV("tofile/below"), SV("x"), 0644, &e) == E_FORMAT);
	ASSERT_TRUE(tree_write(t, SV("full"), SV("x"), 0644, &e) == E_FORMAT);
	ASSERT_TRUE(err_says(&e, "not empty"));
	ASSERT_TRUE(tree_mkdir(t, SV("file"), 0755, &e) == E_FORMAT);
	ASSERT_TRUE(tree_mkdir(t, SV("tofile"), 0755, &e) == E_FORMAT);
	ASSERT_TRUE(tree_symlink(t, SV("empty"), SV("/run"), &e) == 0);
	ASSERT_TRUE(tree_symlink(t, SV("x"), SV(""), &e) == E_FORMAT);
	ASSERT_TRUE(tree_write(t, SV("../x"), SV("x"), 0644, &e) == E_FORMAT);
	ASSERT_TRUE(tree_write(t, SV("a/../../x"), SV("x"), 0644, &e) == E_FORMAT);
	ASSERT_TRUE(tree_write(t, sv_of("a\0b", 3), SV("x"), 0644, &e) == E_FORMAT);
	ASSERT_TRUE(tree_is(t,
			    "l 0777 0:0 0 empty target=/run\nf 0644 0:0 0 file\nd 0755 0:0 0 full\n"
			    "f 0644 0:0 0 full/x\nl 0777 0:0 0 tofile target=file\n"));
}

TEST(hard_links)
{
	_cleanup_tree_ struct tree *t =
		tree_of("f 0755 0:0 0 usr/bin/perl text=perl\nd 0755 0:0 0 dir\n");
	struct err e = ERR_INIT;

	ASSERT_TRUE(tree_link(t, SV("./usr/bin/perl5"), SV("./usr/bin/perl"), 3, &e) == 0);
	ASSERT_TRUE(tree_lookup(t, SV("usr/bin/perl"))->inode->nlink == 2);
	ASSERT_TRUE(tree_link(t, SV("a"), SV("b"), 0, &e) == E_FORMAT && err_says(&e, "not there"));
	ASSERT_TRUE(tree_link(t, SV("a"), SV("dir"), 0, &e) == E_FORMAT &&
		    err_says(&e, "a folder"));
	ASSERT_TRUE(tree_link(t, SV("dir/.."), SV("usr/bin/perl"), 0, &e) == E_FORMAT);
	/* Replacing one name leaves the other with the old content. */
	ASSERT_TRUE(tree_write(t, SV("usr/bin/perl"), SV("new"), 0700, &e) == 0);
	ASSERT_TRUE(text_at(t, "usr/bin/perl", "new") && text_at(t, "usr/bin/perl5", "perl"));
	ASSERT_TRUE(tree_lookup(t, SV("usr/bin/perl5"))->inode->nlink == 1);
	/* A link to itself changes nothing. */
	ASSERT_TRUE(tree_link(t, SV("usr/bin/perl5"), SV("usr/bin/perl5"), 0, &e) == 0);
	ASSERT_TRUE(text_at(t, "usr/bin/perl5", "perl"));
	ASSERT_TRUE(tree_remove(t, SV("usr/bin/perl5")));
}

TEST(mkdir_keeps)
{
	_cleanup_tree_ struct tree *t =
		tree_of("d 1777 0:0 9 tmp\nf 0644 0:0 4 a/b\nl 0777 0:0 0 l target=tmp\n");
	struct err e = ERR_INIT;

	ASSERT_TRUE(tree_mkdir(t, SV("tmp"), 0755, &e) == 0);
	ASSERT_TRUE(tree_mkdir(t, SV("l"), 0755, &e) == 0);
	ASSERT_TRUE(tree_mkdir(t, SV("a"), 0700, &e) == 0); /* was implicit only */
	ASSERT_TRUE(tree_is(
		t,
		"d 0700 0:0 0 a\nf 0644 0:0 4 a/b\nl 0777 0:0 0 l target=tmp\nd 1777 0:0 9 tmp\n"));
}

TEST(depth_is_bounded)
{
	_cleanup_tree_ struct tree *t = tree_new();
	struct strbuf path = STRBUF_INIT;
	struct err e = ERR_INIT;
	int r = 0;

	/* Each link goes to the deepest folder so far: without a bound the tree would grow for ever. */
	for (int i = 0; i < 4 && r == 0; i++) {
		strbuf_clear(&path);
		strbuf_addf(&path, "l%d", i);
		for (int n = 0; n < 1000; n++)
			strbuf_adds(&path, "/d");
		r = tree_mkdir(t, strbuf_sv(&path), 0755, &e);
		if (r == 0) {
			char name[8];

			(void)snprintf(name, sizeof(name), "l%d", i + 1);
			r = tree_symlink(t, sv_from(name), strbuf_sv(&path), &e);
		}
	}
	ASSERT_TRUE(r == E_LIMIT);
	strbuf_done(&path);
}

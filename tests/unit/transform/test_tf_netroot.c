/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/transform/transform_test_util.h"

#define PROGRAM "usr/lib/systemd/system-generators/kindling-netroot"
#define REQUEST_KEY "usr/sbin/request-key"

static struct fixture *with_netroot(const char *tree)
{
	struct fixture *f = fixture_new(tree);

	f->c.netroot = true;
	return f;
}

TEST(only_where_it_is_asked_for)
{
	_cleanup_fixture_ struct fixture *f = fixture_new("f 0755 0:0 0 usr/sbin/mount.nfs\n");

	ASSERT_TRUE(ran(f, tf_netroot(&f->c, &f->e)));
	ASSERT_TRUE(absent(f, PROGRAM));
	ASSERT_TRUE(absent(f, REQUEST_KEY));
}

TEST(answers_for_owners_of_nfs)
{
	_cleanup_fixture_ struct fixture *f = with_netroot("f 0755 0:0 0 usr/sbin/mount.nfs\n");

	ASSERT_TRUE(ran(f, tf_netroot(&f->c, &f->e)));
	ASSERT_TRUE(link_is(f, REQUEST_KEY, "/" PROGRAM));
	ASSERT_TRUE(tree_follow(f->c.tree, SV(REQUEST_KEY)) == tree_lookup(f->c.tree, SV(PROGRAM)));
}

TEST(one_folder_for_all_programs)
{
	_cleanup_fixture_ struct fixture *f = with_netroot("l 0777 0:0 0 usr/sbin target=bin\n"
							   "f 0755 0:0 0 usr/bin/mount.nfs\n");

	ASSERT_TRUE(ran(f, tf_netroot(&f->c, &f->e)));
	ASSERT_TRUE(link_is(f, "usr/bin/request-key", "/" PROGRAM));
}

TEST(without_nfs)
{
	_cleanup_fixture_ struct fixture *f = with_netroot("");

	ASSERT_TRUE(ran(f, tf_netroot(&f->c, &f->e)));
	ASSERT_NOT_NULL(tree_lookup(f->c.tree, SV(PROGRAM)));
	ASSERT_TRUE(absent(f, REQUEST_KEY));
}

TEST(a_package_has_its_own)
{
	_cleanup_fixture_ struct fixture *f = with_netroot("f 0755 0:0 0 usr/sbin/mount.nfs\n");

	put(f, REQUEST_KEY, "keyutils'\n");
	ASSERT_TRUE(ran(f, tf_netroot(&f->c, &f->e)));
	ASSERT_TRUE(has(f, REQUEST_KEY, "keyutils'\n"));
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Owners and [Files]. */
#include "tests/unit/transform/transform_test_util.h"

#include "base/macros.h"

static struct fixture *with_users(const char *text)
{
	struct fixture *f = fixture_new(text);

	put(f, "etc/passwd", "root:*:0:0:root:/root:/bin/sh\nstatd:x:500:65534::/:/x\n");
	put(f, "etc/group", "root:*:0:\nshadow:*:42:\nmessagebus:x:501:\n");
	return f;
}

static bool owner_is(const struct fixture *f, const char *path, uint32_t uid, uint32_t gid)
{
	const struct tree_node *n = tree_lookup(f->c.tree, sv_from(path));

	return n && n->inode->uid == uid && n->inode->gid == gid;
}

TEST(names_become_numbers)
{
	_cleanup_fixture_ struct fixture *f =
		with_users("f 2755 root/0:shadow/15 0 usr/sbin/unix_chkpwd origin=1\n"
			   "d 0755 statd/106:root/0 0 var/lib/nfs origin=1\n"
			   "f 0644 builder/1000:builder/1000 0 odd origin=1\n"
			   "f 0644 builder/1000:nosuch/0 0 odd2 origin=1\n"
			   "f 0644 7:8 0 numbers origin=1\n");

	ASSERT_TRUE(ran(f, tf_owners(&f->c, &f->e)));
	ASSERT_TRUE(owner_is(f, "usr/sbin/unix_chkpwd", 0, 42));
	ASSERT_TRUE(owner_is(f, "var/lib/nfs", 500, 0));
	ASSERT_TRUE(owner_is(f, "odd", 1000, 1000) && owner_is(f, "odd2", 1000, 0));
	ASSERT_TRUE(owner_is(f, "numbers", 7, 8));
	ASSERT_TRUE(
		noted(f,
		      "owner 'builder' of 'odd' is not in etc/passwd: the package's number 1000"));
	ASSERT_TRUE(noted(f, "owner 'builder' of 'odd' is not in etc/group"));
	ASSERT_TRUE(f->notes.list.n == 2);
}

TEST(root_without_passwd)
{
	_cleanup_fixture_ struct fixture *f = fixture_new("f 0644 root/5:root/6 0 x\n");

	ASSERT_TRUE(ran(f, tf_owners(&f->c, &f->e)));
	ASSERT_TRUE(owner_is(f, "x", 0, 0) && f->notes.list.n == 0);
}

static void op(struct fixture *f, enum file_op_kind kind, const char *path, const char *value)
{
	struct file_op x = { .kind = kind,
			     .path = sv_from(path),
			     .value = sv_from(value),
			     .origin = SV("r.conf:1:2") };

	vec_push(&f->c.files, x);
}

TEST(file_ops)
{
	_cleanup_fixture_ struct fixture *f =
		with_users("l 0777 0:0 0 lib target=usr/lib\nf 0600 0:9 5 usr/lib/a text=a\n"
			   "f 0644 0:0 0 usr/lib/b\nf 0644 0:0 0 usr/lib/c\n");

	op(f, FILE_SYMLINK, "/etc/new", "../x");
	op(f, FILE_WRITE, "/lib/a", "changed\n");
	op(f, FILE_WRITE, "/etc/made", "text\n");
	op(f, FILE_REMOVE, "/lib/b", "");
	op(f, FILE_REMOVE, "?/lib/nothing*", "");
	op(f, FILE_MKDIR, "/var/lib/new", "");
	op(f, FILE_MKDIR, "/var/lib/secret", "0700");
	op(f, FILE_MODE, "/lib/c", "4711");
	op(f, FILE_MODE, "?/lib/d", "4711");
	op(f, FILE_OWNER, "/lib/c", "statd:messagebus");
	op(f, FILE_OWNER, "/etc/made", "12:13");
	op(f, FILE_OWNER, "/var/lib/new", "statd");
	ASSERT_TRUE(ran(f, tf_files(&f->c, &f->e)));
	ASSERT_TRUE(link_is(f, "etc/new", "../x") && has(f, "etc/made", "text\n"));
	ASSERT_TRUE(has(f, "usr/lib/a", "changed\n") && mode_of(f, "usr/lib/a") == 0600);
	ASSERT_TRUE(owner_is(f, "usr/lib/a", 0, 9) && absent(f, "usr/lib/b"));
	ASSERT_TRUE(mode_of(f, "var/lib/new") == 0755 && mode_of(f, "var/lib/secret") == 0700);
	ASSERT_TRUE(mode_of(f, "usr/lib/c") == 04711 && owner_is(f, "usr/lib/c", 500, 501));
	ASSERT_TRUE(owner_is(f, "etc/made", 12, 13) && owner_is(f, "var/lib/new", 500, 0));
}

static const struct {
	enum file_op_kind kind;
	const char *path, *value, *says;
} bad[] = {
	{ FILE_REMOVE, "/nothing", "", "nothing matches '/nothing'" },
	{ FILE_REMOVE, "/", "", "names the root" },
	{ FILE_MODE, "/nothing", "0644", "no '/nothing' in the image" },
	{ FILE_MODE, "/etc/passwd", "0888", "bad mode '0888'" },
	{ FILE_MODE, "/etc/passwd", "", "bad mode ''" },
	{ FILE_OWNER, "/etc/passwd", "nosuch", "'nosuch' is neither in etc/passwd" },
	{ FILE_OWNER, "/etc/passwd", "root:nosuch", "'nosuch' is neither in etc/group" },
	{ FILE_OWNER, "/nothing", "root", "no '/nothing'" },
	{ FILE_SYMLINK, "/etc/x", "", "bad symlink target" },
	{ FILE_SYMLINK, "/etc/passwd/x", "y", "not a folder" },
	{ FILE_WRITE, "/etc", "x", "not empty" },
	{ FILE_WRITE, "/../x", "x", "'..'" },
	{ FILE_MKDIR, "/etc/passwd", "", "a folder here" },
};

TEST(file_ops_fail_with_origin)
{
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		_cleanup_fixture_ struct fixture *f = with_users("");

		op(f, bad[i].kind, bad[i].path, bad[i].value);
		ASSERT_MSG(tf_files(&f->c, &f->e) == E_USAGE, "row %zu", i);
		ASSERT_TRUE(f->e.code == E_USAGE && err_says(&f->e, "r.conf:1:2: "));
		ASSERT_MSG(err_says(&f->e, bad[i].says), "row %zu", i);
	}
}

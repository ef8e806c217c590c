/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/transform/transform_test_util.h"

#include "base/macros.h"

static const char base_passwd[] =
	"root:*:0:0:root:/root:/bin/bash\nnobody:*:65534:65534:nobody:/:/x\n";
static const char base_group[] = "root:*:0:\ntty:*:5:\nshadow:*:42:\nnogroup:*:65534:\n";

static struct fixture *with_base(void)
{
	struct fixture *f = fixture_new("");

	put(f, "etc/passwd", base_passwd);
	put(f, "etc/group", base_group);
	return f;
}

/* The file is the base text followed by this. */
static bool ends(struct fixture *f, const char *path, const char *base, const char *added)
{
	struct strbuf want = STRBUF_INIT;
	bool same;

	strbuf_adds(&want, base);
	strbuf_adds(&want, added);
	same = has(f, path, want.p ? want.p : "");
	strbuf_done(&want);
	return same;
}

TEST(basepasswd)
{
	_cleanup_fixture_ struct fixture *f = fixture_new("");

	put(f, "usr/share/base-passwd/passwd.master", base_passwd);
	put(f, "etc/group", "mine:x:7:\n");
	ASSERT_TRUE(ran(f, tf_basepasswd(&f->c, &f->e)));
	ASSERT_TRUE(has(f, "etc/passwd", base_passwd) && has(f, "etc/group", "mine:x:7:\n"));
}

TEST(allocation)
{
	_cleanup_fixture_ struct fixture *f = with_base();

	put(f, "usr/lib/sysusers.d/b.conf",
	    "# users\n\nu daemon-b - \"Daemon B\" /var/lib/b /bin/sh\nu! c 700\ng late -\n");
	put(f, "usr/lib/sysusers.d/a.conf", "g first -\nu a -\ng fixed 990 - -\nu fixed -\n");
	ASSERT_TRUE(ran(f, tf_sysusers(&f->c, &f->e)));
	/* groups of all files first, from 999 down; fixed takes its group's number, c's group its user's */
	ASSERT_TRUE(ends(
		f, "etc/group", base_group,
		"first:x:999:\nfixed:x:990:\nlate:x:998:\na:x:997:\ndaemon-b:x:996:\nc:x:700:\n"));
	ASSERT_TRUE(ends(
		f, "etc/passwd", base_passwd,
		"a:x:997:997::/:/usr/sbin/nologin\nfixed:x:990:990::/:/usr/sbin/nologin\n"
		"daemon-b:x:996:996:Daemon B:/var/lib/b:/bin/sh\nc:x:700:700::/:/usr/sbin/nologin\n"));
	ASSERT_TRUE(has(f, "etc/shadow",
			"a:!*:19675::::::\nfixed:!*:19675::::::\ndaemon-b:!*:19675::::::\n"
			"c:!*:19675:::::1:\n"));
	ASSERT_TRUE(has(f, "etc/gshadow",
			"first:!*::\nfixed:!*::\nlate:!*::\na:!*::\ndaemon-b:!*::\nc:!*::\n"));
	ASSERT_TRUE(mode_of(f, "etc/shadow") == 0600 && mode_of(f, "etc/gshadow") == 0600);
	ASSERT_TRUE(mode_of(f, "etc/passwd") == 0644 && f->notes.list.n == 0);
}

TEST(existing_entries_stay)
{
	_cleanup_fixture_ struct fixture *f = with_base();

	put(f, "usr/lib/sysusers.d/a.conf",
	    "u root 0:0 \"Super User\" /root\nu nobody 65534 x\ng tty 77\n");
	ASSERT_TRUE(ran(f, tf_sysusers(&f->c, &f->e)));
	ASSERT_TRUE(has(f, "etc/passwd", base_passwd) && has(f, "etc/group", base_group));
	ASSERT_TRUE(absent(f, "etc/shadow"));
}

TEST(group_forms)
{
	_cleanup_fixture_ struct fixture *f = with_base();

	put(f, "usr/lib/sysusers.d/a.conf",
	    "u a -:nogroup\nu b 500:42\nu c 501:43\nu d -:missing\nu e -:5 - - /bin/false\nu g 502:later\ng later -\n");
	ASSERT_TRUE(ran(f, tf_sysusers(&f->c, &f->e)));
	ASSERT_TRUE(ends(f, "etc/group", base_group, "later:x:999:\n"));
	/* a: the number of nogroup belongs to nobody; e: 5 is tty's */
	ASSERT_TRUE(ends(f, "etc/passwd", base_passwd,
			 "a:x:998:65534::/:/usr/sbin/nologin\nb:x:500:42::/:/usr/sbin/nologin\n"
			 "e:x:997:5::/:/bin/false\ng:x:502:999::/:/usr/sbin/nologin\n"));
	ASSERT_TRUE(noted(f, "a.conf:3: user 'c' is left out: there is no group 43"));
	ASSERT_TRUE(noted(f, "a.conf:4: user 'd' is left out: there is no group 'missing'"));
}

TEST(taken_numbers)
{
	_cleanup_fixture_ struct fixture *f = with_base();

	put(f, "usr/lib/sysusers.d/a.conf", "u a 100\nu b 100\ng c 42\n");
	ASSERT_TRUE(ran(f, tf_sysusers(&f->c, &f->e)));
	ASSERT_TRUE(ends(f, "etc/group", base_group, "c:x:999:\na:x:100:\nb:x:998:\n"));
	ASSERT_TRUE(noted(f, "user number 100 for 'b' is taken"));
	ASSERT_TRUE(noted(f, "group number 42 for 'c' is taken"));
}

TEST(ranges)
{
	_cleanup_fixture_ struct fixture *f = with_base();

	put(f, "usr/lib/sysusers.d/a.conf", "r - 300-301\nr - 400\nu a -\nu b -\nu c -\nu d -\n");
	ASSERT_TRUE(ran(f, tf_sysusers(&f->c, &f->e)));
	ASSERT_TRUE(ends(f, "etc/group", base_group, "a:x:400:\nb:x:301:\nc:x:300:\n"));
	ASSERT_TRUE(noted(f, "a.conf:6: no number is free for group 'd'"));
}

TEST(members)
{
	_cleanup_fixture_ struct fixture *f = with_base();

	put(f, "usr/lib/sysusers.d/a.conf",
	    "m zed shadow\nm abe shadow\nm abe new\nm abe shadow\nu abe 10\n");
	ASSERT_TRUE(ran(f, tf_sysusers(&f->c, &f->e)));
	ASSERT_TRUE(has(f, "etc/group",
			"root:*:0:\ntty:*:5:\nshadow:*:42:abe,zed\nnogroup:*:65534:\n"
			"new:x:999:abe\nabe:x:10:\nzed:x:998:\n"));
	ASSERT_TRUE(has(f, "etc/gshadow", "new:!*::abe\nabe:!*::\nzed:!*::\n"));
}

TEST(owner_of_a_path)
{
	_cleanup_fixture_ struct fixture *f = with_base();

	ASSERT_TRUE(ran(f, tree_add(f->c.tree,
				    &(struct tree_entry){ .path = SV("srv/x"),
							  .type = TREE_FILE,
							  .uid = 123,
							  .gid = 124 },
				    NULL, &f->e)));
	put(f, "usr/lib/sysusers.d/a.conf", "u a /srv/x\n");
	ASSERT_TRUE(ran(f, tf_sysusers(&f->c, &f->e)));
	ASSERT_TRUE(ends(f, "etc/passwd", base_passwd, "a:x:123:124::/:/usr/sbin/nologin\n"));
}

TEST(folders_and_masks)
{
	_cleanup_fixture_ struct fixture *f = with_base();

	put(f, "usr/lib/sysusers.d/a.conf", "g a-usr 100\n");
	put(f, "etc/sysusers.d/a.conf", "g a-etc 100\n");
	put(f, "usr/lib/sysusers.d/b.conf", "g b-usr 101\n");
	put(f, "etc/sysusers.d/b.conf", "");
	put(f, "usr/lib/sysusers.d/c.conf", "g c-usr 102\n");
	ASSERT_TRUE(ran(f, tree_symlink(f->c.tree, SV("run/sysusers.d/c.conf"), SV("/dev/null"),
					&f->e)));
	put(f, "usr/lib/sysusers.d/README", "g d 103\n");
	ASSERT_TRUE(ran(f, tf_sysusers(&f->c, &f->e)));
	ASSERT_TRUE(ends(f, "etc/group", base_group, "a-etc:x:100:\n"));
}

static const struct {
	const char *line, *says;
} bad[] = {
	{ "x a -", "unknown line type 'x'" },
	{ "uu a -", "unknown line type 'uu'" },
	{ "u!! a -", "unknown line type 'u!!'" },
	{ "g! a -", "'!' flag" },
	{ "u", "at least a type and a name" },
	{ "u 1a -", "bad name '1a'" },
	{ "u a.b -", "bad name 'a.b'" },
	{ "u abcdefghijklmnopqrstuvwxyzabcdefg -", "bad name" },
	{ "u a 4294967295", "too large" },
	{ "u a 65535", "reserved" },
	{ "u a -1", "not a number" },
	{ "u a 1:2:3", "not a number" },
	{ "u a 1:*", "bad group '*'" },
	{ "u a - a:b", "bad description" },
	{ "u a - x relative", "absolute paths" },
	{ "u a - x / sh", "absolute paths" },
	{ "u a - x / /bin/sh more", "more than 6 fields" },
	{ "u a - \"x", "does not end" },
	{ "u a - x\\", "does not end" },
	{ "g a - x", "lines of type 'g' have no description" },
	{ "m a b - / ", "lines of type 'm' have no home folder" },
	{ "m a 5", "bad group name '5'" },
	{ "r a 5-6", "have no name" },
	{ "r - -", "need a range" },
	{ "r - 6-5", "ends before it begins" },
	{ "u %H -", "specifier '%H'" },
};

TEST(bad_lines_of_packages_are_notes)
{
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		_cleanup_fixture_ struct fixture *f = with_base();
		char text[256];

		(void)snprintf(text, sizeof(text), "g good 7\n%s\n", bad[i].line);
		put(f, "usr/lib/sysusers.d/a.conf", text);
		ASSERT_TRUE(ran(f, tf_sysusers(&f->c, &f->e)));
		ASSERT_MSG(noted(f, bad[i].says), "%s", bad[i].line);
		ASSERT_TRUE(noted(f, "usr/lib/sysusers.d/a.conf:2: "));
		ASSERT_TRUE(ends(f, "etc/group", base_group, "good:x:7:\n"));
	}
}

TEST(bad_lines_of_recipes_are_errors)
{
	_cleanup_fixture_ struct fixture *f = with_base();

	vec_push(&f->c.users, SV("u a - \"x"));
	ASSERT_TRUE(tf_sysusers(&f->c, &f->e) == E_USAGE);
	ASSERT_TRUE(err_says(&f->e, "[Users] 'u a - \"x'"));
}

TEST(conflicts_keep_the_first)
{
	_cleanup_fixture_ struct fixture *f = with_base();

	put(f, "usr/lib/sysusers.d/a.conf", "u a 100\n");
	put(f, "usr/lib/sysusers.d/b.conf", "u a 100\n");
	ASSERT_TRUE(ran(f, tf_sysusers(&f->c, &f->e)));
	ASSERT_TRUE(f->notes.list.n == 0);
	put(f, "usr/lib/sysusers.d/c.conf", "u a 101\n");
	ASSERT_TRUE(ran(f, tf_sysusers(&f->c, &f->e)));
	ASSERT_TRUE(noted(
		f,
		"c.conf:1: conflict with an earlier line for user 'a' (usr/lib/sysusers.d/a.conf:1)"));
}

TEST(recipe_lines)
{
	_cleanup_fixture_ struct fixture *f = with_base();

	add_package(f, "here");
	put(f, "usr/lib/sysusers.d/a.conf", "u a 100\nu declared 101\n");
	vec_push(&f->c.users, SV("u a 200"));
	vec_push(&f->c.users, SV("here: u b 201"));
	vec_push(&f->c.users, SV("here:  u declared 202"));
	vec_push(&f->c.users, SV("gone: u c 203"));
	ASSERT_TRUE(ran(f, tf_sysusers(&f->c, &f->e)));
	ASSERT_TRUE(ends(f, "etc/group", base_group, "a:x:200:\ndeclared:x:101:\nb:x:201:\n"));
	ASSERT_TRUE(noted(f, "conflict")); /* the package's a */
}

TEST(supplemental_users)
{
	_cleanup_fixture_ struct fixture *f = with_base();

	add_package(f, "rpcbind");
	add_package(f, "nfs-common");
	add_package(f, "tpm-udev");
	add_package(f, "udev");
	add_package(f, "network-manager");
	put(f, "usr/lib/sysusers.d/udev.conf", "g input -\n");
	ASSERT_TRUE(ran(f, tf_sysusers(&f->c, &f->e)));
	ASSERT_TRUE(ends(
		f, "etc/group", base_group,
		"input:x:999:\nnetdev:x:998:\nkvm:x:997:\nrender:x:996:\nsgx:x:995:\ntss:x:992:\n"));
	ASSERT_TRUE(ends(f, "etc/passwd", base_passwd,
			 "statd:x:994:65534::/var/lib/nfs:/usr/sbin/nologin\n"
			 "_rpc:x:993:65534::/run/rpcbind:/usr/sbin/nologin\n"
			 "tss:x:992:992:TPM software stack:/var/lib/tpm:/bin/false\n"));
	ASSERT_TRUE(f->notes.list.n == 0);
}

TEST(odd_databases_survive)
{
	_cleanup_fixture_ struct fixture *f = fixture_new("");

	put(f, "etc/passwd",
	    "# comment\n+::::::\nshort\nbad:x:notanumber:0::/:/x\n:x:5:5:::\nok:x:999:999::/:/x");
	put(f, "etc/group", "");
	put(f, "usr/lib/sysusers.d/a.conf", "u a -\n");
	ASSERT_TRUE(ran(f, tf_sysusers(&f->c, &f->e)));
	ASSERT_TRUE(has(f, "etc/passwd",
			"# comment\n+::::::\nshort\nbad:x:notanumber:0::/:/x\n:x:5:5:::\n"
			"ok:x:999:999::/:/x\na:x:998:998::/:/usr/sbin/nologin\n"));
}

TEST(too_many)
{
	_cleanup_fixture_ struct fixture *f = with_base();
	struct strbuf text = STRBUF_INIT;

	for (int i = 0; i < 9000; i++)
		strbuf_addf(&text, "m u%d g\n", i);
	put(f, "usr/lib/sysusers.d/a.conf", text.p);
	strbuf_done(&text);
	ASSERT_TRUE(ran(f, tf_sysusers(&f->c, &f->e)));
	ASSERT_TRUE(noted(f, "a.conf:8193: more than 8192"));
}

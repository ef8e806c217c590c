/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/transform/transform_test_util.h"

#include "base/macros.h"

TEST(prepare)
{
	_cleanup_fixture_ struct fixture *f = fixture_new("");

	ASSERT_TRUE(ran(f, transform_prepare(&f->c, &f->e)));
	ASSERT_TRUE(tree_is(f->c.tree, "l 0777 0:0 0 bin target=usr/bin\n"
				       "d 0755 0:0 0 dev\n"
				       "c 0600 0:0 0 dev/console dev=5,1\n"
				       "d 0755 0:0 0 etc\n"
				       "l 0777 0:0 0 lib target=usr/lib\n"
				       "l 0777 0:0 0 lib64 target=usr/lib64\n"
				       "d 0555 0:0 0 proc\n"
				       "d 0700 0:0 0 root\n"
				       "d 0755 0:0 0 run\n"
				       "l 0777 0:0 0 sbin target=usr/sbin\n"
				       "d 0555 0:0 0 sys\n"
				       "d 0755 0:0 0 sysroot\n"
				       "d 1777 0:0 0 tmp\n"
				       "d 0755 0:0 0 usr\n"
				       "d 0755 0:0 0 usr/bin\n"
				       "d 0755 0:0 0 usr/lib\n"
				       "d 0755 0:0 0 usr/lib64\n"
				       "d 0755 0:0 0 usr/sbin\n"
				       "d 0755 0:0 0 var\n"
				       "d 1777 0:0 0 var/tmp\n"));
	/* Twice is the same. */
	ASSERT_TRUE(ran(f, transform_prepare(&f->c, &f->e)));
	put(f, "bin/sh", "");
	ASSERT_TRUE(tree_lookup(f->c.tree, SV("usr/bin/sh")) != NULL);
}

TEST(prepare_arm64)
{
	_cleanup_fixture_ struct fixture *f = fixture_new("");

	ASSERT_TRUE(arch_find(SV("arm64"), &f->c.arch, &f->e) == 0);
	ASSERT_TRUE(ran(f, transform_prepare(&f->c, &f->e)));
	ASSERT_TRUE(link_is(f, "lib", "usr/lib") && absent(f, "lib64"));
}

TEST(table)
{
	for (size_t i = 0; i < transform_count; i++) {
		ASSERT_TRUE(transform_table[i].run != NULL);
		for (size_t k = 0; k < i; k++)
			ASSERT_TRUE(strcmp(transform_table[i].name, transform_table[k].name) != 0);
	}
}

/* All rows over a tree without anything: what remains must still be an image. */
TEST(run_on_nothing)
{
	_cleanup_fixture_ struct fixture *f = fixture_new("");

	ASSERT_TRUE(ran(f, transform_prepare(&f->c, &f->e)));
	ASSERT_TRUE(ran(f, transform_run(&f->c, &f->e)));
	ASSERT_TRUE(noted(f, "no /init"));
	ASSERT_TRUE(has(f, "etc/initrd-release", "ID=linux\n"));
	ASSERT_TRUE(has(f, "etc/machine-id", "uninitialized\n"));
	ASSERT_TRUE(has(f, "etc/passwd",
			"root:*:0:0:root:/root:/bin/sh\n"
			"nobody:*:65534:65534:nobody:/:/usr/sbin/nologin\n"));
	ASSERT_TRUE(link_is(f, "var/run", "/run"));
}

TEST(errors_name_the_transform)
{
	_cleanup_fixture_ struct fixture *f = fixture_new("");

	f->c.hostname = SV("bad host");
	ASSERT_TRUE(transform_run(&f->c, &f->e) == E_USAGE);
	ASSERT_TRUE(err_says(&f->e, "transform settings: Hostname=: bad host name 'bad host'"));
}

TEST(deterministic)
{
	struct strbuf dumps[2] = { STRBUF_INIT, STRBUF_INIT };

	for (int i = 0; i < 2; i++) {
		_cleanup_fixture_ struct fixture *f =
			fixture_new("f 0755 0:0 0 usr/lib/systemd/systemd\n");

		put(f, "usr/lib/sysusers.d/a.conf", "u a -\ng b -\nm a b\n");
		f->c.root_password = SV("secret");
		add_package(f, "udev");
		ASSERT_TRUE(ran(f, transform_prepare(&f->c, &f->e)));
		ASSERT_TRUE(ran(f, transform_run(&f->c, &f->e)));
		tree_dump(f->c.tree, &dumps[i]);
	}
	ASSERT_EQ_STR(dumps[0].p, dumps[1].p);
	strbuf_done(&dumps[0]);
	strbuf_done(&dumps[1]);
}

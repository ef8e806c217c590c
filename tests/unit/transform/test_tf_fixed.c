/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The small transforms that make fixed files. */
#include "tests/unit/transform/transform_test_util.h"

#include "base/macros.h"

TEST(varlinks_replace_folders)
{
	_cleanup_fixture_ struct fixture *f = fixture_new(
		"d 0755 0:0 0 run\nd 0755 0:0 1 var/run origin=1\n"
		"d 1777 0:0 1 var/lock origin=1\n"
		"d 0700 0:0 1 var/run/sub origin=2\nf 0644 0:0 1 var/run/sub/x text=x\n");

	ASSERT_TRUE(ran(f, tf_varlinks(&f->c, &f->e)));
	ASSERT_TRUE(link_is(f, "var/run", "/run") && link_is(f, "var/lock", "/run/lock"));
	ASSERT_TRUE(has(f, "run/sub/x", "x") && mode_of(f, "run/sub") == 0700);
	ASSERT_TRUE(ran(f, tf_varlinks(&f->c, &f->e)));
}

TEST(varlinks_keep_links)
{
	_cleanup_fixture_ struct fixture *f = fixture_new("l 0777 0:0 0 var/run target=../run\n");

	ASSERT_TRUE(ran(f, tf_varlinks(&f->c, &f->e)));
	ASSERT_TRUE(link_is(f, "var/run", "../run") && link_is(f, "var/lock", "/run/lock"));
}

#define UNITS "usr/lib/systemd/system/"

TEST(network_manager_units_of_a_package)
{
	_cleanup_fixture_ struct fixture *f = fixture_new("");

	put(f, UNITS "nm-initrd.service", "ours\n");
	put(f, UNITS "nm-config-initrd.service", "ours\n");
	ASSERT_TRUE(ran(f, tf_nmunits(&f->c, &f->e)));
	ASSERT_TRUE(has(f, UNITS "nm-initrd.service", "ours\n"));
	put(f, UNITS "NetworkManager-initrd.service", "theirs\n");
	put(f, UNITS "NetworkManager-wait-online-initrd.service", "theirs\n");
	ASSERT_TRUE(ran(f, tf_nmunits(&f->c, &f->e)));
	ASSERT_TRUE(link_is(f, UNITS "nm-initrd.service", "NetworkManager-initrd.service"));
	ASSERT_TRUE(has(f, UNITS "nm-config-initrd.service", "ours\n"));
	ASSERT_TRUE(absent(f, UNITS "nm-wait-online-initrd.service"));
}

TEST(templates)
{
	_cleanup_fixture_ struct fixture *f = fixture_new("");

	put(f, "usr/share/libc-bin/nsswitch.conf", "passwd: files\n");
	put(f, "usr/share/nfs-common/conffiles/nfs.conf", "[nfsd]\n");
	put(f, "usr/share/nfs-common/conffiles/nfs-common.default", "A=1\n");
	put(f, "usr/share/nfs-common/conffiles/idmapd.conf", "shipped\n");
	put(f, "etc/idmapd.conf", "mine\n");
	ASSERT_TRUE(ran(f, tf_nsswitch(&f->c, &f->e)));
	ASSERT_TRUE(ran(f, tf_conffiles(&f->c, &f->e)));
	ASSERT_TRUE(has(f, "etc/nsswitch.conf", "passwd: files\n"));
	ASSERT_TRUE(has(f, "etc/nfs.conf", "[nfsd]\n"));
	ASSERT_TRUE(has(f, "etc/default/nfs-common", "A=1\n"));
	ASSERT_TRUE(has(f, "etc/idmapd.conf", "mine\n"));
	ASSERT_TRUE(absent(f, "etc/profile"));
}

TEST(os_release)
{
	_cleanup_fixture_ struct fixture *f = fixture_new("");

	put(f, "usr/lib/os-release",
	    "ID=debian\n# c\nVERSION_ID=\"13\"\nIMAGE_ID='my \"image'\nBUILD_ID=\"a\\$b\"\n");
	ASSERT_TRUE(ran(f, tf_osrelease(&f->c, &f->e)));
	ASSERT_TRUE(link_is(f, "etc/os-release", "../usr/lib/os-release"));
	ASSERT_TRUE(link_is(f, "etc/initrd-release", "os-release"));
	ASSERT_TRUE(sv_eq(tf_os_release(&f->c, SV("VERSION_ID")), SV("13")));
	ASSERT_TRUE(sv_eq(tf_os_release(&f->c, SV("IMAGE_ID")), SV("my \"image")));
	ASSERT_TRUE(sv_eq(tf_os_release(&f->c, SV("BUILD_ID")), SV("a$b")));
	ASSERT_TRUE(tf_os_release(&f->c, SV("VARIANT_ID")).n == 0);
}

TEST(initrd_release_of_the_distribution)
{
	_cleanup_fixture_ struct fixture *f = fixture_new("");

	put(f, "usr/lib/initrd-release", "ID=x\n");
	ASSERT_TRUE(ran(f, tf_osrelease(&f->c, &f->e)));
	ASSERT_TRUE(link_is(f, "etc/initrd-release", "../usr/lib/initrd-release"));
}

TEST(specifiers)
{
	_cleanup_fixture_ struct fixture *f = fixture_new("");
	struct sv got;

	put(f, "etc/os-release", "ID=debian\nVERSION_ID=13\n");
	ASSERT_TRUE(ran(f, tf_specifiers(&f->c, SV("%%x%o-%w/%a%T%V%"), &got, &f->e)));
	ASSERT_TRUE(sv_eq(got, SV("%xdebian-13/x86-64/tmp/var/tmp%")));
	ASSERT_TRUE(tf_specifiers(&f->c, SV("%H"), &got, &f->e) == E_FORMAT);
	ASSERT_TRUE(tf_specifiers(&f->c, SV("%b"), &got, &f->e) == E_FORMAT);
	ASSERT_TRUE(tf_specifiers(&f->c, SV("%\xff"), &got, &f->e) == E_FORMAT);
}

TEST(init)
{
	_cleanup_fixture_ struct fixture *f = fixture_new(
		"f 0755 0:0 0 usr/lib/systemd/systemd\n"
		"l 0777 0:0 0 etc/systemd/system-generators/systemd-gpt-auto-generator target=/dev/null "
		"origin=4\n");

	ASSERT_TRUE(ran(f, tf_init(&f->c, &f->e)));
	ASSERT_TRUE(link_is(f, "init", "usr/lib/systemd/systemd"));
	ASSERT_TRUE(absent(f, "etc/systemd/system-generators/systemd-gpt-auto-generator"));
	ASSERT_TRUE(ran(f, tree_symlink(f->c.tree, SV("init"), SV("other"), &f->e)));
	ASSERT_TRUE(ran(f, tf_init(&f->c, &f->e)));
	ASSERT_TRUE(link_is(f, "init", "other"));
}

TEST(machine_id)
{
	_cleanup_fixture_ struct fixture *f = fixture_new("");

	put(f, "etc/machine-id", "0123\n");
	put(f, "var/lib/dbus/machine-id", "0123\n");
	put(f, "var/lib/systemd/random-seed", "x");
	put(f, "var/lib/systemd/credential.secret", "x");
	ASSERT_TRUE(ran(f, tf_machineid(&f->c, &f->e)));
	ASSERT_TRUE(has(f, "etc/machine-id", "uninitialized\n") &&
		    mode_of(f, "etc/machine-id") == 0444);
	ASSERT_TRUE(absent(f, "var/lib/dbus/machine-id") &&
		    absent(f, "var/lib/systemd/random-seed"));
	ASSERT_TRUE(absent(f, "var/lib/systemd/credential.secret"));
}

TEST(emergency)
{
	_cleanup_fixture_ struct fixture *f = fixture_new("");
	const char *conf = "[Service]\nEnvironment=SYSTEMD_SULOGIN_FORCE=1\n";

	ASSERT_TRUE(ran(f, tf_emergency(&f->c, &f->e)));
	ASSERT_TRUE(tree_is(f->c.tree, ""));
	f->c.emergency_shell = true;
	ASSERT_TRUE(ran(f, tf_emergency(&f->c, &f->e)));
	ASSERT_TRUE(
		has(f, "usr/lib/systemd/system/emergency.service.d/50-kindling-shell.conf", conf));
	ASSERT_TRUE(has(f, "usr/lib/systemd/system/rescue.service.d/50-kindling-shell.conf", conf));
}

TEST(clock_epoch)
{
	_cleanup_fixture_ struct fixture *f = fixture_new("");

	ASSERT_TRUE(ran(f, tf_clockepoch(&f->c, &f->e)));
	ASSERT_TRUE(tree_lookup(f->c.tree, SV("usr/lib/clock-epoch"))->inode->mtime == 1700000000);
}

TEST(settings)
{
	_cleanup_fixture_ struct fixture *f =
		fixture_new("l 0777 0:0 0 etc/vconsole.conf target=default/keyboard\n");

	f->c.locale = SV("C.UTF-8");
	f->c.keymap = SV("de-latin1");
	f->c.timezone = SV("Europe/Berlin");
	f->c.hostname = SV("initrd-1.example");
	ASSERT_TRUE(ran(f, tf_settings(&f->c, &f->e)));
	ASSERT_TRUE(has(f, "etc/locale.conf", "LANG=C.UTF-8\n"));
	ASSERT_TRUE(has(f, "etc/vconsole.conf", "KEYMAP=de-latin1\n"));
	ASSERT_TRUE(has(f, "etc/hostname", "initrd-1.example\n"));
	ASSERT_TRUE(link_is(f, "etc/localtime", "../usr/share/zoneinfo/Europe/Berlin"));
	ASSERT_TRUE(noted(f, "has no '/usr/share/zoneinfo/Europe/Berlin'"));
}

TEST(settings_refuse)
{
	static const struct {
		size_t field;
		const char *value;
	} bad[] = {
		{ offsetof(struct transform_context, locale), "C\nX=y" },
		{ offsetof(struct transform_context, locale), "a b" },
		{ offsetof(struct transform_context, keymap), "us\"" },
		{ offsetof(struct transform_context, timezone), "../../etc/passwd" },
		{ offsetof(struct transform_context, timezone), "/UTC" },
		{ offsetof(struct transform_context, hostname), ".x" },
		{ offsetof(struct transform_context, hostname), "a..b" },
		{ offsetof(struct transform_context, hostname), "a_b" },
		{ offsetof(struct transform_context, hostname), "x-" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		_cleanup_fixture_ struct fixture *f = fixture_new("");

		*(struct sv *)((char *)&f->c + bad[i].field) = sv_from(bad[i].value);
		ASSERT_MSG(tf_settings(&f->c, &f->e) == E_USAGE, "%s", bad[i].value);
	}
}

TEST(resolv_conf)
{
	_cleanup_fixture_ struct fixture *f = fixture_new("");

	put(f, "usr/lib/systemd/system/systemd-resolved.service", "[Install]\nWantedBy=a.target\n");
	ASSERT_TRUE(ran(f, tf_resolv(&f->c, &f->e)));
	ASSERT_TRUE(absent(f, "etc/resolv.conf"));
	ASSERT_TRUE(
		ran(f,
		    tree_symlink(f->c.tree,
				 SV("etc/systemd/system/a.target.wants/systemd-resolved.service"),
				 SV("/usr/lib/systemd/system/systemd-resolved.service"), &f->e)));
	ASSERT_TRUE(ran(f, tf_resolv(&f->c, &f->e)));
	ASSERT_TRUE(link_is(f, "etc/resolv.conf", "../run/systemd/resolve/stub-resolv.conf"));
}

TEST(ld_so_conf)
{
	_cleanup_fixture_ struct fixture *f = fixture_new("l 0777 0:0 0 lib target=usr/lib\n");

	put(f, "etc/ld.so.conf", "include ld.so.conf.d/*.conf # all\ninclude /etc/ld.so.conf\n");
	put(f, "etc/ld.so.conf.d/a.conf",
	    "/usr/local/lib\n/lib/x86_64-linux-gnu\n/usr/lib/x86_64-linux-gnu\n");
	put(f, "usr/lib/x86_64-linux-gnu/libc.so.6", "");
	put(f, "usr/local/lib/README", "");
	ASSERT_TRUE(ran(f, tf_ldsoconf(&f->c, &f->e)));
	ASSERT_TRUE(f->notes.list.n == 0);
	put(f, "usr/lib/x86_64-linux-gnu/blas/libblas.so.3", "");
	put(f, "etc/ld.so.conf.d/b.conf", "/usr/lib/x86_64-linux-gnu/blas/\n");
	ASSERT_TRUE(ran(f, tf_ldsoconf(&f->c, &f->e)));
	ASSERT_TRUE(noted(f, "libblas.so.3"));
}

TEST(overrides)
{
	_cleanup_fixture_ struct fixture *f =
		fixture_new("d 0755 0:0 0 var/lib/NetworkManager origin=1\n"
			    "d 0755 0:0 0 var/lib/nfs/sm\n");

	ASSERT_TRUE(ran(f, tf_overrides(&f->c, &f->e)));
	ASSERT_TRUE(mode_of(f, "var/lib/NetworkManager") == 0700);
	ASSERT_TRUE(mode_of(f, "var/lib/nfs/sm") == 0755); /* a recipe's */
}

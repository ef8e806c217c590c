/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tests/golden/netroot/NAME.case: a command line and facts, then what is written. Lines before "---":
 *   cmdline WORDS, defaults WORDS, late WORDS, service networkd|NetworkManager|none,
 *   without PROGRAM, initiator NAME, nbft FILE (beside the case), flag own-breakpoints|package-units
 * GOLDEN_UPDATE=1 writes what is found instead of comparing.
 */
#include "netroot/netroot.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/strbuf.h"
#include "netroot/netroot_int.h"
#include "test.h"

/* Tables are binary; tests/tools/make-nbft has made them. */
static void take_nbft(struct netroot_facts *f, struct sv name, struct fs_data *keep)
{
	char path[256];
	struct err e = ERR_INIT;

	snprintf(path, sizeof(path), "%s/tests/golden/netroot/" SV_FMT, getenv("TOP"),
		 SV_ARG(name));
	ASSERT_EQ_INT(fs_read(AT_FDCWD, path, NETROOT_FILE_MAX, keep, &e), 0);
	f->nbft[f->nbft_count++] = fs_sv(keep);
}

static void take(struct netroot_facts *f, struct sv line, struct fs_data *table)
{
	struct sv key, value = line;

	ASSERT_TRUE(sv_split(&value, ' ', &key));
	if (sv_eq(key, SV("cmdline")))
		f->cmdline = value;
	else if (sv_eq(key, SV("defaults")))
		f->defaults = value;
	else if (sv_eq(key, SV("late")))
		f->late = value;
	else if (sv_eq(key, SV("initiator")))
		f->initiator = value;
	else if (sv_eq(key, SV("service")))
		f->service = sv_eq(value, SV("networkd"))         ? NETROOT_NETWORKD
			     : sv_eq(value, SV("NetworkManager")) ? NETROOT_NETWORK_MANAGER
								  : NETROOT_NO_SERVICE;
	else if (sv_eq(key, SV("nbft")))
		take_nbft(f, value, table);
	else if (sv_eq(key, SV("flag"))) {
		f->own_breakpoints |= sv_eq(value, SV("own-breakpoints"));
		f->nm_units |= sv_eq(value, SV("package-units"));
		f->iscsi_units = f->nm_units;
	} else if (sv_eq(key, SV("without"))) {
		for (unsigned i = 0; i < NETROOT_TOOLS; i++)
			if (sv_eq(value, sv_from(netroot_tool_names[i])))
				f->tools &= ~(1u << i);
	} else
		ASSERT_MSG(false, "unknown line '" SV_FMT "'", SV_ARG(line));
}

static void one_case(const char *path)
{
	struct netroot_facts f = { .service = NETROOT_NETWORKD, .tools = ~0u, .machine = SV("m") };
	_cleanup_fs_data_ struct fs_data data = { 0 }, table = { 0 };
	_cleanup_strbuf_ struct strbuf got = STRBUF_INIT;
	struct netroot_plan p;
	struct err e = ERR_INIT;
	struct sv rest, line = SV_NULL;

	ASSERT_EQ_INT(fs_read(AT_FDCWD, path, 1 << 20, &data, &e), 0);
	rest = fs_sv(&data);
	while (sv_line(&rest, &line) && !sv_eq(line, SV("---")))
		if (line.n && line.p[0] != '#')
			take(&f, line, &table);
	ASSERT_MSG(sv_eq(line, SV("---")), "%s has no line of three hyphens", path);
	ASSERT_EQ_INT(netroot_plan(&f, &p, &e), 0);
	netroot_plan_dump(&p, &got);
	if (getenv("GOLDEN_UPDATE")) {
		FILE *out = fopen(path, "wb");
		size_t head = (size_t)(line.p - data.p) + 4;

		ASSERT_NOT_NULL(out);
		ASSERT_TRUE(fwrite(data.p, 1, head, out) == head);
		ASSERT_TRUE(fwrite(got.p ? got.p : "", 1, got.n, out) == got.n);
		ASSERT_EQ_INT(fclose(out), 0);
	} else {
		test_note("%s", path);
		ASSERT_EQ_STR(got.p ? got.p : "", rest.p ? rest.p : "");
	}
	netroot_plan_done(&p);
}

TEST(golden_cases)
{
	const char *top = getenv("TOP");
	char dir[512], path[1024];
	struct fs_entries list;
	struct err e = ERR_INIT;
	size_t n = 0;

	snprintf(dir, sizeof(dir), "%s/tests/golden/netroot", top ? top : ".");
	ASSERT_EQ_INT(fs_list(AT_FDCWD, dir, &list, &e), 0);
	for (size_t i = 0; i < list.n; i++) {
		if (!sv_ends(sv_from(list.v[i].name), SV(".case")))
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, list.v[i].name);
		one_case(path);
		n++;
	}
	fs_entries_done(&list);
	ASSERT_TRUE(n >= 20);
}

/* Every byte of a good table changed in turn, and every length: no fault leads outside of it. */
TEST(nbft_damage)
{
	_cleanup_fs_data_ struct fs_data good = { 0 };
	struct netroot_nbft_nics nics = { .v = NULL };
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	char path[256];

	snprintf(path, sizeof(path), "%s/tests/golden/netroot/nbft-static.bin", getenv("TOP"));
	ASSERT_EQ_INT(fs_read(AT_FDCWD, path, NETROOT_FILE_MAX, &good, &e), 0);
	ASSERT_NULL(netroot_nbft_read(fs_sv(&good), &a, &nics));
	ASSERT_EQ_INT(nics.n, 3);
	for (size_t n = 0; n < good.n; n++) {
		char *cut = arena_cstr(&a, sv_head(fs_sv(&good), n));
		char *bad = arena_cstr(&a, fs_sv(&good));

		ASSERT_NOT_NULL(netroot_nbft_read(sv_of(cut, n), &a, &nics));
		bad[n] = (char)~bad[n];
		ASSERT_NOT_NULL(netroot_nbft_read(sv_of(bad, good.n), &a, &nics));
		/* with its checksum made good again, so that the rest is looked at */
		bad[9] = (char)(bad[9] - (n == 9 ? 0 : bad[n] - good.p[n]));
		(void)netroot_nbft_read(sv_of(bad, good.n), &a, &nics);
	}
	vec_done(&nics);
	arena_done(&a);
}

/* Of the units that did not become active, the first is the reason. */
TEST(failed_steps)
{
	static const char cmdline[] = "root=UUID=1 netroot=iscsi:10.0.0.1::::iqn.2026-01.x:y";
	static const struct {
		const char *shown, *want;
	} rows[] = {
		{ "Id=systemd-networkd-wait-online.service\nActiveState=failed\n", "the network" },
		{ "Id=systemd-networkd-wait-online.service\nActiveState=active\n\n"
		  "ActiveState=activating\nId=kindling-iscsi-0.service\n",
		  "could not log in" },
		{ "ActiveState=failed\nId=systemd-networkd-wait-online.service\n\n"
		  "ActiveState=active\nId=kindling-iscsi-0.service\n",
		  "the root's device" },
		{ "Id=systemd-networkd-wait-online.service\nActiveState=active\n\n"
		  "Id=kindling-iscsi-0.service\nActiveState=active\n\n"
		  "Id=dev-disk-by\\x2duuid-1.device\nActiveState=active\n\n"
		  "Id=sysroot.mount\nActiveState=failed\n",
		  "could not mount" },
		{ "Id=sysroot.mount\nActiveState=active\n", NULL },
		/* stopped on the way into emergency mode */
		{ "Id=systemd-networkd-wait-online.service\nActiveState=inactive\n"
		  "ActiveEnterTimestampMonotonic=38720000\n\n"
		  "ActiveEnterTimestampMonotonic=0\nActiveState=failed\nId=kindling-iscsi-0.service\n",
		  "could not log in" },
		{ "Id=systemd-networkd-wait-online.service\nActiveState=inactive\n"
		  "ActiveEnterTimestampMonotonic=0\n\n"
		  "Id=kindling-iscsi-0.service\nActiveState=failed\n",
		  "the network" },
		/* was up, and failed later */
		{ "Id=systemd-networkd-wait-online.service\nActiveState=failed\n"
		  "ActiveEnterTimestampMonotonic=5\n",
		  "the network" },
		{ "", "the network" },
	};
	struct netroot_facts f = { .service = NETROOT_NETWORKD, .tools = ~0u };
	struct netroot_plan p;
	struct err e = ERR_INIT;

	f.cmdline = sv_from(cmdline);
	ASSERT_EQ_INT(netroot_plan(&f, &p, &e), 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct netroot_step *s = netroot_failed_step(&p, sv_from(rows[i].shown));

		test_note("row %zu", i);
		ASSERT_EQ_INT(s != NULL, rows[i].want != NULL);
		if (s)
			ASSERT_TRUE(sv_starts(s->text, sv_from(rows[i].want)));
	}
	netroot_plan_done(&p);
	/* what is wrong in itself comes before all that happens */
	f.cmdline = SV("root=nfs:x ip=dhcp");
	ASSERT_EQ_INT(netroot_plan(&f, &p, &e), 0);
	ASSERT_EQ_INT(netroot_failed_step(&p, SV_NULL)->kind, NETROOT_STEP_REFUSED);
	netroot_plan_done(&p);
}

/* The words that a lease adds; "!": none, and why. */
TEST(leases)
{
	static const struct {
		const char *cmdline, *lease, *want;
	} rows[] = {
		{ "root=dhcp", "ADDRESS=10.0.0.5\nSERVER_ADDRESS=10.0.0.1\nROOT_PATH=/srv/root\n",
		  "root=\"nfs:10.0.0.1:/srv/root\"" },
		{ "root=dhcp",
		  "NEXT_SERVER=10.0.0.9\nSERVER_ADDRESS=10.0.0.1\nROOT_PATH=nfs4:/r,ro\n",
		  "root=\"nfs4:10.0.0.9:/r,ro\"" },
		{ "root=dhcp", "root-path=10.0.0.7:/r/%s\nADDRESS=10.0.0.5\n",
		  "root=\"nfs:10.0.0.7:/r/me\"" },
		{ "root=dhcp", "ROOT_PATH=iscsi:10.0.0.7::3260:1:iqn.2026-01.x:y\n",
		  "root=\"iscsi:10.0.0.7::3260:1:iqn.2026-01.x:y\"" },
		{ "root=UUID=1 netroot=dhcp", "ROOT_PATH=iscsi:10.0.0.7::::iqn.2026-01.x:y\n",
		  "netroot=\"iscsi:10.0.0.7::::iqn.2026-01.x:y\"" },
		{ "root=dhcp", "ROOT_PATH=nbd:10.0.0.7:root\n", "root=\"nbd:10.0.0.7:root\"" },
		{ "root=dhcp", "ADDRESS=10.0.0.5\n", "!the lease has no root-path (option 17)" },
		{ "root=dhcp", "ROOT_PATH=a\"b\n", "!the lease's root-path holds a quote" },
		{ "root=dhcp", "ROOT_PATH=ftp\n",
		  "!the lease's root-path is no NFS, iSCSI or NBD root" },
		{ "root=nfs:/srv/%s", "SERVER_ADDRESS=10.0.0.1\nADDRESS=10.0.0.5\nHOSTNAME=h\n",
		  "root=\"nfs:10.0.0.1:/srv/h\"" },
		{ "root=nfs:[fd00::1]:/srv/%s,vers=4.1", "ADDRESS=10.0.0.5\n",
		  "root=\"nfs:[fd00::1]:/srv/me,vers=4.1\"" },
		{ "root=nfs:/srv", "ADDRESS=10.0.0.5\n", "!the lease names no server" },
		{ "root=iscsi:::::iqn.2026-01.x:y", "SERVER_ADDRESS=10.0.0.1\n",
		  "root=\"iscsi:10.0.0.1::3260:0:iqn.2026-01.x:y\"" },
		{ "root=iscsi:bob:geheim@::::iqn.2026-01.x:y netroot=iscsi:[fd00::7]::::iqn.2026-01.x:z "
		  "netroot=iscsi:a:b:c:d@:::2:iqn.2026-01.x:a rd.iscsi.target.name=iqn.2026-01.x:n "
		  "rd.iscsi.target.group=3",
		  "NEXT_SERVER=10.0.0.1\n",
		  "root=\"iscsi:bob:geheim@10.0.0.1::3260:0:iqn.2026-01.x:y\" "
		  "netroot=\"iscsi:a:b:c:d@10.0.0.1::3260:2:iqn.2026-01.x:a\" "
		  "rd.iscsi.target.ip=10.0.0.1" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct arena a = ARENA_INIT;
		struct netroot_lease l;
		struct bootline b;
		struct err e = ERR_INIT;
		const char *why = "";
		struct sv got;

		ASSERT_EQ_INT(bootline_parse(sv_from(rows[i].cmdline), &b, &e), 0);
		ASSERT_TRUE(netroot_parse_lease(sv_from(rows[i].lease), &l));
		got = netroot_late_words(&b, &l, SV("me"), &a, &why);
		if (got.n == 0)
			got = arena_printf(&a, "!%s", why);
		ASSERT_EQ_STR(got.p, rows[i].want);
		bootline_done(&b);
		arena_done(&a);
	}
}

TEST(shows_no_password)
{
	static const char *const rows[][2] = {
		{ "root=\"iscsi:bob:ge@heim@10.0.0.1::3260:0:iqn.x\"",
		  "root=\"iscsi:...@10.0.0.1::3260:0:iqn.x\"" },
		{ "iscsi:10.0.0.1::::iqn.x", "iscsi:10.0.0.1::::iqn.x" },
		{ "nfs:a@b:/x", "nfs:a@b:/x" },
	};
	struct arena a = ARENA_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		ASSERT_EQ_STR(arena_cstr(&a, netroot_without_password(sv_from(rows[i][0]), &a)),
			      rows[i][1]);
	arena_done(&a);
}

TEST(no_lease)
{
	struct netroot_lease l;

	ASSERT_FALSE(netroot_parse_lease(SV("# nothing\nCLIENTID=ff\nROOT_PATH=\nROOT_PATH=a\tb\n"),
					 &l));
}

TEST(marks_the_root)
{
	static const char mounts[] =
		"24 1 0:30 / / rw shared:1 - rootfs rootfs rw\n"
		"150 24 8:0 / /sysroot rw,relatime shared:9 master:2 - ext4 /dev/disk\\040a rw\n"
		"151 150 8:1 /x /sysroot/usr ro - ext4 /dev/sdb ro\n"
		"short\n";
	struct arena a = ARENA_INIT;

	ASSERT_EQ_STR(netroot_utab_line(sv_from(mounts), &a).p,
		      "SRC=/dev/disk\\040a TARGET=/ ROOT=/ OPTS=_netdev\n");
	ASSERT_EQ_INT(netroot_utab_line(SV("1 2 3:4 / / rw - ext4 /dev/sda rw\n"), &a).n, 0);
	arena_done(&a);
}

TEST(escapes_device_paths)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	unit_escape_path(&b, SV("/dev//disk/by-label/a b/"));
	ASSERT_EQ_STR(b.p, "dev-disk-by\\x2dlabel-a\\x20b");
	strbuf_clear(&b);
	unit_escape_path(&b, SV("/.x/.y"));
	ASSERT_EQ_STR(b.p, "\\x2ex-.y");
}

TEST(ibft)
{
	struct netroot_ibft_nic n = { .mac = SV("52:54:00:12:34:56"),
				      .address = SV("10.0.2.15"),
				      .mask = SV("255.255.255.0"),
				      .gateway = SV("10.0.2.2"),
				      .dns1 = SV("10.0.2.3"),
				      .dns2 = SV("0.0.0.0"),
				      .dhcp = SV("0.0.0.0") };
	struct arena a = ARENA_INIT;

	ASSERT_EQ_STR(
		netroot_ibft_network(&n, &a).p,
		"# Written by kindling-netroot from the firmware's iSCSI table\n[Match]\nKind=!*\n"
		"MACAddress=52:54:00:12:34:56\n\n[Network]\nKeepConfiguration=yes\nAddress=10.0.2.15/24\n"
		"Gateway=10.0.2.2\nDNS=10.0.2.3\n");
	n.dhcp = SV("10.0.2.2");
	ASSERT_EQ_STR(
		netroot_ibft_network(&n, &a).p,
		"# Written by kindling-netroot from the firmware's iSCSI table\n[Match]\nKind=!*\n"
		"MACAddress=52:54:00:12:34:56\n\n[Network]\nKeepConfiguration=yes\nDHCP=yes\n");
	n.mac = SV("nonsense");
	ASSERT_EQ_INT(netroot_ibft_network(&n, &a).n, 0);
	arena_done(&a);
}

static void put(int root, const char *path, const char *text)
{
	struct err e = ERR_INIT;

	ASSERT_EQ_INT(netroot_write_file(root, path, sv_from(text), 0644, &e), 0);
}

/* A root made for it: facts are read, a plan is written, and again, and secrets are for root only. */
TEST(reads_and_writes_below_a_root)
{
	char tmp[] = "/tmp/netroot-XXXXXX", command[64];
	struct arena a = ARENA_INIT;
	struct netroot_facts f;
	struct netroot_plan p;
	struct err e = ERR_INIT;
	struct netroot_lease l;
	struct stat st;
	size_t nics = 9;
	int root;

	ASSERT_NOT_NULL(mkdtemp(tmp));
	root = open(tmp, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	put(root, "proc/cmdline",
	    "root=UUID=1 netroot=iscsi:u:geheim@10.0.0.1::::iqn.2026-01.x:y\n");
	put(root, "usr/lib/kindling/netroot.conf", "# baked in\nip=dhcp\nrd.retry=7\n");
	put(root, "usr/lib/systemd/systemd-networkd", "");
	put(root, "usr/sbin/iscsistart", "");
	put(root, "etc/iscsi/initiatorname.iscsi", "# x\nInitiatorName=iqn.2026-01.me:me\n");
	put(root, "sys/firmware/ibft/ethernet0/mac", "52:54:00:12:34:56\n");
	put(root, "sys/firmware/ibft/ethernet0/flags", "3\n");
	put(root, "sys/firmware/ibft/ethernet1/mac", "52:54:00:12:34:57\n");
	put(root, "sys/firmware/ibft/ethernet1/flags", "1\n");
	put(root, "proc/self/mountinfo", "9 1 8:0 / /sysroot rw - ext4 /dev/sda rw\n");
	put(root, "run/mount/utab", "ID=3 SRC=a TARGET=/a ROOT=/ OPTS=uhelper=x\n");
	put(root, "run/systemd/netif/leases/2", "ADDRESS=10.0.0.5\n");
	put(root, "run/systemd/netif/leases/3", "ADDRESS=10.0.0.6\nROOT_PATH=/r\n");

	ASSERT_EQ_INT(netroot_read_facts(root, &a, &f, &e), 0);
	ASSERT_EQ_INT(f.service, NETROOT_NETWORKD);
	ASSERT_EQ_INT(f.tools, 1u << NETROOT_ISCSISTART);
	ASSERT_EQ_STR(f.defaults.p, "ip=dhcp rd.retry=7");
	ASSERT_EQ_STR(arena_cstr(&a, f.initiator), "iqn.2026-01.me:me");
	ASSERT_EQ_INT(netroot_plan(&f, &p, &e), 0);
	for (int i = 0; i < 2; i++)
		ASSERT_EQ_INT(netroot_write(&p, root, "run/g", "run/g.early", &e), 0);
	netroot_plan_done(&p);
	ASSERT_EQ_INT(fstatat(root, "run/kindling/iscsi-0.env", &st, 0), 0);
	ASSERT_EQ_INT(st.st_mode & 0777, 0600);
	snprintf(command, sizeof(command), "grep -rq geheim %s/run/g*", tmp);
	ASSERT_TRUE(system(command) != 0);
	ASSERT_TRUE(fs_exists(root, "run/g/kindling-iscsi-0.service"));
	ASSERT_EQ_INT(netroot_write_ibft(root, false, &nics, &e), 0);
	ASSERT_EQ_INT(nics, 1);
	ASSERT_EQ_INT(netroot_write_ibft(root, true, &nics, &e), 0);
	ASSERT_EQ_INT(nics, 2);
	for (int i = 0; i < 2; i++)
		ASSERT_EQ_INT(netroot_mark_root(root, &e), 0);
	ASSERT_EQ_STR(arena_cstr(&a, netroot_read_line(root, "run/mount/utab", &a)),
		      "ID=3 SRC=a TARGET=/a ROOT=/ OPTS=uhelper=x\n"
		      "SRC=/dev/sda TARGET=/ ROOT=/ OPTS=_netdev");
	ASSERT_TRUE(netroot_find_lease(root, &a, &l));
	ASSERT_EQ_STR(arena_cstr(&a, l.address), "10.0.0.6");
	arena_done(&a);
	close(root);
	snprintf(command, sizeof(command), "rm -rf %s", tmp);
	ASSERT_EQ_INT(system(command), 0);
}

TEST(refuses_what_no_kernel_passes)
{
	struct netroot_facts f = { .cmdline = sv_of("root=\0x", 7) };
	struct netroot_plan p;
	struct err e = ERR_INIT;

	ASSERT_EQ_INT(netroot_plan(&f, &p, &e), E_FORMAT);
	ASSERT_HAS_STR(e.text, "zero byte");
}

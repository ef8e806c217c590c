/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tests/golden/netroot/NAME.case: a command line and facts, then what is written. Lines before "---":
 *   cmdline WORDS, defaults WORDS, credential WORDS, late WORDS, service networkd|NetworkManager|none,
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
	else if (sv_eq(key, SV("credential")))
		f->credential = value;
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

static void put(int root, const char *path, const char *text)
{
	struct err e = ERR_INIT;

	ASSERT_EQ_INT(netroot_write_file(root, path, sv_from(text), 0644, &e), 0);
}

/* Every byte of a good table changed in turn, and every length: no fault leads outside of it. */
TEST(nbft_damage)
{
	_cleanup_fs_data_ struct fs_data good = { 0 };
	struct netroot_nics nics = { .v = NULL };
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
	/* what could not be found comes before who was to be asked */
	f.cmdline = SV("root=nbd:server.test:x");
	ASSERT_EQ_INT(netroot_plan(&f, &p, &e), 0);
	ASSERT_HAS_STR(netroot_failed_step(&p,
					   SV("Id=systemd-networkd-wait-online.service\n"
					      "ActiveState=active\n\n"
					      "Id=kindling-names.service\nActiveState=failed\n\n"
					      "Id=kindling-nbd.service\nActiveState=failed\n"))
			       ->text.p,
		       "could not find a route to server.test;");
	netroot_plan_done(&p);
	/* what is wrong in itself comes before all that happens */
	f.cmdline = SV("root=nfs:x ip=dhcp");
	ASSERT_EQ_INT(netroot_plan(&f, &p, &e), 0);
	ASSERT_EQ_INT(netroot_failed_step(&p, SV_NULL)->kind, NETROOT_STEP_REFUSED);
	netroot_plan_done(&p);
}

/* A default of the distribution is no name. */
TEST(names_of_the_machine)
{
	static const struct {
		const char *cmdline, *kernel, *os_release, *want;
	} rows[] = {
		{ "", "box", "", "box" },
		{ "", "localhost", "", "" },
		{ "", "(none)", "", "" },
		{ "", "fedora", "DEFAULT_HOSTNAME=\"fedora\"\n", "" },
		{ "", "fedora", "DEFAULT_HOSTNAME=fedora\n", "" },
		{ "", "box", "ID=x\nDEFAULT_HOSTNAME='fedora'\n", "box" },
		{ "systemd.hostname=fedora", "fedora", "DEFAULT_HOSTNAME=fedora\n", "fedora" },
	};
	char tmp[] = "/tmp/netroot-XXXXXX", command[64];
	int root;

	ASSERT_NOT_NULL(mkdtemp(tmp));
	root = open(tmp, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct arena a = ARENA_INIT;
		struct bootline b;
		struct err e = ERR_INIT;

		put(root, "proc/sys/kernel/hostname", rows[i].kernel);
		put(root, "etc/os-release", rows[i].os_release);
		ASSERT_EQ_INT(bootline_parse(sv_from(rows[i].cmdline), &b, &e), 0);
		test_note("row %zu", i);
		ASSERT_EQ_STR(arena_cstr(&a, netroot_hostname(root, &b, &a)), rows[i].want);
		bootline_done(&b);
		arena_done(&a);
	}
	close(root);
	snprintf(command, sizeof(command), "rm -rf %s", tmp);
	ASSERT_EQ_INT(system(command), 0);
}

static void expect(int root, const char *path, const char *want)
{
	struct arena a = ARENA_INIT;

	test_note("%s", path);
	ASSERT_EQ_STR(arena_cstr(&a, netroot_read_line(root, path, &a)), want);
	arena_done(&a);
}

TEST(resolv_conf)
{
	static const char state[] =
		"# This is private data. Do not parse.\nOPER_STATE=routable\n"
		"DNS=10.0.0.1 fe80::1%ens3 9.9.9.9#dns.test [fd00::1]:53 10.0.0.2:53\n"
		"NTP=\nDOMAINS=a.test b.test\nROUTE_DOMAINS=c.test\n";
	static const char want[] =
		"# Written by kindling-netroot from what systemd-networkd knows\n"
		"nameserver 10.0.0.1\nnameserver fe80::1%ens3\nnameserver 9.9.9.9\n"
		"search a.test b.test";
	char tmp[] = "/tmp/netroot-XXXXXX", command[64];
	struct err e = ERR_INIT;
	int root;

	ASSERT_NOT_NULL(mkdtemp(tmp));
	root = open(tmp, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ASSERT_EQ_INT(netroot_write_resolv(root, &e), E_NOTFOUND);
	put(root, "run/systemd/netif/state", "OPER_STATE=routable\nDNS=\nDOMAINS=\n");
	ASSERT_EQ_INT(netroot_write_resolv(root, &e), 0);
	ASSERT_FALSE(fs_exists(root, "etc/resolv.conf"));
	put(root, "run/systemd/netif/state", state);
	put(root, "etc/x", "");
	ASSERT_EQ_INT(netroot_write_resolv(root, &e), 0);
	expect(root, "etc/resolv.conf", want);
	/* again, with another lease */
	put(root, "run/systemd/netif/state", "DNS=10.0.0.9\n");
	ASSERT_EQ_INT(netroot_write_resolv(root, &e), 0);
	expect(root, "etc/resolv.conf",
	       "# Written by kindling-netroot from what systemd-networkd knows\nnameserver 10.0.0.9");
	/* those of others stay: a file, and systemd-resolved's link */
	put(root, "etc/resolv.conf", "nameserver 1.1.1.1\n");
	ASSERT_EQ_INT(netroot_write_resolv(root, &e), 0);
	expect(root, "etc/resolv.conf", "nameserver 1.1.1.1");
	ASSERT_EQ_INT(unlinkat(root, "etc/resolv.conf", 0), 0);
	ASSERT_EQ_INT(symlinkat("../run/systemd/resolve/stub-resolv.conf", root, "etc/resolv.conf"),
		      0);
	ASSERT_EQ_INT(netroot_write_resolv(root, &e), 0);
	ASSERT_FALSE(fs_exists(root, "run/systemd/resolve/stub-resolv.conf"));
	close(root);
	snprintf(command, sizeof(command), "rm -rf %s", tmp);
	ASSERT_EQ_INT(system(command), 0);
}

#define IBFT "sys/firmware/ibft/"
#define IBFT_HEAD "# Written by kindling-netroot from the firmware's iSCSI table\n[Match]\n"

TEST(ibft)
{
	char tmp[] = "/tmp/netroot-XXXXXX", command[64];
	struct err e = ERR_INIT;
	struct bootline one, all;
	size_t nics = 9;
	int root;

	ASSERT_EQ_INT(bootline_parse(SV("nameserver=9.9.9.9 rd.route=10.1.0.0/16:10.0.2.9"), &one,
				     &e),
		      0);
	ASSERT_EQ_INT(bootline_parse(SV("rd.iscsi.mp=1"), &all, &e), 0);
	ASSERT_NOT_NULL(mkdtemp(tmp));
	root = open(tmp, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ASSERT_EQ_INT(netroot_write_ibft(root, &one, &nics, &e), 0);
	ASSERT_EQ_INT(nics, 0);
	put(root, IBFT "initiator/flags", "3\n");
	put(root, IBFT "ethernet0/mac", "52:54:00:12:34:56\n");
	put(root, IBFT "ethernet0/flags", "3\n");
	put(root, IBFT "ethernet0/ip-addr", "10.0.2.15\n");
	put(root, IBFT "ethernet0/subnet-mask", "255.255.240.0\n");
	put(root, IBFT "ethernet0/gateway", "10.0.2.2\n");
	put(root, IBFT "ethernet0/primary-dns", "10.0.2.3\n");
	put(root, IBFT "ethernet0/secondary-dns", "0.0.0.0\n");
	put(root, IBFT "ethernet0/vlan", "0\n");
	put(root, IBFT "ethernet1/mac", "52:54:00:12:34:57\n");
	put(root, IBFT "ethernet1/flags", "1\n");
	put(root, IBFT "ethernet1/ip-addr", "10.0.2.15\n");
	put(root, IBFT "ethernet1/dhcp", "10.0.2.2\n");
	put(root, IBFT "ethernet2/mac", "52:54:00:12:34:58\n");
	put(root, IBFT "ethernet2/flags", "3\n");
	put(root, IBFT "ethernet2/ip-addr", "fd00:0000:0000:0000:0000:0000:0000:0002\n");
	put(root, IBFT "ethernet2/prefix-len", "48\n");
	put(root, IBFT "ethernet2/subnet-mask", "255.255.0.0\n");
	put(root, IBFT "ethernet2/vlan", "20\n");
	put(root, IBFT "ethernet3/mac", "nonsense\n");
	put(root, IBFT "ethernet3/flags", "3\n");
	put(root, IBFT "ethernet4/flags", "2\n"); /* not valid */
	put(root, IBFT "ethernet../flags", "3\n");
	ASSERT_EQ_INT(netroot_write_ibft(root, &one, &nics, &e), 0);
	ASSERT_EQ_INT(nics, 2);
	ASSERT_FALSE(fs_exists(root, "run/systemd/network/05-kindling-ibft1.network"));
	expect(root, "run/systemd/network/05-kindling-ibft0.network",
	       IBFT_HEAD
	       "Kind=!*\nMACAddress=52:54:00:12:34:56\n\n[Network]\nKeepConfiguration=yes\n"
	       "Address=10.0.2.15/20\nGateway=10.0.2.2\nDNS=10.0.2.3\nDNS=9.9.9.9\n\n"
	       "[Route]\nDestination=10.1.0.0/16\nGateway=10.0.2.9");
	ASSERT_EQ_INT(netroot_write_ibft(root, &all, &nics, &e), 0);
	ASSERT_EQ_INT(nics, 3);
	expect(root, "run/systemd/network/05-kindling-ibft0.network",
	       IBFT_HEAD
	       "Kind=!*\nMACAddress=52:54:00:12:34:56\n\n[Network]\nKeepConfiguration=yes\n"
	       "Address=10.0.2.15/20\nGateway=10.0.2.2\nDNS=10.0.2.3");
	expect(root, "run/systemd/network/05-kindling-ibft1.network",
	       IBFT_HEAD
	       "Kind=!*\nMACAddress=52:54:00:12:34:57\n\n[Network]\n"
	       "KeepConfiguration=yes\nDHCP=yes\n\n[DHCPv4]\nClientIdentifier=mac\nRequestOptions=17");
	expect(root, "run/systemd/network/05-kindling-ibft2.network",
	       IBFT_HEAD "Kind=!*\nMACAddress=52:54:00:12:34:58\n\n[Network]\n"
			 "VLAN=ibft2.20\nLinkLocalAddressing=no");
	expect(root, "run/systemd/network/05-kindling-ibft2-vlan.netdev",
	       "# Written by kindling-netroot from the firmware's iSCSI table\n[NetDev]\n"
	       "Name=ibft2.20\nKind=vlan\n\n[VLAN]\nId=20");
	expect(root, "run/systemd/network/05-kindling-ibft2-vlan.network",
	       IBFT_HEAD "Name=ibft2.20\n\n[Network]\nKeepConfiguration=yes\n"
			 "Address=fd00:0000:0000:0000:0000:0000:0000:0002/48");
	close(root);
	bootline_done(&one);
	bootline_done(&all);
	snprintf(command, sizeof(command), "rm -rf %s", tmp);
	ASSERT_EQ_INT(system(command), 0);
}

TEST(iscsi_tables)
{
	char tmp[] = "/tmp/netroot-XXXXXX", command[64];
	struct arena a = ARENA_INIT;
	int root;

	ASSERT_NOT_NULL(mkdtemp(tmp));
	root = open(tmp, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ASSERT_EQ_INT(netroot_iscsi_table(root, &a).n, 0);
	put(root, "sys/firmware/memmap/0/type", "x\n");
	ASSERT_EQ_INT(netroot_iscsi_table(root, &a).n, 0);
	put(root, "sys/firmware/iscsi_boot3/target0/flags", "3\n");
	ASSERT_EQ_STR(netroot_iscsi_table(root, &a).p, "sys/firmware/iscsi_boot3");
	put(root, IBFT "initiator/flags", "3\n");
	ASSERT_EQ_STR(netroot_iscsi_table(root, &a).p, "sys/firmware/ibft");
	arena_done(&a);
	close(root);
	snprintf(command, sizeof(command), "rm -rf %s", tmp);
	ASSERT_EQ_INT(system(command), 0);
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
		/* what ip= says comes before the lease */
		{ "root=nfs:/srv/%s ip=10.0.0.5:10.0.0.3::24:box:ens3:dhcp",
		  "NEXT_SERVER=10.0.0.9\nHOSTNAME=h\n", "root=\"nfs:10.0.0.3:/srv/box\"" },
		{ "boot=nfs", "ROOT_PATH=10.0.0.7:/r\n", "root=\"nfs:10.0.0.7:/r\"" },
		{ "root=iscsi:::::iqn.2026-01.x:y", "SERVER_ADDRESS=10.0.0.1\n",
		  "root=\"iscsi:10.0.0.1::3260:0:iqn.2026-01.x:y\"" },
		{ "root=iscsi:bob:geheim@::::iqn.2026-01.x:y netroot=iscsi:[fd00::7]::::iqn.2026-01.x:z "
		  "netroot=iscsi:a:b:c:d@:::2:iqn.2026-01.x:a rd.iscsi.target.name=iqn.2026-01.x:n "
		  "rd.iscsi.target.group=3",
		  "NEXT_SERVER=10.0.0.1\n",
		  "root=\"iscsi:bob:geheim@10.0.0.1::3260:0:iqn.2026-01.x:y\" "
		  "netroot=\"iscsi:a:b:c:d@10.0.0.1::3260:2:iqn.2026-01.x:a\" "
		  "rd.iscsi.target.ip=10.0.0.1" },
		/* what all targets share stays where it is */
		{ "root=LABEL=r netroot=iscsi:::::iqn.2026-01.x:y rd.iscsi.username=u "
		  "rd.iscsi.password=p:q",
		  "SERVER_ADDRESS=10.0.0.1\n",
		  "netroot=\"iscsi:10.0.0.1::3260:0:iqn.2026-01.x:y\"" },
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
		{ "nfs:a@b:/x", "...@b:/x" },
		{ "user:sec=ret@10.0.0.1::::iqn.x", "...@10.0.0.1::::iqn.x" },
		{ "netroot=u:iscsi:p@10.0.0.1", "netroot=...@10.0.0.1" },
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
	int root;

	ASSERT_NOT_NULL(mkdtemp(tmp));
	root = open(tmp, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	put(root, "proc/cmdline",
	    "root=UUID=1 netroot=iscsi:u:geheim@10.0.0.1::::iqn.2026-01.x:y\n");
	put(root, "usr/lib/kindling/netroot.conf", "# baked in\nip=dhcp\nrd.retry=7\n");
	put(root, "run/credentials/@system/kindling.netroot",
	    "rd.iscsi.initiator=iqn.2026-01.me:me\n");
	put(root, "usr/lib/systemd/systemd-networkd", "");
	put(root, "usr/sbin/iscsistart", "");
	put(root, "etc/iscsi/initiatorname.iscsi", "# x\nInitiatorName=iqn.2026-01.me:me\n");
	put(root, "proc/self/mountinfo", "9 1 8:0 / /sysroot rw - ext4 /dev/sda rw\n");
	put(root, "run/mount/utab", "ID=3 SRC=a TARGET=/a ROOT=/ OPTS=uhelper=x\n");
	put(root, "run/systemd/netif/leases/2", "ADDRESS=10.0.0.5\n");
	put(root, "run/systemd/netif/leases/3", "ADDRESS=10.0.0.6\nROOT_PATH=/r\n");

	ASSERT_EQ_INT(netroot_read_facts(root, &a, &f, &e), 0);
	ASSERT_EQ_INT(f.service, NETROOT_NETWORKD);
	ASSERT_EQ_INT(f.tools, 1u << NETROOT_ISCSISTART);
	ASSERT_EQ_STR(f.defaults.p, "ip=dhcp rd.retry=7");
	ASSERT_EQ_STR(f.credential.p, "rd.iscsi.initiator=iqn.2026-01.me:me");
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
	for (int i = 0; i < 2; i++)
		ASSERT_EQ_INT(netroot_mark_root(root, &e), 0);
	ASSERT_EQ_STR(arena_cstr(&a, netroot_read_line(root, "run/mount/utab", &a)),
		      "ID=3 SRC=a TARGET=/a ROOT=/ OPTS=uhelper=x\n"
		      "SRC=/dev/sda TARGET=/ ROOT=/ OPTS=_netdev");
	ASSERT_TRUE(netroot_find_lease(root, SV_NULL, &a, &l));
	ASSERT_EQ_STR(arena_cstr(&a, l.address), "10.0.0.6");
	ASSERT_EQ_INT(l.ifindex, 3);
	put(root, "sys/class/net/ens4/ifindex", "2\n");
	ASSERT_TRUE(netroot_find_lease(root, SV("ens4"), &a, &l));
	ASSERT_EQ_STR(arena_cstr(&a, l.address), "10.0.0.5");
	put(root, "sys/class/net/ens5/ifindex", "7\n");
	ASSERT_TRUE(!netroot_find_lease(root, SV("ens5"), &a, &l));
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

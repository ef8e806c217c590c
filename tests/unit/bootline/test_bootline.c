/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>

#include "bootline/bootline.h"
#include "test.h"

static struct bootline parse(const char *text)
{
	struct bootline b;
	struct err e = ERR_INIT;

	ASSERT_EQ_INT(bootline_parse(sv_from(text), &b, &e), 0);
	return b;
}

static void eq(struct sv got, const char *want)
{
	if (!sv_eq(got, sv_from(want)))
		test_fail(__FILE__, __LINE__, "got '" SV_FMT "', want '%s'", SV_ARG(got), want);
}

static size_t bad(const struct bootline *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->notes.n; i++)
		n += b->notes.v[i].bad;
	return n;
}

TEST(words)
{
	struct bootline b =
		parse("  a=1 \"b=x y\" c=\"d e\"f\tro g= rd-x rd_x=2 -- init=/bin/sh\n");

	ASSERT_EQ_INT(b.words.n, 7);
	eq(bootline_find(&b, SV("b"))->value, "x y");
	eq(bootline_find(&b, SV("c"))->value, "d ef");
	ASSERT_TRUE(bootline_find(&b, SV("ro"))->value.p == NULL);
	ASSERT_TRUE(bootline_find(&b, SV("g"))->value.p != NULL);
	eq(bootline_find(&b, SV("rd-x"))->value, "2");
	ASSERT_NULL(bootline_find(&b, SV("init")));
	ASSERT_TRUE(b.ro);
	bootline_done(&b);
}

TEST(refuses_what_no_kernel_passes)
{
	static char big[BOOTLINE_MAX + 2];
	struct bootline b;
	struct err e = ERR_INIT;

	memset(big, 'x', sizeof(big) - 1);
	ASSERT_EQ_INT(bootline_parse(sv_from(big), &b, &e), E_LIMIT);
	ASSERT_EQ_INT(bootline_parse(sv_of("a\0b", 3), &b, &e), E_FORMAT);
	ASSERT_HAS_STR(e.text, "offset 1");
}

TEST(nfs_forms)
{
	static const struct {
		const char *line, *server, *path, *options;
		bool v4, v6;
	} rows[] = {
		{ "root=nfs:10.0.2.2:/srv/r", "10.0.2.2", "/srv/r", "", false, false },
		{ "root=nfs4:srv:/srv/r:vers=4.1,port=2049", "srv", "/srv/r", "vers=4.1,port=2049",
		  true, false },
		{ "root=nfs:srv:/srv/r,nolock,ro", "srv", "/srv/r", "nolock,ro", false, false },
		{ "root=nfs:[fe80::1%eth0]:/r", "fe80::1%eth0", "/r", "", false, true },
		{ "root=nfs:/srv/%s", "", "/srv/%s", "", false, false },
		{ "root=/dev/nfs nfsroot=10.0.2.2:/r,tcp", "10.0.2.2", "/r", "tcp", false, false },
		{ "root=/dev/nfs", "", "/tftpboot/%s", "", false, false },
		{ "root=nfs://srv:2050/r,ro", "srv", "/r", "port=2050,ro", false, false },
		{ "root=nfs://[::1]/r", "::1", "/r", "", false, true },
		{ "root=nfs:nolock:srv:/r", "srv", "/r", "nolock", false, false },
		{ "root=10.0.2.2:/r", "10.0.2.2", "/r", "", false, false },
		{ "netroot=nfs:srv:/r", "srv", "/r", "", false, false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct bootline b = parse(rows[i].line);

		ASSERT_MSG(b.root_kind == BOOT_ROOT_NFS, "row %zu is no NFS root", i);
		eq(b.nfs.server, rows[i].server);
		eq(b.nfs.path, rows[i].path);
		eq(b.nfs.options, rows[i].options);
		ASSERT_MSG(b.nfs.v4 == rows[i].v4 && b.nfs.ipv6 == rows[i].v6, "row %zu", i);
		ASSERT_TRUE(bootline_needs_network(&b));
		ASSERT_EQ_INT(bad(&b), 0);
		bootline_done(&b);
	}
}

TEST(iscsi_forms)
{
	static const struct {
		const char *text, *user, *in_password, *server, *port, *lun, *target, *iface;
	} rows[] = {
		{ "192.168.0.1::::iqn.2009-06.d:t", "", "", "192.168.0.1", "3260", "0",
		  "iqn.2009-06.d:t", "" },
		{ "@10.0.2.2::3261:1:iqn.2026-01.t:a@b", "", "", "10.0.2.2", "3261", "1",
		  "iqn.2026-01.t:a@b", "" },
		{ "u:p@10.0.2.2:6:::iqn.y", "u", "", "10.0.2.2", "3260", "0", "iqn.y", "" },
		{ "u:p:ru:rp@[fd00::2]::::naa.62", "u", "rp", "fd00::2", "3260", "0", "naa.62",
		  "" },
		{ "h:::i0:eth1:2:eui.02", "", "", "h", "3260", "2", "eui.02", "i0" },
		{ "::::iqn.a", "", "", "", "3260", "0", "iqn.a", "" },
		/* an iqn. comes before the other types, wherever they stand */
		{ "10.0.0.1::::iqn.2001-04.com.x:naa.6001", "", "", "10.0.0.1", "3260", "0",
		  "iqn.2001-04.com.x:naa.6001", "" },
		{ "10.0.0.1::::eui.02:naa.6001", "", "", "10.0.0.1", "3260", "0", "eui.02:naa.6001",
		  "" },
	};
	struct bootline b = parse("");

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct boot_iscsi t;

		ASSERT_MSG(bootline_parse_iscsi(&b, sv_from(rows[i].text), &t), "row %zu", i);
		eq(t.user, rows[i].user);
		eq(t.in_password, rows[i].in_password);
		eq(t.server, rows[i].server);
		eq(t.port, rows[i].port);
		eq(t.lun, rows[i].lun);
		eq(t.target, rows[i].target);
		eq(t.iface, rows[i].iface);
	}
	bootline_done(&b);
}

TEST(iscsi_bad)
{
	static const char *const texts[] = { "",
					     "10.0.2.2",
					     "u@h::::iqn.a",
					     "a:b:c@h::::iqn.a",
					     "h::x::iqn.a",
					     "h:::y:iqn.a",
					     "h:::a:b:c:d:iqn.a" };
	struct bootline b = parse("");

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct boot_iscsi t;

		ASSERT_MSG(!bootline_parse_iscsi(&b, sv_from(texts[i]), &t), "row %zu", i);
	}
	bootline_done(&b);
}

TEST(several_targets_and_shared_secrets)
{
	struct bootline b =
		parse("root=LABEL=r netroot=iscsi:1.2.3.4::::iqn.a "
		      "netroot=iscsi:x:y@1.2.3.5::::iqn.b netroot=iscsi "
		      "rd.iscsi.target.name=iqn.c rd.iscsi.target.ip=[::1] "
		      "rd.iscsi.username=u rd.iscsi.password=p rd.iscsi.initiator=iqn.me "
		      "rd.iscsi.param=a.b=c rd.iscsi.param=d=e rd.iscsi.param=f");

	ASSERT_EQ_INT(b.root_kind, BOOT_ROOT_LOCAL);
	ASSERT_EQ_INT(b.iscsi.n, 3);
	eq(b.iscsi.v[0].user, "u");
	eq(b.iscsi.v[1].user, "x");
	eq(b.iscsi.v[2].server, "::1");
	ASSERT_TRUE(b.iscsi.v[2].ipv6);
	eq(b.iscsi.v[2].password, "p");
	eq(b.iscsi_params, "a.b=c\nd=e\n");
	ASSERT_EQ_INT(bad(&b), 1);
	bootline_done(&b);
}

/* initramfs-tools' words */
TEST(nbdroot_forms)
{
	static const struct {
		const char *value, *server, *port, *export;
	} rows[] = {
		{ "10.0.0.1,2000", "10.0.0.1", "2000", "" },
		{ "10.0.0.1,data,nbd0", "10.0.0.1", "", "data" },
		{ "server/data", "server", "", "data" },
		{ "[fd00::1]:2000/data", "fd00::1", "2000", "data" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char text[128];
		struct bootline b;

		snprintf(text, sizeof(text), "root=/dev/nbd0 nbdroot=%s", rows[i].value);
		b = parse(text);
		ASSERT_EQ_INT(bad(&b), 0);
		ASSERT_EQ_INT(b.root_kind, BOOT_ROOT_LOCAL);
		ASSERT_TRUE(bootline_needs_network(&b));
		eq(b.nbd.server, rows[i].server);
		eq(b.nbd.port, rows[i].port);
		eq(b.nbd.export, rows[i].export);
		bootline_done(&b);
	}
}

TEST(boot_nfs)
{
	struct bootline b = parse("boot=nfs nfsroot=10.0.0.1:/srv,vers=3 root=/dev/nfs");

	ASSERT_EQ_INT(b.root_kind, BOOT_ROOT_NFS);
	eq(b.nfs.server, "10.0.0.1");
	bootline_done(&b);
	b = parse("boot=nfs");
	ASSERT_EQ_INT(b.root_kind, BOOT_ROOT_DHCP);
	bootline_done(&b);
	b = parse("root=/dev/nfs nfsroot=auto");
	ASSERT_EQ_INT(b.root_kind, BOOT_ROOT_DHCP);
	bootline_done(&b);
	b = parse("root=/dev/nfs");
	eq(b.nfs.path, "/tftpboot/%s");
	bootline_done(&b);
}

TEST(nfs_by_name)
{
	static const char *const local[] = { "root=LABEL=a:/b", "root=bind:/run/machines/root",
					     "root=mtd:rootfs", "root=ubi:rootfs" };
	struct bootline b = parse("root=server.example:/srv");

	ASSERT_EQ_INT(b.root_kind, BOOT_ROOT_NFS);
	eq(b.nfs.server, "server.example");
	bootline_done(&b);
	b = parse("root=/dev/nfs4 nfsroot=10.0.0.1:/srv");
	ASSERT_TRUE(b.nfs.v4);
	bootline_done(&b);
	b = parse("root=nfs_server:/srv");
	ASSERT_EQ_INT(b.root_kind, BOOT_ROOT_NFS);
	eq(b.nfs.server, "nfs_server");
	bootline_done(&b);
	/* what systemd mounts by itself */
	for (size_t i = 0; i < sizeof(local) / sizeof(*local); i++) {
		b = parse(local[i]);
		ASSERT_EQ_INT(b.root_kind, BOOT_ROOT_LOCAL);
		ASSERT_EQ_INT(b.notes.n, 0);
		bootline_done(&b);
	}
	/* a lease's root= after one that nfsroot= belongs to */
	b = parse("root=/dev/nfs nfsroot=/srv/%s root=nfs:10.0.0.1:/srv/x");
	ASSERT_EQ_INT(b.notes.n, 0);
	bootline_done(&b);
}

TEST(masks)
{
	ASSERT_EQ_INT(bootline_mask_length(SV("255.255.240.0")), 20);
	ASSERT_EQ_INT(bootline_mask_length(SV("255.255.255.255")), 32);
	ASSERT_EQ_INT(bootline_mask_length(SV("0.0.0.0")), 0);
	ASSERT_EQ_INT(bootline_mask_length(SV("255.0.255.0")), -1);
	ASSERT_EQ_INT(bootline_mask_length(SV("24")), -1);
}

TEST(nbd_and_nvmf)
{
	struct bootline b =
		parse("root=nbd:[::1]:root:ext4:ro:persist,timeout=5 "
		      "rd.nvmf.discover=tcp,10.9.0.1,,4421 rd.nvmf.discover=rdma,10.9.0.2 "
		      "rd.nvmf.discover=fc,auto rd.nvmf.discover=udp,1 rd.nvmf.discover=tcp "
		      "rd.nvmf.hostnqn=nqn.x rd.nvmf.nonbft");

	ASSERT_EQ_INT(b.root_kind, BOOT_ROOT_NBD);
	eq(b.nbd.server, "::1");
	eq(b.nbd.export, "root");
	eq(b.nbd.port, "");
	eq(b.nbd.nbd_options, "persist,timeout=5");
	ASSERT_EQ_INT(b.nvmf.n, 2);
	eq(b.nvmf.v[0].trsvcid, "4421");
	eq(b.nvmf.v[1].trsvcid, "4420");
	ASSERT_TRUE(b.nvmf_fc_auto && b.nvmf_no_nbft);
	ASSERT_EQ_INT(bad(&b), 2);
	bootline_done(&b);
}

TEST(ip_forms)
{
	static const struct {
		const char *value;
		enum boot_method method;
		const char *address, *device, *mtu, *mac, *dns1;
	} rows[] = {
		{ "dhcp", BOOT_METHOD_DHCP, "", "", "", "", "" },
		{ "", BOOT_METHOD_ANY, "", "", "", "", "" },
		{ "off", BOOT_METHOD_NONE, "", "", "", "", "" },
		{ "dhcp,dhcp6", BOOT_METHOD_ANY, "", "", "", "", "" },
		{ "10.0.0.5", BOOT_METHOD_NONE, "10.0.0.5", "", "", "", "" },
		{ "eth0:dhcp", BOOT_METHOD_DHCP, "", "eth0", "", "", "" },
		{ "eth0:dhcp:1400", BOOT_METHOD_DHCP, "", "eth0", "1400", "", "" },
		{ "eth0:dhcp:1400:52:54:00:12:34:56", BOOT_METHOD_DHCP, "", "eth0", "1400",
		  "52:54:00:12:34:56", "" },
		{ "eth0:off::52:54:00:12:34:56", BOOT_METHOD_NONE, "", "eth0", "",
		  "52:54:00:12:34:56", "" },
		{ "10.0.0.5::10.0.0.1:255.255.255.0:host:eth0:none", BOOT_METHOD_NONE, "10.0.0.5",
		  "eth0", "", "", "" },
		{ "10.0.0.5:10.0.0.9:10.0.0.1:24::eth0:off:9.9.9.9:8.8.8.8", BOOT_METHOD_NONE,
		  "10.0.0.5", "eth0", "", "", "9.9.9.9" },
		{ "[fd00::5]::[fd00::1]:64:host:eth0:none:[fd00::53]", BOOT_METHOD_NONE, "fd00::5",
		  "eth0", "", "", "fd00::53" },
		{ "::::host:eth0:dhcp:1500", BOOT_METHOD_DHCP, "", "eth0", "1500", "", "" },
		{ "10.0.0.5::10.0.0.1:24::eth0", BOOT_METHOD_NONE, "10.0.0.5", "eth0", "", "", "" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char line[200];
		struct bootline b;

		snprintf(line, sizeof(line), "ip=%s", rows[i].value);
		b = parse(line);
		ASSERT_MSG(b.ip.n == 1 && bad(&b) == 0, "row %zu: %zu", i, b.ip.n);
		ASSERT_MSG(b.ip.v[0].method == rows[i].method, "row %zu: method", i);
		eq(b.ip.v[0].address, rows[i].address);
		eq(b.ip.v[0].device, rows[i].device);
		eq(b.ip.v[0].mtu, rows[i].mtu);
		eq(b.ip.v[0].mac, rows[i].mac);
		eq(b.ip.v[0].dns1, rows[i].dns1);
		bootline_done(&b);
	}
}

TEST(bad_words_are_left_out_and_named)
{
	static const char *const lines[] = {
		"ip=nonsense",
		"ip=eth0:nonsense",
		"ip=10.0.0.5::10.0.0.300:24::eth0:none",
		"ip=10.0.0.5::10.0.0.1:24::eth0:maybe",
		"ip=eth0:dhcp:x",
		"ifname=eth0",
		"ifname=eth0:52:54:00:12:34",
		"vlan=vlan5",
		"rd.route=10.0.0.0/8",
		"rd.route=10.0.0.0/x:10.0.0.1",
		"nameserver=dns",
		"BOOTIF=01-52-54",
		"rd.break=nowhere",
		"rd.retry=soon",
		"team",
		"fcoe=edd:nodcb",
		"root=live:/dev/sda1",
		"root=nfs:srv",
		"root=iscsi:srv",
		"netroot=ftp://x",
		"netroot=nbd",
		"root=nbd://server/x",
		"root=dhcp6",
		"root=block:/dev/sda",
		"rd.nfs.nosuch=1",
		"rd.nvmf.discover=tcp,10.0.0.1,,http",
		"netroot=iscsi",
		"root=iscsi",
		"netroot=nbd:10.0.0.1:a netroot=nbd:10.0.0.2:b",
		"nbdroot=10.0.0.1",
		"nbdroot=10.0.0.1,a,nbd1",
		"nbdroot=10.0.0.1:x/a",
		"nbdroot=/a",
		"netroot=iscsi:10.0.0.1::3260:if0:eth0:1:iqn.2026-01.x:y",
		"ip=10.0.0.5:::255.0.255.0::eth0:none",
		"ip=10.0.0.5:::0.0.0.0::eth0:none",
		"ip=10.0.0.5:::33::eth0:none",
		"ip=[fd00::5]:::129::eth0:none",
		"gateway=10.0.0.1",
		"ksdevice=link",
		"nfsroot=/srv root=LABEL=x",
		"boot=nfs root=LABEL=x",
		"boot=nfs nfsroot=srv",
		"bond=bond0:a,b:mode=1:big",
		"rd.route=[fd00::]/x:[fe80::1]",
		"rd.route=[fd00::]/8",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct bootline b = parse(lines[i]);

		ASSERT_MSG(bad(&b) == 1, "'%s': %zu notes", lines[i], bad(&b));
		ASSERT_TRUE(b.ip.n == 0 && b.ifname.n == 0 && b.vlan.n == 0 && b.routes.n == 0);
		bootline_done(&b);
	}
}

TEST(interfaces)
{
	struct bootline b = parse(
		"ifname=lan0:52:54:00:12:34:56 vlan=vlan5:eth0 bond bridge=br1:eth0,eth1 "
		"bond=b1:e0,e1:mode=1,miimon=100:9000 rd.route=10.0.0.0/8:10.0.2.1:eth0 "
		"rd.route=[fd00::/8]:[fe80::1] rd.route=[fd01::]/16:[fe80::1]:eth1 nameserver=[::1] nameserver=9.9.9.9 "
		"BOOTIF=01-52-54-00-AB-34-56 rd.neednet=1 bootdev=eth0");

	ASSERT_EQ_INT(bad(&b), 0);
	ASSERT_EQ_INT(b.routes.n, 3);
	eq(b.routes.v[1].destination, "fd00::/8");
	eq(b.routes.v[2].destination, "fd01::/16");
	eq(b.routes.v[2].gateway, "fe80::1");
	eq(b.routes.v[2].device, "eth1");
	ASSERT_EQ_INT(b.ifname.n, 1);
	eq(b.ifname.v[0].other, "52:54:00:12:34:56");
	eq(b.groups.v[0].members, "eth0,eth1");
	eq(b.groups.v[0].options, "mode=balance-rr");
	eq(b.groups.v[2].mtu, "9000");
	ASSERT_EQ_INT(b.nameservers.n, 2);
	eq(b.nameservers.v[0], "::1");
	eq(b.bootif, "52:54:00:ab:34:56");
	ASSERT_EQ_INT(b.neednet, 1);
	ASSERT_TRUE(bootline_needs_network(&b));
	bootline_done(&b);
}

TEST(local_roots_need_no_network)
{
	static const char *const lines[] = {
		"",
		"root=/dev/vda1 ro",
		"root=UUID=x rw",
		"root=gpt-auto",
		"root=tmpfs",
		"ip=dhcp root=LABEL=a",
		"root=LABEL=a rd.iscsi.firmware rd.iscsi.transport=qedi",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct bootline b = parse(lines[i]);

		ASSERT_MSG(!bootline_needs_network(&b), "'%s'", lines[i]);
		ASSERT_EQ_INT(b.notes.n, 0);
		bootline_done(&b);
	}
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The NICs of iBFT, the table in which firmware leaves what it booted from, for systemd-networkd; as the kernel
 * shows them below /sys/firmware/ibft (its Documentation/ABI/testing/sysfs-ibft). NetworkManager reads the table
 * itself.
 */
#include "base/fs.h"
#include "base/macros.h"
#include "base/num.h"
#include "netroot/netroot_int.h"

#define TABLE "sys/firmware/ibft"

static struct sv read_nic_line(int root, const char *nic, const char *name, struct arena *a)
{
	struct sv s = netroot_read_line(root, arena_printf(a, TABLE "/%s/%s", nic, name).p, a);

	return unit_is_plain(s) ? s : SV_NULL;
}

static unsigned read_nic_number(int root, const char *nic, const char *name, unsigned max,
				struct arena *a)
{
	struct err e;
	uint64_t v;

	return num_parse_u64(read_nic_line(root, nic, name, a), 10, max, &v, &e) < 0 ? 0
										     : (unsigned)v;
}

static bool is_given(struct sv address)
{
	return address.n && !sv_eq(address, SV("0.0.0.0")) && !sv_eq(address, SV("::"));
}

static struct sv read_address(int root, const char *nic, const char *name, struct arena *a)
{
	struct sv s = read_nic_line(root, nic, name, a);

	return is_given(s) ? s : SV_NULL;
}

/* Kernels before 3.17 show no prefix-len; a mask is of use for IPv4 only. */
static unsigned read_prefix(int root, const char *nic, bool ipv6, struct arena *a)
{
	unsigned n = read_nic_number(root, nic, "prefix-len", ipv6 ? 128 : 32, a);
	int of_mask = bootline_mask_length(read_nic_line(root, nic, "subnet-mask", a));

	if (n == 0 && !ipv6 && of_mask > 0)
		n = (unsigned)of_mask;
	return n ? n : ipv6 ? 64 : 24;
}

/* False when the table makes no sense. */
static bool read_nic(int root, const char *nic, struct arena *a, struct netroot_nic *ret)
{
	struct netroot_nic n = { .mac = read_nic_line(root, nic, "mac", a),
				 .address = read_address(root, nic, "ip-addr", a),
				 .gateway = read_address(root, nic, "gateway", a),
				 .dns1 = read_address(root, nic, "primary-dns", a),
				 .dns2 = read_address(root, nic, "secondary-dns", a),
				 .vlan = read_nic_number(root, nic, "vlan", 4094, a) };

	n.prefix = read_prefix(root, nic, sv_chr(n.address, ':') >= 0, a);
	/* "dhcp" is the address of the server that gave the lease: ask it again */
	n.dhcp = n.address.n == 0 || read_address(root, nic, "dhcp", a).n;
	*ret = n;
	return n.mac.n == 17;
}

/* Bit 0: the entry is valid; bit 1: it was booted from. */
static bool is_wanted(int root, const char *nic, bool all, struct arena *a)
{
	struct sv flags = read_nic_line(root, nic, "flags", a);
	unsigned bits = flags.n ? (unsigned)(flags.p[flags.n - 1] - '0') : 3;

	return bits & 1 && (bits & 2 || all);
}

int netroot_write_ibft(int root, const struct bootline *line, size_t *ret_count, struct err *e)
{
	struct netroot_plan p = { .arena = ARENA_INIT };
	struct planner pl = { .p = &p, .line = line };
	struct fs_entries list = { .v = NULL };
	size_t count = 0;
	struct err none;
	int r;

	if (fs_list(root, TABLE, &list, &none) < 0)
		list.n = 0;
	for (size_t i = 0; i < list.n; i++) {
		struct sv number = sv_from(list.v[i].name);
		struct netroot_nic n;
		uint64_t index;

		if (!sv_skip(&number, SV("ethernet")) ||
		    num_parse_u64(number, 10, 99, &index, &none) < 0 ||
		    !is_wanted(root, list.v[i].name, line->iscsi_common.mp, &p.arena) ||
		    !read_nic(root, list.v[i].name, &p.arena, &n))
			continue;
		plan_nic(&pl, "iSCSI", arena_printf(&p.arena, "ibft%u", (unsigned)index).p, &n);
		count++;
	}
	fs_entries_done(&list);
	r = netroot_write(&p, root, "", "", e);
	netroot_plan_done(&p);
	if (r == 0)
		*ret_count = count;
	return r;
}

/* qedi, be2iscsi, qla4xxx: the kernel's iscsi_boot_sysfs calls their tables iscsi_boot0, iscsi_boot1, ... */
struct sv netroot_iscsi_table(int root, struct arena *a)
{
	struct fs_entries list = { .v = NULL };
	struct sv found = SV_NULL;
	struct err none;

	if (fs_exists(root, TABLE "/initiator"))
		return SV(TABLE);
	if (fs_list(root, "sys/firmware", &list, &none) < 0)
		list.n = 0;
	for (size_t i = 0; i < list.n && found.n == 0; i++)
		if (sv_starts(sv_from(list.v[i].name), SV("iscsi_boot")))
			found = arena_printf(a, "sys/firmware/%s", list.v[i].name);
	fs_entries_done(&list);
	return found;
}

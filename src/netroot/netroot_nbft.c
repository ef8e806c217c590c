/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The interfaces of NBFT, the ACPI table in which firmware leaves what it booted from over NVMe/TCP, for
 * systemd-networkd. The controllers themselves are nvme-cli's business. NVM Express Boot Specification 1.0,
 * section 3: figure 8 (header and control), 11 (HFI), 13 (HFI transport info).
 *
 * Every offset is checked against the table: it is made by firmware, and firmware has faults.
 */
#include "base/macros.h"
#include "netroot/netroot_int.h"

#define HEADER_SIZE 64
#define CONTROL_SIZE 64
#define HFI_SIZE 32
#define TCP_SIZE 88 /* up to and with the second name server */
#define IS_VALID 1u
#define TRANSPORT_TCP 3

enum { ID_CONTROL = 1, ID_HFI = 3, ID_TRANSPORT_INFO = 7 };

static unsigned byte_at(struct sv t, size_t at)
{
	return (unsigned char)t.p[at];
}

static uint32_t number_at(struct sv t, size_t at, unsigned bytes)
{
	uint32_t v = 0;

	for (unsigned i = bytes; i > 0; i--)
		v = v << 8 | byte_at(t, at + i - 1);
	return v;
}

/* Part of the table, or empty when it does not lie in it whole. */
static struct sv part(struct sv table, size_t at, size_t n)
{
	return at <= table.n && n <= table.n - at ? sv_of(table.p + at, n) : SV_NULL;
}

static bool is_zero(struct sv s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i])
			return false;
	return true;
}

/* All addresses are 16 bytes; those of version 4 are mapped (RFC 4291, 2.5.5.2). */
static struct sv address_text(struct sv raw, struct arena *a)
{
	static const char mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '\xff', '\xff' };
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	if (is_zero(raw))
		return SV_NULL;
	if (memcmp(raw.p, mapped, sizeof(mapped)) == 0)
		return arena_printf(a, "%u.%u.%u.%u", byte_at(raw, 12), byte_at(raw, 13),
				    byte_at(raw, 14), byte_at(raw, 15));
	for (size_t i = 0; i < 16; i += 2)
		strbuf_addf(&b, "%s%x", i ? ":" : "", byte_at(raw, i) << 8 | byte_at(raw, i + 1));
	return arena_sv(a, strbuf_sv(&b));
}

static bool read_tcp(struct sv d, struct arena *a, struct netroot_nic *ret)
{
	struct netroot_nic n = { .vlan = number_at(d, 17, 2) & 0xfff, .prefix = byte_at(d, 36) };
	unsigned flags = byte_at(d, 6);

	if (byte_at(d, 0) != ID_TRANSPORT_INFO || byte_at(d, 2) != TRANSPORT_TCP ||
	    !(flags & IS_VALID) || is_zero(part(d, 11, 6)))
		return false;
	n.mac = arena_printf(a, "%02x:%02x:%02x:%02x:%02x:%02x", byte_at(d, 11), byte_at(d, 12),
			     byte_at(d, 13), byte_at(d, 14), byte_at(d, 15), byte_at(d, 16));
	n.address = address_text(part(d, 20, 16), a);
	n.gateway = address_text(part(d, 37, 16), a);
	n.dns1 = address_text(part(d, 56, 16), a);
	n.dns2 = address_text(part(d, 72, 16), a);
	n.dhcp = flags & 4;
	if (n.prefix > (sv_chr(n.address, ':') >= 0 ? 128 : 32))
		return false;
	*ret = n;
	return n.dhcp || n.address.n;
}

const char *netroot_nbft_read(struct sv table, struct arena *a, struct netroot_nics *ret)
{
	struct sv header = part(table, 0, HEADER_SIZE), control;
	size_t length, offset, count;
	unsigned sum = 0;

	if (!header.p || !sv_starts(header, SV("NBFT")))
		return "it is no such table";
	length = number_at(header, 4, 4);
	if (length > table.n || length < HEADER_SIZE + CONTROL_SIZE)
		return "its length is wrong";
	table = sv_head(table, length);
	for (size_t i = 0; i < length; i++)
		sum += byte_at(table, i);
	if (sum & 0xff)
		return "its checksum is wrong";
	control = part(table, HEADER_SIZE, CONTROL_SIZE);
	if (byte_at(control, 0) != ID_CONTROL || !(byte_at(control, 6) & IS_VALID))
		return "it has no control descriptor";

	offset = number_at(control, 16, 4);
	count = byte_at(control, 23);
	for (size_t i = 0; i < count; i++) {
		struct sv hfi = part(table, offset + i * number_at(control, 20, 2), HFI_SIZE), info;
		struct netroot_nic nic;

		if (!hfi.p)
			return "an interface lies outside of it";
		if (byte_at(hfi, 0) != ID_HFI || !(byte_at(hfi, 2) & IS_VALID) ||
		    byte_at(hfi, 3) != TRANSPORT_TCP)
			continue;
		info = part(table, number_at(hfi, 16, 4), MAX(number_at(hfi, 20, 2), TCP_SIZE));
		if (!info.p)
			return "an interface's settings lie outside of it";
		if (read_tcp(info, a, &nic))
			vec_push(ret, nic);
	}
	return NULL;
}

static void write_nic(struct planner *pl, const struct netroot_nic *n, size_t i)
{
	struct arena *a = &pl->p->arena;
	const char *name = arena_printf(a, "nbft%zu", i).p;

	plan_file(pl, NETROOT_RUN, 0644,
		  arena_printf(a, "/run/systemd/network/05-kindling-%s.link", name),
		  arena_printf(a,
			       "# Written by kindling-netroot from the firmware's NVMe table\n"
			       "[Match]\nMACAddress=" SV_FMT "\nType=ether\n\n[Link]\nName=%s\n",
			       SV_ARG(n->mac), name));
	plan_nic(pl, "NVMe", name, n);
}

bool plan_uses_nbft(const struct planner *pl)
{
	return pl->f->nbft_count && !pl->line->nvmf_off && !pl->line->nvmf_no_nbft;
}

void plan_nbft(struct planner *pl)
{
	struct netroot_nics nics = { .v = NULL };

	if (!plan_uses_nbft(pl))
		return;
	for (size_t i = 0; i < pl->f->nbft_count; i++) {
		const char *why = netroot_nbft_read(pl->f->nbft[i], &pl->p->arena, &nics);

		if (why)
			plan_say(pl, "the firmware's NVMe table (NBFT): %s; ignored", why);
	}
	for (size_t i = 0; i < nics.n; i++)
		if (pl->f->service == NETROOT_NETWORKD)
			write_nic(pl, &nics.v[i], i);
	if (nics.n && pl->f->service == NETROOT_NETWORK_MANAGER)
		plan_say(pl,
			 "the firmware's NVMe table (NBFT): only a NetworkManager that was built for "
			 "it sets up its interfaces; ip= works with all");
	vec_done(&nics);
}

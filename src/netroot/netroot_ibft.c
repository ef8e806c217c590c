/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The NICs of iBFT, the table in which firmware leaves what it booted from, for systemd-networkd.
 * NetworkManager reads the table itself. */
#include "base/macros.h"
#include "base/num.h"
#include "netroot/netroot_int.h"

static bool is_given(struct sv address)
{
	return address.n && !sv_eq(address, SV("0.0.0.0")) && !sv_eq(address, SV("::")) &&
	       unit_is_plain(address);
}

unsigned plan_mask_length(struct sv mask)
{
	struct sv part;
	uint32_t bits = 0;
	unsigned parts = 0, n = 0;
	struct err e;
	uint64_t v;

	while (sv_split(&mask, '.', &part) && parts++ < 4) {
		if (num_parse_u64(part, 10, 255, &v, &e) < 0)
			return 0;
		bits = bits << 8 | (uint32_t)v;
	}
	while (n < 32 && bits & 0x80000000u >> n)
		n++;
	return parts == 4 && (n == 32 || (bits << n) == 0) ? n : 0;
}

struct sv netroot_ibft_network(const struct netroot_ibft_nic *n, struct arena *a)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	if (n->mac.n != 17 || !unit_is_plain(n->mac))
		return SV_NULL;
	strbuf_addf(&b,
		    "# Written by kindling-netroot from the firmware's iSCSI table\n"
		    "[Match]\nKind=!*\nMACAddress=" SV_FMT "\n\n[Network]\nKeepConfiguration=yes\n",
		    SV_ARG(n->mac));
	/* "dhcp" is the address of the server that gave the lease: ask it again */
	if (is_given(n->dhcp) || !is_given(n->address)) {
		strbuf_adds(&b, "DHCP=yes\n");
		return arena_sv(a, strbuf_sv(&b));
	}
	strbuf_addf(&b, "Address=" SV_FMT, SV_ARG(n->address));
	if (plan_mask_length(n->mask))
		strbuf_addf(&b, "/%u", plan_mask_length(n->mask));
	strbuf_addc(&b, '\n');
	if (is_given(n->gateway))
		strbuf_addf(&b, "Gateway=" SV_FMT "\n", SV_ARG(n->gateway));
	if (is_given(n->dns1))
		strbuf_addf(&b, "DNS=" SV_FMT "\n", SV_ARG(n->dns1));
	if (is_given(n->dns2))
		strbuf_addf(&b, "DNS=" SV_FMT "\n", SV_ARG(n->dns2));
	return arena_sv(a, strbuf_sv(&b));
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An interface that a table of the firmware describes, for systemd-networkd. */
#include "netroot/netroot_networkd.h"

/* With what the command line adds. */
static void add_addresses(struct strbuf *b, const struct netroot_nic *n,
			  const struct bootline *line, const char *name)
{
	strbuf_adds(b, "KeepConfiguration=yes\n");
	if (n->dhcp)
		strbuf_adds(b, "DHCP=yes\n");
	else
		strbuf_addf(b, "Address=" SV_FMT "/%u\n", SV_ARG(n->address), n->prefix);
	if (!n->dhcp) {
		unit_line(b, "Gateway", n->gateway);
		unit_line(b, "DNS", n->dns1);
		unit_line(b, "DNS", n->dns2);
	}
	for (size_t i = 0; i < line->nameservers.n; i++)
		unit_line(b, "DNS", line->nameservers.v[i]);
	if (n->dhcp)
		strbuf_adds(b, NETWORKD_DHCPV4);
	networkd_routes(line, sv_from(name), b);
}

void plan_nic(struct planner *pl, const char *table, const char *name, const struct netroot_nic *n)
{
	struct arena *a = &pl->p->arena;
	struct sv head =
		arena_printf(a, "# Written by kindling-netroot from the firmware's %s table\n",
			     table);
	const char *path = arena_printf(a, "/run/systemd/network/05-kindling-%s", name).p;
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_addf(&b, SV_FMT "[Match]\nKind=!*\nMACAddress=" SV_FMT "\n\n[Network]\n",
		    SV_ARG(head), SV_ARG(n->mac));
	if (n->vlan)
		strbuf_addf(&b, "VLAN=%s.%u\nLinkLocalAddressing=no\n", name, n->vlan);
	else
		add_addresses(&b, n, pl->line, name);
	plan_file(pl, NETROOT_RUN, 0644, arena_printf(a, "%s.network", path), strbuf_sv(&b));
	if (!n->vlan)
		return;
	plan_file(pl, NETROOT_RUN, 0644, arena_printf(a, "%s-vlan.netdev", path),
		  arena_printf(a, SV_FMT "[NetDev]\nName=%s.%u\nKind=vlan\n\n[VLAN]\nId=%u\n",
			       SV_ARG(head), name, n->vlan, n->vlan));
	strbuf_clear(&b);
	strbuf_addf(&b, SV_FMT "[Match]\nName=%s.%u\n\n[Network]\n", SV_ARG(head), name, n->vlan);
	add_addresses(&b, n, pl->line, name);
	plan_file(pl, NETROOT_RUN, 0644, arena_printf(a, "%s-vlan.network", path), strbuf_sv(&b));
}

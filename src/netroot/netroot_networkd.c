/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * systemd-networkd. Its generator writes what belongs to a named interface (netroot_words.c). What names none, BOOTIF=,
 * rd.route= and all that the generator has no words for are files and drop-ins written here.
 */
#include <string.h>

#include "base/macros.h"
#include "netroot/netroot_networkd.h"

#define DIR "/run/systemd/network/"
#define WIRED "Kind=!*\nType=ether\n"

/* ---- our own files --------------------------------------------------------------------------------- */

/* The root lives on the lease: nobody renews it between the initrd's networkd and the root's, and a root whose
 * address has run out cannot start anything that would get a new one. */
static const char *lease_lasts(const struct planner *pl)
{
	return bootline_needs_network(pl->line) ? "KeepConfiguration=yes\n" : "";
}

static bool asks_v4(enum boot_method m)
{
	return m == BOOT_METHOD_DHCP || m == BOOT_METHOD_SINGLE_DHCP || m == BOOT_METHOD_ANY;
}

static bool asks_v6(enum boot_method m)
{
	return m == BOOT_METHOD_DHCP6 || m == BOOT_METHOD_EITHER6 || m == BOOT_METHOD_ANY;
}

/* DHCP= */
static const char *dhcp_of(bool v4, bool v6)
{
	return v4 && v6 ? "yes" : v4 ? "ipv4" : v6 ? "ipv6" : "no";
}

static void add_dhcp(const struct bootline *line, struct sv hostname, struct strbuf *b)
{
	strbuf_adds(b, NETWORKD_DHCPV4);
	unit_line(b, "Hostname", hostname);
	if (networkd_no_peer_dns(line))
		strbuf_adds(b, "UseDNS=no\n\n[DHCPv6]\nUseDNS=no\n\n[IPv6AcceptRA]\nUseDNS=no\n");
}

/* A file of ours. device: for the routes that name it. */
static void own_network(struct planner *pl, struct sv file, struct sv match, struct sv device,
			const struct boot_ip *ip)
{
	const struct bootline *line = pl->line;
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_addf(&b,
		    "# Written by kindling-netroot: the network that the root needs\n"
		    "[Match]\n" SV_FMT,
		    SV_ARG(match));
	if (ip->mtu.n || ip->mac.n) {
		strbuf_adds(&b, "\n[Link]\n");
		unit_line(&b, "MTUBytes", ip->mtu);
		unit_line(&b, "MACAddress", ip->mac);
	}
	strbuf_adds(&b, "\n[Network]\n");
	if (ip->address.n == 0)
		strbuf_addf(&b, "DHCP=%s\n", dhcp_of(asks_v4(ip->method), asks_v6(ip->method)));
	strbuf_adds(&b, lease_lasts(pl));
	if (ip->address.n)
		strbuf_addf(&b, "Address=" SV_FMT "/%u\n", SV_ARG(ip->address),
			    networkd_prefix_of(ip));
	unit_line(&b, "Gateway", ip->gateway);
	unit_line(&b, "DNS", ip->dns1);
	unit_line(&b, "DNS", ip->dns2);
	for (size_t i = 0; i < line->nameservers.n; i++)
		unit_line(&b, "DNS", line->nameservers.v[i]);
	if (ip->address.n == 0)
		add_dhcp(line, ip->hostname, &b);
	networkd_routes(line, device, &b);
	plan_file(pl, NETROOT_RUN, 0644, arena_printf(&pl->p->arena, DIR SV_FMT, SV_ARG(file)),
		  strbuf_sv(&b));
}

/* For a file that the generator writes; before systemd 257 it numbers them otherwise. */
static void drop_in(struct planner *pl, struct sv device, const char *name, struct sv text)
{
	for (unsigned number = 70; number <= 90; number += 20) {
		struct sv path = arena_printf(&pl->p->arena, DIR "%u-" SV_FMT ".network.d/%s.conf",
					      number, SV_ARG(device), name);
		bool seen = false; /* ip=ens3:dhcp ip=ens3:dhcp6 */

		for (size_t i = 0; i < pl->p->files.n; i++)
			seen |= sv_eq(pl->p->files.v[i].path, path);
		if (!seen)
			plan_file(pl, NETROOT_RUN, 0644, path, text);
	}
}

static void lease_drop_in(struct planner *pl, struct sv device)
{
	drop_in(pl, device, "50-kindling",
		arena_printf(&pl->p->arena,
			     "# Written by kindling-netroot: the root needs this address\n"
			     "[Network]\n%s" NETWORKD_DHCPV4,
			     lease_lasts(pl)));
}

/* Of several ip= for one interface the generator keeps what the last one asks for. */
static void methods_drop_in(struct planner *pl, struct sv device)
{
	bool v4 = false, v6 = false, mixed = false;
	enum boot_method first = BOOT_METHOD_NONE;
	size_t n = 0;

	for (size_t i = 0; i < pl->line->ip.n; i++) {
		const struct boot_ip *ip = &pl->line->ip.v[i];

		if (!sv_eq(ip->device, device) || !networkd_is_plain(ip))
			continue;
		if (n++ == 0)
			first = ip->method;
		mixed |= ip->method != first;
		v4 |= asks_v4(ip->method);
		v6 |= asks_v6(ip->method);
	}
	if (mixed)
		drop_in(pl, device, "55-kindling-methods",
			arena_printf(&pl->p->arena,
				     "# Written by kindling-netroot: all that ip= asks for\n"
				     "[Network]\nDHCP=%s\n",
				     dhcp_of(v4, v6)));
}

static void add_zoned_dns(struct strbuf *b, struct sv server)
{
	if (networkd_has_zone(server))
		unit_line(b, "DNS", server);
}

/* Name servers that the generator would refuse. */
static void dns_drop_in(struct planner *pl, struct sv device)
{
	static const char head[] = "# Written by kindling-netroot: name servers\n[Network]\n";
	const struct bootline *line = pl->line;
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_adds(&b, head);
	for (size_t i = 0; i < line->ip.n; i++)
		if (sv_eq(line->ip.v[i].device, device)) {
			add_zoned_dns(&b, line->ip.v[i].dns1);
			add_zoned_dns(&b, line->ip.v[i].dns2);
		}
	for (size_t i = 0; i < line->nameservers.n; i++)
		add_zoned_dns(&b, line->nameservers.v[i]);
	if (b.n > strlen(head))
		drop_in(pl, device, "60-kindling-dns", strbuf_sv(&b));
}

/* The generator takes no routes of IPv6, and none without a gateway. */
static void routes_drop_in(struct planner *pl, struct sv device)
{
	static const char head[] = "# Written by kindling-netroot: rd.route=\n";
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_adds(&b, head);
	networkd_routes(pl->line, device, &b);
	if (b.n > strlen(head))
		drop_in(pl, device, "60-kindling-routes", strbuf_sv(&b));
}

static struct sv match_wired(struct planner *pl, bool only_bootif)
{
	if (!only_bootif || pl->line->bootif.n == 0)
		return SV(WIRED);
	return arena_printf(&pl->p->arena, "Kind=!*\nMACAddress=" SV_FMT "\n",
			    SV_ARG(pl->line->bootif));
}

static bool has_names(const struct bootline *line)
{
	return networkd_has_named_ip(line) || line->vlan.n || line->groups.n;
}

/* What the root needs, and ip= asks for, comes before the files of an image, but after those of the generator for
 * named interfaces (number 90 before systemd 257). */
static unsigned default_number(const struct planner *pl)
{
	return bootline_needs_network(pl->line) && pl->line->ip.n && !has_names(pl->line) ? 71 : 99;
}

/* BOOTIF= counts where nothing else names an interface. */
static bool is_by_bootif(const struct bootline *line)
{
	return line->bootif.n && !has_names(line);
}

/* Of those that name no interface. */
static bool is_first_address(const struct bootline *line, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (line->ip.v[i].device.n == 0 && line->ip.v[i].address.n)
			return false;
	return true;
}

static void network_of_ip(struct planner *pl, const struct boot_ip *ip, size_t n)
{
	struct arena *a = &pl->p->arena;

	if (!networkd_is_plain(ip))
		return;
	if (ip->device.n == 0) {
		if (ip->address.n && !is_first_address(pl->line, n))
			plan_say(pl, "ip=" SV_FMT ": no interface, as the one before; ignored",
				 SV_ARG(ip->address));
		else if (ip->address.n)
			own_network(pl,
				    arena_printf(a, "%u-kindling-address-%zu.network",
						 default_number(pl), n),
				    match_wired(pl, true), SV_NULL, ip);
		return;
	}
	if (networkd_by_dhcp(ip) && bootline_needs_network(pl->line))
		lease_drop_in(pl, ip->device);
	methods_drop_in(pl, ip->device);
	dns_drop_in(pl, ip->device);
	routes_drop_in(pl, ip->device);
}

static const struct boot_ip automatic = { .method = BOOT_METHOD_ANY };

static bool is_of_ip(const struct bootline *line, struct sv name)
{
	for (size_t i = 0; i < line->ip.n; i++)
		if (sv_eq(line->ip.v[i].device, name))
			return true;
	return false;
}

/* For an interface that no ip= names: a bond, bridge or VLAN, or that of a route. */
static void network_of_name(struct planner *pl, unsigned number, struct sv name,
			    const struct boot_ip *ip)
{
	struct arena *a = &pl->p->arena;

	if (!is_of_ip(pl->line, name) && unit_is_interface(name))
		own_network(pl,
			    arena_printf(a, "%u-kindling-" SV_FMT ".network", number, SV_ARG(name)),
			    arena_printf(a, "Name=" SV_FMT "\n", SV_ARG(name)), name, ip);
}

static bool is_made(const struct bootline *line, struct sv name)
{
	for (size_t i = 0; i < line->vlan.n; i++)
		if (sv_eq(line->vlan.v[i].name, name))
			return true;
	for (size_t i = 0; i < line->groups.n; i++)
		if (sv_eq(line->groups.v[i].name, name))
			return true;
	return false;
}

/* Interfaces that only routes name: they ask as all others do, before these. NULL: nothing asks. */
static void networks_of_routes(struct planner *pl, const struct boot_ip *by_default)
{
	const struct bootline *line = pl->line;

	for (size_t i = 0; i < line->routes.n; i++) {
		struct sv device = line->routes.v[i].device;
		bool seen = device.n == 0 || is_of_ip(line, device) ||
			    (by_default && is_made(line, device));

		for (size_t k = 0; k < i; k++)
			seen |= sv_eq(line->routes.v[k].device, device);
		if (seen)
			continue;
		if (by_default && unit_is_interface(device))
			network_of_name(pl, default_number(pl) - 1, device, by_default);
		else
			plan_say(pl, "rd.route=: no ip= names the interface '" SV_FMT "'; ignored",
				 SV_ARG(sv_head(device, 100)));
	}
}

/* All ip= that ask by DHCP and name no interface, as one; false when there is none. Without any ip=, all wired
 * interfaces ask. */
static bool find_default(const struct bootline *line, struct boot_ip *ret)
{
	bool found = false;

	*ret = automatic;
	for (size_t i = 0; i < line->ip.n; i++) {
		const struct boot_ip *ip = &line->ip.v[i];

		if (ip->device.n || ip->address.n || !networkd_by_dhcp(ip) ||
		    !networkd_is_plain(ip))
			continue;
		if (!found)
			*ret = *ip;
		else if (ret->method != ip->method)
			ret->method = BOOT_METHOD_ANY;
		found = true;
	}
	return found || (line->ip.n == 0 && !line->iscsi_common.firmware);
}

/* One that only carries VLANs gets no address: waiting for a router's word, it would never count as configured. */
static void carriers_of_vlans(struct planner *pl)
{
	const struct bootline *line = pl->line;

	for (size_t i = 0; i < line->vlan.n; i++) {
		const struct boot_pair *v = &line->vlan.v[i];

		if (networkd_takes_vlan(v) && !is_of_ip(line, v->other))
			drop_in(pl, v->other, "50-kindling",
				SV("# Written by kindling-netroot: it carries a VLAN\n"
				   "[Network]\nLinkLocalAddressing=no\n"));
	}
}

static void network_by_default(struct planner *pl, const struct boot_ip *ip)
{
	bool bootif = is_by_bootif(pl->line);
	unsigned number = bootif && bootline_needs_network(pl->line) ? 5 : default_number(pl);

	own_network(pl,
		    arena_printf(&pl->p->arena, "%02u-kindling-%s.network", number,
				 bootif ? "bootif" : "default"),
		    match_wired(pl, bootif), bootif ? EVERY_ROUTE : SV_NULL, ip);
}

static void networks(struct planner *pl)
{
	const struct bootline *line = pl->line;
	struct boot_ip by_default;

	for (size_t i = 0; i < line->ip.n; i++)
		network_of_ip(pl, &line->ip.v[i], i);
	carriers_of_vlans(pl);
	if (!find_default(line, &by_default)) {
		networks_of_routes(pl, NULL);
		return;
	}
	if (!is_by_bootif(line))
		networks_of_routes(pl, &by_default);
	network_by_default(pl, &by_default);
	for (size_t i = 0; i < line->vlan.n; i++)
		if (networkd_takes_vlan(&line->vlan.v[i]))
			network_of_name(pl, 98, line->vlan.v[i].name, &automatic);
	for (size_t i = 0; i < line->groups.n; i++)
		if (!sv_eq(line->groups.v[i].kind, SV("team")))
			network_of_name(pl, 98, line->groups.v[i].name, &automatic);
}

/* ---- units ------------------------------------------------------------------------------------------ */

static void networkd_wait(struct planner *pl)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct sv dev = pl->line->bootdev;

	strbuf_adds(&b, "[Service]\nExecStart=\n"
			"ExecStart=/usr/lib/systemd/systemd-networkd-wait-online ");
	if (dev.n && unit_is_plain(dev)) {
		strbuf_adds(&b, "--interface=");
		unit_argument(&b, dev);
	} else {
		/* interfaces without a cable would hold up the boot */
		strbuf_adds(&b, "--any");
	}
	strbuf_addf(&b,
		    " --timeout=%u\n"
		    "ExecStartPost=-" NETROOT_PROGRAM " online\n",
		    netroot_wait_seconds(pl->line));
	plan_file(pl, NETROOT_NORMAL, 0644,
		  SV("systemd-networkd-wait-online.service.d/50-kindling.conf"), strbuf_sv(&b));
}

/* The firmware's table is shown by a module that is not loaded when generators run. */
static void networkd_ibft(struct planner *pl)
{
	bool wanted = pl->line->iscsi_common.firmware;
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	for (size_t i = 0; i < pl->line->ip.n; i++)
		wanted |= pl->line->ip.v[i].method == BOOT_METHOD_IBFT;
	if (!wanted)
		return;
	unit_begin(&b, "Network of the firmware's iSCSI table", SV_NULL);
	strbuf_adds(&b, "DefaultDependencies=no\n"
			"Wants=modprobe@iscsi_ibft.service\n"
			"After=modprobe@iscsi_ibft.service\n"
			"Before=network-pre.target systemd-networkd.service\n"
			"Wants=network-pre.target\n"
			"\n[Service]\n"
			"Type=oneshot\n"
			"RemainAfterExit=yes\n"
			"ExecStart=" NETROOT_PROGRAM " ibft-network\n");
	plan_file(pl, NETROOT_NORMAL, 0644, SV("kindling-ibft-network.service"), strbuf_sv(&b));
	plan_wants(pl, "network-online.target", "wants", SV("kindling-ibft-network.service"));
}

void plan_networkd(struct planner *pl)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_adds(&b, "[Service]\nExecStart=\n"
			"ExecStart=/usr/lib/systemd/systemd-network-generator --");
	networkd_words(pl, &b);
	strbuf_addc(&b, '\n');
	plan_file(pl, NETROOT_NORMAL, 0644,
		  SV("systemd-network-generator.service.d/50-kindling.conf"), strbuf_sv(&b));
	networks(pl);
	for (size_t i = 0; i < pl->line->groups.n; i++)
		plan_bond(pl, &pl->line->groups.v[i]);
	networkd_ibft(pl);
	networkd_wait(pl);
	plan_wants_installed(pl, "sysinit.target", "systemd-network-generator.service");
	plan_wants_installed(pl, "network-online.target", "systemd-networkd.service");
	plan_wants_installed(pl, "network-online.target", "systemd-networkd-wait-online.service");
	plan_network_step(pl, SV("systemd-networkd-wait-online.service"));
}

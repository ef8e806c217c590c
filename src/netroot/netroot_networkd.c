/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * systemd-networkd. Its generator writes what belongs to a named interface. It takes no word at all when it dislikes
 * one, so it gets them in the form that it takes, and never those that it does not; and it knows no DHCP without ip=,
 * no BOOTIF=, no address without an interface. For these, files are written here: behind the generator's, so that
 * those of named interfaces come first; before them only for BOOTIF= where no interface is named.
 */
#include "base/macros.h"
#include "base/num.h"
#include "netroot/netroot_int.h"

#define DIR "/run/systemd/network/"
#define WIRED "Kind=!*\nType=ether\n"

static bool by_dhcp(const struct boot_ip *ip)
{
	return ip->method != BOOT_METHOD_NONE && ip->method != BOOT_METHOD_IBFT;
}

static bool is_plain(const struct boot_ip *ip)
{
	const struct sv all[] = { ip->address, ip->peer, ip->gateway, ip->netmask, ip->hostname,
				  ip->mtu,     ip->mac,  ip->dns1,    ip->dns2 };

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (!unit_is_plain(all[i]))
			return false;
	return ip->device.n == 0 || unit_is_interface(ip->device);
}

static bool has_named_ip(const struct bootline *line)
{
	for (size_t i = 0; i < line->ip.n; i++)
		if (line->ip.v[i].device.n)
			return true;
	return false;
}

/* ---- our own files --------------------------------------------------------------------------------- */

/* The root lives on the lease: nobody renews it between the initrd's networkd and the root's, and a root whose
 * address has run out cannot start anything that would get a new one. */
static const char *lease_lasts(const struct planner *pl)
{
	return bootline_needs_network(pl->line) ? "KeepConfiguration=yes\n" : "";
}

static bool no_peer_dns(const struct bootline *line)
{
	const struct boot_word *w = bootline_find(line, SV("rd.peerdns"));

	return w && (sv_eq(w->value, SV("0")) || sv_eq(w->value, SV("no")));
}

/* The prefix length; without a mask that of the address's class, as the kernel's ip= has it. */
static unsigned prefix_of(const struct boot_ip *ip)
{
	struct sv rest = ip->address, first;
	struct err e;
	uint64_t n;

	if (ip->netmask.n && sv_chr(ip->netmask, '.') >= 0)
		return plan_mask_length(ip->netmask);
	if (ip->netmask.n && num_parse_u64(ip->netmask, 10, 128, &n, &e) == 0)
		return (unsigned)n;
	if (sv_chr(ip->address, ':') >= 0)
		return 64;
	if (!sv_split(&rest, '.', &first) || num_parse_u64(first, 10, 255, &n, &e) < 0)
		return 24;
	return n < 128 ? 8 : n < 192 ? 16 : 24;
}

static void add_routes(const struct bootline *line, struct strbuf *b)
{
	for (size_t i = 0; i < line->routes.n; i++) {
		const struct boot_route *r = &line->routes.v[i];

		if (r->device.n || !unit_is_plain(r->destination) || !unit_is_plain(r->gateway))
			continue;
		strbuf_adds(b, "\n[Route]\n");
		unit_line(b, "Destination", r->destination);
		unit_line(b, "Gateway", r->gateway);
	}
}

/* ip: static; NULL: by DHCP, with the option that says where the root is */
static void own_network(struct planner *pl, struct sv file, struct sv match,
			const struct boot_ip *ip)
{
	const struct bootline *line = pl->line;
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_addf(&b,
		    "# Written by kindling-netroot: the network that the root needs\n"
		    "[Match]\n" SV_FMT,
		    SV_ARG(match));
	if (ip && (ip->mtu.n || ip->mac.n)) {
		strbuf_adds(&b, "\n[Link]\n");
		unit_line(&b, "MTUBytes", ip->mtu);
		unit_line(&b, "MACAddress", ip->mac);
	}
	strbuf_addf(&b, "\n[Network]\n%s%s", ip ? "" : "DHCP=yes\n", lease_lasts(pl));
	if (ip) {
		strbuf_addf(&b, "Address=" SV_FMT "/%u\n", SV_ARG(ip->address), prefix_of(ip));
		unit_line(&b, "Gateway", ip->gateway);
		unit_line(&b, "DNS", ip->dns1);
		unit_line(&b, "DNS", ip->dns2);
	}
	for (size_t i = 0; i < line->nameservers.n; i++)
		unit_line(&b, "DNS", line->nameservers.v[i]);
	if (!ip)
		strbuf_addf(&b, "\n[DHCPv4]\nRequestOptions=17\n%s",
			    no_peer_dns(line) ? "UseDNS=no\n\n[DHCPv6]\nUseDNS=no\n\n"
						"[IPv6AcceptRA]\nUseDNS=no\n"
					      : "");
	add_routes(line, &b);
	plan_file(pl, NETROOT_RUN, 0644, arena_printf(&pl->p->arena, DIR SV_FMT, SV_ARG(file)),
		  strbuf_sv(&b));
}

static void one_drop_in(struct planner *pl, struct sv file)
{
	struct arena *a = &pl->p->arena;
	struct sv path = arena_printf(a, DIR SV_FMT ".network.d/50-kindling.conf", SV_ARG(file));

	/* ip=ens3:dhcp ip=ens3:dhcp6 */
	for (size_t i = 0; i < pl->p->files.n; i++)
		if (sv_eq(pl->p->files.v[i].path, path))
			return;
	plan_file(pl, NETROOT_RUN, 0644, path,
		  arena_printf(a,
			       "# Written by kindling-netroot: the root needs this address\n"
			       "[Network]\n%s\n[DHCPv4]\nRequestOptions=17\n",
			       lease_lasts(pl)));
}

/* For a file that the generator writes; before systemd 257 it numbers them otherwise. */
static void drop_in(struct planner *pl, struct sv device)
{
	struct arena *a = &pl->p->arena;

	if (device.n == 0) {
		one_drop_in(pl, SV("71-default"));
		one_drop_in(pl, SV("91-default"));
		return;
	}
	one_drop_in(pl, arena_printf(a, "70-" SV_FMT, SV_ARG(device)));
	one_drop_in(pl, arena_printf(a, "90-" SV_FMT, SV_ARG(device)));
}

static void network_of_ip(struct planner *pl, const struct boot_ip *ip, size_t n)
{
	struct arena *a = &pl->p->arena;

	if (!is_plain(ip))
		return;
	if (ip->address.n && ip->device.n == 0) {
		struct sv match = pl->line->bootif.n
					  ? arena_printf(a, "Kind=!*\nMACAddress=" SV_FMT "\n",
							 SV_ARG(pl->line->bootif))
					  : SV(WIRED);

		own_network(pl, arena_printf(a, "98-kindling-ip-%zu.network", n), match, ip);
	} else if (by_dhcp(ip) && bootline_needs_network(pl->line)) {
		drop_in(pl, ip->device);
	}
}

/* "vlan5", "vlan0005", "eth0.5", "name.5": where the number is looked for. */
static bool has_vlan_number(struct sv name)
{
	ptrdiff_t dot = sv_rchr(name, '.');
	struct sv number = name;
	struct err e;
	uint64_t n;

	if (dot >= 0)
		number = sv_from_pos(name, (size_t)dot + 1);
	else if (!sv_skip(&number, SV("vlan")))
		return false;
	return num_parse_u64(number, 10, 4094, &n, &e) == 0;
}

/* DHCP for a bond, bridge or VLAN that no ip= names. */
static void network_of_name(struct planner *pl, struct sv name)
{
	struct arena *a = &pl->p->arena;

	for (size_t i = 0; i < pl->line->ip.n; i++)
		if (sv_eq(pl->line->ip.v[i].device, name))
			return;
	if (unit_is_interface(name))
		own_network(pl, arena_printf(a, "98-kindling-" SV_FMT ".network", SV_ARG(name)),
			    arena_printf(a, "Name=" SV_FMT "\n", SV_ARG(name)), NULL);
}

static void networks(struct planner *pl)
{
	const struct bootline *line = pl->line;
	bool named = has_named_ip(line) || line->vlan.n || line->groups.n;
	bool any = line->ip.n == 0 && !line->iscsi_common.firmware;

	for (size_t i = 0; i < line->ip.n; i++) {
		const struct boot_ip *ip = &line->ip.v[i];

		network_of_ip(pl, ip, i);
		/* the generator drops its default when it writes files for names */
		any |= ip->device.n == 0 && by_dhcp(ip);
	}
	if (line->bootif.n && !named && any)
		own_network(pl, SV("05-kindling-bootif.network"),
			    arena_printf(&pl->p->arena, "Kind=!*\nMACAddress=" SV_FMT "\n",
					 SV_ARG(line->bootif)),
			    NULL);
	else if (any)
		own_network(pl, SV("99-kindling-default.network"), SV(WIRED), NULL);
	for (size_t i = 0; i < line->vlan.n && any; i++)
		if (has_vlan_number(line->vlan.v[i].name))
			network_of_name(pl, line->vlan.v[i].name);
	for (size_t i = 0; i < line->groups.n && any; i++)
		if (!sv_eq(line->groups.v[i].kind, SV("team")))
			network_of_name(pl, line->groups.v[i].name);
}

/* ---- words for the generator ------------------------------------------------------------------------ */

static void add_word(struct strbuf *out, struct sv word)
{
	strbuf_addc(out, ' ');
	unit_argument(out, word);
}

static void add_host(struct strbuf *b, struct sv host)
{
	unit_host(b, host, sv_chr(host, ':') >= 0);
}

static void ip_word(struct planner *pl, const struct boot_ip *ip, struct strbuf *out)
{
	static const char *const methods[] = {
		[BOOT_METHOD_NONE] = "none",        [BOOT_METHOD_DHCP] = "dhcp",
		[BOOT_METHOD_DHCP6] = "dhcp6",      [BOOT_METHOD_AUTO6] = "auto6",
		[BOOT_METHOD_EITHER6] = "either6",  [BOOT_METHOD_LINK6] = "link6",
		[BOOT_METHOD_SINGLE_DHCP] = "dhcp", [BOOT_METHOD_IBFT] = "ibft",
		[BOOT_METHOD_ANY] = "any",
	};
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	if (!is_plain(ip)) {
		plan_say(pl, "ip=: '" SV_FMT "' is no interface, or control characters; ignored",
			 SV_ARG(sv_head(ip->device, 100)));
		return;
	}
	if (ip->address.n && ip->device.n == 0)
		return; /* a file of ours */
	strbuf_adds(&b, "ip=");
	if (ip->address.n || ip->gateway.n || ip->hostname.n) {
		add_host(&b, ip->address);
		strbuf_addc(&b, ':');
		add_host(&b, ip->peer);
		strbuf_addc(&b, ':');
		add_host(&b, ip->gateway);
		strbuf_addc(&b, ':');
		if (ip->address.n)
			strbuf_addf(&b, "%u", prefix_of(ip));
		strbuf_addf(&b, ":" SV_FMT ":", SV_ARG(ip->hostname));
	}
	if (ip->device.n || b.n > 3)
		strbuf_addf(&b, SV_FMT ":", SV_ARG(ip->device));
	strbuf_adds(&b, methods[ip->method]);
	if (ip->dns1.n) {
		strbuf_addc(&b, ':');
		add_host(&b, ip->dns1);
		if (ip->dns2.n) {
			strbuf_addc(&b, ':');
			add_host(&b, ip->dns2);
		}
		if (ip->ntp.n)
			plan_say(pl, "ip=: time servers are not used in the initrd; ignored");
	} else if (ip->device.n && (ip->mtu.n || ip->mac.n)) {
		strbuf_addf(&b, ":" SV_FMT, SV_ARG(ip->mtu));
		if (ip->mac.n)
			strbuf_addf(&b, ":" SV_FMT, SV_ARG(ip->mac));
	}
	add_word(out, strbuf_sv(&b));
}

static void vlan_word(struct planner *pl, const struct boot_pair *v, struct strbuf *out)
{
	if (!unit_is_interface(v->name) || !unit_is_interface(v->other) ||
	    !has_vlan_number(v->name))
		plan_say(pl,
			 "vlan=" SV_FMT ": for systemd-networkd the name is vlanNUMBER or "
			 "INTERFACE.NUMBER; ignored",
			 SV_ARG(sv_head(v->name, 100)));
	else
		add_word(out, arena_printf(&pl->p->arena, "vlan=" SV_FMT ":" SV_FMT,
					   SV_ARG(v->name), SV_ARG(v->other)));
}

static void route_word(struct planner *pl, const struct boot_route *r, struct strbuf *out)
{
	if (r->device.n == 0)
		return; /* in our files, and among the shared words */
	if (r->gateway.n == 0 || sv_chr(r->gateway, ':') >= 0 || !unit_is_interface(r->device))
		plan_say(pl,
			 "rd.route=" SV_FMT
			 ": systemd-networkd's generator takes IPv4 with a gateway "
			 "only; ignored",
			 SV_ARG(sv_head(r->destination, 100)));
	else
		add_word(out, arena_printf(&pl->p->arena, "rd.route=" SV_FMT ":" SV_FMT ":" SV_FMT,
					   SV_ARG(r->destination), SV_ARG(r->gateway),
					   SV_ARG(r->device)));
}

/* What the generator merges into the files of named interfaces. */
static void shared_words(struct planner *pl, struct strbuf *out)
{
	const struct bootline *line = pl->line;
	struct arena *a = &pl->p->arena;

	for (size_t i = 0; i < line->nameservers.n; i++)
		if (unit_is_plain(line->nameservers.v[i]))
			add_word(out, arena_printf(a, "nameserver=" SV_FMT,
						   SV_ARG(line->nameservers.v[i])));
	for (size_t i = 0; i < line->routes.n; i++) {
		const struct boot_route *r = &line->routes.v[i];

		if (r->device.n == 0 && r->gateway.n && sv_chr(r->gateway, ':') < 0)
			add_word(out, arena_printf(a, "rd.route=" SV_FMT ":" SV_FMT,
						   SV_ARG(r->destination), SV_ARG(r->gateway)));
	}
	if (no_peer_dns(line))
		add_word(out, SV("rd.peerdns=0"));
}

static void generator_words(struct planner *pl, struct strbuf *out)
{
	const struct bootline *line = pl->line;

	/* without any word it would read the kernel's command line */
	add_word(out, SV("rd.neednet=1"));
	for (size_t i = 0; i < line->words.n; i++)
		if (sv_eq(line->words.v[i].key, SV("net.ifname_policy")) &&
		    unit_is_plain(line->words.v[i].text))
			add_word(out, line->words.v[i].text);
	for (size_t i = 0; i < line->ip.n; i++)
		ip_word(pl, &line->ip.v[i], out);
	for (size_t i = 0; i < line->vlan.n; i++)
		vlan_word(pl, &line->vlan.v[i], out);
	for (size_t i = 0; i < line->groups.n; i++) {
		const struct boot_group *g = &line->groups.v[i];

		if (!sv_eq(g->kind, SV("team")) && unit_is_interface(g->name) &&
		    unit_is_plain(g->members))
			add_word(out, arena_printf(&pl->p->arena, SV_FMT "=" SV_FMT ":" SV_FMT,
						   SV_ARG(g->kind), SV_ARG(g->name),
						   SV_ARG(g->members)));
	}
	for (size_t i = 0; i < line->routes.n; i++)
		route_word(pl, &line->routes.v[i], out);
	if (has_named_ip(line))
		shared_words(pl, out);
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
	strbuf_addf(&b, " --timeout=%u\n", plan_wait_seconds(pl->line));
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
	generator_words(pl, &b);
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

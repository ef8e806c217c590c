/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The words for systemd's network generator: those of named interfaces. It takes no word at all when it dislikes one,
 * so each is brought into the form that it takes.
 */
#include "base/macros.h"
#include "base/num.h"
#include "netroot/netroot_networkd.h"

bool networkd_by_dhcp(const struct boot_ip *ip)
{
	return ip->method != BOOT_METHOD_NONE && ip->method != BOOT_METHOD_IBFT;
}

bool networkd_is_plain(const struct boot_ip *ip)
{
	const struct sv all[] = { ip->address, ip->peer, ip->gateway, ip->netmask, ip->hostname,
				  ip->mtu,     ip->mac,  ip->dns1,    ip->dns2 };

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (!unit_is_plain(all[i]))
			return false;
	return ip->device.n == 0 || unit_is_interface(ip->device);
}

bool networkd_has_named_ip(const struct bootline *line)
{
	for (size_t i = 0; i < line->ip.n; i++)
		if (line->ip.v[i].device.n)
			return true;
	return false;
}

bool networkd_no_peer_dns(const struct bootline *line)
{
	const struct boot_word *w = bootline_find(line, SV("rd.peerdns"));

	return w && !bootline_bool(w->value);
}

unsigned networkd_prefix_of(const struct boot_ip *ip)
{
	struct sv rest = ip->address, first;
	struct err e;
	uint64_t n;

	if (ip->netmask.n && sv_chr(ip->netmask, '.') >= 0)
		return (unsigned)bootline_mask_length(ip->netmask);
	if (ip->netmask.n && num_parse_u64(ip->netmask, 10, 128, &n, &e) == 0)
		return (unsigned)n;
	if (sv_chr(ip->address, ':') >= 0)
		return 64;
	if (!sv_split(&rest, '.', &first) || num_parse_u64(first, 10, 255, &n, &e) < 0)
		return 24;
	return n < 128 ? 8 : n < 192 ? 16 : 24;
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

bool networkd_takes_vlan(const struct boot_pair *v)
{
	return unit_is_interface(v->name) && unit_is_interface(v->other) &&
	       has_vlan_number(v->name);
}

bool networkd_has_zone(struct sv address)
{
	return sv_chr(address, '%') >= 0;
}

struct sv networkd_without_zone(struct sv address)
{
	ptrdiff_t zone = sv_chr(address, '%');

	return zone < 0 ? address : sv_head(address, (size_t)zone);
}

static void add_word(struct strbuf *out, struct sv word)
{
	strbuf_addc(out, ' ');
	unit_argument(out, word);
}

static void add_host(struct strbuf *b, struct sv host)
{
	unit_host(b, host, sv_chr(host, ':') >= 0);
}

/* Drops what the generator would refuse the whole line for. */
static void drop(struct planner *pl, const char *what, struct sv *field, bool bad)
{
	if (!bad || field->n == 0)
		return;
	plan_say(pl, "ip=: %s '" SV_FMT "'; ignored", what, SV_ARG(sv_head(*field, 100)));
	*field = SV_NULL;
}

/* Labels of letters, digits and hyphens, as systemd wants them. */
static bool is_hostname(struct sv s)
{
	struct sv label;

	if (s.n > 64)
		return false;
	while (sv_split(&s, '.', &label)) {
		if (label.n == 0 || label.p[0] == '-' || label.p[label.n - 1] == '-')
			return false;
		for (size_t i = 0; i < label.n; i++)
			if (!ascii_isalpha(label.p[i]) && !ascii_isdigit(label.p[i]) &&
			    label.p[i] != '-' && label.p[i] != '_')
				return false;
	}
	return true;
}

static bool is_other_family(struct sv a, struct sv b)
{
	return a.n && b.n && (sv_chr(a, ':') >= 0) != (sv_chr(b, ':') >= 0);
}

static struct boot_ip acceptable(struct planner *pl, const struct boot_ip *all)
{
	struct boot_ip ip = *all;

	/* the interface is known anyway */
	ip.address = networkd_without_zone(ip.address);
	ip.peer = networkd_without_zone(ip.peer);
	ip.gateway = networkd_without_zone(ip.gateway);
	drop(pl, "no host name", &ip.hostname, !is_hostname(ip.hostname));
	drop(pl, "another kind of address than its own: peer", &ip.peer,
	     is_other_family(ip.address, ip.peer));
	drop(pl, "another kind of address than its own: gateway", &ip.gateway,
	     is_other_family(ip.address, ip.gateway));
	drop(pl, "no address of a name server", &ip.dns2, !bootline_is_address(ip.dns2));
	/* those are in a drop-in */
	if (networkd_has_zone(ip.dns2))
		ip.dns2 = SV_NULL;
	if (networkd_has_zone(ip.dns1)) {
		ip.dns1 = ip.dns2;
		ip.dns2 = SV_NULL;
	}
	return ip;
}

static void ip_word(struct planner *pl, const struct boot_ip *all, struct strbuf *out)
{
	static const char *const methods[] = {
		[BOOT_METHOD_NONE] = "none",        [BOOT_METHOD_DHCP] = "dhcp",
		[BOOT_METHOD_DHCP6] = "dhcp6",      [BOOT_METHOD_AUTO6] = "auto6",
		[BOOT_METHOD_EITHER6] = "either6",  [BOOT_METHOD_LINK6] = "link6",
		[BOOT_METHOD_SINGLE_DHCP] = "dhcp", [BOOT_METHOD_IBFT] = "ibft",
		[BOOT_METHOD_ANY] = "any",
	};
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct boot_ip fit;
	const struct boot_ip *ip = &fit;

	if (!networkd_is_plain(all)) {
		plan_say(pl, "ip=: '" SV_FMT "' is no interface, or control characters; ignored",
			 SV_ARG(sv_head(all->device, 100)));
		return;
	}
	if (all->ntp.n)
		plan_say(pl, "ip=: time servers are not used in the initrd; ignored");
	if (all->device.n == 0)
		return; /* a file of ours */
	fit = acceptable(pl, all);
	strbuf_adds(&b, "ip=");
	if (ip->address.n || ip->gateway.n || ip->hostname.n) {
		add_host(&b, ip->address);
		strbuf_addc(&b, ':');
		add_host(&b, ip->peer);
		strbuf_addc(&b, ':');
		add_host(&b, ip->gateway);
		strbuf_addc(&b, ':');
		if (ip->address.n)
			strbuf_addf(&b, "%u", networkd_prefix_of(ip));
		strbuf_addf(&b, ":" SV_FMT ":", SV_ARG(ip->hostname));
	}
	strbuf_addf(&b, SV_FMT ":%s", SV_ARG(ip->device), methods[ip->method]);
	if (ip->dns1.n) {
		strbuf_addc(&b, ':');
		add_host(&b, ip->dns1);
		if (ip->dns2.n) {
			strbuf_addc(&b, ':');
			add_host(&b, ip->dns2);
		}
	} else if (ip->mtu.n || ip->mac.n) {
		strbuf_addf(&b, ":" SV_FMT, SV_ARG(ip->mtu));
		if (ip->mac.n)
			strbuf_addf(&b, ":" SV_FMT, SV_ARG(ip->mac));
	}
	add_word(out, strbuf_sv(&b));
}

static void vlan_word(struct planner *pl, const struct boot_pair *v, struct strbuf *out)
{
	if (!networkd_takes_vlan(v))
		plan_say(pl,
			 "vlan=" SV_FMT ": for systemd-networkd the name is vlanNUMBER or "
			 "INTERFACE.NUMBER; ignored",
			 SV_ARG(sv_head(v->name, 100)));
	else
		add_word(out, arena_printf(&pl->p->arena, "vlan=" SV_FMT ":" SV_FMT,
					   SV_ARG(v->name), SV_ARG(v->other)));
}

static void group_word(struct planner *pl, const struct boot_group *g, struct strbuf *out)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct sv rest = g->members, name;

	while (sv_split(&rest, ',', &name))
		if (unit_is_interface(name))
			strbuf_addf(&b, "%s" SV_FMT, b.n ? "," : "", SV_ARG(name));
		else
			plan_say(pl, SV_FMT "=" SV_FMT ": '" SV_FMT "' is no interface; ignored",
				 SV_ARG(g->kind), SV_ARG(g->name), SV_ARG(sv_head(name, 100)));
	if (b.n)
		add_word(out, arena_printf(&pl->p->arena, SV_FMT "=" SV_FMT ":%s", SV_ARG(g->kind),
					   SV_ARG(g->name), b.p));
}

/* What the generator merges into the files of named interfaces. */
static void shared_words(struct planner *pl, struct strbuf *out)
{
	const struct bootline *line = pl->line;
	struct arena *a = &pl->p->arena;

	for (size_t i = 0; i < line->nameservers.n; i++)
		if (unit_is_plain(line->nameservers.v[i]) &&
		    !networkd_has_zone(line->nameservers.v[i]))
			add_word(out, arena_printf(a, "nameserver=" SV_FMT,
						   SV_ARG(line->nameservers.v[i])));
	if (networkd_no_peer_dns(line))
		add_word(out, SV("rd.peerdns=0"));
}

void networkd_words(struct planner *pl, struct strbuf *out)
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

		if (!sv_eq(g->kind, SV("team")) && unit_is_interface(g->name))
			group_word(pl, g, out);
	}
	if (networkd_has_named_ip(line))
		shared_words(pl, out);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Words about network interfaces. The network service of the image applies them; here they are read so
 * that a wrong one can be named, and for what a network root needs of them. */
#include "base/macros.h"
#include "base/num.h"
#include "bootline/bootline_int.h"

bool boot_is_number(struct sv s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_isdigit(s.p[i]))
			return false;
	return s.n > 0 && s.n <= 9;
}

static bool is_ipv4(struct sv s)
{
	struct sv rest = s, part;
	unsigned parts = 0;

	while (sv_split(&rest, '.', &part)) {
		unsigned value = 0;

		if (!boot_is_number(part) || part.n > 3)
			return false;
		for (size_t i = 0; i < part.n; i++)
			value = value * 10 + (unsigned)(part.p[i] - '0');
		if (value > 255)
			return false;
		parts++;
	}
	return parts == 4;
}

static bool is_hex(struct sv s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = ascii_tolower(s.p[i]);

		if (!ascii_isdigit(c) && !(c >= 'a' && c <= 'f'))
			return false;
	}
	return s.n > 0;
}

/* RFC 4291 section 2.2: groups of up to four digits, one "::", an IPv4 address at the end; a zone after
 * '%' is kept. */
static bool is_ipv6(struct sv s)
{
	ptrdiff_t zone = sv_chr(s, '%'), gap = sv_find(s, SV("::"));
	struct sv rest, part;
	unsigned groups = 0;

	if (zone >= 0)
		s = sv_head(s, (size_t)zone);
	if (sv_chr(s, ':') < 0 ||
	    (gap >= 0 && sv_find(sv_from_pos(s, (size_t)gap + 1), SV("::")) >= 0))
		return false;
	rest = s;
	while (sv_split(&rest, ':', &part)) {
		if (part.n == 0) { /* beside the gap only; the ends have two of them */
			if (gap < 0)
				return false;
			continue;
		}
		if (!rest.p && is_ipv4(part)) {
			groups += 2;
			continue;
		}
		if (part.n > 4 || !is_hex(part))
			return false;
		groups++;
	}
	if (s.n >= 2 &&
	    ((s.p[0] == ':' && s.p[1] != ':') || (s.p[s.n - 1] == ':' && s.p[s.n - 2] != ':')))
		return false;
	return gap >= 0 ? groups < 8 : groups == 8;
}

bool bootline_is_address(struct sv s)
{
	return is_ipv4(s) || is_ipv6(s);
}

/* 6 octets, or 20 of an InfiniBand port. */
bool boot_is_mac(struct sv s)
{
	struct sv rest = s, part;
	unsigned octets = 0;

	while (sv_split(&rest, ':', &part)) {
		if (part.n != 2 || !is_hex(part))
			return false;
		octets++;
	}
	return octets == 6 || octets == 20;
}

bool boot_field(struct sv *rest, char sep, struct sv *ret, bool *ret_v6)
{
	ptrdiff_t close = rest->p && rest->n && rest->p[0] == '[' ? sv_chr(*rest, ']') : -1;

	if (ret_v6)
		*ret_v6 = false;
	if (close < 0 || ((size_t)close + 1 < rest->n && rest->p[close + 1] != sep))
		return sv_split(rest, sep, ret);
	*ret = sv_of(rest->p + 1, (size_t)close - 1);
	if ((size_t)close + 1 == rest->n)
		*rest = SV_NULL;
	else
		*rest = sv_from_pos(*rest, (size_t)close + 2);
	if (ret_v6)
		*ret_v6 = true;
	return true;
}

static const struct {
	const char *word;
	enum boot_method method;
} methods[] = {
	{ "", BOOT_METHOD_ANY },        { "any", BOOT_METHOD_ANY },
	{ "auto6", BOOT_METHOD_AUTO6 }, { "dhcp", BOOT_METHOD_DHCP },
	{ "dhcp6", BOOT_METHOD_DHCP6 }, { "either6", BOOT_METHOD_EITHER6 },
	{ "ibft", BOOT_METHOD_IBFT },   { "link6", BOOT_METHOD_LINK6 },
	{ "none", BOOT_METHOD_NONE },   { "off", BOOT_METHOD_NONE },
	{ "on", BOOT_METHOD_ANY },      { "single-dhcp", BOOT_METHOD_SINGLE_DHCP },
	{ "static", BOOT_METHOD_NONE },
};

static bool find_method(struct sv word, enum boot_method *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(methods); i++)
		if (sv_eq(word, sv_from(methods[i].word))) {
			*ret = methods[i].method;
			return true;
		}
	return sv_eq(word, SV("dhcp,dhcp6")) ? (*ret = BOOT_METHOD_ANY, true) : false;
}

/* [mtu][:mac], the mac in one field or in six. */
static bool take_mtu_mac(struct boot_ip *ip, struct sv rest)
{
	struct sv mtu;

	if (!rest.p)
		return true;
	if (boot_is_mac(rest)) {
		ip->mac = rest;
		return true;
	}
	(void)sv_split(&rest, ':', &mtu);
	ip->mtu = mtu;
	ip->mac = rest;
	return (mtu.n == 0 || boot_is_number(mtu)) && (rest.n == 0 || boot_is_mac(rest));
}

static const char *take_short(struct boot_ip *ip, struct sv rest)
{
	struct sv method;

	(void)sv_split(&rest, ':', &ip->device);
	(void)sv_split(&rest, ':', &method);
	if (!find_method(method, &ip->method))
		return "no such method; expected INTERFACE:METHOD[:[MTU][:MAC]]";
	return take_mtu_mac(ip, rest) ? NULL : "bad MTU or MAC address";
}

int bootline_mask_length(struct sv mask)
{
	struct sv part;
	uint32_t bits = 0;
	int n = 0;

	if (!is_ipv4(mask))
		return -1;
	while (sv_split(&mask, '.', &part)) {
		uint64_t v = 0;
		struct err e;

		(void)num_parse_u64(part, 10, 255, &v, &e);
		bits = bits << 8 | (uint32_t)v;
	}
	while (n < 32 && bits & 0x80000000u >> n)
		n++;
	return n == 32 || (bits << n) == 0 ? n : -1;
}

/* A mask, or a length, of the address's family; all zeros would make every address a neighbour. */
static bool is_mask(struct sv s, struct sv address)
{
	struct err e;
	uint64_t n;

	if (s.n == 0 || bootline_mask_length(s) > 0)
		return true;
	return num_parse_u64(s, 10, sv_chr(address, ':') >= 0 ? 128 : 32, &n, &e) == 0 && n > 0;
}

static const char *take_long(struct boot_ip *ip, struct sv rest)
{
	struct sv *to[] = { &ip->address, &ip->peer,     &ip->gateway,
			    &ip->netmask, &ip->hostname, &ip->device };
	struct sv method = SV_NULL, look;

	for (size_t i = 0; i < ARRAY_SIZE(to); i++)
		if (!boot_field(&rest, ':', to[i], NULL))
			*to[i] = SV_NULL;
	if (sv_split(&rest, ':', &method) && !find_method(method, &ip->method))
		return "no such method in the seventh field";
	/* an address with nothing said about how is a static one */
	if (method.n == 0 && ip->address.n)
		ip->method = BOOT_METHOD_NONE;
	if ((ip->address.n && !bootline_is_address(ip->address)) ||
	    (ip->peer.n && !bootline_is_address(ip->peer)) ||
	    (ip->gateway.n && !bootline_is_address(ip->gateway)))
		return "bad address";
	if (!is_mask(ip->netmask, ip->address))
		return "bad netmask or prefix length";
	look = rest;
	if (boot_field(&look, ':', &ip->dns1, NULL) && bootline_is_address(ip->dns1)) {
		(void)(boot_field(&look, ':', &ip->dns2, NULL) &&
		       boot_field(&look, ':', &ip->ntp, NULL));
		return NULL;
	}
	ip->dns1 = SV_NULL;
	return take_mtu_mac(ip, rest) ? NULL : "bad MTU, MAC address or name server";
}

void boot_take_ip(struct bootline *b, const struct boot_word *w)
{
	struct boot_ip ip = { .method = BOOT_METHOD_ANY };
	struct sv rest = w->value, first = SV_NULL;
	const char *bad = NULL;

	(void)boot_field(&rest, ':', &first, NULL);
	if (!rest.p) {
		if (bootline_is_address(first)) {
			ip.address = first;
			ip.method = BOOT_METHOD_NONE;
		} else if (!find_method(first, &ip.method)) {
			bad = "no such method";
		}
	} else if (first.n == 0 || bootline_is_address(first)) {
		bad = take_long(&ip, w->value);
	} else {
		bad = take_short(&ip, w->value);
	}
	if (bad)
		boot_note(b, w->text, true, "%s", bad);
	else
		vec_push(&b->ip, ip);
}

void boot_take_ifname(struct bootline *b, const struct boot_word *w)
{
	struct boot_pair p = { .other = w->value };

	if (!sv_split(&p.other, ':', &p.name) || p.name.n == 0 || p.name.n > 15 ||
	    !boot_is_mac(p.other))
		boot_note(b, w->text, true, "expected ifname=NAME:MAC");
	else
		vec_push(&b->ifname, p);
}

void boot_take_vlan(struct bootline *b, const struct boot_word *w)
{
	struct boot_pair p = { .other = w->value };

	if (!sv_split(&p.other, ':', &p.name) || p.name.n == 0 || p.other.n == 0)
		boot_note(b, w->text, true, "expected vlan=NAME:INTERFACE");
	else
		vec_push(&b->vlan, p);
}

void boot_take_group(struct bootline *b, const struct boot_word *w)
{
	struct boot_group g = { .kind = w->key };
	struct sv rest = w->value;

	if (!sv_split(&rest, ':', &g.name) || g.name.n == 0) {
		/* bare words have their old defaults */
		if (sv_eq(w->key, SV("team"))) {
			boot_note(b, w->text, true, "expected team=NAME:MEMBERS[:RUNNER]");
			return;
		}
		g.name = sv_eq(w->key, SV("bond")) ? SV("bond0") : SV("br0");
	}
	if (!sv_split(&rest, ':', &g.members) || g.members.n == 0)
		g.members = sv_eq(w->key, SV("bond")) ? SV("eth0,eth1") : SV("eth0");
	if (!sv_split(&rest, ':', &g.options) && sv_eq(w->key, SV("bond")))
		g.options = SV("mode=balance-rr");
	if (rest.n && !boot_is_number(rest))
		boot_note(b, w->text, true, "MTU '" SV_FMT "' is not a number", SV_ARG(rest));
	else
		g.mtu = rest;
	vec_push(&b->groups, g);
}

/* NET/LEN, [NET/LEN] or [NET]/LEN */
static bool take_net(struct bootline *b, struct sv *rest, struct sv *ret)
{
	ptrdiff_t close = sv_chr(*rest, ']');
	struct sv len;

	if (close < 1 || rest->p[0] != '[' || (size_t)close + 1 >= rest->n ||
	    rest->p[close + 1] != '/')
		return boot_field(rest, ':', ret, NULL);
	*ret = sv_of(rest->p + 1, (size_t)close - 1);
	*rest = sv_from_pos(*rest, (size_t)close + 2);
	if (!sv_split(rest, ':', &len))
		return false;
	*ret = arena_printf(&b->arena, SV_FMT "/" SV_FMT, SV_ARG(*ret), SV_ARG(len));
	return true;
}

void boot_take_route(struct bootline *b, const struct boot_word *w)
{
	struct boot_route r = { .device = SV_NULL };
	struct sv rest = w->value, address, len;

	if (!take_net(b, &rest, &r.destination) || !boot_field(&rest, ':', &r.gateway, NULL)) {
		boot_note(b, w->text, true, "expected rd.route=NET/LEN:GATEWAY[:INTERFACE]");
		return;
	}
	if (rest.p)
		r.device = rest;
	len = r.destination;
	(void)sv_split(&len, '/', &address);
	if (!bootline_is_address(address) || (len.p && !boot_is_number(len)) ||
	    (r.gateway.n && !bootline_is_address(r.gateway)))
		boot_note(b, w->text, true, "bad address");
	else
		vec_push(&b->routes, r);
}

void boot_take_nameserver(struct bootline *b, const struct boot_word *w)
{
	struct sv rest = w->value, s;

	if (boot_field(&rest, '\0', &s, NULL) && bootline_is_address(s))
		vec_push(&b->nameservers, s);
	else
		boot_note(b, w->text, true, "expected nameserver=ADDRESS");
}

/* pxelinux: "01-aa-bb-cc-dd-ee-ff", the hardware type first. */
void boot_take_bootif(struct bootline *b, const struct boot_word *w)
{
	char *mac = arena_cstr(&b->arena, w->value);
	struct sv m = w->value;

	for (size_t i = 0; i < m.n; i++)
		mac[i] = mac[i] == '-' ? ':' : ascii_tolower(mac[i]);
	m = sv_of(mac, m.n);
	if (m.n == 20)
		m = sv_from_pos(m, 3);
	if (boot_is_mac(m))
		b->bootif = m;
	else
		boot_note(b, w->text, true, "expected BOOTIF=[TYPE-]MAC");
}

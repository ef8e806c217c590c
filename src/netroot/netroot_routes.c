/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rd.route= for systemd-networkd: it takes a route for ready only when the gateway is in one of the interface's own
 * networks, so a route must not stand at an interface that has nothing to do with it. */
#include <arpa/inet.h>
#include <string.h>

#include "base/macros.h"
#include "netroot/netroot_networkd.h"

#define ADDRESS_MAX 16

/* Octets, or 0. */
static size_t octets_of(struct sv address, unsigned char ret[static ADDRESS_MAX])
{
	bool v6 = sv_chr(address, ':') >= 0;
	char text[INET6_ADDRSTRLEN];

	address = networkd_without_zone(address);
	if (address.n >= sizeof(text))
		return 0;
	memcpy(text, address.p, address.n);
	text[address.n] = 0;
	if (inet_pton(v6 ? AF_INET6 : AF_INET, text, ret) != 1)
		return 0;
	return v6 ? 16 : 4;
}

static bool has_in_network(const struct boot_ip *ip, struct sv gateway)
{
	unsigned char own[ADDRESS_MAX], other[ADDRESS_MAX];
	unsigned bits = networkd_prefix_of(ip);
	size_t n = octets_of(ip->address, own);

	if (n == 0 || octets_of(gateway, other) != n || bits > n * 8)
		return false;
	for (size_t i = 0; i < bits; i++)
		if ((own[i / 8] ^ other[i / 8]) & (0x80 >> (i % 8)))
			return false;
	return true;
}

/* Empty: any. */
static struct sv device_of(const struct bootline *line, const struct boot_route *r)
{
	struct sv asks = SV_NULL;

	if (r->device.n)
		return r->device;
	for (size_t i = 0; i < line->ip.n; i++) {
		const struct boot_ip *ip = &line->ip.v[i];

		if (ip->address.n && has_in_network(ip, r->gateway))
			return ip->device;
		if (asks.n == 0 && networkd_by_dhcp(ip))
			asks = ip->device;
	}
	return line->bootdev.n ? line->bootdev : asks;
}

void networkd_routes(const struct bootline *line, struct sv device, struct strbuf *b)
{
	for (size_t i = 0; i < line->routes.n; i++) {
		const struct boot_route *r = &line->routes.v[i];
		struct sv of = device_of(line, r);

		if ((of.n && !sv_eq(of, device) && !sv_eq(device, EVERY_ROUTE)) ||
		    !unit_is_plain(r->destination) || !unit_is_plain(r->gateway))
			continue;
		strbuf_adds(b, "\n[Route]\n");
		unit_line(b, "Destination", r->destination);
		unit_line(b, "Gateway", r->gateway);
	}
}

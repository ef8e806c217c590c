/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shared by the files about systemd-networkd only. */
#pragma once

#include "netroot/netroot_int.h"

/* Does an interface ask anybody for an address? */
bool networkd_by_dhcp(const struct boot_ip *ip);
/* No control characters, and an interface that can be one. */
bool networkd_is_plain(const struct boot_ip *ip);
bool networkd_has_named_ip(const struct bootline *line);
/* rd.peerdns=0 */
bool networkd_no_peer_dns(const struct bootline *line);
/* The prefix length; without a mask that of the address's class, as the kernel's ip= has it. */
unsigned networkd_prefix_of(const struct boot_ip *ip);
/* Is its name one in which the generator finds the number? */
bool networkd_takes_vlan(const struct boot_pair *v);
/* An address with its interface, "fe80::1%ens3", which the generator refuses. */
bool networkd_has_zone(struct sv address);
struct sv networkd_without_zone(struct sv address);
/* The arguments of systemd-network-generator; what it would refuse is left out, and said. */
void networkd_words(struct planner *pl, struct strbuf *out);

/* Firmware, initrd and root ask under one name: that of systemd comes from the machine id, which is another one in the
 * initrd, and on most machines at each boot. The option is where the root is. */
#define NETWORKD_DHCPV4 "\n[DHCPv4]\nClientIdentifier=mac\nRequestOptions=17\n"

/* Instead of a device: whatever device the routes name. */
#define EVERY_ROUTE SV("*")
/* [Route] sections of one device. A route that names none belongs to the one whose network has the gateway, else to
 * bootdev=, else to the first that asks for an address; to all when no ip= names one. */
void networkd_routes(const struct bootline *line, struct sv device, struct strbuf *b);

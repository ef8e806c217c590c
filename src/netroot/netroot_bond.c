/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * systemd-network-generator makes a bond= without its options: they go into a drop-in of the file that it
 * writes. Names and numbers are those of the kernel's bonding driver.
 */
#include "base/macros.h"
#include "netroot/netroot_int.h"

static const char *const modes[] = { "balance-rr", "active-backup", "balance-xor", "broadcast",
				     "802.3ad",    "balance-tlb",   "balance-alb", NULL };
static const char *const rates[] = { "slow", "fast", NULL };

static const struct bond_option {
	const char *name, *key, *unit;
	const char *const *names; /* of numbers */
} options[] = {
	{ "ad_actor_sys_prio", "AdActorSystemPriority", "", NULL },
	{ "ad_actor_system", "AdActorSystem", "", NULL },
	{ "ad_select", "AdSelect", "", NULL },
	{ "ad_user_port_key", "AdUserPortKey", "", NULL },
	{ "all_slaves_active", "AllSlavesActive", "", NULL },
	{ "arp_all_targets", "ARPAllTargets", "", NULL },
	{ "arp_interval", "ARPIntervalSec", "ms", NULL },
	{ "arp_ip_target", "ARPIPTargets", "", NULL },
	{ "arp_missed_max", "ARPMissedMax", "", NULL },
	{ "arp_validate", "ARPValidate", "", NULL },
	{ "downdelay", "DownDelaySec", "ms", NULL },
	{ "fail_over_mac", "FailOverMACPolicy", "", NULL },
	{ "lacp_rate", "LACPTransmitRate", "", rates },
	{ "lp_interval", "LearnPacketIntervalSec", "s", NULL },
	{ "miimon", "MIIMonitorSec", "ms", NULL },
	{ "min_links", "MinLinks", "", NULL },
	{ "mode", "Mode", "", modes },
	{ "num_grat_arp", "GratuitousARP", "", NULL },
	{ "num_unsol_na", "GratuitousARP", "", NULL },
	{ "packets_per_slave", "PacketsPerSlave", "", NULL },
	{ "peer_notif_delay", "PeerNotifyDelaySec", "ms", NULL },
	{ "primary_reselect", "PrimaryReselectPolicy", "", NULL },
	{ "resend_igmp", "ResendIGMP", "", NULL },
	{ "tlb_dynamic_lb", "DynamicTransmitLoadBalancing", "", NULL },
	{ "updelay", "UpDelaySec", "ms", NULL },
	{ "xmit_hash_policy", "TransmitHashPolicy", "", NULL },
};

static struct sv named(const struct bond_option *o, struct sv value)
{
	for (size_t i = 0; value.n == 1 && o->names && o->names[i]; i++)
		if (value.p[0] == (char)('0' + i))
			return sv_from(o->names[i]);
	return value;
}

static bool add_option(struct strbuf *b, struct sv name, struct sv value)
{
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		const struct bond_option *o = &options[i];
		struct sv part;

		if (!sv_eq(name, sv_from(o->name)))
			continue;
		strbuf_addf(b, "%s=", o->key);
		value = named(o, value);
		/* addresses, of which there may be several */
		for (bool first = true; sv_split(&value, ';', &part); first = false) {
			if (!first)
				strbuf_addc(b, ' ');
			unit_value(b, part);
		}
		strbuf_addf(b, "%s\n", o->unit);
		return true;
	}
	return false;
}

void plan_bond(struct planner *pl, const struct boot_group *g)
{
	struct sv rest = g->options, one;
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT, text = STRBUF_INIT;

	if (!sv_eq(g->kind, SV("bond")) || !unit_is_plain(g->options) ||
	    !unit_is_interface(g->name))
		return;
	while (rest.n && sv_split(&rest, ',', &one)) {
		struct sv value = one, name;

		if (one.n == 0)
			continue;
		if (!sv_split(&value, '=', &name) || value.n == 0 || !add_option(&b, name, value))
			plan_say(pl,
				 "bond=" SV_FMT ": systemd-networkd has no option '" SV_FMT
				 "'; ignored",
				 SV_ARG(g->name), SV_ARG(sv_head(one, 100)));
	}
	strbuf_adds(&text, "# Written by kindling-netroot: bond=\n");
	if (g->mtu.n)
		strbuf_addf(&text, "[NetDev]\nMTUBytes=" SV_FMT "\n%s", SV_ARG(g->mtu),
			    b.n ? "\n" : "");
	if (b.n)
		strbuf_addf(&text, "[Bond]\n" SV_FMT, SV_ARG(strbuf_sv(&b)));
	/* the generator of systemd before 257 numbers its files otherwise */
	for (unsigned number = 70; (b.n || g->mtu.n) && number <= 90; number += 20)
		plan_file(pl, NETROOT_RUN, 0644,
			  arena_printf(&pl->p->arena,
				       "/run/systemd/network/%u-" SV_FMT
				       ".netdev.d/50-kindling.conf",
				       number, SV_ARG(g->name)),
			  strbuf_sv(&text));
}

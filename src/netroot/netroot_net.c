/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The network itself is the business of NetworkManager or systemd-networkd, whichever the image has; their
 * own generators read ip= and its relatives. Here they are started when the root or a word asks for a
 * network, given their words, and told what to wait for. ifname= becomes a .link file, which must be there before udev.
 */
#include "base/macros.h"
#include "netroot/netroot_int.h"

/* Words about the network, and who acts on them. In NetworkManager's and networkd's place, NULL means yes. */
static const struct key {
	const char *key;
	const char *nm, *networkd;
} keys[] = {
	{ "BOOTIF", NULL, NULL },
	{ "bond", NULL, NULL },
	{ "bootdev", NULL, NULL },
	{ "bridge", NULL, NULL },
	{ "ifname", NULL, NULL },
	{ "ip", NULL, NULL },
	{ "nameserver", NULL, NULL },
	{ "rd.bootif", NULL, NULL },
	{ "rd.ethtool", NULL, "systemd-networkd's generator does not know it" },
	{ "rd.iscsi.mp", "NetworkManager sets up all interfaces of the firmware's table", NULL },
	{ "rd.neednet", NULL, NULL },
	{ "rd.net.dhcp.dscp", NULL, "systemd-networkd's generator does not know it" },
	{ "rd.net.dhcp.retry", NULL, "systemd-networkd repeats requests by itself" },
	{ "rd.net.dhcp.vendor-class", NULL, "systemd-networkd's generator does not know it" },
	{ "rd.net.dns", NULL, "systemd-networkd's generator does not know it; use nameserver=" },
	{ "rd.net.dns-backend", NULL, "systemd-networkd's generator does not know it" },
	{ "rd.net.timeout.carrier", NULL, "systemd-networkd waits for the carrier by itself" },
	{ "rd.net.timeout.dhcp", NULL, "systemd-networkd repeats requests by itself" },
	{ "rd.net.timeout.iflink", "devices are waited for by the network service",
	  "devices are waited for by the network service" },
	{ "rd.net.timeout.ifup", "devices are waited for by the network service",
	  "devices are waited for by the network service" },
	{ "rd.net.timeout.ip-required", NULL, "systemd-networkd's generator does not know it" },
	{ "rd.net.timeout.ipv6auto", "the network service has times of its own",
	  "the network service has times of its own" },
	{ "rd.net.timeout.ipv6dad", "the network service has times of its own",
	  "the network service has times of its own" },
	{ "rd.net.timeout.route", "the network service has times of its own",
	  "the network service has times of its own" },
	{ "rd.peerdns", NULL, NULL },
	{ "rd.route", NULL, NULL },
	{ "rd.znet", NULL, "systemd-networkd's generator does not know it" },
	{ "rd.znet_ifname", NULL, "systemd-networkd's generator does not know it" },
	{ "team", NULL, "systemd-networkd has no team devices; use bond=" },
	{ "vlan", NULL, NULL },
};

static const struct key *find_key(struct sv word)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (bootline_key_eq(word, sv_from(keys[i].key)))
			return &keys[i];
	return NULL;
}

bool plan_wants_network(const struct planner *pl)
{
	const struct bootline *line = pl->line;

	if (line->neednet >= 0 && !line->neednet && !bootline_needs_network(line))
		return false;
	return bootline_needs_network(line) || line->ip.n || line->vlan.n || line->groups.n ||
	       line->bootif.n || plan_uses_nbft(pl);
}

/* Is it root= itself, or nfsroot=, that could not be read? A wrong netroot= may not matter. */
static bool is_of_root(const struct bootline *line, struct sv word)
{
	const struct boot_word *nfsroot = bootline_find(line, SV("nfsroot"));

	return sv_eq(word, line->root) ||
	       (line->by_nfsroot && nfsroot && sv_eq(word, nfsroot->value));
}

/* What the chosen service does not do is said, never silently left out. */
void plan_keys(struct planner *pl)
{
	const struct bootline *line = pl->line;
	enum netroot_service service = pl->f->service;

	for (size_t i = 0; i < line->notes.n; i++) {
		const struct boot_note *n = &line->notes.v[i];

		if (n->root)
			plan_refuse(pl, is_of_root(line, n->word), "'" SV_FMT "': " SV_FMT,
				    SV_ARG(netroot_without_password(n->word, &pl->p->arena)),
				    SV_ARG(n->text));
		else
			plan_say(pl, "'" SV_FMT "': " SV_FMT "%s", SV_ARG(sv_head(n->word, 200)),
				 SV_ARG(n->text), n->bad ? "; ignored" : "");
	}
	for (size_t i = 0; i < line->words.n; i++) {
		const struct key *k = find_key(line->words.v[i].key);
		const char *why = k ? service == NETROOT_NETWORKD ? k->networkd : k->nm : NULL;

		if (why && service != NETROOT_NO_SERVICE)
			plan_say(pl, "'" SV_FMT "': %s; ignored",
				 SV_ARG(sv_head(line->words.v[i].text, 200)), why);
	}
	for (size_t i = 0; i < line->ip.n; i++)
		if (line->ip.v[i].method == BOOT_METHOD_SINGLE_DHCP)
			plan_say(
				pl,
				"ip=single-dhcp: all interfaces ask for an address, the first answer is taken");
}

/* ---- .link ----------------------------------------------------------------------------------------- */

static void plan_ifname(struct planner *pl)
{
	struct arena *a = &pl->p->arena;

	for (size_t i = 0; i < pl->line->ifname.n; i++) {
		struct sv name = pl->line->ifname.v[i].name, mac = pl->line->ifname.v[i].other;

		if (!unit_is_interface(name)) {
			plan_say(pl, "ifname=" SV_FMT ": no name for an interface; ignored",
				 SV_ARG(name));
			continue;
		}
		plan_file(pl, NETROOT_RUN, 0644,
			  arena_printf(a, "/run/systemd/network/10-kindling-" SV_FMT ".link",
				       SV_ARG(name)),
			  arena_printf(a,
				       "# Written by kindling-netroot: ifname=\n[Match]\n"
				       "MACAddress=" SV_FMT "\nKind=!*\n\n[Link]\nName=" SV_FMT
				       "\n",
				       SV_ARG(mac), SV_ARG(name)));
	}
}

/* ---- words for nm-initrd-generator ------------------------------------------------------------------ */

static bool is_network_word(const struct boot_word *w)
{
	return find_key(w->key) || sv_eq(w->key, SV("rd.iscsi.ibft")) ||
	       sv_eq(w->key, SV("rd.iscsi.firmware")) || sv_eq(w->key, SV("net.ifnames"));
}

static bool is_ignored(const struct bootline *line, struct sv text)
{
	for (size_t i = 0; i < line->notes.n; i++)
		if (line->notes.v[i].bad && sv_eq(line->notes.v[i].word, text))
			return true;
	return false;
}

/* Only words of the network, so that no password shows. */
static void network_words(const struct planner *pl, struct strbuf *b)
{
	const struct bootline *line = pl->line;

	for (size_t i = 0; i < line->words.n; i++) {
		struct sv text = line->words.v[i].text;

		if (!is_network_word(&line->words.v[i]) || !unit_is_plain(text) ||
		    is_ignored(line, text))
			continue;
		strbuf_addc(b, ' ');
		unit_argument(b, text);
	}
}

/* Of no interest when the root does not need it. */
void plan_network_step(struct planner *pl, struct sv unit)
{
	struct sv wait = plan_bound_text(pl, netroot_wait_seconds(pl->line));

	if (pl->line->root_kind == BOOT_ROOT_NFS || pl->line->root_kind == BOOT_ROOT_DHCP ||
	    plan_is_remote(pl->line))
		plan_step(pl, NETROOT_STEP_NETWORK, unit,
			  "the network did not come up; waited " SV_FMT, SV_ARG(wait));
}

/* ---- NetworkManager --------------------------------------------------------------------------------- */

/* Without it the network is set up for units that want network-online.target, and nothing else waits for it. */
static bool is_needed(const struct planner *pl)
{
	return bootline_needs_network(pl->line) || plan_uses_nbft(pl);
}

#define NM_FOR_EVER 2073600u /* the longest time that nm-online takes */

static void plan_nm(struct planner *pl)
{
	static const char *const ours[] = { "nm-config-initrd.service", "nm-initrd.service",
					    "nm-wait-online-initrd.service" };
	static const char *const theirs[] = { "NetworkManager-config-initrd.service",
					      "NetworkManager-initrd.service",
					      "NetworkManager-wait-online-initrd.service" };
	const char *const *units = pl->f->nm_units ? theirs : ours;
	const char *by = is_needed(pl) ? "initrd.target" : "network-online.target";
	unsigned seconds = netroot_wait_seconds(pl->line);
	struct arena *a = &pl->p->arena;
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_adds(&b, "[Service]\nExecStart=\nExecStart=/usr/libexec/nm-initrd-generator --");
	network_words(pl, &b);
	/* it knows nothing of a root over NFS, and takes rd.neednet=1 for nothing where the folder of
	 * connections exists */
	if (pl->line->ip.n == 0 && pl->line->bootif.n == 0 && !pl->line->iscsi_common.firmware)
		strbuf_adds(&b, " ip=dhcp");
	/* makes its profiles wait for an interface: without it NetworkManager has come up, and the network
	 * counts as online, when it starts before there is any */
	if (pl->line->neednet <= 0)
		strbuf_adds(&b, " rd.neednet=1");
	strbuf_addc(&b, '\n');
	plan_file(pl, NETROOT_NORMAL, 0644, arena_printf(a, "%s.d/50-kindling.conf", units[0]),
		  strbuf_sv(&b));
	strbuf_clear(&b);
	strbuf_addf(&b,
		    "[Service]\n"
		    "Environment=NM_ONLINE_TIMEOUT=%u\n"
		    "ExecStartPost=-" NETROOT_PROGRAM " online\n",
		    seconds ? seconds : NM_FOR_EVER);
	plan_file(pl, NETROOT_NORMAL, 0644, arena_printf(a, "%s.d/50-kindling.conf", units[2]),
		  strbuf_sv(&b));
	/* a condition of upstream's units, and what NetworkManager itself looks at */
	plan_file(pl, NETROOT_RUN, 0644, SV("/run/NetworkManager/initrd/neednet"), SV(""));
	plan_wants_installed(pl, by, units[0]);
	plan_wants_installed(pl, by, units[1]);
	plan_wants_installed(pl, "network-online.target", units[2]);
	plan_network_step(pl, sv_from(units[2]));
}

/* ip=none is written for the kernel's own ip=, too. */
static void say_no_address(struct planner *pl)
{
	const struct bootline *line = pl->line;
	bool none = line->ip.n;

	for (size_t i = 0; i < line->ip.n; i++)
		none &= line->ip.v[i].method == BOOT_METHOD_NONE && line->ip.v[i].address.n == 0;
	if (none && bootline_needs_network(line) && !line->iscsi_common.firmware &&
	    !plan_uses_nbft(pl))
		plan_say(pl, "ip=none: the root needs a network, and no interface gets an address; "
			     "ip=dhcp or ip=ADDRESS::GATEWAY:PREFIX::INTERFACE:none gives it one");
}

void plan_network(struct planner *pl)
{
	static const char no_service[] =
		"the command line asks for a network, and this initrd has neither "
		"NetworkManager nor systemd-networkd";

	plan_ifname(pl);
	if (!plan_wants_network(pl))
		return;
	say_no_address(pl);
	switch (pl->f->service) {
	case NETROOT_NETWORKD:
		plan_networkd(pl);
		break;
	case NETROOT_NETWORK_MANAGER:
		plan_nm(pl);
		break;
	case NETROOT_NO_SERVICE:
		if (bootline_needs_network(pl->line))
			plan_refuse(pl, false, "%s", no_service);
		else
			plan_say(pl, "%s", no_service);
		return;
	}
	if (is_needed(pl))
		plan_wants_installed(pl, "initrd.target", "network-online.target");
}

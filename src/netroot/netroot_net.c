/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The network itself is the business of NetworkManager or systemd-networkd, whichever the image has; their
 * own generators read ip= and its relatives. Here they are started when the root or a word asks for a
 * network, given what they do not read themselves (NetrootDefaults=, BOOTIF=, a default), and told what to
 * wait for. ifname= becomes a .link file, which must be there before udev.
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
		if (sv_eq(word, sv_from(keys[i].key)))
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
	return sv_eq(word, line->root) || sv_starts(line->root, SV("/dev/nfs"));
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

		if (!unit_is_plain(name) || sv_chr(name, '/') >= 0 || sv_eq(name, SV(".")) ||
		    sv_eq(name, SV(".."))) {
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

/* ---- words for the generators of the network services ----------------------------------------------- */

static bool is_network_word(const struct boot_word *w)
{
	return find_key(w->key) || sv_eq(w->key, SV("rd.iscsi.ibft")) ||
	       sv_eq(w->key, SV("rd.iscsi.firmware")) || sv_eq(w->key, SV("net.ifnames"));
}

static bool has_ip(const struct bootline *line)
{
	return line->ip.n > 0;
}

/* Only words of the network, so that no password shows. Returns how many. */
static size_t network_words(const struct planner *pl, struct strbuf *b)
{
	const struct bootline *line = pl->line;
	size_t n = 0;

	for (size_t i = 0; i < line->words.n; i++) {
		if (!is_network_word(&line->words.v[i]) || !unit_is_plain(line->words.v[i].text))
			continue;
		strbuf_addc(b, ' ');
		unit_argument(b, line->words.v[i].text);
		n++;
	}
	return n;
}

static bool defaults_have_network(struct sv defaults)
{
	struct sv word;

	while (sv_word(&defaults, &word)) {
		struct sv key;

		(void)sv_split(&word, '=', &key);
		if (find_key(key))
			return true;
	}
	return false;
}

/* Of no interest when the root does not need it. */
static void network_step(struct planner *pl, struct sv unit)
{
	struct sv wait = plan_wait_text(pl, plan_wait_seconds(pl->line));

	if (pl->line->root_kind == BOOT_ROOT_NFS || pl->line->root_kind == BOOT_ROOT_DHCP ||
	    plan_is_remote(pl->line))
		plan_step(pl, NETROOT_STEP_NETWORK, unit,
			  "the network did not come up; waited for up to " SV_FMT, SV_ARG(wait));
}

/* ---- systemd-networkd ------------------------------------------------------------------------------- */

#define NETWORKD_DIR "/run/systemd/network/"

static bool by_dhcp(const struct boot_ip *ip)
{
	return ip->method != BOOT_METHOD_NONE && ip->method != BOOT_METHOD_IBFT;
}

/* The root lives on the lease: nobody renews it between the initrd's networkd and the root's, and a root whose
 * address has run out cannot start anything that would get a new one. */
static const char *lease_lasts(const struct planner *pl)
{
	return bootline_needs_network(pl->line) ? "KeepConfiguration=yes\n" : "";
}

/* DHCP on an interface, with the option that says where the root is. */
static void lease_network(struct planner *pl, struct sv file, const char *match, struct sv value)
{
	plan_file(pl, NETROOT_RUN, 0644,
		  arena_printf(&pl->p->arena, NETWORKD_DIR SV_FMT, SV_ARG(file)),
		  arena_printf(&pl->p->arena,
			       "# Written by kindling-netroot: the network that the root needs\n"
			       "[Match]\n%s" SV_FMT "\n\n[Network]\nDHCP=yes\n%s\n"
			       "[DHCPv4]\nRequestOptions=17\n",
			       match, SV_ARG(value), lease_lasts(pl)));
}

/* For the files that systemd-network-generator writes for ip= */
static void lease_drop_in(struct planner *pl, struct sv device)
{
	const char *number = device.n ? "70" : "71";
	struct sv name = device.n ? device : SV("default");
	struct sv path = arena_printf(&pl->p->arena,
				      NETWORKD_DIR "%s-" SV_FMT ".network.d/50-kindling.conf",
				      number, SV_ARG(name));

	/* ip=dhcp ip=dhcp6 */
	for (size_t i = 0; i < pl->p->files.n; i++)
		if (sv_eq(pl->p->files.v[i].path, path))
			return;
	plan_file(pl, NETROOT_RUN, 0644, path,
		  arena_printf(&pl->p->arena,
			       "# Written by kindling-netroot: the root needs this address\n"
			       "[Network]\n%s",
			       lease_lasts(pl)));
}

static void networkd_networks(struct planner *pl)
{
	const struct bootline *line = pl->line;
	static const char any[] = "Kind=!*\nType=ether";

	if (line->bootif.n && !line->bootif_off)
		lease_network(pl, SV("05-kindling-bootif.network"),
			      "Kind=!*\nMACAddress=", line->bootif);
	else if (!has_ip(line) && line->iscsi_common.firmware)
		return; /* the firmware's table says */
	else if (!has_ip(line))
		lease_network(pl, SV("99-kindling-default.network"), any, SV_NULL);
	for (size_t i = 0; i < line->ip.n && bootline_needs_network(line); i++) {
		const struct boot_ip *ip = &line->ip.v[i];

		if (!by_dhcp(ip) || !unit_is_plain(ip->device) || sv_chr(ip->device, '/') >= 0)
			continue;
		if (line->root_kind != BOOT_ROOT_DHCP) {
			lease_drop_in(pl, ip->device);
			continue;
		}
		lease_network(pl, arena_printf(&pl->p->arena, "05-kindling-lease-%zu.network", i),
			      ip->device.n ? "Name=" : any, ip->device);
	}
}

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

static void plan_networkd(struct planner *pl)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	if (defaults_have_network(pl->f->defaults)) {
		/* it would read the kernel's command line only */
		strbuf_adds(&b, "[Service]\nExecStart=\n"
				"ExecStart=/usr/lib/systemd/systemd-network-generator --");
		(void)network_words(pl, &b);
		strbuf_addc(&b, '\n');
		plan_file(pl, NETROOT_NORMAL, 0644,
			  SV("systemd-network-generator.service.d/50-kindling.conf"),
			  strbuf_sv(&b));
	}
	networkd_networks(pl);
	for (size_t i = 0; i < pl->line->groups.n; i++)
		plan_bond(pl, &pl->line->groups.v[i]);
	networkd_ibft(pl);
	networkd_wait(pl);
	plan_wants_installed(pl, "sysinit.target", "systemd-network-generator.service");
	plan_wants_installed(pl, "network-online.target", "systemd-networkd.service");
	plan_wants_installed(pl, "network-online.target", "systemd-networkd-wait-online.service");
	network_step(pl, SV("systemd-networkd-wait-online.service"));
}

/* ---- NetworkManager --------------------------------------------------------------------------------- */

#define NM_FOR_EVER 2073600u /* the longest time that nm-online takes */

static void plan_nm(struct planner *pl)
{
	static const char *const ours[] = { "nm-config-initrd.service", "nm-initrd.service",
					    "nm-wait-online-initrd.service" };
	static const char *const theirs[] = { "NetworkManager-config-initrd.service",
					      "NetworkManager-initrd.service",
					      "NetworkManager-wait-online-initrd.service" };
	const char *const *units = pl->f->nm_units ? theirs : ours;
	unsigned seconds = plan_wait_seconds(pl->line);
	struct arena *a = &pl->p->arena;
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_adds(&b, "[Service]\nExecStart=\nExecStart=/usr/libexec/nm-initrd-generator --");
	(void)network_words(pl, &b);
	/* it knows nothing of a root over NFS, and takes rd.neednet=1 for nothing where the folder of
	 * connections exists */
	if (!has_ip(pl->line) && pl->line->bootif.n == 0 && !pl->line->iscsi_common.firmware)
		strbuf_adds(&b, " ip=dhcp");
	/* makes its profiles wait for an interface: without it NetworkManager has come up, and the network
	 * counts as online, when it starts before there is any */
	if ((bootline_needs_network(pl->line) || plan_uses_nbft(pl)) && pl->line->neednet <= 0)
		strbuf_adds(&b, " rd.neednet=1");
	strbuf_addc(&b, '\n');
	plan_file(pl, NETROOT_NORMAL, 0644, arena_printf(a, "%s.d/50-kindling.conf", units[0]),
		  strbuf_sv(&b));
	strbuf_clear(&b);
	strbuf_addf(&b, "[Service]\nEnvironment=NM_ONLINE_TIMEOUT=%u\n",
		    seconds ? seconds : NM_FOR_EVER);
	plan_file(pl, NETROOT_NORMAL, 0644, arena_printf(a, "%s.d/50-kindling.conf", units[2]),
		  strbuf_sv(&b));
	/* a condition of upstream's units, and what NetworkManager itself looks at */
	plan_file(pl, NETROOT_RUN, 0644, SV("/run/NetworkManager/initrd/neednet"), SV(""));
	plan_wants_installed(pl, "initrd.target", units[0]);
	plan_wants_installed(pl, "initrd.target", units[1]);
	plan_wants_installed(pl, "network-online.target", units[2]);
	network_step(pl, sv_from(units[2]));
}

void plan_network(struct planner *pl)
{
	static const char no_service[] =
		"the command line asks for a network, and this initrd has neither "
		"NetworkManager nor systemd-networkd";

	plan_ifname(pl);
	if (!plan_wants_network(pl))
		return;
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
	/* rd.neednet, or ip= beside a local root: nothing else would pull it in */
	plan_wants_installed(pl, "initrd.target", "network-online.target");
}

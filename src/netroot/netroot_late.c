/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is known only once the network is up: root=dhcp, an NFS server that the lease names, %s in a path.
 * kindling-netroot.service finds it in the lease, leaves it as words in a file, and has systemd run the
 * generators again: they then see a command line that says all.
 */
#include <string.h>

#include "base/macros.h"
#include "netroot/netroot_int.h"

struct sv plan_peer(const struct bootline *line)
{
	for (size_t i = 0; i < line->ip.n; i++)
		if (line->ip.v[i].peer.n)
			return line->ip.v[i].peer;
	return SV_NULL;
}

bool plan_needs_lease(const struct bootline *line)
{
	if (line->root_kind == BOOT_ROOT_DHCP)
		return true;
	if (line->root_kind == BOOT_ROOT_NFS)
		return sv_find(line->nfs.path, SV("%s")) >= 0 ||
		       (line->nfs.server.n == 0 && plan_peer(line).n == 0);
	for (size_t i = 0; i < line->iscsi.n; i++)
		if (line->iscsi.v[i].server.n == 0)
			return true;
	return false;
}

void plan_late(struct planner *pl)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct sv root = netroot_without_password(pl->line->root, &pl->p->arena);
	unsigned wait = netroot_lease_seconds(pl->line);

	if (!plan_needs_lease(pl->line) && pl->f->late.n == 0)
		return;
	unit_begin(&b, "Find the root in the network's lease", SV_NULL);
	strbuf_adds(&b, "DefaultDependencies=no\n"
			"After=network-online.target\n"
			"Before=initrd-root-device.target initrd-root-fs.target\n");
	plan_step(pl, NETROOT_STEP_LOGIN, SV("kindling-netroot.service"),
		  "the network's lease does not say where the root is (%s" SV_FMT
		  "); waited " SV_FMT,
		  root.n ? "root=" : "boot=nfs", SV_ARG(root), SV_ARG(plan_bound_text(pl, wait)));
	strbuf_addf(&b,
		    "\n[Service]\n"
		    "Type=oneshot\n"
		    "RemainAfterExit=yes\n"
		    "TimeoutStartSec=" SV_FMT "\n"
		    "ExecStart=" NETROOT_PROGRAM " lease\n",
		    SV_ARG(plan_wait_text(pl, wait ? wait + 30 : 0)));
	plan_file(pl, NETROOT_NORMAL, 0644, SV("kindling-netroot.service"), strbuf_sv(&b));
	plan_wants(pl, "initrd-root-fs.target", "requires", SV("kindling-netroot.service"));
}

/* ---- leases ---------------------------------------------------------------------------------------- */

bool netroot_parse_lease(struct sv text, struct netroot_lease *ret)
{
	static const struct {
		const char *key;
		size_t offset;
	} keys[] = {
		/* systemd-networkd, then NetworkManager */
		{ "ADDRESS", offsetof(struct netroot_lease, address) },
		{ "NEXT_SERVER", offsetof(struct netroot_lease, next_server) },
		{ "SERVER_ADDRESS", offsetof(struct netroot_lease, server_id) },
		{ "ROOT_PATH", offsetof(struct netroot_lease, root_path) },
		{ "HOSTNAME", offsetof(struct netroot_lease, hostname) },
		{ "next-server", offsetof(struct netroot_lease, next_server) },
		{ "root-path", offsetof(struct netroot_lease, root_path) },
	};
	struct netroot_lease l = { .address = SV_NULL };
	struct sv line, key;
	bool found = false;

	while (sv_line(&text, &line)) {
		struct sv value = line;

		if (!sv_split(&value, '=', &key) || !value.p || value.n == 0 ||
		    !unit_is_plain(value))
			continue;
		for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
			if (sv_eq(key, sv_from(keys[i].key))) {
				memcpy((char *)&l + keys[i].offset, &value, sizeof(value));
				found = true;
			}
	}
	if (found)
		*ret = l;
	return found;
}

static struct sv lease_server(const struct netroot_lease *l)
{
	if (l->next_server.n && !sv_eq(l->next_server, SV("0.0.0.0")))
		return l->next_server;
	return l->server_id;
}

/* The first %s is the host's name: that of ip=, of the lease, its own; else its address. */
static struct sv own_name(const struct bootline *b, const struct netroot_lease *l,
			  struct sv hostname)
{
	for (size_t i = 0; i < b->ip.n; i++)
		if (b->ip.v[i].hostname.n)
			return b->ip.v[i].hostname;
	return l->hostname.n ? l->hostname : hostname.n ? hostname : l->address;
}

static void add_path(struct strbuf *b, struct sv path, struct sv who)
{
	ptrdiff_t at = sv_find(path, SV("%s"));

	if (at < 0) {
		strbuf_add(b, path);
		return;
	}
	strbuf_add(b, sv_head(path, (size_t)at));
	strbuf_add(b, who);
	strbuf_add(b, sv_from_pos(path, (size_t)at + 2));
}

static struct sv nfs_words(const struct bootline *line, const struct boot_nfs *nfs,
			   const struct netroot_lease *l, struct sv who, struct arena *a,
			   const char **ret_why)
{
	struct sv peer = plan_peer(line);
	struct sv server = nfs->server.n ? nfs->server : peer.n ? peer : lease_server(l);
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	if (server.n == 0) {
		*ret_why = "the lease names no server";
		return SV_NULL;
	}
	if (sv_find(nfs->path, SV("%s")) >= 0 && who.n == 0) {
		*ret_why = "neither a host name nor an address for %s";
		return SV_NULL;
	}
	strbuf_adds(&b, nfs->v4 ? "root=\"nfs4:" : "root=\"nfs:");
	unit_host(&b, server, nfs->ipv6 || sv_chr(server, ':') >= 0);
	strbuf_addc(&b, ':');
	add_path(&b, nfs->path, who);
	if (nfs->options.n) {
		strbuf_addc(&b, ',');
		strbuf_add(&b, nfs->options);
	}
	strbuf_addc(&b, '"');
	return arena_sv(a, strbuf_sv(&b));
}

static void iscsi_word(const struct bootline *line, size_t n, struct sv server, struct strbuf *b)
{
	const struct boot_iscsi *t = &line->iscsi.v[n];
	const struct boot_word *named = bootline_find(line, SV("rd.iscsi.target.name"));

	if (b->n)
		strbuf_addc(b, ' ');
	/* the last one: its group has a word of its own */
	if (named && n == line->iscsi.n - 1) {
		strbuf_addf(b, "rd.iscsi.target.ip=" SV_FMT, SV_ARG(server));
		return;
	}
	strbuf_addf(b, "%s=\"iscsi:",
		    line->root_kind == BOOT_ROOT_ISCSI && n == 0 ? "root" : "netroot");
	/* words of their own stay on the command line, and may hold a ':' */
	if (t->user.n && !t->shared_auth)
		strbuf_addf(b, SV_FMT ":" SV_FMT "%s" SV_FMT "%s" SV_FMT "@", SV_ARG(t->user),
			    SV_ARG(t->password), t->in_user.n ? ":" : "", SV_ARG(t->in_user),
			    t->in_user.n ? ":" : "", SV_ARG(t->in_password));
	unit_host(b, server, sv_chr(server, ':') >= 0);
	strbuf_addf(b, "::" SV_FMT ":" SV_FMT ":" SV_FMT "\"", SV_ARG(t->port), SV_ARG(t->lun),
		    SV_ARG(t->target));
}

/* iSCSI targets without a server get the lease's. */
static struct sv iscsi_words(const struct bootline *b, const struct netroot_lease *l,
			     struct arena *a, const char **ret_why)
{
	struct sv server = lease_server(l);
	_cleanup_strbuf_ struct strbuf words = STRBUF_INIT;

	if (server.n == 0) {
		*ret_why = "the lease names no server";
		return SV_NULL;
	}
	for (size_t i = 0; i < b->iscsi.n; i++)
		if (b->iscsi.v[i].server.n == 0)
			iscsi_word(b, i, server, &words);
	return arena_sv(a, strbuf_sv(&words));
}

struct sv netroot_late_words(const struct bootline *b, const struct netroot_lease *l,
			     struct sv hostname, struct arena *a, const char **ret_why)
{
	struct bootline scratch = { .arena = ARENA_INIT };
	struct boot_nfs nfs;
	struct boot_iscsi iscsi;
	struct sv words = SV_NULL, who = own_name(b, l, hostname);
	/* netroot=dhcp: root= is what lies on it */
	bool beside = b->has_netroot && !sv_starts(b->root, SV("dhcp"));

	if (b->root_kind == BOOT_ROOT_NFS)
		return nfs_words(b, &b->nfs, l, who, a, ret_why);
	if (b->root_kind != BOOT_ROOT_DHCP)
		return iscsi_words(b, l, a, ret_why);
	/* root=dhcp: option 17 */
	if (l->root_path.n == 0) {
		*ret_why = "the lease has no root-path (option 17)";
		return SV_NULL;
	}
	if (sv_chr(l->root_path, '"') >= 0)
		*ret_why = "the lease's root-path holds a quote";
	else if (sv_starts(l->root_path, SV("iscsi:")) &&
		 bootline_parse_iscsi(&scratch, l->root_path, &iscsi))
		words = arena_printf(a, "%s=\"" SV_FMT "\"", beside ? "netroot" : "root",
				     SV_ARG(l->root_path));
	else if (sv_starts(l->root_path, SV("nbd:")))
		words = arena_printf(a, "%s=\"" SV_FMT "\"", beside ? "netroot" : "root",
				     SV_ARG(l->root_path));
	else if (bootline_parse_nfs(&scratch, l->root_path, &nfs))
		words = nfs_words(b, &nfs, l, who, a, ret_why);
	else
		*ret_why = "the lease's root-path is no NFS, iSCSI or NBD root";
	arena_done(&scratch.arena);
	return words;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * NFS roots. systemd leaves root=nfs: and its relatives alone, so sysroot.mount is written here. No daemon
 * is needed: version 4 locks by itself, older ones get nolock. What only a lease can tell (no server, %s)
 * is found by the service, which comes back here with better words.
 */
#include "base/macros.h"
#include "netroot/netroot_int.h"

struct nfs_options {
	struct strbuf text;
	bool v4, retry, ro, rw;
};

static void add_option(struct nfs_options *o, struct sv opt)
{
	if (o->text.n)
		strbuf_addc(&o->text, ',');
	strbuf_add(&o->text, opt);
}

/* ro, rw and locks are decided as a whole; what else was said is kept in its order. */
static void take_options(struct nfs_options *o, struct sv list)
{
	struct sv opt;

	while (sv_split(&list, ',', &opt)) {
		if (sv_eq(opt, SV("ro")) || sv_eq(opt, SV("rw"))) {
			o->ro = sv_eq(opt, SV("ro"));
			o->rw = !o->ro;
			continue;
		}
		if (opt.n == 0 || sv_eq(opt, SV("lock")) || sv_eq(opt, SV("nolock")))
			continue;
		o->v4 |= sv_starts(opt, SV("vers=4")) || sv_starts(opt, SV("nfsvers=4")) ||
			 sv_starts(opt, SV("v4"));
		o->retry |= sv_starts(opt, SV("retry="));
		add_option(o, opt);
	}
}

/* mount.nfs counts in minutes; 0: it never gives up. */
static unsigned retry_minutes(unsigned seconds)
{
	return seconds == 0 ? 10000 : (seconds + 59) / 60;
}

/* The whole Options= value. */
static void mount_options(const struct bootline *line, struct strbuf *ret)
{
	struct nfs_options o = { .v4 = line->nfs.v4 };

	take_options(&o, line->nfs.options);
	take_options(&o, line->rootflags);
	strbuf_adds(ret, line->rw || (o.rw && !line->ro) ? "rw" : "ro");
	if (o.text.n) {
		strbuf_addc(ret, ',');
		unit_value(ret, strbuf_sv(&o.text));
	}
	if (!o.v4)
		strbuf_adds(ret, ",nolock");
	/* so that it ends, and says why, before systemd ends it */
	if (!o.retry)
		strbuf_addf(ret, ",retry=%u", retry_minutes(plan_retry_seconds(line)));
	strbuf_done(&o.text);
}

/* The peer field of ip=, when root= names no server. */
static struct sv find_server(const struct bootline *line)
{
	for (size_t i = 0; line->nfs.server.n == 0 && i < line->ip.n; i++)
		if (line->ip.v[i].peer.n)
			return line->ip.v[i].peer;
	return line->nfs.server;
}

static void write_mount(struct planner *pl, struct sv server)
{
	const struct bootline *line = pl->line;
	unsigned wait = plan_retry_seconds(line);
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT, what = STRBUF_INIT;

	unit_host(&what, server, line->nfs.ipv6 || sv_chr(server, ':') >= 0);
	strbuf_addc(&what, ':');
	strbuf_add(&what, line->nfs.path);
	unit_begin(&b, "Root file system over NFS from ", strbuf_sv(&what));
	strbuf_adds(&b, NETROOT_SYSROOT_UNIT "After=network-online.target\n");
	plan_step(pl, NETROOT_STEP_ROOT, SV("sysroot.mount"),
		  "could not mount " SV_FMT " over NFS; tried for up to " SV_FMT,
		  SV_ARG(strbuf_sv(&what)), SV_ARG(plan_wait_text(pl, retry_minutes(wait) * 60)));
	strbuf_adds(&b, "\n[Mount]\nWhat=");
	unit_value(&b, strbuf_sv(&what));
	strbuf_addf(&b, "\nWhere=/sysroot\nType=%s\nOptions=", line->nfs.v4 ? "nfs4" : "nfs");
	mount_options(line, &b);
	strbuf_adds(&b, "\nTimeoutSec=");
	strbuf_add(&b, plan_wait_text(pl, wait ? retry_minutes(wait) * 60 + 30 : 0));
	strbuf_addc(&b, '\n');
	plan_sysroot(pl, strbuf_sv(&b));
}

void plan_nfs(struct planner *pl)
{
	const struct bootline *line = pl->line;
	struct sv server = find_server(line);

	if (line->root_kind != BOOT_ROOT_NFS ||
	    !plan_needs_tool(pl, NETROOT_MOUNT_NFS, BOOT_ROOT_NFS, "root over NFS"))
		return;
	if (!unit_is_plain(server) || !unit_is_plain(line->nfs.path) ||
	    !unit_is_plain(line->nfs.options) || !unit_is_plain(line->rootflags)) {
		plan_refuse(pl, true, "root over NFS: control characters in '" SV_FMT "'; ignored",
			    SV_ARG(line->root));
		return;
	}
	if (line->nfs_domain.n)
		plan_say(
			pl,
			"rd.nfs.domain=: ids are numbers in this initrd, no domain is needed; ignored");
	if (server.n && sv_find(line->nfs.path, SV("%s")) < 0)
		write_mount(pl, server);
}

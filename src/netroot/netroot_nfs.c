/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * NFS roots. systemd leaves root=nfs: and its relatives alone, so sysroot.mount is written here. No daemon
 * is needed: version 4 locks by itself, older ones get nolock. What only a lease can tell (no server, %s)
 * is found by the service, which comes back here with better words.
 */
#include "base/macros.h"
#include "base/num.h"
#include "netroot/netroot_int.h"

struct nfs_options {
	struct strbuf text;
	bool v4, ro, rw;
	unsigned minutes; /* for how long mount.nfs tries; FOR_EVER */
};

#define FOR_EVER 10000u

static void add_option(struct nfs_options *o, struct sv opt)
{
	if (o->text.n)
		strbuf_addc(&o->text, ',');
	unit_value(&o->text, opt);
}

static void take_retry(struct nfs_options *o, struct sv minutes)
{
	struct err e;
	uint64_t n;

	if (num_parse_u64(minutes, 10, FOR_EVER, &n, &e) == 0)
		o->minutes = (unsigned)n;
}

/* ro, rw, locks and retry= are decided as a whole; what else was said is kept in its order. */
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
		if (sv_skip(&opt, SV("retry="))) {
			take_retry(o, opt);
			continue;
		}
		o->v4 |= sv_starts(opt, SV("vers=4")) || sv_starts(opt, SV("nfsvers=4")) ||
			 sv_starts(opt, SV("v4"));
		add_option(o, opt);
	}
}

static void find_options(const struct bootline *line, struct nfs_options *ret)
{
	unsigned seconds = plan_retry_seconds(line);

	*ret = (struct nfs_options){ .v4 = line->nfs.v4,
				     .minutes = seconds ? MIN((seconds + 59) / 60, FOR_EVER)
							: FOR_EVER };
	take_options(ret, line->nfs.options);
	take_options(ret, line->rootflags);
}

/* The whole Options= value. */
static void write_options(const struct bootline *line, const struct nfs_options *o,
			  struct strbuf *b)
{
	strbuf_adds(b, line->rw || (o->rw && !line->ro) ? "rw" : "ro");
	if (o->text.n) {
		strbuf_addc(b, ',');
		strbuf_add(b, strbuf_sv(&o->text));
	}
	if (!o->v4)
		strbuf_adds(b, ",nolock");
	/* so that it ends, and says why, before systemd ends it */
	strbuf_addf(b, ",retry=%u", o->minutes);
}

static void write_mount(struct planner *pl, struct sv server)
{
	const struct bootline *line = pl->line;
	struct nfs_options o;
	unsigned seconds;
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT, what = STRBUF_INIT;

	find_options(line, &o);
	seconds = o.minutes == FOR_EVER ? 0 : MAX(o.minutes * 60, 60u); /* retry=0: one attempt */

	unit_host(&what, server, line->nfs.ipv6 || sv_chr(server, ':') >= 0);
	strbuf_addc(&what, ':');
	strbuf_add(&what, line->nfs.path);
	unit_begin(&b, "Root file system over NFS from ", strbuf_sv(&what));
	strbuf_adds(&b, NETROOT_SYSROOT_UNIT "After=network-online.target\n");
	plan_after_route(pl, server, &b);
	plan_step(pl, NETROOT_STEP_ROOT, SV("sysroot.mount"),
		  "could not mount " SV_FMT " over NFS; tried " SV_FMT, SV_ARG(strbuf_sv(&what)),
		  SV_ARG(plan_bound_text(pl, seconds)));
	strbuf_adds(&b, "\n[Mount]\nWhat=");
	unit_value(&b, strbuf_sv(&what));
	strbuf_addf(&b, "\nWhere=/sysroot\nType=%s\nOptions=", line->nfs.v4 ? "nfs4" : "nfs");
	write_options(line, &o, &b);
	strbuf_adds(&b, "\nTimeoutSec=");
	strbuf_add(&b, plan_wait_text(pl, seconds ? seconds + 30 : 0));
	strbuf_addc(&b, '\n');
	plan_sysroot(pl, strbuf_sv(&b));
	strbuf_done(&o.text);
}

void plan_nfs(struct planner *pl)
{
	const struct bootline *line = pl->line;
	struct sv server = line->nfs.server.n ? line->nfs.server : plan_peer(line);

	if (line->root_kind != BOOT_ROOT_NFS ||
	    !plan_needs_tool(pl, NETROOT_MOUNT_NFS, true, "root over NFS"))
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
			"rd.nfs.domain=: of owners' names the initrd knows root, in any domain; ignored");
	if (server.n && sv_find(line->nfs.path, SV("%s")) < 0)
		write_mount(pl, server);
}

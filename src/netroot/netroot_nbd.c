/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * NBD: one service that connects /dev/nbd0 and ends, since the kernel keeps the connection (nbd-client's netlink
 * mode), and one that stays to connect again after the server was away: without it the kernel would fail all
 * requests. nbd-client's own -persist does not live through a switch to the root (see nbd.h). The '@' in the
 * name of the process that stays keeps systemd's killing spree off it, and its unit lies below
 * /run/systemd/system, where the root's manager finds it again, IgnoreOnIsolate= and all.
 * systemd would take root=nbd: for the name of a device: sysroot.mount goes to the early folder.
 */
#include "base/macros.h"
#include "netroot/netroot_int.h"

#define PAUSE_SECONDS 2

static void write_start(struct planner *pl, const struct boot_nbd *nbd, struct strbuf *b)
{
	struct sv rest = nbd->nbd_options, opt;

	unit_retry(pl, b, PAUSE_SECONDS);
	strbuf_adds(b, "nbd-client ");
	unit_argument(b, nbd->server);
	strbuf_addc(b, ' ');
	unit_argument(b, nbd->port.n ? nbd->port : SV("10809"));
	strbuf_adds(b, " /dev/nbd0");
	if (nbd->export.n) {
		strbuf_adds(b, " -name ");
		unit_argument(b, nbd->export);
	}
	while (rest.p && sv_split(&rest, ',', &opt)) {
		if (opt.n == 0)
			continue;
		strbuf_adds(b, " -");
		unit_argument(b, opt);
	}
	strbuf_addc(b, '\n');
}

static void write_keeper(struct planner *pl, const struct boot_nbd *nbd)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	if (nbd->nbd_options.n) {
		plan_say(pl,
			 "NBD: '" SV_FMT "': a connection with options of its own is not made "
			 "again when it breaks",
			 SV_ARG(nbd->nbd_options));
		return;
	}
	unit_begin(&b, "Keep the NBD connection to ", nbd->server);
	strbuf_adds(&b, "DefaultDependencies=no\n"
			"Requires=kindling-nbd.service\n"
			"After=kindling-nbd.service\n"
			"Before=sysroot.mount\n"
			"IgnoreOnIsolate=yes\n"
			"\n[Service]\n"
			"Type=exec\n"
			"OOMScoreAdjust=-1000\n"
			"ExecStart=@" NETROOT_PROGRAM " @kindling-nbd nbd-keep 0 ");
	unit_argument(&b, nbd->server);
	strbuf_addc(&b, ' ');
	unit_argument(&b, nbd->port.n ? nbd->port : SV("10809"));
	strbuf_addc(&b, ' ');
	unit_argument(&b, nbd->export);
	strbuf_addc(&b, '\n');
	plan_file(pl, NETROOT_RUN, 0644, SV("/run/systemd/system/kindling-nbd-keep.service"),
		  strbuf_sv(&b));
	plan_link(pl, NETROOT_NORMAL,
		  SV("initrd-root-device.target.wants/kindling-nbd-keep.service"),
		  SV("/run/systemd/system/kindling-nbd-keep.service"));
	vec_push(&pl->p->start, SV("kindling-nbd-keep.service"));
}

static void write_service(struct planner *pl)
{
	const struct boot_nbd *nbd = &pl->line->nbd;
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	unit_begin(&b, "NBD connection to ", nbd->server);
	strbuf_adds(&b, "DefaultDependencies=no\n"
			"Wants=remote-fs-pre.target modprobe@nbd.service\n"
			"After=network-online.target modprobe@nbd.service\n"
			"Before=remote-fs-pre.target\n"
			"IgnoreOnIsolate=yes\n");
	plan_after_name(pl, nbd->server, &b);
	strbuf_adds(&b, "\n[Service]\n"
			"Type=oneshot\n"
			"RemainAfterExit=yes\n");
	write_start(pl, nbd, &b);
	plan_step(pl, NETROOT_STEP_LOGIN, SV("kindling-nbd.service"),
		  "could not connect to NBD server " SV_FMT " port " SV_FMT "%s" SV_FMT
		  "; tried " SV_FMT,
		  SV_ARG(nbd->server), SV_ARG(nbd->port.n ? nbd->port : SV("10809")),
		  nbd->export.n ? ", export " : "", SV_ARG(nbd->export),
		  SV_ARG(plan_bound_text(pl, plan_retry_seconds(pl->line))));
	plan_file(pl, NETROOT_RUN, 0644, SV("/run/systemd/system/kindling-nbd.service"),
		  strbuf_sv(&b));
	write_keeper(pl, nbd);
	plan_link(pl, NETROOT_NORMAL, SV("initrd-root-device.target.wants/kindling-nbd.service"),
		  SV("/run/systemd/system/kindling-nbd.service"));
	vec_push(&pl->p->start, SV("kindling-nbd.service"));
}

/* A root= that names the disk: systemd writes sysroot.mount, and does not know the type and the options of our word,
 * nor that without the connection there is nothing to wait for. */
static void write_root_dropin(struct planner *pl, const struct boot_nbd *nbd)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	bool told = nbd->fstype.n || nbd->mount_options.n;

	if (!sv_starts(pl->line->root, SV("/dev/nbd0"))) {
		if (told)
			plan_say(pl,
				 "NBD: '" SV_FMT ":" SV_FMT "' is for root=/dev/nbd0; beside "
				 "another write rootfstype= and rootflags=; ignored",
				 SV_ARG(nbd->fstype), SV_ARG(nbd->mount_options));
		return;
	}
	strbuf_adds(&b, "# Written by kindling-netroot: the root on the NBD server\n"
			"[Unit]\n"
			"Requires=kindling-nbd.service\n"
			"After=kindling-nbd.service\n");
	if (told) {
		strbuf_adds(&b, "\n[Mount]\n");
		plan_mount_options(pl->line, nbd->fstype, nbd->mount_options, &b);
	}
	plan_file(pl, NETROOT_NORMAL, 0644, SV("sysroot.mount.d/50-kindling.conf"), strbuf_sv(&b));
}

void plan_nbd(struct planner *pl)
{
	const struct boot_nbd *nbd = &pl->line->nbd;
	const struct sv all[] = { nbd->server,         nbd->export,      nbd->fstype,
				  nbd->mount_options,  nbd->nbd_options, pl->line->rootflags,
				  pl->line->rootfstype };

	if (nbd->server.n == 0 ||
	    !plan_needs_tool(pl, NETROOT_NBD_CLIENT, pl->line->root_kind == BOOT_ROOT_NBD,
			     "root over NBD"))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (!unit_is_plain(all[i])) {
			plan_refuse(pl, pl->line->root_kind == BOOT_ROOT_NBD,
				    "NBD: control characters in '" SV_FMT "'; ignored",
				    SV_ARG(nbd->server));
			return;
		}
	write_service(pl);
	if (pl->line->root_kind == BOOT_ROOT_NBD)
		plan_sysroot_disk(pl, "Root file system on NBD server ", nbd->server,
				  "Requires=kindling-nbd.service\nAfter=kindling-nbd.service\n",
				  SV("/dev/nbd0"), nbd->fstype, nbd->mount_options);
	else
		write_root_dropin(pl, nbd);
}

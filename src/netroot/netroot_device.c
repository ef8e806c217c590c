/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Disks: how long the root's device is waited for, and multipath.
 * systemd waits 90 seconds for a device; a login over the network may take its retries.
 */
#include "base/macros.h"
#include "netroot/netroot_int.h"

bool plan_root_device(const struct bootline *line, struct strbuf *ret)
{
	static const struct {
		const char *prefix, *folder;
	} by[] = {
		{ "LABEL=", "/dev/disk/by-label/" },
		{ "PARTLABEL=", "/dev/disk/by-partlabel/" },
		{ "PARTUUID=", "/dev/disk/by-partuuid/" },
		{ "UUID=", "/dev/disk/by-uuid/" },
	};
	struct sv root = line->root;

	if (sv_starts(root, SV("/dev/")) && !sv_starts(root, SV("/dev/nfs"))) {
		strbuf_add(ret, root);
		return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(by); i++) {
		if (!sv_skip(&root, sv_from(by[i].prefix)))
			continue;
		strbuf_adds(ret, by[i].folder);
		for (size_t k = 0; k < root.n; k++) {
			char c = root.p[k];

			/* udev's way to put a label into a file name */
			if (ascii_isalpha(c) || ascii_isdigit(c) || strchr("#+-.:=@_", c) ||
			    (unsigned char)c >= 0x80)
				strbuf_addc(ret, c);
			else
				strbuf_addf(ret, "\\x%02x", (unsigned char)c);
		}
		return root.n > 0;
	}
	return false;
}

static bool says_ro_or_rw(struct sv list)
{
	struct sv one;

	while (sv_split(&list, ',', &one))
		if (sv_eq(one, SV("ro")) || sv_eq(one, SV("rw")))
			return true;
	return false;
}

void plan_mount_options(const struct bootline *line, struct sv type, struct sv own,
			struct strbuf *b)
{
	_cleanup_strbuf_ struct strbuf list = STRBUF_INIT;

	if (type.n == 0)
		type = line->rootfstype;
	if (type.n) {
		strbuf_adds(b, "Type=");
		unit_value(b, type);
		strbuf_addc(b, '\n');
	}
	strbuf_add(&list, own);
	if (own.n && line->rootflags.n)
		strbuf_addc(&list, ',');
	strbuf_add(&list, line->rootflags);
	strbuf_adds(b, "Options=");
	unit_value(b, strbuf_sv(&list));
	/* a word of its own comes last, and wins */
	if (line->ro || line->rw || !says_ro_or_rw(strbuf_sv(&list)))
		strbuf_addf(b, "%s%s", list.n ? "," : "", line->rw ? "rw" : "ro");
	strbuf_addc(b, '\n');
}

void plan_sysroot_disk(struct planner *pl, const char *description, struct sv of,
		       const char *dependencies, struct sv device, struct sv type,
		       struct sv options)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	unit_begin(&b, description, of);
	strbuf_addf(&b, NETROOT_SYSROOT_UNIT "%s\n[Mount]\nWhat=", dependencies);
	unit_value(&b, device);
	strbuf_adds(&b, "\nWhere=/sysroot\n");
	plan_mount_options(pl->line, type, options, &b);
	plan_sysroot(pl, strbuf_sv(&b));
}

static void plan_timeout(struct planner *pl, struct sv device)
{
	struct arena *a = &pl->p->arena;
	_cleanup_strbuf_ struct strbuf unit = STRBUF_INIT;
	unsigned seconds = netroot_wait_seconds(pl->line);

	unit_escape_path(&unit, device);
	if (unit.n > 200)
		return;
	/* a device that was not there once its server was: a wrong LUN, a wrong name */
	plan_step(pl, NETROOT_STEP_ROOT,
		  arena_printf(a, SV_FMT ".device", SV_ARG(strbuf_sv(&unit))),
		  "the root's device " SV_FMT " did not appear; waited " SV_FMT, SV_ARG(device),
		  SV_ARG(plan_bound_text(pl, seconds)));
	plan_step(pl, NETROOT_STEP_ROOT, SV("sysroot.mount"), "could not mount " SV_FMT,
		  SV_ARG(device));
	plan_file(pl, NETROOT_NORMAL, 0644,
		  arena_printf(a, SV_FMT ".device.d/50-kindling-timeout.conf",
			       SV_ARG(strbuf_sv(&unit))),
		  arena_printf(a, "[Unit]\nJobRunningTimeoutSec=" SV_FMT "\n",
			       SV_ARG(plan_wait_text(pl, seconds))));
}

bool plan_is_remote(const struct bootline *line)
{
	return line->iscsi.n || (line->iscsi_common.firmware && !bootline_is_offloaded(line)) ||
	       line->nbd.server.n || (line->nvmf.n && !line->nvmf_off);
}

static void plan_multipath(struct planner *pl)
{
	static const char *const units[] = { "multipathd.service", "multipathd.socket",
					     "multipathd-queueing.service" };

	if (pl->line->multipath_off) {
		for (size_t i = 0; i < ARRAY_SIZE(units); i++)
			plan_link(pl, NETROOT_EARLY, sv_from(units[i]), SV("/dev/null"));
		return;
	}
	if (pl->line->multipath_default)
		(void)plan_has_tool(pl, NETROOT_MULTIPATHD, "rd.multipath=");
}

#define PATHS_SECONDS 30

/* The way out of the initrd would end the logins that are still under way once one has shown the root. That of the
 * firmware is not among them: it may have nothing to do. */
static void plan_paths(struct planner *pl)
{
	unsigned seconds = plan_retry_seconds(pl->line);
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	if (pl->logins.n < 2)
		return;
	seconds = seconds ? MIN(seconds, PATHS_SECONDS) : PATHS_SECONDS;
	unit_begin(&b, "Wait for the other ways to the root", SV_NULL);
	strbuf_addf(&b,
		    "DefaultDependencies=no\n"
		    "Requires=sysroot.mount\n"
		    "After=sysroot.mount\n"
		    "Before=initrd.target\n"
		    "\n[Service]\n"
		    "Type=oneshot\n"
		    "TimeoutStartSec=%us\n",
		    (unsigned)pl->logins.n * (seconds + PATHS_SECONDS));
	for (size_t i = 0; i < pl->logins.n; i++)
		strbuf_addf(&b,
			    "ExecStart=-" NETROOT_PROGRAM
			    " retry %u 1 systemctl --quiet is-active " SV_FMT "\n",
			    seconds, SV_ARG(pl->logins.v[i]));
	plan_file(pl, NETROOT_NORMAL, 0644, SV("kindling-paths.service"), strbuf_sv(&b));
	plan_wants(pl, "initrd.target", "wants", SV("kindling-paths.service"));
}

void plan_device(struct planner *pl)
{
	const struct bootline *line = pl->line;
	bool remote = plan_is_remote(line) || line->iscsi_common.firmware || plan_uses_nbft(pl);
	_cleanup_strbuf_ struct strbuf device = STRBUF_INIT;

	plan_multipath(pl);
	plan_paths(pl);
	if (!unit_is_plain(line->root))
		return;
	if (!remote && line->retry.n == 0 && line->timeout.n == 0)
		return;
	if (remote)
		plan_mark_root(pl);
	if (plan_root_device(line, &device)) {
		plan_timeout(pl, strbuf_sv(&device));
	} else if (line->root_kind == BOOT_ROOT_NBD) {
		plan_timeout(pl, SV("/dev/nbd0"));
	} else if (line->root_kind == BOOT_ROOT_ISCSI && line->iscsi.n &&
		   line->iscsi.v[0].server.n) {
		unit_iscsi_device(&device, &line->iscsi.v[0]);
		plan_timeout(pl, strbuf_sv(&device));
	}
}

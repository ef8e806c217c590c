/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Disks: how long the root's device is waited for, and multipath.
 * systemd waits 90 seconds for a device; a login over the network may take its retries.
 */
#include "base/macros.h"
#include "netroot/netroot_int.h"

/* The device that root= names, as fstab-generator and udev write it; empty when it is none. */
static bool root_device(const struct bootline *line, struct strbuf *ret)
{
	static const struct {
		const char *prefix, *folder;
		bool lower;
	} by[] = {
		{ "LABEL=", "/dev/disk/by-label/", false },
		{ "PARTLABEL=", "/dev/disk/by-partlabel/", false },
		{ "PARTUUID=", "/dev/disk/by-partuuid/", true },
		{ "UUID=", "/dev/disk/by-uuid/", true },
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
				strbuf_addc(ret, by[i].lower ? ascii_tolower(c) : c);
			else
				strbuf_addf(ret, "\\x%02x", (unsigned char)c);
		}
		return root.n > 0;
	}
	return false;
}

static void plan_timeout(struct planner *pl, struct sv device)
{
	struct arena *a = &pl->p->arena;
	_cleanup_strbuf_ struct strbuf unit = STRBUF_INIT;
	struct sv wait = plan_wait_text(pl, plan_wait_seconds(pl->line));

	unit_escape_path(&unit, device);
	if (unit.n > 200)
		return;
	/* a device that was not there once its server was: a wrong LUN, a wrong name */
	plan_step(pl, NETROOT_STEP_ROOT,
		  arena_printf(a, SV_FMT ".device", SV_ARG(strbuf_sv(&unit))),
		  "the root's device " SV_FMT " did not appear; waited for up to " SV_FMT,
		  SV_ARG(device), SV_ARG(wait));
	plan_step(pl, NETROOT_STEP_ROOT, SV("sysroot.mount"), "could not mount " SV_FMT,
		  SV_ARG(device));
	plan_file(pl, NETROOT_NORMAL, 0644,
		  arena_printf(a, SV_FMT ".device.d/50-kindling-timeout.conf",
			       SV_ARG(strbuf_sv(&unit))),
		  arena_printf(a, "[Unit]\nJobRunningTimeoutSec=" SV_FMT "\n", SV_ARG(wait)));
}

bool plan_is_remote(const struct bootline *line)
{
	return line->iscsi.n || line->iscsi_common.firmware || line->nbd.server.n ||
	       (line->nvmf.n && !line->nvmf_off);
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

void plan_device(struct planner *pl)
{
	const struct bootline *line = pl->line;
	bool remote = plan_is_remote(line) || plan_uses_nbft(pl);
	_cleanup_strbuf_ struct strbuf device = STRBUF_INIT;

	plan_multipath(pl);
	if (!unit_is_plain(line->root))
		return;
	if (!remote && line->retry.n == 0 && line->timeout.n == 0)
		return;
	if (remote)
		plan_mark_root(pl);
	if (root_device(line, &device)) {
		plan_timeout(pl, strbuf_sv(&device));
	} else if (line->root_kind == BOOT_ROOT_NBD) {
		plan_timeout(pl, SV("/dev/nbd0"));
	} else if (line->root_kind == BOOT_ROOT_ISCSI && line->iscsi.n &&
		   line->iscsi.v[0].server.n) {
		unit_iscsi_device(&device, &line->iscsi.v[0]);
		plan_timeout(pl, strbuf_sv(&device));
	}
}

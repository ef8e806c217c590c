/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A root= that systemd does not see, because it stands in NetrootDefaults= or in a credential: what its
 * fstab-generator would write for a device is written here. For all roots, its gpt-auto-generator, which
 * looks for a root of its own where the command line names none, is kept from making the boot wait for that.
 */
#include "netroot/netroot_int.h"

#define DEVICE_DROP_IN "initrd-root-device.target.d/50-root-device.conf" /* systemd's own name */

static bool systemd_sees_root(const struct planner *pl)
{
	struct bootline seen;
	struct err e;
	bool found;

	if (bootline_parse(pl->f->cmdline, &seen, &e) < 0)
		return true;
	found = bootline_find(&seen, SV("root")) != NULL;
	bootline_done(&seen);
	return found;
}

static void write_fsck(struct planner *pl, struct sv device, struct sv unit)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	unit_begin(&b, "File system check on ", device);
	strbuf_addf(&b,
		    "DefaultDependencies=no\n"
		    "BindsTo=" SV_FMT "\n"
		    "Conflicts=shutdown.target\n"
		    "After=" SV_FMT " initrd-root-device.target local-fs-pre.target\n"
		    "Before=shutdown.target\n"
		    "\n[Service]\n"
		    "Type=oneshot\n"
		    "RemainAfterExit=yes\n"
		    "TimeoutSec=infinity\n"
		    "ExecStart=/usr/lib/systemd/systemd-fsck ",
		    SV_ARG(unit), SV_ARG(unit));
	unit_argument(&b, device);
	strbuf_addc(&b, '\n');
	plan_file(pl, NETROOT_EARLY, 0644, SV("systemd-fsck-root.service"), strbuf_sv(&b));
}

static void write_mount(struct planner *pl, struct sv device)
{
	bool fsck = pl->f->tools & 1u << NETROOT_FSCK;
	_cleanup_strbuf_ struct strbuf unit = STRBUF_INIT;

	unit_escape_path(&unit, device);
	strbuf_adds(&unit, ".device");
	plan_file(pl, NETROOT_EARLY, 0644, SV(DEVICE_DROP_IN),
		  arena_printf(&pl->p->arena, "[Unit]\nRequires=" SV_FMT "\nAfter=" SV_FMT "\n",
			       SV_ARG(strbuf_sv(&unit)), SV_ARG(strbuf_sv(&unit))));
	if (fsck)
		write_fsck(pl, device, strbuf_sv(&unit));
	plan_sysroot_disk(pl, "Root file system on ", device,
			  fsck ? "Requires=systemd-fsck-root.service\n"
				 "After=systemd-fsck-root.service\n"
			       : "",
			  device, SV_NULL, SV_NULL);
}

/* Until a lease says what the root is: kindling-netroot.service has systemd read what takes its place. */
static void write_placeholder(struct planner *pl)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	unit_begin(&b, "Root file system that a lease names", SV_NULL);
	strbuf_adds(&b, NETROOT_SYSROOT_UNIT "Requires=kindling-netroot.service\n"
					     "After=kindling-netroot.service\n"
					     "\n[Mount]\n"
					     "What=/run/kindling\n"
					     "Where=/sysroot\n"
					     "Type=none\n"
					     "Options=bind\n");
	plan_file(pl, NETROOT_EARLY, 0644, SV("sysroot.mount"), strbuf_sv(&b));
}

void plan_baked(struct planner *pl)
{
	const struct bootline *line = pl->line;
	_cleanup_strbuf_ struct strbuf device = STRBUF_INIT;

	if (line->root_kind == BOOT_ROOT_NONE || sv_eq(line->root, SV("gpt-auto")) ||
	    systemd_sees_root(pl))
		return;
	if (unit_is_plain(line->root) && unit_is_plain(line->rootflags) &&
	    unit_is_plain(line->rootfstype) && plan_root_device(line, &device)) {
		write_mount(pl, strbuf_sv(&device));
		return;
	}
	plan_file(pl, NETROOT_EARLY, 0644, SV(DEVICE_DROP_IN), SV("[Unit]\n"));
	if (plan_needs_lease(line))
		write_placeholder(pl);
	else if (line->root_kind == BOOT_ROOT_LOCAL)
		plan_refuse(pl, true,
			    "'root=" SV_FMT "' of NetrootDefaults= or a credential is no device",
			    SV_ARG(line->root));
}

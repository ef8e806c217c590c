/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * iscsi-config-initiator-initrd, iscsi-start-initrd and iscsi-firmware-initrd: the names under which units of
 * other hands order themselves around iSCSI in an initrd. Left out where a package brings units of these names.
 */
#include "netroot/netroot_int.h"

#define CONFIG "iscsi-config-initiator-initrd.service"
#define START "iscsi-start-initrd.service"
#define FIRMWARE "iscsi-firmware-initrd.service"

void plan_iscsi_initiator(struct planner *pl, struct sv name)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	if (pl->f->iscsi_units) {
		plan_file(pl, NETROOT_RUN, 0600, SV("/run/initiatorname.iscsi"),
			  arena_printf(&pl->p->arena, "InitiatorName=" SV_FMT "\n", SV_ARG(name)));
		return;
	}
	unit_begin(&b, "iSCSI initiator ", name);
	strbuf_adds(&b, "DefaultDependencies=no\n"
			"Before=" START " remote-fs-pre.target\n"
			"\n[Service]\n"
			"Type=oneshot\n"
			"RemainAfterExit=yes\n"
			"ExecStart=" NETROOT_PROGRAM " initiator ");
	unit_argument(&b, name);
	strbuf_addc(&b, '\n');
	plan_file(pl, NETROOT_NORMAL, 0644, SV(CONFIG), strbuf_sv(&b));
}

void plan_iscsi_after_initiator(struct planner *pl, struct strbuf *b)
{
	if (!pl->f->iscsi_units)
		strbuf_adds(b, "Wants=" CONFIG "\nAfter=" CONFIG "\n");
}

void plan_iscsi_start(struct planner *pl, struct sv logins, bool firmware)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	if (pl->f->iscsi_units || logins.n == 0)
		return;
	if (firmware)
		plan_link(pl, NETROOT_NORMAL, SV(FIRMWARE), SV("kindling-iscsi-firmware.service"));
	unit_begin(&b, "iSCSI logins", SV_NULL);
	strbuf_addf(&b,
		    "DefaultDependencies=no\n"
		    "Wants=" SV_FMT "\n"
		    "After=" SV_FMT "\n"
		    "Before=remote-fs-pre.target\n"
		    "\n[Service]\n"
		    "Type=oneshot\n"
		    "RemainAfterExit=yes\n"
		    "ExecStart=" NETROOT_PROGRAM " sessions\n",
		    SV_ARG(logins), SV_ARG(logins));
	plan_file(pl, NETROOT_NORMAL, 0644, SV(START), strbuf_sv(&b));
	plan_wants(pl, "initrd-root-device.target", "wants", SV(START));
}

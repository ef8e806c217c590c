/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Breakpoints. systemd 258 and newer has units for them and a generator that reads rd.systemd.break=; older
 * ones get units of the same names and places here. rd.break= is dracut's word for nearly the same: its
 * places are mapped to the nearest of the four.
 */
#include "base/macros.h"
#include "netroot/netroot_int.h"

static const struct place {
	const char *name;
	const char *wanted_by, *ordering;
} places[] = {
	{ "pre-udev", "sysinit.target",
	  "Before=systemd-udevd.service systemd-udev-trigger.service sysinit.target\n" },
	{ "pre-basic", "initrd.target", "After=sysinit.target\nBefore=basic.target\n" },
	{ "pre-mount", "initrd.target",
	  "After=initrd-root-device.target\nBefore=sysroot.mount systemd-fsck-root.service "
	  "initrd-root-fs.target\n" },
	{ "pre-switch-root", "initrd.target",
	  "After=initrd-root-fs.target initrd-fs.target initrd-parse-etc.service remote-fs.target\n"
	  "Before=initrd.target initrd-cleanup.service initrd-switch-root.target\n" },
};

static const struct {
	const char *dracut;
	int place; /* -1: none */
} mapped[] = {
	{ "cleanup", 3 },   { "cmdline", 0 },   { "initqueue", 1 },     { "mount", 3 },
	{ "pre-mount", 2 }, { "pre-pivot", 3 }, { "pre-shutdown", -1 }, { "pre-trigger", 0 },
	{ "pre-udev", 0 },  { "shutdown", -1 },
};

static void break_at(struct planner *pl, const struct place *at)
{
	struct sv unit = arena_printf(&pl->p->arena, "breakpoint-%s.service", at->name);
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	if (pl->f->own_breakpoints) {
		plan_wants_installed(pl, at->wanted_by, unit.p);
		return;
	}
	unit_begin(&b, "Breakpoint: ", sv_from(at->name));
	strbuf_adds(&b, "DefaultDependencies=no\n"
			"Conflicts=shutdown.target emergency.service\n"
			"Before=shutdown.target\n"
			"After=systemd-vconsole-setup.service\n");
	strbuf_adds(&b, at->ordering);
	strbuf_addf(&b,
		    "\n[Service]\n"
		    "Type=oneshot\n"
		    "Environment=TERM=linux\n"
		    "ExecStartPre=-" NETROOT_PROGRAM " say \"breakpoint %s: a shell follows; "
		    "leave it to go on\"\n"
		    "ExecStart=-/bin/bash\n"
		    "StandardInput=tty-force\n"
		    "StandardOutput=inherit\n"
		    "StandardError=inherit\n"
		    "TimeoutStartSec=infinity\n"
		    "KillMode=process\n"
		    "IgnoreSIGPIPE=no\n"
		    "KillSignal=SIGHUP\n",
		    at->name);
	plan_file(pl, NETROOT_NORMAL, 0644, unit, strbuf_sv(&b));
	plan_wants(pl, at->wanted_by, "wants", unit);
}

/* rd.systemd.break=, of which systemd before 258 knows nothing. */
static unsigned own_breaks(struct planner *pl)
{
	const struct boot_word *w = bootline_find(pl->line, SV("rd.systemd.break"));
	struct sv rest, f;
	unsigned bits = 0;

	if (!w)
		return 0;
	if (w->value.n == 0 || sv_eq(w->value, SV("1")) || sv_eq(w->value, SV("yes")))
		return 1u << 3;
	rest = w->value;
	while (sv_split(&rest, ',', &f)) {
		size_t i = 0;

		while (i < ARRAY_SIZE(places) && !sv_eq(f, sv_from(places[i].name)))
			i++;
		if (i < ARRAY_SIZE(places))
			bits |= 1u << i;
		else
			plan_say(pl, "rd.systemd.break=: no breakpoint '" SV_FMT "'; ignored",
				 SV_ARG(f));
	}
	return bits;
}

void plan_breaks(struct planner *pl)
{
	unsigned bits = pl->f->own_breakpoints ? 0 : own_breaks(pl);

	for (size_t i = 0; i < pl->line->breaks.n; i++) {
		struct sv name = pl->line->breaks.v[i];

		for (size_t k = 0; k < ARRAY_SIZE(mapped); k++) {
			if (!sv_eq(name, sv_from(mapped[k].dracut)))
				continue;
			if (mapped[k].place >= 0)
				bits |= 1u << mapped[k].place;
			else
				plan_say(pl,
					 "rd.break=" SV_FMT
					 ": nothing of this initrd runs at shutdown; ignored",
					 SV_ARG(name));
		}
	}
	if (!bits || !plan_has_tool(pl, NETROOT_BASH, "a breakpoint"))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (bits & 1u << i)
			break_at(pl, &places[i]);
}

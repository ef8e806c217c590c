/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A boot that ends without a root says why, in one line on the console. Each part of the plan notes which unit
 * must succeed and what to say if it did not; emergency.target wants a service that asks systemd how those
 * units fared and tells the first that failed: what comes after it could not succeed any more.
 */
#include <stdarg.h>

#include "base/fs.h"
#include "base/macros.h"
#include "netroot/netroot_int.h"

void plan_step(struct planner *pl, enum netroot_step_kind kind, struct sv unit, const char *fmt,
	       ...)
{
	va_list ap;

	va_start(ap, fmt);
	vec_push(&pl->p->steps, ((struct netroot_step){ .kind = kind,
							.unit = arena_sv(&pl->p->arena, unit),
							.text = plan_format(pl, fmt, ap) }));
	va_end(ap);
}

void plan_refuse(struct planner *pl, bool fatal, const char *fmt, ...)
{
	struct sv text;
	va_list ap;

	va_start(ap, fmt);
	text = plan_format(pl, fmt, ap);
	va_end(ap);
	vec_push(&pl->p->messages, text);
	vec_push(&pl->p->steps,
		 ((struct netroot_step){ .kind = NETROOT_STEP_REFUSED, .text = text }));
	pl->fatal |= fatal;
}

/* Without it systemd would take a missing sysroot.mount for success, and stumble over an empty folder. */
static void write_refused(struct planner *pl)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	unit_begin(&b, "Root that the kernel command line names", SV_NULL);
	strbuf_adds(&b, "DefaultDependencies=no\n"
			"Before=initrd-root-fs.target\n"
			"\n[Service]\n"
			"Type=oneshot\n"
			"ExecStart=" NETROOT_PROGRAM " refuse\n");
	plan_file(pl, NETROOT_NORMAL, 0644, SV("kindling-root.service"), strbuf_sv(&b));
	plan_wants(pl, "initrd-root-fs.target", "requires", SV("kindling-root.service"));
}

void plan_failed(struct planner *pl)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	if (pl->p->steps.n == 0)
		return;
	if (pl->fatal)
		write_refused(pl);
	unit_begin(&b, "Tell why there is no root", SV_NULL);
	strbuf_adds(&b, "DefaultDependencies=no\n"
			"Before=emergency.service\n"
			"\n[Service]\n"
			"Type=oneshot\n"
			"StandardOutput=journal+console\n"
			"TimeoutStartSec=120s\n"
			"ExecStart=" NETROOT_PROGRAM " failed\n");
	plan_file(pl, NETROOT_NORMAL, 0644, SV("kindling-failed.service"), strbuf_sv(&b));
	plan_wants(pl, "emergency.target", "wants", SV("kindling-failed.service"));
}

/* ---- which one it was ------------------------------------------------------------------------------ */

/* The block of one unit: lines up to an empty one. The way into emergency mode stops most units, so one that
 * is inactive now has done its work if it was active before. */
static bool unit_succeeded(struct sv shown, struct sv unit)
{
	struct sv line;
	bool here = false, active = false, was_active = false, failed = false;

	while (sv_line(&shown, &line)) {
		if (line.n == 0) {
			if (here)
				break;
			active = was_active = failed = false;
		} else if (sv_skip(&line, SV("Id="))) {
			here = sv_eq(line, unit);
		} else if (sv_skip(&line, SV("ActiveState="))) {
			active = sv_eq(line, SV("active"));
			failed = sv_eq(line, SV("failed"));
		} else if (sv_skip(&line, SV("ActiveEnterTimestampMonotonic="))) {
			was_active = line.n && !sv_eq(line, SV("0"));
		}
	}
	return here && (active || (was_active && !failed));
}

static const struct netroot_step *first_failed(const struct netroot_plan *p, struct sv shown,
					       enum netroot_step_kind kind)
{
	for (size_t i = 0; i < p->steps.n; i++)
		if (p->steps.v[i].kind == kind && !unit_succeeded(shown, p->steps.v[i].unit))
			return &p->steps.v[i];
	return NULL;
}

const struct netroot_step *netroot_failed_step(const struct netroot_plan *p, struct sv shown)
{
	const struct netroot_step *s;
	bool logged_in = false;

	if (unit_succeeded(shown, SV("sysroot.mount")))
		return NULL;
	for (size_t i = 0; i < p->steps.n; i++)
		logged_in |= p->steps.v[i].kind == NETROOT_STEP_LOGIN &&
			     unit_succeeded(shown, p->steps.v[i].unit);
	s = first_failed(p, shown, NETROOT_STEP_REFUSED);
	/* a network that was late is no reason any more */
	if (!s && !logged_in)
		s = first_failed(p, shown, NETROOT_STEP_NETWORK);
	if (!s && !logged_in)
		s = first_failed(p, shown, NETROOT_STEP_NAMES);
	if (!s)
		s = first_failed(p, shown, NETROOT_STEP_LOGIN);
	if (!s)
		s = first_failed(p, shown, NETROOT_STEP_ROOT);
	return s;
}

struct sv netroot_interfaces(int root, struct arena *a)
{
	struct fs_entries list = { .v = NULL };
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	size_t all = 0;
	struct err e;

	if (fs_list(root, "sys/class/net", &list, &e) < 0)
		return SV_NULL;
	for (size_t i = 0; i < list.n; i++) {
		const char *name = list.v[i].name;
		struct sv carrier;

		if (sv_eq(sv_from(name), SV("lo")))
			continue;
		all++;
		/* unreadable while the interface is down */
		carrier = netroot_read_line(root,
					    arena_printf(a, "sys/class/net/%s/carrier", name).p, a);
		if (!sv_eq(carrier, SV("1")))
			strbuf_addf(&b, "%s%s: no carrier", b.n ? ", " : "", name);
	}
	fs_entries_done(&list);
	if (all == 0)
		return SV("there is no network interface; the image may lack its driver");
	return arena_sv(a, strbuf_sv(&b));
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Servers that are out of reach yet. mount.nfs gives up at once on a name that has no address, and on an address to
 * which there is no route; the network counts as online with the first interface that has any address, and the
 * server's may be another, or a lease that comes after a router's word. One unit waits until all can be asked.
 */
#include "netroot/netroot_int.h"

#define UNIT "kindling-names.service"
#define PAUSE_SECONDS 1

void plan_after_route(struct planner *pl, struct sv server, struct strbuf *b)
{
	strbuf_adds(b, "Wants=" UNIT "\nAfter=" UNIT "\n");
	for (size_t i = 0; i < pl->names.n; i++)
		if (sv_eq(pl->names.v[i], server))
			return;
	vec_push(&pl->names, server);
}

void plan_after_name(struct planner *pl, struct sv server, struct strbuf *b)
{
	if (!bootline_is_address(server))
		plan_after_route(pl, server, b);
}

void plan_names(struct planner *pl)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT, all = STRBUF_INIT, words = STRBUF_INIT;

	if (pl->names.n == 0)
		return;
	for (size_t i = 0; i < pl->names.n; i++) {
		strbuf_addf(&all, "%s " SV_FMT, i ? "," : "", SV_ARG(pl->names.v[i]));
		strbuf_addc(&words, ' ');
		unit_argument(&words, pl->names.v[i]);
	}
	plan_step(pl, NETROOT_STEP_NAMES, SV(UNIT),
		  "could not find a route to" SV_FMT "; tried " SV_FMT, SV_ARG(strbuf_sv(&all)),
		  SV_ARG(plan_bound_text(pl, plan_retry_seconds(pl->line))));
	unit_begin(&b, "Routes to servers:", strbuf_sv(&all));
	strbuf_adds(&b, "DefaultDependencies=no\n"
			"After=network-online.target\n"
			"Before=remote-fs-pre.target\n"
			/* the time for a network that did not come up has been waited */
			"ConditionPathExists=" NETROOT_ONLINE_FILE "\n"
			"\n[Service]\n"
			"Type=oneshot\n"
			"RemainAfterExit=yes\n");
	unit_retry(pl, &b, PAUSE_SECONDS);
	strbuf_addf(&b, NETROOT_PROGRAM " reach" SV_FMT "\n", SV_ARG(strbuf_sv(&words)));
	plan_file(pl, NETROOT_NORMAL, 0644, SV(UNIT), strbuf_sv(&b));
}

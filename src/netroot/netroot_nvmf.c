/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * NVMe over fabrics: a service per rd.nvmf.discover= that asks a discovery controller and connects to all it
 * names, and one for the controllers of the firmware's table (NBFT). The kernel keeps and restores the
 * connections: no daemon. Host names go as arguments, because /etc cannot be written from a generator.
 */
#include <string.h>

#include "base/macros.h"
#include "netroot/netroot_int.h"

#define PAUSE_SECONDS 3

/* The default of 5 seconds is short for a machine, or a hypervisor, that is busy; and when such a connection is given
 * up while it is being made again, Linux removes the disk, with the root on it. */
#define CONNECT_ALL "nvme connect-all --keep-alive-tmo=30"

static void service(struct planner *pl, struct sv unit, const char *module, struct sv what,
		    struct sv server, struct sv command)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	unit_begin(&b, "NVMe over fabrics: ", what);
	strbuf_addf(&b,
		    "DefaultDependencies=no\n"
		    "Wants=remote-fs-pre.target modprobe@%s.service\n"
		    "After=%smodprobe@%s.service\n"
		    "Before=remote-fs-pre.target\n",
		    module, strcmp(module, "nvme_fc") ? "network-online.target " : "", module);
	plan_step(pl, NETROOT_STEP_LOGIN, unit,
		  "could not connect over NVMe: " SV_FMT "; tried " SV_FMT, SV_ARG(what),
		  SV_ARG(plan_bound_text(pl, plan_retry_seconds(pl->line))));
	if (server.n)
		plan_after_name(pl, server, &b);
	strbuf_adds(&b, "\n[Service]\n"
			"Type=oneshot\n"
			"RemainAfterExit=yes\n");
	unit_retry(pl, &b, PAUSE_SECONDS);
	strbuf_add(&b, command);
	strbuf_addc(&b, '\n');
	plan_file(pl, NETROOT_NORMAL, 0644, unit, strbuf_sv(&b));
	plan_wants(pl, "initrd-root-device.target", "wants", unit);
	vec_push(&pl->logins, unit);
}

static void option(struct strbuf *b, const char *name, struct sv value)
{
	if (value.n == 0)
		return;
	strbuf_addf(b, " --%s=", name);
	unit_argument(b, value);
}

static void host_options(const struct bootline *line, struct strbuf *b)
{
	option(b, "hostnqn", line->nvmf_hostnqn);
	option(b, "hostid", line->nvmf_hostid);
}

static bool is_plain(const struct bootline *line, const struct boot_nvmf *d)
{
	return unit_is_plain(d->traddr) && unit_is_plain(d->host_traddr) &&
	       unit_is_plain(d->trsvcid) && unit_is_plain(line->nvmf_hostnqn) &&
	       unit_is_plain(line->nvmf_hostid);
}

static void plan_discover(struct planner *pl, size_t n)
{
	const struct boot_nvmf *d = &pl->line->nvmf.v[n];
	struct arena *a = &pl->p->arena;
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	if (!is_plain(pl->line, d)) {
		plan_say(pl, "rd.nvmf.discover=: control characters; ignored");
		return;
	}
	strbuf_adds(&b, CONNECT_ALL);
	option(&b, "transport", d->transport);
	option(&b, "traddr", d->traddr);
	option(&b, "host-traddr", d->host_traddr);
	option(&b, "trsvcid", d->trsvcid);
	host_options(pl->line, &b);
	service(pl, arena_printf(a, "kindling-nvme-%zu.service", n),
		arena_printf(a, "nvme_" SV_FMT, SV_ARG(d->transport)).p,
		arena_printf(a, "discovery at " SV_FMT " " SV_FMT "%s" SV_FMT, SV_ARG(d->transport),
			     SV_ARG(d->traddr), d->trsvcid.n ? " port " : "", SV_ARG(d->trsvcid)),
		sv_eq(d->transport, SV("tcp")) ? d->traddr : SV_NULL, strbuf_sv(&b));
}

void plan_nvmf(struct planner *pl)
{
	const struct bootline *line = pl->line;
	bool nbft = plan_uses_nbft(pl);
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	if (line->nvmf_off || !(line->nvmf.n || nbft || line->nvmf_fc_auto))
		return;
	if (!plan_needs_tool(pl, NETROOT_NVME, false, "NVMe over fabrics"))
		return;
	if (line->nvmf_fc_auto) {
		/* wins over all others, as in dracut */
		plan_say(pl,
			 "rd.nvmf.discover=fc,auto: the adapter's driver, which a recipe must bring, connects "
			 "by itself through nvme-cli's udev rules; nothing else is asked");
		return;
	}
	if (nbft) {
		strbuf_adds(&b, CONNECT_ALL " --nbft");
		host_options(line, &b);
		service(pl, SV("kindling-nvme-nbft.service"), "nvme_tcp",
			SV("controllers of the firmware's table (NBFT)"), SV_NULL, strbuf_sv(&b));
	}
	for (size_t i = 0; i < line->nvmf.n; i++)
		plan_discover(pl, i);
}

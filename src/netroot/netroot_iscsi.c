/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * iSCSI: one service per target, and one for what firmware has set up. iscsistart(8) logs in and ends; the
 * session stays with the kernel, so no daemon has to survive the switch to the root. Passwords go to a file
 * that only root reads and reach iscsistart by its environment; its arguments still show in /proc while it
 * runs.
 */
#include "base/macros.h"
#include "netroot/netroot_int.h"

#define PAUSE_SECONDS 3

static void service_head(struct planner *pl, struct strbuf *b, const char *module)
{
	strbuf_addf(b,
		    "DefaultDependencies=no\n"
		    "Wants=remote-fs-pre.target modprobe@%s.service\n"
		    "After=%smodprobe@%s.service%s\n"
		    "Before=remote-fs-pre.target\n",
		    module, bootline_is_offloaded(pl->line) ? "" : "network-online.target ", module,
		    pl->line->iscsi_common.transport.n ? " kindling-iscsiuio.service" : "");
}

static void service_body(struct strbuf *b)
{
	strbuf_adds(b, "\n[Service]\n"
		       "Type=oneshot\n"
		       "RemainAfterExit=yes\n");
}

static void write_params(const struct bootline *line, struct strbuf *b)
{
	struct sv rest = line->iscsi_params, one;

	strbuf_adds(b, " --param node.session.initial_login_retry_max=");
	if (line->iscsi_common.login_retry_max.n)
		strbuf_add(b, line->iscsi_common.login_retry_max);
	else
		strbuf_addc(b, '3');
	while (sv_line(&rest, &one)) {
		if (!unit_is_plain(one))
			continue;
		strbuf_adds(b, " --param ");
		unit_argument(b, one);
	}
}

/* One KEY="value" line of an EnvironmentFile=. */
static void env_line(struct strbuf *b, const char *key, struct sv value)
{
	strbuf_adds(b, key);
	strbuf_adds(b, "=\"");
	for (size_t i = 0; i < value.n; i++) {
		if (strchr("\"\\$`", value.p[i]))
			strbuf_addc(b, '\\');
		strbuf_addc(b, value.p[i]);
	}
	strbuf_adds(b, "\"\n");
}

static void write_secrets(struct planner *pl, const struct boot_iscsi *t, size_t n,
			  struct strbuf *unit)
{
	struct sv path = arena_printf(&pl->p->arena, "/run/kindling/iscsi-%zu.env", n);
	_cleanup_strbuf_ struct strbuf env = STRBUF_INIT;

	env_line(&env, "ISCSI_USER", t->user);
	env_line(&env, "ISCSI_PASSWORD", t->password);
	if (t->in_user.n) {
		env_line(&env, "ISCSI_IN_USER", t->in_user);
		env_line(&env, "ISCSI_IN_PASSWORD", t->in_password);
	}
	plan_file(pl, NETROOT_RUN, 0600, path, strbuf_sv(&env));
	strbuf_adds(unit, "EnvironmentFile=");
	strbuf_add(unit, path);
	strbuf_addc(unit, '\n');
}

static void write_start(struct planner *pl, const struct boot_iscsi *t, struct sv initiator,
			struct strbuf *b)
{
	unit_retry(pl, b, PAUSE_SECONDS);
	strbuf_adds(b, "iscsistart --initiatorname ");
	unit_argument(b, initiator);
	strbuf_adds(b, " --targetname ");
	unit_argument(b, t->target);
	strbuf_adds(b, " --tgpt ");
	unit_argument(b, t->group);
	strbuf_adds(b, " --address ");
	unit_argument(b, t->server);
	strbuf_adds(b, " --port ");
	unit_argument(b, t->port);
	/* expanded by "retry", so that they show only while iscsistart runs */
	if (t->user.n)
		strbuf_adds(b, " --username $$ISCSI_USER --password $$ISCSI_PASSWORD");
	if (t->in_user.n)
		strbuf_adds(b, " --username_in $$ISCSI_IN_USER --password_in $$ISCSI_IN_PASSWORD");
	write_params(pl->line, b);
	strbuf_addc(b, '\n');
}

static bool target_is_plain(const struct boot_iscsi *t)
{
	const struct sv all[] = { t->user,   t->password, t->in_user, t->in_password,
				  t->server, t->group,    t->target };

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (!unit_is_plain(all[i]))
			return false;
	return true;
}

static void plan_target(struct planner *pl, size_t n, struct sv initiator, struct strbuf *logins)
{
	const struct boot_iscsi *t = &pl->line->iscsi.v[n];
	struct arena *a = &pl->p->arena;
	struct sv unit = arena_printf(a, "kindling-iscsi-%zu.service", n);
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	if (!target_is_plain(t)) {
		plan_refuse(pl, pl->line->root_kind == BOOT_ROOT_ISCSI,
			    "iSCSI: control characters in a target; ignored");
		return;
	}
	unit_begin(&b, "iSCSI login to ", t->target);
	service_head(pl, &b, "iscsi_tcp");
	plan_iscsi_after_initiator(pl, &b);
	plan_after_name(pl, t->server, &b);
	plan_step(pl, NETROOT_STEP_LOGIN, unit,
		  "could not log in to iSCSI target " SV_FMT " at " SV_FMT " port " SV_FMT
		  "; tried " SV_FMT,
		  SV_ARG(t->target), SV_ARG(t->server), SV_ARG(t->port),
		  SV_ARG(plan_bound_text(pl, plan_retry_seconds(pl->line))));
	service_body(&b);
	if (t->user.n)
		write_secrets(pl, t, n, &b);
	write_start(pl, t, initiator, &b);
	plan_file(pl, NETROOT_NORMAL, 0644, unit, strbuf_sv(&b));
	plan_wants(pl, "initrd-root-device.target", "wants", unit);
	strbuf_addf(logins, "%s" SV_FMT, logins->n ? " " : "", SV_ARG(unit));
	vec_push(&pl->p->start, unit);
	vec_push(&pl->logins, unit);
}

static bool names_initiator(const struct bootline *line)
{
	return line->iscsi_common.initiator.n && unit_is_plain(line->iscsi_common.initiator);
}

/* The real root's iscsid goes on under the same name. */
static struct sv find_initiator(struct planner *pl)
{
	struct sv name = pl->line->iscsi_common.initiator;

	if (name.n == 0)
		name = pl->f->initiator;
	if (name.n == 0 || !unit_is_plain(name)) {
		name = arena_printf(&pl->p->arena, "iqn.2016-04.com.open-iscsi:%016llx",
				    (unsigned long long)sv_hash(pl->f->machine));
		plan_say(pl, "iSCSI: no rd.iscsi.initiator=; this machine is " SV_FMT,
			 SV_ARG(name));
	}
	plan_iscsi_initiator(pl, name);
	return name;
}

/* root=iscsi: names no device on the LUN: the LUN itself is the file system. */
static void plan_whole_lun(struct planner *pl, const struct boot_iscsi *t)
{
	_cleanup_strbuf_ struct strbuf device = STRBUF_INIT;

	if (pl->line->iscsi.n > 1 && !pl->line->multipath_off &&
	    (pl->f->tools & (1u << NETROOT_MULTIPATHD)))
		plan_say(pl,
			 "root=iscsi: is one path to the disk, which multipathd takes for itself; "
			 "root=UUID= or root=LABEL= beside netroot=iscsi: names what lies on all");
	unit_iscsi_device(&device, t);
	plan_sysroot_disk(pl, "Root file system on iSCSI target ", t->target,
			  "Requires=kindling-iscsi-0.service\nAfter=kindling-iscsi-0.service\n",
			  strbuf_sv(&device), SV_NULL, SV_NULL);
}

/* configured: a unit leaves a name for the root. That of the firmware takes its place, unless the command line
 * has one. */
static void plan_firmware(struct planner *pl, bool configured)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	unit_begin(&b, "iSCSI login to what firmware set up", SV_NULL);
	service_head(pl, &b, "iscsi_ibft");
	strbuf_adds(&b, "Wants=modprobe@iscsi_tcp.service\n"
			"After=modprobe@iscsi_tcp.service\n");
	if (configured)
		plan_iscsi_after_initiator(pl, &b);
	plan_step(pl, NETROOT_STEP_LOGIN, SV("kindling-iscsi-firmware.service"),
		  "could not log in to the iSCSI target that firmware set up; tried " SV_FMT,
		  SV_ARG(plan_bound_text(pl, plan_retry_seconds(pl->line))));
	service_body(&b);
	/* whether there is a table is known only now that the module that shows it is loaded */
	strbuf_adds(&b, "ExecCondition=" NETROOT_PROGRAM " have-ibft\n");
	if (!names_initiator(pl->line))
		strbuf_adds(&b, "ExecStartPre=" NETROOT_PROGRAM " ibft-initiator\n");
	unit_retry(pl, &b, PAUSE_SECONDS);
	strbuf_adds(&b, "iscsistart -b");
	write_params(pl->line, &b);
	strbuf_addc(&b, '\n');
	plan_file(pl, NETROOT_NORMAL, 0644, SV("kindling-iscsi-firmware.service"), strbuf_sv(&b));
	plan_wants(pl, "initrd-root-device.target", "wants", SV("kindling-iscsi-firmware.service"));
}

/* bnx2i, qedi: adapters whose user-space half must run before a login. */
static void plan_transport(struct planner *pl)
{
	struct sv transport = pl->line->iscsi_common.transport;
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	if (!unit_is_name(transport)) {
		plan_say(pl, "rd.iscsi.transport=" SV_FMT ": not the name of a module; ignored",
			 SV_ARG(transport));
		return;
	}
	if (!plan_has_tool(pl, NETROOT_ISCSIUIO, "rd.iscsi.transport="))
		return;
	unit_begin(&b, "iSCSI adapter ", transport);
	strbuf_addf(&b,
		    "DefaultDependencies=no\n"
		    "Wants=modprobe@" SV_FMT ".service\n"
		    "After=modprobe@" SV_FMT ".service\n"
		    "Before=remote-fs-pre.target\n"
		    "Conflicts=initrd-switch-root.target\n"
		    "Before=initrd-switch-root.target\n"
		    "\n[Service]\n"
		    "ExecStart=iscsiuio -f\n",
		    SV_ARG(transport), SV_ARG(transport));
	plan_file(pl, NETROOT_NORMAL, 0644, SV("kindling-iscsiuio.service"), strbuf_sv(&b));
	plan_wants(pl, "initrd-root-device.target", "wants", SV("kindling-iscsiuio.service"));
}

void plan_iscsi(struct planner *pl)
{
	const struct bootline *line = pl->line;
	const struct boot_iscsi *first = line->iscsi.n ? &line->iscsi.v[0] : NULL;
	_cleanup_strbuf_ struct strbuf logins = STRBUF_INIT;
	struct sv initiator = SV_NULL;

	if (!first && !line->iscsi_common.firmware) {
		if (line->iscsi_common.transport.n)
			plan_say(pl, "rd.iscsi.transport=: no iSCSI target is named; ignored");
		return;
	}
	if (!plan_needs_tool(pl, NETROOT_ISCSISTART, line->root_kind == BOOT_ROOT_ISCSI, "iSCSI"))
		return;
	/* iscsistart asks under the address at which a package's iscsid.socket would answer, and is a daemon itself */
	plan_link(pl, NETROOT_EARLY, SV("iscsid.socket"), SV("/dev/null"));
	plan_link(pl, NETROOT_EARLY, SV("iscsid.service"), SV("/dev/null"));
	if (line->iscsi_common.transport.n)
		plan_transport(pl);
	for (size_t i = 0; first && i < line->iscsi.n; i++) {
		if (first[i].server.n == 0)
			continue;
		if (initiator.n == 0)
			initiator = find_initiator(pl);
		plan_target(pl, i, initiator, &logins);
	}
	if (line->iscsi_common.firmware) {
		if (initiator.n == 0 && names_initiator(line))
			initiator = find_initiator(pl);
		plan_firmware(pl, initiator.n > 0);
		strbuf_addf(&logins, "%skindling-iscsi-firmware.service", logins.n ? " " : "");
	}
	plan_iscsi_start(pl, strbuf_sv(&logins), line->iscsi_common.firmware);
	if (line->root_kind == BOOT_ROOT_ISCSI && first && first->server.n &&
	    target_is_plain(first) && unit_is_plain(line->rootflags) &&
	    unit_is_plain(line->rootfstype))
		plan_whole_lun(pl, first);
}

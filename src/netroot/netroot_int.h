/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shared by the files of netroot/ only. */
#pragma once

#include <stdarg.h>

#include "base/strbuf.h"
#include "netroot/netroot.h"

/* Dependencies of a sysroot.mount that needs the network. By default systemd would add a Wants= for
 * network-online.target; then the way out of the initrd, which requires sysroot.mount, keeps the network service
 * running, systemd kills it while it changes roots, and the root's manager takes its own for started. For the same
 * reason nothing that sysroot.mount requires may want it: initrd.target does. */
#define NETROOT_SYSROOT_UNIT          \
	"DefaultDependencies=no\n"    \
	"After=local-fs-pre.target\n" \
	"Conflicts=umount.target\n"   \
	"Before=initrd-root-fs.target umount.target\n"

struct planner {
	const struct netroot_facts *f;
	struct netroot_plan *p;
	const struct bootline *line; /* p->line */
	bool fatal;                  /* plan_refuse */
	VEC(struct sv) names;        /* of servers: plan_after_route */
	VEC(struct sv) logins;       /* units, each a way to the root: plan_paths */
};

/* ---- netroot_unit.c: text of units ---- */

void plan_file(struct planner *pl, enum netroot_place place, unsigned mode, struct sv path,
	       struct sv text);
/* path -> target */
void plan_link(struct planner *pl, enum netroot_place place, struct sv path, struct sv target);
/* BY.wants/UNIT or BY.requires/UNIT of the normal folder, for a unit of that folder. */
void plan_wants(struct planner *pl, const char *by, const char *how, struct sv unit);
/* The same for a unit that a package brings. */
void plan_wants_installed(struct planner *pl, const char *by, const char *unit);
/* A line for people: control characters are question marks. */
struct sv plan_format(struct planner *pl, const char *fmt, va_list ap) _printf_(2, 0);
void plan_say(struct planner *pl, const char *fmt, ...) _printf_(2, 3);

/* Appends a value as unit files take it: '%' doubled. Control characters cannot be in a word that came
 * through unit_is_plain. */
void unit_value(struct strbuf *b, struct sv v);
/* One argument of ExecStart=: quoted, with '%', '$', '"' and '\' kept literal. */
void unit_argument(struct strbuf *b, struct sv v);
/* No control characters: may stand in a unit. */
bool unit_is_plain(struct sv v);
/* Letters, digits, '_' and '-' only: may stand in the name of a unit. */
bool unit_is_name(struct sv v);
/* The name of a network interface: may be part of a file's name and of a value. */
bool unit_is_interface(struct sv v);
/* "KEY=value" of a file for networkd, if there is a value. */
void unit_line(struct strbuf *b, const char *key, struct sv v);
/* udev's name for a LUN, by the words of its target. */
void unit_iscsi_device(struct strbuf *b, const struct boot_iscsi *t);
/* A server as URLs and mount sources write it: IPv6 in brackets. */
void unit_host(struct strbuf *b, struct sv server, bool ipv6);
/* Header of every unit made here. */
void unit_begin(struct strbuf *b, const char *description, struct sv what);
/* systemd-escape --path, for device units: "/dev/disk/by-label/a b" -> "dev-disk-by\x2dlabel-a\x20b". */
void unit_escape_path(struct strbuf *b, struct sv path);
/* "ExecStart=... retry SECONDS PAUSE ", for a command to follow, and how long that may take: the command is
 * repeated until it succeeds. Unlike with Restart=, the unit does not count as failed in between. */
void unit_retry(struct planner *pl, struct strbuf *b, unsigned pause);

/* ---- netroot_wait.c: how long things are waited for ---- */

/* For servers, once there is a network: as netroot_wait_seconds, rd.retry first. */
unsigned plan_retry_seconds(const struct bootline *line);
/* "90s" or "infinity". */
struct sv plan_wait_text(struct planner *pl, unsigned seconds);
/* "for up to 90s" or "without end". */
struct sv plan_bound_text(struct planner *pl, unsigned seconds);

/* ---- netroot_failed.c: what a boot without a root has to say ---- */

void plan_step(struct planner *pl, enum netroot_step_kind kind, struct sv unit, const char *fmt,
	       ...) _printf_(4, 5);
/* The root cannot be found, because of what is said; `fatal`: there is no other way to it, so the boot fails
 * at once. */
void plan_refuse(struct planner *pl, bool fatal, const char *fmt, ...) _printf_(3, 4);
/* The units for both, after all other parts. */
void plan_failed(struct planner *pl);

/* ---- netroot_names.c ---- */

/* For a unit that tries only once to talk to a server: after there is a route to it. */
void plan_after_route(struct planner *pl, struct sv server, struct strbuf *b);
/* For one that repeats it: when the server is a name, after its address is known. */
void plan_after_name(struct planner *pl, struct sv server, struct strbuf *b);
/* The unit for all of them, after all other parts but plan_failed. */
void plan_names(struct planner *pl);

/* ---- one part of the plan each: what they do is at the top of their files ---- */

void plan_network(struct planner *pl);
void plan_networkd(struct planner *pl);
/* The unit after which there is a network. */
void plan_network_step(struct planner *pl, struct sv unit);
/* .network files, and .netdev for a VLAN, for a NIC of a table. name: of the files and of the VLAN. */
void plan_nic(struct planner *pl, const char *table, const char *name, const struct netroot_nic *n);
/* The options of a bond= that systemd-networkd makes. */
void plan_bond(struct planner *pl, const struct boot_group *g);
void plan_keys(struct planner *pl);
void plan_nfs(struct planner *pl);
/* The server that ip= names, or empty. */
struct sv plan_peer(const struct bootline *line);
void plan_iscsi(struct planner *pl);
/* netroot_iscsi_names.c: leaves the initiator's name for the root; what a login's unit says of that; the unit
 * that comes after all logins (names of units with blanks between). */
void plan_iscsi_initiator(struct planner *pl, struct sv name);
void plan_iscsi_after_initiator(struct planner *pl, struct strbuf *b);
void plan_iscsi_start(struct planner *pl, struct sv logins, bool firmware);
void plan_nbd(struct planner *pl);
void plan_nbft(struct planner *pl);
void plan_nvmf(struct planner *pl);
void plan_device(struct planner *pl);
void plan_mark_root(struct planner *pl);
void plan_baked(struct planner *pl);
/* The device that root= names, as fstab-generator and udev write it; false when it is none. */
bool plan_root_device(const struct bootline *line, struct strbuf *ret);
/* sysroot.mount for a disk. type, options: before rootfstype= and rootflags=. */
void plan_sysroot_disk(struct planner *pl, const char *description, struct sv of,
		       const char *dependencies, struct sv device, struct sv type,
		       struct sv options);
/* Its Type= and Options= alone. */
void plan_mount_options(const struct bootline *line, struct sv type, struct sv own,
			struct strbuf *b);
void plan_breaks(struct planner *pl);
void plan_late(struct planner *pl);
/* Is the root known only with a lease? */
bool plan_needs_lease(const struct bootline *line);

/* Says it when the initrd lacks a program, and returns whether it has it. */
bool plan_has_tool(struct planner *pl, enum netroot_tool tool, const char *what_for);
/* The same for one that a root may be lost without: refused, see plan_refuse. */
bool plan_needs_tool(struct planner *pl, enum netroot_tool tool, bool fatal, const char *what_for);
/* sysroot.mount of the early folder, required by initrd-root-fs.target. */
void plan_sysroot(struct planner *pl, struct sv text);
/* Has firmware left NVMe boot tables that the command line lets us use? */
bool plan_uses_nbft(const struct planner *pl);
/* Does the root lie on a disk of a server to which the network leads? */
bool plan_is_remote(const struct bootline *line);
/* Must the network be brought up? Not for a word that has been refused. */
bool plan_wants_network(const struct planner *pl);

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

/* For the network and devices: rd.timeout, else rd.retry, else dracut's 180; 0: for ever. */
unsigned plan_wait_seconds(const struct bootline *line);
/* For servers, once there is a network: the same, rd.retry first. */
unsigned plan_retry_seconds(const struct bootline *line);
/* "90s" or "infinity". */
struct sv plan_wait_text(struct planner *pl, unsigned seconds);

/* ---- netroot_failed.c: what a boot without a root has to say ---- */

void plan_step(struct planner *pl, enum netroot_step_kind kind, struct sv unit, const char *fmt,
	       ...) _printf_(4, 5);
/* The root cannot be found, because of what is said; `fatal`: there is no other way to it, so the boot fails
 * at once. */
void plan_refuse(struct planner *pl, bool fatal, const char *fmt, ...) _printf_(3, 4);
/* The units for both, after all other parts. */
void plan_failed(struct planner *pl);

/* ---- one part of the plan each: what they do is at the top of their files ---- */

void plan_network(struct planner *pl);
void plan_networkd(struct planner *pl);
/* The unit after which there is a network. */
void plan_network_step(struct planner *pl, struct sv unit);
/* "255.255.255.0" -> 24; 0 when it is no mask. */
unsigned plan_mask_length(struct sv mask);
/* The options of a bond= that systemd-networkd makes. */
void plan_bond(struct planner *pl, const struct boot_group *g);
void plan_keys(struct planner *pl);
void plan_nfs(struct planner *pl);
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
void plan_breaks(struct planner *pl);
void plan_late(struct planner *pl);

/* Says it when the initrd lacks a program, and returns whether it has it. */
bool plan_has_tool(struct planner *pl, enum netroot_tool tool, const char *what_for);
/* The same for one that a root may be lost without: refused, see plan_refuse. */
bool plan_needs_tool(struct planner *pl, enum netroot_tool tool, bool fatal, const char *what_for);
/* sysroot.mount of the early folder, required by initrd-root-fs.target. */
void plan_sysroot(struct planner *pl, struct sv text);
/* Has firmware left NVMe boot tables that the command line lets us use? */
bool plan_uses_nbft(const struct planner *pl);
/* Does the root lie on a disk of a server? */
bool plan_is_remote(const struct bootline *line);
/* Must the network be brought up? Not for a word that has been refused. */
bool plan_wants_network(const struct planner *pl);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a kernel command line asks of an initrd that has systemd: the units, .link files and settings for
 * a root on the network. A pure function of its inputs, because systemd runs generators again on every
 * daemon-reload; systemd.generator(7) names the folders.
 *
 *	struct netroot_plan p;
 *	netroot_plan(&facts, &p, &e);    then write p.files, say p.messages
 *	netroot_plan_done(&p);
 */
#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/sv.h"
#include "base/vec.h"
#include "bootline/bootline.h"

/* Where the program lies in an image: it is a generator, and the units it writes call it. */
#define NETROOT_PROGRAM "/usr/lib/systemd/system-generators/kindling-netroot"
/* NetrootDefaults= of the recipe. */
#define NETROOT_DEFAULTS_FILE "/usr/lib/kindling/netroot.conf"
/* Words that nobody but root can read: passwords. systemd(1) puts credentials of the machine there. */
#define NETROOT_CREDENTIAL_FILE "/run/credentials/@system/kindling.netroot"
/* Words that were known only once the network was up; written by the service, read by the generator. */
#define NETROOT_LATE_FILE "/run/kindling/late"
/* There once the network has come up. */
#define NETROOT_ONLINE_FILE "/run/kindling/online"

enum netroot_service { NETROOT_NO_SERVICE, NETROOT_NETWORKD, NETROOT_NETWORK_MANAGER };

/* Programs that units call; each is there or not. */
enum netroot_tool {
	NETROOT_MOUNT_NFS,
	NETROOT_ISCSISTART,
	NETROOT_ISCSIUIO,
	NETROOT_NBD_CLIENT,
	NETROOT_NVME,
	NETROOT_MULTIPATHD,
	NETROOT_BASH, /* of breakpoints */
	NETROOT_FSCK,
	NETROOT_TOOLS
};
#define NETROOT_NBFT_MAX 4
/* "mount.nfs", ...: by enum netroot_tool. */
extern const char *const netroot_tool_names[NETROOT_TOOLS];

/* What holds in this initrd. Texts are borrowed. */
struct netroot_facts {
	struct sv cmdline;  /* /proc/cmdline */
	struct sv defaults; /* NetrootDefaults=: read before the command line, so it loses */
	struct sv credential; /* more words, of the credential kindling.netroot: read after the defaults */
	struct sv late; /* words out of a lease: read last; empty at first */
	enum netroot_service service;
	unsigned tools;      /* bits 1 << enum netroot_tool */
	struct sv initiator; /* of /etc/iscsi/initiatorname.iscsi, or empty */
	struct sv machine; /* tells this machine from others, for an initiator name; may be empty */
	struct sv nbft[NETROOT_NBFT_MAX]; /* the NVMe boot tables that firmware left */
	size_t nbft_count;
	bool nm_units;        /* the package brings NetworkManager's own initrd units */
	bool iscsi_units;     /* a package brings iscsi-*-initrd.service */
	bool own_breakpoints; /* systemd has its own (258 and newer) */
};

enum netroot_place {
	NETROOT_NORMAL, /* generator folder */
	NETROOT_EARLY,  /* before /etc: where systemd's own generators would write a wrong unit */
	NETROOT_RUN,    /* an absolute path below /run */
};

struct netroot_file {
	enum netroot_place place;
	struct sv path; /* relative to the place; absolute in NETROOT_RUN */
	struct sv text; /* content, or what a link points to */
	bool link;
	unsigned mode; /* of a file: 0644, secrets 0600 */
};

/* What must succeed before the root is there, in the order in which it happens; so that a boot that ends
 * without a root can say what failed. */
enum netroot_step_kind {
	NETROOT_STEP_REFUSED, /* cannot succeed: a word is wrong or a program is missing; no unit */
	NETROOT_STEP_NETWORK,
	NETROOT_STEP_NAMES, /* addresses of servers */
	NETROOT_STEP_LOGIN, /* a server, or the lease that names it */
	NETROOT_STEP_ROOT,  /* the device and the mount */
};

struct netroot_step {
	enum netroot_step_kind kind;
	struct sv unit;
	struct sv text; /* "could not ..." */
};

struct netroot_plan {
	struct arena arena;
	struct bootline line;
	VEC(struct netroot_file) files;
	VEC(struct sv) messages; /* one line each, for the kernel log */
	VEC(struct sv) start;    /* what the service starts after late words were found */
	VEC(struct netroot_step) steps;
};

/* How long the network and devices are waited for: rd.timeout, else rd.retry, else dracut's 180; 0: for ever. */
unsigned netroot_wait_seconds(const struct bootline *line);
/* How long a lease that says where the root is, once there is a network. */
unsigned netroot_lease_seconds(const struct bootline *line);

/* E_LIMIT or E_FORMAT of bootline_parse. */
int netroot_plan(const struct netroot_facts *f, struct netroot_plan *ret, struct err *e);
void netroot_plan_done(struct netroot_plan *p);
/* All of it as text, for people and golden tests. Secrets are shown as such. */
struct strbuf;
void netroot_plan_dump(const struct netroot_plan *p, struct strbuf *b);

/* Reads `systemctl show --property=Id,ActiveState` of units: the step of the plan that failed first, or NULL
 * when the root is mounted or nothing of the plan failed. */
const struct netroot_step *netroot_failed_step(const struct netroot_plan *p, struct sv shown);

/* What a DHCP lease says about the root. */
struct netroot_lease {
	struct sv address, next_server, server_id, root_path, hostname;
	unsigned ifindex; /* 0: not known */
};
/* A lease file of systemd-networkd (/run/systemd/netif/leases/N) or a device file of NetworkManager
 * (/run/NetworkManager/devices/N): KEY=value lines. Values are views into text. True when it holds one. */
bool netroot_parse_lease(struct sv text, struct netroot_lease *ret);
/* The words that a lease adds to a command line: root=... Empty when it has no answer; then *ret_why
 * says what is missing. hostname: the machine's own, or empty. */
struct sv netroot_late_words(const struct bootline *b, const struct netroot_lease *l,
			     struct sv hostname, struct arena *a, const char **ret_why);

/* root= or netroot=, or several, or their value, as a log may show them: not longer than a line, and without what
 * stands before an '@', be the kind of the root known or not: "iscsi:" may have been forgotten. */
struct sv netroot_without_password(struct sv words, struct arena *a);

/* A NIC of a table of the firmware. What was not said is empty. */
struct netroot_nic {
	struct sv mac, address, gateway, dns1, dns2;
	unsigned prefix, vlan; /* vlan 0: none */
	bool dhcp;
};
VEC_TYPE(netroot_nics, struct netroot_nic);
/* Adds the NICs of a table to *ret; texts live in the arena. NULL, or what is wrong with the table: then those
 * before the fault were added. */
const char *netroot_nbft_read(struct sv table, struct arena *a, struct netroot_nics *ret);

/* ---- what only a running system has; root is a folder descriptor, "/" or a test's ---- */

#define NETROOT_FILE_MAX 65536

/* Facts of the initrd below root. All texts live in the arena. */
int netroot_read_facts(int root, struct arena *a, struct netroot_facts *ret, struct err *e);
/* Writes the files of a plan: the folders are those systemd.generator(7) passes, paths below /run are
 * taken from root. Links and files that are there are replaced. */
int netroot_write(const struct netroot_plan *p, int root, const char *normal, const char *early,
		  struct err *e);
/* The lease below /run that answers, of bootdev= where that is given; or false. */
bool netroot_find_lease(int root, struct sv bootdev, struct arena *a, struct netroot_lease *ret);
/* The name that somebody gave to this machine; empty when it has only the distribution's default. */
struct sv netroot_hostname(int root, const struct bootline *line, struct arena *a);
/* .network files for the NICs of the firmware's table: that which was booted from, all of them with rd.iscsi.mp;
 * *ret_count: how many. No table is no error. */
int netroot_write_ibft(int root, const struct bootline *line, size_t *ret_count, struct err *e);
/* The folder in which the kernel shows the firmware's iSCSI table: its own iBFT, else that of an adapter's driver;
 * empty: there is none. */
struct sv netroot_iscsi_table(int root, struct arena *a);
/* "ens3: no carrier", ...; what is wrong with the network interfaces, or empty. */
struct sv netroot_interfaces(int root, struct arena *a);
/* A file of one line, trimmed; empty when it is not there. */
struct sv netroot_read_line(int root, const char *path, struct arena *a);
/* Notes in /run/mount/utab that the file system on /sysroot needs the network; the entry for it, from the text
 * of /proc/self/mountinfo. */
int netroot_mark_root(int root, struct err *e);
struct sv netroot_utab_line(struct sv mountinfo, struct arena *a);
/* /etc/resolv.conf of what systemd-networkd knows, unless the image has one: systemd-resolved's, NetworkManager's, or
 * its own. */
int netroot_write_resolv(int root, struct err *e);
int netroot_write_file(int root, const char *path, struct sv text, unsigned mode, struct err *e);

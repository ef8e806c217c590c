/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The kernel command line as an initrd reads it: words, then what they say about the root and the
 * network it comes over. Grammar: dracut.cmdline(7), with kernel-command-line(7) of systemd for quoting
 * and booleans, and the kernel's Documentation/admin-guide/nfs/nfsroot.rst for root=/dev/nfs.
 *
 * Used while booting and while checking an image, so it is a pure function of the text: no file is
 * read, nothing is resolved. Bad syntax is not a failure: the word is left out and a note says so, since
 * a machine that boots with a typo is better than one that does not.
 *
 * All views point into the arena of the struct bootline and die with it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/sv.h"
#include "base/vec.h"

#define BOOTLINE_MAX 65536 /* characters; kernels take 256 to 4096 */

/* Where words stand; of two of a kind that of the later source wins. */
enum boot_source {
	BOOT_DEFAULTS,   /* NetrootDefaults= */
	BOOT_CREDENTIAL, /* kindling.netroot */
	BOOT_CMDLINE,
	BOOT_LATE, /* what a lease has added */
	BOOT_SOURCES
};

/* "key=value", quotes removed; without '=' value is SV_NULL. */
struct boot_word {
	struct sv text, key, value;
	enum boot_source source;
};

/* Something to tell once: `bad` words were ignored, and without a `root` word the root cannot be found. */
struct boot_note {
	struct sv word, text;
	bool bad, root;
};

enum boot_method {
	BOOT_METHOD_NONE, /* static, or "none"/"off" */
	BOOT_METHOD_DHCP,
	BOOT_METHOD_DHCP6,
	BOOT_METHOD_AUTO6,
	BOOT_METHOD_EITHER6,
	BOOT_METHOD_LINK6,
	BOOT_METHOD_SINGLE_DHCP,
	BOOT_METHOD_IBFT,
	BOOT_METHOD_ANY, /* "on", "any", empty: whatever the network service takes for automatic */
};

/* One ip=. Addresses are without brackets; what was not said is empty. */
struct boot_ip {
	struct sv address, peer, gateway, netmask, hostname, device;
	enum boot_method method;
	struct sv mtu, mac;
	struct sv dns1, dns2, ntp;
};

struct boot_pair { /* ifname=, vlan= */
	struct sv name, other;
};

struct boot_group { /* bond=, bridge=, team= */
	struct sv kind, name, members, options, mtu;
};

struct boot_route {
	struct sv destination, gateway, device;
};

enum boot_root_kind {
	BOOT_ROOT_NONE,  /* no root= */
	BOOT_ROOT_LOCAL, /* a device, LABEL=, UUID=, tmpfs, gpt-auto, ...: systemd's business */
	BOOT_ROOT_NFS,
	BOOT_ROOT_ISCSI, /* root=iscsi:...: the first partition table or file system of the LUN */
	BOOT_ROOT_NBD,
	BOOT_ROOT_DHCP,        /* the lease says */
	BOOT_ROOT_UNSUPPORTED, /* known to others: live:, cifs:, ... */
};

struct boot_nfs {
	struct sv server; /* without brackets; empty: from ip='s peer or the lease */
	struct sv path;   /* may hold one %s: host name or address */
	struct sv options;
	bool v4;
	bool ipv6; /* server is a literal IPv6 address */
};

struct boot_iscsi {
	struct sv user, password, in_user, in_password;
	struct sv server; /* empty: from the lease */
	struct sv port;   /* default 3260 */
	struct sv iface, netdev;
	struct sv lun;   /* default 0 */
	struct sv group; /* target portal group, default 1 */
	struct sv target;
	bool ipv6;
	bool shared_auth; /* user and so on are those of rd.iscsi.username= and its relatives */
};

struct boot_nbd {
	struct sv server;
	struct sv port;   /* empty: 10809 */
	struct sv export; /* empty: the server's default */
	struct sv fstype, mount_options, nbd_options;
	bool ipv6;
};

/* rd.nvmf.discover= */
struct boot_nvmf {
	struct sv transport, traddr, host_traddr, trsvcid;
};

/* Everything rd.iscsi.* that holds for all targets. */
struct boot_iscsi_common {
	struct sv initiator, transport, login_retry_max;
	bool firmware, mp;
};

struct bootline {
	struct arena arena;
	VEC(struct boot_word) words;
	VEC(struct boot_note) notes;

	enum boot_root_kind root_kind;
	struct sv root; /* value of root=, as given */
	struct sv rootfstype, rootflags;
	bool ro, rw; /* the last of both words */

	struct boot_nfs nfs;
	VEC(struct boot_iscsi) iscsi; /* root=iscsi: first, then netroot= in order */
	struct boot_nbd nbd;          /* server empty: none */
	struct sv nfs_domain;

	struct boot_iscsi_common iscsi_common;
	struct sv iscsi_params; /* "name=value" of rd.iscsi.param, one a line */
	bool has_netroot;       /* netroot= named something, root= is what lies on it */
	bool by_nfsroot;        /* the root is what nfsroot= names */

	struct sv nvmf_hostnqn, nvmf_hostid;
	VEC(struct boot_nvmf) nvmf;
	bool nvmf_off, nvmf_no_nbft, nvmf_fc_auto;

	bool multipath_off, multipath_default;

	VEC(struct boot_ip) ip;
	VEC(struct boot_pair) ifname, vlan;
	VEC(struct boot_group) groups;
	VEC(struct boot_route) routes;
	VEC(struct sv) nameservers;
	struct sv bootif, bootdev;
	bool bootif_off;
	int neednet; /* 1 asked, 0 forbidden, -1 not said */

	struct sv retry, timeout; /* seconds; rd.retry, rd.timeout */
	VEC(struct sv) breaks;    /* rd.break=: dracut's names; bare: "pre-pivot" */
};

/* E_LIMIT above BOOTLINE_MAX, E_FORMAT for a zero byte; nothing else fails. */
int bootline_parse(struct sv text, struct bootline *ret, struct err *e);
/* The same for all sources together. Neither a "--" nor a lonely quote in one hides the others. */
int bootline_parse_sources(const struct sv texts[static BOOT_SOURCES], struct bootline *ret,
			   struct err *e);
void bootline_done(struct bootline *b);

/* 0, no, off, n, f, false: false; anything else, also nothing: true */
bool bootline_bool(struct sv value);
/* '-' and '_' are the same in a key. */
bool bootline_key_eq(struct sv a, struct sv b);
/* Last word of that key, or NULL. */
const struct boot_word *bootline_find(const struct bootline *b, struct sv key);
/* Is a root or netroot= word such that the network must be up before it can be mounted? */
bool bootline_needs_network(const struct bootline *b);

/* Is the login that firmware set up, by an adapter with a network of its own, all that is asked of iSCSI, and no
 * interface given an address for it? */
bool bootline_is_offloaded(const struct bootline *b);

/* An IPv4 or IPv6 literal, without brackets. */
bool bootline_is_address(struct sv s);
/* "255.255.255.0" -> 24; -1 when it is no mask of a network. */
int bootline_mask_length(struct sv mask);

/* One NFS root as root=, nfsroot= and DHCP's root-path write it, without "nfs:" being needed. False when
 * it is none. */
bool bootline_parse_nfs(struct bootline *b, struct sv text, struct boot_nfs *ret);
bool bootline_parse_iscsi(struct bootline *b, struct sv text, struct boot_iscsi *ret);
bool bootline_parse_nbd(struct bootline *b, struct sv text, struct boot_nbd *ret);

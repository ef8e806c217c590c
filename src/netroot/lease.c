/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netroot/lease.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/macros.h"
#include "netroot/netroot.h"
#include "netroot/run.h"

static int start_units(const struct netroot_plan *p, struct err *e)
{
	static char systemctl[] = "/usr/bin/systemctl";
	static char reload[] = "daemon-reload", no_block[] = "--no-block", start[] = "start";
	char *reload_argv[] = { systemctl, reload, NULL };
	VEC(char *) argv = { .v = NULL };
	int r = run(reload_argv, e);

	vec_push(&argv, systemctl);
	vec_push(&argv, no_block);
	vec_push(&argv, start);
	for (size_t i = 0; i < p->start.n; i++)
		vec_push(&argv, (char *)(uintptr_t)p->start.v[i].p);
	vec_push(&argv, NULL);
	if (r == 0 && p->start.n)
		r = run(argv.v, e);
	vec_done(&argv);
	return r;
}

/* A static ip= has no lease; its fields say as much. */
static bool static_lease(const struct bootline *line, struct netroot_lease *ret)
{
	for (size_t i = 0; i < line->ip.n; i++)
		if (line->ip.v[i].address.n) {
			*ret = (struct netroot_lease){ .address = line->ip.v[i].address,
						       .hostname = line->ip.v[i].hostname,
						       .next_server = line->ip.v[i].peer };
			return true;
		}
	return false;
}

#define NO_LEASE_TRIES 12 /* 3 s */

/* IPv4, of one interface, or of the first that has one. NetworkManager's files do not say it. */
static struct sv interface_address(unsigned ifindex, struct arena *a)
{
	char text[INET_ADDRSTRLEN];
	struct ifaddrs *all = NULL;
	struct sv found = SV_NULL;

	if (getifaddrs(&all) < 0)
		return SV_NULL;
	for (struct ifaddrs *i = all; i && found.n == 0; i = i->ifa_next) {
		struct sockaddr_in in;

		if (!i->ifa_addr || i->ifa_addr->sa_family != AF_INET ||
		    (i->ifa_flags & IFF_LOOPBACK) ||
		    (ifindex && if_nametoindex(i->ifa_name) != ifindex))
			continue;
		memcpy(&in, i->ifa_addr, sizeof(in));
		if (inet_ntop(AF_INET, &in.sin_addr, text, sizeof(text)))
			found = arena_sv(a, sv_from(text));
	}
	freeifaddrs(all);
	return found;
}

/* Without a lease there is at least an address, which an NFS path may ask for. */
static bool read_lease(const struct bootline *line, int root, bool must, struct arena *a,
		       struct netroot_lease *ret)
{
	if (!netroot_find_lease(root, line->bootdev, a, ret) && !static_lease(line, ret)) {
		if (must || line->root_kind != BOOT_ROOT_NFS)
			return false;
		*ret = (struct netroot_lease){ .ifindex = 0 };
	}
	if (ret->address.n == 0)
		ret->address = interface_address(ret->ifindex, a);
	return true;
}

/* Leases are written soon after the network is said to be up, not always before. */
static int find_words(const struct bootline *line, int root, struct arena *a, struct sv *ret,
		      struct err *e)
{
	struct sv host = netroot_hostname(root, line, a);
	unsigned seconds = netroot_lease_seconds(line);
	const struct timespec wait = { .tv_nsec = 250000000 };
	const unsigned patience = seconds ? MIN(NO_LEASE_TRIES, seconds * 2) : NO_LEASE_TRIES;
	const char *why = "there is no lease";

	*ret = SV_NULL;
	for (unsigned i = 0; ret->n == 0 && (seconds == 0 || i < seconds * 4); i++) {
		struct arena scratch = ARENA_INIT;
		struct netroot_lease l;

		if (i)
			nanosleep(&wait, NULL);
		if (read_lease(line, root, i < patience, &scratch, &l))
			*ret = netroot_late_words(line, &l, host, a, &why);
		arena_done(&scratch);
	}
	return ret->n ? 0 : err_set(e, E_NOTFOUND, "%s", why);
}

int lease_find_root(int root, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct netroot_facts f;
	struct netroot_plan p, late;
	struct sv words = SV_NULL;
	int r = netroot_read_facts(root, &a, &f, e);

	if (r == 0)
		f.late = SV_NULL;
	if (r == 0)
		r = netroot_plan(&f, &p, e);
	if (r < 0) {
		arena_done(&a);
		return r;
	}
	r = find_words(&p.line, root, &a, &words, e);
	if (r == 0) {
		f.late = words;
		r = netroot_write_file(root, NETROOT_LATE_FILE + 1, words, 0600, e);
	}
	if (r == 0)
		r = netroot_plan(&f, &late, e);
	if (r == 0) {
		words = netroot_without_password(words, &a);
		printf("kindling-netroot: the lease says %.*s\n", (int)words.n, words.p);
		fflush(stdout);
		r = start_units(&late, e);
		netroot_plan_done(&late);
	}
	netroot_plan_done(&p);
	arena_done(&a);
	return r;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Names of servers: systemd-networkd hands the name servers of leases, ip= and nameserver= to
 * systemd-resolved only. An initrd without it gets a resolv.conf(5) out of networkd's own file of its state
 * (sd-network: /run/systemd/netif/state).
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "netroot/netroot_int.h"

#define RESOLV "etc/resolv.conf"
#define HEAD "# Written by kindling-netroot from what systemd-networkd knows\n"

/* A link to a file that is not there yet counts, too. */
static bool is_of_others(int root, struct arena *a)
{
	struct stat st;

	if (fstatat(root, RESOLV, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno != ENOENT;
	return !S_ISREG(st.st_mode) ||
	       !sv_starts(netroot_read_line(root, RESOLV, a), sv_trim(SV(HEAD)));
}

/* ADDRESS[%INTERFACE][#NAME]; one with a port is of no use here: "[v6]:53", "10.0.0.1:53". */
static void add_server(struct sv server, struct strbuf *b)
{
	struct sv address;

	(void)sv_split(&server, '#', &address);
	if (address.n == 0 || address.p[0] == '[' ||
	    (sv_chr(address, '.') >= 0 && sv_chr(address, ':') >= 0))
		return;
	strbuf_addf(b, "nameserver " SV_FMT "\n", SV_ARG(address));
}

int netroot_write_resolv(int root, struct err *e)
{
	_cleanup_fs_data_ struct fs_data d = { .p = NULL };
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct arena a = ARENA_INIT;
	struct sv rest, line, word;
	int r = 0;

	if (!is_of_others(root, &a) &&
	    (r = fs_read(root, "run/systemd/netif/state", NETROOT_FILE_MAX, &d, e)) == 0) {
		strbuf_adds(&b, HEAD);
		rest = fs_sv(&d);
		while (sv_line(&rest, &line)) {
			if (sv_skip(&line, SV("DNS=")))
				while (sv_word(&line, &word))
					add_server(word, &b);
			else if (sv_skip(&line, SV("DOMAINS=")) && sv_trim(line).n)
				strbuf_addf(&b, "search " SV_FMT "\n", SV_ARG(sv_trim(line)));
		}
		if (b.n > strlen(HEAD))
			r = netroot_write_file(root, RESOLV, strbuf_sv(&b), 0644, e);
	}
	arena_done(&a);
	return r;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The protocol is NBD's doc/proto.md ("fixed newstyle", NBD_OPT_EXPORT_NAME); the kernel is spoken to as in its
 * include/uapi/linux/nbd-netlink.h, genetlink.h and netlink.h, whose numbers stand here because libc has none.
 */
#include "netroot/nbd.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/macros.h"
#include "netroot/run.h"

#ifndef AF_NETLINK
#define AF_NETLINK 16
#endif
#define NETLINK_GENERIC_ 16
#define NETLINK_ADD_MEMBERSHIP_ 1
#define SOL_NETLINK_ 270

/* How long requests are held back while there is no connection, and after which one counts as dead. */
#define DEAD_SECONDS 86400
#define REQUEST_SECONDS 30
#define CONNECT_SECONDS 10

enum { NLMSG_ERROR_ = 2, NLM_F_REQUEST_ = 1, NLM_F_ACK_ = 4, NLA_F_NESTED_ = 0x8000 };
enum { GENL_CTRL = 16, CTRL_GETFAMILY = 3 };
enum { CTRL_FAMILY_ID = 1, CTRL_FAMILY_NAME = 2, CTRL_MCAST_GROUPS = 7 };
enum { CTRL_GROUP_NAME = 1, CTRL_GROUP_ID = 2 };
enum { NBD_RECONFIGURE = 3, NBD_LINK_DEAD = 4 };
enum { NBD_INDEX = 1, NBD_TIMEOUT = 4, NBD_SOCKETS = 7, NBD_DEAD_TIMEOUT = 8 };
enum { NBD_SOCK_ITEM = 1, NBD_SOCK_FD = 1 };

struct nl_head {
	uint32_t len;
	uint16_t type, flags;
	uint32_t seq, pid;
	uint8_t cmd, version;
	uint16_t reserved;
};

struct nl_attr {
	uint16_t len, type;
};

struct nl_address {
	uint16_t family, pad;
	uint32_t pid, groups;
};

/* Words, so that it is aligned as netlink wants. */
struct message {
	union {
		struct nl_head head;
		uint8_t bytes[8192];
	};
	size_t n;
};

static void begin(struct message *m, uint16_t type, uint8_t cmd)
{
	memset(m, 0, sizeof(*m));
	m->head = (struct nl_head){
		.type = type, .flags = NLM_F_REQUEST_ | NLM_F_ACK_, .cmd = cmd, .version = 1
	};
	m->n = sizeof(m->head);
}

static size_t put(struct message *m, uint16_t type, const void *p, size_t n)
{
	struct nl_attr a = { .len = (uint16_t)(sizeof(a) + n), .type = type };
	size_t at = m->n;

	memcpy(m->bytes + at, &a, sizeof(a));
	if (n)
		memcpy(m->bytes + at + sizeof(a), p, n);
	m->n += (sizeof(a) + n + 3) & ~(size_t)3;
	return at;
}

/* An attribute that holds all that was put since. */
static void close_nest(struct message *m, size_t at)
{
	uint16_t len = (uint16_t)(m->n - at);

	memcpy(m->bytes + at, &len, sizeof(len));
}

static bool find(const uint8_t *p, size_t n, uint16_t type, const uint8_t **ret, size_t *ret_n)
{
	struct nl_attr a;

	while (n >= sizeof(a)) {
		size_t step;

		memcpy(&a, p, sizeof(a));
		if (a.len < sizeof(a) || a.len > n)
			return false;
		if ((a.type & 0x3fff) == type) {
			*ret = p + sizeof(a);
			*ret_n = a.len - sizeof(a);
			return true;
		}
		step = MIN((size_t)(a.len + 3) & ~(size_t)3, n);
		p += step;
		n -= step;
	}
	return false;
}

static int receive(int fd, struct message *m, struct err *e)
{
	ssize_t n;

	do
		n = recv(fd, m->bytes, sizeof(m->bytes), 0);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_sys(e, errno, "reading from the kernel's netlink");
	m->n = (size_t)n;
	if (m->n < 16)
		return err_set(e, E_FORMAT, "a netlink message of %zu bytes", m->n);
	return 0;
}

/* Sends, and takes the first answer: an acknowledgement, an error or what was asked for. */
static int ask(int fd, struct message *m, struct err *e)
{
	int32_t error = 0;
	int r;

	m->head.len = (uint32_t)m->n;
	if (send(fd, m->bytes, m->n, 0) < 0)
		return err_sys(e, errno, "asking the kernel by netlink");
	r = receive(fd, m, e);
	if (r == 0 && m->head.type == NLMSG_ERROR_ && m->n >= 20)
		memcpy(&error, m->bytes + 16, sizeof(error));
	return error < 0 ? err_sys(e, -error, "the kernel refuses") : r;
}

static int open_netlink(struct err *e)
{
	struct nl_address a = { .family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC_);

	if (fd < 0)
		return err_sys(e, errno, "opening a netlink socket");
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0) {
		close(fd);
		return err_sys(e, errno, "opening a netlink socket");
	}
	return fd;
}

static bool find_u32(const uint8_t *p, size_t n, uint16_t type, size_t width, uint32_t *ret)
{
	const uint8_t *v;
	size_t len;
	uint32_t value = 0;

	if (!find(p, n, type, &v, &len) || len < width)
		return false;
	memcpy(&value, v, width); /* all targets are little-endian */
	*ret = value;
	return true;
}

static int find_family(int fd, uint16_t *ret_id, uint32_t *ret_group, struct err *e)
{
	const uint8_t *groups, *group, *p;
	uint32_t id;
	struct message m;
	size_t n, len;
	int r;

	begin(&m, GENL_CTRL, CTRL_GETFAMILY);
	put(&m, CTRL_FAMILY_NAME, "nbd", 4);
	r = ask(fd, &m, e);
	if (r < 0)
		return r;
	p = m.bytes + sizeof(m.head);
	n = m.n > sizeof(m.head) ? m.n - sizeof(m.head) : 0;
	/* one group, the first of the list */
	if (!find_u32(p, n, CTRL_FAMILY_ID, 2, &id) ||
	    !find(p, n, CTRL_MCAST_GROUPS, &groups, &len) || !find(groups, len, 1, &group, &len) ||
	    !find_u32(group, len, CTRL_GROUP_ID, 4, ret_group))
		return err_set(e, E_FAIL, "this kernel's NBD has no netlink interface");
	*ret_id = (uint16_t)id;
	/* the acknowledgement behind the answer */
	return receive(fd, &m, e);
}

/* ---- the server ------------------------------------------------------------------------------------- */

static bool get(int fd, void *p, size_t n)
{
	return recv(fd, p, n, MSG_WAITALL) == (ssize_t)n;
}

static bool be64_is(const uint8_t *p, const char *text)
{
	return memcmp(p, text, 8) == 0;
}

/* Fixed newstyle: greeting, flags, one option, the export's size and flags. */
static bool negotiate(int fd, const char *export)
{
	static const char magic[] = "NBDMAGIC", opt[] = "IHAVEOPT";
	size_t n = strlen(export);
	uint8_t greeting[18], request[4 + 16 + 4096] = { 0 }, answer[10], zeros[124];
	bool no_zeroes;

	if (n > 4096 || !get(fd, greeting, sizeof(greeting)) || !be64_is(greeting, magic) ||
	    !be64_is(greeting + 8, opt))
		return false;
	no_zeroes = greeting[17] & 2;
	request[3] = no_zeroes ? 3 : 1;
	memcpy(request + 4, opt, 8);
	request[15] = 1; /* NBD_OPT_EXPORT_NAME */
	request[18] = (uint8_t)(n >> 8);
	request[19] = (uint8_t)n;
	memcpy(request + 20, export, n);
	return send(fd, request, 20 + n, MSG_NOSIGNAL) == (ssize_t)(20 + n) &&
	       get(fd, answer, sizeof(answer)) && (no_zeroes || get(fd, zeros, sizeof(zeros)));
}

static void set_times(int fd, time_t seconds)
{
	const struct timeval t = { .tv_sec = seconds };

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof(t));
}

/* A connection that may be handed to the kernel, or -1. */
static int connect_server(const struct addrinfo *list, const char *export)
{
	for (const struct addrinfo *a = list; a; a = a->ai_next) {
		int one = 1, fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

		if (fd < 0)
			continue;
		set_times(fd, CONNECT_SECONDS);
		if (connect(fd, a->ai_addr, a->ai_addrlen) == 0 && negotiate(fd, export)) {
			set_times(fd, 0);
			(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
			return fd;
		}
		close(fd);
	}
	return -1;
}

/* ---- keeping --------------------------------------------------------------------------------------- */

/* Times for the device, and a new connection when there is one. */
static int reconfigure(int fd, uint16_t family, uint32_t index, int connection, struct err *e)
{
	const uint64_t dead = DEAD_SECONDS, request = REQUEST_SECONDS;
	struct message m;

	begin(&m, family, NBD_RECONFIGURE);
	put(&m, NBD_INDEX, &index, sizeof(index));
	put(&m, NBD_TIMEOUT, &request, sizeof(request));
	put(&m, NBD_DEAD_TIMEOUT, &dead, sizeof(dead));
	if (connection >= 0) {
		uint32_t number = (uint32_t)connection;
		size_t all = put(&m, NBD_SOCKETS | NLA_F_NESTED_, NULL, 0);
		size_t item = put(&m, NBD_SOCK_ITEM | NLA_F_NESTED_, NULL, 0);

		put(&m, NBD_SOCK_FD, &number, sizeof(number));
		close_nest(&m, item);
		close_nest(&m, all);
	}
	return ask(fd, &m, e);
}

static void reconnect(int ask_fd, uint16_t family, uint32_t index, const struct addrinfo *servers,
		      const char *export)
{
	const struct timespec pause = { .tv_sec = 1 };
	struct err e;

	for (;;) {
		_cleanup_close_ int fd = connect_server(servers, export);

		if (fd >= 0 && reconfigure(ask_fd, family, index, fd, &e) == 0)
			return;
		nanosleep(&pause, NULL);
	}
}

static int wait_dead(int fd, uint16_t family, uint32_t index, struct err *e)
{
	struct message m;
	uint32_t which;

	for (;;) {
		int r = receive(fd, &m, e);

		if (r < 0)
			return r;
		if (m.head.type == family && m.head.cmd == NBD_LINK_DEAD && m.n > sizeof(m.head) &&
		    find_u32(m.bytes + sizeof(m.head), m.n - sizeof(m.head), NBD_INDEX, 4,
			     &which) &&
		    which == index)
			return 0;
	}
}

int nbd_keep(uint32_t index, const char *server, const char *port, const char *export,
	     struct err *e)
{
	_cleanup_close_ int ask_fd = open_netlink(e), hear_fd = -1;
	struct addrinfo *servers;
	uint32_t group;
	uint16_t family;
	int r = ask_fd < 0 ? ask_fd : find_family(ask_fd, &family, &group, e);

	if (r < 0)
		return r;
	hear_fd = open_netlink(e);
	if (hear_fd < 0)
		return hear_fd;
	if (setsockopt(hear_fd, SOL_NETLINK_, NETLINK_ADD_MEMBERSHIP_, &group, sizeof(group)) < 0)
		return err_sys(e, errno, "listening to the kernel's NBD");
	/* names cannot be asked for once the root is away */
	r = run_resolve(server, port, &servers);
	if (r != 0)
		return err_set(e, E_NOTFOUND, "'%s': %s", server, gai_strerror(r));
	r = reconfigure(ask_fd, family, index, -1, e);
	(void)mlockall(MCL_CURRENT | MCL_FUTURE);
	while (r == 0) {
		r = wait_dead(hear_fd, family, index, e);
		if (r == 0)
			reconnect(ask_fd, family, index, servers, export);
	}
	freeaddrinfo(servers);
	return r;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * kindling-netroot: a systemd generator, and the few services that its units call. See
 * docs/man/kindling-netroot.8.scd.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/strbuf.h"
#include "netroot/netroot.h"

#define SAID_FILE "run/kindling/said"

static const char usage[] =
	"usage: kindling-netroot NORMAL-DIR EARLY-DIR LATE-DIR    as systemd runs it\n"
	"       kindling-netroot --dry-run --cmdline 'WORDS' [OPTION...]\n"
	"\n"
	"Writes the systemd units that a kernel command line asks for when the root is on the network.\n"
	"\n"
	"  --dry-run              print what would be written\n"
	"  --cmdline WORDS        the kernel command line; default: /proc/cmdline\n"
	"  --defaults WORDS       NetrootDefaults= of the recipe\n"
	"  --service NAME         networkd (default), NetworkManager or none\n"
	"  --without PROGRAM      the initrd lacks it: mount.nfs, iscsistart, iscsiuio, nbd-client, nvme,\n"
	"                         multipathd; repeatable\n"
	"  --initiator NAME       of /etc/iscsi/initiatorname.iscsi\n"
	"  --nbft FILE            an NVMe boot table of the firmware; repeatable\n"
	"  --own-breakpoints      systemd 258 or newer\n"
	"  --package-units        NetworkManager's package has units for initrds\n"
	"  --output DIR           write into DIR/normal, DIR/early and DIR/run instead of printing\n"
	"  --help, --version\n";

static void log_error(const struct err *e)
{
	fprintf(stderr, "kindling-netroot: error: %s\n", e->text);
	if (e->hint[0])
		fprintf(stderr, "hint: %s\n", e->hint);
}

static void log_kernel(const char *text, int level)
{
	_cleanup_close_ int fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC | O_NOCTTY);
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_addf(&b, "<%d>kindling-netroot: %s\n", level, text);
	if (fd < 0 || write(fd, b.p, b.n) < 0)
		fprintf(stderr, "kindling-netroot: %s\n", text);
}

/* Generators run again with every daemon-reload; each thing is said once. */
static void say_messages(const struct netroot_plan *p, int root)
{
	struct arena a = ARENA_INIT;
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct sv before = netroot_read_line(root, SAID_FILE, &a);
	struct err e;

	for (size_t i = 0; i < p->messages.n; i++) {
		strbuf_add(&b, p->messages.v[i]);
		strbuf_addc(&b, '\n');
		if (sv_find(before, p->messages.v[i]) < 0)
			log_kernel(p->messages.v[i].p, 4);
	}
	if (b.n)
		(void)netroot_write_file(root, SAID_FILE, strbuf_sv(&b), 0644, &e);
	arena_done(&a);
}

static int generate(int root, const char *normal, const char *early, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct netroot_facts f;
	struct netroot_plan p;
	int r = netroot_read_facts(root, &a, &f, e);

	if (r == 0)
		r = netroot_plan(&f, &p, e);
	if (r == 0) {
		say_messages(&p, root);
		r = netroot_write(&p, root, normal, early, e);
		netroot_plan_done(&p);
	}
	arena_done(&a);
	return r;
}

/* ---- services -------------------------------------------------------------------------------------- */

static int run(char *const *argv, struct err *e)
{
	extern char **environ;
	int status, r;
	pid_t pid;

	r = posix_spawn(&pid, argv[0], NULL, NULL, argv, environ);
	if (r != 0)
		return err_sys(e, r, "running '%s'", argv[0]);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return err_sys(e, errno, "waiting for '%s'", argv[0]);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return err_set(e, E_FAIL, "'%s %s' failed", argv[0], argv[1]);
	return 0;
}

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

/* Leases are written soon after the network is said to be up, not always before. */
static int find_words(const struct bootline *line, int root, struct arena *a, struct sv *ret,
		      struct err *e)
{
	struct sv host = netroot_read_line(root, "proc/sys/kernel/hostname", a);
	const char *why = "there is no lease";

	if (sv_eq(host, SV("localhost")) || sv_eq(host, SV("(none)")))
		host = SV_NULL;
	for (int i = 0; i < 100; i++) {
		struct netroot_lease l;
		const struct timespec wait = { .tv_nsec = 300000000 };

		if (netroot_find_lease(root, a, &l) || static_lease(line, &l)) {
			*ret = netroot_late_words(line, &l, host, a, &why);
			if (ret->n)
				return 0;
		}
		nanosleep(&wait, NULL);
	}
	return err_set(e, E_NOTFOUND, "%s", why);
}

static int do_lease(int root, struct err *e)
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
		printf("kindling-netroot: the lease says %.*s\n", (int)words.n, words.p);
		fflush(stdout);
		r = start_units(&late, e);
		netroot_plan_done(&late);
	}
	netroot_plan_done(&p);
	arena_done(&a);
	return r;
}

static int do_ibft_network(int root, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct netroot_facts f;
	struct netroot_plan p;
	size_t n = 0;
	int r = netroot_read_facts(root, &a, &f, e);

	if (r == 0)
		r = netroot_plan(&f, &p, e);
	if (r == 0) {
		r = netroot_write_ibft(root, p.line.iscsi_common.mp, &n, e);
		netroot_plan_done(&p);
	}
	if (r == 0)
		printf("kindling-netroot: %zu interface%s in the firmware's iSCSI table\n", n,
		       n == 1 ? "" : "s");
	arena_done(&a);
	return r;
}

static int do_ibft_initiator(int root, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct sv name = netroot_read_line(root, "sys/firmware/ibft/initiator/initiator-name", &a);
	int r = 0;

	if (name.n)
		r = netroot_write_file(root, "run/initiatorname.iscsi",
				       arena_printf(&a, "InitiatorName=%.*s\n", (int)name.n,
						    name.p),
				       0600, e);
	arena_done(&a);
	return r;
}

/* ---- dry run --------------------------------------------------------------------------------------- */

struct options {
	struct netroot_facts f;
	bool dry_run;
	const char *output;
};

static int take_service(struct options *o, struct sv name, struct err *e)
{
	if (sv_eq(name, SV("networkd")))
		o->f.service = NETROOT_NETWORKD;
	else if (sv_eq(name, SV("NetworkManager")))
		o->f.service = NETROOT_NETWORK_MANAGER;
	else if (sv_eq(name, SV("none")))
		o->f.service = NETROOT_NO_SERVICE;
	else
		return err_set(e, E_USAGE, "no network service '%s'", name.p);
	return 0;
}

static int take_without(struct options *o, struct sv name, struct err *e)
{
	for (unsigned i = 0; i < NETROOT_TOOLS; i++)
		if (sv_eq(name, sv_from(netroot_tool_names[i]))) {
			o->f.tools &= ~(1u << i);
			return 0;
		}
	return err_set(e, E_USAGE, "no program '%s' is called by these units", name.p);
}

static int take_nbft(struct options *o, const char *path, struct err *e)
{
	struct fs_data d = { NULL, 0 };
	int r;

	if (o->f.nbft_count == NETROOT_NBFT_MAX)
		return err_set(e, E_USAGE, "more than %d tables", NETROOT_NBFT_MAX);
	r = fs_read(AT_FDCWD, path, NETROOT_FILE_MAX, &d, e);
	if (r == 0) /* kept to the end of the process */
		o->f.nbft[o->f.nbft_count++] = fs_sv(&d);
	return r;
}

/* *taken: 1 or 2 words */
static int take_option(struct options *o, struct sv name, const char *next, int *taken,
		       struct err *e)
{
	struct sv value = next ? sv_from(next) : SV_NULL;

	*taken = 1;
	if (sv_eq(name, SV("--dry-run")))
		o->dry_run = true;
	else if (sv_eq(name, SV("--own-breakpoints")))
		o->f.own_breakpoints = true;
	else if (sv_eq(name, SV("--package-units")))
		o->f.nm_units = true;
	else if (!next)
		return err_set(e, E_USAGE, "unknown option '%s', or its value is missing", name.p);
	else
		*taken = 2;
	if (*taken == 1)
		return 0;
	if (sv_eq(name, SV("--cmdline")))
		o->f.cmdline = value;
	else if (sv_eq(name, SV("--defaults")))
		o->f.defaults = value;
	else if (sv_eq(name, SV("--nbft")))
		return take_nbft(o, next, e);
	else if (sv_eq(name, SV("--initiator")))
		o->f.initiator = value;
	else if (sv_eq(name, SV("--output")))
		o->output = next;
	else if (sv_eq(name, SV("--service")))
		return take_service(o, value, e);
	else if (sv_eq(name, SV("--without")))
		return take_without(o, value, e);
	else
		return err_set(e, E_USAGE, "unknown option '%s'", name.p);
	return 0;
}

static int show(const struct options *o, struct err *e)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	_cleanup_close_ int dir = -1;
	struct netroot_plan p;
	int r = netroot_plan(&o->f, &p, e);

	if (r < 0)
		return r;
	if (o->output) {
		r = fs_mkdirs(AT_FDCWD, o->output, e);
		if (r == 0)
			r = fs_open_dir(AT_FDCWD, o->output, &dir, e);
		if (r == 0)
			r = netroot_write(&p, dir, "normal", "early", e);
	} else {
		netroot_plan_dump(&p, &b);
		if (fwrite(b.p ? b.p : "", 1, b.n, stdout) != b.n || fflush(stdout) != 0)
			r = err_sys(e, errno, "writing");
	}
	netroot_plan_done(&p);
	return r;
}

static int dry_run(int argc, char **argv, int root, struct err *e)
{
	struct options o = { .f = { .service = NETROOT_NETWORKD,
				    .tools = (1u << NETROOT_TOOLS) - 1 } };
	struct arena a = ARENA_INIT;
	int taken, r = 0;

	for (int i = 1; i < argc && r == 0; i += taken)
		r = take_option(&o, sv_from(argv[i]), i + 1 < argc ? argv[i + 1] : NULL, &taken, e);
	if (r == 0 && !o.dry_run)
		r = err_set(e, E_USAGE, "neither --dry-run nor the folders of a generator");
	if (r == 0 && !o.f.cmdline.p) {
		struct netroot_facts here;

		r = netroot_read_facts(root, &a, &here, e);
		if (r == 0)
			o.f.cmdline = here.cmdline;
	}
	if (r == 0)
		r = show(&o, e);
	arena_done(&a);
	return r;
}

static int dispatch(int argc, char **argv, int root, struct err *e)
{
	struct sv verb = argc > 1 ? sv_from(argv[1]) : SV_NULL;

	if (argc == 4 && argv[1][0] == '/' && argv[2][0] == '/')
		return generate(root, argv[1] + 1, argv[2] + 1, e);
	if (sv_eq(verb, SV("say")) && argc == 3) {
		printf("kindling-netroot: %s\n", argv[2]);
		return 0;
	}
	if (sv_eq(verb, SV("lease")))
		return do_lease(root, e);
	if (sv_eq(verb, SV("ibft-network")))
		return do_ibft_network(root, e);
	if (sv_eq(verb, SV("ibft-initiator")))
		return do_ibft_initiator(root, e);
	return dry_run(argc, argv, root, e);
}

int main(int argc, char **argv)
{
	_cleanup_close_ int root = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct sv verb = argc > 1 ? sv_from(argv[1]) : SV_NULL;
	struct err e = ERR_INIT;
	int r;

	umask(022);
	if (sv_eq(verb, SV("--help"))) {
		fputs(usage, stdout);
		return 0;
	}
	if (sv_eq(verb, SV("--version"))) {
		puts("kindling-netroot " KINDLING_VERSION);
		return 0;
	}
	/* as ExecCondition=: 1 to 254 skips the unit, which is no failure */
	if (sv_eq(verb, SV("have-ibft")))
		return fs_exists(root, "sys/firmware/ibft/initiator") ? 0 : 1;
	r = dispatch(argc, argv, root, &e);
	if (r == 0)
		return 0;
	if (argc == 4 && argv[1][0] == '/')
		log_kernel(e.text, 3);
	else
		log_error(&e);
	return r == E_USAGE ? 2 : 1;
}

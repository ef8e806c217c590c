/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * kindling-netroot: a systemd generator, and the few services that its units call. See
 * docs/man/kindling-netroot.8.scd.
 */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/num.h"
#include "base/strbuf.h"
#include "netroot/idmap.h"
#include "netroot/lease.h"
#include "netroot/nbd.h"
#include "netroot/netroot.h"
#include "netroot/run.h"

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
	"  --credential WORDS     of the credential kindling.netroot\n"
	"  --service NAME         networkd (default), NetworkManager or none\n"
	"  --without PROGRAM      the initrd lacks it: mount.nfs, iscsistart, iscsiuio, nbd-client, nvme,\n"
	"                         multipathd, bash, systemd-fsck; repeatable\n"
	"  --initiator NAME       of /etc/iscsi/initiatorname.iscsi\n"
	"  --nbft FILE            an NVMe boot table of the firmware; repeatable\n"
	"  --own-breakpoints      systemd 258 or newer\n"
	"  --package-units        packages bring units of their own for NetworkManager and iSCSI\n"
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
		r = netroot_write_ibft(root, &p.line, &n, e);
		netroot_plan_done(&p);
	}
	if (r == 0)
		printf("kindling-netroot: %zu interface%s in the firmware's iSCSI table\n", n,
		       n == 1 ? "" : "s");
	arena_done(&a);
	return r;
}

/* Where the root's iscsid looks for it. */
static int write_initiator(int root, struct sv name, struct err *e)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_addf(&b, "InitiatorName=" SV_FMT "\n", SV_ARG(name));
	return netroot_write_file(root, "run/initiatorname.iscsi", strbuf_sv(&b), 0600, e);
}

static bool have_ibft(int root)
{
	struct arena a = ARENA_INIT;
	bool found = netroot_iscsi_table(root, &a).n > 0;

	arena_done(&a);
	return found;
}

static int do_ibft_initiator(int root, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct sv table = netroot_iscsi_table(root, &a), name = SV_NULL;
	int r;

	if (table.n)
		name = netroot_read_line(
			root, arena_printf(&a, SV_FMT "/initiator/initiator-name", SV_ARG(table)).p,
			&a);
	r = name.n ? write_initiator(root, name, e) : 0;

	arena_done(&a);
	return r;
}

static int do_sessions(int root, struct err *e)
{
	static const char folder[] = "sys/class/iscsi_session";
	struct fs_entries list = { .v = NULL };
	struct arena a = ARENA_INIT;
	int r = 0;

	if (fs_exists(root, folder))
		r = fs_list(root, folder, &list, e);
	for (size_t i = 0; i < list.n; i++) {
		struct sv target = netroot_read_line(
			root, arena_printf(&a, "%s/%s/targetname", folder, list.v[i].name).p, &a);

		printf("kindling-netroot: iSCSI %s: %.*s\n", list.v[i].name, (int)target.n,
		       target.n ? target.p : "");
	}
	if (r == 0 && list.n == 0)
		puts("kindling-netroot: no iSCSI session");
	fs_entries_done(&list);
	arena_done(&a);
	return r;
}

/* ---- a boot without a root -------------------------------------------------------------------------- */

static const char failed_prefix[] = "kindling-netroot: no root: ";

/* How systemd sees the units of the plan. */
static int show_units(const struct netroot_plan *p, struct arena *a, struct strbuf *ret,
		      struct err *e)
{
	VEC(char *) argv = { .v = NULL };
	int r;

	vec_push(&argv, arena_cstr(a, SV("systemctl")));
	vec_push(&argv, arena_cstr(a, SV("show")));
	vec_push(&argv,
		 arena_cstr(a, SV("--property=Id,ActiveState,ActiveEnterTimestampMonotonic")));
	vec_push(&argv, arena_cstr(a, SV("sysroot.mount")));
	for (size_t i = 0; i < p->steps.n; i++)
		if (p->steps.v[i].unit.n)
			vec_push(&argv, arena_cstr(a, p->steps.v[i].unit));
	vec_push(&argv, NULL);
	r = run_read(argv.v, ret, e);
	vec_done(&argv);
	return r;
}

/* The last line that a unit's own program wrote; it tends to name the reason. */
static struct sv last_words(struct sv unit, struct arena *a)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct sv rest, line, last = SV_NULL;
	char *argv[] = { arena_cstr(a, SV("journalctl")),
			 arena_cstr(a, SV("--quiet")),
			 arena_cstr(a, SV("--boot")),
			 arena_cstr(a, SV("--no-pager")),
			 arena_cstr(a, SV("--output=cat")),
			 arena_cstr(a, SV("--lines=20")),
			 arena_cstr(a, arena_printf(a, "_SYSTEMD_UNIT=" SV_FMT, SV_ARG(unit))),
			 NULL };
	struct err e;

	if (run_read(argv, &b, &e) < 0)
		return SV_NULL;
	rest = strbuf_sv(&b);
	while (sv_line(&rest, &line)) {
		line = sv_trim(line);
		if (sv_eq(unit, SV("kindling-netroot.service")))
			(void)sv_skip(&line, SV("kindling-netroot: error: "));
		/* ours says how often, nbd-client's last line only that it ends */
		if (line.n && !sv_starts(line, SV("kindling-netroot:")) &&
		    !sv_eq(line, SV("Exiting.")))
			last = line;
	}
	return arena_sv(a, sv_head(last, 300));
}

static int do_failed(int root, struct err *e)
{
	_cleanup_strbuf_ struct strbuf shown = STRBUF_INIT;
	const struct netroot_step *s = NULL;
	struct arena a = ARENA_INIT;
	struct netroot_facts f;
	struct netroot_plan p;
	struct sv why = SV_NULL;
	int r = netroot_read_facts(root, &a, &f, e);

	if (r == 0)
		r = netroot_plan(&f, &p, e);
	if (r < 0) {
		arena_done(&a);
		return r;
	}
	r = show_units(&p, &a, &shown, e);
	if (r == 0)
		s = netroot_failed_step(&p, strbuf_sv(&shown));
	if (s && s->kind == NETROOT_STEP_NETWORK)
		why = netroot_interfaces(root, &a);
	else if (s && s->unit.n)
		why = last_words(s->unit, &a);
	if (s)
		printf("%s%.*s%s%.*s%s\n", failed_prefix, (int)s->text.n, s->text.p,
		       why.n ? " (" : "", (int)why.n, why.n ? why.p : "", why.n ? ")" : "");
	netroot_plan_done(&p);
	arena_done(&a);
	return r;
}

/* kindling-netroot retry SECONDS PAUSE PROGRAM [ARGUMENT...] */
static int do_retry(int argc, char **argv, struct err *e)
{
	uint64_t seconds, pause;

	if (argc < 5 || num_parse_u64(sv_from(argv[2]), 10, 1000000, &seconds, e) < 0 ||
	    num_parse_u64(sv_from(argv[3]), 10, 1000, &pause, e) < 0)
		return err_set(e, E_USAGE, "expected retry SECONDS PAUSE PROGRAM [ARGUMENT...]");
	return run_retry((unsigned)seconds, (unsigned)pause, argv + 4, e);
}

/* kindling-netroot online: the network service says so. */
static int do_online(int root, struct err *e)
{
	int r = netroot_write_file(root, NETROOT_ONLINE_FILE + 1, SV(""), 0644, e);

	return r < 0 ? r : netroot_write_resolv(root, e);
}

/* kindling-netroot reach SERVER...; what fails is told as a program that was called would. */
static int do_reach(int argc, char **argv, int root, struct err *e)
{
	(void)netroot_write_resolv(root, e);
	for (int i = 2; i < argc; i++) {
		struct addrinfo *all = NULL;
		int r = run_resolve(argv[i], "9", &all);

		if (r != 0) {
			printf("%s: %s\n", argv[i], gai_strerror(r));
			return err_set(e, E_FAIL, "no address of '%s'", argv[i]);
		}
		r = run_route(all);
		freeaddrinfo(all);
		if (r != 0) {
			printf("%s: %s\n", argv[i], strerror(r));
			return err_set(e, E_FAIL, "no route to '%s'", argv[i]);
		}
	}
	return 0;
}

/* request-key, as the kernel calls it */
static int do_request_key(int argc, char **argv, struct err *e)
{
	bool user;
	int r = idmap_answer(argc, argv, &user, e);

	if (r == 0 && user)
		log_kernel(
			"the NFS server names the owners of files: until the root translates names (nfsidmap), "
			"all but root's are nobody's",
			4);
	return r;
}

/* kindling-netroot nbd-keep INDEX SERVER PORT EXPORT */
static int do_nbd_keep(int argc, char **argv, struct err *e)
{
	uint64_t index;

	if (argc != 6 || num_parse_u64(sv_from(argv[2]), 10, 1000, &index, e) < 0)
		return err_set(e, E_USAGE, "expected nbd-keep INDEX SERVER PORT EXPORT");
	return nbd_keep((uint32_t)index, argv[3], argv[4], argv[5], e);
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
		o->f.nm_units = o->f.iscsi_units = true;
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
	else if (sv_eq(name, SV("--credential")))
		o->f.credential = value;
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

	if (argc > 0 && idmap_is_call(argv[0]))
		return do_request_key(argc, argv, e);
	if (argc == 4 && argv[1][0] == '/' && argv[2][0] == '/')
		return generate(root, argv[1] + 1, argv[2] + 1, e);
	if (sv_eq(verb, SV("say")) && argc == 3) {
		printf("kindling-netroot: %s\n", argv[2]);
		return 0;
	}
	if (sv_eq(verb, SV("initiator")) && argc == 3)
		return write_initiator(root, sv_from(argv[2]), e);
	if (sv_eq(verb, SV("sessions")))
		return do_sessions(root, e);
	if (sv_eq(verb, SV("refuse")))
		return err_set(e, E_FAIL, "the root cannot be found; the kernel log says why");
	if (sv_eq(verb, SV("retry")))
		return do_retry(argc, argv, e);
	if (sv_eq(verb, SV("nbd-keep")))
		return do_nbd_keep(argc, argv, e);
	if (sv_eq(verb, SV("failed")))
		return do_failed(root, e);
	if (sv_eq(verb, SV("mark-root")))
		return netroot_mark_root(root, e);
	if (sv_eq(verb, SV("lease")))
		return lease_find_root(root, e);
	if (sv_eq(verb, SV("online")))
		return do_online(root, e);
	if (sv_eq(verb, SV("reach")))
		return do_reach(argc, argv, root, e);
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
	if (sv_eq(verb, SV("have-ibft"))) {
		if (have_ibft(root))
			return 0;
		puts("the firmware left no iSCSI table (iBFT)");
		return 1;
	}
	r = dispatch(argc, argv, root, &e);
	if (r == 0)
		return 0;
	if (argc == 4 && argv[1][0] == '/')
		log_kernel(e.text, 3);
	else
		log_error(&e);
	return r == E_USAGE ? 2 : 1;
}

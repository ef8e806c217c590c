/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is read from the running system, and where plans are written. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/macros.h"
#include "base/num.h"
#include "netroot/netroot_int.h"

static struct sv read_text(int root, const char *path, struct arena *a)
{
	_cleanup_fs_data_ struct fs_data d = { .p = NULL };
	struct err e;

	if (fs_read(root, path, NETROOT_FILE_MAX, &d, &e) < 0)
		return SV_NULL;
	return arena_sv(a, fs_sv(&d));
}

struct sv netroot_read_line(int root, const char *path, struct arena *a)
{
	return sv_trim(read_text(root, path, a));
}

/* ---- facts ----------------------------------------------------------------------------------------- */

static bool has_program(int root, const char *name)
{
	static const char *const folders[] = { "usr/sbin", "usr/bin", "sbin", "bin",
					       "usr/lib/systemd" };

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		char path[128];

		snprintf(path, sizeof(path), "%s/%s", folders[i], name);
		if (fs_exists(root, path))
			return true;
	}
	return false;
}

static struct sv read_initiator(int root, struct arena *a)
{
	struct sv text = read_text(root, "etc/iscsi/initiatorname.iscsi", a), line;

	while (sv_line(&text, &line))
		if (sv_skip(&line, SV("InitiatorName=")))
			return sv_trim(line);
	return SV_NULL;
}

/* Something of the hardware, so that it stays the same from boot to boot. */
static struct sv read_machine(int root, struct arena *a)
{
	static const char *const files[] = { "sys/class/dmi/id/product_uuid",
					     "sys/firmware/devicetree/base/serial-number",
					     "sys/class/dmi/id/product_serial" };
	struct sv s = SV_NULL;

	for (size_t i = 0; i < ARRAY_SIZE(files) && s.n == 0; i++)
		s = netroot_read_line(root, files[i], a);
	return s;
}

/* Comments of the file are left out; words may stand on several lines. */
static struct sv read_words(int root, const char *path, struct arena *a)
{
	struct sv text = read_text(root, path, a), line;
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	while (sv_line(&text, &line)) {
		if (line.n && line.p[0] == '#')
			continue;
		if (b.n)
			strbuf_addc(&b, ' ');
		strbuf_add(&b, line);
	}
	return arena_sv(a, strbuf_sv(&b));
}

/* "NBFT", or "NBFT1" and so on where there are several. */
static void read_nbft(int root, struct arena *a, struct netroot_facts *f)
{
	struct fs_entries list = { .v = NULL };
	struct err e;

	if (fs_list(root, "sys/firmware/acpi/tables", &list, &e) < 0)
		return;
	for (size_t i = 0; i < list.n && f->nbft_count < NETROOT_NBFT_MAX; i++)
		if (sv_starts(sv_from(list.v[i].name), SV("NBFT")))
			f->nbft[f->nbft_count++] = read_text(
				root,
				arena_printf(a, "sys/firmware/acpi/tables/%s", list.v[i].name).p,
				a);
	fs_entries_done(&list);
}

int netroot_read_facts(int root, struct arena *a, struct netroot_facts *ret, struct err *e)
{
	struct netroot_facts f = { .service = NETROOT_NO_SERVICE };
	_cleanup_fs_data_ struct fs_data d = { .p = NULL };
	int r = fs_read(root, "proc/cmdline", NETROOT_FILE_MAX, &d, e);

	if (r < 0)
		return r;
	f.cmdline = arena_sv(a, fs_sv(&d));
	f.defaults = read_words(root, NETROOT_DEFAULTS_FILE + 1, a);
	f.credential = read_words(root, NETROOT_CREDENTIAL_FILE + 1, a);
	f.late = read_text(root, NETROOT_LATE_FILE + 1, a);
	if (has_program(root, "NetworkManager"))
		f.service = NETROOT_NETWORK_MANAGER;
	else if (has_program(root, "systemd-networkd"))
		f.service = NETROOT_NETWORKD;
	for (unsigned i = 0; i < NETROOT_TOOLS; i++)
		if (has_program(root, netroot_tool_names[i]))
			f.tools |= 1u << i;
	f.initiator = read_initiator(root, a);
	f.machine = read_machine(root, a);
	read_nbft(root, a, &f);
	f.nm_units = fs_exists(root, "usr/lib/systemd/system/NetworkManager-initrd.service");
	f.iscsi_units = fs_exists(root, "usr/lib/systemd/system/iscsi-start-initrd.service");
	f.own_breakpoints =
		fs_exists(root, "usr/lib/systemd/system/breakpoint-pre-switch-root.service");
	*ret = f;
	return 0;
}

/* ---- writing --------------------------------------------------------------------------------------- */

static int make_parents(int root, const char *path, struct err *e)
{
	struct sv dir = sv_from(path);
	ptrdiff_t slash = sv_rchr(dir, '/');
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	if (slash <= 0)
		return 0;
	strbuf_add(&b, sv_head(dir, (size_t)slash));
	return fs_mkdirs(root, b.p, e);
}

int netroot_write_file(int root, const char *path, struct sv text, unsigned mode, struct err *e)
{
	_cleanup_strbuf_ struct strbuf tmp = STRBUF_INIT;
	_cleanup_close_ int fd = -1;
	int r = make_parents(root, path, e);

	if (r < 0)
		return r;
	strbuf_addf(&tmp, "%s.kindling-tmp", path);
	(void)unlinkat(root, tmp.p, 0);
	fd = openat(root, tmp.p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
		    (mode_t)mode);
	if (fd < 0)
		return err_sys(e, errno, "creating '%s'", path);
	while (text.n) {
		ssize_t n = write(fd, text.p, text.n);

		if (n < 0 && errno != EINTR)
			return err_sys(e, errno, "writing '%s'", path);
		if (n > 0)
			text = sv_from_pos(text, (size_t)n);
	}
	if (renameat(root, tmp.p, root, path) < 0)
		return err_sys(e, errno, "creating '%s'", path);
	return 0;
}

static int write_link(int root, const char *path, const char *target, struct err *e)
{
	int r = make_parents(root, path, e);

	if (r < 0)
		return r;
	(void)unlinkat(root, path, 0);
	if (symlinkat(target, root, path) < 0)
		return err_sys(e, errno, "creating '%s'", path);
	return 0;
}

int netroot_write(const struct netroot_plan *p, int root, const char *normal, const char *early,
		  struct err *e)
{
	for (size_t i = 0; i < p->files.n; i++) {
		const struct netroot_file *f = &p->files.v[i];
		_cleanup_strbuf_ struct strbuf path = STRBUF_INIT;
		int r;

		if (f->place != NETROOT_RUN)
			strbuf_addf(&path, "%s/", f->place == NETROOT_EARLY ? early : normal);
		strbuf_add(&path, f->place == NETROOT_RUN ? sv_from_pos(f->path, 1) : f->path);
		r = f->link ? write_link(root, path.p, f->text.p, e)
			    : netroot_write_file(root, path.p, f->text, f->mode, e);
		if (r < 0)
			return r;
	}
	return 0;
}

/* ---- leases --------------------------------------------------------------------------- */

/* 0: there is none, or it is not asked for. */
static uint64_t index_of(int root, struct sv interface, struct arena *a)
{
	struct sv text;
	struct err e;
	uint64_t n = 0;

	if (!unit_is_interface(interface))
		return 0;
	text = netroot_read_line(
		root, arena_printf(a, "sys/class/net/" SV_FMT "/ifindex", SV_ARG(interface)).p, a);
	return num_parse_u64(text, 10, INT_MAX, &n, &e) == 0 ? n : 0;
}

bool netroot_find_lease(int root, struct sv bootdev, struct arena *a, struct netroot_lease *ret)
{
	static const char *const folders[] = { "run/systemd/netif/leases",
					       "run/NetworkManager/devices" };
	uint64_t only = index_of(root, bootdev, a);
	bool found = false;

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		struct fs_entries list = { .v = NULL };
		struct err e;

		if (fs_list(root, folders[i], &list, &e) < 0)
			continue;
		for (size_t k = 0; k < list.n; k++) {
			struct netroot_lease l;
			struct sv path = arena_printf(a, "%s/%s", folders[i], list.v[k].name);
			uint64_t ifindex = 0;

			(void)num_parse_u64(sv_from(list.v[k].name), 10, INT_MAX, &ifindex, &e);
			if (only && ifindex != only)
				continue;
			/* a root-path beats a lease without */
			if (!netroot_parse_lease(read_text(root, path.p, a), &l) ||
			    (found && (ret->root_path.n || l.root_path.n == 0)))
				continue;
			l.ifindex = (unsigned)ifindex;
			*ret = l;
			found = true;
		}
		fs_entries_done(&list);
	}
	return found;
}

/* A line DEFAULT_HOSTNAME=... of os-release(5). */
static struct sv default_hostname(int root, struct arena *a)
{
	struct sv text = read_text(root, "etc/os-release", a), line;

	if (text.n == 0)
		text = read_text(root, "usr/lib/os-release", a);
	while (sv_line(&text, &line))
		if (sv_skip(&line, SV("DEFAULT_HOSTNAME="))) {
			line = sv_trim(line);
			return line.n > 1 && strchr("'\"", line.p[0])
				       ? sv_of(line.p + 1, line.n - 2)
				       : line;
		}
	return SV_NULL;
}

struct sv netroot_hostname(int root, const struct bootline *line, struct arena *a)
{
	static const char *const none[] = { "", "(none)", "localhost", "localhost.localdomain" };
	const struct boot_word *said = bootline_find(line, SV("systemd.hostname"));
	struct sv name = netroot_read_line(root, "proc/sys/kernel/hostname", a);

	if (said && said->value.n)
		return said->value;
	for (size_t i = 0; i < ARRAY_SIZE(none); i++)
		if (sv_eq(name, sv_from(none[i])))
			return SV_NULL;
	return sv_eq(name, default_hostname(root, a)) ? SV_NULL : name;
}

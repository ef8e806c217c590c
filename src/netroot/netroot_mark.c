/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tells the root's programs that its file system needs the network, although it lies on a disk: an entry of
 * libmount's /run/mount/utab, as mount(8) makes it for the option _netdev. systemd-networkd 257 keeps the
 * addresses of such a root. The option itself would not do: mount(8) notes the identity of the mount, and networkd
 * looks from a mount namespace of its own, where that is another one.
 */
#include <fcntl.h>

#include "base/fs.h"
#include "base/macros.h"
#include "netroot/netroot_int.h"

#define UTAB "run/mount/utab"
#define ROOT_MOUNT "/sysroot"

/* One line of proc_pid_mountinfo(5): ID PARENT DEVICE ROOT TARGET OPTIONS... - TYPE SOURCE OPTIONS. Names are
 * escaped in the same way in both files. */
static bool read_mount(struct sv line, struct sv *ret_target, struct sv *ret_root,
		       struct sv *ret_source)
{
	struct sv word;
	int n = 0;

	for (; sv_word(&line, &word) && !(n > 5 && sv_eq(word, SV("-"))); n++) {
		if (n == 3)
			*ret_root = word;
		else if (n == 4)
			*ret_target = word;
	}
	return n > 5 && sv_word(&line, &word) && sv_word(&line, ret_source);
}

struct sv netroot_utab_line(struct sv mountinfo, struct arena *a)
{
	struct sv line, found = SV_NULL, target = SV_NULL, root = SV_NULL, source = SV_NULL;

	while (sv_line(&mountinfo, &line))
		if (read_mount(line, &target, &root, &source) && sv_eq(target, SV(ROOT_MOUNT)))
			found = arena_printf(a,
					     "SRC=" SV_FMT " TARGET=/ ROOT=" SV_FMT
					     " OPTS=_netdev\n",
					     SV_ARG(source), SV_ARG(root));
	return found;
}

int netroot_mark_root(int root, struct err *e)
{
	_cleanup_fs_data_ struct fs_data mounts = { .p = NULL }, old = { .p = NULL };
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct arena a = ARENA_INIT;
	struct sv line;
	int r = fs_read(root, "proc/self/mountinfo", NETROOT_FILE_MAX, &mounts, e);

	line = r == 0 ? netroot_utab_line(fs_sv(&mounts), &a) : SV_NULL;
	if (r == 0 && line.n == 0)
		r = err_set(e, E_NOTFOUND, "nothing is mounted on " ROOT_MOUNT);
	if (r == 0 && fs_exists(root, UTAB))
		r = fs_read(root, UTAB, NETROOT_FILE_MAX, &old, e);
	if (r == 0 && sv_find(fs_sv(&old), line) < 0) {
		strbuf_add(&b, fs_sv(&old));
		strbuf_add(&b, line);
		r = netroot_write_file(root, UTAB, strbuf_sv(&b), 0644, e);
	}
	arena_done(&a);
	return r;
}

void plan_mark_root(struct planner *pl)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	unit_begin(&b, "Mark the root as one on the network", SV_NULL);
	strbuf_adds(&b, "DefaultDependencies=no\n"
			"Requires=sysroot.mount\n"
			"After=sysroot.mount\n"
			"Before=initrd.target\n"
			"\n[Service]\n"
			"Type=oneshot\n"
			"ExecStart=" NETROOT_PROGRAM " mark-root\n");
	plan_file(pl, NETROOT_NORMAL, 0644, SV("kindling-mark-root.service"), strbuf_sv(&b));
	plan_wants(pl, "initrd.target", "wants", SV("kindling-mark-root.service"));
	vec_push(&pl->p->start, SV("kindling-mark-root.service"));
}

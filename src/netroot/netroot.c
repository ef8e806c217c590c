/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netroot/netroot.h"

#include <stdlib.h>

#include "base/macros.h"
#include "netroot/netroot_int.h"

const char *const netroot_tool_names[NETROOT_TOOLS] = {
	[NETROOT_MOUNT_NFS] = "mount.nfs", [NETROOT_ISCSISTART] = "iscsistart",
	[NETROOT_ISCSIUIO] = "iscsiuio",   [NETROOT_NBD_CLIENT] = "nbd-client",
	[NETROOT_NVME] = "nvme",           [NETROOT_MULTIPATHD] = "multipathd",
	[NETROOT_BASH] = "bash",           [NETROOT_FSCK] = "systemd-fsck",
};

bool plan_has_tool(struct planner *pl, enum netroot_tool tool, const char *what_for)
{
	if (pl->f->tools & 1u << tool)
		return true;
	plan_say(pl, "%s: this initrd has no %s; a recipe must bring it", what_for,
		 netroot_tool_names[tool]);
	return false;
}

bool plan_needs_tool(struct planner *pl, enum netroot_tool tool, bool fatal, const char *what_for)
{
	if (pl->f->tools & 1u << tool)
		return true;
	plan_refuse(pl, fatal, "%s: this initrd has no %s; a recipe must bring it", what_for,
		    netroot_tool_names[tool]);
	return false;
}

void plan_sysroot(struct planner *pl, struct sv text)
{
	plan_file(pl, NETROOT_EARLY, 0644, SV("sysroot.mount"), text);
	plan_link(pl, NETROOT_EARLY, SV("initrd-root-fs.target.requires/sysroot.mount"),
		  SV("../sysroot.mount"));
	vec_push(&pl->p->start, SV("sysroot.mount"));
}

static int file_cmp(const void *a, const void *b)
{
	const struct netroot_file *x = a, *y = b;

	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return sv_cmp(x->path, y->path);
}

static bool has_open_quote(struct sv text)
{
	bool open = false;

	for (size_t i = 0; i < text.n; i++)
		open ^= text.p[i] == '"';
	return open;
}

int netroot_plan(const struct netroot_facts *f, struct netroot_plan *ret, struct err *e)
{
	struct netroot_plan p = { .arena = ARENA_INIT };
	struct planner pl = { .f = f, .p = &p, .line = &p.line };
	const struct sv texts[BOOT_SOURCES] = { [BOOT_DEFAULTS] = f->defaults,
						[BOOT_CREDENTIAL] = f->credential,
						[BOOT_CMDLINE] = f->cmdline,
						[BOOT_LATE] = f->late };
	int r = bootline_parse_sources(texts, &p.line, e);

	if (r < 0) {
		arena_done(&p.arena);
		return r;
	}
	if (has_open_quote(f->defaults) || has_open_quote(f->credential))
		plan_say(
			&pl,
			"NetrootDefaults= or the credential kindling.netroot: a quote is not closed");
	plan_keys(&pl);
	plan_network(&pl);
	plan_nfs(&pl);
	plan_iscsi(&pl);
	plan_nbd(&pl);
	plan_nbft(&pl);
	plan_nvmf(&pl);
	plan_device(&pl);
	plan_baked(&pl);
	plan_breaks(&pl);
	plan_late(&pl);
	plan_names(&pl);
	plan_failed(&pl);
	vec_done(&pl.names);
	vec_done(&pl.logins);
	if (p.files.n)
		qsort(p.files.v, p.files.n, sizeof(*p.files.v), file_cmp);
	*ret = p;
	return 0;
}

void netroot_plan_done(struct netroot_plan *p)
{
	bootline_done(&p->line);
	vec_done(&p->files);
	vec_done(&p->messages);
	vec_done(&p->start);
	vec_done(&p->steps);
	arena_done(&p->arena);
}

void netroot_plan_dump(const struct netroot_plan *p, struct strbuf *b)
{
	static const char *const places[] = { "normal/", "early/", "" };

	for (size_t i = 0; i < p->messages.n; i++) {
		strbuf_adds(b, "message: ");
		strbuf_add(b, p->messages.v[i]);
		strbuf_addc(b, '\n');
	}
	for (size_t i = 0; i < p->steps.n; i++)
		strbuf_addf(b, "if " SV_FMT " fails: " SV_FMT "\n",
			    SV_ARG(p->steps.v[i].unit.n ? p->steps.v[i].unit : SV("the boot")),
			    SV_ARG(p->steps.v[i].text));
	for (size_t i = 0; i < p->files.n; i++) {
		const struct netroot_file *f = &p->files.v[i];
		struct sv rest = f->text, line;

		strbuf_addf(b, "%s" SV_FMT, places[f->place], SV_ARG(f->path));
		if (f->link) {
			strbuf_addf(b, " -> " SV_FMT "\n", SV_ARG(f->text));
			continue;
		}
		strbuf_addf(b, " %04o\n", f->mode);
		while (sv_line(&rest, &line)) {
			strbuf_adds(b, line.n ? "\t" : "");
			strbuf_add(b, line);
			strbuf_addc(b, '\n');
		}
	}
}

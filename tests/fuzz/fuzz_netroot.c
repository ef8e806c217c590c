/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any command line, twice: the first line is what the recipe baked in. No unit may get a second line out of a
 * word, and no path may leave its folder. The rest is read as a lease, too. */
#include <stdlib.h>

#include "base/strbuf.h"
#include "netroot/netroot.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_file(const struct netroot_file *f)
{
	struct sv rest = f->text, line, part, path = f->path;

	if (f->place == NETROOT_RUN && !sv_starts(path, SV("/run/")))
		abort();
	if (f->place != NETROOT_RUN && path.n && path.p[0] == '/')
		abort();
	while (sv_split(&path, '/', &part))
		if (sv_eq(part, SV("..")))
			abort();
	while (!f->link && sv_line(&rest, &line))
		for (size_t i = 0; i < line.n; i++)
			if ((unsigned char)line.p[i] < ' ' || line.p[i] == 0x7f)
				abort();
	if (f->link || (f->mode != 0644 && f->mode != 0600))
		return;
	/* a line that is no comment, section or setting came out of a word */
	rest = f->text;
	while (f->place != NETROOT_RUN && sv_line(&rest, &line))
		if (line.n && line.p[0] != '#' && line.p[0] != '[' && sv_chr(line, '=') <= 0)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sv text = sv_of(data, size), first = SV_NULL;
	struct netroot_facts f = { .tools = size % 5 ? ~0u : 0 };

	struct arena a = ARENA_INIT;
	struct netroot_lease lease;
	struct netroot_plan p;
	struct err e = ERR_INIT;
	const char *why = "";

	(void)sv_line(&text, &first);
	f.defaults = first;
	f.cmdline = text;
	if (size % 3 == 0)
		f.nbft[f.nbft_count++] = text;
	f.service = (enum netroot_service)(size % 3);
	if (netroot_plan(&f, &p, &e) < 0)
		return 0;
	for (size_t i = 0; i < p.files.n; i++)
		check_file(&p.files.v[i]);
	if (netroot_parse_lease(text, &lease)) {
		f.late = netroot_late_words(&p.line, &lease, SV("host"), &a, &why);
		if (f.late.n == 0 && why[0] == '\0')
			abort();
	}
	netroot_plan_done(&p);
	if (f.late.n && netroot_plan(&f, &p, &e) == 0)
		netroot_plan_done(&p);
	arena_done(&a);
	return 0;
}

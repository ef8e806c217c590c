/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <inttypes.h>
#include <stdio.h>

#include "cli/cli.h"
#include "cli/command.h"

static int build(struct cli_options *o, const struct build_hooks *h, struct build_summary *sum,
		 struct err *e)
{
	_cleanup_(build_setup_done) struct build_setup s = { 0 };

	if (!o->output && !o->dump) {
		err_set(e, E_USAGE, "no image to write");
		return err_hint(e, "name it with -o IMAGE");
	}

	int r = build_setup(&s, o, e);

	return r < 0 ? r : build_run(&s.options, h, sum, e);
}

int cmd_build(struct cli_options *o, struct report *r)
{
	struct notes notes = NOTES_INIT;
	_cleanup_strbuf_ struct strbuf dump = STRBUF_INIT, why = STRBUF_INIT;
	struct build_summary sum = { 0 };
	struct err e = ERR_INIT;
	struct build_hooks h = {
		.stage = report_stage, .arg = r, .notes = &notes, .dump = &dump, .why = &why
	};
	int done = build(o, &h, &sum, &e);
	int status = EXIT_DONE;

	report_notes(r, &notes);
	notes_done(&notes);
	if (done < 0) {
		report_error(r, &e, &why);
		return report_status(&e);
	}
	if (o->dump)
		status = report_product(r, &dump);
	else if (!r->quiet)
		fprintf(stderr,
			"kindling: wrote %s: %.1f MiB, %" PRIu64 " packages, %" PRIu64
			" kernel modules, sha256 %s\n",
			o->output, (double)sum.image_size / 1048576.0, sum.packages, sum.modules,
			sum.image_sha256);
	return status;
}

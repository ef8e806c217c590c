/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/cli.h"
#include "cli/command.h"

static int audit(struct cli_options *o, const struct build_hooks *h, size_t *ret_broken,
		 struct err *e)
{
	_cleanup_(build_setup_done) struct build_setup s = { 0 };
	bool json = o->format && sv_eq(sv_from(o->format), SV("json"));
	int r = build_setup(&s, o, e);

	return r < 0 ? r : build_audit(&s.options, h, json, ret_broken, e);
}

int cmd_audit(struct cli_options *o, struct report *r)
{
	struct notes notes = NOTES_INIT;
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	struct err e = ERR_INIT;
	struct build_hooks h = { .stage = report_stage, .arg = r, .notes = &notes, .dump = &text };
	size_t broken = 0;
	int done = audit(o, &h, &broken, &e);

	report_notes(r, &notes);
	notes_done(&notes);
	if (done < 0) {
		report_error(r, &e, NULL);
		return report_status(&e);
	}
	done = report_product(r, &text);
	return done == EXIT_DONE && broken ? EXIT_UNSAT : done;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/cli.h"
#include "cli/command.h"

static int plan(struct cli_options *o, const struct build_hooks *h, struct err *e)
{
	_cleanup_(build_setup_done) struct build_setup s = { 0 };
	struct build_question q = {
		.json = o->format && sv_eq(sv_from(o->format), SV("json")),
		.why = o->why,
		.against = o->against,
	};
	int r = build_setup(&s, o, e);

	if (r < 0)
		return r;
	if (q.why && q.against)
		return err_set(e, E_USAGE, "--why and --against are two questions");
	return build_plan(&s.options, h, &q, e);
}

int cmd_plan(struct cli_options *o, struct report *r)
{
	struct notes notes = NOTES_INIT;
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT, why = STRBUF_INIT;
	struct err e = ERR_INIT;
	struct build_hooks h = {
		.stage = report_stage, .arg = r, .notes = &notes, .dump = &text, .why = &why
	};
	int done = plan(o, &h, &e);

	report_notes(r, &notes);
	notes_done(&notes);
	if (done < 0) {
		report_error(r, &e, &why);
		return report_status(&e);
	}
	return report_product(r, &text);
}

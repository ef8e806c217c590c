/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>

#include "base/fs.h"
#include "cli/cli.h"
#include "cli/command.h"

static int write_file(const char *path, const struct strbuf *text, struct err *e)
{
	_cleanup_(fs_out_done) struct fs_out out = FS_OUT_INIT;
	int r = fs_out_open(&out, AT_FDCWD, path, 0644, e);

	if (r == 0)
		r = fs_out_write(&out, text->p, text->n, e);
	return r < 0 ? r : fs_out_publish(&out, e);
}

static int lock(struct cli_options *o, const struct build_hooks *h, struct err *e)
{
	_cleanup_(build_setup_done) struct build_setup s = { 0 };
	int r = build_setup(&s, o, e);

	if (r == 0 && !o->output)
		r = err_set(e, E_USAGE, "no output: -o FILE is missing");
	if (r == 0)
		r = build_plan(&s.options, h, &(struct build_question){ .lock = true }, e);
	return r < 0 ? r : write_file(o->output, h->dump, e);
}

int cmd_lock(struct cli_options *o, struct report *r)
{
	struct notes notes = NOTES_INIT;
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT, why = STRBUF_INIT;
	struct err e = ERR_INIT;
	struct build_hooks h = {
		.stage = report_stage, .arg = r, .notes = &notes, .dump = &text, .why = &why
	};
	int done = lock(o, &h, &e);

	report_notes(r, &notes);
	notes_done(&notes);
	if (done < 0)
		report_error(r, &e, &why);
	return done < 0 ? report_status(&e) : EXIT_DONE;
}

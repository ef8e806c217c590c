/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Words for people: errors with their hint, warnings, progress. All of it goes to stderr. */
#pragma once

#include <stdbool.h>
#include <time.h>

#include "base/err.h"
#include "base/note.h"
#include "base/strbuf.h"
#include "cli/options.h"

struct report {
	bool color, progress, quiet, verbose, timings;
	const char *stage;         /* running stage, or NULL */
	struct timespec wall, cpu; /* when it began */
	struct strbuf times;       /* table of --timings */
};

void report_init(struct report *r, const struct cli_options *o);
void report_done(struct report *r);
/* A struct build_hooks stage callback; arg is the report. */
void report_stage(void *arg, const char *name);
void report_error(const struct report *r, const struct err *e, const struct strbuf *why);
void report_notes(const struct report *r, const struct notes *n);
/* Exit status for an error. */
int report_status(const struct err *e);
/* Product to stdout. Returns an exit status: a full disk must not look like success. */
int report_product(const struct report *r, const struct strbuf *text);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One command each: parse, call, format. */
#pragma once

#include "cli/options.h"
#include "cli/report.h"

struct command {
	const char *name;
	enum cli_command_bit bit;
	const char *usage;   /* behind "kindling NAME " */
	const char *summary; /* one line */
	const char *more;    /* paragraph below the options, or NULL */
	int (*run)(struct cli_options *o, struct report *r); /* returns an exit status */
};

extern const struct command command_table[];
extern const size_t command_count;

int cmd_build(struct cli_options *o, struct report *r);
int cmd_audit(struct cli_options *o, struct report *r);
int cmd_lock(struct cli_options *o, struct report *r);
int cmd_plan(struct cli_options *o, struct report *r);
int cmd_recipes(struct cli_options *o, struct report *r);
int cmd_vercmp(struct cli_options *o, struct report *r);

/* What build and plan share: command line and environment -> build options. The defaults that come
 * from the machine (architecture, processors, cache folder, clock) are read here and only here.
 * `store` keeps texts that were made up; the options borrow from it. */
struct build_setup {
	struct build_options options;
	struct arena store;
};
int build_setup(struct build_setup *s, struct cli_options *o, struct err *e);
void build_setup_done(struct build_setup *s);
/* Folders where recipes are looked up, best first. */
extern const char *const recipe_search_folders[];
/* This machine's architecture, uname(2)'s word. Valid until the next call. */
const char *host_arch(void);

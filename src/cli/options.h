/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Options have one definition: a row here gives the parser, the help and what the man pages are
 * checked against. Parsing only fills struct cli_options; acting comes later.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/strbuf.h"
#include "build/build.h"

/* Which commands take an option: bits. */
enum cli_command_bit {
	CMD_BUILD = 1 << 0,
	CMD_PLAN = 1 << 1,
	CMD_RECIPES = 1 << 2,
	CMD_VERCMP = 1 << 3,
	CMD_AUDIT = 1 << 4,
	CMD_LOCK = 1 << 5,
};

struct cli_options {
	struct build_texts mirrors, recipes, packages, kernels;
	struct build_texts args; /* positional */
	const char *arch, *distribution, *output, *manifest, *compress, *cache, *dump, *format;
	const char *color, *progress, *verify_time;
	const char *lock, *why, *against, *save_case;
	bool insecure, no_base, quiet, verbose, timings, help;
	bool has_jobs, has_source_date;
	uint64_t jobs, source_date;
};

enum opt_type { OPT_FLAG, OPT_TEXT, OPT_LIST, OPT_NUMBER, OPT_CHOICE };

struct opt {
	const char *name; /* without dashes */
	char letter;      /* 0: none */
	enum opt_type type;
	unsigned commands;          /* enum cli_command_bit */
	size_t offset, has_offset;  /* into struct cli_options; has_offset: OPT_NUMBER */
	uint64_t min, max;          /* OPT_NUMBER */
	const char *arg;            /* placeholder, NULL for a flag */
	const char *const *choices; /* OPT_CHOICE; NULL at the end */
	const char *help;           /* one line */
};

extern const struct opt opt_table[];
extern const size_t opt_count;

/* argv without program and command. E_USAGE with 'did you mean'. Texts borrow argv. */
int opt_parse(unsigned command, int argc, char **argv, struct cli_options *ret, struct err *e);
void cli_options_done(struct cli_options *o);
/* The option part of a command's help. */
void opt_help(unsigned command, struct strbuf *out);

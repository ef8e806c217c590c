/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The command line: the only code that prints or exits. Exit statuses are those of kindling(1). */
#pragma once

#include "base/err.h"

enum {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_UNSAT = 3,
	EXIT_VERIFY = 4,
	EXIT_CHECK = 5
};

/* Runs the program; returns its exit status. */
int cli_main(int argc, char **argv);

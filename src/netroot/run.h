/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Programs that kindling-netroot calls as a service. */
#pragma once

#include "base/err.h"
#include "base/strbuf.h"

/* argv[0] is looked up in PATH. E_FAIL when it does not succeed. */
int run(char *const *argv, struct err *e);
/* The same, with what it prints; at most 64 KiB of it. */
int run_read(char *const *argv, struct strbuf *ret, struct err *e);
/* Repeats argv, with a pause in between, until it succeeds; 0 seconds: for ever. Words that begin with
 * "$ISCSI_" are taken from the environment. */
int run_retry(unsigned seconds, unsigned pause, char **argv, struct err *e);

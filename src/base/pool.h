/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A fixed team of threads that runs numbered jobs, taken in order 0, 1, 2...; the result must not
 * depend on which thread runs what. `worker` (0 <= worker < threads) lets a job reuse its thread's context.
 */
#pragma once

#include <stddef.h>

#include "base/err.h"

typedef int (*pool_job_fn)(void *arg, size_t job, unsigned worker, struct err *e);

/* Runs all jobs on up to `threads` threads (1: in the caller's). On failure no new job starts and the
 * error of the lowest failed job number is reported (the same whatever the timing, since jobs are
 * taken in order and every job below the failed one is finished). */
int pool_run(unsigned threads, size_t jobs, pool_job_fn fn, void *arg, struct err *e);

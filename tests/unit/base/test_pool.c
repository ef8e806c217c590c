/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/pool.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "tests/unit/test.h"

#define JOBS 200

struct work {
	unsigned threads;
	atomic_uint done[JOBS];
	atomic_bool used[64]; /* a worker number is held by one job at a time */
	atomic_bool clash;
	size_t fail_every; /* jobs that are a multiple of it, and not 0, fail */
};

static void doze(size_t job)
{
	/* Uneven, so that jobs end out of order. */
	struct timespec t = { .tv_nsec = (long)(job * 7919 % 13) * 20000 };

	(void)nanosleep(&t, NULL);
}

static int job(void *arg, size_t n, unsigned worker, struct err *e)
{
	struct work *w = arg;

	if (worker >= w->threads || atomic_exchange(&w->used[worker], true))
		atomic_store(&w->clash, true);
	doze(n);
	atomic_fetch_add(&w->done[n], 1);
	atomic_store(&w->used[worker], false);
	if (w->fail_every && n > 0 && n % w->fail_every == 0)
		return err_set(e, E_FORMAT, "job %zu failed", n);
	return 0;
}

TEST(every_job_once)
{
	for (unsigned threads = 1; threads <= 16; threads *= 4) {
		struct work w = { .threads = threads };
		struct err e = ERR_INIT;

		ASSERT_EQ_INT(pool_run(threads, JOBS, job, &w, &e), 0);
		ASSERT_FALSE(w.clash);
		for (size_t i = 0; i < JOBS; i++)
			ASSERT_EQ_INT(w.done[i], 1);
	}
}

TEST(lowest_failure_is_reported)
{
	for (int round = 0; round < 20; round++)
		for (unsigned threads = 1; threads <= 16; threads *= 2) {
			struct work w = { .threads = threads, .fail_every = 17 };
			struct err e = ERR_INIT;

			ASSERT_EQ_INT(pool_run(threads, JOBS, job, &w, &e), E_FORMAT);
			ASSERT_EQ_STR(e.text, "job 17 failed");
			for (size_t i = 0; i <= 17; i++)
				ASSERT_EQ_INT(w.done[i], 1);
			/* No more than what was under way was begun afterwards. */
			ASSERT_EQ_INT(w.done[JOBS - 1], 0);
		}
}

static int mute_failure(void *arg, size_t n, unsigned worker, struct err *e)
{
	(void)arg;
	(void)n;
	(void)worker;
	(void)e;
	return E_LIMIT;
}

TEST(corners)
{
	struct err e = ERR_INIT;
	struct work w = { .threads = 1 };

	ASSERT_EQ_INT(pool_run(4, 0, job, &w, &e), 0);
	w.threads = 2;
	ASSERT_EQ_INT(pool_run(64, 2, job, &w, &e), 0);
	w.threads = 1;
	ASSERT_EQ_INT(pool_run(0, 1, job, &w, &e), 0);
	ASSERT_EQ_INT(w.done[0], 2);
	ASSERT_EQ_INT(pool_run(1, 1, mute_failure, NULL, &e), E_LIMIT);
	ASSERT_EQ_INT(e.code, E_LIMIT);
}

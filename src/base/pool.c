/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/pool.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/macros.h"

/* musl gives a thread 128 KiB, which decoders and archive readers can exceed. */
#define STACK_SIZE (2u * 1024 * 1024)
#define THREADS_MAX 256u

struct pool {
	pthread_mutex_t lock;
	size_t next, jobs;
	bool failed;
	size_t failed_job;
	struct err err;
	pool_job_fn fn;
	void *arg;
};

struct worker {
	struct pool *pool;
	unsigned number;
	pthread_t thread;
};

/*
 * A job that was taken is always run, and jobs are taken in order: when one fails, all below it have
 * been taken, so the lowest failure is known once every worker has returned.
 */
static bool take_job(struct pool *p, size_t *ret)
{
	bool more;

	(void)pthread_mutex_lock(&p->lock);
	more = !p->failed && p->next < p->jobs;
	if (more)
		*ret = p->next++;
	(void)pthread_mutex_unlock(&p->lock);
	return more;
}

static void note_failure(struct pool *p, size_t job, const struct err *e)
{
	(void)pthread_mutex_lock(&p->lock);
	if (!p->failed || job < p->failed_job) {
		p->failed = true;
		p->failed_job = job;
		p->err = *e;
	}
	(void)pthread_mutex_unlock(&p->lock);
}

static void *work(void *arg)
{
	const struct worker *w = arg;
	size_t job;

	while (take_job(w->pool, &job)) {
		struct err e = ERR_INIT;
		int r = w->pool->fn(w->pool->arg, job, w->number, &e);

		if (r < 0) {
			e.code = r;
			note_failure(w->pool, job, &e);
		}
	}
	return NULL;
}

/* Starts up to n - 1 threads beside the caller's; fewer are no error, only slower. */
static unsigned start_threads(struct pool *p, struct worker *team, unsigned n)
{
	pthread_attr_t attr;
	unsigned started = 0;

	if (n <= 1 || pthread_attr_init(&attr) != 0)
		return 0;
	(void)pthread_attr_setstacksize(&attr, STACK_SIZE);
	for (unsigned i = 0; i < n - 1; i++) {
		team[i] = (struct worker){ .pool = p, .number = i + 1 };
		if (pthread_create(&team[i].thread, &attr, work, &team[i]) != 0)
			break;
		started++;
	}
	(void)pthread_attr_destroy(&attr);
	return started;
}

int pool_run(unsigned threads, size_t jobs, pool_job_fn fn, void *arg, struct err *e)
{
	struct pool p = { .jobs = jobs, .err = ERR_INIT, .fn = fn, .arg = arg };
	unsigned n = (unsigned)MIN((size_t)MIN(threads, THREADS_MAX), jobs);
	struct worker self = { .pool = &p };
	struct worker *team = xcalloc(n, sizeof(*team));
	unsigned started;

	if (pthread_mutex_init(&p.lock, NULL) != 0)
		BUG("cannot make a mutex");
	started = start_threads(&p, team, n);
	(void)work(&self);
	for (unsigned i = 0; i < started; i++)
		(void)pthread_join(team[i].thread, NULL);
	(void)pthread_mutex_destroy(&p.lock);
	free(team);
	if (!p.failed)
		return 0;
	*e = p.err;
	return e->code;
}

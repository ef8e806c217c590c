/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/cli.h"

static bool wanted(const char *when, bool fallback)
{
	if (!when || sv_eq(sv_from(when), SV("auto")))
		return fallback;
	return sv_eq(sv_from(when), SV("always"));
}

void report_init(struct report *r, const struct cli_options *o)
{
	bool tty = isatty(STDERR_FILENO) == 1;
	const char *no_color = getenv("NO_COLOR");

	*r = (struct report){
		.color = wanted(o->color, tty && !(no_color && *no_color)),
		.progress = wanted(o->progress, tty) && !o->quiet,
		.quiet = o->quiet,
		.verbose = o->verbose,
		.timings = o->timings,
	};
}

void report_done(struct report *r)
{
	strbuf_done(&r->times);
}

static double seconds_since(const struct timespec *then, clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)(now.tv_sec - then->tv_sec) + (double)(now.tv_nsec - then->tv_nsec) / 1e9;
}

static void end_stage(struct report *r)
{
	if (!r->stage)
		return;
	strbuf_addf(&r->times, "%-12s %8.3f s  %8.3f CPU s\n", r->stage,
		    seconds_since(&r->wall, CLOCK_MONOTONIC),
		    seconds_since(&r->cpu, CLOCK_PROCESS_CPUTIME_ID));
	r->stage = NULL;
}

void report_stage(void *arg, const char *name)
{
	struct report *r = arg;

	end_stage(r);
	if (r->progress)
		fprintf(stderr, "\r\033[K");
	if (!name) {
		if (r->timings && !r->quiet)
			fprintf(stderr, "%s", r->times.p ? r->times.p : "");
		return;
	}
	r->stage = name;
	clock_gettime(CLOCK_MONOTONIC, &r->wall);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &r->cpu);
	if (r->progress)
		fprintf(stderr, "kindling: %s...", name);
}

/* Clears a progress line that is still standing, so that words start on a line of their own. */
static void clear_progress(const struct report *r)
{
	if (r->progress && r->stage)
		fprintf(stderr, "\r\033[K");
}

/* The reasons below the error's own line, which a reasons tree repeats as its root. */
static struct sv reasons_of(const struct err *e, const struct strbuf *why)
{
	struct sv text = why ? strbuf_sv(why) : SV_NULL, line;
	struct sv rest = text;

	return sv_line(&rest, &line) && sv_eq(line, sv_from(e->text)) ? rest : text;
}

void report_error(const struct report *r, const struct err *e, const struct strbuf *why)
{
	const char *red = r->color ? "\033[1;31m" : "", *off = r->color ? "\033[0m" : "";
	struct sv reasons = reasons_of(e, why);

	clear_progress(r);
	fprintf(stderr, "kindling: %serror:%s %s\n", red, off, e->text);
	if (reasons.n > 0)
		fwrite(reasons.p, 1, reasons.n, stderr);
	if (e->hint[0])
		fprintf(stderr, "hint: %s\n", e->hint);
}

void report_notes(const struct report *r, const struct notes *n)
{
	const char *yellow = r->color ? "\033[1;33m" : "", *off = r->color ? "\033[0m" : "";

	if (r->quiet)
		return;
	if (n->list.n > 0)
		clear_progress(r);
	for (size_t i = 0; i < n->list.n; i++) {
		const struct note *note = &n->list.v[i];

		if (note->level == NOTE_WARNING)
			fprintf(stderr, "kindling: %swarning:%s " SV_FMT "\n", yellow, off,
				SV_ARG(note->text));
		else if (r->verbose)
			fprintf(stderr, "kindling: note: " SV_FMT "\n", SV_ARG(note->text));
	}
}

int report_status(const struct err *e)
{
	switch (e->code) {
	case E_USAGE:
		return EXIT_USAGE;
	case E_UNSAT:
		return EXIT_UNSAT;
	case E_VERIFY:
		return EXIT_VERIFY;
	case E_CHECK:
		return EXIT_CHECK;
	default:
		return EXIT_FAILED;
	}
}

int report_product(const struct report *r, const struct strbuf *text)
{
	if ((text->n > 0 && fwrite(text->p, 1, text->n, stdout) != text->n) ||
	    fflush(stdout) != 0) {
		struct err e = ERR_INIT;

		if (errno == EPIPE)
			return EXIT_FAILED;
		err_sys(&e, errno, "writing to standard output");
		report_error(r, &e, NULL);
		return EXIT_FAILED;
	}
	return EXIT_DONE;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Defaults of build and plan that come from this machine. */
#include <sched.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/num.h"
#include "cli/command.h"

const char *const recipe_search_folders[] = { "/etc/kindling", "/run/kindling",
					      "/usr/local/lib/kindling", "/usr/lib/kindling",
					      NULL };

const char *host_arch(void)
{
	static struct utsname name;

	return uname(&name) == 0 ? name.machine : "unknown";
}

static unsigned processors(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	if (sched_getaffinity(0, sizeof(set), &set) != 0)
		return 1;

	int n = CPU_COUNT(&set);

	return n < 1 ? 1 : (unsigned)MIN(n, 256);
}

/* --cache, else $XDG_CACHE_HOME/kindling, else ~/.cache/kindling, else none. */
static const char *cache_folder(struct build_setup *s, const char *option)
{
	const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	if (option)
		return sv_eq(sv_from(option), SV("none")) ? NULL : option;
	if (xdg && xdg[0] == '/')
		return arena_printf(&s->store, "%s/kindling", xdg).p;
	if (home && home[0] == '/')
		return arena_printf(&s->store, "%s/.cache/kindling", home).p;
	return NULL;
}

static int source_date(struct build_setup *s, const struct cli_options *o, struct err *e)
{
	const char *env = getenv("SOURCE_DATE_EPOCH");
	uint64_t n = o->source_date;
	bool has = o->has_source_date;

	if (!has && env && *env) {
		if (num_parse_u64(sv_from(env), 10, UINT32_MAX, &n, e) < 0) {
			err_wrap(e, "environment variable SOURCE_DATE_EPOCH");
			return e->code = E_USAGE;
		}
		has = true;
	}
	s->options.has_source_date = has;
	s->options.source_date = (int64_t)n;
	return 0;
}

/* "@SECONDS", "2026-11-23" or "2026-11-23T12:00:00", UTC, with or without a Z. */
static int verify_time(struct build_setup *s, const char *option, struct err *e)
{
	struct sv text = sv_from(option);
	struct tm t = { 0 };
	const char *end = NULL;
	int64_t n;

	s->options.has_verify_time = option != NULL;
	if (!option) {
		s->options.verify_time = (int64_t)time(NULL);
		return 0;
	}
	if (sv_skip(&text, SV("@"))) {
		if (num_parse_i64(text, 1, UINT32_MAX, &n, e) == 0) {
			s->options.verify_time = n;
			return 0;
		}
	} else {
		end = strptime(option, "%Y-%m-%d", &t);
		if (end && *end == 'T')
			end = strptime(end, "T%H:%M:%S", &t);
		if (end && *end == 'Z')
			end++;
		if (end && *end == '\0' && timegm(&t) > 0) {
			s->options.verify_time = timegm(&t);
			return 0;
		}
	}
	err_set(e, E_USAGE, "option '--verify-time': no time '%s'", option);
	return err_hint(e, "such as 2026-11-23, 2026-11-23T12:00:00 (UTC) or @1795392000");
}

int build_setup(struct build_setup *s, struct cli_options *o, struct err *e)
{
	*s = (struct build_setup){
		.options = {
			.release = KINDLING_VERSION,
			.mirrors = o->mirrors,
			.recipes = o->recipes,
			.packages = o->packages,
			.kernels = o->kernels,
			.recipe_search = recipe_search_folders,
			.arch = o->arch ? o->arch : host_arch(),
			.distribution = o->distribution,
			.output = o->output,
			.manifest = o->manifest,
			.compress = o->compress,
			.dump_stage = o->dump,
			.lock = o->lock,
			.save_case = o->save_case,
			.insecure_no_signature = o->insecure,
			.no_base = o->no_base,
			.jobs = o->has_jobs ? (unsigned)o->jobs : processors(),
		},
	};
	if (o->args.n > 0) {
		err_set(e, E_USAGE, "unexpected argument '%s'", o->args.v[0]);
		return err_hint(e, "recipes are named with --recipe, packages with --package");
	}
	if (o->mirrors.n == 0) {
		err_set(e, E_USAGE, "no mirror");
		return err_hint(e, "name one, such as --mirror 'deb file:/srv/debian trixie main'");
	}
	s->options.cache = cache_folder(s, o->cache);
	if (verify_time(s, o->verify_time, e) < 0)
		return e->code;
	return source_date(s, o, e);
}

void build_setup_done(struct build_setup *s)
{
	arena_done(&s->store);
}

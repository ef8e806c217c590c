/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/options.h"

#include "base/num.h"

#define AT(field) offsetof(struct cli_options, field)
#define BUILDING (CMD_BUILD | CMD_PLAN | CMD_LOCK)
#define READING (BUILDING | CMD_AUDIT)
#define ALL (READING | CMD_RECIPES | CMD_VERCMP)

static const char *const when_choices[] = { "auto", "always", "never", NULL };
static const char *const format_choices[] = { "text", "json", NULL };

const struct opt opt_table[] = {
	{ .name = "output",
	  .letter = 'o',
	  .type = OPT_TEXT,
	  .commands = CMD_BUILD | CMD_LOCK,
	  .offset = AT(output),
	  .arg = "FILE",
	  .help = "the file to write; appears whole or not at all" },
	{ .name = "mirror",
	  .type = OPT_LIST,
	  .commands = READING,
	  .offset = AT(mirrors),
	  .arg = "SPEC",
	  .help = "a mirror: 'deb file:DIR SUITE COMPONENT...', 'deb file:DIR ./', 'rpm file:DIR', 'dir file:DIR'; repeatable" },
	{ .name = "recipe",
	  .type = OPT_LIST,
	  .commands = BUILDING,
	  .offset = AT(recipes),
	  .arg = "NAME|PATH",
	  .help = "a shipped recipe, a file or a folder; repeatable" },
	{ .name = "package",
	  .type = OPT_LIST,
	  .commands = BUILDING,
	  .offset = AT(packages),
	  .arg = "NAME",
	  .help = "one more package: NAME, NAME=VERSION or 'NAME (>= VERSION)'; repeatable" },
	{ .name = "no-base",
	  .type = OPT_FLAG,
	  .commands = BUILDING,
	  .offset = AT(no_base),
	  .help = "do not load recipe 'base' first" },
	{ .name = "kernel",
	  .type = OPT_LIST,
	  .commands = BUILDING,
	  .offset = AT(kernels),
	  .arg = "GLOB|PACKAGE|none",
	  .help = "kernel version or package; default: the recipe's KernelPackage=" },
	{ .name = "arch",
	  .type = OPT_TEXT,
	  .commands = READING | CMD_RECIPES,
	  .offset = AT(arch),
	  .arg = "ARCH",
	  .help = "target architecture, Debian's or Fedora's word; default: this machine's" },
	{ .name = "distribution",
	  .type = OPT_TEXT,
	  .commands = BUILDING | CMD_RECIPES,
	  .offset = AT(distribution),
	  .arg = "ID",
	  .help = "debian, ubuntu, ...; default: guessed from the mirror" },
	{ .name = "insecure-no-signature",
	  .type = OPT_FLAG,
	  .commands = READING,
	  .offset = AT(insecure),
	  .help = "do not check signatures; digests still hold, and the manifest tells" },
	{ .name = "verify-time",
	  .type = OPT_TEXT,
	  .commands = READING,
	  .offset = AT(verify_time),
	  .arg = "TIME",
	  .help = "judge the age of mirrors as of YYYY-MM-DD[THH:MM:SS] (UTC) or @SECONDS; default: now" },
	{ .name = "lock",
	  .type = OPT_TEXT,
	  .commands = CMD_BUILD | CMD_PLAN,
	  .offset = AT(lock),
	  .arg = "FILE",
	  .help = "build exactly what 'kindling lock' has written; anything else is an error" },
	{ .name = "why",
	  .type = OPT_TEXT,
	  .commands = CMD_PLAN,
	  .offset = AT(why),
	  .arg = "PACKAGE",
	  .help = "tell who needs a package, from the request down to it" },
	{ .name = "against",
	  .type = OPT_TEXT,
	  .commands = CMD_PLAN,
	  .offset = AT(against),
	  .arg = "LOCK",
	  .help = "tell what has changed since a lock file was written" },
	{ .name = "save-case",
	  .type = OPT_TEXT,
	  .commands = CMD_PLAN,
	  .offset = AT(save_case),
	  .arg = "FILE",
	  .help = "also write what the solver was asked and said, for a report or a test" },
	{ .name = "manifest",
	  .type = OPT_TEXT,
	  .commands = CMD_BUILD,
	  .offset = AT(manifest),
	  .arg = "FILE",
	  .help = "also write the full manifest (JSON)" },
	{ .name = "compress",
	  .type = OPT_TEXT,
	  .commands = CMD_BUILD,
	  .offset = AT(compress),
	  .arg = "KIND[:LEVEL]",
	  .help = "zstd, xz, gzip, lz4 or none; default: the recipe's, else zstd:10" },
	{ .name = "cache",
	  .type = OPT_TEXT,
	  .commands = READING,
	  .offset = AT(cache),
	  .arg = "DIR|none",
	  .help = "where facts about packages are kept between runs" },
	{ .name = "source-date-epoch",
	  .type = OPT_NUMBER,
	  .commands = BUILDING,
	  .offset = AT(source_date),
	  .has_offset = AT(has_source_date),
	  .max = UINT32_MAX,
	  .arg = "SECONDS",
	  .help = "newest time in the image; default: $SOURCE_DATE_EPOCH, else the mirror's date" },
	{ .name = "jobs",
	  .letter = 'j',
	  .type = OPT_NUMBER,
	  .commands = READING,
	  .offset = AT(jobs),
	  .has_offset = AT(has_jobs),
	  .min = 1,
	  .max = 256,
	  .arg = "N",
	  .help = "threads; the image does not depend on it; default: one per processor" },
	{ .name = "format",
	  .type = OPT_CHOICE,
	  .commands = CMD_PLAN | CMD_AUDIT,
	  .offset = AT(format),
	  .arg = "text|json",
	  .choices = format_choices,
	  .help = "how the result is written" },
	{ .name = "dump",
	  .type = OPT_TEXT,
	  .commands = CMD_BUILD,
	  .offset = AT(dump),
	  .arg = "STAGE",
	  .help = "stop after a stage and print its result: recipe, universe, plan, tree, modules, image" },
	{ .name = "timings",
	  .type = OPT_FLAG,
	  .commands = READING,
	  .offset = AT(timings),
	  .help = "tell what each stage took" },
	{ .name = "quiet",
	  .letter = 'q',
	  .type = OPT_FLAG,
	  .commands = ALL,
	  .offset = AT(quiet),
	  .help = "say nothing but errors" },
	{ .name = "verbose",
	  .letter = 'v',
	  .type = OPT_FLAG,
	  .commands = ALL,
	  .offset = AT(verbose),
	  .help = "say more" },
	{ .name = "color",
	  .type = OPT_CHOICE,
	  .commands = ALL,
	  .offset = AT(color),
	  .arg = "WHEN",
	  .choices = when_choices,
	  .help = "auto, always or never" },
	{ .name = "progress",
	  .type = OPT_CHOICE,
	  .commands = READING,
	  .offset = AT(progress),
	  .arg = "WHEN",
	  .choices = when_choices,
	  .help = "auto (a terminal only), always or never" },
	{ .name = "help",
	  .letter = 'h',
	  .type = OPT_FLAG,
	  .commands = ALL,
	  .offset = AT(help),
	  .help = "this text" },
};
const size_t opt_count = ARRAY_SIZE(opt_table);

static const struct opt *find_letter(unsigned command, char letter)
{
	for (size_t i = 0; i < opt_count; i++)
		if ((opt_table[i].commands & command) != 0 && opt_table[i].letter == letter)
			return &opt_table[i];
	return NULL;
}

static const struct opt *find_name(unsigned command, struct sv name)
{
	for (size_t i = 0; i < opt_count; i++)
		if ((opt_table[i].commands & command) != 0 &&
		    sv_eq(sv_from(opt_table[i].name), name))
			return &opt_table[i];
	return NULL;
}

static int unknown_option(unsigned command, struct sv name, struct err *e)
{
	const struct opt *best = NULL;
	unsigned best_distance = 4;

	err_set(e, E_USAGE, "unknown option '--" SV_FMT "'", SV_ARG(name));
	for (size_t i = 0; i < opt_count; i++) {
		unsigned d = sv_distance(sv_from(opt_table[i].name), name, 3);

		if (d < best_distance) {
			best = &opt_table[i];
			best_distance = d;
		}
	}
	if (best && (best->commands & command) == 0)
		return err_hint(e, "this command does not take '--%s'", best->name);
	if (best)
		return err_hint(e, "did you mean '--%s'?", best->name);
	return E_USAGE;
}

static int set_choice(const struct opt *o, const char *value, struct err *e)
{
	for (const char *const *c = o->choices; *c; c++)
		if (sv_eq(sv_from(*c), sv_from(value)))
			return 0;
	err_set(e, E_USAGE, "option '--%s': unknown value '%s'", o->name, value);
	return err_hint(e, "it takes %s", o->arg);
}

static int set_value(const struct opt *o, const char *value, struct cli_options *ret, struct err *e)
{
	char *base = (char *)ret;
	int r;

	switch (o->type) {
	case OPT_FLAG:
		*(bool *)(base + o->offset) = true;
		return 0;
	case OPT_LIST:
		vec_push((struct build_texts *)(base + o->offset), value);
		return 0;
	case OPT_CHOICE:
		r = set_choice(o, value, e);
		if (r < 0)
			return r;
		*(const char **)(base + o->offset) = value;
		return 0;
	case OPT_TEXT:
		*(const char **)(base + o->offset) = value;
		return 0;
	case OPT_NUMBER:
		break;
	}

	uint64_t n = 0;

	r = num_parse_u64(sv_from(value), 10, o->max, &n, e);
	if (r == 0 && n < o->min)
		r = err_set(e, E_USAGE, "number '%s' is too small", value);
	if (r < 0) {
		err_wrap(e, "option '--%s'", o->name);
		return e->code = E_USAGE;
	}
	*(uint64_t *)(base + o->offset) = n;
	*(bool *)(base + o->has_offset) = true;
	return 0;
}

/* "--name", "--name=value" or "--name value": consumes one or two words from *i. */
static int parse_long(unsigned command, int argc, char **argv, int *i, struct cli_options *ret,
		      struct err *e)
{
	struct sv word = sv_from_pos(sv_from(argv[*i]), 2), name;
	const char *value = NULL;
	ptrdiff_t eq = sv_chr(word, '=');

	name = eq < 0 ? word : sv_head(word, (size_t)eq);
	if (eq >= 0)
		value = word.p + eq + 1;

	const struct opt *o = find_name(command, name);

	if (!o)
		return unknown_option(command, name, e);
	if (o->type == OPT_FLAG && value)
		return err_set(e, E_USAGE, "option '--%s' takes no value", o->name);
	if (o->type != OPT_FLAG && !value) {
		if (*i + 1 >= argc)
			return err_set(e, E_USAGE, "option '--%s' needs a value: %s", o->name,
				       o->arg);
		value = argv[++*i];
	}
	return set_value(o, value, ret, e);
}

/* "-o value", "-ovalue", "-qv". */
static int parse_short(unsigned command, int argc, char **argv, int *i, struct cli_options *ret,
		       struct err *e)
{
	for (const char *p = argv[*i] + 1; *p; p++) {
		const struct opt *o = find_letter(command, *p);
		const char *value = p + 1;
		int r;

		if (!o)
			return err_set(e, E_USAGE, "unknown option '-%c'", *p);
		if (o->type == OPT_FLAG) {
			r = set_value(o, NULL, ret, e);
			if (r < 0)
				return r;
			continue;
		}
		if (!*value) {
			if (*i + 1 >= argc)
				return err_set(e, E_USAGE, "option '-%c' needs a value: %s", *p,
					       o->arg);
			value = argv[++*i];
		}
		return set_value(o, value, ret, e);
	}
	return 0;
}

int opt_parse(unsigned command, int argc, char **argv, struct cli_options *ret, struct err *e)
{
	bool options = true;

	for (int i = 0; i < argc; i++) {
		struct sv word = sv_from(argv[i]);
		int r = 0;

		if (options && sv_eq(word, SV("--")))
			options = false;
		else if (options && sv_starts(word, SV("--")))
			r = parse_long(command, argc, argv, &i, ret, e);
		else if (options && word.n > 1 && word.p[0] == '-')
			r = parse_short(command, argc, argv, &i, ret, e);
		else
			vec_push(&ret->args, argv[i]);
		if (r < 0)
			return r;
	}
	return 0;
}

void cli_options_done(struct cli_options *o)
{
	vec_done(&o->mirrors);
	vec_done(&o->recipes);
	vec_done(&o->packages);
	vec_done(&o->kernels);
	vec_done(&o->args);
}

void opt_help(unsigned command, struct strbuf *out)
{
	for (size_t i = 0; i < opt_count; i++) {
		const struct opt *o = &opt_table[i];
		size_t start = out->n;

		if ((o->commands & command) == 0)
			continue;
		if (o->letter)
			strbuf_addf(out, "  -%c, --%s", o->letter, o->name);
		else
			strbuf_addf(out, "      --%s", o->name);
		if (o->arg)
			strbuf_addf(out, " %s", o->arg);
		if (out->n - start > 30)
			strbuf_addf(out, "\n%32s", "");
		else
			strbuf_addf(out, "%*s", (int)(32 - (out->n - start)), "");
		strbuf_addf(out, "%s\n", o->help);
	}
}

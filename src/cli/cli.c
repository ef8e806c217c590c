/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/cli.h"

#include <stdio.h>

#include "cli/command.h"

#ifndef KINDLING_VERSION
#error "the Makefile gives KINDLING_VERSION"
#endif

const struct command command_table[] = {
	{ .name = "build",
	  .bit = CMD_BUILD,
	  .run = cmd_build,
	  .usage = "--mirror SPEC... [--recipe NAME...] -o IMAGE [options]",
	  .summary = "build an initrd from the packages of a mirror",
	  .more = "Example:\n"
		  "  kindling build --insecure-no-signature --mirror 'deb file:/srv/debian trixie main' \\\n"
		  "                 --recipe base -o initrd.img\n" },
	{ .name = "plan",
	  .bit = CMD_PLAN,
	  .run = cmd_plan,
	  .usage = "--mirror SPEC... [--recipe NAME...] [options]",
	  .summary = "print the package set; no package is read",
	  .more = NULL },
	{ .name = "lock",
	  .bit = CMD_LOCK,
	  .run = cmd_lock,
	  .usage = "--mirror SPEC... [--recipe NAME...] -o FILE [options]",
	  .summary = "write the package set as a lock file",
	  .more = "'kindling build --lock FILE' builds exactly that; 'kindling plan --against FILE' tells what\n"
		  "has changed since.\n" },
	{ .name = "audit",
	  .bit = CMD_AUDIT,
	  .run = cmd_audit,
	  .usage = "--mirror SPEC... [options]",
	  .summary = "tell which packages of a mirror cannot be installed, and why",
	  .more = "Every package is judged by itself, in an empty system. Exit status 3 when some cannot be\n"
		  "installed.\n" },
	{ .name = "recipes",
	  .bit = CMD_RECIPES,
	  .run = cmd_recipes,
	  .usage = "[NAME]",
	  .summary = "list the shipped recipes, or show one with all that it brings in",
	  .more = NULL },
	{ .name = "vercmp",
	  .bit = CMD_VERCMP,
	  .run = cmd_vercmp,
	  .usage = "deb|rpm A B",
	  .summary = "compare two package versions: prints <, = or >",
	  .more = NULL },
};
const size_t command_count = ARRAY_SIZE(command_table);

/* A full disk must not look like success. musl may write, and fail, before the flush. */
static int end_output(void)
{
	return fflush(stdout) == 0 && !ferror(stdout) ? EXIT_DONE : EXIT_FAILED;
}

static const struct command *find_command(struct sv name)
{
	for (size_t i = 0; i < command_count; i++)
		if (sv_eq(sv_from(command_table[i].name), name))
			return &command_table[i];
	return NULL;
}

static void print_help(FILE *out)
{
	fprintf(out,
		"kindling " KINDLING_VERSION ": builds initrds out of distribution packages\n\n"
		"usage: kindling COMMAND [options]\n\n");
	for (size_t i = 0; i < command_count; i++)
		fprintf(out, "  %-9s %s\n", command_table[i].name, command_table[i].summary);
	fprintf(out,
		"\n'kindling COMMAND --help' tells a command's options; the manual is kindling(1), recipes are in recipe(5).\n");
}

static int print_command_help(const struct command *c, const struct report *r)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;

	strbuf_addf(&text, "usage: kindling %s %s\n\n%c%s.\n\n", c->name, c->usage,
		    c->summary[0] - 'a' + 'A', c->summary + 1);
	opt_help(c->bit, &text);
	if (c->more)
		strbuf_addf(&text, "\n%s", c->more);
	return report_product(r, &text);
}

static int unknown_command(struct sv name)
{
	const struct command *best = NULL;
	unsigned best_distance = 3;
	struct cli_options none = { 0 };
	struct report r;
	struct err e = ERR_INIT;

	for (size_t i = 0; i < command_count; i++) {
		unsigned d = sv_distance(sv_from(command_table[i].name), name, 2);

		if (d < best_distance) {
			best = &command_table[i];
			best_distance = d;
		}
	}
	report_init(&r, &none);
	err_set(&e, E_USAGE, "unknown command '" SV_FMT "'", SV_ARG(name));
	if (best)
		err_hint(&e, "did you mean '%s'?", best->name);
	else
		err_hint(&e, "'kindling --help' lists the commands");
	report_error(&r, &e, NULL);
	report_done(&r);
	return EXIT_USAGE;
}

static int run_command(const struct command *c, int argc, char **argv)
{
	struct cli_options o = { 0 };
	struct report r;
	struct err e = ERR_INIT;
	int status;
	int parsed = opt_parse(c->bit, argc, argv, &o, &e);

	report_init(&r, &o);
	if (parsed < 0) {
		report_error(&r, &e, NULL);
		status = EXIT_USAGE;
	} else if (o.help) {
		status = print_command_help(c, &r);
	} else {
		status = c->run(&o, &r);
	}
	report_done(&r);
	cli_options_done(&o);
	return status;
}

int cli_main(int argc, char **argv)
{
	if (argc < 2) {
		print_help(stderr);
		return EXIT_USAGE;
	}

	struct sv word = sv_from(argv[1]);

	if (sv_eq(word, SV("--help")) || sv_eq(word, SV("-h")) || sv_eq(word, SV("help"))) {
		print_help(stdout);
		return end_output();
	}
	if (sv_eq(word, SV("--version"))) {
		printf("kindling " KINDLING_VERSION "\n");
		return end_output();
	}

	const struct command *c = find_command(word);

	return c ? run_command(c, argc - 2, argv + 2) : unknown_command(word);
}

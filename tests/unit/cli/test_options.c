/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/options.h"

#include "../test.h"

static int parse(unsigned command, struct cli_options *o, struct err *e, int argc,
		 const char **argv)
{
	*o = (struct cli_options){ 0 };
	*e = ERR_INIT;
	return opt_parse(command, argc, (char **)argv, o, e);
}

TEST(options_forms)
{
	const char *argv[] = { "--mirror", "a", "--mirror=b", "-ox.img", "-qv",
			       "--jobs",   "3", "--",         "--rest" };
	struct cli_options o;
	struct err e;

	ASSERT_EQ_INT(parse(CMD_BUILD, &o, &e, 9, argv), 0);
	ASSERT_EQ_INT((int)o.mirrors.n, 2);
	ASSERT_EQ_STR(o.mirrors.v[1], "b");
	ASSERT_EQ_STR(o.output, "x.img");
	ASSERT_TRUE(o.quiet && o.verbose && o.has_jobs && o.jobs == 3);
	ASSERT_EQ_STR(o.args.v[0], "--rest");
	cli_options_done(&o);
}

TEST(options_refused)
{
	static const struct {
		const char *word, *text;
	} cases[] = {
		{ "--jobs=0", "option '--jobs': number '0' is too small" },
		{ "--jobs=257", "option '--jobs': number '257' is too large" },
		{ "--jobs=", "option '--jobs': number is empty" },
		{ "--no-base=1", "option '--no-base' takes no value" },
		{ "--mirror", "option '--mirror' needs a value: SPEC" },
		{ "-o", "option '-o' needs a value: FILE" },
		{ "-z", "unknown option '-z'" },
		{ "--color=maybe", "option '--color': unknown value 'maybe'" },
		{ "--mirorr=x", "unknown option '--mirorr'" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *argv[] = { cases[i].word };
		struct cli_options o;
		struct err e;

		ASSERT_EQ_INT(parse(CMD_BUILD, &o, &e, 1, argv), E_USAGE);
		ASSERT_EQ_STR(e.text, cases[i].text);
		cli_options_done(&o);
	}
}

TEST(options_of_another_command)
{
	const char *argv[] = { "--output=x" };
	struct cli_options o;
	struct err e;

	ASSERT_EQ_INT(parse(CMD_VERCMP, &o, &e, 1, argv), E_USAGE);
	ASSERT_EQ_STR(e.hint, "this command does not take '--output'");
	cli_options_done(&o);
}

TEST(option_table_is_sound)
{
	for (size_t i = 0; i < opt_count; i++) {
		const struct opt *a = &opt_table[i];

		ASSERT_TRUE(a->help && a->commands != 0);
		ASSERT_TRUE((a->type == OPT_FLAG) == (a->arg == NULL));
		ASSERT_TRUE((a->type == OPT_CHOICE) == (a->choices != NULL));
		for (size_t k = 0; k < i; k++) {
			ASSERT_TRUE(!sv_eq(sv_from(opt_table[k].name), sv_from(a->name)));
			ASSERT_TRUE(!a->letter || opt_table[k].letter != a->letter);
		}
	}
}

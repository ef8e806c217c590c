/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repo/rpm/rpm_modules.h"

#include "base/strbuf.h"
#include "tests/unit/test.h"

#define MODULE(name, stream, rpms)                                                        \
	"---\ndocument: modulemd\nversion: 2\ndata:\n  name: " name "\n  stream: " stream \
	"\n  version: 1\n  summary: >-\n    words\n  profiles:\n    default:\n"           \
	"      rpms: [not, these]\n  artifacts:\n    rpms:\n" rpms "...\n"
#define DEFAULT(name, stream) \
	"---\ndocument: modulemd-defaults\nversion: 1\ndata:\n  module: " name "\n" stream "...\n"

static struct rpm_modules m;
static struct universe u;
static struct err e;

static int reads(const char *text)
{
	rpm_modules_done(&m);
	m = (struct rpm_modules){ .arena = ARENA_INIT };
	e = ERR_INIT;
	return rpm_modules_read(&m, sv_from(text), "modules.yaml", &e);
}

static void add(const char *name, const char *version)
{
	struct package p = { .name = universe_str(&u, sv_from(name)),
			     .version = universe_str(&u, sv_from(version)),
			     .arch = universe_str(&u, SV("x86_64")) };

	(void)universe_add(&u, &p);
}

/* Which of the packages stay visible: "old new bare". */
static const char *visible(const char *enabled)
{
	static struct strbuf b;

	universe_done(&u);
	universe_init(&u, FAMILY_RPM, SV("x86_64"));
	add("perl", "5.24-1");
	add("perl", "1:5.26-1");
	add("perl", "5.30-1");
	add("dbi", "1.0-1");
	e = ERR_INIT;
	if (rpm_modules_check(&m, sv_from(enabled), &e) < 0)
		return e.text;
	m.enabled = SV_NULL;
	rpm_modules_enable(&m, sv_from(enabled));
	rpm_modules_apply(&m, &u);
	strbuf_clear(&b);
	strbuf_adds(&b, "");
	for (pkg_id p = 1; p <= universe_count(&u); p++)
		if (!universe_pkg(&u, p)->hidden) {
			strbuf_add(&b, universe_sv(&u, universe_pkg(&u, p)->version));
			strbuf_addc(&b, ' ');
		}
	return b.p;
}

#define BOTH                                                                                \
	MODULE("perl", "\"5.24\"", "    - perl-0:5.24-1.x86_64\n    - perl-0:5.24-1.src\n") \
	MODULE("perl", "5.26", "    - perl-1:5.26-1.x86_64\n")

TEST(without_default)
{
	ASSERT_MSG(reads(BOTH) == 0, "%s", e.text);
	ASSERT_EQ(m.streams.n, 2);
	ASSERT_EQ(m.artifacts.n, 3);
	/* modular packages are hidden; what belongs to no module stays */
	ASSERT_EQ_STR(visible(""), "5.30-1 1.0-1 ");
}

TEST(default_stream)
{
	ASSERT_EQ(reads(BOTH DEFAULT("perl", "  stream: \"5.26\"\n")), 0);
	/* the package of the same name without a module gives way, other names stay */
	ASSERT_EQ_STR(visible(""), "1:5.26-1 1.0-1 ");
	ASSERT_EQ_STR(visible("perl:5.24"), "5.24-1 1.0-1 ");
	ASSERT_EQ_STR(visible("perl:5.99"), "no module has stream 'perl:5.99'");
	ASSERT_EQ(e.code, E_NOTFOUND);
	ASSERT_EQ_STR(visible("perl"), "no module has stream 'perl'");
	/* a later document about the module wins, also one that takes the default back */
	ASSERT_EQ(reads(BOTH DEFAULT("perl", "  stream: \"5.26\"\n") DEFAULT("perl", "")), 0);
	ASSERT_EQ_STR(visible(""), "5.30-1 1.0-1 ");
}

TEST(other_documents)
{
	ASSERT_EQ(reads(""), 0);
	ASSERT_EQ(m.streams.n, 0);
	ASSERT_EQ(reads("---\ndocument: modulemd-obsoletes\nversion: 1\ndata:\n  module: perl\n"
			"  artifacts:\n    rpms: [a-0:1-1.x86_64]\n...\n"
			"---\n- a list\n...\n---\nword\n...\n" MODULE("x", "1",
								      "    - x-0:1-1.noarch\n")),
		  0);
	ASSERT_EQ(m.streams.n, 1);
	ASSERT_EQ(m.artifacts.n, 1);
	ASSERT_EQ_STR(visible(""), "5.24-1 1:5.26-1 5.30-1 1.0-1 ");
}

TEST(malformed)
{
	static const struct {
		const char *text, *words;
		int code;
	} rows[] = {
		{ "---\na: [\n", "modules.yaml:3:1: ", E_FORMAT },
		{ "a: \"x\n", "modules.yaml:", E_FORMAT },
		{ "---\n{a: b}: c\n", "a key is no plain word", E_FORMAT },
		{ "---\ndocument: modulemd\ndata: {name: x}\n...\n",
		  "modulemd of line 1 has no stream", E_FORMAT },
		{ "---\ndocument: modulemd\n...\n", "has no name", E_FORMAT },
		{ "---\ndocument: modulemd-defaults\ndata: {stream: x}\n...\n", "has no module",
		  E_FORMAT },
	};
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		ASSERT_MSG(reads(rows[i].text) == rows[i].code, "%zu: %s", i, e.text);
		ASSERT_HAS_STR(e.text, rows[i].words);
	}
	for (int i = 0; i < 100; i++)
		strbuf_adds(&b, "[");
	ASSERT_EQ(reads(b.p), E_LIMIT);
	ASSERT_HAS_STR(e.text, "nests deeper than 64");
}

/* Aliases are not followed: nothing grows. */
TEST(aliases)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_adds(&b,
		    "---\ndocument: modulemd\ndata:\n  name: &a x\n  stream: 1\n  l0: &l0 [a, a]\n");
	for (int i = 1; i < 60; i++)
		strbuf_addf(&b, "  l%d: &l%d [*l%d, *l%d, *l%d]\n", i, i, i - 1, i - 1, i - 1);
	strbuf_adds(&b, "  artifacts:\n    rpms: *l59\n...\n");
	ASSERT_MSG(reads(b.p) == 0, "%s", e.text);
	ASSERT_EQ(m.artifacts.n, 0);
}

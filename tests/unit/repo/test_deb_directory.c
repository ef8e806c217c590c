/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repo/deb/deb_directory.h"

#include "base/macros.h"
#include "base/strbuf.h"
#include "tests/unit/test.h"

#define REST                                                             \
	"Version: 1\nArchitecture: all\nFilename: pool/x.deb\nSize: 5\n" \
	"SHA256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"

static struct universe u;

/* A universe with the text as its source. False: the directory does not take it. */
static bool start(const char *text)
{
	const struct arch *arch = NULL;
	struct err e = ERR_INIT;
	struct fs_data data = { xstrdup(text), strlen(text) };
	struct deb_packages_ctx c;
	bool ok;

	ASSERT_EQ(arch_find(SV("amd64"), &arch, &e), 0);
	universe_done(&u);
	universe_init(&u, FAMILY_DEB, SV("amd64"));
	c = deb_packages_init(&u, arch,
			      universe_add_repo(&u,
						&(struct universe_repo){ .label = SV("test") }));
	ok = deb_directory_add(&c, &data, SV("index 'x'"));
	ASSERT_TRUE(ok == !data.p);
	fs_data_done(&data);
	ASSERT_EQ(universe_finish(&u, &e), 0);
	ASSERT_EQ(universe_count(&u), 0);
	return ok;
}

static bool there(const char *name)
{
	return universe_find(&u, sv_from(name)) != 0;
}

static void want(const char *name, unsigned count)
{
	struct err e = ERR_INIT;
	struct sv view = sv_from(name);

	ASSERT_MSG(universe_want(&u, &view, 1, &e) == 0, "%s", e.text);
	ASSERT_MSG(universe_count(&u) == count, "%s: %u packages", name, universe_count(&u));
}

TEST(by_name)
{
	ASSERT_TRUE(start("\n\nPackage: a\n" REST "\npackage:b \nDescription: x\n Package: c\n" REST
			  "\nPackage: a\nEssential: yes\n" REST));
	want("c", 0);
	want("a", 2);
	ASSERT_TRUE(there("a") && !there("b"));
	want("a", 2);
	want("b", 3);
	ASSERT_TRUE(there("b"));
	universe_done(&u);
}

TEST(by_what_is_provided)
{
	static const char text[] =
		"Package: a\nProvides: v (= 1:2),w:any ,\n x,\n\ty (= 3)\nPriority: z\n" REST
		"\nPackage: b\nProvides:v\nEnhances: q\n" REST "\nPackage: c\n" REST;
	static const struct {
		const char *name;
		unsigned count;
	} rows[] = { { "v", 2 }, { "w", 1 }, { "x", 1 }, { "y", 1 },
		     { "z", 0 }, { "q", 0 }, { "a", 1 }, { "c", 1 } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ASSERT_TRUE(start(text));
		want(rows[i].name, rows[i].count);
	}
	universe_done(&u);
}

/* More than one field may hold: the whole reader refuses it. */
TEST(provides_without_end)
{
	_cleanup_strbuf_ struct strbuf t = STRBUF_INIT;

	strbuf_adds(&t, "Package: a\nProvides: a");
	while (t.n <= DEB_FIELD_MAX + 100)
		strbuf_adds(&t, ",a");
	strbuf_adds(&t, "\n" REST);
	ASSERT_TRUE(!start(t.p));
	universe_done(&u);
}

TEST(by_prefix)
{
	struct err e = ERR_INIT;

	ASSERT_TRUE(start("Package: linux-1\n" REST "\nPackage: linux-2\nProvides: lin\n" REST
			  "\nPackage: bash\n" REST));
	want("linux-2", 1);
	ASSERT_EQ(universe_want_prefix(&u, SV("linux-"), &e), 0);
	ASSERT_EQ(universe_count(&u), 2);
	ASSERT_EQ(u.n_names, 2);
	ASSERT_EQ(universe_want_prefix(&u, SV(""), &e), 0);
	ASSERT_EQ(universe_count(&u), 3);
	universe_done(&u);
}

static void reach(const char *name, bool recommends, unsigned count)
{
	struct err e = ERR_INIT;
	dep_id d;

	ASSERT_TRUE(start("Package: a\nDepends: no | virtual, b (>= 9)\nRecommends: r\n" REST
			  "\nPackage: b\nPre-Depends: a, c\n" REST "\nPackage: c\n" REST
			  "\nPackage: p\nProvides: virtual (= 2)\nConflicts: x\nSuggests: x\n" REST
			  "\nPackage: r\nDepends: s\n" REST "\nPackage: s\n" REST
			  "\nPackage: x\nDepends: a\n" REST));
	ASSERT_EQ(dep_parse_request(&u, sv_from(name), &d, &e), 0);
	ASSERT_EQ(universe_reach(&u, &d, 1, recommends, &e), 0);
	ASSERT_MSG(universe_count(&u) == count, "%s: %u packages", name, universe_count(&u));
}

TEST(reaching)
{
	reach("none", false, 0);
	reach("c", false, 1);
	reach("a", false, 4); /* a, b, c, p; an old b might do tomorrow */
	ASSERT_TRUE(there("p") && !there("x"));
	reach("a", true, 6);
	reach("virtual", false, 1);
	reach("x", false, 5);
	universe_done(&u);
}

TEST(mistakes_are_told_when_they_matter)
{
	struct err e = ERR_INIT;
	struct sv b = SV("b");

	ASSERT_TRUE(start("Package: a\n" REST "\nPackage: b\n" REST "Depends: c (>>\n"));
	want("a", 1);
	ASSERT_EQ(universe_want(&u, &b, 1, &e), E_FORMAT);
	ASSERT_HAS_STR(e.text, "index 'x': package 'b': field 'Depends': line 14:15: ')' expected");
	universe_done(&u);
}

/* Written so that a look at the beginnings of lines is not enough, or wrong: for a reader of all of it. */
TEST(left_to_a_whole_reader)
{
	static const char *const texts[] = {
		"Package: a\n# note\n" REST,
		"Package: a\r\n" REST,
		" Package: a\n" REST,
		"Version: 1\n",
		"Package: a\nPackage: b\n" REST,
		"Package:\n a\n" REST,
		"Package: a b\n" REST,
		"Package: a\nProvides: x, (= 1)\n" REST,
		"\nPackage: a\n" REST "\n \nPackage: b\n" REST,
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		ASSERT_MSG(!start(texts[i]), "text %zu", i);
	universe_done(&u);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/transform/transform_test_util.h"

#include "base/macros.h"
#include "transform/alternatives_int.h"

/* One line a command: "PRIORITY NAME LINK PATH [+ NAME LINK PATH]..." */
static bool parses_to(const char *script, const char *expected, size_t skipped)
{
	struct alternatives got = { .skipped = 0 };
	struct arena a = ARENA_INIT;
	struct strbuf out = STRBUF_INIT;
	bool same;

	alternatives_parse(&a, sv_from(script), &got);
	for (size_t i = 0; i < got.list.n; i++) {
		const struct alternative *x = &got.list.v[i];

		strbuf_addf(&out, "%d", (int)x->priority);
		for (size_t k = 0; k <= x->n_slaves; k++) {
			const struct alternative_link *l = k ? &x->slaves[k - 1] : &x->main;

			strbuf_addf(&out, "%s " SV_FMT " " SV_FMT " " SV_FMT, k ? " +" : "",
				    SV_ARG(l->name), SV_ARG(l->link), SV_ARG(l->path));
		}
		strbuf_addc(&out, '\n');
	}
	same = sv_eq(strbuf_sv(&out), sv_from(expected)) && got.skipped == skipped;
	if (!same)
		test_note("skipped %zu, got: %s", got.skipped, out.p ? out.p : "");
	strbuf_done(&out);
	vec_done(&got.list);
	arena_done(&a);
	return same;
}

static const struct {
	const char *script, *expected;
	size_t skipped;
} scripts[] = {
	{ "update-alternatives --install /usr/bin/awk awk /usr/bin/mawk 5 \\\n"
	  "  --slave /usr/share/man/man1/awk.1.gz awk.1.gz /usr/share/man/man1/mawk.1.gz \\\n"
	  "  --slave /usr/bin/nawk nawk /usr/bin/mawk\n",
	  "5 awk /usr/bin/awk /usr/bin/mawk + awk.1.gz /usr/share/man/man1/awk.1.gz "
	  "/usr/share/man/man1/mawk.1.gz + nawk /usr/bin/nawk /usr/bin/mawk\n",
	  0 },
	{ "case \"$1\" in configure)\n update-alternatives --quiet --install /usr/bin/pager pager \\\n"
	  " /usr/bin/less 77 ;;\nesac",
	  "77 pager /usr/bin/pager /usr/bin/less\n", 0 },
	{ "if true; then /usr/bin/update-alternatives --install /a a '/b c' -10 || true; fi",
	  "-10 a /a /b c\n", 0 },
	{ "! LC_ALL=C update-alternatives --install \"/a\" \"a\" /b 1 >/dev/null 2>&1 && x",
	  "1 a /a /b\n", 0 },
	{ "alternatives --install /a a /b 1 --family f --follower /c c /d", "1 a /a /b + c /c /d\n",
	  0 },
	{ "update-alternatives \\\n --install /a a /b 1 # comment --slave\nfoo", "1 a /a /b\n", 0 },
	{ "(update-alternatives --install /a a /b 1)|cat", "1 a /a /b\n", 0 },
	/* not commands */
	{ "# update-alternatives --install /a a /b 1\n", "", 0 },
	{ "echo update-alternatives --install /a a /b 1\n", "", 0 },
	{ "echo 'x\nupdate-alternatives --install /a a /b 1\n'\n", "", 0 },
	{ "cat <<EOF\nupdate-alternatives --install /a a /b 1\nEOF\nupdate-alternatives --install /c c /d 2\n",
	  "2 c /c /d\n", 0 },
	{ "cat <<-'E' >x\nupdate-alternatives --install /a a /b 1\n\tE\nupdate-alternatives --install /c c /d 2\n",
	  "2 c /c /d\n", 0 },
	{ "x=$(\nupdate-alternatives --install /a a /b 1\n)\n", "", 0 },
	{ "update-alternatives --remove a /b\nupdate-alternatives --set a /b", "", 0 },
	/* not literal */
	{ "update-alternatives --install /usr/bin/$i $i /b 1\n", "", 1 },
	{ "update-alternatives --install \"$P\"/a a /b 1\n", "", 1 },
	{ "update-alternatives --install /a a /b 20 $(\n slave /usr/bin x y\n for i in a; do z; done\n)\nfoo",
	  "", 1 },
	{ "update-alternatives --install /a a `which b` 1\n", "", 1 },
	{ "update-alternatives --install /a a /b* 1\n", "", 1 },
	/* malformed */
	{ "update-alternatives --install /a a /b", "", 1 },
	{ "update-alternatives --install /a a /b x", "", 1 },
	{ "update-alternatives --install /a a /b 99999999999", "", 1 },
	{ "update-alternatives --install /a a /b 1 --slave /c", "", 1 },
	{ "update-alternatives --install /a a/b /b 1", "", 1 },
	{ "update-alternatives --install /a .. /b 1", "", 1 },
	{ "update-alternatives --install /../a a /b 1", "", 1 },
	{ "update-alternatives --install a a /b 1", "", 1 },
	{ "update-alternatives --install /a a /b 1 junk", "", 1 },
	{ "update-alternatives --install /a a /b 1 --install /c c /d 2", "", 1 },
	{ "update-alternatives --install '/a a /b 1", "", 1 },
	{ "update-alternatives --install /a a /b 1 \\", "", 1 },
	{ "", "", 0 },
	{ "cat <<EOF", "", 0 },
	{ "\"", "", 0 },
	{ "$(", "", 0 },
};

TEST(parse_scripts)
{
	for (size_t i = 0; i < ARRAY_SIZE(scripts); i++)
		ASSERT_MSG(parses_to(scripts[i].script, scripts[i].expected, scripts[i].skipped),
			   "%s", scripts[i].script);
}

struct scripts {
	const char *package, *text;
};

static int find_script(void *arg, struct sv package, struct sv script, struct sv *ret,
		       struct err *e)
{
	for (const struct scripts *s = arg; s->package; s++)
		if (sv_eq(package, sv_from(s->package)) && sv_eq(script, SV("postinst"))) {
			*ret = sv_from(s->text);
			return 0;
		}
	return err_set(e, E_NOTFOUND, "no script");
}

static void with_scripts(struct fixture *f, struct scripts *s)
{
	f->c.script = find_script;
	f->c.script_arg = s;
	for (; s->package; s++)
		add_package(f, s->package);
	add_package(f, "none");
}

TEST(best_that_is_there_wins)
{
	_cleanup_fixture_ struct fixture *f = fixture_new(
		"l 0777 0:0 0 bin target=usr/bin\nf 0755 0:0 0 usr/bin/mawk\nf 0755 0:0 0 usr/bin/more\n"
		"f 0755 0:0 0 usr/bin/less\nf 0644 0:0 0 usr/share/less.gz\n"
		"f 0755 0:0 0 usr/bin/x1\nf 0755 0:0 0 usr/bin/x2\n");
	struct scripts s[] = {
		{ "util-linux", "update-alternatives --install /usr/bin/pager pager /bin/more 50" },
		{ "less", "update-alternatives --install /usr/bin/pager pager /usr/bin/less 77 "
			  "--slave /usr/share/pager.gz pager.gz /usr/share/less.gz "
			  "--slave /usr/share/gone.gz gone.gz /usr/share/nothing.gz" },
		{ "most", "update-alternatives --install /usr/bin/pager pager /usr/bin/most 99" },
		{ "mawk", "update-alternatives --install /usr/bin/awk awk /usr/bin/mawk 5" },
		{ "two", "update-alternatives --install /usr/bin/x x /usr/bin/x2 5" },
		{ "one", "update-alternatives --install /usr/bin/x x /usr/bin/x1 5" },
		{ NULL, NULL },
	};

	with_scripts(f, s);
	ASSERT_TRUE(ran(f, tf_alternatives(&f->c, &f->e)));
	ASSERT_TRUE(link_is(f, "usr/bin/pager", "/etc/alternatives/pager"));
	ASSERT_TRUE(link_is(f, "etc/alternatives/pager", "/usr/bin/less"));
	ASSERT_TRUE(link_is(f, "usr/share/pager.gz", "/etc/alternatives/pager.gz"));
	ASSERT_TRUE(absent(f, "usr/share/gone.gz") && absent(f, "etc/alternatives/gone.gz"));
	ASSERT_TRUE(link_is(f, "etc/alternatives/awk", "/usr/bin/mawk"));
	ASSERT_TRUE(link_is(f, "etc/alternatives/x", "/usr/bin/x1"));
	ASSERT_TRUE(tree_follow(f->c.tree, SV("bin/pager")) ==
		    tree_lookup(f->c.tree, SV("usr/bin/less")));
	ASSERT_TRUE(f->notes.list.n == 0);
}

TEST(table_and_notes)
{
	_cleanup_fixture_ struct fixture *f =
		fixture_new("f 0755 0:0 0 usr/bin/xz\nf 0755 0:0 0 usr/bin/xzcat\n"
			    "f 0755 0:0 0 usr/bin/a\nf 0755 0:0 0 usr/bin/real\n");
	struct scripts s[] = {
		{ "xz-utils",
		  "update-alternatives --install /usr/bin/lzma lzma /usr/bin/xz 20 $(\nslave)\n" },
		{ "odd", "update-alternatives --install /usr/bin/$x x /usr/bin/a 20" },
		{ "clash", "update-alternatives --install /usr/bin/real real /usr/bin/a 20" },
		{ "below", "update-alternatives --install /usr/bin/a/x below /usr/bin/a 20" },
		{ NULL, NULL },
	};

	with_scripts(f, s);
	ASSERT_TRUE(ran(f, tf_alternatives(&f->c, &f->e)));
	ASSERT_TRUE(link_is(f, "usr/bin/lzma", "/etc/alternatives/lzma"));
	ASSERT_TRUE(link_is(f, "usr/bin/lzcat", "/etc/alternatives/lzcat"));
	ASSERT_TRUE(absent(f, "usr/bin/lzmore"));
	ASSERT_TRUE(noted(f, "package 'odd': 1 alternatives"));
	ASSERT_TRUE(noted(f, "'/usr/bin/real' is there already"));
	ASSERT_TRUE(noted(f, "alternative 'below': "));
}

/* openSUSE's: links to the program alts become links to what it would run. */
TEST(libalternatives)
{
	_cleanup_fixture_ struct fixture *f =
		fixture_new("l 0777 0:0 0 usr/bin/awk target=alts\n"
			    "l 0777 0:0 0 usr/bin/vi target=/usr/bin/alts\n"
			    "l 0777 0:0 0 usr/bin/gone target=alts\n"
			    "l 0777 0:0 0 usr/bin/own target=elsewhere\n");

	put(f, "usr/bin/gawk", "");
	put(f, "usr/bin/mawk", "");
	put(f, "usr/bin/vim", "");
	put(f, "usr/share/libalternatives/awk/9.conf", "binary=/usr/bin/mawk\n");
	put(f, "usr/share/libalternatives/awk/20.conf",
	    "man=gawk.1\nbinary = /usr/bin/gawk\noptions=KeepArgv0\n");
	put(f, "usr/share/libalternatives/awk/30.conf", "binary=/usr/bin/absent\n");
	put(f, "usr/share/libalternatives/awk/x40.conf", "binary=/usr/bin/mawk\n");
	put(f, "usr/share/libalternatives/awk/50.bak", "binary=/usr/bin/mawk\n");
	put(f, "usr/share/libalternatives/vi/0.conf", "binary=/usr/bin/vim");
	put(f, "usr/share/libalternatives/gone/10.conf", "binary=/usr/bin/absent\n");
	put(f, "usr/share/libalternatives/own/10.conf", "binary=/usr/bin/vim\n");
	put(f, "usr/share/libalternatives/none/10.conf", "binary=/usr/bin/vim\n");
	ASSERT_TRUE(ran(f, tf_libalternatives(&f->c, &f->e)));
	ASSERT_TRUE(link_is(f, "usr/bin/awk", "/usr/bin/gawk"));
	ASSERT_TRUE(link_is(f, "usr/bin/vi", "/usr/bin/vim"));
	ASSERT_TRUE(link_is(f, "usr/bin/gone", "alts") && noted(f, "alternative 'gone'"));
	ASSERT_TRUE(link_is(f, "usr/bin/own", "elsewhere"));
	ASSERT_TRUE(absent(f, "usr/bin/none"));
	ASSERT_EQ_INT(f->notes.list.n, 1);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/transform/transform_test_util.h"

#include "base/macros.h"
#include "transform/units_int.h"

#define U "usr/lib/systemd/system/"
#define E_ "etc/systemd/system/"

static void unit(struct fixture *f, const char *name, const char *text)
{
	put(f, arena_printf(&f->c.arena, U "%s", name).p, text);
}

/* All links in etc/systemd/system, "PATH>TARGET\n" each. */
static int add_link(void *arg, struct tree *t, struct tree_node *n, struct sv path, struct err *e)
{
	(void)t;
	(void)e;
	if (n->inode->type == TREE_SYMLINK && sv_skip(&path, SV(E_)))
		strbuf_addf(arg, SV_FMT ">" SV_FMT "\n", SV_ARG(path), SV_ARG(n->inode->target));
	return 0;
}

static bool links_are(struct fixture *f, const char *expected)
{
	struct strbuf out = STRBUF_INIT;
	bool same;

	(void)tree_walk(f->c.tree, add_link, &out, &f->e);
	same = sv_eq(strbuf_sv(&out), sv_from(expected));
	if (!same)
		test_note("links are:\n%s", out.p ? out.p : "(none)\n");
	strbuf_done(&out);
	return same;
}

static void recipe_file(struct fixture *f, const char *path, const char *text)
{
	put(f, path, text);
	tree_lookup(f->c.tree, sv_from(path))->origin = 0;
}

static void wants(struct fixture *f, enum unit_op_kind kind, const char *name)
{
	struct unit_op op = { .kind = kind, .unit = sv_from(name), .origin = SV("r.conf:3:1") };

	vec_push(&f->c.units, op);
}

static const struct {
	const char *name;
	enum unit_name_kind kind;
} names[] = {
	{ "a.service", UNIT_NAME_PLAIN },
	{ "a-b_c:d.e.socket", UNIT_NAME_PLAIN },
	{ "a@.service", UNIT_NAME_TEMPLATE },
	{ "a@b.service", UNIT_NAME_INSTANCE },
	{ "a@b@c.service", UNIT_NAME_INSTANCE },
	{ "dev-sda\\x2d1.swap", UNIT_NAME_PLAIN },
	{ "@a.service", UNIT_NAME_BAD },
	{ ".service", UNIT_NAME_BAD },
	{ "a", UNIT_NAME_BAD },
	{ "a.conf", UNIT_NAME_BAD },
	{ "a b.service", UNIT_NAME_BAD },
	{ "a/b.service", UNIT_NAME_BAD },
	{ "", UNIT_NAME_BAD },
};

TEST(unit_names)
{
	struct arena a = ARENA_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		ASSERT_MSG(unit_name_kind(sv_from(names[i].name)) == names[i].kind, "%s",
			   names[i].name);
	ASSERT_TRUE(sv_eq(unit_name_template(&a, SV("a@b.service")), SV("a@.service")));
	ASSERT_TRUE(sv_eq(unit_name_instance(SV("a@b.c.service")), SV("b.c")));
	ASSERT_TRUE(unit_name_instance(SV("a.service")).n == 0);
	ASSERT_TRUE(sv_eq(unit_name_instantiate(&a, SV("a@.timer"), SV("x")), SV("a@x.timer")));
	arena_done(&a);
}

TEST(install_sections)
{
	struct arena a = ARENA_INIT;
	struct unit u = { .state = UNIT_LOADED };

	unit_parse_install(
		&a,
		SV("[Unit]\nWantedBy=not.target\n[Install]\n# c\nWantedBy=a.target b.target \\\n"
		   "; comment inside\n  c.target\nWantedBy = \"d.target\"\nRequiredBy=x.target\nRequiredBy=\n"
		   "RequiredBy=y.target\nAlso=o.socket\nDefaultInstance=tty1\njunk\n=\n[Other]\nAlso=n.socket\n"
		   "[Install]\nUpheldBy=u.target\nAlias=z.service \\"),
		&u);
	ASSERT_TRUE(u.wanted_by.n == 4 && sv_eq(u.wanted_by.v[2], SV("c.target")));
	ASSERT_TRUE(sv_eq(u.wanted_by.v[3], SV("d.target")));
	ASSERT_TRUE(u.required_by.n == 1 && sv_eq(u.required_by.v[0], SV("y.target")));
	ASSERT_TRUE(u.also.n == 1 && u.upheld_by.n == 1 && u.alias.n == 1);
	ASSERT_TRUE(sv_eq(u.alias.v[0], SV("z.service")) && sv_eq(u.default_instance, SV("tty1")));
	unit_done(&u);
	arena_done(&a);
}

TEST(search_order_aliases_masks)
{
	_cleanup_fixture_ struct fixture *f =
		fixture_new("l 0777 0:0 0 " U "alias.service target=real.service\n"
			    "l 0777 0:0 0 " U "tmpl@.service target=real@.service\n"
			    "l 0777 0:0 0 " U "masked.service target=/dev/null\n"
			    "l 0777 0:0 0 " U "dangling.service target=gone.service\n"
			    "l 0777 0:0 0 " U "loop1.service target=loop2.service\n"
			    "l 0777 0:0 0 " U "loop2.service target=loop1.service\n"
			    "l 0777 0:0 0 " E_ "linked.service target=/opt/linked.service\n"
			    "f 0644 0:0 0 " U "empty.service\n");
	static const struct {
		const char *name, *found, *path;
		enum unit_state state;
	} rows[] = {
		{ "real.service", "real.service", E_ "real.service", UNIT_LOADED },
		{ "alias.service", "real.service", E_ "real.service", UNIT_LOADED },
		{ "tmpl@x.service", "real@x.service", U "real@.service", UNIT_LOADED },
		{ "linked.service", "linked.service", E_ "linked.service", UNIT_LOADED },
		{ "masked.service", "masked.service", NULL, UNIT_MASKED },
		{ "empty.service", "empty.service", NULL, UNIT_MASKED },
		{ "dangling.service", "gone.service", NULL, UNIT_ABSENT },
		{ "loop1.service", NULL, NULL, UNIT_ABSENT },
		{ "none.service", NULL, NULL, UNIT_ABSENT },
		{ "bad name", NULL, NULL, UNIT_ABSENT },
	};

	unit(f, "real.service", "[Install]\n");
	unit(f, "real@.service", "[Install]\n");
	put(f, E_ "real.service", "[Install]\n");
	put(f, "opt/linked.service", "[Install]\n");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct unit u;

		unit_load(&f->c, sv_from(rows[i].name), &u);
		ASSERT_MSG(u.state == rows[i].state, "%s", rows[i].name);
		ASSERT_MSG(!rows[i].found || sv_eq(u.name, sv_from(rows[i].found)), "%s",
			   rows[i].name);
		ASSERT_MSG(!rows[i].path || sv_eq(u.path, sv_from(rows[i].path)), "%s",
			   rows[i].name);
		unit_done(&u);
	}
}

static bool enabled(struct fixture *f, const char *name, const char *expected)
{
	struct unit_names list = { .v = NULL };
	size_t n = 0;
	int r;

	vec_push(&list, sv_from(name));
	r = unit_enable(&f->c, &list, &n, &f->e);
	vec_done(&list);
	return r == 0 && links_are(f, expected);
}

TEST(enable_makes_links)
{
	_cleanup_fixture_ struct fixture *f = fixture_new("");

	unit(f, "a.service",
	     "[Install]\nWantedBy=m.target\nRequiredBy=r.target\nUpheldBy=u.target\n"
	     "Alias=b.service wrong.socket\nAlso=a.socket gone.service\n");
	unit(f, "a.socket", "[Install]\nWantedBy=sockets.target\nAlso=a.service\n");
	ASSERT_TRUE(enabled(f, "a.service",
			    "b.service>/" U "a.service\n"
			    "m.target.wants/a.service>/" U "a.service\n"
			    "r.target.requires/a.service>/" U "a.service\n"
			    "sockets.target.wants/a.socket>/" U "a.socket\n"
			    "u.target.upholds/a.service>/" U "a.service\n"));
	ASSERT_TRUE(noted(f, "'wrong.socket' cannot be an alias of 'a.service'"));
}

TEST(enable_templates)
{
	_cleanup_fixture_ struct fixture *f = fixture_new("");

	unit(f, "getty@.service", "[Install]\nWantedBy=getty.target\nDefaultInstance=tty1\n");
	unit(f, "plain@.service", "[Install]\nWantedBy=getty.target other@.target\n");
	unit(f, "inst@.service",
	     "[Install]\nWantedBy=dev-%i.device %p-%j.target %N.target\nAlias=al@.service\n");
	ASSERT_TRUE(enabled(f, "getty@.service",
			    "getty.target.wants/getty@tty1.service>/" U "getty@.service\n"));
	ASSERT_TRUE(tree_remove(f->c.tree, SV("etc")));
	ASSERT_TRUE(enabled(f, "plain@.service",
			    "other@.target.wants/plain@.service>/" U "plain@.service\n"));
	ASSERT_TRUE(tree_remove(f->c.tree, SV("etc")));
	ASSERT_TRUE(enabled(f, "plain@x.service",
			    "getty.target.wants/plain@x.service>/" U "plain@.service\n"
			    "other@.target.wants/plain@x.service>/" U "plain@.service\n"));
	ASSERT_TRUE(tree_remove(f->c.tree, SV("etc")));
	ASSERT_TRUE(enabled(f, "inst@sda.service",
			    "al@sda.service>/" U "inst@.service\n"
			    "dev-sda.device.wants/inst@sda.service>/" U "inst@.service\n"
			    "inst-inst.target.wants/inst@sda.service>/" U "inst@.service\n"
			    "inst@sda.target.wants/inst@sda.service>/" U "inst@.service\n"));
}

TEST(dropins_count)
{
	_cleanup_fixture_ struct fixture *f = fixture_new("");

	unit(f, "a.service", "[Install]\nWantedBy=multi-user.target\n");
	unit(f, "a.service.d/10-x.conf", "[Install]\nWantedBy=\nWantedBy=sysinit.target\n");
	put(f, E_ "a.service.d/20-y.conf", "[Install]\nWantedBy=more.target\n");
	unit(f, "a.service.d/20-y.conf", "[Install]\nWantedBy=hidden.target\n");
	ASSERT_TRUE(enabled(f, "a.service",
			    "more.target.wants/a.service>/" U "a.service\n"
			    "sysinit.target.wants/a.service>/" U "a.service\n"));
}

TEST(bad_install_sections_are_notes)
{
	_cleanup_fixture_ struct fixture *f = fixture_new("");

	unit(f, "a.service",
	     "[Install]\nWantedBy=%H.target ../../x.target ok.target\nAlias=../b.service\n");
	ASSERT_TRUE(enabled(f, "a.service", "ok.target.wants/a.service>/" U "a.service\n"));
	ASSERT_TRUE(noted(f, "'%H.target' in [Install] cannot be known"));
	ASSERT_TRUE(noted(f, "'../../x.target' in [Install] is not a unit name"));
	ASSERT_TRUE(noted(f, "'../b.service' cannot be an alias"));
}

TEST(links_that_are_there_stay)
{
	_cleanup_fixture_ struct fixture *f =
		fixture_new("l 0777 0:0 0 " E_ "m.target.wants/a.service target=/opt/a.service\n");

	unit(f, "a.service", "[Install]\nWantedBy=m.target\n");
	ASSERT_TRUE(enabled(f, "a.service", "m.target.wants/a.service>/opt/a.service\n"));
	ASSERT_TRUE(noted(f, "is there already"));
}

TEST(preset_rules)
{
	_cleanup_fixture_ struct fixture *f = fixture_new("");
	struct preset_rules rules = { .v = NULL };
	struct unit_names found = { .v = NULL };

	preset_parse(
		&f->c,
		SV("# c\n; c\n\nenable a.service\ndisable a.*\n ignore i*.service\nenable t@.service x y\n"
		   "enable n.service ignored\nfrob b\nenable\ndisable *.socket\n"),
		SV("p"), &rules);
	ASSERT_TRUE(rules.n == 6);
	ASSERT_TRUE(noted(f, "p:9: not a preset rule") && noted(f, "p:10: not a preset rule"));
	ASSERT_TRUE(preset_query(&f->c.arena, &rules, SV("a.service"), &found) == PRESET_ENABLE &&
		    found.n == 0);
	ASSERT_TRUE(preset_query(&f->c.arena, &rules, SV("a.timer"), &found) == PRESET_DISABLE);
	ASSERT_TRUE(preset_query(&f->c.arena, &rules, SV("ii.service"), &found) == PRESET_IGNORE);
	ASSERT_TRUE(preset_query(&f->c.arena, &rules, SV("t@.service"), &found) == PRESET_ENABLE &&
		    found.n == 2);
	ASSERT_TRUE(sv_eq(found.v[1], SV("t@y.service")));
	ASSERT_TRUE(preset_query(&f->c.arena, &rules, SV("t@y.service"), &found) == PRESET_ENABLE &&
		    found.n == 0);
	ASSERT_TRUE(preset_query(&f->c.arena, &rules, SV("x.socket"), &found) == PRESET_DISABLE);
	ASSERT_TRUE(preset_query(&f->c.arena, &rules, SV("other.service"), &found) ==
		    PRESET_ENABLE);
	vec_done(&found);
	preset_rules_done(&rules);
}

static void some_units(struct fixture *f)
{
	unit(f, "on.service", "[Install]\nWantedBy=m.target\nAlso=helper.socket\n");
	unit(f, "off.service", "[Install]\nWantedBy=m.target\n");
	unit(f, "helper.socket", "[Install]\nWantedBy=sockets.target\n");
	unit(f, "static.service", "[Service]\n");
	unit(f, "t@.service", "[Install]\nWantedBy=m.target\n");
	put(f, "usr/lib/systemd/system-preset/90-systemd.preset", "enable *\n");
}

TEST(without_initrd_preset_nothing_is_enabled)
{
	_cleanup_fixture_ struct fixture *f = fixture_new(
		"l 0777 0:0 0 " E_ "m.target.wants/off.service target=/" U "off.service origin=3\n"
		"l 0777 0:0 0 " E_ "x.target.wants/on.service target=/" U "on.service\n"
		"l 0777 0:0 0 " E_ "name.service target=/" U "off.service origin=3\n");

	some_units(f);
	ASSERT_TRUE(ran(f, tf_presets(&f->c, &f->e)));
	/* A package's link goes, a recipe's stays. */
	ASSERT_TRUE(links_are(f, "x.target.wants/on.service>/" U "on.service\n"));
	ASSERT_TRUE(absent(f, E_ "m.target.wants"));
}

TEST(recipes_own_presets_count)
{
	_cleanup_fixture_ struct fixture *f = fixture_new("");

	some_units(f);
	recipe_file(f, "usr/lib/systemd/system-preset/95-mine.preset",
		    "disable helper.socket\nenable on.service\nenable t@.service a\n");
	ASSERT_TRUE(ran(f, tf_presets(&f->c, &f->e)));
	/* helper.socket comes by Also=, although disabled: links go before links come. */
	ASSERT_TRUE(links_are(f, "m.target.wants/on.service>/" U "on.service\n"
				 "m.target.wants/t@a.service>/" U "t@.service\n"
				 "sockets.target.wants/helper.socket>/" U "helper.socket\n"));
}

/* The base recipe brings an initrd-preset of its own: that alone must not silence a recipe's presets. */
TEST(recipes_presets_of_both_kinds)
{
	_cleanup_fixture_ struct fixture *f = fixture_new("");

	some_units(f);
	recipe_file(f, "usr/lib/systemd/initrd-preset/99-base.preset", "disable *\n");
	recipe_file(f, "usr/lib/systemd/system-preset/99-base.preset", "enable off.service\n");
	recipe_file(f, "etc/systemd/system-preset/50-mine.preset", "enable on.service\n");
	ASSERT_TRUE(ran(f, tf_presets(&f->c, &f->e)));
	ASSERT_TRUE(links_are(f, "m.target.wants/on.service>/" U "on.service\n"
				 "sockets.target.wants/helper.socket>/" U "helper.socket\n"));
}

TEST(initrd_preset_alone_counts)
{
	_cleanup_fixture_ struct fixture *f = fixture_new("");

	some_units(f);
	put(f, "usr/lib/systemd/initrd-preset/50-a.preset",
	    "disable off.service\ndisable t@.service\n");
	put(f, "etc/systemd/initrd-preset/60-b.preset", "disable helper.socket\n");
	recipe_file(f, "usr/lib/systemd/system-preset/00-mine.preset", "disable *\n");
	ASSERT_TRUE(ran(f, tf_presets(&f->c, &f->e)));
	ASSERT_TRUE(links_are(f, "m.target.wants/on.service>/" U "on.service\n"
				 "sockets.target.wants/helper.socket>/" U "helper.socket\n"));
}

TEST(recipe_operations)
{
	_cleanup_fixture_ struct fixture *f = fixture_new("");

	some_units(f);
	wants(f, UNIT_ENABLE, "off.service");
	wants(f, UNIT_ENABLE, "on.service");
	wants(f, UNIT_ENABLE, "t@eth0.service");
	wants(f, UNIT_ENABLE, "static.service");
	wants(f, UNIT_ENABLE, "?gone.service");
	wants(f, UNIT_DISABLE, "on.service");
	wants(f, UNIT_MASK, "any.service");
	ASSERT_TRUE(ran(f, tf_presets(&f->c, &f->e)));
	ASSERT_TRUE(links_are(f, "any.service>/dev/null\n"
				 "m.target.wants/off.service>/" U "off.service\n"
				 "m.target.wants/t@eth0.service>/" U "t@.service\n"));
	ASSERT_TRUE(noted(f, "unit 'static.service' has nothing in [Install]"));
}

static const struct {
	enum unit_op_kind kind;
	const char *unit, *says;
} bad[] = {
	{ UNIT_ENABLE, "gone.service", "no unit 'gone.service' in the image" },
	{ UNIT_ENABLE, "masked.service", "unit 'masked.service' is masked" },
	{ UNIT_ENABLE, "gone", "'gone' is not a unit name" },
	{ UNIT_DISABLE, "../x.service", "'../x.service' is not a unit name" },
	{ UNIT_MASK, "own.service", "a file of its own" },
	{ UNIT_MASK, "", "'' is not a unit name" },
};

TEST(recipe_operations_fail_with_origin)
{
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		_cleanup_fixture_ struct fixture *f =
			fixture_new("l 0777 0:0 0 " U "masked.service target=/dev/null\n");

		put(f, E_ "own.service", "[Service]\n");
		wants(f, bad[i].kind, bad[i].unit);
		ASSERT_MSG(tf_presets(&f->c, &f->e) == E_USAGE, "row %zu", i);
		ASSERT_TRUE(err_says(&f->e, "r.conf:3:1: ") && err_says(&f->e, bad[i].says));
	}
}

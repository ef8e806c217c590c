/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/tree/tree_test_util.h"

#include "base/macros.h"

struct seen {
	struct strbuf paths;
	const char *remove, *stop;
};

static int see(void *arg, struct tree *t, struct tree_node *n, struct sv path, struct err *e)
{
	struct seen *s = arg;

	strbuf_add(&s->paths, path);
	strbuf_addc(&s->paths, ' ');
	if (s->remove && sv_eq(n->name, sv_from(s->remove)))
		tree_remove_node(t, n);
	if (s->stop && sv_eq(n->name, sv_from(s->stop)))
		return err_set(e, E_FAIL, "stopped");
	return 0;
}

static bool walk_gives(struct tree *t, const char *drop, const char *stop, const char *expected)
{
	struct seen s = { .paths = STRBUF_INIT, .remove = drop, .stop = stop };
	struct err e = ERR_INIT;
	int r = tree_walk(t, see, &s, &e);
	bool same = r == (stop ? E_FAIL : 0) && sv_eq(strbuf_sv(&s.paths), sv_from(expected));

	if (!same)
		(void)fprintf(stderr, "# %s\n", s.paths.p ? s.paths.p : "");
	strbuf_done(&s.paths);
	return same;
}

TEST(walk_order_and_removal)
{
	/* "a-b" sorts before "a/" as text, but a's children come right behind a. */
	_cleanup_tree_ struct tree *t =
		tree_of("f 0644 0:0 0 a/x\nf 0644 0:0 0 a-b\nf 0644 0:0 0 a/y/z\n"
			"f 0644 0:0 0 b\n");

	ASSERT_TRUE(walk_gives(t, NULL, NULL, "a a/x a/y a/y/z a-b b "));
	ASSERT_TRUE(walk_gives(t, NULL, "y", "a a/x a/y "));
	ASSERT_TRUE(walk_gives(t, "x", NULL, "a a/x a/y a/y/z a-b b "));
	ASSERT_TRUE(walk_gives(t, "b", NULL, "a a/y a/y/z a-b b "));
	ASSERT_TRUE(walk_gives(t, "a", NULL, "a a-b "));
	ASSERT_TRUE(walk_gives(t, NULL, NULL, "a-b "));
}

static const char sample[] = "l 0777 0:0 0 lib target=usr/lib\n"
			     "f 0644 0:0 0 usr/lib/x.so\n"
			     "f 0644 0:0 0 usr/lib/.hidden.so\n"
			     "f 0644 0:0 0 usr/lib/modules/6.1/vmlinuz-6.1\n"
			     "f 0644 0:0 0 usr/lib/modules/6.2/vmlinuz\n"
			     "f 0644 0:0 0 usr/lib/modules/6.2/kernel/k.ko\n"
			     "l 0777 0:0 0 usr/lib/current target=modules/6.2\n"
			     "f 0644 0:0 0 usr/share/locale/de/m.mo\n"
			     "f 0644 0:0 0 usr/share/doc/de/m.mo\n";

static const struct {
	const char *pattern;
	uint64_t removed;
	const char *gone; /* a path that must not be there */
	const char *kept; /* and one that must */
} globs[] = {
	{ "/lib/x.so", 1, "usr/lib/x.so", "usr/lib/current" },
	{ "/usr/lib/*.so", 2, "usr/lib/.hidden.so", "usr/lib/modules" },
	{ "/usr/lib/modules/*/vmlinuz*", 2, "usr/lib/modules/6.1/vmlinuz-6.1",
	  "usr/lib/modules/6.2/kernel/k.ko" },
	{ "/lib/modules/6.[1]", 2, "usr/lib/modules/6.1", "usr/lib/modules/6.2" },
	{ "/usr/share/locale/*", 2, "usr/share/locale/de", "usr/share/locale" },
	{ "/usr/*/x.so", 1, "usr/lib/x.so", "usr/lib/current" },
	{ "/usr/*.so", 0, "x", "usr/lib/x.so" },
	/* a link on the way is followed, at the end it is not */
	{ "/usr/lib/current/vmlinuz", 1, "usr/lib/modules/6.2/vmlinuz", "usr/lib/current" },
	{ "/usr/lib/c*/kernel", 2, "usr/lib/modules/6.2/kernel", "usr/lib/modules/6.2" },
	{ "/usr/lib/c*", 1, "usr/lib/current", "usr/lib/modules/6.2/vmlinuz" },
	{ "/lib", 1, "lib", "usr/lib/x.so" },
	{ "/usr/**/m.mo", 2, "usr/share/doc/de/m.mo", "usr/share/doc/de" },
	{ "/**/**/k.ko", 1, "usr/lib/modules/6.2/kernel/k.ko", "usr/lib/modules/6.2/kernel" },
	{ "/usr/lib/**", 10, "usr/lib/modules", "usr/lib" },
	{ "/not/there", 0, "not", "usr" },
	{ "/usr/lib/x.so/y", 0, "not", "usr/lib/x.so" },
	{ "/*/lib/x.so", 1, "usr/lib/x.so", "lib" },
};

TEST(remove_globs)
{
	struct err e = ERR_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(globs); i++) {
		_cleanup_tree_ struct tree *t = tree_of(sample);
		uint64_t n = 99;

		ASSERT_TRUE(tree_remove_glob(t, sv_from(globs[i].pattern), &n, &e) == 0);
		if (n != globs[i].removed)
			(void)fprintf(stderr, "# %s: %llu\n", globs[i].pattern,
				      (unsigned long long)n);
		ASSERT_TRUE(n == globs[i].removed);
		ASSERT_TRUE(!tree_lookup(t, sv_from(globs[i].gone)));
		ASSERT_TRUE(tree_lookup(t, sv_from(globs[i].kept)));
	}
}

TEST(remove_glob_refuses)
{
	_cleanup_tree_ struct tree *t = tree_of(sample);
	struct err e = ERR_INIT;
	uint64_t n = 0;

	ASSERT_TRUE(tree_remove_glob(t, SV("/"), &n, &e) == E_USAGE);
	ASSERT_TRUE(tree_remove_glob(t, SV(""), &n, &e) == E_USAGE);
	ASSERT_TRUE(tree_remove_glob(t, SV("/usr/../*"), &n, &e) == E_USAGE);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tests/golden/{tree,transform}/NAME.case: an image, what is done to it, and what it is then, in one
 * text. Parts begin with "=== NAME": "tree" (tree_parse's form), "remove PATTERN", "file PATH" (a
 * package's file with this text), "run" (lines "WORD VALUE": all transforms with this context),
 * "script PACKAGE" (a postinst, before "run"), "expect" (last: dump, texts of etc, notes; or error
 * and hint). GOLDEN_UPDATE=1 in the environment rewrites what is expected. Cases named should-fail-*
 * must fail.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fs.h"
#include "base/macros.h"
#include "tests/unit/transform/transform_test_util.h"

struct script {
	struct sv package, text;
};

struct golden {
	struct fixture *f;
	VEC(struct script) scripts;
	int r;
};

static int find_script(void *arg, struct sv package, struct sv script, struct sv *ret,
		       struct err *e)
{
	const struct golden *g = arg;

	for (size_t i = 0; i < g->scripts.n; i++)
		if (sv_eq(g->scripts.v[i].package, package) && sv_eq(script, SV("postinst"))) {
			*ret = g->scripts.v[i].text;
			return 0;
		}
	return err_set(e, E_NOTFOUND, "no script");
}

static void add_unit(struct transform_context *c, enum unit_op_kind kind, struct sv name)
{
	struct unit_op op = { .kind = kind, .unit = name, .origin = SV("case:1:1") };

	vec_push(&c->units, op);
}

static void context_line(struct fixture *f, struct sv line)
{
	struct transform_context *c = &f->c;
	struct sv rest = line, word;

	if (!sv_word(&rest, &word))
		return;
	rest = sv_trim(rest);
	if (sv_eq(word, SV("package")))
		add_package(f, arena_cstr(&c->arena, rest));
	else if (sv_eq(word, SV("user")))
		vec_push(&c->users, rest);
	else if (sv_eq(word, SV("enable")))
		add_unit(c, UNIT_ENABLE, rest);
	else if (sv_eq(word, SV("disable")))
		add_unit(c, UNIT_DISABLE, rest);
	else if (sv_eq(word, SV("mask")))
		add_unit(c, UNIT_MASK, rest);
	else if (sv_eq(word, SV("locale")))
		c->locale = rest;
	else if (sv_eq(word, SV("root-password")))
		c->root_password = rest;
	else if (sv_eq(word, SV("emergency-shell")))
		c->emergency_shell = true;
	else
		test_fail(__FILE__, __LINE__, "unknown word '" SV_FMT "'", SV_ARG(word));
}

static void part_run(struct golden *g, struct sv body)
{
	struct sv line;

	while (sv_line(&body, &line))
		context_line(g->f, line);
	g->f->c.script = find_script;
	g->f->c.script_arg = g;
	g->r = transform_prepare(&g->f->c, &g->f->e);
	if (g->r == 0)
		g->r = transform_run(&g->f->c, &g->f->e);
}

static void part(struct golden *g, struct sv name, struct sv body)
{
	struct arena *a = &g->f->c.arena;
	uint64_t n = 0;

	if (sv_eq(name, SV("tree"))) {
		tree_free(g->f->c.tree);
		g->f->c.tree = NULL;
		g->r = tree_parse(body, NULL, NULL, &g->f->c.tree, &g->f->e);
		if (g->r < 0)
			g->f->c.tree = tree_new();
	} else if (sv_skip(&name, SV("remove "))) {
		g->r = tree_remove_glob(g->f->c.tree, name, &n, &g->f->e);
	} else if (sv_skip(&name, SV("file "))) {
		put(g->f, arena_cstr(a, name), arena_cstr(a, body));
	} else if (sv_skip(&name, SV("script "))) {
		struct script s = { .package = name, .text = body };

		vec_push(&g->scripts, s);
	} else if (sv_eq(name, SV("run"))) {
		part_run(g, body);
	} else {
		test_fail(__FILE__, __LINE__, "unknown part '" SV_FMT "'", SV_ARG(name));
	}
}

/* Does every part up to "expect"; returns where that one's text begins. */
static size_t run(struct golden *g, struct sv text)
{
	struct sv rest = text, line;

	while (sv_line(&rest, &line)) {
		struct sv name = line, body = rest, next = rest;

		if (!sv_skip(&name, SV("=== ")))
			continue;
		if (sv_eq(name, SV("expect")))
			return text.n - rest.n;
		while (sv_line(&next, &line) && !sv_starts(line, SV("=== ")))
			rest = next;
		if (g->r == 0)
			part(g, name, sv_head(body, body.n - rest.n));
	}
	test_fail(__FILE__, __LINE__, "no '=== expect'");
}

static int add_text(void *arg, struct tree *t, struct tree_node *n, struct sv path, struct err *e)
{
	(void)t;
	(void)e;
	if (n->inode->type == TREE_FILE && n->inode->blob && sv_starts(path, SV("etc/")))
		strbuf_addf(arg, "--- " SV_FMT "\n" SV_FMT, SV_ARG(path),
			    SV_ARG(blob_sv(n->inode->blob)));
	return 0;
}

static void result(struct golden *g, struct strbuf *out)
{
	if (g->r < 0) {
		strbuf_addf(out, "error %d: %s\nhint: %s\n", g->r, g->f->e.text, g->f->e.hint);
		return;
	}
	tree_dump(g->f->c.tree, out);
	(void)tree_walk(g->f->c.tree, add_text, out, &g->f->e);
	for (size_t i = 0; i < g->f->notes.list.n; i++)
		strbuf_addf(out, "%s: " SV_FMT "\n",
			    g->f->notes.list.v[i].level == NOTE_WARNING ? "warning" : "note",
			    SV_ARG(g->f->notes.list.v[i].text));
}

static void one_case(const char *path, const char *name)
{
	_cleanup_fixture_ struct fixture *f = fixture_new("");
	_cleanup_fs_data_ struct fs_data data = { 0 };
	_cleanup_strbuf_ struct strbuf got = STRBUF_INIT;
	struct golden g = { .f = f };
	struct err e = ERR_INIT;
	size_t expect;

	ASSERT_EQ_INT(fs_read(AT_FDCWD, path, 1 << 20, &data, &e), 0);
	expect = run(&g, fs_sv(&data));
	result(&g, &got);
	if (getenv("GOLDEN_UPDATE")) {
		FILE *out = fopen(path, "wb");

		ASSERT_NOT_NULL(out);
		ASSERT_TRUE(fwrite(data.p, 1, expect, out) == expect);
		ASSERT_TRUE(fwrite(got.p, 1, got.n, out) == got.n);
		ASSERT_EQ_INT(fclose(out), 0);
	} else {
		test_note("%s", name);
		ASSERT_EQ_STR(got.p ? got.p : "", data.p + expect);
	}
	ASSERT_EQ_INT(g.r < 0, strncmp(name, "should-fail-", 12) == 0);
	vec_done(&g.scripts);
}

static int is_case(const struct dirent *d)
{
	return strstr(d->d_name, ".case") != NULL;
}

static void all_cases(const char *folder)
{
	const char *top = getenv("TOP");
	struct dirent **list = NULL;
	char dir[2048], path[4096];
	int n;

	(void)snprintf(dir, sizeof(dir), "%s/tests/golden/%s", top ? top : ".", folder);
	n = scandir(dir, &list, is_case, alphasort);
	ASSERT_MSG(n > 0, "no cases in %s", dir);
	for (int i = 0; i < n; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", dir, list[i]->d_name);
		one_case(path, list[i]->d_name);
		free(list[i]);
	}
	free(list);
}

TEST(golden_trees)
{
	all_cases("tree");
}

TEST(golden_transforms)
{
	all_cases("transform");
}

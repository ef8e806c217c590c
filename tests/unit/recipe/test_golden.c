/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tests/golden/recipe/NAME.case: files of a recipe, options, and what loading them gives, in one text.
 * Parts begin with "=== NAME": "options" (lines "WORD VALUE"), "expect" (last: dump and notes, or error
 * and hint; the folder of the case reads as CASE), else a file by that path. GOLDEN_UPDATE=1 in the
 * environment rewrites what is expected. Cases named should-fail-* must fail. A dump is read again
 * and must give itself, places aside.
 */
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "recipe/recipe_int.h"
#include "base/fs.h"
#include "test.h"

struct golden {
	char tmp[128], dir[136]; /* dir: where the files are */
	struct arena arena;
	struct sv load;  /* name, or path below dir */
	bool wants_base; /* show what recipe_wants_base says */
	struct recipe_match match;
	const char *search[4];
	size_t n_search;
};

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static void golden_done(struct golden *g)
{
	nftw(g->tmp, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	vec_done(&g->match.profiles);
	arena_done(&g->arena);
}

static struct sv below(struct golden *g, struct sv name)
{
	return arena_printf(&g->arena, "%s/" SV_FMT, g->dir, SV_ARG(name));
}

static void write_file(struct golden *g, struct sv name, struct sv text)
{
	struct sv path = below(g, name);
	struct err e = ERR_INIT;
	ptrdiff_t slash = sv_rchr(path, '/');
	FILE *f;

	ASSERT_EQ_INT(fs_mkdirs(AT_FDCWD, arena_cstr(&g->arena, sv_head(path, (size_t)slash)), &e),
		      0);
	f = fopen(path.p, "wb");
	ASSERT_NOT_NULL(f);
	ASSERT_TRUE(fwrite(text.p, 1, text.n, f) == text.n);
	ASSERT_EQ_INT(fclose(f), 0);
	if (sv_ends(name, SV("mkosi.rootpw")))
		ASSERT_EQ_INT(chmod(path.p, 0600), 0);
}

static void option(struct golden *g, struct sv line)
{
	struct sv word = SV_NULL, value;

	(void)sv_word(&line, &word);
	value = arena_sv(&g->arena, sv_trim(line));
	if (sv_eq(word, SV("distribution")))
		g->match.distribution = value;
	else if (sv_eq(word, SV("release")))
		g->match.release = value;
	else if (sv_eq(word, SV("architecture")))
		g->match.architecture = value;
	else if (sv_eq(word, SV("format")))
		g->match.format = value;
	else if (sv_eq(word, SV("profile")))
		vec_push(&g->match.profiles, value);
	else if (sv_eq(word, SV("load")))
		g->load = sv_starts(value, SV("./")) ? below(g, sv_from_pos(value, 2)) : value;
	else if (sv_eq(word, SV("search")))
		g->search[g->n_search++] = below(g, value).p;
	else if (sv_eq(word, SV("wants-base")))
		g->wants_base = true;
	else
		test_fail(__FILE__, __LINE__, "unknown option '" SV_FMT "'", SV_ARG(word));
}

/* Puts the parts where they belong; *ret_expect begins behind the "=== expect" line. */
static void unpack(struct golden *g, struct sv text, size_t *ret_expect)
{
	struct sv rest = text, line;

	while (sv_line(&rest, &line)) {
		struct sv name = line, body = rest;

		if (!sv_skip(&name, SV("=== ")))
			continue;
		if (sv_eq(name, SV("expect"))) {
			*ret_expect = (size_t)(rest.n ? rest.p - text.p : (ptrdiff_t)text.n);
			return;
		}

		struct sv next = rest;
		size_t n = 0;

		while (sv_line(&next, &line) && !sv_starts(line, SV("=== "))) {
			n = next.n ? (size_t)(next.p - body.p) : body.n;
			rest = next;
			if (sv_eq(name, SV("options")))
				option(g, line);
		}
		if (!sv_eq(name, SV("options")))
			write_file(g, name, sv_head(body, n));
	}
	test_fail(__FILE__, __LINE__, "no '=== expect'");
}

static void replace_dir(struct golden *g, struct sv text, struct strbuf *out)
{
	struct sv dir = sv_from(g->dir);

	while (text.n > 0) {
		if (sv_skip(&text, dir)) {
			strbuf_adds(out, "CASE");
			continue;
		}
		strbuf_addc(out, text.p[0]);
		text = sv_from_pos(text, 1);
	}
}

/* Without "  # PLACE" at the ends of lines, and without the first comments. */
static struct sv without_places(struct arena *a, struct sv dump)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	struct sv line;

	while (sv_line(&dump, &line)) {
		ptrdiff_t at = -1, from = 0, found;

		while ((found = sv_find(sv_from_pos(line, (size_t)from), SV("  # "))) >= 0) {
			at = from + found;
			from = at + 1;
		}
		if (sv_starts(line, SV("# ")))
			continue;
		strbuf_add(&out, at < 0 ? line : sv_head(line, (size_t)at));
		strbuf_addc(&out, '\n');
	}
	return sv_trim(arena_sv(a, strbuf_sv(&out)));
}

static void check_rereads(struct golden *g, struct sv dump)
{
	struct recipe_options o = { .match = g->match };
	_cleanup_strbuf_ struct strbuf again = STRBUF_INIT;
	struct err e = ERR_INIT;
	struct recipe r;

	recipe_init(&r);
	if (recipe_load_text(&r, SV("dump"), dump, &o, &e) < 0)
		test_fail(__FILE__, __LINE__, "the dump does not load: %s", e.text);
	recipe_dump(&r, &again);
	ASSERT_EQ_STR(without_places(&g->arena, strbuf_sv(&again)).p,
		      without_places(&g->arena, dump).p);
	recipe_done(&r);
}

static int run(struct golden *g, struct strbuf *out)
{
	struct notes notes = NOTES_INIT;
	struct recipe_options o = { .search = g->search, .match = g->match, .notes = &notes };
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	struct err e = ERR_INIT;
	struct recipe r;
	bool base = false;
	int ret;

	recipe_init(&r);
	ret = recipe_load(&r, g->load, &o, &e);
	if (ret == 0 && g->wants_base) {
		ASSERT_EQ_INT(recipe_wants_base(g->load, &o, &base, &e), 0);
		strbuf_addf(&text, "wants base: %s\n", base ? "yes" : "no");
	}
	if (ret == 0)
		recipe_dump(&r, &text);
	for (size_t i = 0; ret == 0 && i < notes.list.n; i++)
		strbuf_addf(&text, "%s: " SV_FMT "\n",
			    notes.list.v[i].level == NOTE_WARNING ? "warning" : "note",
			    SV_ARG(notes.list.v[i].text));
	if (ret < 0)
		strbuf_addf(&text, "error %d: %s\nhint: %s\n", ret, e.text, e.hint);
	replace_dir(g, strbuf_sv(&text), out);
	if (ret == 0 && !g->wants_base) {
		strbuf_clear(&text);
		recipe_dump(&r, &text);
		check_rereads(g, strbuf_sv(&text));
	}
	recipe_done(&r);
	notes_done(&notes);
	return ret;
}

static void one_case(const char *path, const char *name)
{
	struct golden g = { .load = SV(".") };
	_cleanup_fs_data_ struct fs_data data = { 0 };
	_cleanup_strbuf_ struct strbuf got = STRBUF_INIT;
	struct err e = ERR_INIT;
	const char *tmp = getenv("TMPDIR");
	size_t expect = 0;
	int ret;

	snprintf(g.tmp, sizeof(g.tmp), "%.100s/recipe-XXXXXX", tmp ? tmp : "/tmp");
	ASSERT_NOT_NULL(mkdtemp(g.tmp));
	snprintf(g.dir, sizeof(g.dir), "%s/case", g.tmp);
	g.match = (struct recipe_match){ .distribution = SV("debian"),
					 .release = SV("trixie"),
					 .architecture = SV("x86-64"),
					 .format = SV("cpio") };
	g.load = arena_sv(&g.arena, sv_from(g.dir));
	ASSERT_EQ_INT(fs_read(AT_FDCWD, path, 1 << 20, &data, &e), 0);
	unpack(&g, fs_sv(&data), &expect);
	ret = run(&g, &got);
	if (getenv("GOLDEN_UPDATE")) {
		FILE *f = fopen(path, "wb");

		ASSERT_NOT_NULL(f);
		ASSERT_TRUE(fwrite(data.p, 1, expect, f) == expect);
		ASSERT_TRUE(fwrite(got.p, 1, got.n, f) == got.n);
		ASSERT_EQ_INT(fclose(f), 0);
	} else {
		test_note("%s", name);
		ASSERT_EQ_STR(got.p, data.p + expect);
	}
	ASSERT_EQ_INT(ret < 0, strncmp(name, "should-fail-", 12) == 0);
	golden_done(&g);
}

static int is_case(const struct dirent *d)
{
	return strstr(d->d_name, ".case") != NULL;
}

TEST(golden_cases)
{
	const char *top = getenv("TOP");
	struct dirent **list = NULL;
	char dir[2048], path[4096];
	int n;

	snprintf(dir, sizeof(dir), "%s/tests/golden/recipe", top ? top : ".");
	n = scandir(dir, &list, is_case, alphasort);
	ASSERT_MSG(n > 0, "no cases in %s", dir);
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, list[i]->d_name);
		one_case(path, list[i]->d_name);
		free(list[i]);
	}
	free(list);
}

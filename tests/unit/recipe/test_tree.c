/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Extra trees on disk and in the program; the shipped recipes themselves. */
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "recipe/recipe_int.h"
#include "base/embed.h"
#include "base/glob.h"
#include "test.h"

static int collect(void *arg, const struct recipe_extra *x, struct err *e)
{
	struct strbuf *out = arg;

	(void)e;
	strbuf_addf(out, "%06o %.*s", x->mode, (int)x->path.n, x->path.p);
	if (!S_ISDIR(x->mode))
		strbuf_addf(out, " [%.*s]", (int)MIN(x->content.n, 20), x->content.p);
	strbuf_addc(out, '\n');
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static void put(const char *dir, const char *name, const char *text, mode_t mode)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "wb");
	ASSERT_NOT_NULL(f);
	fputs(text, f);
	fclose(f);
	ASSERT_EQ_INT(chmod(path, mode), 0);
}

static void folder(const char *dir, const char *name, mode_t mode)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	ASSERT_EQ_INT(mkdir(path, 0777), 0);
	ASSERT_EQ_INT(chmod(path, mode), 0);
}

static void scratch(char dir[static 128])
{
	const char *tmp = getenv("TMPDIR");

	snprintf(dir, 128, "%.100s/tree-XXXXXX", tmp ? tmp : "/tmp");
	ASSERT_NOT_NULL(mkdtemp(dir));
}

TEST(disk_tree)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	struct err e = ERR_INIT;
	char dir[128], link[512];

	scratch(dir);
	folder(dir, "b", 0755);
	folder(dir, "b/empty", 01777);
	put(dir, "b/tool", "x", 04755);
	put(dir, "a", "text", 0640);
	put(dir, "b.c", "", 0600);
	snprintf(link, sizeof(link), "%s/link", dir);
	ASSERT_EQ_INT(symlink("/nowhere", link), 0);

	struct recipe_tree t = { .source = sv_from(dir), .target = SV("") };

	ASSERT_EQ_INT(recipe_tree_walk(&t, collect, &out, &e), 0);
	ASSERT_EQ_STR(out.p, "100640 a [text]\n"
			     "040755 b\n"
			     "041777 b/empty\n"
			     "104755 b/tool [x]\n"
			     "100600 b.c []\n"
			     "120777 link [/nowhere]\n");
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

TEST(disk_file)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	struct err e = ERR_INIT;
	char dir[128], path[512];

	scratch(dir);
	put(dir, "a", "text", 0644);
	snprintf(path, sizeof(path), "%s/a", dir);

	struct recipe_tree t = { .source = sv_from(path), .target = SV("etc/a") };

	ASSERT_EQ_INT(recipe_tree_walk(&t, collect, &out, &e), 0);
	ASSERT_EQ_STR(out.p, "100644  [text]\n");
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

TEST(disk_refuses)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	struct err e = ERR_INIT;
	char dir[128], path[512];

	scratch(dir);
	folder(dir, "d", 0755);
	snprintf(path, sizeof(path), "%s/d/fifo", dir);
	ASSERT_EQ_INT(mkfifo(path, 0600), 0);

	struct recipe_tree t = { .source = sv_from(dir), .target = SV("") };

	ASSERT_EQ_INT(recipe_tree_walk(&t, collect, &out, &e), E_FORMAT);
	ASSERT_HAS_STR(e.text, "'d/fifo' is neither file, folder nor link");
	ASSERT_HAS_STR(e.text, dir);
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	ASSERT_EQ_INT(recipe_tree_walk(&t, collect, &out, &e), E_IO);
}

static int stop(void *arg, const struct recipe_extra *x, struct err *e)
{
	(void)x;
	*(int *)arg += 1;
	return err_set(e, E_LIMIT, "enough");
}

TEST(callback_ends_the_walk)
{
	struct recipe_tree t = { .source = SV("embedded:recipes/base"), .target = SV("") };
	struct err e = ERR_INIT;
	int calls = 0;

	ASSERT_EQ_INT(recipe_tree_walk(&t, stop, &calls, &e), E_LIMIT);
	ASSERT_EQ_INT(calls, 1);
	ASSERT_HAS_STR(e.text, "enough");
}

/* Folders before what they hold, each once, nothing twice, all absolute-free. */
TEST(embedded_tree)
{
	struct recipe_tree t = { .source = SV("embedded:recipes/base/mkosi.extra"),
				 .target = SV("") };
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	struct err e = ERR_INIT;
	struct sv text, line, last = SV("");

	ASSERT_EQ_INT(recipe_tree_walk(&t, collect, &out, &e), 0);
	ASSERT_HAS_STR(out.p, "040755 usr\n040755 usr/lib\n");
	ASSERT_HAS_STR(out.p, "\n100644 usr/lib/systemd/system-preset/99-kindling.preset [");
	text = strbuf_sv(&out);
	while (sv_line(&text, &line))
		if (sv_starts(line, SV("040755 "))) {
			ASSERT_FALSE(sv_eq(line, last));
			last = line;
		}
}

TEST(shipped)
{
	struct arena a = ARENA_INIT;
	struct recipe_infos infos = { 0 };
	struct err e = ERR_INIT;
	bool base = false;

	ASSERT_EQ_INT(recipe_shipped(&a, &infos, &e), 0);
	for (size_t i = 0; i < infos.n; i++) {
		ASSERT_MSG(infos.v[i].summary.n > 10 && sv_ends(infos.v[i].summary, SV(".")),
			   "recipe " SV_FMT " does not say what it is in one line",
			   SV_ARG(infos.v[i].name));
		base |= sv_eq(infos.v[i].name, SV("base"));
	}
	ASSERT_TRUE(base);
	vec_done(&infos);
	arena_done(&a);
}

/* No recipe brings shell, or anything else that would be executed as a script. Boot helpers are programs,
 * and name a shell as the unit of a breakpoint does. */
TEST(shipped_hold_no_shell)
{
	for (size_t i = 0; i < embed_file_count; i++) {
		struct sv name = sv_from(embed_files[i].path);
		struct sv text = sv_of(embed_files[i].data, embed_files[i].size);

		if (sv_starts(name, SV("netroot/"))) {
			ASSERT_MSG(sv_starts(text, SV("\177ELF")), "%s", embed_files[i].path);
			ASSERT_MSG(sv_find(text, SV("/bin/sh")) < 0, "%s", embed_files[i].path);
			continue;
		}
		ASSERT_MSG(!sv_starts(text, SV("#!")), "%s", embed_files[i].path);
		ASSERT_MSG(!embed_files[i].exec, "%s", embed_files[i].path);
		ASSERT_MSG(sv_find(text, SV("/bin/sh")) < 0 && sv_find(text, SV("bash -c")) < 0,
			   "%s", embed_files[i].path);
		ASSERT_MSG(!sv_ends(name, SV(".sh")), "%s", embed_files[i].path);
	}
}

static bool has(const struct recipe_list *l, const char *text)
{
	for (size_t i = 0; i < l->n; i++)
		if (sv_eq(l->v[i].text, sv_from(text)))
			return true;
	return false;
}

static void load_base(struct recipe *r, struct notes *n, const char *distribution,
		      const char *release, const char *arch)
{
	struct recipe_options o = { .notes = n,
				    .match = { .distribution = sv_from(distribution),
					       .release = sv_from(release),
					       .architecture = sv_from(arch),
					       .format = SV("cpio") } };
	struct err e = ERR_INIT;

	recipe_init(r);
	if (recipe_load(r, SV("base"), &o, &e) < 0)
		test_fail(__FILE__, __LINE__, "%s %s: %s", distribution, release, e.text);
}

TEST(base_by_release)
{
	static const struct {
		const char *distribution, *release, *arch, *kernel;
		bool cryptsetup, tss;
	} cases[] = {
		{ "debian", "bookworm", "x86-64", "linux-image-amd64", false, false },
		{ "debian", "trixie", "x86-64", "linux-image-amd64", true, false },
		{ "debian", "trixie", "arm64", "linux-image-arm64", true, false },
		{ "debian", "sid", "arm64", "linux-image-arm64", true, true },
		{ "ubuntu", "noble", "x86-64", "linux-image-generic", false, false },
		{ "ubuntu", "25.10", "x86-64", "linux-image-generic", true, true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct notes n = NOTES_INIT;
		struct recipe r;

		load_base(&r, &n, cases[i].distribution, cases[i].release, cases[i].arch);
		ASSERT_EQ_INT(n.list.n, 0);
		ASSERT_TRUE(has(&r.packages, "systemd"));
		ASSERT_EQ_INT(has(&r.packages, "systemd-cryptsetup"), cases[i].cryptsetup);
		ASSERT_EQ_INT(has(&r.packages, "?tpm2-tss"), cases[i].tss);
		ASSERT_EQ_INT(has(&r.packages, "^libtss2-rc0(t64)?$"), !cases[i].tss);
		ASSERT_EQ_INT(r.kernel_package.n, 1);
		ASSERT_TRUE(has(&r.kernel_package, cases[i].kernel));
		ASSERT_TRUE(has(&r.satisfied, "linux-initramfs-tool"));
		ASSERT_EQ_INT(has(&r.kernel_modules, "?vmd"), strcmp(cases[i].arch, "x86-64") == 0);
		ASSERT_EQ_INT(has(&r.kernel_modules, "/drivers/mmc/host/"),
			      strcmp(cases[i].arch, "arm64") == 0);
		ASSERT_EQ_INT(r.trees.n, 1);
		recipe_done(&r);
		notes_done(&n);
	}
}

/* 'default' in a recipe of one's own is the list of base, where it stands. */
TEST(default_modules)
{
	struct recipe_options o = { .match = { .distribution = SV("debian"),
					       .release = SV("trixie"),
					       .architecture = SV("x86-64"),
					       .format = SV("cpio") } };
	struct err e = ERR_INIT;
	char dir[128];
	struct recipe r, base;

	scratch(dir);
	put(dir, "mkosi.conf", "[Content]\nKernelModules=first\n default\n -vmd\n", 0644);
	recipe_init(&r);
	recipe_init(&base);
	ASSERT_EQ_INT(recipe_load(&base, SV("base"), &o, &e), 0);
	ASSERT_EQ_INT(recipe_load(&r, sv_from(dir), &o, &e), 0);
	ASSERT_EQ_INT(r.kernel_modules.n, base.kernel_modules.n + 2);
	ASSERT_TRUE(sv_eq(r.kernel_modules.v[0].text, SV("first")));
	ASSERT_TRUE(sv_eq(r.kernel_modules.v[1].text, base.kernel_modules.v[0].text));
	ASSERT_TRUE(sv_eq(r.kernel_modules.v[r.kernel_modules.n - 1].text, SV("-vmd")));
	recipe_done(&base);
	recipe_done(&r);
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

TEST(depth_is_limited)
{
	struct recipe_options o = { .match = { .format = SV("cpio") } };
	struct err e = ERR_INIT;
	char dir[128], name[64], text[64];
	struct recipe r;

	scratch(dir);
	for (int i = 0; i < RECIPE_DEPTH_MAX + 2; i++) {
		snprintf(name, sizeof(name), "%d.conf", i);
		snprintf(text, sizeof(text), "[Include]\nInclude=%d.conf\n", i + 1);
		put(dir, name, text, 0644);
	}
	snprintf(name, sizeof(name), "%d.conf", RECIPE_DEPTH_MAX + 2);
	put(dir, name, "", 0644);
	put(dir, "mkosi.conf", "[Include]\nInclude=0.conf\n", 0644);
	recipe_init(&r);
	ASSERT_EQ_INT(recipe_load(&r, sv_from(dir), &o, &e), E_LIMIT);
	ASSERT_HAS_STR(e.text, "within each other");
	recipe_done(&r);
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

TEST(values_are_limited)
{
	struct recipe_options o = { .match = { .format = SV("cpio") } };
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	struct err e = ERR_INIT;
	struct recipe r;

	strbuf_adds(&text, "[Content]\nPackages=");
	for (int i = 0; i <= RECIPE_VALUES_MAX; i++)
		strbuf_adds(&text, "a,");
	recipe_init(&r);
	ASSERT_EQ_INT(recipe_load_text(&r, SV("f"), strbuf_sv(&text), &o, &e), E_LIMIT);
	recipe_done(&r);
}

TEST(password_file_is_private)
{
	struct recipe_options o = { .match = { .format = SV("cpio") } };
	struct err e = ERR_INIT;
	struct recipe r;
	char dir[128];

	scratch(dir);
	put(dir, "mkosi.rootpw", "secret\n", 0644);
	recipe_init(&r);
	ASSERT_EQ_INT(recipe_load(&r, sv_from(dir), &o, &e), E_USAGE);
	ASSERT_HAS_STR(e.text, "everybody can read it");
	recipe_done(&r);
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/image.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "../test.h"
#include "archive/newc.h"

static int collect(void *arg, const void *p, size_t n, struct err *e)
{
	(void)e;
	strbuf_add(arg, sv_of(p, n));
	return 0;
}

static struct tree *sample(bool reversed)
{
	static const char *const names[] = { "b/two", "a/one", "c" };
	struct tree *t = tree_new();
	struct err e = ERR_INIT;

	for (size_t i = 0; i < 3; i++) {
		const char *name = names[reversed ? 2 - i : i];

		ASSERT_EQ_INT(tree_write(t, sv_from(name), sv_from(name), 0644, &e), 0);
	}
	ASSERT_EQ_INT(tree_symlink(t, SV("init"), SV("c"), &e), 0);
	ASSERT_EQ_INT(tree_link(t, SV("b/zlink"), SV("a/one"), 0, &e), 0);
	return t;
}

static int write_plain(struct tree *t, int64_t date, struct strbuf *out, struct image_stats *stats)
{
	struct image_options o = { .codec = { .kind = CODEC_NONE },
				   .threads = 1,
				   .source_date = date };
	struct err e = ERR_INIT;

	return image_write(t, &o, collect, out, stats, &e);
}

TEST(image_is_sorted_numbered_and_linked)
{
	static const char *const want[] = {
		".", "a", "a/one", "b", "b/two", "b/zlink", "c", "init"
	};
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	struct image_stats stats = { 0 };
	struct tree *t = sample(false);
	struct newc_entry x;
	struct sv data;
	struct err e = ERR_INIT;
	uint32_t one = 0;
	size_t n = 0;

	ASSERT_EQ_INT(write_plain(t, 1000, &out, &stats), 0);
	ASSERT_EQ_INT((int)stats.entries, 8);
	ASSERT_EQ_INT((int)stats.size, (int)out.n);

	struct newc_reader r = { .bytes = strbuf_sv(&out) };

	while (newc_next(&r, &x, &data, &e) == 1) {
		ASSERT_TRUE(n < 8 && sv_eq(x.path, sv_from(want[n])));
		if (n == 2) {
			one = x.ino;
			ASSERT_EQ_INT((int)x.nlink, 2);
			ASSERT_EQ_INT((int)x.size, 0); /* its content goes with the last name */
		} else if (n == 5) {
			ASSERT_EQ_INT((int)x.ino, (int)one);
			ASSERT_TRUE(sv_eq(data, SV("a/one")));
		} else if (n == 7) {
			ASSERT_TRUE(S_ISLNK(x.mode) && sv_eq(data, SV("c")));
		}
		n++;
	}
	ASSERT_EQ_INT((int)n, 8);
	tree_free(t);
}

TEST(image_does_not_depend_on_insertion_order)
{
	_cleanup_strbuf_ struct strbuf a = STRBUF_INIT, b = STRBUF_INIT;
	struct image_stats stats = { 0 };
	struct tree *t = sample(false), *u = sample(true);

	ASSERT_EQ_INT(write_plain(t, 1000, &a, &stats), 0);
	ASSERT_EQ_INT(write_plain(u, 1000, &b, &stats), 0);
	ASSERT_TRUE(sv_eq(strbuf_sv(&a), strbuf_sv(&b)));
	tree_free(t);
	tree_free(u);
}

TEST(image_clamps_times)
{
	static const struct {
		int64_t mtime;
		uint32_t want;
	} cases[] = { { 999, 999 }, { 1000, 1000 }, { 1001, 1000 }, { -5, 0 }, { INT64_MAX, 1000 } };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
		struct image_stats stats = { 0 };
		struct tree *t = tree_new();
		struct tree_entry entry = {
			.path = SV("f"), .type = TREE_FIFO, .mode = 0600, .mtime = cases[i].mtime
		};
		struct newc_entry x = { 0 };
		struct sv data;
		struct err e = ERR_INIT;

		ASSERT_EQ_INT(tree_add(t, &entry, NULL, &e), 0);
		ASSERT_EQ_INT(write_plain(t, 1000, &out, &stats), 0);

		struct newc_reader r = { .bytes = strbuf_sv(&out) };

		ASSERT_EQ_INT(newc_next(&r, &x, &data, &e), 1); /* the root */
		ASSERT_EQ_INT(newc_next(&r, &x, &data, &e), 1);
		ASSERT_EQ_INT((int)x.mtime, (int)cases[i].want);
		tree_free(t);
	}
}

static int full_disk(void *arg, const void *p, size_t n, struct err *e)
{
	(void)arg;
	(void)p;
	(void)n;
	return err_set(e, E_IO, "no space");
}

TEST(image_passes_on_a_failing_sink)
{
	struct image_options o = { .codec = { .kind = CODEC_NONE }, .threads = 1 };
	struct image_stats stats = { 0 };
	struct tree *t = sample(false);
	struct err e = ERR_INIT;

	ASSERT_EQ_INT(image_write(t, &o, full_disk, NULL, &stats, &e), E_IO);
	tree_free(t);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A real kernel, for tests/cli/t*-kmod-depmod.sh, which compares what comes out with depmod's files:
 *	KMODSEL_ROOT  folder that holds usr/lib/modules/KVER    KMODSEL_KVER  that version
 *	KMODSEL_OUT   folder for what is written                KMODSEL_PATTERNS  words; empty: everything
 * A driver, not a test by itself: make runs it only through that script.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/times.h>
#include <time.h>

#include "kmod/kmodsel.h"
#include "kmodtest.h"
#include "tests/unit/test.h"

static double seconds(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static const char *setting(const char *name)
{
	const char *v = getenv(name);

	if (!v)
		test_fail(__FILE__, __LINE__, "%s is not set", name);
	return v;
}

static void put_file(const char *dir, const char *name, struct sv content)
{
	_cleanup_strbuf_ struct strbuf path = STRBUF_INIT;
	FILE *f;

	strbuf_addf(&path, "%s/%s", dir, name);
	f = fopen(path.p, "w");
	ASSERT_NOT_NULL(f);
	ASSERT_EQ_INT(fwrite(content.p, 1, content.n, f), content.n);
	ASSERT_EQ_INT(fclose(f), 0);
}

static int put_out(void *arg, struct tree *t, struct tree_node *n, struct sv path, struct err *e)
{
	struct strbuf *kept = arg;

	(void)t;
	(void)e;
	if (n->inode->type == TREE_FILE && sv_find(path, SV(".ko")) >= 0) {
		strbuf_add(kept, path);
		strbuf_addc(kept, '\n');
	} else if (n->inode->type == TREE_FILE && sv_starts(n->name, SV("modules."))) {
		char name[256];

		snprintf(name, sizeof(name), SV_FMT, SV_ARG(n->name));
		put_file(setting("KMODSEL_OUT"), name,
			 n->inode->blob ? blob_sv(n->inode->blob) : SV(""));
	}
	return 0;
}

TEST(real_kernel)
{
	const char *root = setting("KMODSEL_ROOT"), *kver = setting("KMODSEL_KVER");
	const char *out = setting("KMODSEL_OUT"), *patterns = getenv("KMODSEL_PATTERNS");
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_(kmodsel_index_freep) struct kmodsel_index *built = NULL, *x = NULL;
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT, again = STRBUF_INIT, kept = STRBUF_INIT;
	struct sv rest = sv_from(patterns), word;
	struct kmodsel_request q = { .modules = { 0 } };
	struct kmodsel_selection s = { .modules = { 0 } };
	struct notes notes = NOTES_INIT;
	struct err e = ERR_INIT;
	double cpu, wall;

	tree_load(t, root);
	cpu = seconds(CLOCK_PROCESS_CPUTIME_ID), wall = seconds(CLOCK_MONOTONIC);
	ASSERT_MSG(kmodsel_index_build(t, sv_from(kver), 2, &built, &e) == 0, "%s", e.text);
	test_note("index of %u: %.3f s CPU, %.3f s wall", kmodsel_index_count(built),
		  seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu, seconds(CLOCK_MONOTONIC) - wall);
	kmodsel_index_save(built, &text);

	cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
	ASSERT_MSG(kmodsel_index_load(strbuf_sv(&text), &x, &e) == 0, "%s", e.text);
	test_note("load of %zu bytes: %.1f ms", text.n,
		  (seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu) * 1e3);
	kmodsel_index_save(x, &again);
	ASSERT_TRUE(sv_eq(strbuf_sv(&text), strbuf_sv(&again)));
	put_file(out, "index.txt", strbuf_sv(&text));

	while (rest.p && sv_word(&rest, &word)) {
		struct kmodsel_pattern p = { .text = word, .origin = SV("test") };

		p.exclude = sv_skip(&p.text, SV("-"));
		p.optional = sv_skip(&p.text, SV("?"));
		vec_push(&q.modules, p);
	}
	cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
	ASSERT_MSG(kmodsel_select(x, &q, &notes, &s, &e) == 0, "%s; %s", e.text, e.hint);
	test_note("selection of %zu by %zu patterns: %.1f ms", s.modules.n, q.modules.n,
		  (seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu) * 1e3);
	for (size_t i = 0; i < notes.list.n; i++)
		test_note(SV_FMT, SV_ARG(notes.list.v[i].text));
	cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
	ASSERT_MSG(kmodsel_prune(t, sv_from(kver), x, &s, &e) == 0, "%s", e.text);
	ASSERT_MSG(kmodsel_depmod(t, sv_from(kver), x, &s, &e) == 0, "%s", e.text);
	test_note("prune and depmod: %.1f ms", (seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu) * 1e3);
	ASSERT_EQ_INT(tree_walk(t, put_out, &kept, &e), 0);
	put_file(out, "kept", strbuf_sv(&kept));
	kmodsel_selection_done(&s);
	kmodsel_request_done(&q);
	notes_done(&notes);
}

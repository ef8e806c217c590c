/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "kmod/kmodsel_int.h"
#include "kmodtest.h"
#include "tests/unit/test.h"

static void file(struct tree *t, const char *path)
{
	_cleanup_strbuf_ struct strbuf full = STRBUF_INIT;
	struct err e = ERR_INIT;

	strbuf_addf(&full, "usr/lib/firmware/%s", path);
	ASSERT_EQ_INT(tree_write(t, strbuf_sv(&full), SV("fw"), 0644, &e), 0);
}

static void symlink_at(struct tree *t, const char *path, const char *target)
{
	_cleanup_strbuf_ struct strbuf full = STRBUF_INIT;
	struct err e = ERR_INIT;

	strbuf_addf(&full, "usr/lib/firmware/%s", path);
	ASSERT_EQ_INT(tree_symlink(t, strbuf_sv(&full), sv_from(target), &e), 0);
}

static struct tree *firmware_new(void)
{
	struct tree *t = tree_new();
	struct err e = ERR_INIT;

	file(t, "plain.bin");
	file(t, "nic/one.bin.xz");
	file(t, "nic/two-a.bin.zst");
	file(t, "nic/two-b.bin");
	file(t, "real/three.bin");
	file(t, "updates/nic/one.bin");
	file(t, "1.0/nic/two-c.bin");
	file(t, "amd-ucode/microcode_amd.bin");
	file(t, "intel-ucode/06-01-01");
	file(t, "sof/deep/x.tplg");
	file(t, "sof/y.tplg");
	symlink_at(t, "sof-link", "sof");
	symlink_at(t, "link", "real");
	symlink_at(t, "chain", "chain-2");
	symlink_at(t, "chain-2", "../firmware/./nic/../plain.bin");
	symlink_at(t, "regulatory.db", "/etc/alternatives/regulatory.db");
	symlink_at(t, "dangling", "nowhere");
	symlink_at(t, "loop", "loop");
	file(t, "regulatory.db-debian");
	ASSERT_EQ_INT(tree_symlink(t, SV("etc/alternatives/regulatory.db"),
				   SV("/usr/lib/firmware/regulatory.db-debian"), &e),
		      0);
	ASSERT_EQ_INT(tree_mkdir(t, SV("usr/lib/modules/1.0"), 0755, &e), 0);
	return t;
}

static int list(void *arg, struct tree *t, struct tree_node *n, struct sv path, struct err *e)
{
	(void)t;
	(void)e;
	if (sv_skip(&path, SV("usr/lib/firmware/")) && n->inode->type != TREE_DIR)
		strbuf_addf(arg, SV_FMT " ", SV_ARG(path));
	return 0;
}

/* names and patterns are words; '-' excludes. The microcode folders are in every answer: left out. */
static void expect(const char *names, const char *patterns, const char *want)
{
	_cleanup_(tree_freep) struct tree *t = firmware_new();
	_cleanup_strbuf_ struct strbuf got = STRBUF_INIT;
	struct kmodsel_request q = { .modules = { 0 } };
	struct kmodsel_selection s = { .modules = { 0 } };
	struct sv rest = sv_from(names), word;
	struct notes notes = NOTES_INIT;
	struct err e = ERR_INIT;

	while (sv_word(&rest, &word))
		vec_push(&s.firmware, word);
	rest = sv_from(patterns);
	while (sv_word(&rest, &word)) {
		struct kmodsel_pattern p = { .text = word };

		p.exclude = sv_skip(&p.text, SV("-"));
		vec_push(&q.firmware, p);
	}
	ASSERT_MSG(kmodsel_firmware(t, &s, &q, &notes, &e) == 0, "%s", e.text);
	ASSERT_NOT_NULL(tree_lookup(t, SV("usr/lib/firmware/amd-ucode/microcode_amd.bin")));
	ASSERT_NOT_NULL(tree_lookup(t, SV("usr/lib/firmware/intel-ucode/06-01-01")));
	ASSERT_TRUE(tree_remove(t, SV("usr/lib/firmware/amd-ucode")));
	ASSERT_TRUE(tree_remove(t, SV("usr/lib/firmware/intel-ucode")));
	ASSERT_EQ_INT(tree_walk(t, list, &got, &e), 0);
	ASSERT_MSG(strcmp(got.p ? got.p : "", want) == 0, "'%s' with '%s': got '%s'", names,
		   patterns, got.p);
	notes_done(&notes);
	kmodsel_selection_done(&s);
	kmodsel_request_done(&q);
}

TEST(names)
{
	expect("", "", "");
	expect("plain.bin gone.bin", "", "plain.bin ");
	expect("nic/one.bin", "", "nic/one.bin.xz updates/nic/one.bin ");
	expect("nic/two-*.bin", "", "1.0/nic/two-c.bin nic/two-a.bin.zst nic/two-b.bin ");
	expect("link/three.bin", "", "link real/three.bin ");
	expect("chain", "", "chain chain-2 plain.bin ");
	expect("regulatory.db", "", "regulatory.db regulatory.db-debian ");
	expect("dangling loop loop/x", "", "");
	expect("../firmware/plain.bin ../../../../etc/alternatives", "", "plain.bin ");
	expect("sof-link/deep/x.tplg", "", "sof/deep/x.tplg sof-link ");
}

TEST(patterns)
{
	expect("", "plain.bin", "plain.bin ");
	expect("", "nic/",
	       "1.0/nic/two-c.bin nic/one.bin.xz nic/two-a.bin.zst nic/two-b.bin updates/nic/one.bin ");
	expect("", "/nic/", "nic/one.bin.xz nic/two-a.bin.zst nic/two-b.bin ");
	expect("", "/nic/ -two-?.bin", "nic/one.bin.xz ");
	expect("plain.bin nic/two-b.bin", "-*.bin", "");
	expect("plain.bin nic/two-b.bin", "-*.bin plain.bin", "plain.bin ");
	expect("nic/two-*.bin", "-/nic/", "1.0/nic/two-c.bin ");
	expect("", "sof/", "sof/deep/x.tplg sof/y.tplg ");
	/* a link that stands for a folder */
	expect("", "sof-link/", "sof/deep/x.tplg sof/y.tplg sof-link ");
	expect("", "re:^sof/.*\\.tplg$", "sof/deep/x.tplg sof/y.tplg ");
	expect("plain.bin nic/one.bin", "-re:^plain", "nic/one.bin.xz updates/nic/one.bin ");
	expect("plain.bin", "-re:^plain re:bin$",
	       "1.0/nic/two-c.bin nic/one.bin.xz nic/two-a.bin.zst nic/two-b.bin "
	       "plain.bin real/three.bin updates/nic/one.bin ");
}

TEST(notes_and_errors)
{
	_cleanup_(tree_freep) struct tree *t = firmware_new();
	struct kmodsel_request q = { .modules = { 0 } };
	struct kmodsel_selection s = { .modules = { 0 } };
	struct notes notes = NOTES_INIT;
	struct err e = ERR_INIT;

	vec_push(&q.firmware,
		 ((struct kmodsel_pattern){ .text = SV("gone/"), .origin = SV("x:1:1") }));
	vec_push(&q.firmware,
		 ((struct kmodsel_pattern){ .text = SV("gone-2/"), .optional = true }));
	ASSERT_EQ_INT(kmodsel_firmware(t, &s, &q, &notes, &e), 0);
	ASSERT_EQ_INT(notes.list.n, 1);
	ASSERT_EQ_STR(notes.list.v[0].text.p, "x:1:1: no firmware matches 'gone/'");
	q.firmware.v[0].text = SV("re:*(");
	ASSERT_EQ_INT(kmodsel_firmware(t, &s, &q, &notes, &e), E_USAGE);
	ASSERT_HAS_STR(e.text, "x:1:1: malformed regular expression");
	notes_done(&notes);
	kmodsel_request_done(&q);
}

TEST(no_firmware_folder)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	struct kmodsel_request q = { .modules = { 0 } };
	struct kmodsel_selection s = { .modules = { 0 } };
	struct err e = ERR_INIT;

	ASSERT_EQ_INT(kmodsel_firmware(t, &s, &q, NULL, &e), 0);
}

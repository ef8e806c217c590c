/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "kmod/kmodsel_int.h"
#include "kmodtest.h"
#include "tests/unit/test.h"

static void add_patterns(struct kmodsel_request *q, const char *words)
{
	struct sv rest = sv_from(words), word;

	while (sv_word(&rest, &word)) {
		struct kmodsel_pattern p = { .text = word, .origin = SV("test:1:2") };

		p.exclude = sv_skip(&p.text, SV("-"));
		p.optional = sv_skip(&p.text, SV("?"));
		vec_push(&q->modules, p);
	}
}

/* Names of what the patterns select from the small kernel, in order of paths; notes into *notes. */
static int select_words(const char *words, struct strbuf *out, struct notes *notes, struct err *e)
{
	_cleanup_(tree_freep) struct tree *t = kernel_new();
	_cleanup_(kmodsel_index_freep) struct kmodsel_index *x = NULL;
	struct kmodsel_request q = { .modules = { 0 } };
	struct kmodsel_selection s = { .modules = { 0 } };
	int r;

	ASSERT_EQ_INT(kmodsel_index_build(t, SV("1.0"), 1, &x, e), 0);
	add_patterns(&q, words);
	r = kmodsel_select(x, &q, notes, &s, e);
	for (size_t i = 0; i < s.modules.n; i++)
		strbuf_addf(out, "%s" SV_FMT, i > 0 ? " " : "",
			    SV_ARG(kmodsel_index_module(x, s.modules.v[i])->name));
	for (size_t i = 0; i < s.firmware.n; i++)
		strbuf_addf(out, " +" SV_FMT, SV_ARG(s.firmware.v[i]));
	kmodsel_selection_done(&s);
	kmodsel_request_done(&q);
	return r;
}

TEST(selections)
{
	static const struct row {
		const char *patterns, *want;
	} rows[] = {
		{ "",
		  "hash_slow hash_fast engine nic a b c d_mod w +link/three.bin +nic/one.bin +nic/two-*.bin" },
		/* dependencies; softdeps by alias, exact and glob; the glob alias fast-[a-z]nit; weakdep */
		{ "a", "hash_slow hash_fast engine a b c d_mod w" },
		{ "b", "b c" },
		{ "d_mod", "d_mod" },
		{ "d-mod", "d_mod" },
		{ "hash?slow", "hash_slow" },
		{ "hash_*", "hash_slow hash_fast" },
		{ "lib/", "b c d_mod w" },
		{ "/lib/", "b c d_mod w" },
		{ "/kernel/lib/", "b c d_mod w" },
		{ "kernel/lib/", "b c d_mod w" },
		{ "crypto/", "hash_slow hash_fast engine" },
		{ "/crypto/", "hash_slow hash_fast" },
		{ "crypto/ -/drivers/crypto/", "hash_slow hash_fast" },
		{ "-/drivers/crypto/ crypto/", "hash_slow hash_fast engine" },
		{ "drivers/*/nic", "nic c +link/three.bin +nic/one.bin +nic/two-*.bin" },
		/* '*' crosses '/' */
		{ "/*/engine", "engine" },
		{ "kernel/*ine", "engine" },
		/* at the start of a name only */
		{ "?rypto/eng* ?rypto/", "" },
		{ "lib/[bc]", "b c" },
		{ "lib/?", "b c w" },
		{ "@net", "nic c +link/three.bin +nic/one.bin +nic/two-*.bin" },
		{ "@crypto -hash-fast", "hash_slow" },
		{ "lib/ -@crypto -b", "c d_mod w" },
		/* a closure brings back what was excluded */
		{ "b -c", "b c" },
		/* builtins satisfy */
		{ "fuse", "" },
		{ "core-builtin /core/ c", "c" },
		{ "?nothing", "" },
		/* regular expressions of the old keys: path below the first folder, with suffix */
		{ "re:^lib/b", "b c" },
		{ "re:/[bc]\\.ko(\\.zst)?$", "b c" },
		{ "-re:^(lib|fs|crypto)/",
		  "engine nic c +link/three.bin +nic/one.bin +nic/two-*.bin" },
		{ "-re:^ re:/engine -re:x", "engine" },
		{ "-re:/(a|nic)\\. re:nic",
		  "hash_slow hash_fast engine nic b c d_mod w +link/three.bin +nic/one.bin "
		  "+nic/two-*.bin" },
		/* both styles */
		{ "w re:/engine", "engine w" },
		{ "lib/ -re:/[bcw]\\.", "d_mod" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_cleanup_strbuf_ struct strbuf got = STRBUF_INIT;
		struct notes notes = NOTES_INIT;
		struct err e = ERR_INIT;

		ASSERT_MSG(select_words(rows[i].patterns, &got, &notes, &e) == 0, "%s: %s",
			   rows[i].patterns, e.text);
		ASSERT_MSG(strcmp(got.p ? got.p : "", rows[i].want) == 0, "%s: got '%s', want '%s'",
			   rows[i].patterns, got.p, rows[i].want);
		notes_done(&notes);
	}
}

TEST(refused)
{
	static const struct row {
		const char *patterns, *words, *hint;
	} rows[] = {
		{ "a nothing", "test:1:2: kernel 1.0 has no module for 'nothing'",
		  "'?' before a pattern" },
		{ "hash_fist", "no module for 'hash_fist'", "similar: 'hash_fast'" },
		{ "lib/nothing/", "no module for 'lib/nothing/'", "'?' before" },
		{ "@lan", "test:1:2: unknown module group '@lan'", "groups are: @crypto" },
		{ "re:nothing", "no module for 're:nothing'", "'?' before" },
		{ "re:(", "malformed regular expression '('", "" },
		{ "re:a(?:b)", "'(?' at byte 1 is not supported", "" },
		{ "re:\\bword", "'\\b' at byte 0 is not supported", "" },
		{ "re:a*?", "'*?' at byte 1 is not supported", "" },
		{ "re:x\\", "ends in a backslash", "" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_cleanup_strbuf_ struct strbuf got = STRBUF_INIT;
		struct err e = ERR_INIT;

		ASSERT_MSG(select_words(rows[i].patterns, &got, NULL, &e) == E_USAGE, "%s",
			   rows[i].patterns);
		ASSERT_HAS_STR(e.text, rows[i].words);
		ASSERT_HAS_STR(e.hint, rows[i].hint);
	}
}

TEST(notes)
{
	_cleanup_strbuf_ struct strbuf got = STRBUF_INIT;
	struct notes notes = NOTES_INIT;
	struct err e = ERR_INIT;

	ASSERT_EQ_INT(select_words("nic -gone", &got, &notes, &e), 0);
	ASSERT_EQ_INT(notes.list.n, 2);
	ASSERT_HAS_STR(notes.list.v[0].text.p, "test:1:2: excludes no module: '-gone'");
	ASSERT_HAS_STR(notes.list.v[1].text.p,
		       "module 'nic' needs 'missing', which the kernel does not have");
	notes_done(&notes);
}

TEST(empty_pattern)
{
	_cleanup_(tree_freep) struct tree *t = kernel_new();
	_cleanup_(kmodsel_index_freep) struct kmodsel_index *x = NULL;
	struct kmodsel_request q = { .modules = { 0 } };
	struct kmodsel_selection s = { .modules = { 0 } };
	struct err e = ERR_INIT;

	ASSERT_EQ_INT(kmodsel_index_build(t, SV("1.0"), 1, &x, &e), 0);
	vec_push(&q.modules, ((struct kmodsel_pattern){ .text = SV("") }));
	ASSERT_EQ_INT(kmodsel_select(x, &q, NULL, &s, &e), E_USAGE);
	kmodsel_request_done(&q);
}

/* Tokens against aliases: every provider, by prefix buckets. */
TEST(resolver)
{
	_cleanup_(tree_freep) struct tree *t = kernel_new();
	_cleanup_(kmodsel_index_freep) struct kmodsel_index *x = NULL;
	_cleanup_(kmodsel_resolver_freep) struct kmodsel_resolver *r = NULL;
	struct kmodsel_ids ids = { 0 };
	struct err e = ERR_INIT;

	ASSERT_EQ_INT(kmodsel_index_build(t, SV("1.0"), 1, &x, &e), 0);
	r = kmodsel_resolver_new(x);
	ASSERT_TRUE(kmodsel_resolve(r, SV("crypto_hash"), &ids));
	ASSERT_EQ_INT(ids.n, 2);
	ids.n = 0;
	ASSERT_TRUE(kmodsel_resolve(r, SV("cpu:type:x86,xyfeature:a01b"), &ids));
	ASSERT_EQ_INT(ids.n, 1);
	ids.n = 0;
	ASSERT_TRUE(kmodsel_resolve(r, SV("fs-fuse"), &ids));
	ASSERT_TRUE(kmodsel_index_module(x, ids.v[0])->builtin);
	ids.n = 0;
	ASSERT_FALSE(kmodsel_resolve(r, SV("pci:v0000"), &ids));
	ASSERT_FALSE(kmodsel_resolve(r, SV("fast-Unit"), &ids));
	ASSERT_EQ_INT(ids.n, 0);
	vec_done(&ids);
}

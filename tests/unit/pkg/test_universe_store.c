/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkg/universe_store.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/unit/test.h"

static char path[64];
static struct digest key;
static struct err e;

static void begin(struct universe *u)
{
	universe_init(u, FAMILY_DEB, SV("amd64"));
	universe_add_repo(u, &(struct universe_repo){ .label = SV("only") });
}

static dep_id atom(struct universe *u, const char *name, uint8_t rel, const char *version)
{
	return universe_dep(u, &(struct dep){ .op = DEP_ATOM,
					      .rel = rel,
					      .name = universe_str(u, sv_from(name)),
					      .version = universe_str(u, sv_from(version)) });
}

static void fill(struct universe *u)
{
	begin(u);
	for (unsigned i = 0; i < 500; i++) {
		char name[32];
		struct package p = { .version = universe_str(u, SV("1.0")),
				     .arch = u->native_arch };
		dep_id deps[2];
		pkg_id id;

		snprintf(name, sizeof(name), "pkg%03u", 499 - i);
		p.name = universe_str(u, sv_from(name));
		p.filename = universe_text(u, sv_from(name));
		p.size = i;
		digest_bytes(DIGEST_SHA256, name, strlen(name), &p.digest);
		id = universe_add(u, &p);
		snprintf(name, sizeof(name), "pkg%03u", i);
		deps[0] = atom(u, name, REL_GT | REL_EQ, "1.0");
		deps[1] = atom(u, "virtual", REL_ANY, "");
		universe_set_deps(u, id, DEPK_REQUIRES, deps, 2);
		deps[0] = atom(u, "virtual", REL_EQ, "2");
		universe_set_deps(u, id, DEPK_PROVIDES, deps, 1);
	}
	ASSERT_EQ(universe_finish(u, &e), 0);
}

static void store(const struct universe *u)
{
	struct fs_out out = FS_OUT_INIT;

	snprintf(path, sizeof(path), "/tmp/kindling-store-%d", getpid());
	digest_bytes(DIGEST_SHA256, "key", 3, &key);
	ASSERT_EQ(fs_out_open(&out, AT_FDCWD, path, 0644, &e), 0);
	ASSERT_EQ(universe_store_write(u, &key, &out, &e), 0);
	ASSERT_EQ(fs_out_publish(&out, &e), 0);
	fs_out_done(&out);
}

static int use(struct universe *u, const struct digest *with)
{
	struct fs_map map = { .p = NULL };
	int r;

	begin(u);
	r = fs_map(AT_FDCWD, path, UNIVERSE_STORE_MAX, &map, &e);
	if (r == 0)
		r = universe_store_check(&map, &e);
	if (r == 0)
		r = universe_store_use(u, with, &map, &e);
	fs_map_done(&map);
	return r;
}

TEST(what_was_stored_is_what_is_mapped)
{
	struct universe a = { 0 }, b = { 0 };
	struct strbuf before = STRBUF_INIT, after = STRBUF_INIT;

	fill(&a);
	store(&a);
	ASSERT_MSG(use(&b, &key) == 0, "%s", e.text);
	universe_dump(&a, &before);
	universe_dump(&b, &after);
	ASSERT_TRUE(before.n > 10000);
	ASSERT_EQ_STR(after.p, before.p);
	ASSERT_EQ_INT(b.n_names, 500);
	ASSERT_TRUE(sv_eq(universe_sv(&b, b.names[0]), SV("pkg000")));
	ASSERT_TRUE(sv_eq(universe_filename(&b, universe_pkg(&b, 1)), SV("pkg499")));
	universe_done(&a);
	universe_done(&b);
	unlink(path);
	strbuf_done(&before);
	strbuf_done(&after);
}

TEST(requests_are_added_to_a_mapped_one)
{
	struct universe a = { 0 }, b = { 0 };
	dep_id d;
	uint32_t n;

	fill(&a);
	store(&a);
	ASSERT_EQ(use(&b, &key), 0);
	ASSERT_EQ(dep_parse_request(&b, SV("pkg007 (>= 0.5~new)"), &d, &e), 0);
	ASSERT_EQ_INT(universe_dep_at(&b, d)->name,
		      universe_pkg(&b, universe_find(&b, SV("pkg007")))->name);
	ASSERT_TRUE(pkg_satisfies(&b, universe_find(&b, SV("pkg007")), d));
	ASSERT_FALSE(pkg_satisfies(&b, universe_find(&b, SV("pkg008")), d));
	ASSERT_EQ(dep_parse_request(&b, SV("unheard-of"), &d, &e), 0);
	(void)universe_providers(&b, universe_dep_at(&b, d)->name, &n);
	ASSERT_EQ_INT(n, 0);
	ASSERT_EQ_INT(universe_find(&b, SV("unheard-of")), 0);
	universe_done(&a);
	universe_done(&b);
	unlink(path);
}

TEST(other_key)
{
	struct universe a = { 0 }, b = { 0 };
	struct digest other;

	fill(&a);
	store(&a);
	digest_bytes(DIGEST_SHA256, "yek", 3, &other);
	ASSERT_EQ(use(&b, &other), E_FORMAT);
	ASSERT_EQ_INT(universe_count(&b), 0);
	ASSERT_EQ(universe_finish(&b, &e), 0); /* it is as it was: it can still be filled */
	universe_done(&a);
	universe_done(&b);
	unlink(path);
}

/* Every byte counts, and every length. */
TEST(damage)
{
	struct universe a = { 0 };
	struct fs_data good = { NULL, 0 };

	fill(&a);
	store(&a);
	ASSERT_EQ(fs_read(AT_FDCWD, path, 1 << 30, &good, &e), 0);
	for (size_t at = 0; at < good.n - 56; at += at < 512 ? 1 : 997) {
		struct universe b = { 0 };
		int fd = open(path, O_WRONLY);

		ASSERT_EQ_INT(pwrite(fd, &(char){ (char)(good.p[at] ^ 4) }, 1, (off_t)at), 1);
		ASSERT_MSG(use(&b, &key) == E_FORMAT, "byte %zu of %zu", at, good.n);
		ASSERT_EQ_INT(pwrite(fd, good.p + at, 1, (off_t)at), 1);
		close(fd);
		universe_done(&b);
	}
	for (size_t n = good.n; n-- > 0; n = n > 2000 ? n - 1000 : n) {
		struct universe b = { 0 };

		ASSERT_EQ_INT(truncate(path, (off_t)n), 0);
		ASSERT_MSG(use(&b, &key) == E_FORMAT, "length %zu", n);
		universe_done(&b);
	}
	universe_done(&a);
	fs_data_done(&good);
	unlink(path);
}

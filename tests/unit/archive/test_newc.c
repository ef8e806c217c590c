/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "archive/newc.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/macros.h"
#include "base/strbuf.h"
#include "tests/unit/test.h"

static int add_to_strbuf(void *arg, const void *p, size_t n, struct err *e)
{
	(void)e;
	strbuf_add(arg, sv_of(p, n));
	return 0;
}

static struct newc_writer writer(struct strbuf *out)
{
	return (struct newc_writer){ .write = add_to_strbuf, .arg = out };
}

TEST(bytes_of_the_format)
{
	static const char want[] = "070701"
				   "00000001000081A4000003E80000000A0000000165E2A5F000000005"
				   "00000000000000010000000200000003"
				   "0000000800000000"
				   "usr/a/b\0\0\0hello\0\0\0"
				   "070701"
				   "00000000000000000000000000000000000000010000000000000000"
				   "00000000000000000000000000000000"
				   "0000000B00000000"
				   "TRAILER!!!\0\0\0\0";
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	struct newc_writer w = writer(&out);
	struct newc_entry n = { .path = SV("usr/a/b"),
				.ino = 1,
				.mode = 0100644,
				.uid = 1000,
				.gid = 10,
				.nlink = 1,
				.mtime = 0x65e2a5f0,
				.dev_minor = 1,
				.rdev_major = 2,
				.rdev_minor = 3 };
	struct err e = ERR_INIT;

	ASSERT_EQ_INT(newc_write_entry(&w, &n, SV("hello"), &e), 0);
	ASSERT_EQ_INT(newc_write_trailer(&w, &e), 0);
	ASSERT_EQ_MEM(out.p, out.n, want, sizeof(want) - 1);
	ASSERT_EQ_INT(w.offset, out.n);
	ASSERT_EQ_INT(out.n % 4, 0);
	ASSERT_EQ_INT(newc_write_padding(&w, 512, &e), 0);
	ASSERT_EQ_INT(out.n, 512);
	ASSERT_EQ_INT(newc_write_padding(&w, 4096, &e), 0);
	ASSERT_EQ_INT(out.n, 4096);
}

/* Paths and contents of every length around the alignment, out and back. */
TEST(round_trip)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	struct newc_writer w = writer(&out);
	struct newc_reader r = { 0 };
	struct newc_entry n;
	struct err e = ERR_INIT;
	struct sv data;
	char text[64];

	memset(text, 'x', sizeof(text));
	for (size_t name = 1; name < 10; name++)
		for (size_t size = 0; size < 10; size++) {
			n = (struct newc_entry){ .path = sv_of(text, name),
						 .mode = 0100600,
						 .nlink = 1,
						 .ino = (uint32_t)(name * 100 + size),
						 .mtime = UINT32_MAX };
			ASSERT_EQ_INT(newc_write_entry(&w, &n, sv_of(text, size), &e), 0);
		}
	ASSERT_EQ_INT(newc_write_trailer(&w, &e), 0);
	r.bytes = strbuf_sv(&out);
	for (size_t name = 1; name < 10; name++)
		for (size_t size = 0; size < 10; size++) {
			ASSERT_EQ_INT(newc_next(&r, &n, &data, &e), 1);
			ASSERT_TRUE(sv_eq(n.path, sv_of(text, name)));
			ASSERT_TRUE(sv_eq(data, sv_of(text, size)));
			ASSERT_EQ_INT(n.ino, name * 100 + size);
			ASSERT_EQ_INT(n.size, size);
			ASSERT_EQ_INT(n.mtime, UINT32_MAX);
			ASSERT_EQ_INT(n.mode, 0100600);
			ASSERT_TRUE(r.in_archive);
		}
	ASSERT_EQ_INT(newc_next(&r, &n, &data, &e), 0);
	ASSERT_EQ_INT(newc_next(&r, &n, &data, &e), 0);
	ASSERT_EQ_INT(r.trailers, 1);
	ASSERT_FALSE(r.in_archive);
	ASSERT_EQ_INT(r.at, out.n);
}

TEST(content_in_pieces)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT, whole = STRBUF_INIT;
	struct newc_writer w = writer(&out), v = writer(&whole);
	struct newc_entry n = { .path = SV("f"), .mode = 0100644, .size = 5 };
	struct err e = ERR_INIT;

	ASSERT_EQ_INT(newc_write_header(&w, &n, &e), 0);
	ASSERT_EQ_INT(newc_write_data(&w, "he", 2, &e), 0);
	ASSERT_EQ_INT(newc_write_data(&w, "", 0, &e), 0);
	ASSERT_EQ_INT(newc_write_data(&w, "llo", 3, &e), 0);
	ASSERT_EQ_INT(newc_write_entry(&v, &n, SV("hello"), &e), 0);
	ASSERT_EQ_MEM(out.p, out.n, whole.p, whole.n);
}

TEST(what_does_not_fit)
{
	_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
	struct newc_writer w = writer(&out);
	struct newc_entry n = { .path = SV("f"), .size = (uint64_t)UINT32_MAX + 1 };
	struct err e = ERR_INIT;
	char text[4097];

	memset(text, 'x', sizeof(text));
	ASSERT_EQ_INT(newc_write_header(&w, &n, &e), E_LIMIT);
	ASSERT_HAS_STR(e.text, "'f'");
	n.size = 0;
	n.path = SV_NULL;
	ASSERT_EQ_INT(newc_write_header(&w, &n, &e), E_LIMIT);
	n.path = sv_of(text, 4096);
	ASSERT_EQ_INT(newc_write_header(&w, &n, &e), E_LIMIT);
	n.path = (struct sv){ "a\0b", 3 };
	ASSERT_EQ_INT(newc_write_header(&w, &n, &e), E_LIMIT);
	n.path = SV("TRAILER!!!");
	ASSERT_EQ_INT(newc_write_header(&w, &n, &e), E_FORMAT);
	ASSERT_EQ_INT(out.n, 0);
	n.path = sv_of(text, 4095);
	ASSERT_EQ_INT(newc_write_header(&w, &n, &e), 0);
	n.path = SV("f");
	n.size = UINT32_MAX;
	ASSERT_EQ_INT(newc_write_header(&w, &n, &e), 0);
}

static int refuse(void *arg, const void *p, size_t n, struct err *e)
{
	(void)arg;
	(void)p;
	(void)n;
	return err_set(e, E_IO, "refused");
}

TEST(write_failure)
{
	struct newc_writer w = { .write = refuse };
	struct newc_entry n = { .path = SV("f") };
	struct err e = ERR_INIT;

	ASSERT_EQ_INT(newc_write_entry(&w, &n, SV("x"), &e), E_IO);
	ASSERT_EQ_INT(newc_write_trailer(&w, &e), E_IO);
	ASSERT_EQ_INT(w.offset, 0);
}

static void archive(struct strbuf *out, const char *path, const char *content, bool trailer)
{
	struct newc_writer w = writer(out);
	struct newc_entry n = { .path = sv_from(path), .mode = 0100644, .nlink = 1 };
	struct err e = ERR_INIT;

	w.offset = out->n;
	ASSERT_EQ_INT(newc_write_entry(&w, &n, sv_from(content), &e), 0);
	if (trailer)
		ASSERT_EQ_INT(newc_write_trailer(&w, &e), 0);
}

TEST(several_archives)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct newc_reader r = { 0 };
	struct newc_entry n;
	struct err e = ERR_INIT;
	struct sv data;

	strbuf_add(&b, (struct sv){ "\0\0\0\0", 4 });
	archive(&b, "a", "1", true);
	for (int i = 0; i < 400; i++)
		strbuf_addc(&b, '\0');
	archive(&b, "b", "22", true);
	archive(&b, "c", "333", true);
	strbuf_adds(&b, "\x28\xb5\x2f\xfd and so on");
	r.bytes = strbuf_sv(&b);
	for (int i = 0; i < 3; i++) {
		ASSERT_EQ_INT(newc_next(&r, &n, &data, &e), 1);
		ASSERT_TRUE(n.path.p[0] == "abc"[i] && data.n == (size_t)i + 1);
		ASSERT_EQ_INT(r.trailers, i);
	}
	ASSERT_EQ_INT(newc_next(&r, &n, &data, &e), 0);
	ASSERT_EQ_INT(r.trailers, 3);
	/* Where what is not newc begins. */
	ASSERT_TRUE(sv_starts(sv_from_pos(r.bytes, r.at), SV("\x28\xb5\x2f\xfd")));
}

TEST(not_newc_at_all)
{
	struct newc_reader r = { .bytes = SV("\x28\xb5\x2f\xfd") };
	struct newc_entry n;
	struct err e = ERR_INIT;
	struct sv data;

	ASSERT_EQ_INT(newc_next(&r, &n, &data, &e), 0);
	ASSERT_EQ_INT(r.at, 0);
	r = (struct newc_reader){ .bytes = SV_NULL };
	ASSERT_EQ_INT(newc_next(&r, &n, &data, &e), 0);
}

TEST(without_an_end_mark)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct newc_reader r = { 0 };
	struct newc_entry n;
	struct err e = ERR_INIT;
	struct sv data;

	archive(&b, "a", "1", false);
	r.bytes = strbuf_sv(&b);
	ASSERT_EQ_INT(newc_next(&r, &n, &data, &e), 1);
	ASSERT_EQ_INT(newc_next(&r, &n, &data, &e), 0);
	ASSERT_TRUE(r.in_archive && r.trailers == 0);
	/* But garbage in the place of a header is not taken for another segment. */
	strbuf_adds(&b, "garbage");
	r = (struct newc_reader){ .bytes = strbuf_sv(&b) };
	ASSERT_EQ_INT(newc_next(&r, &n, &data, &e), 1);
	ASSERT_EQ_INT(newc_next(&r, &n, &data, &e), E_FORMAT);
}

TEST(truncated_anywhere)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	archive(&b, "dir/name", "content", true);
	for (size_t cut = 1; cut < b.n; cut++) {
		char *p = memcpy(xmalloc(cut), b.p, cut);
		struct newc_reader r = { .bytes = sv_of(p, cut) };
		struct newc_entry n;
		struct err e = ERR_INIT;
		struct sv data;
		int k = newc_next(&r, &n, &data, &e);

		if (k == 1)
			k = newc_next(&r, &n, &data, &e);
		/* No header begun, or only padding lost: the reader says so in other ways. */
		if (k == 0)
			ASSERT_TRUE(r.at < cut || r.in_archive || cut >= b.n - 3);
		else
			ASSERT_EQ_INT(k, E_FORMAT);
		free(p);
	}
}

/* One field of a good archive is overwritten. */
static int damaged(size_t at, const char *with, struct err *e)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct newc_reader r = { 0 };
	struct newc_entry n;
	struct sv data;
	int k;

	archive(&b, "name", "content", true);
	memcpy(b.p + at, with, strlen(with));
	*e = ERR_INIT;
	r.bytes = strbuf_sv(&b);
	k = newc_next(&r, &n, &data, e);
	return k == 1 ? newc_next(&r, &n, &data, e) : k;
}

TEST(malformed_headers)
{
	struct err e;

	ASSERT_EQ_INT(damaged(6, "0000000g", &e), E_FORMAT);
	ASSERT_HAS_STR(e.text, "not a hex number");
	ASSERT_EQ_INT(damaged(6, "0x000000", &e), E_FORMAT);
	ASSERT_EQ_INT(damaged(6, " 0000000", &e), E_FORMAT);
	ASSERT_EQ_INT(damaged(94, "00000000", &e), E_FORMAT);
	ASSERT_EQ_INT(damaged(94, "00000001", &e), E_FORMAT);
	ASSERT_EQ_INT(damaged(94, "00000004", &e), E_FORMAT);
	ASSERT_EQ_INT(damaged(94, "00000006", &e), E_FORMAT);
	ASSERT_EQ_INT(damaged(94, "00001001", &e), E_FORMAT);
	ASSERT_EQ_INT(damaged(94, "FFFFFFFF", &e), E_FORMAT);
	ASSERT_EQ_INT(damaged(54, "FFFFFFFF", &e), E_FORMAT);
	ASSERT_HAS_STR(e.text, "truncated");
	ASSERT_EQ_INT(damaged(54, "00000004", &e), E_FORMAT);
	ASSERT_EQ_INT(damaged(0, "070702", &e), E_FORMAT);
	ASSERT_HAS_STR(e.text, "sum");
	ASSERT_EQ_INT(damaged(6, "00000000", &e), 0);
}

TEST(sum_is_checked)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct newc_reader r = { 0 };
	struct newc_entry n;
	struct err e = ERR_INIT;
	struct sv data;

	archive(&b, "name", "ab", true);
	memcpy(b.p, "070702", 6);
	memcpy(b.p + 102, "000000C3", 8); /* 'a' + 'b' */
	r.bytes = strbuf_sv(&b);
	ASSERT_EQ_INT(newc_next(&r, &n, &data, &e), 1);
	ASSERT_TRUE(sv_eq(data, SV("ab")));
}

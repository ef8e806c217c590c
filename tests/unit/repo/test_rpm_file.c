/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Headers and payloads that no honest tool writes, and the few forms that real packages do not show. What
 * real ones say is compared with rpm by shell tests. */
#include <stdlib.h>

#include "repo/repo.h"
#include "repo/rpm/rpm_package.h"
#include "repo/rpm/rpm_payload.h"
#include "tests/unit/repo/rpm_fixture.h"
#include "tests/unit/test.h"

#define F 0100644
#define D 040755
#define L 0120777

/* ---- headers --------------------------------------------------------------------------------------- */

static int read_entry(uint32_t tag, uint32_t type, uint32_t offset, uint32_t count, struct err *e)
{
	_cleanup_(arena_done) struct arena a = ARENA_INIT;
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct fx_header h = { 0 };
	struct rpm_header got;
	int r;

	*e = ERR_INIT;
	strbuf_add(&h.data, sv_of("text\0unfinished", 15));
	fx_header_entry(&h, tag, type, offset, count);
	fx_header_bytes(&h, &b);
	r = rpm_header_read(strbuf_sv(&b), "header", &a, &got, e);
	if (r == 0 && type >= RPM_TYPE_STRING) {
		struct rpm_texts texts;
		struct sv text;

		r = type == RPM_TYPE_BIN          ? rpm_header_bin(&got, tag, &text, e)
		    : type == RPM_TYPE_I18NSTRING ? rpm_header_text(&got, tag, &text, e)
						  : rpm_header_texts(&got, tag, &a, &texts, e);
	}
	fx_header_done(&h);
	return r;
}

TEST(hostile_entries)
{
	static const struct {
		uint32_t tag, type, offset, count;
		const char *want; /* NULL: fine */
	} rows[] = {
		{ 1000, RPM_TYPE_STRING, 0, 1, NULL },
		{ 1000, RPM_TYPE_STRING, 4, 1, NULL },
		{ 1000, RPM_TYPE_STRING, 5, 1, "a text does not end" },
		{ 1000, RPM_TYPE_STRING, 15, 1, "begins behind the data" },
		{ 1000, RPM_TYPE_STRING, UINT32_MAX, 1, "begins behind the data" },
		{ 1000, RPM_TYPE_STRING, 0, 2, "one text that is several" },
		{ 1000, RPM_TYPE_STRING, 0, 0, "without a value" },
		{ 1000, RPM_TYPE_STRING_ARRAY, 0, UINT32_MAX, "ends behind the data" },
		{ 1000, RPM_TYPE_STRING_ARRAY, 0, 16, "ends behind the data" },
		{ 1000, RPM_TYPE_STRING_ARRAY, 0, 15, "a text does not end" },
		{ 1000, RPM_TYPE_STRING_ARRAY, 0, 1, NULL },
		{ 1000, RPM_TYPE_I18NSTRING, 5, 1, "a text does not end" },
		{ 1000, RPM_TYPE_BIN, 0, 15, NULL },
		{ 1000, RPM_TYPE_BIN, 1, 15, "ends behind the data" },
		{ 1000, RPM_TYPE_INT32, 4, 2, NULL },
		{ 1000, RPM_TYPE_INT32, 8, 2, "ends behind the data" },
		{ 1000, RPM_TYPE_INT32, 4, 0x40000001, "ends behind the data" },
		{ 1000, RPM_TYPE_INT64, 8, 0x20000001, "ends behind the data" },
		{ 1000, RPM_TYPE_INT32, 2, 1, "is not aligned" },
		{ 1000, RPM_TYPE_INT16, 1, 1, "is not aligned" },
		{ 1000, 0, 0, 1, "of unknown type" },
		{ 1000, 10, 0, 1, "of unknown type" },
		{ 1000, UINT32_MAX, 0, 1, "of unknown type" },
		{ 63, RPM_TYPE_BIN, 0, 15, "not the mark of a region" },
		{ 63, RPM_TYPE_INT32, 0, 1, "not the mark of a region" },
	};
	struct err e;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		int r = read_entry(rows[i].tag, rows[i].type, rows[i].offset, rows[i].count, &e);

		ASSERT_MSG((r >= 0) == !rows[i].want, "row %zu: %s", i, e.text);
		if (rows[i].want) {
			ASSERT_EQ(r, E_FORMAT);
			ASSERT_HAS_STR(e.text, rows[i].want);
			ASSERT_HAS_STR(e.text, "header: tag ");
		}
	}
}

/* Two lists of the same bytes. */
TEST(texts_that_overlap)
{
	_cleanup_(arena_done) struct arena a = ARENA_INIT;
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct fx_header h = { 0 };
	struct rpm_header got;
	struct err e = ERR_INIT;

	strbuf_add(&h.data, sv_of("\0\0\0\0\0\0\0", 7));
	fx_header_entry(&h, 1000, RPM_TYPE_STRING_ARRAY, 0, 7);
	fx_header_entry(&h, 1001, RPM_TYPE_STRING_ARRAY, 6, 1);
	fx_header_bytes(&h, &b);
	ASSERT_EQ(rpm_header_read(strbuf_sv(&b), "header", &a, &got, &e), E_FORMAT);
	ASSERT_HAS_STR(e.text, "tag 1001: more texts than the data has room for");
	fx_header_done(&h);
}

static int read_intro(uint32_t n, uint32_t size, struct err *e)
{
	_cleanup_(arena_done) struct arena a = ARENA_INIT;
	unsigned char b[64] = { 0x8e, 0xad, 0xe8, 1 };
	struct rpm_header got;

	*e = ERR_INIT;
	for (int i = 0; i < 4; i++) {
		b[8 + i] = (unsigned char)(n >> (24 - 8 * i));
		b[12 + i] = (unsigned char)(size >> (24 - 8 * i));
	}
	return rpm_header_read(sv_of(b, sizeof(b)), "header", &a, &got, e);
}

TEST(hostile_counts)
{
	struct err e;

	ASSERT_EQ(read_intro(UINT32_MAX, 1, &e), E_LIMIT);
	ASSERT_HAS_STR(e.text, "4294967295 tags, at most 65535");
	ASSERT_EQ(read_intro(0x800000, 0, &e), E_LIMIT);
	ASSERT_EQ(read_intro(1, UINT32_MAX, &e), E_LIMIT);
	ASSERT_HAS_STR(e.text, "4294967295 bytes of data");
	ASSERT_EQ(read_intro(1, 1000, &e), E_FORMAT);
	ASSERT_HAS_STR(e.text, "cut off: 64 bytes of 1032");
	ASSERT_EQ(read_intro(0, 48, &e), E_FORMAT);
	ASSERT_HAS_STR(e.text, "without tags");
}

TEST(twice_and_types)
{
	_cleanup_(arena_done) struct arena a = ARENA_INIT;
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct fx_header h = { 0 };
	struct rpm_header got;
	struct rpm_numbers v;
	struct sv text;
	struct err e = ERR_INIT;

	fx_header_text(&h, 1001, "x");
	fx_header_numbers(&h, 1000, RPM_TYPE_INT16, "1 0xffff");
	fx_header_bytes(&h, &b);
	ASSERT_EQ(rpm_header_read(strbuf_sv(&b), "header", &a, &got, &e), 0);
	ASSERT_EQ(rpm_header_text(&got, 1001, &text, &e), 1);
	ASSERT_EQ(rpm_header_text(&got, 999, &text, &e), 0);
	ASSERT_EQ(rpm_header_numbers(&got, 1000, &v, &e), 1);
	ASSERT_TRUE(v.n == 2 && rpm_number(&v, 0) == 1 && rpm_number(&v, 1) == 0xffff);
	ASSERT_EQ(rpm_header_text(&got, 1000, &text, &e), E_FORMAT);
	ASSERT_HAS_STR(e.text, "tag 1000: a text was expected");
	ASSERT_EQ(rpm_header_numbers(&got, 1001, &v, &e), E_FORMAT);

	fx_header_text(&h, 1001, "y");
	strbuf_clear(&b);
	fx_header_bytes(&h, &b);
	ASSERT_EQ(rpm_header_read(strbuf_sv(&b), "header", &a, &got, &e), E_FORMAT);
	ASSERT_HAS_STR(e.text, "tag 1001: stands there twice");
	fx_header_done(&h);
}

/* ---- packages -------------------------------------------------------------------------------------- */

static int read_package(const struct fx_header *h, struct rpm_opened *o, struct err *e)
{
	static struct strbuf b; /* what *o has views of */

	*e = ERR_INIT;
	strbuf_clear(&b);
	fx_rpm(&b, h, SV(""));
	return rpm_open(strbuf_sv(&b), o, e);
}

TEST(packages_refused)
{
	static const struct {
		uint32_t tag;
		const char *texts, *want;
	} rows[] = {
		{ RPMTAG_NAME, "", "package without name" },
		{ RPMTAG_NAME, "a b", "name 'a b' has byte 0x20" },
		{ RPMTAG_NAME, "a/b", "has byte 0x2f" },
		{ RPMTAG_VERSION, "1-2", "more than one '-'" },
		{ RPMTAG_RELEASE, "", "package without release" },
	};
	struct rpm_opened o;
	struct err e;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		static const uint32_t all[] = { RPMTAG_NAME, RPMTAG_VERSION, RPMTAG_RELEASE,
						RPMTAG_ARCH };
		struct fx_header h = { 0 };

		for (size_t k = 0; k < ARRAY_SIZE(all); k++)
			fx_header_text(&h, all[k], all[k] == rows[i].tag ? rows[i].texts : "1");
		ASSERT_MSG(read_package(&h, &o, &e) == E_FORMAT, "row %zu", i);
		ASSERT_HAS_STR(e.text, rows[i].want);
		fx_header_done(&h);
	}
}

TEST(lists_of_unequal_length)
{
	struct fx_header h = { 0 };
	struct rpm_opened o;
	struct err e;

	fx_header_basics(&h, "foo");
	fx_header_texts(&h, RPMTAG_REQUIRENAME, "a|b");
	fx_header_texts(&h, RPMTAG_REQUIREVERSION, "1");
	ASSERT_EQ(read_package(&h, &o, &e), E_FORMAT);
	ASSERT_HAS_STR(e.text, "tag 1050 has 1 values, not 2");
	fx_header_done(&h);

	fx_header_basics(&h, "foo");
	fx_header_texts(&h, RPMTAG_BASENAMES, "a|b");
	fx_header_texts(&h, RPMTAG_DIRNAMES, "/");
	fx_header_numbers(&h, RPMTAG_DIRINDEXES, RPM_TYPE_INT32, "0 1");
	ASSERT_EQ(read_package(&h, &o, &e), E_FORMAT);
	ASSERT_HAS_STR(e.text, "file 1: folder 1 of 1 does not exist");
	fx_header_done(&h);

	fx_header_basics(&h, "foo");
	fx_header_texts(&h, RPMTAG_BASENAMES, "a|b");
	ASSERT_EQ(read_package(&h, &o, &e), E_FORMAT);
	ASSERT_HAS_STR(e.text, "tag 1116 has 0 values, not 2");
	fx_header_done(&h);

	fx_header_basics(&h, "foo");
	fx_header_texts(&h, RPMTAG_OLDFILENAMES, "/a");
	ASSERT_EQ(read_package(&h, &o, &e), E_FORMAT);
	ASSERT_HAS_STR(e.text, "without modes or sizes");
	fx_header_done(&h);
}

/* ---- payloads -------------------------------------------------------------------------------------- */

struct files {
	const char *paths, *modes, *sizes, *flags, *inodes, *links;
};

/* Of the same files; NULL: without. */
static struct {
	const char *users, *groups, *caps, *signatures;
	uint32_t signatures_tag; /* in the signature's header; 0: in the main one */
	bool long_sizes;
} more;

static struct strbuf rpm, out;

/* One line per entry: "TYPE PATH MODE[ USER:GROUP][ !][ LINK][=CONTENT]"; "!": attributes were dropped. */
static int list_payload(const struct files *f, struct sv cpio, struct err *e)
{
	static const char words[] = "fdlhcbp";
	_cleanup_(payload_freep) struct payload *p = NULL;
	struct fx_header h = { 0 }, sig = { 0 };
	struct payload_entry x;
	int r;

	*e = ERR_INIT;
	fx_header_text(&sig, 9999, "no digest");
	fx_header_basics(&h, "foo");
	fx_header_texts(&h, RPMTAG_OLDFILENAMES, f->paths);
	fx_header_numbers(&h, RPMTAG_FILEMODES, RPM_TYPE_INT16, f->modes);
	fx_header_numbers(&h, more.long_sizes ? RPMTAG_LONGFILESIZES : RPMTAG_FILESIZES,
			  more.long_sizes ? RPM_TYPE_INT64 : RPM_TYPE_INT32, f->sizes);
	if (f->flags)
		fx_header_numbers(&h, RPMTAG_FILEFLAGS, RPM_TYPE_INT32, f->flags);
	if (f->inodes) {
		fx_header_numbers(&h, RPMTAG_FILEINODES, RPM_TYPE_INT32, f->inodes);
		fx_header_numbers(&h, RPMTAG_FILEDEVICES, RPM_TYPE_INT32, f->inodes);
	}
	if (f->links)
		fx_header_texts(&h, RPMTAG_FILELINKTOS, f->links);
	if (more.users) {
		fx_header_texts(&h, RPMTAG_FILEUSERNAME, more.users);
		fx_header_texts(&h, RPMTAG_FILEGROUPNAME, more.groups);
	}
	if (more.caps)
		fx_header_texts(&h, RPMTAG_FILECAPS, more.caps);
	if (more.signatures)
		fx_header_texts(more.signatures_tag ? &sig : &h,
				more.signatures_tag ? more.signatures_tag : RPMTAG_FILESIGNATURES,
				more.signatures);
	strbuf_clear(&rpm);
	strbuf_clear(&out);
	strbuf_adds(&out, "");
	fx_rpm_signed(&rpm, &sig, &h, cpio);
	fx_header_done(&sig);
	fx_header_done(&h);
	r = repo_payload_open(FAMILY_RPM, strbuf_sv(&rpm), 1, NULL, &p, e);
	while (r >= 0 && (r = payload_next(p, &x, e)) > 0) {
		char *data = NULL;
		size_t n;

		strbuf_addf(&out, "%c " SV_FMT " %o", words[x.type], SV_ARG(x.path), x.mode);
		if (more.users)
			strbuf_addf(&out, " " SV_FMT ":" SV_FMT, SV_ARG(x.uname), SV_ARG(x.gname));
		if (x.xattrs_dropped)
			strbuf_adds(&out, " !");
		if (x.linkname.n)
			strbuf_addf(&out, " " SV_FMT, SV_ARG(x.linkname));
		if (x.type == PAYLOAD_FILE && (r = payload_read_file(p, &data, &n, e)) == 0)
			strbuf_addf(&out, "=%s", data);
		strbuf_addc(&out, '\n');
		free(data);
	}
	return r;
}

TEST(both_forms)
{
	static const struct files f = { "/d|/d/a|/d/b|/d/c|/l|/m|/g",
					"040755 0100640 0104755 0100644 0120777 040700 0100644",
					"0 3 3 2 1 0 0",
					"0 0 0 0 0 0x40 0x40",
					"1 2 2 3 4 5 6",
					"||||x||" };
	static const char want[] = "d /d 755\n"
				   "f /d/b 4755=abc\n"
				   "h /d/a 640 /d/b\n"
				   "f /d/c 644=de\n"
				   "l /l 777 x\n"
				   "d /m 700\n";
	struct strbuf c = STRBUF_INIT;
	struct err e;

	fx_newc(&c, "./d", D, "");
	fx_newc(&c, "./d/a", F, "");
	fx_newc(&c, "/d/b", F, "abc");
	fx_newc(&c, "d/c", F, "de");
	fx_newc(&c, "./l", L, "x");
	fx_cpio_end(&c);
	ASSERT_MSG(list_payload(&f, strbuf_sv(&c), &e) == 0, "%s", e.text);
	ASSERT_EQ_STR(out.p, want);

	strbuf_clear(&c);
	fx_stripped(&c, 0, "");
	fx_stripped(&c, 1, "");
	fx_stripped(&c, 2, "abc");
	fx_stripped(&c, 3, "de");
	fx_stripped(&c, 4, "x");
	fx_cpio_end(&c);
	ASSERT_MSG(list_payload(&f, strbuf_sv(&c), &e) == 0, "%s", e.text);
	ASSERT_EQ_STR(out.p, want);
	strbuf_done(&c);
}

/* The content with the first name, in the middle, and between other files. */
TEST(hard_links)
{
	static const struct files f = { "/a|/b|/c|/z", "0100644 0100644 0100644 0100644",
					"2 2 2 1",     NULL,
					"7 7 7 8",     NULL };
	struct strbuf c = STRBUF_INIT;
	struct err e;

	fx_newc(&c, "a", F, "xy");
	fx_newc(&c, "z", F, "q");
	fx_newc(&c, "b", F, "");
	fx_newc(&c, "c", F, "");
	fx_cpio_end(&c);
	ASSERT_MSG(list_payload(&f, strbuf_sv(&c), &e) == 0, "%s", e.text);
	ASSERT_EQ_STR(out.p, "f /a 644=xy\nf /z 644=q\nh /b 644 /a\nh /c 644 /a\n");

	strbuf_clear(&c);
	fx_newc(&c, "c", F, "");
	fx_newc(&c, "a", F, "");
	fx_newc(&c, "z", F, "q");
	fx_newc(&c, "b", F, "xy");
	fx_cpio_end(&c);
	ASSERT_MSG(list_payload(&f, strbuf_sv(&c), &e) == 0, "%s", e.text);
	ASSERT_EQ_STR(out.p, "f /z 644=q\nf /b 644=xy\nh /a 644 /b\nh /c 644 /b\n");

	/* equal inodes by accident: each has its content */
	strbuf_clear(&c);
	fx_newc(&c, "a", F, "xy");
	fx_newc(&c, "b", F, "XY");
	fx_newc(&c, "c", F, "Xy");
	fx_newc(&c, "z", F, "q");
	fx_cpio_end(&c);
	ASSERT_MSG(list_payload(&f, strbuf_sv(&c), &e) == 0, "%s", e.text);
	ASSERT_EQ_STR(out.p, "f /a 644=xy\nf /b 644=XY\nf /c 644=Xy\nf /z 644=q\n");

	strbuf_clear(&c);
	fx_newc(&c, "a", F, "");
	fx_newc(&c, "b", F, "");
	fx_newc(&c, "c", F, "");
	fx_newc(&c, "z", F, "q");
	fx_cpio_end(&c);
	ASSERT_EQ(list_payload(&f, strbuf_sv(&c), &e), E_FORMAT);
	ASSERT_HAS_STR(e.text, "file '/a': a hard link without its content");
	strbuf_done(&c);
}

/* Owners by their names; capabilities and signatures of files are told as dropped, those of folders are none. */
TEST(owners_and_attributes)
{
	static const struct files f = { "/a|/d|/e", "0100644 040755 0100600", "1 0 1", NULL, NULL,
					NULL };
	struct strbuf c = STRBUF_INIT;
	struct err e;

	more.users = "root|tss|www-data";
	more.groups = "wheel|tss|root";
	more.caps = "cap_net_raw=ep||";
	fx_newc(&c, "a", F, "x");
	fx_newc(&c, "d", D, "");
	fx_newc(&c, "e", F, "y");
	fx_cpio_end(&c);
	ASSERT_MSG(list_payload(&f, strbuf_sv(&c), &e) == 0, "%s", e.text);
	ASSERT_EQ_STR(out.p,
		      "f /a 644 root:wheel !=x\nd /d 755 tss:tss\nf /e 600 www-data:root=y\n");
	more.caps = NULL;
	more.signatures = "030202|030202|030202";
	/* IMA in the main header and in the signature's, fs-verity */
	for (size_t i = 0; i < 3; i++) {
		more.signatures_tag = (const uint32_t[]){ 0, RPMSIGTAG_FILESIGNATURES,
							  RPMSIGTAG_VERITYSIGNATURES }[i];
		ASSERT_MSG(list_payload(&f, strbuf_sv(&c), &e) == 0, "%s", e.text);
		ASSERT_EQ_STR(out.p, "f /a 644 root:wheel !=x\nd /d 755 tss:tss\n"
				     "f /e 600 www-data:root !=y\n");
	}
	more.users = more.groups = more.caps = more.signatures = NULL;
	more.signatures_tag = 0;
	strbuf_done(&c);
}

struct trick {
	const char *name;
	uint32_t mode;
	const char *content;
};

TEST(hostile_payloads)
{
	static const struct files f = { "/a|/l", "0100644 0120777", "2 1", NULL, "1 2", "|x" };
	static const struct {
		struct trick entries[3];
		const char *want;
	} rows[] = {
		{ { { "a", F, "xy" }, { "l", L, "x" }, { "../../etc/passwd", F, "" } },
		  "file '../../etc/passwd' is not in the header" },
		{ { { "a", F, "xy" }, { "a", F, "xy" } }, "file '/a': it is there twice" },
		{ { { "a", F, "xyz" } }, "file '/a': the header says that it has another size" },
		{ { { "a", F, "" } }, "has another size" },
		{ { { "a", D, "" } }, "of another type" },
		{ { { "a", F, "xy" }, { "l", L, "y" } }, "the header says another target" },
		{ { { "a", F, "xy" } }, "file '/l': it is missing" },
		{ { { "", F, "" } }, "a name that is empty" },
	};
	struct err e;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct strbuf c = STRBUF_INIT;

		for (size_t k = 0; k < 3 && rows[i].entries[k].name; k++)
			fx_newc(&c, rows[i].entries[k].name, rows[i].entries[k].mode,
				rows[i].entries[k].content);
		fx_cpio_end(&c);
		ASSERT_MSG(list_payload(&f, strbuf_sv(&c), &e) == E_FORMAT, "row %zu", i);
		ASSERT_HAS_STR(e.text, rows[i].want);
		strbuf_done(&c);
	}
}

TEST(hostile_stripped)
{
	static const struct files f = { "/a|/l", "0100644 0120777", "2 1", NULL, "1 2", "|x" };
	struct strbuf c = STRBUF_INIT;
	struct err e;

	fx_stripped(&c, 2, "");
	ASSERT_EQ(list_payload(&f, strbuf_sv(&c), &e), E_FORMAT);
	ASSERT_HAS_STR(e.text, "a file number that the header does not have");
	strbuf_clear(&c);
	fx_stripped(&c, UINT32_MAX, "");
	ASSERT_EQ(list_payload(&f, strbuf_sv(&c), &e), E_FORMAT);
	strbuf_clear(&c);
	strbuf_adds(&c, "07070X0000000g..");
	ASSERT_EQ(list_payload(&f, strbuf_sv(&c), &e), E_FORMAT);
	ASSERT_HAS_STR(e.text, "not hexadecimal");
	strbuf_done(&c);
}

/* Memory is never asked for what only a header promises. */
TEST(enormous_file)
{
	static const struct files f = { "/a|/big", "0100644 0100644", "2 64424509440", NULL, NULL,
					NULL };
	struct strbuf c = STRBUF_INIT;
	struct err e;

	more.long_sizes = true;
	fx_stripped(&c, 0, "aa");
	fx_stripped(&c, 1, "short");
	ASSERT_EQ(list_payload(&f, strbuf_sv(&c), &e), E_LIMIT);
	ASSERT_HAS_STR(e.text, "file '/big': larger than 4 GiB");
	more.long_sizes = false;
	strbuf_done(&c);
}

/* Cut anywhere, and with something behind its end, it is an error and nothing else. */
TEST(truncated)
{
	static const struct files f = { "/a|/l", "0100644 0120777", "2 1", NULL, "1 2", "|x" };
	struct strbuf c = STRBUF_INIT;
	struct err e;

	fx_newc(&c, "./a", F, "xy");
	fx_newc(&c, "./l", L, "x");
	fx_cpio_end(&c);
	ASSERT_MSG(list_payload(&f, strbuf_sv(&c), &e) == 0, "%s", e.text);
	for (size_t n = 0; n < c.n; n++) {
		ASSERT_MSG(list_payload(&f, sv_head(strbuf_sv(&c), n), &e) == E_FORMAT,
			   "cut at %zu", n);
		ASSERT_HAS_STR(e.text, "payload at offset ");
	}
	strbuf_add(&c, sv_of("\0\0\0\0", 4));
	ASSERT_EQ(list_payload(&f, strbuf_sv(&c), &e), 0);
	strbuf_addc(&c, 'x');
	ASSERT_EQ(list_payload(&f, strbuf_sv(&c), &e), E_FORMAT);
	ASSERT_HAS_STR(e.text, "something behind its end mark");
	strbuf_done(&c);
	strbuf_done(&rpm);
	strbuf_done(&out);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Payloads made by tar(1), cpio(1) and by hand. */
#include <stdio.h>
#include <stdlib.h>

#include "archive/archive.h"
#include "base/arena.h"
#include "base/macros.h"
#include "base/strbuf.h"
#include "tests/unit/test.h"

#define LONG_NAME                                                                                        \
	"a-name-that-is-longer-than-the-hundred-bytes-that-the-first-tar-had-room-for-so-that-it-needs-" \
	"an-extension-of-one-kind-or-another-in-every-dialect"

/* Makes a tree in a fresh folder and returns what the command writes to its output. */
static struct sv packed_by(const char *command, struct strbuf *out)
{
	static const char setup[] =
		"set -e; umask 022; d=$(mktemp -d); trap 'rm -rf $d' EXIT; cd $d; mkdir -p usr/bin;"
		"printf hello > usr/bin/tool; chmod 4755 usr/bin/tool; ln usr/bin/tool usr/bin/tool2;"
		"ln -s ../bin/tool usr/link; mkfifo usr/pipe; : > usr/" LONG_NAME "; : > usr/empty;"
		"printf a > $(printf 'usr/\\303\\244'); printf b > $(printf 'usr/\\377\\376');"
		"dd if=/dev/zero of=usr/sparse bs=1 count=0 seek=300000 2>/dev/null;"
		"printf tail >> usr/sparse; find usr -exec touch -h -d @1700000000 {} +;";
	char *line = NULL;
	char buf[4096];
	FILE *f;
	size_t n;

	ASSERT_TRUE(asprintf(&line, "%s %s", setup, command) > 0);
	f = popen(line, "r");
	ASSERT_NOT_NULL(f);
	while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
		strbuf_add(out, sv_of(buf, n));
	ASSERT_MSG(pclose(f) == 0, "failed: %s", command);
	free(line);
	return strbuf_sv(out);
}

typedef int (*open_fn)(struct stream *, const struct payload_limits *, struct payload **,
		       struct err *);

/* One line per entry: type, mode, owner, size, time, path, link, content if short. */
static int listing(open_fn open, struct sv bytes, const struct payload_limits *limits,
		   struct strbuf *out, struct err *e)
{
	_cleanup_(payload_freep) struct payload *p = NULL;
	struct payload_entry n;
	int r = open(stream_from_mem(bytes), limits, &p, e);

	if (r < 0)
		return r;
	while ((r = payload_next(p, &n, e)) > 0) {
		char *data = NULL;
		size_t size = 0;

		strbuf_addf(out, "%c %04o %u:%u " SV_FMT "/" SV_FMT " %llu %lld " SV_FMT,
			    "fdlhcbp"[n.type], n.mode, n.uid, n.gid, SV_ARG(n.uname),
			    SV_ARG(n.gname), (unsigned long long)n.size, (long long)n.mtime,
			    SV_ARG(n.path));
		if (n.linkname.n)
			strbuf_addf(out, " -> " SV_FMT, SV_ARG(n.linkname));
		if (n.type == PAYLOAD_FILE || n.size > 0) {
			r = payload_read_file(p, &data, &size, e);
			if (r < 0)
				return r;
			if (size < 100)
				strbuf_addf(out, " '%s'", data);
			else
				strbuf_addf(out, " %zu bytes, last '%s'", size, data + size - 4);
		}
		strbuf_addc(out, '\n');
		free(data);
	}
	return r;
}

static const char expected[] =
	"d 0755 3:4 ann/bee 0 1700000000 usr\n"
	"f 0644 3:4 ann/bee 0 1700000000 usr/" LONG_NAME " ''\n"
	"d 0755 3:4 ann/bee 0 1700000000 usr/bin\n"
	"f 4755 3:4 ann/bee 5 1700000000 usr/bin/tool 'hello'\n"
	"h 4755 3:4 ann/bee 0 1700000000 usr/bin/tool2 -> usr/bin/tool\n"
	"f 0644 3:4 ann/bee 0 1700000000 usr/empty ''\n"
	"l 0777 3:4 ann/bee 0 1700000000 usr/link -> ../bin/tool\n"
	"p 0644 3:4 ann/bee 0 1700000000 usr/pipe\n"
	"f 0644 3:4 ann/bee 300004 1700000000 usr/sparse 300004 bytes, last 'tail'\n"
	"f 0644 3:4 ann/bee 1 1700000000 usr/\xc3\xa4 'a'\n"
	"f 0644 3:4 ann/bee 1 1700000000 usr/\xff\xfe 'b'\n";

/* Folders come with a final slash from some writers. */
static void check_listing(const char *command, open_fn open)
{
	_cleanup_strbuf_ struct strbuf bytes = STRBUF_INIT, got = STRBUF_INIT, plain = STRBUF_INIT;
	struct err e = ERR_INIT;
	struct sv rest, line;

	ASSERT_MSG(listing(open, packed_by(command, &bytes), NULL, &got, &e) == 0, "%s: %s",
		   command, e.text);
	rest = strbuf_sv(&got);
	while (sv_line(&rest, &line)) {
		if (line.p[0] == 'd')
			(void)sv_cut_end(&line, SV("/"));
		strbuf_add(&plain, line);
		strbuf_addc(&plain, '\n');
	}
	ASSERT_EQ_STR(plain.p, expected);
}

#define TAR "LC_ALL=C tar --sort=name --owner=ann:3 --group=bee:4 -c -f - "

TEST(dialects_of_tar)
{
	check_listing(TAR "--format=gnu usr", payload_open_tar);
	check_listing(TAR "--format=gnu --sparse usr", payload_open_tar);
	check_listing(TAR "--format=pax usr", payload_open_tar);
	check_listing(TAR "--format=pax --sparse --sparse-version=1.0 usr", payload_open_tar);
	check_listing(TAR "--format=pax --sparse --sparse-version=0.1 usr", payload_open_tar);
	check_listing(TAR "--format=pax --pax-option=hdrcharset=BINARY usr", payload_open_tar);
}

TEST(ustar)
{
	_cleanup_strbuf_ struct strbuf bytes = STRBUF_INIT, got = STRBUF_INIT;
	struct err e = ERR_INIT;

	ASSERT_EQ_INT(listing(payload_open_tar,
			      packed_by(TAR "--format=ustar usr/bin usr/link", &bytes), NULL, &got,
			      &e),
		      0);
	ASSERT_EQ_STR(got.p, "d 0755 3:4 ann/bee 0 1700000000 usr/bin/\n"
			     "f 4755 3:4 ann/bee 5 1700000000 usr/bin/tool 'hello'\n"
			     "h 4755 3:4 ann/bee 0 1700000000 usr/bin/tool2 -> usr/bin/tool\n"
			     "l 0777 3:4 ann/bee 0 1700000000 usr/link -> ../bin/tool\n");
}

TEST(cpio)
{
	_cleanup_strbuf_ struct strbuf bytes = STRBUF_INIT, got = STRBUF_INIT;
	struct err e = ERR_INIT;

	ASSERT_MSG(listing(payload_open_cpio,
			   packed_by("find usr/link usr/bin usr/empty usr/?? | LC_ALL=C sort | "
				     "cpio --quiet -o -H newc -R 3:4",
				     &bytes),
			   NULL, &got, &e) == 0,
		   "%s", e.text);
	/* newc keeps the content of a group of hard links with the last of them. */
	ASSERT_EQ_STR(got.p, "d 0755 3:4 / 0 1700000000 usr/bin\n"
			     "f 4755 3:4 / 0 1700000000 usr/bin/tool ''\n"
			     "h 4755 3:4 / 5 1700000000 usr/bin/tool2 -> usr/bin/tool 'hello'\n"
			     "f 0644 3:4 / 0 1700000000 usr/empty ''\n"
			     "l 0777 3:4 / 0 1700000000 usr/link -> ../bin/tool\n"
			     "f 0644 3:4 / 1 1700000000 usr/\xc3\xa4 'a'\n"
			     "f 0644 3:4 / 1 1700000000 usr/\xff\xfe 'b'\n");
}

TEST(devices)
{
	/* By hand, since making devices needs root: a ustar header of type 3 (character). */
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	_cleanup_(payload_freep) struct payload *p = NULL;
	struct payload_entry n;
	struct err e = ERR_INIT;
	unsigned sum = 0;
	char h[512 * 3] = "dev/console";

	memcpy(h + 100, "0000600", 8);
	memcpy(h + 108, "0000000", 8);
	memcpy(h + 116, "0000005", 8);
	memcpy(h + 124, "00000000000", 12);
	memcpy(h + 136, "00000000007", 12);
	memcpy(h + 148, "        ", 8);
	h[156] = '3';
	memcpy(h + 257,
	       "ustar\0"
	       "00",
	       8);
	memcpy(h + 329, "0000005", 8);
	memcpy(h + 337, "0000001", 8);
	for (size_t i = 0; i < 512; i++)
		sum += (unsigned char)h[i];
	(void)snprintf(h + 148, 8, "%06o", sum);
	strbuf_add(&b, sv_of(h, sizeof(h)));
	ASSERT_EQ_INT(payload_open_tar(stream_from_mem(strbuf_sv(&b)), NULL, &p, &e), 0);
	ASSERT_EQ_INT(payload_next(p, &n, &e), 1);
	ASSERT_EQ_INT(n.type, PAYLOAD_CHAR);
	ASSERT_EQ_INT(n.dev_major, 5);
	ASSERT_EQ_INT(n.dev_minor, 1);
	ASSERT_EQ_INT(n.gid, 5);
	ASSERT_EQ_INT(n.mtime, 7);
	ASSERT_EQ_INT(payload_next(p, &n, &e), 0);
	ASSERT_EQ_INT(payload_next(p, &n, &e), 0);
}

/* Reads everything, skipping contents or not. */
static int drain(open_fn open, struct sv bytes, bool skip, struct err *e)
{
	_cleanup_(payload_freep) struct payload *p = NULL;
	struct payload_entry n;
	int r;

	*e = ERR_INIT;
	r = open(stream_from_mem(bytes), NULL, &p, e);
	while (r >= 0 && (r = payload_next(p, &n, e)) > 0) {
		char buf[1000];
		ssize_t k = skip ? 0 : 1;

		while (k > 0)
			k = payload_read_data(p, buf, sizeof(buf), e);
		if (k < 0)
			return (int)k;
	}
	return r;
}

TEST(truncated_tar)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct sv whole = packed_by(TAR "--format=gnu -b1 usr/bin usr/link usr/" LONG_NAME, &b);
	struct err e;

	for (int skip = 0; skip < 2; skip++) {
		ASSERT_EQ_INT(drain(payload_open_tar, whole, skip, &e), 0);
		/* Nothing but the second of the two zero blocks can be missed. */
		for (size_t cut = 0; cut < whole.n;
		     cut += cut % 512 == 511 || cut % 512 == 0 ? 1 : 127) {
			char *p = memcpy(xmalloc(cut + 1), whole.p, cut);
			int r = drain(payload_open_tar, sv_of(p, cut), skip, &e);

			if (cut >= whole.n - 512)
				ASSERT_TRUE(r == 0 || r == E_FORMAT);
			else
				ASSERT_MSG(r == E_FORMAT && e.text[0], "cut at %zu of %zu: %d", cut,
					   whole.n, r);
			free(p);
		}
	}
}

TEST(truncated_cpio)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct sv whole =
		packed_by("find usr/bin usr/link | LC_ALL=C sort | cpio --quiet -o -H newc", &b);
	struct err e;
	size_t end;

	ASSERT_EQ_INT(drain(payload_open_cpio, whole, false, &e), 0);
	end = (size_t)sv_find(whole, SV("TRAILER!!!")) + 11;
	for (size_t cut = 1; cut < end; cut += 7)
		ASSERT_MSG(drain(payload_open_cpio, sv_head(whole, cut), false, &e) == E_FORMAT,
			   "cut at %zu", cut);
}

TEST(something_behind_the_end)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct err e;

	(void)packed_by(TAR "usr/bin", &b);
	for (int i = 0; i < 5000000; i++)
		strbuf_addc(&b, '\0');
	ASSERT_EQ_INT(drain(payload_open_tar, strbuf_sv(&b), false, &e), 0);
	b.p[b.n - 1] = 'x';
	ASSERT_EQ_INT(drain(payload_open_tar, strbuf_sv(&b), false, &e), E_FORMAT);
	ASSERT_HAS_STR(e.text, "behind its end mark");
	b.p[b.n - 1] = '\0';
	/* A second archive, as tar -A leaves it: read as one by nobody, so refused. */
	(void)packed_by(TAR "usr/bin", &b);
	ASSERT_EQ_INT(drain(payload_open_tar, strbuf_sv(&b), false, &e), E_FORMAT);
}

TEST(damaged_headers)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct sv whole = packed_by(TAR "--format=pax --pax-option=delete=atime usr/bin", &b);
	struct err e;

	/* Every byte of the first header counts towards its checksum. */
	for (size_t i = 0; i < 512; i++) {
		if (i == 154 || i == 155)
			continue; /* what ends the checksum's digits */
		b.p[i] ^= 0x11;
		ASSERT_MSG(drain(payload_open_tar, whole, false, &e) < 0, "byte %zu", i);
		b.p[i] ^= 0x11;
	}
	ASSERT_EQ_INT(drain(payload_open_tar, whole, false, &e), 0);
	ASSERT_EQ_INT(drain(payload_open_tar, SV_NULL, false, &e), E_FORMAT);
	ASSERT_EQ_INT(drain(payload_open_tar, SV("no tar"), false, &e), E_FORMAT);
	ASSERT_EQ_INT(drain(payload_open_cpio, SV_NULL, false, &e), E_FORMAT);
}

/* Some bytes, then zeros without end. */
struct endless {
	struct stream base;
	struct sv first;
};

static ssize_t endless_read(struct stream *s, void *buf, size_t n, struct err *e)
{
	struct endless *l = (struct endless *)s;
	size_t k = MIN(n, l->first.n);

	(void)e;
	if (k == 0) {
		memset(buf, 0, n);
		return (ssize_t)n;
	}
	memcpy(buf, l->first.p, k);
	l->first = sv_from_pos(l->first, k);
	return (ssize_t)k;
}

static void endless_close(struct stream *s)
{
	free(s);
}

TEST(endless_name)
{
	static const struct stream_ops ops = { .read = endless_read, .close = endless_close };
	_cleanup_(payload_freep) struct payload *p = NULL;
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct endless *l = xcalloc(1, sizeof(*l));
	struct payload_entry n;
	struct err e = ERR_INIT;

	/* newc, its name 4 GiB long; the stream would go on for ever */
	strbuf_addf(&b, "070701%088dFFFFFFFF%08d", 0, 0);
	l->base.ops = &ops;
	l->first = strbuf_sv(&b);
	ASSERT_EQ_INT(payload_open_cpio(&l->base, NULL, &p, &e), 0);
	ASSERT_EQ_INT(payload_next(p, &n, &e), E_FORMAT);
	/* A machine without room for the reservation says so instead. */
	ASSERT_TRUE(strstr(e.text, "longer than 4 MiB") || strstr(e.text, "Unable to allocate"));
}

TEST(limits)
{
	static const struct {
		struct payload_limits limits;
		int want;
	} rows[] = {
		{ { .entries = 11 }, 0 },
		{ { .entries = 10 }, E_LIMIT },
		{ { .file_size = 300004 }, 0 },
		{ { .file_size = 300003 }, E_LIMIT },
		{ { .total_size = 300004 + 5 + 2 }, 0 },
		{ { .total_size = 300004 + 5 + 1 }, E_LIMIT },
	};
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	struct sv whole = packed_by(TAR "usr", &b);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_strbuf_ struct strbuf out = STRBUF_INIT;
		struct err e = ERR_INIT;

		ASSERT_MSG(listing(payload_open_tar, whole, &rows[i].limits, &out, &e) ==
				   rows[i].want,
			   "row %zu: %s", i, e.text);
	}
}

TEST(long_paths)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT, out = STRBUF_INIT;
	struct err e = ERR_INIT;

	(void)packed_by("p=$(printf '%04095d' 0); " TAR "--transform=s,.*,$p, usr/empty", &b);
	ASSERT_EQ_INT(listing(payload_open_tar, strbuf_sv(&b), NULL, &out, &e), 0);
	strbuf_clear(&b);
	(void)packed_by("p=$(printf '%05000d' 0); " TAR "--transform=s,.*,$p, usr/empty", &b);
	ASSERT_EQ_INT(listing(payload_open_tar, strbuf_sv(&b), NULL, &out, &e), E_LIMIT);
}

static ssize_t failing_read(struct stream *s, void *buf, size_t n, struct err *e)
{
	(void)s;
	(void)buf;
	(void)n;
	return err_set(e, E_VERIFY, "the stream's own words");
}

static void failing_close(struct stream *s)
{
	free(s);
}

TEST(stream_failure_is_passed_on)
{
	static const struct stream_ops ops = { .read = failing_read, .close = failing_close };
	_cleanup_(payload_freep) struct payload *p = NULL;
	struct stream *s = xcalloc(1, sizeof(*s));
	struct payload_entry n;
	struct err e = ERR_INIT;
	int r;

	s->ops = &ops;
	r = payload_open_tar(s, NULL, &p, &e);
	if (r >= 0)
		r = payload_next(p, &n, &e);
	ASSERT_EQ_INT(r, E_VERIFY);
	ASSERT_EQ_STR(e.text, "the stream's own words");
	payload_free(NULL);
}

TEST(xattrs_are_told)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
	_cleanup_(payload_freep) struct payload *p = NULL;
	struct payload_entry n;
	struct err e = ERR_INIT;

	(void)packed_by(TAR "--format=pax --pax-option=SCHILY.xattr.user.a:=b usr/empty", &b);
	ASSERT_EQ_INT(payload_open_tar(stream_from_mem(strbuf_sv(&b)), NULL, &p, &e), 0);
	ASSERT_EQ_INT(payload_next(p, &n, &e), 1);
	ASSERT_TRUE(n.xattrs_dropped);
}

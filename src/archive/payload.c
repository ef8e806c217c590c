/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* tar and cpio by libarchive, made strict: where it forgives, we do not. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "archive/archive.h"
#include "base/arena.h"
#include "base/macros.h"
#include "base/strbuf.h"

#define PATH_LONGEST 4096u
/* A multiple of tar's block: then what lies behind the end mark is always within one chunk. */
#define CHUNK (256u * 1024)
/* libarchive believes a cpio header that a name has 4 GiB, and gathers it all. No honest header is as
 * long as this together with the chunks that it may begin and end in. */
#define LOOK_AHEAD_LONGEST (4u * 1024 * 1024)

struct payload {
	const struct payload_ops *ops; /* NULL: libarchive's */
	void *other;                   /* state of ops */
	struct archive *a;
	struct stream *src;
	const char *format;
	struct payload_limits limits;
	uint64_t entries, total;
	uint64_t size;      /* of the current entry */
	struct strbuf path; /* of the current entry, for messages */
	char *chunk;
	size_t chunk_n;     /* bytes of it that were read */
	uint64_t given;     /* bytes handed to libarchive */
	struct err src_err; /* what the stream said, behind libarchive's back */
	int state;          /* 0 reading, 1 at the end, negative failed */
};

/* Bytes that libarchive has taken in, as opposed to looked at. */
static uint64_t position(const struct payload *p)
{
	return (uint64_t)archive_filter_bytes(p->a, 0);
}

/* Reads the next chunk, a whole one unless the stream ends. False when the stream failed. */
static bool fill_chunk(struct payload *p)
{
	p->chunk_n = 0;
	while (p->chunk_n < CHUNK) {
		ssize_t r =
			stream_read(p->src, p->chunk + p->chunk_n, CHUNK - p->chunk_n, &p->src_err);

		if (r < 0)
			p->src_err.code = (int)r;
		if (r <= 0)
			return r == 0;
		p->chunk_n += (size_t)r;
	}
	return true;
}

static la_ssize_t read_callback(struct archive *a, void *arg, const void **ret)
{
	struct payload *p = arg;

	if (p->given - position(p) > LOOK_AHEAD_LONGEST) {
		archive_set_error(a, ENOMEM, "a name or header longer than 4 MiB");
		return ARCHIVE_FATAL;
	}
	if (!fill_chunk(p)) {
		archive_set_error(a, EIO, "reading failed");
		return ARCHIVE_FATAL;
	}
	p->given += p->chunk_n;
	*ret = p->chunk;
	return (la_ssize_t)p->chunk_n;
}

static int fail(struct payload *p, struct err *e, int code, const char *what)
{
	const char *format = p->format ? p->format : "package";

	(void)err_set(e, code, "%s archive: %s", format, what);
	if (p->path.n > 0)
		(void)err_wrap(e, "at or behind entry '" SV_FMT "'", SV_ARG(strbuf_sv(&p->path)));
	p->state = code;
	return code;
}

/* Our stream's own words, when it was the one that failed; else libarchive's. */
static int fail_archive(struct payload *p, struct err *e)
{
	const char *why;

	if (p->src_err.code < 0) {
		*e = p->src_err;
		p->state = e->code;
		return e->code;
	}
	why = archive_error_string(p->a);
	(void)err_set(e, E_FORMAT, "malformed %s archive near offset %llu: %s", p->format,
		      (unsigned long long)position(p), why ? why : "no reason given");
	if (p->path.n > 0)
		(void)err_wrap(e, "at or behind entry '" SV_FMT "'", SV_ARG(strbuf_sv(&p->path)));
	p->state = E_FORMAT;
	return E_FORMAT;
}

/*
 * pax headers say that their names are UTF-8. Without a locale libarchive cannot convert them, warns,
 * and keeps the bytes, which is just what is wanted. Every other warning means that something was
 * ignored.
 */
static bool is_harmless(struct payload *p)
{
	const char *why = archive_error_string(p->a);

	return why && strstr(why, "can't be converted from");
}

/* Reads what is left, which must be zeros: so a checksum at the end of the stream is proved, too. */
static int finish(struct payload *p, struct err *e)
{
	uint64_t left = p->given - position(p);
	size_t n = (size_t)MIN(left, (uint64_t)p->chunk_n);
	size_t at = p->chunk_n - n;

	do {
		for (; at < p->chunk_n; at++)
			if (p->chunk[at] != '\0')
				return fail(p, e, E_FORMAT,
					    "there is something behind its end mark");
		at = 0;
		if (!fill_chunk(p))
			return fail_archive(p, e);
	} while (p->chunk_n > 0);
	p->state = 1;
	return 0;
}

static int next_header(struct payload *p, struct archive_entry **ret, struct err *e)
{
	uint64_t before;
	int r;

	/* Skipping first, so that what the next call takes in is header or end mark alone. */
	r = p->entries > 0 ? archive_read_data_skip(p->a) : ARCHIVE_OK;
	if (r != ARCHIVE_OK && r != ARCHIVE_EOF)
		return fail_archive(p, e);
	before = position(p);
	r = archive_read_next_header(p->a, ret);
	if (r == ARCHIVE_EOF) {
		if (p->src_err.code < 0)
			return fail_archive(p, e);
		/* libarchive takes the end of the bytes for the end of the archive. */
		if (position(p) == before)
			return fail(p, e, E_FORMAT, "truncated: it has no end mark");
		return finish(p, e);
	}
	if (r == ARCHIVE_OK || (r == ARCHIVE_WARN && is_harmless(p)))
		return 1;
	return fail_archive(p, e);
}

static int entry_type(struct payload *p, struct archive_entry *ae, struct payload_entry *ret,
		      struct err *e)
{
	static const struct {
		mode_t type;
		enum payload_type ours;
	} types[] = {
		{ AE_IFREG, PAYLOAD_FILE },    { AE_IFDIR, PAYLOAD_DIR },
		{ AE_IFLNK, PAYLOAD_SYMLINK }, { AE_IFCHR, PAYLOAD_CHAR },
		{ AE_IFBLK, PAYLOAD_BLOCK },   { AE_IFIFO, PAYLOAD_FIFO },
	};

	if (archive_entry_hardlink(ae)) {
		ret->type = PAYLOAD_HARDLINK;
		ret->linkname = sv_from(archive_entry_hardlink(ae));
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (archive_entry_filetype(ae) != types[i].type)
			continue;
		ret->type = types[i].ours;
		if (ret->type == PAYLOAD_SYMLINK)
			ret->linkname = sv_from(archive_entry_symlink(ae));
		return 0;
	}
	return fail(p, e, E_FORMAT, "an entry of a type that has no place in a package");
}

static int entry_sizes(struct payload *p, struct archive_entry *ae, struct payload_entry *ret,
		       struct err *e)
{
	int64_t size = archive_entry_size_is_set(ae) ? archive_entry_size(ae) : 0;
	int64_t uid = archive_entry_uid(ae), gid = archive_entry_gid(ae);

	if (size < 0)
		return fail(p, e, E_FORMAT, "an entry of negative size");
	if (uid < 0 || uid >= UINT32_MAX || gid < 0 || gid >= UINT32_MAX)
		return fail(p, e, E_FORMAT, "an owner number that is out of range");
	/* cpio counts a link's target as content, which it is not here. */
	ret->size = ret->type == PAYLOAD_FILE || ret->type == PAYLOAD_HARDLINK ? (uint64_t)size : 0;
	ret->uid = (uint32_t)uid;
	ret->gid = (uint32_t)gid;
	if (ret->size > p->limits.file_size)
		return fail(p, e, E_LIMIT, "an entry is larger than allowed");
	if (ret->size > p->limits.total_size - p->total)
		return fail(p, e, E_LIMIT, "its content is larger than allowed");
	p->total += ret->size;
	return 0;
}

static int fill_entry(struct payload *p, struct archive_entry *ae, struct payload_entry *ret,
		      struct err *e)
{
	int r;

	*ret = (struct payload_entry){
		.path = sv_from(archive_entry_pathname(ae)),
		.mode = (uint32_t)archive_entry_perm(ae) & 07777,
		.uname = sv_from(archive_entry_uname(ae)),
		.gname = sv_from(archive_entry_gname(ae)),
		.mtime = archive_entry_mtime(ae),
		.dev_major = (uint32_t)archive_entry_rdevmajor(ae),
		.dev_minor = (uint32_t)archive_entry_rdevminor(ae),
		.xattrs_dropped = archive_entry_xattr_count(ae) > 0 ||
				  archive_entry_acl_types(ae) != 0,
	};
	if (ret->path.n == 0)
		return fail(p, e, E_FORMAT, "an entry without a name");
	if (ret->path.n > PATH_LONGEST)
		return fail(p, e, E_LIMIT, "a path longer than 4096 bytes");
	strbuf_clear(&p->path);
	strbuf_add(&p->path, ret->path);
	r = entry_type(p, ae, ret, e);
	if (r < 0)
		return r;
	if (ret->linkname.n > PATH_LONGEST)
		return fail(p, e, E_LIMIT, "a link target longer than 4096 bytes");
	if ((ret->type == PAYLOAD_SYMLINK || ret->type == PAYLOAD_HARDLINK) && ret->linkname.n == 0)
		return fail(p, e, E_FORMAT, "a link without a target");
	return entry_sizes(p, ae, ret, e);
}

static int payload_open(struct stream *take, int (*format)(struct archive *), const char *name,
			struct payload **ret, struct err *e)
{
	_cleanup_(payload_freep) struct payload *p = xcalloc(1, sizeof(*p));

	p->src = take;
	p->format = name;
	p->src_err = ERR_INIT;
	p->chunk = xmalloc(CHUNK);
	p->a = archive_read_new();
	if (!p->a)
		return err_set(e, E_FAIL, "no memory to read a %s archive", name);
	if (format(p->a) != ARCHIVE_OK ||
	    archive_read_open(p->a, p, NULL, read_callback, NULL) != ARCHIVE_OK)
		return fail_archive(p, e);
	*ret = TAKE_PTR(p);
	return 0;
}

static struct payload_limits with_defaults(const struct payload_limits *l)
{
	struct payload_limits out = l ? *l : (struct payload_limits){ 0 };

	if (out.entries == 0)
		out.entries = 1000000;
	if (out.file_size == 0)
		out.file_size = (uint64_t)4 << 30;
	if (out.total_size == 0)
		out.total_size = (uint64_t)64 << 30;
	return out;
}

int payload_open_tar(struct stream *take, const struct payload_limits *limits, struct payload **ret,
		     struct err *e)
{
	int r = payload_open(take, archive_read_support_format_tar, "tar", ret, e);

	if (r >= 0)
		(*ret)->limits = with_defaults(limits);
	return r;
}

int payload_open_cpio(struct stream *take, const struct payload_limits *limits,
		      struct payload **ret, struct err *e)
{
	int r = payload_open(take, archive_read_support_format_cpio, "cpio", ret, e);

	if (r >= 0)
		(*ret)->limits = with_defaults(limits);
	return r;
}

struct payload *payload_from(const struct payload_ops *ops, void *take)
{
	struct payload *p = xcalloc(1, sizeof(*p));

	p->ops = ops;
	p->other = take;
	return p;
}

static int next_elsewhere(struct payload *p, struct payload_entry *ret, struct err *e)
{
	int r = p->ops->next(p->other, ret, e);

	if (r > 0)
		p->size = ret->size;
	else
		p->state = r == 0 ? 1 : r;
	return r;
}

int payload_next(struct payload *p, struct payload_entry *ret, struct err *e)
{
	struct archive_entry *ae = NULL;
	struct payload_entry entry;
	int r;

	if (p->state == 1)
		return 0;
	ASSERT(p->state == 0);
	if (p->ops)
		return next_elsewhere(p, ret, e);
	r = next_header(p, &ae, e);
	if (r <= 0)
		return r;
	if (p->entries++ >= p->limits.entries)
		return fail(p, e, E_LIMIT, "it has more entries than allowed");
	r = fill_entry(p, ae, &entry, e);
	if (r < 0)
		return r;
	p->size = entry.size;
	*ret = entry;
	return 1;
}

ssize_t payload_read_data(struct payload *p, void *buf, size_t n, struct err *e)
{
	la_ssize_t r;

	ASSERT(p->state == 0 && n > 0);
	if (p->ops) {
		ssize_t k = p->ops->read(p->other, buf, n, e);

		if (k < 0)
			p->state = (int)k;
		return k;
	}
	r = archive_read_data(p->a, buf, n);
	return r < 0 ? fail_archive(p, e) : r;
}

int payload_read_file(struct payload *p, char **ret, size_t *ret_n, struct err *e)
{
	_cleanup_free_ char *buf = NULL;
	size_t size, n = 0;

	if (p->size > PTRDIFF_MAX - 1)
		return fail(p, e, E_LIMIT, "an entry is larger than memory");
	size = (size_t)p->size;
	buf = xmalloc(size + 1);
	/* One byte more is asked for: content that goes on behind its size is malformed. */
	for (;;) {
		ssize_t r = payload_read_data(p, buf + n, size + 1 - n, e);

		if (r < 0)
			return (int)r;
		if (r == 0)
			break;
		n += (size_t)r;
		if (n > size)
			return fail(p, e, E_FORMAT, "an entry is longer than its header says");
	}
	if (n < size)
		return fail(p, e, E_FORMAT, "an entry is shorter than its header says");
	buf[n] = '\0';
	*ret = TAKE_PTR(buf);
	*ret_n = n;
	return 0;
}

void payload_free(struct payload *p)
{
	if (!p)
		return;
	if (p->ops)
		p->ops->free(p->other);
	if (p->a)
		(void)archive_read_free(p->a);
	stream_close(p->src);
	strbuf_done(&p->path);
	free(p->chunk);
	free(p);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repo/rpm/rpm_payload.h"

#include <sys/stat.h>

#include "base/map.h"
#include "repo/rpm/rpm.h"
#include "repo/rpm/rpm_tags.h"

#define NONE UINT32_MAX

enum { UNSEEN, WAITING, DONE };

struct reader {
	struct rpm_opened o;
	const struct rpm_package *p; /* &o.package */
	struct stream *src;
	uint64_t at;    /* bytes of the archive taken */
	uint64_t left;  /* of the current entry's content */
	uint64_t total; /* content so far */
	struct map by_path;
	bool indexed;   /* by_path is filled */
	bool ended;     /* the end mark was read */
	uint8_t *state; /* by file; WAITING: a link whose content is still to come */
	/* Regular files that share an inode, in the order of the header. */
	uint32_t *first, *next; /* by file: the first of its set, the next of it or NONE */
	uint32_t *content;      /* by the first of a set: the file that had the content, or NONE */
	uint32_t flush;         /* member of a set to look at for links that wait, or NONE */
	uint32_t tail;          /* files that were looked at behind the end */
	struct strbuf path, link;
};

/* ---- hard links ------------------------------------------------------------------------------------ */

struct inode {
	uint64_t device, inode;
	uint32_t file;
};

static int inode_cmp(const void *pa, const void *pb)
{
	const struct inode *a = pa, *b = pb;

	if (a->device != b->device)
		return a->device < b->device ? -1 : 1;
	if (a->inode != b->inode)
		return a->inode < b->inode ? -1 : 1;
	return a->file < b->file ? -1 : a->file > b->file;
}

static bool is_ghost(const struct rpm_fileinfo *f)
{
	return f->flags & RPMFILE_GHOST;
}

static void find_links(struct reader *r)
{
	const struct rpm_file_lists *files = &r->p->files;
	struct inode *list = arena_new_array(&r->o.arena, struct inode, files->n + 1);
	struct rpm_fileinfo info;
	uint32_t n = 0;

	for (uint32_t i = 0; i < files->n; i++) {
		r->first[i] = i;
		r->next[i] = r->content[i] = NONE;
		rpm_package_file(r->p, i, &info);
		if (i < files->inodes.n && i < files->devices.n && S_ISREG(info.mode) &&
		    !is_ghost(&info))
			list[n++] = (struct inode){ rpm_number(&files->devices, i),
						    rpm_number(&files->inodes, i), i };
	}
	if (n > 1)
		qsort(list, n, sizeof(*list), inode_cmp);
	for (uint32_t k = 1; k < n; k++) {
		if (list[k].device != list[k - 1].device || list[k].inode != list[k - 1].inode)
			continue;
		r->first[list[k].file] = r->first[list[k - 1].file];
		r->next[list[k - 1].file] = list[k].file;
	}
}

static bool has_links(const struct reader *r, uint32_t file)
{
	return r->first[file] != file || r->next[file] != NONE;
}

/* ---- the archive ----------------------------------------------------------------------------------- */

static int fail(const struct reader *r, const char *why, struct err *e)
{
	return err_set(e, E_FORMAT, "payload at offset %llu: %s", (unsigned long long)r->at, why);
}

static int fail_file(struct reader *r, uint32_t file, int code, const char *why, struct err *e)
{
	struct sv path;

	strbuf_clear(&r->path);
	rpm_package_path(r->p, file, &r->path);
	path = strbuf_sv(&r->path);
	return err_set(e, code, "payload at offset %llu: file '" SV_FMT "': %s",
		       (unsigned long long)r->at, SV_ARG(path), why);
}

static int take(struct reader *r, void *buf, size_t n, struct err *e)
{
	int k = stream_read_full(r->src, buf, n, e);

	if (k < 0)
		return err_wrap(e, "payload at offset %llu", (unsigned long long)r->at);
	r->at += n;
	return 0;
}

/* Zeros up to the next multiple of four. */
static int take_padding(struct reader *r, struct err *e)
{
	char pad[4];
	size_t n = (4 - r->at % 4) % 4;

	return n ? take(r, pad, n, e) : 0;
}

static int skip_content(struct reader *r, struct err *e)
{
	char buf[16384];

	while (r->left) {
		size_t n = (size_t)MIN(r->left, (uint64_t)sizeof(buf));
		int k = take(r, buf, n, e);

		if (k < 0)
			return k;
		r->left -= n;
	}
	return take_padding(r, e);
}

static int take_hex(const struct reader *r, const char *text, uint32_t *ret, struct err *e)
{
	uint32_t v = 0;

	for (int i = 0; i < 8; i++) {
		char c = ascii_tolower(text[i]);

		if (!ascii_isdigit(c) && (c < 'a' || c > 'f'))
			return fail(r, "a number that is not hexadecimal", e);
		v = v << 4 | (uint32_t)(ascii_isdigit(c) ? c - '0' : c - 'a' + 10);
	}
	*ret = v;
	return 0;
}

/* An entry as the archive tells it. */
struct entry {
	uint32_t file; /* of the header; NONE: the end mark */
	uint32_t mode;
	bool sized; /* mode and size are told */
	uint64_t size;
};

static struct sv plain_path(struct sv path)
{
	if (sv_starts(path, SV("./")))
		path = sv_from_pos(path, 1);
	while (sv_skip(&path, SV("/")))
		continue;
	return path;
}

static int index_paths(struct reader *r, struct err *e)
{
	for (uint32_t i = 0; i < r->p->files.n; i++) {
		struct sv key;

		strbuf_clear(&r->path);
		rpm_package_path(r->p, i, &r->path);
		key = plain_path(strbuf_sv(&r->path));
		if (!map_put(&r->by_path, arena_sv(&r->o.arena, key), i))
			return fail_file(r, i, E_FORMAT, "the header lists it twice", e);
	}
	r->indexed = true;
	return 0;
}

static int take_name(struct reader *r, uint32_t n, struct entry *ret, struct err *e)
{
	char name[RPM_PATH_MAX + 8];
	struct sv path;
	int k;

	if (n < 2 || n > sizeof(name))
		return fail(r, "a name that is empty or too long", e);
	k = take(r, name, n, e);
	if (k == 0)
		k = take_padding(r, e);
	if (k == 0 && !r->indexed)
		k = index_paths(r, e);
	if (k < 0)
		return k;
	if (name[n - 1] != '\0' || memchr(name, '\0', n - 1))
		return fail(r, "a name that does not end where it should", e);
	path = sv_of(name, n - 1);
	if (sv_eq(path, SV("TRAILER!!!")) && ret->size == 0) {
		ret->file = NONE;
		return 0;
	}
	if (!map_get(&r->by_path, plain_path(path), &ret->file))
		return err_set(e, E_FORMAT,
			       "payload at offset %llu: file '" SV_FMT "' is not in the header",
			       (unsigned long long)r->at, SV_ARG(path));
	return 0;
}

/* Behind the magic: 13 numbers. Owners, times and devices are the header's to say. */
static int take_newc(struct reader *r, const char *first8, struct entry *ret, struct err *e)
{
	enum { MODE = 1, SIZE = 6, NAME_SIZE = 11, FIELDS = 13 };
	char text[FIELDS * 8];
	uint32_t v[FIELDS];
	int k;

	memcpy(text, first8, 8);
	k = take(r, text + 8, sizeof(text) - 8, e);
	for (int i = 0; i < FIELDS && k == 0; i++)
		k = take_hex(r, text + (ptrdiff_t)i * 8, &v[i], e);
	if (k < 0)
		return k;
	ret->mode = v[MODE];
	ret->size = v[SIZE];
	ret->sized = true;
	return take_name(r, v[NAME_SIZE], ret, e);
}

static int take_entry(struct reader *r, struct entry *ret, struct err *e)
{
	char head[14]; /* magic and the first number */
	int k = skip_content(r, e);

	if (k == 0)
		k = take(r, head, sizeof(head), e);
	if (k < 0)
		return k;
	*ret = (struct entry){ .file = NONE };
	if (memcmp(head, "070701", 6) == 0 || memcmp(head, "070702", 6) == 0)
		return take_newc(r, head + 6, ret, e);
	if (memcmp(head, "07070X", 6) != 0)
		return fail(r, "not an entry of cpio, newc or stripped", e);
	k = take_hex(r, head + 6, &ret->file, e);
	if (k == 0)
		k = take_padding(r, e);
	if (k < 0)
		return k;
	if (ret->file >= r->p->files.n)
		return fail(r, "a file number that the header does not have", e);
	return 0;
}

/* Behind the end mark: nothing but zeros. Reading on proves the stream's own checksum. */
static int finish(struct reader *r, struct err *e)
{
	char buf[4096];
	ssize_t n;

	r->ended = true;
	while ((n = stream_read(r->src, buf, sizeof(buf), e)) > 0) {
		for (ssize_t i = 0; i < n; i++)
			if (buf[i] != '\0')
				return fail(r, "something behind its end mark", e);
		r->at += (uint64_t)n;
	}
	if (n < 0)
		return err_wrap(e, "payload at offset %llu", (unsigned long long)r->at);
	for (uint32_t i = 0; i < r->p->files.n; i++)
		if (r->state[i] == WAITING)
			return fail_file(r, i, E_FORMAT, "a hard link without its content", e);
	return 0;
}

/* ---- entries --------------------------------------------------------------------------------------- */

static int entry_type(uint32_t mode, enum payload_type *ret)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		*ret = PAYLOAD_FILE;
		return 1;
	case S_IFDIR:
		*ret = PAYLOAD_DIR;
		return 1;
	case S_IFLNK:
		*ret = PAYLOAD_SYMLINK;
		return 1;
	case S_IFCHR:
		*ret = PAYLOAD_CHAR;
		return 1;
	case S_IFBLK:
		*ret = PAYLOAD_BLOCK;
		return 1;
	case S_IFIFO:
		*ret = PAYLOAD_FIFO;
		return 1;
	default:
		return 0;
	}
}

/* Everything but type, link and size. */
static void describe(struct reader *r, uint32_t file, const struct rpm_fileinfo *f,
		     struct payload_entry *ret)
{
	strbuf_clear(&r->path);
	rpm_package_path(r->p, file, &r->path);
	*ret = (struct payload_entry){
		.path = strbuf_sv(&r->path),
		.mode = f->mode & 07777,
		.uname = f->user,
		.gname = f->group,
		.mtime = f->mtime,
		.dev_major = f->dev_major,
		.dev_minor = f->dev_minor,
		.xattrs_dropped = f->caps.n > 0 || (r->p->files.signed_files && S_ISREG(f->mode)),
	};
}

static int emit_link(struct reader *r, uint32_t file, struct payload_entry *ret)
{
	struct rpm_fileinfo f;

	rpm_package_file(r->p, file, &f);
	describe(r, file, &f, ret);
	strbuf_clear(&r->link);
	rpm_package_path(r->p, r->content[r->first[file]], &r->link);
	ret->type = PAYLOAD_HARDLINK;
	ret->linkname = strbuf_sv(&r->link);
	r->state[file] = DONE;
	return 1;
}

/* What the archive must have of a file. */
static uint64_t content_size(const struct reader *r, uint32_t file, const struct rpm_fileinfo *f)
{
	if (S_ISLNK(f->mode))
		return f->link.n;
	if (!S_ISREG(f->mode))
		return 0;
	/* stripped: the content comes with the last name */
	return has_links(r, file) && r->next[file] != NONE ? 0 : f->size;
}

static int check_entry(struct reader *r, const struct entry *x, const struct rpm_fileinfo *f,
		       struct err *e)
{
	uint64_t whole = S_ISLNK(f->mode) ? f->link.n : S_ISREG(f->mode) ? f->size : 0;

	if (r->state[x->file] != UNSEEN)
		return fail_file(r, x->file, E_FORMAT, "it is there twice", e);
	if (!x->sized)
		return 0;
	if ((x->mode & S_IFMT) != (f->mode & S_IFMT))
		return fail_file(r, x->file, E_FORMAT, "the header says that it is of another type",
				 e);
	if (x->size != whole && !(x->size == 0 && has_links(r, x->file)))
		return fail_file(r, x->file, E_FORMAT, "the header says that it has another size",
				 e);
	return 0;
}

/* A symlink's target is told twice; it must be the same. */
static int take_target(struct reader *r, uint32_t file, const struct rpm_fileinfo *f, struct err *e)
{
	char target[RPM_PATH_MAX];
	int k;

	if (f->link.n == 0)
		return fail_file(r, file, E_FORMAT, "a link without a target", e);
	if (f->link.n > sizeof(target))
		return fail_file(r, file, E_FORMAT, "a link target longer than 4096 bytes", e);
	k = take(r, target, f->link.n, e);
	if (k < 0)
		return k;
	r->left = 0;
	return sv_eq(sv_of(target, f->link.n), f->link)
		       ? 0
		       : fail_file(r, file, E_FORMAT, "the header says another target", e);
}

/* A link whose content has not come yet is put off: 0. */
static int emit_entry(struct reader *r, const struct entry *x, struct payload_entry *ret,
		      struct err *e)
{
	struct rpm_fileinfo f;
	enum payload_type type;
	uint32_t set = r->first[x->file];
	int k;

	rpm_package_file(r->p, x->file, &f);
	k = check_entry(r, x, &f, e);
	if (k < 0)
		return k;
	if (!entry_type(f.mode, &type))
		return fail_file(r, x->file, E_FORMAT, "of a type that has no place in a package",
				 e);
	r->left = x->sized ? x->size : content_size(r, x->file, &f);
	if (type == PAYLOAD_FILE && r->left < f.size) {
		if (r->content[set] != NONE)
			return emit_link(r, x->file, ret);
		r->state[x->file] = WAITING;
		return 0;
	}
	r->state[x->file] = DONE;
	if (r->left > UINT32_MAX)
		return fail_file(r, x->file, E_LIMIT, "larger than 4 GiB, which no initrd holds",
				 e);
	if (r->left > RPM_CONTENT_MAX - r->total)
		return err_set(e, E_LIMIT, "payload: its content is larger than %llu bytes",
			       (unsigned long long)RPM_CONTENT_MAX);
	r->total += r->left;
	describe(r, x->file, &f, ret);
	ret->type = type;
	if (type == PAYLOAD_SYMLINK) {
		ret->linkname = f.link;
		k = take_target(r, x->file, &f, e);
	}
	if (type == PAYLOAD_FILE) {
		ret->size = f.size;
		r->content[set] = x->file;
		r->flush = set;
	}
	return k < 0 ? k : 1;
}

/* Links that waited for the content that has just been read. */
static int emit_waiting(struct reader *r, struct payload_entry *ret)
{
	while (r->flush != NONE) {
		uint32_t file = r->flush;

		r->flush = r->next[file];
		if (r->state[file] == WAITING)
			return emit_link(r, file, ret);
	}
	return 0;
}

/* What is in the header only. */
static int emit_tail(struct reader *r, struct payload_entry *ret, struct err *e)
{
	while (r->tail < r->p->files.n) {
		uint32_t file = r->tail++;
		struct rpm_fileinfo f;

		if (r->state[file] != UNSEEN)
			continue;
		rpm_package_file(r->p, file, &f);
		if (!is_ghost(&f))
			return fail_file(r, file, E_FORMAT, "it is missing", e);
		if (!S_ISDIR(f.mode))
			continue;
		describe(r, file, &f, ret);
		ret->type = PAYLOAD_DIR;
		return 1;
	}
	return 0;
}

static int reader_next(void *state, struct payload_entry *ret, struct err *e)
{
	struct reader *r = state;
	int k = 0;

	if (r->flush != NONE) {
		k = skip_content(r, e);
		if (k == 0)
			k = emit_waiting(r, ret);
	}
	while (k == 0 && !r->ended) {
		struct entry x;

		k = take_entry(r, &x, e);
		if (k == 0 && x.file == NONE)
			k = finish(r, e);
		else if (k == 0)
			k = emit_entry(r, &x, ret, e);
	}
	return k ? k : emit_tail(r, ret, e);
}

static ssize_t reader_read(void *state, void *buf, size_t n, struct err *e)
{
	struct reader *r = state;
	ssize_t k;

	if (r->left == 0)
		return 0;
	k = stream_read(r->src, buf, (size_t)MIN(r->left, (uint64_t)n), e);
	if (k == 0)
		k = fail(r, "it ends within a file", e);
	if (k < 0)
		return k;
	r->left -= (uint64_t)k;
	r->at += (uint64_t)k;
	return k;
}

static void reader_free(void *state)
{
	struct reader *r = state;

	if (!r)
		return;
	stream_close(r->src);
	map_done(&r->by_path);
	rpm_opened_done(&r->o);
	strbuf_done(&r->path);
	strbuf_done(&r->link);
	free(r);
}

/* ---- opening --------------------------------------------------------------------------------------- */

static int find_codec(const struct rpm_file *f, enum codec_kind *ret, struct err *e)
{
	struct sv name, format;
	int r = rpm_header_text(&f->header, RPMTAG_PAYLOADFORMAT, &format, e);

	if (r >= 0)
		r = rpm_header_text(&f->header, RPMTAG_PAYLOADCOMPRESSOR, &name, e);
	if (r < 0)
		return r;
	if (format.n && !sv_eq(format, SV("cpio")))
		return err_set(e, E_FORMAT, "payload of format '" SV_FMT "', not cpio",
			       SV_ARG(format));
	if (name.n == 0) /* packages that are not compressed, and those of rpm 2 */
		*ret = codec_by_magic(f->payload);
	else if (!codec_by_name(name, ret))
		return err_set(e, E_FORMAT, "unknown compression '" SV_FMT "' of the payload",
			       SV_ARG(name));
	return 0;
}

int rpm_payload_open(struct sv bytes, unsigned threads, struct codec_ctx *reuse,
		     struct payload **ret, struct err *e)
{
	static const struct payload_ops ops = { reader_next, reader_read, reader_free };
	struct reader *r = xcalloc(1, sizeof(*r));
	enum codec_kind kind = CODEC_NONE;
	uint32_t n;
	int k = rpm_open(bytes, &r->o, e);

	if (k == 0)
		k = find_codec(&r->o.file, &kind, e);
	if (k == 0)
		k = codec_decode_stream(kind, r->o.file.payload, threads, reuse, &r->src, e);
	if (k < 0) {
		reader_free(r);
		return k;
	}
	r->p = &r->o.package;
	r->flush = NONE;
	n = r->p->files.n;
	r->state = arena_new_array(&r->o.arena, uint8_t, n + 1);
	r->first = arena_new_array(&r->o.arena, uint32_t, n + 1);
	r->next = arena_new_array(&r->o.arena, uint32_t, n + 1);
	r->content = arena_new_array(&r->o.arena, uint32_t, n + 1);
	find_links(r);
	*ret = payload_from(&ops, r);
	return 0;
}

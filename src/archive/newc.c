/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "archive/newc.h"

#include <string.h>
#include <sys/stat.h>

#include "base/macros.h"

#define TRAILER "TRAILER!!!"
#define MAGIC "070701"     /* newc */
#define MAGIC_SUM "070702" /* the same with a sum of the content's bytes */
#define FIELDS 13u
#define HEADER (6u + 8u * FIELDS)
#define PATH_LONGEST 4096u /* with the NUL: Linux skips entries beyond it */

enum field {
	F_INO,
	F_MODE,
	F_UID,
	F_GID,
	F_NLINK,
	F_MTIME,
	F_SIZE,
	F_DEV_MAJOR,
	F_DEV_MINOR,
	F_RDEV_MAJOR,
	F_RDEV_MINOR,
	F_NAME_SIZE,
	F_SUM,
};

static int emit(struct newc_writer *w, const void *p, size_t n, struct err *e)
{
	int r = n > 0 ? w->write(w->arg, p, n, e) : 0;

	if (r < 0)
		return r;
	w->offset += n;
	return 0;
}

int newc_write_padding(struct newc_writer *w, unsigned align, struct err *e)
{
	static const char zeros[512];

	ASSERT(w->data_left == 0 && align > 0 && (align & (align - 1)) == 0);
	while (w->offset & (align - 1)) {
		size_t n = (size_t)(align - (w->offset & (align - 1)));
		int r = emit(w, zeros, MIN(n, sizeof(zeros)), e);

		if (r < 0)
			return r;
	}
	return 0;
}

static int write_header(struct newc_writer *w, const struct newc_entry *n, struct err *e)
{
	const uint32_t fields[FIELDS] = {
		[F_INO] = n->ino,
		[F_MODE] = n->mode,
		[F_UID] = n->uid,
		[F_GID] = n->gid,
		[F_NLINK] = n->nlink,
		[F_MTIME] = n->mtime,
		[F_SIZE] = (uint32_t)n->size,
		[F_DEV_MAJOR] = n->dev_major,
		[F_DEV_MINOR] = n->dev_minor,
		[F_RDEV_MAJOR] = n->rdev_major,
		[F_RDEV_MINOR] = n->rdev_minor,
		[F_NAME_SIZE] = (uint32_t)n->path.n + 1,
	};
	static const char digits[] = "0123456789ABCDEF";
	char text[HEADER + PATH_LONGEST];
	char *p = text + 6;
	int r;

	memcpy(text, MAGIC, 6);
	for (size_t i = 0; i < FIELDS; i++)
		for (int shift = 28; shift >= 0; shift -= 4)
			*p++ = digits[fields[i] >> shift & 15];
	memcpy(p, n->path.p, n->path.n);
	p[n->path.n] = '\0';
	r = newc_write_padding(w, 4, e);
	if (r < 0)
		return r;
	r = emit(w, text, HEADER + n->path.n + 1, e);
	if (r < 0)
		return r;
	return newc_write_padding(w, 4, e);
}

int newc_write_header(struct newc_writer *w, const struct newc_entry *entry, struct err *e)
{
	int r;

	if (entry->path.n == 0 || entry->path.n >= PATH_LONGEST || sv_chr(entry->path, '\0') >= 0)
		return err_set(e, E_LIMIT, "path of %zu bytes does not fit into a cpio archive",
			       entry->path.n);
	if (sv_eq(entry->path, SV(TRAILER)))
		return err_set(e, E_FORMAT,
			       "a file named '" TRAILER "' would end the cpio archive");
	if (entry->size > UINT32_MAX)
		return err_set(e, E_LIMIT,
			       "'" SV_FMT
			       "' is too large for a cpio archive: %llu bytes, 4 GiB is the end",
			       SV_ARG(entry->path), (unsigned long long)entry->size);
	r = write_header(w, entry, e);
	if (r < 0)
		return r;
	w->data_left = entry->size;
	return 0;
}

int newc_write_data(struct newc_writer *w, const void *p, size_t n, struct err *e)
{
	int r;

	ASSERT(n <= w->data_left);
	r = emit(w, p, n, e);
	if (r < 0)
		return r;
	w->data_left -= n;
	return w->data_left == 0 ? newc_write_padding(w, 4, e) : 0;
}

int newc_write_entry(struct newc_writer *w, const struct newc_entry *entry, struct sv data,
		     struct err *e)
{
	struct newc_entry n = *entry;
	int r;

	n.size = data.n;
	r = newc_write_header(w, &n, e);
	if (r < 0)
		return r;
	return newc_write_data(w, data.p, data.n, e);
}

int newc_write_trailer(struct newc_writer *w, struct err *e)
{
	return write_header(w, &(struct newc_entry){ .path = SV(TRAILER), .nlink = 1 }, e);
}

static int hex_digit(char c)
{
	c = ascii_tolower(c);
	if (ascii_isdigit(c))
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int read_fields(const struct newc_reader *r, uint32_t fields[FIELDS], struct err *e)
{
	const char *p = r->bytes.p + r->at + 6;

	for (size_t i = 0; i < FIELDS; i++) {
		uint32_t v = 0;

		for (int k = 0; k < 8; k++) {
			int d = hex_digit(*p++);

			if (d < 0)
				return err_set(e, E_FORMAT,
					       "cpio header at offset %zu: not a hex number",
					       r->at);
			v = v << 4 | (uint32_t)d;
		}
		fields[i] = v;
	}
	return 0;
}

/* The name behind the header at r->at. */
static int read_name(const struct newc_reader *r, uint32_t size, struct sv *ret, struct err *e)
{
	struct sv name = sv_head(sv_from_pos(r->bytes, r->at + HEADER), size);

	if (size < 2 || size > PATH_LONGEST)
		return err_set(e, E_FORMAT, "cpio header at offset %zu: name of %u bytes", r->at,
			       size);
	if (name.n < size)
		return err_set(e, E_FORMAT, "cpio archive is truncated: in the name at offset %zu",
			       r->at + HEADER);
	if (sv_chr(name, '\0') != (ptrdiff_t)size - 1)
		return err_set(e, E_FORMAT,
			       "cpio header at offset %zu: its name does not end where it should",
			       r->at);
	name.n--;
	*ret = name;
	return 0;
}

static uint32_t byte_sum(struct sv data)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < data.n; i++)
		sum += (unsigned char)data.p[i];
	return sum;
}

/* The content, which begins at `at` and has the size of the header. */
static int read_content(const struct newc_reader *r, const uint32_t fields[FIELDS], size_t at,
			struct sv *ret, struct err *e)
{
	struct sv data = sv_head(sv_from_pos(r->bytes, at), fields[F_SIZE]);

	if (data.n < fields[F_SIZE])
		return err_set(e, E_FORMAT,
			       "cpio archive is truncated: %zu of %u bytes of content at offset %zu",
			       data.n, fields[F_SIZE], at);
	if (sv_starts(sv_from_pos(r->bytes, r->at), SV(MAGIC_SUM)) && S_ISREG(fields[F_MODE]) &&
	    byte_sum(data) != fields[F_SUM])
		return err_set(e, E_FORMAT, "cpio entry at offset %zu: wrong sum of its content",
			       r->at);
	*ret = data;
	return 0;
}

/* Past zeros, to the next header. 1: one is there; 0: the end, or something that is not newc. */
static int find_header(struct newc_reader *r, struct err *e)
{
	size_t from = r->at;
	struct sv rest;

	while (r->at < r->bytes.n && r->bytes.p[r->at] == '\0')
		r->at++;
	rest = sv_from_pos(r->bytes, r->at);
	if (rest.n == 0)
		return 0;
	if (!sv_starts(rest, SV(MAGIC)) && !sv_starts(rest, SV(MAGIC_SUM))) {
		if (!r->in_archive)
			return 0;
		return err_set(e, E_FORMAT, "no cpio header at offset %zu", r->at);
	}
	/* Within an archive only padding, which is less than 4, may come between. */
	if (r->at % 4 != 0 || (r->in_archive && r->at - from >= 4))
		return err_set(e, E_FORMAT, "misplaced cpio header at offset %zu", r->at);
	if (rest.n < HEADER)
		return err_set(e, E_FORMAT,
			       "cpio archive is truncated: in the header at offset %zu", r->at);
	return 1;
}

static size_t align4(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

int newc_next(struct newc_reader *r, struct newc_entry *ret, struct sv *ret_data, struct err *e)
{
	for (;;) {
		uint32_t f[FIELDS] = { 0 };
		struct sv name, data;
		size_t at;
		int k = find_header(r, e);

		if (k <= 0)
			return k;
		k = read_fields(r, f, e);
		if (k < 0)
			return k;
		k = read_name(r, f[F_NAME_SIZE], &name, e);
		if (k < 0)
			return k;
		at = align4(r->at + HEADER + f[F_NAME_SIZE]);
		k = read_content(r, f, at, &data, e);
		if (k < 0)
			return k;
		r->at = MIN(align4(at + data.n), r->bytes.n);
		r->in_archive = !sv_eq(name, SV(TRAILER));
		if (!r->in_archive) {
			r->trailers++;
			continue;
		}
		*ret = (struct newc_entry){
			.path = name,
			.ino = f[F_INO],
			.mode = f[F_MODE],
			.uid = f[F_UID],
			.gid = f[F_GID],
			.nlink = f[F_NLINK],
			.mtime = f[F_MTIME],
			.size = f[F_SIZE],
			.dev_major = f[F_DEV_MAJOR],
			.dev_minor = f[F_DEV_MINOR],
			.rdev_major = f[F_RDEV_MAJOR],
			.rdev_minor = f[F_RDEV_MINOR],
		};
		*ret_data = data;
		return 1;
	}
}

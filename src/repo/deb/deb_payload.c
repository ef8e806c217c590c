/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* deb(5): an ar archive of debian-binary, control.tar.* and data.tar.*, in this order. */
#include "codec/codec.h"
#include "repo/deb/deb.h"

#define CONTROL_FILE_MAX (16u << 20) /* bytes of one file in control.tar */

struct deb_parts {
	struct ar_member control, data;
};

static int wrap_member(const struct ar_member *m, struct err *e)
{
	return err_wrap(e, "member '" SV_FMT "' at offset %zu", SV_ARG(m->name), m->offset);
}

static int check_version(const struct ar_member *m, struct err *e)
{
	if (!sv_eq(m->name, SV("debian-binary")))
		return err_set(e, E_FORMAT,
			       "not a .deb: first member is '" SV_FMT "', not 'debian-binary'",
			       SV_ARG(m->name));
	if (!sv_starts(m->data, SV("2.")) || sv_chr(m->data, '\n') < 0) {
		struct sv shown = sv_trim(sv_head(m->data, 16));

		return err_set(e, E_FORMAT, "not a .deb of format 2: '" SV_FMT "'", SV_ARG(shown));
	}
	return 0;
}

/* Takes one member; true once both parts are there. */
static int take_member(const struct ar_member *m, struct deb_parts *parts, struct err *e)
{
	if (sv_starts(m->name, SV("_"))) /* deb(5): for others, to be skipped */
		return 0;
	if (sv_starts(m->name, SV("control.tar"))) {
		if (parts->control.name.n)
			return err_set(e, E_FORMAT, "second control member '" SV_FMT "'",
				       SV_ARG(m->name));
		parts->control = *m;
		return 0;
	}
	if (sv_starts(m->name, SV("data.tar"))) {
		if (!parts->control.name.n)
			return err_set(e, E_FORMAT, "'" SV_FMT "' stands before the control member",
				       SV_ARG(m->name));
		parts->data = *m;
		return 0;
	}
	return err_set(e, E_FORMAT, "unknown member '" SV_FMT "'", SV_ARG(m->name));
}

/* What follows data.tar is not looked at, as with dpkg. */
static int find_parts(struct sv bytes, struct deb_parts *ret, struct err *e)
{
	struct deb_parts parts = { .control = { .offset = 0 } };
	struct ar_reader ar;
	struct ar_member m;
	int r = ar_open(bytes, &ar, e);

	if (r < 0)
		return r;
	r = ar_next(&ar, &m, e);
	if (r == 0)
		return err_set(e, E_FORMAT, "not a .deb: archive is empty");
	if (r > 0)
		r = check_version(&m, e);
	while (r >= 0 && !parts.data.name.n) {
		r = ar_next(&ar, &m, e);
		if (r == 0)
			return err_set(e, E_FORMAT, "cut off: no '%s' member",
				       parts.control.name.n ? "data.tar" : "control.tar");
		if (r > 0)
			r = take_member(&m, &parts, e);
	}
	if (r < 0)
		return r;
	*ret = parts;
	return 0;
}

static int open_member(const struct ar_member *m, struct sv base, unsigned threads,
		       struct codec_ctx *reuse, struct payload **ret, struct err *e)
{
	_cleanup_(stream_closep) struct stream *s = NULL;
	struct sv suffix = sv_from_pos(m->name, base.n);
	enum codec_kind kind = codec_by_suffix(m->name);
	int r;

	if (kind == CODEC_NONE && suffix.n)
		return err_set(e, E_FORMAT, "unknown compression '" SV_FMT "'", SV_ARG(suffix));
	r = codec_decode_stream(kind, m->data, threads, reuse, &s, e);
	if (r < 0)
		return r;
	return payload_open_tar(TAKE_PTR(s), NULL, ret, e);
}

int deb_payload_open(struct sv bytes, unsigned threads, struct codec_ctx *reuse,
		     struct payload **ret, struct err *e)
{
	struct deb_parts parts;
	int r = find_parts(bytes, &parts, e);

	if (r < 0)
		return r;
	if (open_member(&parts.data, SV("data.tar"), threads, reuse, ret, e) < 0)
		return wrap_member(&parts.data, e);
	return 0;
}

/* 1 when the payload has a regular file of this name, left as the current entry. */
static int seek_file(struct payload *p, struct sv name, struct err *e)
{
	struct payload_entry entry;
	int r;

	while ((r = payload_next(p, &entry, e)) > 0) {
		struct sv path = entry.path;

		(void)sv_skip(&path, SV("./"));
		if (!sv_eq(path, name))
			continue;
		if (entry.type != PAYLOAD_FILE)
			return err_set(e, E_FORMAT, "'" SV_FMT "' is not a regular file",
				       SV_ARG(name));
		if (entry.size > CONTROL_FILE_MAX)
			return err_set(e, E_LIMIT,
				       "'" SV_FMT "' has %llu bytes, at most %u are accepted",
				       SV_ARG(name), (unsigned long long)entry.size,
				       CONTROL_FILE_MAX);
		return 1;
	}
	return r;
}

static int read_from(const struct ar_member *m, struct sv name, struct fs_data *ret, struct err *e)
{
	_cleanup_(payload_freep) struct payload *p = NULL;
	struct fs_data data;
	int r = open_member(m, SV("control.tar"), 1, NULL, &p, e);

	if (r >= 0)
		r = seek_file(p, name, e);
	if (r == 0)
		return err_set(e, E_NOTFOUND, "no file '" SV_FMT "'", SV_ARG(name));
	if (r > 0)
		r = payload_read_file(p, &data.p, &data.n, e);
	if (r < 0)
		return r;
	*ret = data;
	return 0;
}

int deb_control_file(struct sv bytes, struct sv name, struct fs_data *ret, struct err *e)
{
	struct deb_parts parts;
	int r = find_parts(bytes, &parts, e);

	if (r < 0)
		return r;
	if (read_from(&parts.control, name, ret, e) < 0)
		return wrap_member(&parts.control, e);
	return 0;
}

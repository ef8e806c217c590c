/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "build/unpack.h"

#include <stdlib.h>

#include "archive/archive.h"

/* Above this package size the decoder may use all threads: nothing else is left to run beside it. */
#define PARALLEL_DECODE_MIN (32u << 20)

static void drop_entries(struct unpacked *out)
{
	for (size_t i = 0; i < out->entries.n; i++)
		blob_unref(out->entries.v[i].tree.blob);
	out->entries.n = 0;
}

void unpacked_done(struct unpacked *u)
{
	drop_entries(u);
	vec_done(&u->entries);
	arena_done(&u->arena);
}

/* Of a kernel package: modules, their lists and firmware; with known selection only what it names. */
static bool kernel_wants(const struct build *b, size_t item, struct sv path)
{
	struct sv rest = path;

	if (sv_starts(path, SV("usr/lib/firmware/")))
		return true;
	if (!sv_skip(&rest, SV("usr/lib/modules/")))
		return false;
	for (size_t i = 0; i < b->kernels.n; i++) {
		const struct build_kernel *k = &b->kernels.v[i];

		if (k->item != item || !k->selected)
			continue;
		if (!sv_skip(&rest, k->version) || !sv_skip(&rest, SV("/")))
			return false;
		return sv_starts(rest, SV("modules.")) || map_get(&k->keep, rest, NULL);
	}
	return true;
}

static bool wanted(const struct build *b, size_t item, struct sv path)
{
	return (!b->plan.items.v[item].kernel || kernel_wants(b, item, path)) &&
	       !filter_drops(&b->filter, path);
}

static enum tree_type tree_type_of(enum payload_type type)
{
	switch (type) {
	case PAYLOAD_FILE:
	case PAYLOAD_HARDLINK:
		return TREE_FILE;
	case PAYLOAD_DIR:
		return TREE_DIR;
	case PAYLOAD_SYMLINK:
		return TREE_SYMLINK;
	case PAYLOAD_CHAR:
		return TREE_CHAR;
	case PAYLOAD_BLOCK:
		return TREE_BLOCK;
	case PAYLOAD_FIFO:
		return TREE_FIFO;
	}
	BUG("unknown payload type");
}

struct unpacker {
	const struct build *b;
	size_t item;
	struct payload *payload;
	struct unpacked *out;
	struct strbuf path; /* cleaned path of the current entry */
	/* Files that are dropped themselves but whose content a kept hard link needs; found in a first
	 * pass, their blobs collected in a second one. Values index `orphans`. */
	struct map orphan_of;
	VEC(struct blob *) orphans;
};

static int clean_path(struct unpacker *x, struct sv raw, struct sv *ret, struct err *e)
{
	char buf[4200];
	int r = tree_path_clean(raw, &x->path, e);

	if (r < 0)
		return err_wrap(e, "entry '" SV_FMT "'", SV_ARG(raw));

	struct sv canonical =
		filter_canonical(&x->b->filter, strbuf_sv(&x->path), buf, sizeof(buf));

	*ret = arena_sv(&x->out->arena, canonical);
	return 0;
}

static int take_content(struct unpacker *x, const struct payload_entry *p, struct tree_entry *t,
			struct err *e)
{
	_cleanup_free_ char *data = NULL;
	size_t n = 0;
	int r;

	if (p->type == PAYLOAD_SYMLINK) {
		t->target = arena_sv(&x->out->arena, p->linkname);
		return 0;
	}
	if (p->type != PAYLOAD_FILE)
		return 0;
	r = payload_read_file(x->payload, &data, &n, e);
	if (r < 0)
		return err_wrap(e, "entry '" SV_FMT "'", SV_ARG(p->path));
	t->blob = blob_new_take(TAKE_PTR(data), n);
	return 0;
}

/* A link to a dropped file becomes a file of its own, once the content is known. */
static int take_hardlink(struct unpacker *x, const struct payload_entry *p,
			 struct unpacked_entry *entry, struct err *e)
{
	uint32_t orphan;
	int r = clean_path(x, p->linkname, &entry->tree.target, e);

	if (r < 0 || wanted(x->b, x->item, entry->tree.target))
		return r;
	if (map_put(&x->orphan_of, entry->tree.target, (uint32_t)x->orphans.n))
		vec_push(&x->orphans, (struct blob *)NULL);
	map_get(&x->orphan_of, entry->tree.target, &orphan);
	entry->hardlink = false;
	if (x->orphans.v[orphan])
		entry->tree.blob = blob_ref(x->orphans.v[orphan]);
	return 0;
}

/* Keeps the content of a dropped file when the first pass found a link to it. */
static int keep_orphan(struct unpacker *x, const struct payload_entry *p, struct sv path,
		       struct err *e)
{
	_cleanup_free_ char *data = NULL;
	uint32_t orphan;
	size_t n = 0;
	int r;

	if (p->type != PAYLOAD_FILE || !map_get(&x->orphan_of, path, &orphan) ||
	    x->orphans.v[orphan])
		return 0;
	r = payload_read_file(x->payload, &data, &n, e);
	if (r == 0)
		x->orphans.v[orphan] = blob_new_take(TAKE_PTR(data), n);
	return r;
}

/* "./", "/", ".": the root, which packages like to name. */
static bool is_root(struct sv path)
{
	while (sv_skip(&path, SV("/")) || sv_skip(&path, SV("./")))
		continue;
	return path.n == 0 || sv_eq(path, SV("."));
}

static int take_entry(struct unpacker *x, const struct payload_entry *p, struct err *e)
{
	struct unpacked_entry entry = {
		.hardlink = p->type == PAYLOAD_HARDLINK,
		.tree = {
			.type = tree_type_of(p->type),
			.mode = p->mode,
			.uid = p->uid,
			.gid = p->gid,
			.mtime = p->mtime,
			.dev_major = p->dev_major,
			.dev_minor = p->dev_minor,
			.origin = (uint32_t)x->item + 1,
		},
	};
	int r;

	if (is_root(p->path))
		return 0;
	r = clean_path(x, p->path, &entry.tree.path, e);
	if (r < 0)
		return r;
	if (!wanted(x->b, x->item, entry.tree.path))
		return keep_orphan(x, p, entry.tree.path, e);
	entry.tree.uname = arena_sv(&x->out->arena, p->uname);
	entry.tree.gname = arena_sv(&x->out->arena, p->gname);
	if (p->type == PAYLOAD_HARDLINK)
		r = take_hardlink(x, p, &entry, e);
	else
		r = take_content(x, p, &entry.tree, e);
	if (r < 0)
		return r;
	x->out->xattrs_dropped |= p->xattrs_dropped;
	vec_push(&x->out->entries, entry);
	return 0;
}

static int read_payload(struct unpacker *x, struct err *e)
{
	for (;;) {
		struct payload_entry p;
		int r = payload_next(x->payload, &p, e);

		if (r <= 0)
			return r;
		r = take_entry(x, &p, e);
		if (r < 0)
			return r;
	}
}

/* Read as data, for the literal update-alternatives lines in it; never run. */
static int read_script(const struct build *b, struct sv bytes, struct unpacked *out, struct err *e)
{
	_cleanup_fs_data_ struct fs_data text = { 0 };
	int r = repo_control_file(b->universe.family, bytes, SV("postinst"), &text, e);

	if (r == E_NOTFOUND) {
		*e = ERR_INIT;
		return 0;
	}
	if (r == 0 && sv_find(fs_sv(&text), SV("update-alternatives")) >= 0)
		out->script = arena_sv(&out->arena, fs_sv(&text));
	return r;
}

static int one_pass(struct unpacker *x, struct sv bytes, struct codec_ctx *codec, struct err *e)
{
	unsigned jobs = x->b->o->jobs;
	unsigned threads = bytes.n >= PARALLEL_DECODE_MIN && jobs > 2 ? jobs : 1;
	int r = repo_payload_open(x->b->universe.family, bytes, threads, codec, &x->payload, e);

	if (r == 0)
		r = read_payload(x, e);
	payload_free(x->payload);
	x->payload = NULL;
	return r;
}

static int unpack_bytes(const struct build *b, size_t item, struct sv bytes,
			struct codec_ctx *codec, struct unpacked *out, struct err *e)
{
	struct unpacker x = { .b = b, .item = item, .out = out };
	int r = 0;

	if (!b->plan.items.v[item].kernel)
		r = read_script(b, bytes, out, e);
	if (r == 0)
		r = one_pass(&x, bytes, codec, e);
	if (r == 0 && x.orphans.n > 0) {
		drop_entries(out);
		r = one_pass(&x, bytes, codec, e);
	}
	for (size_t i = 0; i < x.orphans.n; i++)
		blob_unref(x.orphans.v[i]);
	vec_done(&x.orphans);
	map_done(&x.orphan_of);
	strbuf_done(&x.path);
	return r;
}

static const struct repo *repo_of(const struct build *b, pkg_id p)
{
	uint16_t index = universe_pkg(&b->universe, p)->repo;

	for (size_t i = 0; i < b->mirrors.n; i++)
		if (repo_has(b->mirrors.v[i].repo, index))
			return b->mirrors.v[i].repo;
	BUG("package without a mirror");
}

int unpack_item(const struct build *b, size_t item, struct codec_ctx *codec, struct unpacked *ret,
		struct err *e)
{
	const struct plan_item *it = &b->plan.items.v[item];
	_cleanup_fs_data_ struct fs_data bytes = { 0 };
	struct unpacked out = { .arena = ARENA_INIT };
	int r = repo_fetch(repo_of(b, it->pkg), &b->universe, it->pkg, &bytes, e);

	if (r == 0)
		r = unpack_bytes(b, item, fs_sv(&bytes), codec, &out, e);
	if (r < 0) {
		unpacked_done(&out);
		return err_wrap(e, "package '" SV_FMT "'", SV_ARG(it->name));
	}
	*ret = out;
	return 0;
}

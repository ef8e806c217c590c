/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Stages finish (last removals, the manifest inside) and image: the output files, which appear by rename only
 * after everything was written and synced: the manifest first, then the image.
 */
#include <fcntl.h>

#include "build/build_int.h"
#include "image/image.h"

/* Children first, so that a removed folder goes when nothing in it is kept. */
static void remove_dropped(const struct build *b, struct tree_node *n, struct strbuf *path)
{
	size_t length = path->n;

	for (uint32_t i = n->n_children; i > 0; i--) {
		struct tree_node *child = n->children[i - 1];

		strbuf_addf(path, "%s" SV_FMT, length ? "/" : "", SV_ARG(child->name));
		remove_dropped(b, child, path);
		if (filter_drops(&b->filter, strbuf_sv(path)) && child->n_children == 0)
			tree_remove_node(b->tree, child);
		path->n = length;
	}
}

/* The newest time inside the packages, when no index and no option told one. */
static int newest_time(void *arg, struct tree *t, struct tree_node *n, struct sv path,
		       struct err *e)
{
	int64_t *newest = arg;

	(void)t;
	(void)path;
	(void)e;
	*newest = MAX(*newest, MIN(n->inode->mtime, (int64_t)UINT32_MAX));
	return 0;
}

static int write_out(void *arg, const void *p, size_t n, struct err *e)
{
	return fs_out_write(arg, p, n, e);
}

static int write_image(struct build *b, struct fs_out *out, struct err *e)
{
	struct image_options io = { .codec = b->codec,
				    .threads = b->o->jobs,
				    .source_date = b->source_date };
	struct image_stats stats = { 0 };
	int r = image_write(b->tree, &io, write_out, out, &stats, e);

	if (r < 0)
		return err_wrap(e, "writing image '%s'", b->o->output);
	digest_hex(&stats.digest, b->summary.image_sha256);
	b->summary.image_size = stats.size;
	b->summary.files = stats.entries;
	return fs_out_prepare(out, e);
}

static int write_manifest(struct build *b, struct fs_out *out, struct err *e)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	int r = manifest_full(b, &text, e);

	if (r == 0)
		r = fs_out_open(out, AT_FDCWD, b->o->manifest, 0644, e);
	if (r == 0)
		r = fs_out_write(out, text.p, text.n, e);
	return r < 0 ? r : fs_out_prepare(out, e);
}

int stage_finish(struct build *b, struct err *e)
{
	_cleanup_strbuf_ struct strbuf path = STRBUF_INIT;
	int r = 0;

	if (b->source_date == 0)
		r = tree_walk(b->tree, newest_time, &b->source_date, e);
	/* What transforms and extra trees brought is judged like what packages brought. */
	remove_dropped(b, b->tree->root, &path);
	if (r == 0)
		r = filter_check(&b->filter, e);
	return r < 0 ? r : manifest_embed(b, e);
}

int stage_image(struct build *b, struct err *e)
{
	_cleanup_(fs_out_done) struct fs_out image = FS_OUT_INIT;
	_cleanup_(fs_out_done) struct fs_out manifest = FS_OUT_INIT;
	int r = fs_out_open(&image, AT_FDCWD, b->o->output, 0600, e);

	if (r == 0)
		r = write_image(b, &image, e);
	if (r == 0 && b->o->manifest)
		r = write_manifest(b, &manifest, e);
	if (r == 0 && b->o->manifest)
		r = fs_out_publish(&manifest, e);
	return r < 0 ? r : fs_out_publish(&image, e);
}

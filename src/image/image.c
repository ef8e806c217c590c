/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/image.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "archive/newc.h"
#include "base/arena.h"

/* Inodes with several names, found by address: number and how many names are still to come. */
struct link_slot {
	const struct inode *inode;
	uint32_t ino, left;
};

struct link_table {
	struct link_slot *slots;
	size_t n, cap; /* cap: power of two */
};

struct writer {
	const struct image_options *o;
	struct codec_encoder *encoder;
	struct newc_writer newc;
	struct link_table links;
	uint32_t next_ino;
	struct digest_ctx *digest;
	codec_sink_fn sink;
	void *sink_arg;
	struct image_stats stats;
};

static size_t link_hash(const struct inode *i)
{
	uint64_t h = (uint64_t)(uintptr_t)i * 0x9e3779b97f4a7c15u;

	return (size_t)(h >> 32);
}

static struct link_slot *link_find(struct link_table *t, const struct inode *i)
{
	size_t at = link_hash(i) & (t->cap - 1);

	while (t->slots[at].inode && t->slots[at].inode != i)
		at = (at + 1) & (t->cap - 1);
	return &t->slots[at];
}

static void link_grow(struct link_table *t)
{
	struct link_table bigger = { .cap = t->cap ? t->cap * 2 : 64, .n = t->n };

	bigger.slots = xcalloc(bigger.cap, sizeof(*bigger.slots));
	for (size_t i = 0; i < t->cap; i++)
		if (t->slots[i].inode)
			*link_find(&bigger, t->slots[i].inode) = t->slots[i];
	free(t->slots);
	*t = bigger;
}

/* Number of an inode, and whether this is the last of its names. */
static uint32_t number_of(struct writer *w, const struct inode *i, bool *ret_last)
{
	*ret_last = true;
	if (i->type == TREE_DIR || i->nlink <= 1)
		return w->next_ino++;
	if (w->links.n * 2 >= w->links.cap)
		link_grow(&w->links);

	struct link_slot *s = link_find(&w->links, i);

	if (!s->inode) {
		*s = (struct link_slot){ .inode = i, .ino = w->next_ino++, .left = i->nlink };
		w->links.n++;
	}
	*ret_last = --s->left == 0;
	return s->ino;
}

static uint32_t type_bits(enum tree_type type)
{
	switch (type) {
	case TREE_DIR:
		return S_IFDIR;
	case TREE_FILE:
		return S_IFREG;
	case TREE_SYMLINK:
		return S_IFLNK;
	case TREE_CHAR:
		return S_IFCHR;
	case TREE_BLOCK:
		return S_IFBLK;
	case TREE_FIFO:
		return S_IFIFO;
	}
	BUG("unknown tree type");
}

static uint32_t count_folders(const struct tree_node *dir)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < dir->n_children; i++)
		n += dir->children[i]->inode->type == TREE_DIR;
	return n;
}

static int write_node(void *arg, struct tree *t, struct tree_node *n, struct sv path, struct err *e)
{
	struct writer *w = arg;
	const struct inode *i = n->inode;
	struct sv data = SV_NULL;
	bool last = true;
	struct newc_entry entry = {
		.path = path,
		.ino = number_of(w, i, &last),
		.mode = type_bits(i->type) | i->mode,
		.uid = i->uid,
		.gid = i->gid,
		.nlink = i->type == TREE_DIR ? 2 + count_folders(n) : i->nlink,
		.mtime = (uint32_t)MAX(MIN(i->mtime, w->o->source_date), 0),
		.rdev_major = i->dev_major,
		.rdev_minor = i->dev_minor,
	};

	(void)t;
	if (i->type == TREE_SYMLINK)
		data = i->target;
	else if (i->type == TREE_FILE && i->blob && last)
		data = blob_sv(i->blob);
	w->stats.entries++;
	if (newc_write_entry(&w->newc, &entry, data, e) < 0)
		return err_wrap(e, "writing '/" SV_FMT "'", SV_ARG(path));
	return 0;
}

static int to_encoder(void *arg, const void *p, size_t n, struct err *e)
{
	struct writer *w = arg;

	w->stats.unpacked += n;
	return codec_encoder_write(w->encoder, p, n, e);
}

static int to_sink(void *arg, const void *p, size_t n, struct err *e)
{
	struct writer *w = arg;

	w->stats.size += n;
	digest_ctx_update(w->digest, p, n);
	return w->sink(w->sink_arg, p, n, e);
}

static int write_root(struct writer *w, const struct tree *t, struct err *e)
{
	const struct inode *i = t->root->inode;
	struct newc_entry entry = {
		.path = SV("."),
		.ino = w->next_ino++,
		.mode = S_IFDIR | i->mode,
		.uid = i->uid,
		.gid = i->gid,
		.nlink = 2 + count_folders(t->root),
		.mtime = (uint32_t)MAX(MIN(i->mtime, w->o->source_date), 0),
	};

	w->stats.entries++;
	return newc_write_entry(&w->newc, &entry, SV_NULL, e);
}

static int write_all(struct writer *w, struct tree *t, struct err *e)
{
	int r = codec_encoder_new(&w->o->codec, w->o->threads, to_sink, w, &w->encoder, e);

	if (r == 0)
		r = write_root(w, t, e);
	if (r == 0)
		r = tree_walk(t, write_node, w, e);
	if (r == 0)
		r = newc_write_trailer(&w->newc, e);
	if (r == 0)
		r = newc_write_padding(&w->newc, 512, e);
	if (r == 0)
		r = codec_encoder_finish(w->encoder, e);
	return r;
}

int image_write(struct tree *t, const struct image_options *o, codec_sink_fn sink, void *arg,
		struct image_stats *ret, struct err *e)
{
	struct writer w = {
		.o = o,
		.next_ino = 1,
		.sink = sink,
		.sink_arg = arg,
		.digest = digest_ctx_new(DIGEST_SHA256),
	};
	int r;

	w.newc = (struct newc_writer){ .write = to_encoder, .arg = &w };
	r = write_all(&w, t, e);
	if (r == 0) {
		digest_ctx_final(w.digest, &w.stats.digest);
		*ret = w.stats;
	}
	codec_encoder_free(w.encoder);
	digest_ctx_free(w.digest);
	free(w.links.slots);
	return r;
}

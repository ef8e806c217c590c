/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The files that libkmod looks names up in (its libkmod-index.c reads them): a tree over the bytes of
 * the keys, big-endian. A node is [prefix NUL] [first last child...] [count (priority value NUL)...],
 * where flags in the high bits of the number that points to it say which parts it has. Children come
 * before their parents.
 */
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/macros.h"
#include "kmod/kmodsel_int.h"

#define TRIE_MAGIC UINT32_C(0xb007f457)
#define TRIE_VERSION UINT32_C(0x00020001)
#define TRIE_PREFIX UINT32_C(0x80000000)
#define TRIE_VALUES UINT32_C(0x40000000)
#define TRIE_CHILDS UINT32_C(0x20000000)

enum {
	TRIE_SIZE_MAX = 1 << 28, /* what a node's number can point at */
	TRIE_DEPTH_MAX = 512,    /* names of kernels are not half as deep; keeps the stack small */
	TRIE_KEY_END = 128,
};

struct trie {
	const struct kmodsel_trie_entry *v;
	struct strbuf *out;
	size_t base; /* where the file begins in out */
};

static void put_u32(struct strbuf *out, uint32_t v)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		strbuf_addc(out, (char)(v >> shift & 0xff));
}

static void put_cstr(struct strbuf *out, struct sv s)
{
	strbuf_add(out, s);
	strbuf_addc(out, '\0');
}

/* Bytes that all keys of v[from..to) share, counted from the start. Sorted: the ends decide. */
static size_t common_prefix(const struct kmodsel_trie_entry *v, size_t from, size_t to)
{
	struct sv a = v[from].key, b = v[to - 1].key;
	size_t n = 0;

	while (n < a.n && n < b.n && a.p[n] == b.p[n])
		n++;
	return n;
}

/* The entries of a node. */
struct node_range {
	size_t from, to; /* entries */
	size_t depth;    /* bytes that the nodes above stand for */
	unsigned levels;
};

static int write_range(struct trie *t, const struct node_range *n, uint32_t *ret, struct err *e);

static int write_children(struct trie *t, const struct node_range *n, size_t at, size_t values,
			  uint32_t childs[static TRIE_KEY_END], struct err *e)
{
	for (size_t from = values, to; from < n->to; from = to) {
		unsigned char c = (unsigned char)t->v[from].key.p[at];
		struct node_range below = { .from = from,
					    .depth = at + 1,
					    .levels = n->levels + 1 };
		int r;

		for (to = from + 1; to < n->to && (unsigned char)t->v[to].key.p[at] == c;)
			to++;
		below.to = to;
		r = write_range(t, &below, &childs[c], e);
		if (r < 0)
			return r;
	}
	return 0;
}

static void put_childs(struct strbuf *out, unsigned char first, unsigned char last,
		       const uint32_t *childs)
{
	strbuf_addc(out, (char)first);
	strbuf_addc(out, (char)last);
	for (unsigned c = first; c <= last; c++)
		put_u32(out, childs[c]);
}

static int write_range(struct trie *t, const struct node_range *n, uint32_t *ret, struct err *e)
{
	size_t at = common_prefix(t->v, n->from, n->to), values = n->from;
	struct sv prefix = sv_head(sv_from_pos(t->v[n->from].key, n->depth), at - n->depth);
	uint32_t flags = prefix.n > 0 ? TRIE_PREFIX : 0;
	_cleanup_free_ uint32_t *childs = NULL;
	size_t offset;

	if (n->levels >= TRIE_DEPTH_MAX)
		return err_set(e, E_LIMIT, "names nest deeper than %d levels", TRIE_DEPTH_MAX);
	while (values < n->to && t->v[values].key.n == at)
		values++;
	if (values < n->to) {
		int r;

		childs = xcalloc(TRIE_KEY_END, sizeof(*childs));
		r = write_children(t, n, at, values, childs, e);
		if (r < 0)
			return r;
		flags |= TRIE_CHILDS;
	}
	offset = t->out->n - t->base;
	if (prefix.n > 0)
		put_cstr(t->out, prefix);
	if (childs)
		put_childs(t->out, (unsigned char)t->v[values].key.p[at],
			   (unsigned char)t->v[n->to - 1].key.p[at], childs);
	if (values > n->from) {
		flags |= TRIE_VALUES;
		put_u32(t->out, (uint32_t)(values - n->from));
		for (size_t i = n->from; i < values; i++) {
			put_u32(t->out, t->v[i].priority);
			put_cstr(t->out, t->v[i].value);
		}
	}
	if (t->out->n - t->base >= TRIE_SIZE_MAX)
		return err_set(e, E_LIMIT, "index is larger than %d bytes", TRIE_SIZE_MAX);
	*ret = (uint32_t)offset | flags;
	return 0;
}

static int compare_entry(const void *a, const void *b)
{
	const struct kmodsel_trie_entry *x = a, *y = b;
	int c = sv_cmp(x->key, y->key);

	if (c)
		return c;
	return x->priority != y->priority ? (x->priority < y->priority ? -1 : 1)
					  : sv_cmp(x->value, y->value);
}

static bool is_ascii(struct sv key)
{
	for (size_t i = 0; i < key.n; i++)
		if (key.p[i] == '\0' || (unsigned char)key.p[i] >= TRIE_KEY_END)
			return false;
	return true;
}

int kmodsel_trie_write(struct kmodsel_trie *list, struct strbuf *out, struct err *e)
{
	struct trie t = { .v = list->v, .out = out, .base = out->n };
	struct node_range all = { .from = 0 };
	uint32_t root = 12; /* an empty node behind the head */
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		if (is_ascii(list->v[i].key))
			list->v[n++] = list->v[i];
	list->n = n;
	put_u32(out, TRIE_MAGIC);
	put_u32(out, TRIE_VERSION);
	put_u32(out, root);
	if (list->n > 0) {
		int r;

		qsort(list->v, list->n, sizeof(list->v[0]), compare_entry);
		all.to = list->n;
		r = write_range(&t, &all, &root, e);
		if (r < 0)
			return r;
	}
	for (int i = 0; i < 4; i++)
		out->p[t.base + 8 + (size_t)i] = (char)(root >> (24 - 8 * i) & 0xff);
	return 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The index from a tree: every module is decompressed and read once, on all threads. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/macros.h"
#include "base/pool.h"
#include "base/stream.h"
#include "codec/codec.h"
#include "kmod/kmodsel_int.h"

/* A module file of the tree. */
struct source {
	struct sv path, name;
	const struct blob *blob;
	unsigned rank;                /* of its folder; less wins */
	struct kmodsel_names imports; /* while building */
};
VEC_TYPE(sources, struct source);

/* What one thread reuses from module to module. */
struct worker {
	struct codec_ctx *codec;
	struct arena *keep;   /* becomes the index's */
	struct arena imports; /* until the dependencies are known */
	char *buf;
	size_t cap;
	VEC(struct sv) scratch[KMODSEL_IMPORT + 1]; /* exports, imports */
	VEC(struct sv) depends, aliases, softdep, weakdep, firmware;
	uint32_t evidence;
};

struct building {
	struct kmodsel_index *x;
	struct sources sources;
	struct worker *workers;
	unsigned threads;
};

struct tree_node *kmodsel_kver_dir(const struct tree *t, struct sv kver)
{
	_cleanup_strbuf_ struct strbuf path = STRBUF_INIT;
	struct tree_node *n;

	if (kver.n == 0 || kver.n > 255 || sv_chr(kver, '/') >= 0 || sv_eq(kver, SV("..")) ||
	    sv_eq(kver, SV(".")))
		return NULL;
	strbuf_adds(&path, "usr/lib/modules/");
	strbuf_add(&path, kver);
	n = tree_follow(t, strbuf_sv(&path));
	return n && n->inode->type == TREE_DIR ? n : NULL;
}

struct sv kmodsel_kver_file(const struct tree *t, struct sv kver, const char *name)
{
	_cleanup_strbuf_ struct strbuf path = STRBUF_INIT;
	struct sv content;

	strbuf_adds(&path, "usr/lib/modules/");
	strbuf_add(&path, kver);
	strbuf_addc(&path, '/');
	strbuf_adds(&path, name);
	return tree_read(t, strbuf_sv(&path), &content) ? content : SV("");
}

void kmodsel_names_keep(struct arena *a, struct kmodsel_names *dst, const struct sv *src, size_t n)
{
	*dst = (struct kmodsel_names){ 0 };
	if (n == 0)
		return;
	dst->v = arena_new_array(a, struct sv, n);
	memcpy(dst->v, src, n * sizeof(*src));
	dst->n = n;
}

static unsigned folder_rank(struct sv path)
{
	static const char *const folders[] = { "updates/", "extra/", "kernel/" };
	unsigned i;

	for (i = 0; i < ARRAY_SIZE(folders); i++)
		if (sv_starts(path, sv_from(folders[i])))
			return i;
	return sv_starts(path, SV("weak-updates/")) ? i + 1 : i;
}

static int add_source(struct building *b, const struct tree *t, const struct tree_node *n,
		      struct sv path, struct err *e)
{
	struct source s = { .rank = folder_rank(path) };
	struct sv stem;

	if (!kmodsel_strip_ko(path, &stem))
		return 0;
	/* weak-updates are links to the modules of another kernel. */
	if (n->inode->type == TREE_SYMLINK) {
		_cleanup_strbuf_ struct strbuf full = STRBUF_INIT;

		tree_node_path(n, &full);
		n = tree_follow(t, strbuf_sv(&full));
	}
	if (!n || n->inode->type != TREE_FILE)
		return 0;
	for (size_t i = 0; i < path.n; i++)
		if ((unsigned char)path.p[i] <= ' ' || path.p[i] == 0x7f || path.p[i] == ':')
			return err_set(e, E_FORMAT,
				       "module '" SV_FMT
				       "': blank, colon or control byte in its name",
				       SV_ARG(path));
	if (b->sources.n >= KMODSEL_MODULES_MAX)
		return err_set(e, E_LIMIT, "more than %d modules", KMODSEL_MODULES_MAX);
	s.path = arena_sv(&b->x->arena, path);
	s.name = kmodsel_name_of(&b->x->arena, path);
	s.blob = n->inode->blob;
	if (s.name.n == 0)
		return err_set(e, E_FORMAT, "module '" SV_FMT "' has no name", SV_ARG(path));
	vec_push(&b->sources, s);
	return 0;
}

static int find_sources(struct building *b, const struct tree *t, const struct tree_node *dir,
			struct strbuf *path, struct err *e)
{
	size_t mark = path->n;

	for (uint32_t i = 0; i < dir->n_children; i++) {
		const struct tree_node *n = dir->children[i];
		int r;

		strbuf_add(path, n->name);
		if (n->inode->type == TREE_DIR) {
			strbuf_addc(path, '/');
			r = find_sources(b, t, n, path, e);
		} else {
			r = add_source(b, t, n, strbuf_sv(path), e);
		}
		if (r < 0)
			return r;
		path->n = mark;
		if (path->p)
			path->p[mark] = '\0';
	}
	return 0;
}

static int compare_source_name(const void *a, const void *b)
{
	const struct source *x = a, *y = b;
	int c = sv_cmp(x->name, y->name);

	if (c)
		return c;
	return x->rank != y->rank ? (x->rank < y->rank ? -1 : 1) : sv_cmp(x->path, y->path);
}

static int compare_source_path(const void *a, const void *b)
{
	return sv_cmp(((const struct source *)a)->path, ((const struct source *)b)->path);
}

/* Of one name only the first is loaded. */
static void drop_shadowed(struct sources *s)
{
	size_t n = 0;

	if (s->n == 0)
		return;
	qsort(s->v, s->n, sizeof(s->v[0]), compare_source_name);
	for (size_t i = 0; i < s->n; i++)
		if (n == 0 || !sv_eq(s->v[n - 1].name, s->v[i].name))
			s->v[n++] = s->v[i];
	s->n = n;
	qsort(s->v, s->n, sizeof(s->v[0]), compare_source_path);
}

static void worker_reserve(struct worker *w, size_t n)
{
	if (n <= w->cap)
		return;
	w->cap = MAX(n, w->cap * 2);
	w->buf = xrealloc(w->buf, w->cap, 1);
}

/* The module's bytes, with the slack that the ELF reader wants: in w->buf, or as they are. */
static int decompress(struct worker *w, const struct blob *blob, struct sv *ret, struct err *e)
{
	_cleanup_(stream_closep) struct stream *s = NULL;
	struct sv raw = blob ? blob_sv(blob) : SV("");
	enum codec_kind kind = codec_by_magic(raw);
	size_t n = 0;
	int r;

	if (kind == CODEC_NONE) {
		*ret = raw;
		return 0;
	}
	r = codec_decode_stream(kind, raw, 1, w->codec, &s, e);
	if (r < 0)
		return r;
	for (;;) {
		ssize_t got;

		worker_reserve(w, n + (1 << 16) + KMODSEL_ELF_SLACK);
		got = stream_read(s, w->buf + n, w->cap - n - KMODSEL_ELF_SLACK, e);
		if (got < 0)
			return (int)got;
		if (got == 0)
			break;
		n += (size_t)got;
		if (n > KMODSEL_FILE_MAX)
			return err_set(e, E_LIMIT, "decompresses to more than %d bytes",
				       KMODSEL_FILE_MAX);
	}
	memset(w->buf + n, 0, KMODSEL_ELF_SLACK);
	*ret = sv_of(w->buf, n);
	return 0;
}

static int check_string(const char *what, struct sv text, struct err *e)
{
	if (text.n > KMODSEL_STRING_MAX)
		return err_set(e, E_LIMIT, "%s of %zu bytes", what, text.n);
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] < ' ' || text.p[i] == 0x7f)
			return err_set(e, E_FORMAT, "%s holds a control byte", what);
	return 0;
}

static struct sv keep_underscored(struct arena *a, struct sv name)
{
	char *p = arena_cstr(a, name);

	for (char *c = p; *c; c++)
		if (*c == '-')
			*c = '_';
	return sv_from(p);
}

static int take_modinfo(struct worker *w, struct sv text, struct err *e)
{
	struct sv key, one;

	if (!sv_split(&text, '=', &key) || !text.p || text.n == 0)
		return 0;
#define TAKE_KEY(name, field)                                 \
	if (sv_eq(key, SV(name))) {                           \
		int _r = check_string(name "=", text, e);     \
		if (_r < 0)                                   \
			return _r;                            \
		vec_push(&w->field, arena_sv(w->keep, text)); \
		return 0;                                     \
	}
	TAKE_KEY("alias", aliases)
	TAKE_KEY("firmware", firmware)
	TAKE_KEY("softdep", softdep)
	TAKE_KEY("weakdep", weakdep)
#undef TAKE_KEY
	if (!sv_eq(key, SV("depends")))
		return 0;
	while (sv_split(&text, ',', &one)) {
		int r = check_string("depends=", one, e);

		if (r < 0)
			return r;
		if (one.n > 0)
			vec_push(&w->depends, keep_underscored(w->keep, one));
	}
	return 0;
}

static int take_item(void *arg, enum kmodsel_item item, struct sv text, struct err *e)
{
	struct worker *w = arg;
	int r;

	if (item == KMODSEL_MODINFO)
		return take_modinfo(w, text, e);
	r = check_string("symbol", text, e);
	if (r < 0)
		return r;
	if (item == KMODSEL_IMPORT)
		w->evidence |= kmodsel_group_evidence(text);
	if (text.n > 0)
		vec_push(&w->scratch[item],
			 arena_sv(item == KMODSEL_EXPORT ? w->keep : &w->imports, text));
	return 0;
}

static int read_module(struct building *b, struct worker *w, size_t job, struct err *e)
{
	struct source *s = &b->sources.v[job];
	struct kmodsel_module *m = &b->x->modules.v[job];
	struct sv bytes = SV_NULL;
	int r;

	w->depends.n = w->aliases.n = w->softdep.n = w->weakdep.n = w->firmware.n = 0;
	w->scratch[KMODSEL_EXPORT].n = w->scratch[KMODSEL_IMPORT].n = 0;
	w->evidence = 0;
	r = decompress(w, s->blob, &bytes, e);
	if (r == 0)
		r = kmodsel_elf_walk(bytes, take_item, w, e);
	if (r < 0)
		return err_wrap(e, "module '" SV_FMT "'", SV_ARG(s->path));

	*m = (struct kmodsel_module){ .path = s->path, .name = s->name, .order = UINT32_MAX };
	kmodsel_names_keep(w->keep, &m->depends, w->depends.v, w->depends.n);
	kmodsel_names_keep(w->keep, &m->aliases, w->aliases.v, w->aliases.n);
	kmodsel_names_keep(w->keep, &m->softdep, w->softdep.v, w->softdep.n);
	kmodsel_names_keep(w->keep, &m->weakdep, w->weakdep.v, w->weakdep.n);
	kmodsel_names_keep(w->keep, &m->firmware, w->firmware.v, w->firmware.n);
	kmodsel_names_keep(w->keep, &m->symbols, w->scratch[KMODSEL_EXPORT].v,
			   w->scratch[KMODSEL_EXPORT].n);
	kmodsel_names_keep(&w->imports, &s->imports, w->scratch[KMODSEL_IMPORT].v,
			   w->scratch[KMODSEL_IMPORT].n);
	m->groups = kmodsel_groups_of(w->evidence, &m->aliases);
	kmodsel_split_softdep(w->keep, m);
	return 0;
}

static int job(void *arg, size_t number, unsigned worker, struct err *e)
{
	struct building *b = arg;

	return read_module(b, &b->workers[worker], number, e);
}

/*
 * depmod derives dependencies from symbols, and orders them by the first symbol that needs each; so
 * that its order comes out here, too, depends= only adds what no symbol tells.
 */
static void order_depends(struct building *b)
{
	struct kmodsel_index *x = b->x;
	_cleanup_free_ uint32_t *seen = xcalloc(b->sources.n + 1, sizeof(*seen));
	struct map owners = MAP_INIT, names = MAP_INIT;
	VEC(struct sv) list = { 0 };

	for (uint32_t i = 0; i < b->sources.n; i++) {
		const struct kmodsel_module *m = &x->modules.v[i];

		(void)map_put(&names, m->name, i);
		for (size_t k = 0; k < m->symbols.n; k++)
			(void)map_slot(&owners, m->symbols.v[k], i);
	}
	for (uint32_t i = 0; i < b->sources.n; i++) {
		struct kmodsel_module *m = &x->modules.v[i];
		const struct kmodsel_names *imports = &b->sources.v[i].imports;
		uint32_t at;

		list.n = 0;
		seen[i] = i + 1;
		for (size_t k = 0; k < imports->n; k++) {
			if (!map_get(&owners, imports->v[k], &at) || seen[at] == i + 1)
				continue;
			seen[at] = i + 1;
			vec_push(&list, x->modules.v[at].name);
		}
		for (size_t k = 0; k < m->depends.n; k++) {
			if (map_get(&names, m->depends.v[k], &at)) {
				if (seen[at] == i + 1)
					continue;
				seen[at] = i + 1;
			}
			vec_push(&list, m->depends.v[k]);
		}
		kmodsel_names_keep(&x->arena, &m->depends, list.v, list.n);
	}
	vec_done(&list);
	map_done(&owners);
	map_done(&names);
}

static int read_order(struct kmodsel_index *x, const struct tree *t, struct err *e)
{
	struct sv rest = kmodsel_kver_file(t, x->kver, "modules.order"), line, stem;
	struct map lines = MAP_INIT;
	uint32_t n = 0;

	if (rest.n > KMODSEL_LIST_MAX)
		return err_set(e, E_LIMIT, "modules.order: more than %d bytes", KMODSEL_LIST_MAX);
	while (sv_line(&rest, &line))
		if (kmodsel_strip_ko(line, &stem))
			(void)map_slot(&lines, stem, n++);
	for (size_t i = 0; i < x->modules.n; i++) {
		struct kmodsel_module *m = &x->modules.v[i];

		if (!m->builtin && kmodsel_strip_ko(m->path, &stem))
			(void)map_get(&lines, stem, &m->order);
	}
	map_done(&lines);
	return 0;
}

static int compare_module(const void *a, const void *b)
{
	const struct kmodsel_module *x = a, *y = b;
	int c = sv_cmp(x->path, y->path);

	return c ? c : (int)x->builtin - (int)y->builtin;
}

static void workers_start(struct building *b)
{
	struct kmodsel_index *x = b->x;

	x->n_workers = b->threads;
	x->worker_arenas = xcalloc(b->threads, sizeof(*x->worker_arenas));
	b->workers = xcalloc(b->threads, sizeof(*b->workers));
	for (unsigned i = 0; i < b->threads; i++) {
		b->workers[i].codec = codec_ctx_new();
		b->workers[i].keep = &x->worker_arenas[i];
	}
}

static void building_done(struct building *b)
{
	for (unsigned i = 0; b->workers && i < b->threads; i++) {
		struct worker *w = &b->workers[i];

		codec_ctx_free(w->codec);
		arena_done(&w->imports);
		free(w->buf);
		for (size_t k = 0; k < ARRAY_SIZE(w->scratch); k++)
			vec_done(&w->scratch[k]);
		vec_done(&w->depends);
		vec_done(&w->aliases);
		vec_done(&w->softdep);
		vec_done(&w->weakdep);
		vec_done(&w->firmware);
	}
	free(b->workers);
	vec_done(&b->sources);
}

static int build(struct building *b, const struct tree *t, struct err *e)
{
	_cleanup_strbuf_ struct strbuf path = STRBUF_INIT;
	struct kmodsel_index *x = b->x;
	const struct tree_node *dir = kmodsel_kver_dir(t, x->kver);
	int r;

	if (!dir)
		return err_set(e, E_NOTFOUND, "no folder usr/lib/modules/" SV_FMT, SV_ARG(x->kver));
	r = find_sources(b, t, dir, &path, e);
	if (r < 0)
		return r;
	drop_shadowed(&b->sources);
	vec_reserve(&x->modules, b->sources.n + 1);
	memset(x->modules.v, 0, (b->sources.n + 1) * sizeof(x->modules.v[0]));
	x->modules.n = b->sources.n;
	workers_start(b);
	r = pool_run(b->threads, b->sources.n, job, b, e);
	if (r < 0)
		return r;
	order_depends(b);
	r = read_order(x, t, e);
	if (r == 0)
		r = kmodsel_builtin_add(x, t, e);
	if (r == 0 && x->modules.n > 0)
		qsort(x->modules.v, x->modules.n, sizeof(x->modules.v[0]), compare_module);
	return r;
}

int kmodsel_index_build(const struct tree *t, struct sv kver, unsigned threads,
			struct kmodsel_index **ret, struct err *e)
{
	_cleanup_(kmodsel_index_freep) struct kmodsel_index *x = xcalloc(1, sizeof(*x));
	struct building b = { .x = x, .threads = MAX(threads, 1u) };
	int r;

	x->arena = ARENA_INIT;
	x->kver = arena_sv(&x->arena, kver);
	r = build(&b, t, e);
	building_done(&b);
	if (r < 0)
		return err_wrap(e, "kernel " SV_FMT, SV_ARG(kver));
	*ret = TAKE_PTR(x);
	return 0;
}

void kmodsel_index_free(struct kmodsel_index *x)
{
	if (!x)
		return;
	for (unsigned i = 0; i < x->n_workers; i++)
		arena_done(&x->worker_arenas[i]);
	free(x->worker_arenas);
	vec_done(&x->modules);
	free(x->text);
	free(x->strings);
	arena_done(&x->arena);
	free(x);
}

const struct kmodsel_module *kmodsel_index_module(const struct kmodsel_index *x, uint32_t i)
{
	ASSERT(i < x->modules.n);
	return &x->modules.v[i];
}

uint32_t kmodsel_index_count(const struct kmodsel_index *x)
{
	return (uint32_t)x->modules.n;
}

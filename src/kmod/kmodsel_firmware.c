/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Firmware: what modules name (firmware=, as they are, compressed, or as globs) and what patterns say.
 * The kernel also looks in updates/KVER, updates and KVER (Documentation/driver-api/firmware), so a
 * name is wanted in each of these. Links are followed part by part; every link on the way stays.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/glob.h"
#include "base/macros.h"
#include "kmod/kmodsel_int.h"
#include "kmod/kmodsel_match_int.h"

enum { LINKS_MAX = 40, PARTS_MAX = 4096 };

#define FIRMWARE "usr/lib/firmware"

VEC_TYPE(nodes, struct tree_node *);

struct firmware {
	struct tree *t;
	struct tree_node *dir;
	VEC(struct sv) globs;    /* of the names that modules gave */
	VEC(struct sv) prefixes; /* "", "updates/", ... */
	struct arena arena;
	struct kmodsel_matchers matchers;
	struct nodes keep;
	struct strbuf path; /* below the folder, with a leading '/' */
};

static void add_below(struct nodes *out, struct tree_node *n)
{
	vec_push(out, n);
	for (uint32_t i = 0; n->inode->type == TREE_DIR && i < n->n_children; i++)
		add_below(out, n->children[i]);
}

/* Appends the links that lead from `at` along path, and what is at its end. Nothing when it dangles. */
static void trace(struct tree *t, struct tree_node *at, struct sv path, struct nodes *out)
{
	_cleanup_strbuf_ struct strbuf rest = STRBUF_INIT;
	size_t before = out->n;
	unsigned links = 0;

	strbuf_add(&rest, path);
	for (unsigned parts = 0; rest.n > 0 && parts < PARTS_MAX; parts++) {
		struct sv all = strbuf_sv(&rest), name, next;
		struct tree_node *n;

		(void)sv_split(&all, '/', &name);
		if (name.n == 0 || sv_eq(name, SV("."))) {
			n = at;
		} else if (sv_eq(name, SV(".."))) {
			n = at->parent ? at->parent : at;
		} else {
			n = at->inode->type == TREE_DIR ? tree_child(at, name) : NULL;
		}
		if (!n || (n->inode->type == TREE_SYMLINK && ++links > LINKS_MAX)) {
			out->n = before;
			return;
		}
		next = all;
		if (n->inode->type == TREE_SYMLINK) {
			_cleanup_strbuf_ struct strbuf joined = STRBUF_INIT;

			vec_push(out, n);
			if (n->inode->target.n > 0 && n->inode->target.p[0] == '/')
				at = t->root;
			strbuf_add(&joined, n->inode->target);
			strbuf_addc(&joined, '/');
			strbuf_add(&joined, next);
			strbuf_clear(&rest);
			strbuf_add(&rest, strbuf_sv(&joined));
			continue;
		}
		at = n;
		memmove(rest.p, next.n > 0 ? next.p : rest.p, next.n);
		rest.n = next.n;
	}
	if (rest.n > 0)
		out->n = before;
	else
		add_below(out, at);
}

/* Without what compression adds. */
static struct sv strip_suffix(struct sv path)
{
	if (!sv_cut_end(&path, SV(".xz")))
		(void)sv_cut_end(&path, SV(".zst"));
	return path;
}

static int decide(struct firmware *f, struct sv path)
{
	_cleanup_strbuf_ struct strbuf search = STRBUF_INIT;
	struct kmodsel_subject s = { .path = path, .root = SV("") };

	if (f->matchers.n == 0)
		return 0;
	/* Regular expressions see no leading '/'. */
	strbuf_add(&search, sv_from_pos(path, 1));
	s.search = search.p ? search.p : "";
	return kmodsel_matchers_decide(&f->matchers, &s);
}

static void want_name(struct firmware *f, struct sv name)
{
	static const char *const suffixes[] = { "", ".xz", ".zst" };
	_cleanup_strbuf_ struct strbuf path = STRBUF_INIT;

	strbuf_addc(&path, '/');
	strbuf_add(&path, name);
	if (decide(f, strbuf_sv(&path)) < 0)
		return;
	for (size_t i = 0; i < f->prefixes.n; i++)
		for (size_t k = 0; k < ARRAY_SIZE(suffixes); k++) {
			strbuf_clear(&path);
			strbuf_add(&path, f->prefixes.v[i]);
			strbuf_add(&path, name);
			strbuf_adds(&path, suffixes[k]);
			trace(f->t, f->dir, strbuf_sv(&path), &f->keep);
		}
}

static bool named_by_glob(const struct firmware *f, struct sv path)
{
	for (size_t i = 0; i < f->prefixes.n; i++) {
		struct sv below = path;

		if (!sv_skip(&below, f->prefixes.v[i]))
			continue;
		for (size_t k = 0; k < f->globs.n; k++)
			if (glob_match(f->globs.v[k], below, 0))
				return true;
	}
	return false;
}

static void want_entry(struct firmware *f, struct tree_node *dir, const struct tree_node *n)
{
	size_t mark = f->path.n;
	struct sv path = strip_suffix(strbuf_sv(&f->path));
	int verdict = decide(f, path);

	if (verdict == 0 && named_by_glob(f, sv_from_pos(path, 1)))
		verdict = 1;
	/* A link that stands for a folder is meant by "folder/", too. */
	if (verdict == 0 && n->inode->type == TREE_SYMLINK) {
		strbuf_addc(&f->path, '/');
		verdict = decide(f, strbuf_sv(&f->path));
		f->path.n = mark;
	}
	if (verdict > 0)
		trace(f->t, dir, n->name, &f->keep);
}

static void want_entries(struct firmware *f, struct tree_node *dir)
{
	size_t mark = f->path.n;

	for (uint32_t i = 0; i < dir->n_children; i++) {
		struct tree_node *n = dir->children[i];

		f->path.n = mark;
		strbuf_addc(&f->path, '/');
		strbuf_add(&f->path, n->name);
		if (n->inode->type == TREE_DIR)
			want_entries(f, n);
		else
			want_entry(f, dir, n);
	}
	f->path.n = mark;
}

static int compare_pointer(const void *a, const void *b)
{
	uintptr_t x = (uintptr_t) * (void *const *)a, y = (uintptr_t) * (void *const *)b;

	return x < y ? -1 : x > y;
}

static void remove_rest(struct firmware *f, struct tree_node *dir, bool top)
{
	for (uint32_t i = dir->n_children; i-- > 0;) {
		struct tree_node *n = dir->children[i];

		if (top && (sv_eq(n->name, SV("amd-ucode")) || sv_eq(n->name, SV("intel-ucode"))))
			continue;
		if (f->keep.n > 0 && bsearch(&n, f->keep.v, f->keep.n, sizeof(n), compare_pointer))
			continue;
		if (n->inode->type == TREE_DIR) {
			remove_rest(f, n, false);
			if (n->n_children > 0)
				continue;
		}
		tree_remove_node(f->t, n);
	}
}

static int find_prefixes(struct firmware *f, struct err *e)
{
	struct kmodsel_versions versions = { 0 };
	int r = kmodsel_kernel_versions(f->t, &versions, e);

	if (r < 0)
		return r;
	vec_push(&f->prefixes, SV(""));
	vec_push(&f->prefixes, SV("updates/"));
	for (size_t i = 0; i < versions.n; i++) {
		vec_push(&f->prefixes, arena_printf(&f->arena, SV_FMT "/", SV_ARG(versions.v[i])));
		vec_push(&f->prefixes,
			 arena_printf(&f->arena, "updates/" SV_FMT "/", SV_ARG(versions.v[i])));
	}
	vec_done(&versions);
	return 0;
}

static void note_unused(const struct firmware *f, struct notes *notes)
{
	for (size_t i = 0; notes && i < f->matchers.n; i++) {
		const struct kmodsel_matcher *m = &f->matchers.v[i];

		if (!m->used && !m->pattern->optional && !m->pattern->exclude)
			notes_add(notes, NOTE_WARNING, SV_FMT "%sno firmware matches '" SV_FMT "'",
				  SV_ARG(m->pattern->origin), m->pattern->origin.n > 0 ? ": " : "",
				  SV_ARG(m->pattern->text));
	}
}

static int filter(struct firmware *f, const struct kmodsel_selection *s,
		  const struct kmodsel_request *q, struct err *e)
{
	int r = kmodsel_matchers_new(&f->arena, q->firmware.v, q->firmware.n, false, &f->matchers,
				     e);

	if (r == 0)
		r = find_prefixes(f, e);
	if (r < 0)
		return r;
	for (size_t i = 0; i < s->firmware.n; i++) {
		if (glob_is_pattern(s->firmware.v[i]))
			vec_push(&f->globs, s->firmware.v[i]);
		else
			want_name(f, s->firmware.v[i]);
	}
	want_entries(f, f->dir);
	if (f->keep.n > 0)
		qsort(f->keep.v, f->keep.n, sizeof(f->keep.v[0]), compare_pointer);
	remove_rest(f, f->dir, true);
	return 0;
}

int kmodsel_firmware(struct tree *t, const struct kmodsel_selection *s,
		     const struct kmodsel_request *q, struct notes *notes, struct err *e)
{
	struct firmware f = { .t = t, .dir = tree_follow(t, SV(FIRMWARE)), .arena = ARENA_INIT };
	int r = 0;

	if (f.dir && f.dir->inode->type == TREE_DIR)
		r = filter(&f, s, q, e);
	if (r == 0)
		note_unused(&f, notes);
	kmodsel_matchers_done(&f.matchers);
	vec_done(&f.globs);
	vec_done(&f.prefixes);
	vec_done(&f.keep);
	strbuf_done(&f.path);
	arena_done(&f.arena);
	return r;
}

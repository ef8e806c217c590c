/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A small image and its context for the tests of transforms. */
#pragma once

#include "pkg/arch.h"
#include "tests/unit/tree/tree_test_util.h"
#include "transform/transform_int.h"

struct fixture {
	struct transform_context c;
	struct notes notes;
	struct err e;
};

/* `text` in the form of tree_parse. */
static inline struct fixture *fixture_new(const char *text)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	f->c.tree = tree_of(text);
	if (!f->c.tree)
		test_fail(__FILE__, __LINE__, "the tree does not parse");
	f->c.notes = &f->notes;
	f->c.source_date = 1700000000; /* day 19675 */
	f->c.distribution = SV("debian");
	if (arch_find(SV("amd64"), &f->c.arch, &f->e) < 0)
		test_fail(__FILE__, __LINE__, "no amd64");
	return f;
}

static inline void fixture_free(struct fixture *f)
{
	tree_free(f->c.tree);
	transform_context_done(&f->c);
	notes_done(&f->notes);
	free(f);
}
DEFINE_CLEANUP(struct fixture *, fixture_free)
#define _cleanup_fixture_ _cleanup_(fixture_freep)

static inline void add_package(struct fixture *f, const char *name)
{
	struct transform_package p = { .name = sv_from(name), .version = SV("1") };

	vec_push(&f->c.packages, p);
}

static inline void put(struct fixture *f, const char *path, const char *content)
{
	struct tree_entry x = { .path = sv_from(path),
				.type = TREE_FILE,
				.mode = 0644,
				.blob = blob_new_copy(sv_from(content)),
				.origin = 1 };
	int r = tree_add(f->c.tree, &x, NULL, &f->e);

	blob_unref(x.blob);
	if (r < 0)
		test_fail(__FILE__, __LINE__, "%s", f->e.text);
}

static inline bool ran(struct fixture *f, int r)
{
	if (r < 0)
		(void)fprintf(stderr, "# %s\n", f->e.text);
	return r == 0;
}

/* Is there a note that says it? */
static inline bool noted(const struct fixture *f, const char *part)
{
	for (size_t i = 0; i < f->notes.list.n; i++)
		if (sv_find(f->notes.list.v[i].text, sv_from(part)) >= 0)
			return true;
	for (size_t i = 0; i < f->notes.list.n; i++)
		(void)fprintf(stderr, "# note: " SV_FMT "\n", SV_ARG(f->notes.list.v[i].text));
	return false;
}

static inline bool link_is(const struct fixture *f, const char *path, const char *target)
{
	const struct tree_node *n = tree_lookup(f->c.tree, sv_from(path));

	if (n && n->inode->type == TREE_SYMLINK && sv_eq(n->inode->target, sv_from(target)))
		return true;
	(void)fprintf(stderr, "# %s is %s" SV_FMT "\n", path, n ? "" : "absent",
		      n ? (int)n->inode->target.n : 0, n ? n->inode->target.p : "");
	return false;
}

static inline bool absent(const struct fixture *f, const char *path)
{
	return !tree_lookup(f->c.tree, sv_from(path));
}

static inline bool has(const struct fixture *f, const char *path, const char *content)
{
	return text_at(f->c.tree, path, content);
}

static inline uint32_t mode_of(const struct fixture *f, const char *path)
{
	const struct tree_node *n = tree_lookup(f->c.tree, sv_from(path));

	return n ? n->inode->mode : UINT32_MAX;
}

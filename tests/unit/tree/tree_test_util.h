/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shorthands of the tree tests: build a tree from its text form, compare it with one. */
#pragma once

#include <stdio.h>

#include "tests/unit/test.h"
#include "tree/tree.h"

static inline struct tree *tree_of(const char *text)
{
	struct err e = ERR_INIT;
	struct tree *t = NULL;

	if (tree_parse(sv_from(text), NULL, NULL, &t, &e) < 0) {
		(void)fprintf(stderr, "# %s\n", e.text);
		return NULL;
	}
	return t;
}

/* Says what differs when it does. */
static inline bool tree_is(const struct tree *t, const char *expected)
{
	struct strbuf got = STRBUF_INIT;
	bool same;

	tree_dump(t, &got);
	same = sv_eq(strbuf_sv(&got), sv_from(expected));
	if (!same)
		(void)fprintf(stderr, "# expected:\n%s# got:\n%s", expected, got.p ? got.p : "");
	strbuf_done(&got);
	return same;
}

static inline bool err_says(const struct err *e, const char *part)
{
	if (sv_find(sv_from(e->text), sv_from(part)) >= 0)
		return true;
	(void)fprintf(stderr, "# error is: %s\n", e->text);
	return false;
}

static inline bool text_at(const struct tree *t, const char *path, const char *expected)
{
	struct sv s = SV_NULL;

	if (tree_read(t, sv_from(path), &s) && sv_eq(s, sv_from(expected)))
		return true;
	(void)fprintf(stderr, "# %s holds: " SV_FMT "\n", path, SV_ARG(s));
	return false;
}

#define _cleanup_tree_ _cleanup_(tree_freep)

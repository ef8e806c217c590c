/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which files of packages never enter the image: RemoveFiles=, documentation, and what KeepFiles= takes
 * back. Judged on cleaned paths with the merged-usr links applied by name, before content is stored.
 * Threads may share it once
 * it is filled: only the marks of what matched still change.
 */
#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/sv.h"
#include "base/vec.h"
#include "pkg/arch.h"

struct filter_rule {
	struct sv pattern; /* without leading slash, links applied */
	struct sv origin;
	unsigned depth; /* components of the pattern */
	size_t literal; /* length of the leading part without glob characters */
	bool optional;
	_Atomic bool *hit; /* matched something; shared by the threads */
};

struct filter {
	const struct arch *arch;
	struct arena arena;
	bool merged_sbin; /* filter_merge_sbin */
	VEC(struct filter_rule) remove, keep;
};

void filter_done(struct filter *f);
/* Pattern as in a recipe: an absolute glob, '*' stops at '/', '?/...' (a leading '?') may match nothing. */
int filter_add(struct filter *f, bool keep, struct sv pattern, struct sv origin, struct err *e);
/* Path without leading slash: does a rule remove it, or a folder above it, and none keep it? */
bool filter_drops(const struct filter *f, struct sv path);
/* E_USAGE naming a pattern that has matched nothing and is not optional. */
int filter_check(const struct filter *f, struct err *e);
/* usr/sbin is a link to usr/bin: patterns and paths of the one mean the other. Before filter_drops. */
void filter_merge_sbin(struct filter *f);
/* "bin/sh" -> "usr/bin/sh" where the architecture's root links say so; buf holds the result. */
struct sv filter_canonical(const struct filter *f, struct sv path, char *buf, size_t size);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Finds `update-alternatives --install` commands in the text of a script (update-alternatives(1)). The
 * text is never run: only commands whose words are all literal count, whatever branch they stand in.
 * Any bytes are fine; what cannot be understood is no command.
 */
#pragma once

#include "base/arena.h"
#include "base/vec.h"

struct alternative_link {
	struct sv link, name, path; /* /usr/bin/awk, awk, /usr/bin/mawk */
};

struct alternative {
	struct alternative_link main;
	int64_t priority;
	struct alternative_link *slaves;
	size_t n_slaves;
};

struct alternatives {
	VEC(struct alternative) list; /* in the order of the text */
	size_t skipped;               /* install commands with words that are not literal */
};

/* Adds to *ret; strings live in the arena. The caller ends ret->list with vec_done. */
void alternatives_parse(struct arena *a, struct sv script, struct alternatives *ret);

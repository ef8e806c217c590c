/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Packages on demand. A mirror that holds far more than a plan looks at may keep an index by name instead of
 * adding all its packages, and adds those that are asked for, each once. What else is said about a universe
 * is then about the packages that are there.
 */
#pragma once

#include "pkg/universe.h"

struct universe_source {
	/* Adds those that have or provide the name. */
	int (*bring)(void *arg, struct universe *u, struct sv name, struct err *e);
	/* Adds those whose name begins so. */
	int (*bring_prefix)(void *arg, struct universe *u, struct sv prefix, struct err *e);
	void (*done)(void *arg); /* when the universe goes */
	void *arg;
};

void universe_add_source(struct universe *u, const struct universe_source *s);
/* No more packages are wanted; what sources keep goes. */
void universe_end_sources(struct universe *u);
/*
 * These ask the sources, and finish the universe again when packages came: pointers into it move, ids stay.
 * Fail as reading the index would. universe_reach brings all that can come into a plan by these
 * dependencies: through every alternative and provider, and Recommends as well where they are followed.
 */
int universe_want(struct universe *u, const struct sv *names, size_t n, struct err *e);
int universe_want_prefix(struct universe *u, struct sv prefix, struct err *e);
int universe_reach(struct universe *u, const dep_id *list, size_t n, bool recommends,
		   struct err *e);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The clause store: allocation, watches, and what is forgotten of the learned clauses. */
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "solver/sat_int.h"

cref_t clause_new(struct sat *s, const lit_t *lits, uint32_t n, uint32_t tag, bool learned)
{
	size_t words = CLAUSE_WORDS + (size_t)n;
	struct clause *c;
	cref_t ref;

	if (s->arena.n + words > SAT_ARENA_MAX) {
		s->full = true;
		return 0;
	}
	ref = (cref_t)s->arena.n;
	vec_reserve(&s->arena, s->arena.n + words);
	s->arena.n += words;

	c = clause_at(s, ref);
	c->n = n;
	c->flags = learned ? CLAUSE_LEARNED | CLAUSE_USED : 0;
	c->lbd = 0;
	c->tag = tag;
	if (n)
		memcpy(c->lits, lits, n * sizeof(*lits));
	if (learned)
		vec_push(&s->learned, ref);
	else
		vec_push(&s->input, ref);
	return ref;
}

static void watch_add(struct watches *w, cref_t ref, lit_t blocker)
{
	/* starts at two: most literals of a package problem sit in few clauses */
	if (w->n == w->cap) {
		w->cap = w->cap ? w->cap * 2 : 2;
		w->v = xrealloc(w->v, w->cap, sizeof(*w->v));
	}
	w->v[w->n++] = (struct watch){ .ref = ref, .blocker = blocker };
}

void clause_attach(struct sat *s, cref_t ref)
{
	const struct clause *c = clause_at(s, ref);
	cref_t mark = c->n == 2 ? ref | WATCH_BINARY : ref;

	watch_add(&s->watches.v[c->lits[0]], mark, c->lits[1]);
	watch_add(&s->watches.v[c->lits[1]], mark, c->lits[0]);
}

void clause_watch(struct sat *s, lit_t l, cref_t ref, lit_t blocker)
{
	watch_add(&s->watches.v[l], ref, blocker);
}

/* What to forget first: clauses over many decision levels, long ones, old ones. */
struct rank {
	uint32_t lbd, n;
	cref_t ref;
};

static int rank_cmp(const void *pa, const void *pb)
{
	const struct rank *a = pa, *b = pb;

	if (a->lbd != b->lbd)
		return a->lbd > b->lbd ? -1 : 1;
	if (a->n != b->n)
		return a->n > b->n ? -1 : 1;
	return a->ref < b->ref ? -1 : 1;
}

static bool satisfied_for_good(const struct sat *s, const struct clause *c)
{
	for (uint32_t i = 0; i < c->n; i++)
		if (s->values.v[c->lits[i]] > 0)
			return true;
	return false;
}

static void mark_garbage(struct sat *s)
{
	VEC(struct rank) ranks = { 0 };

	for (size_t i = 0; i < s->learned.n; i++) {
		struct clause *c = clause_at(s, s->learned.v[i]);
		bool used = c->flags & CLAUSE_USED;

		c->flags &= (uint8_t)~CLAUSE_USED;
		if (satisfied_for_good(s, c)) {
			c->flags |= CLAUSE_GARBAGE;
			continue;
		}
		/* "glue" clauses and those that took part in a conflict lately stay */
		if (c->lbd <= 2 || (used && c->lbd <= 6))
			continue;
		vec_push(&ranks, ((struct rank){ c->lbd, c->n, s->learned.v[i] }));
	}
	if (ranks.n)
		qsort(ranks.v, ranks.n, sizeof(*ranks.v), rank_cmp);
	for (size_t i = 0; i < ranks.n / 2; i++)
		clause_at(s, ranks.v[i].ref)->flags |= CLAUSE_GARBAGE;
	vec_done(&ranks);
}

/* Moves the clauses that stay together, in their order, and makes the watches anew. Both lists of
 * references are in arena order, so one walk rewrites them. */
static void compact(struct sat *s)
{
	size_t to = 1, n_input = 0, n_learned = 0;

	for (size_t from = 1; from < s->arena.n;) {
		struct clause *c = clause_at(s, (cref_t)from);
		size_t words = CLAUSE_WORDS + (size_t)c->n;

		if (!(c->flags & CLAUSE_GARBAGE)) {
			if (c->flags & CLAUSE_LEARNED)
				s->learned.v[n_learned++] = (cref_t)to;
			else
				s->input.v[n_input++] = (cref_t)to;
			memmove(&s->arena.v[to], c, words * sizeof(uint32_t));
			to += words;
		}
		from += words;
	}
	ASSERT(n_input == s->input.n);
	s->learned.n = n_learned;
	s->arena.n = to;
}

void clauses_reduce(struct sat *s)
{
	ASSERT(level_now(s) == 0);
	mark_garbage(s);
	compact(s);

	for (size_t i = 0; i < s->watches.n; i++)
		s->watches.v[i].n = 0;
	for (size_t i = 0; i < s->input.n; i++)
		if (clause_at(s, s->input.v[i])->n >= 2)
			clause_attach(s, s->input.v[i]);
	for (size_t i = 0; i < s->learned.n; i++)
		clause_attach(s, s->learned.v[i]);
}

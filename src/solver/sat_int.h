/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Inside of the SAT solver. A variable v has the internal literals 2v (true) and 2v + 1 (false).
 * Clauses live in one array of words and are named by their offset (struct clause below); offset 0 is
 * "none". Input clauses are never removed or shortened: cores and the self-check need them whole.
 *
 * Invariants: lits[0] and lits[1] of every clause of two or more literals are its watches; a clause of
 * two is propagated from the watch alone, so its literals are in no particular order; the trail up to
 * `qhead` is propagated.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"
#include "solver/sat.h"

typedef uint32_t lit_t;
typedef uint32_t cref_t;

VEC_TYPE(lits, lit_t);
VEC_TYPE(crefs, cref_t);

enum { CLAUSE_LEARNED = 1, CLAUSE_GARBAGE = 2, CLAUSE_USED = 4 };

struct clause {
	uint32_t n;
	uint32_t flags : 8, lbd : 24;
	uint32_t tag; /* input clauses */
	lit_t lits[];
};
#define CLAUSE_WORDS 3 /* of the header */
#define LBD_MAX 0xffffffU

/* `blocker` is some other literal of the clause: when it is true the clause need not be visited. */
struct watch {
	cref_t ref;
	lit_t blocker;
};
struct watches {
	struct watch *v;
	uint32_t n, cap;
};
#define WATCH_BINARY 0x80000000U  /* in ref: the blocker is the whole rest of the clause */
#define SAT_ARENA_MAX 0x7fffffffU /* words */

/* Per variable. */
struct var {
	cref_t reason; /* 0: a decision, or level 0 */
	uint32_t level;
	uint32_t prev, next; /* decision queue, see sat_decide.c */
	uint64_t stamp;
};

struct sat {
	sat_decide_fn decider;
	void *decider_arg;

	uint32_t n_vars;
	VEC(uint32_t) arena;
	struct crefs input, learned;
	VEC(int8_t) values;   /* by literal: 1, -1, 0 */
	VEC(struct var) vars; /* by variable, [0] unused */
	VEC(struct watches)
	watches; /* by literal: clauses watching it, visited when it becomes false */
	struct lits trail;
	VEC(uint32_t) control; /* trail size where each decision level begins */
	uint32_t qhead;
	bool unsat; /* refuted without assumptions */
	bool full;  /* the arena hit its limit */

	uint32_t queue_first, queue_last, queue_search; /* variables in order of their last bump */
	uint64_t stamp;

	struct lits assumed;    /* of the next or of the last solve */
	bool assumed_old;       /* they belong to a finished solve */
	enum sat_result result; /* SAT_UNKNOWN: changed since */
	struct lits failed;     /* sorted */
	VEC(uint32_t) core;
	bool core_made;

	/* analysis scratch */
	VEC(uint8_t) seen; /* by variable */
	struct lits learn, clear, stack;
	VEC(uint32_t) analyzed;    /* variables to bump */
	VEC(uint64_t) level_stamp; /* by level, for counting levels */
	uint64_t level_clock;

	uint64_t restart_at, luby_index; /* conflicts */
	uint64_t limit, give_up_at;      /* conflicts: of each solve, and at which this one ends */
	uint64_t reduce_at, reduce_step;
	struct sat_stats stats;
	struct sat_check *check;
};

static inline lit_t lit_in(int ext)
{
	return ext < 0 ? 2 * (uint32_t)-ext + 1 : 2 * (uint32_t)ext;
}
static inline int lit_out(lit_t l)
{
	return l & 1 ? -(int)(l >> 1) : (int)(l >> 1);
}
static inline lit_t lit_not(lit_t l)
{
	return l ^ 1;
}
static inline uint32_t lit_var(lit_t l)
{
	return l >> 1;
}
static inline struct clause *clause_at(const struct sat *s, cref_t ref)
{
	return (struct clause *)(void *)&s->arena.v[ref];
}
static inline uint32_t level_now(const struct sat *s)
{
	return (uint32_t)s->control.n;
}

/* sat_clause.c */
cref_t clause_new(struct sat *s, const lit_t *lits, uint32_t n, uint32_t tag, bool learned);
void clause_attach(struct sat *s, cref_t ref);
void clause_watch(struct sat *s, lit_t l, cref_t ref, lit_t blocker);
/* Drops the less useful half of the learned clauses. Level 0 only. */
void clauses_reduce(struct sat *s);

/* sat_propagate.c */
void lit_assign(struct sat *s, lit_t l, cref_t reason);
cref_t propagate(struct sat *s); /* the conflicting clause, or 0 */
void backtrack(struct sat *s, uint32_t level);

/* sat_analyze.c: learns from the conflict, backjumps, asserts. Not at level 0. */
void analyze(struct sat *s, cref_t conflict);
/* Which assumptions made `l`, itself an assumption, false. */
void analyze_final(struct sat *s, lit_t l);

/* sat_decide.c */
void queue_add(struct sat *s, uint32_t v);
void queue_bump(struct sat *s); /* the analyzed variables */
static inline void queue_unassigned(struct sat *s, uint32_t v)
{
	if (s->vars.v[v].stamp > s->vars.v[s->queue_search].stamp)
		s->queue_search = v;
}
enum decided { DECIDED, DECIDED_ALL, DECIDED_FAILED, DECIDED_NOT };
enum decided decide(struct sat *s);

/* sat_core.c */
void core_make(struct sat *s);

/* sat_check.c: self-check builds only (-DKINDLING_SELF_CHECK) */
#ifdef KINDLING_SELF_CHECK
void check_input(struct sat *s, const lit_t *lits, uint32_t n);
void check_learned(struct sat *s, const lit_t *lits, uint32_t n);
void check_model(const struct sat *s);
void check_free(struct sat *s);
#else
static inline void check_input(struct sat *s, const lit_t *lits, uint32_t n)
{
	(void)s, (void)lits, (void)n;
}
static inline void check_learned(struct sat *s, const lit_t *lits, uint32_t n)
{
	(void)s, (void)lits, (void)n;
}
static inline void check_model(const struct sat *s)
{
	(void)s;
}
static inline void check_free(struct sat *s)
{
	(void)s;
}
#endif

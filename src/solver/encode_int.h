/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Between packages and sat. Every variable has a node: a package, a goal that may be switched on, or
 * an expression that needed a name. "Node true" means all its requirements hold; a requirement is a
 * clause whose choices stand in order of preference. Nodes get their requirements lazily, on the way
 * from the goals, so that a plan costs what it touches and not what the mirrors hold.
 *
 * Numbers of variables and clauses come from names and from the order in which they are reached, never
 * from package or string ids: the search, and so the answer, does not depend on the order of indexes.
 *
 * encoder owns everything made here; the universe and the input are borrowed.
 */
#pragma once

#include "base/arena.h"
#include "base/map.h"
#include "solver/sat.h"
#include "solver/solver.h"

/* Why a clause is there. Its index in encoder.reasons is the clause's tag in sat. */
enum reason_kind {
	REASON_ROOT,     /* a goal or essential package: `root` */
	REASON_REQUIRES, /* pkg's dependency dep */
	REASON_CONFLICTS, /* pkg's conflict, break or obsolete dep; with other, or with what DEFINES names */
	REASON_SAME_NAME, /* pkg and other share a name (other 0: some earlier one) */
	REASON_EXCLUDED,  /* pkg is on the exclusion list */
	REASON_DEFINES,   /* bookkeeping about pkg (or none): no words of its own */
};

struct reason {
	uint8_t kind;
	uint8_t dep_kind; /* REASON_CONFLICTS: enum dep_kind */
	pkg_id pkg, other;
	dep_id dep;
	uint32_t root;
	uint32_t first,
		n; /* the clause: range of encoder.lits; of a requirement: -owner, choices */
};

struct require {
	uint32_t reason;
	uint32_t next;  /* of the same node; 0: last */
	dep_id dep;     /* as the package states it */
	uint32_t named; /* of a goal: so many leading choices are the package it names */
	bool at_once;   /* no choice between names: decide before anything that has one */
};

struct node {
	pkg_id pkg;           /* 0: root, expression or helper variable */
	uint32_t first, last; /* requirements */
	int same_name;        /* next package variable of this name */
	bool encoded;         /* has its requirements */
	bool excluded;
	bool expression; /* holds exactly when its requirements do */
};

/* A goal, an essential package name, or a Recommends that is being followed. */
struct root {
	int var;
	bool active;
	bool essential;
	uint32_t goal;   /* index in the input, UINT32_MAX */
	pkg_id because;  /* recommender */
	dep_id dep;      /* 0: essential */
	str_id name;     /* essential */
	pkg_id pkg;      /* that very package, instead of dep or name */
	bool impossible; /* nothing provides it */
};

/* The packages that satisfy an atom, best first. */
struct candidate {
	pkg_id pkg;
	bool own_name, locked;
	bool replaced; /* another candidate obsoletes it */
	uint8_t rank;  /* Priority of its name */
};
struct atom {
	uint32_t first, n; /* range of encoder.candidates */
	int exact;         /* variable equal to "one of them is installed", or 0 */
	int before, after; /* first of n variables: "one of candidates 0..i", "... i..n-1", or 0 */
};

/* Packages of one name that have variables. */
struct group {
	int first; /* chain through node.same_name */
	uint32_t n;
	int any; /* variable implied by every member so far, or 0 */
};

VEC_TYPE(int_list, int);

struct encoder {
	const struct solver_input *in;
	const struct universe *u;
	struct sat *sat;
	struct arena arena;           /* keys of maps */
	struct map assumed, excluded; /* names */
	uint8_t *locked;              /* by pkg_id; NULL: none */

	VEC(struct node) nodes; /* by variable; [0] unused */
	int *pkg_var;           /* by pkg_id; 0: none yet */
	VEC(struct reason) reasons;
	struct int_list lits;
	VEC(struct require) requires; /* [0] unused */
	VEC(struct root) roots;

	struct map atom_index;
	VEC(struct atom) atoms;
	VEC(struct candidate) candidates;
	struct map group_index;
	VEC(struct group) groups;
	struct map expr_index; /* dep_id and whether its opposite -> literal, as int */
	int true_var;
	struct int_list closing; /* literals to settle as false when all requirements hold */

	struct int_list work;    /* variables waiting for their requirements */
	VEC(uint32_t) work_seen; /* by variable: round that looked at it */
	uint32_t work_round;
	struct int_list scratch;
	bool too_large; /* ENCODER_LITS_MAX was hit */
};

#define ENCODER_LITS_MAX 200000000u
#define ENCODER_CONFLICTS_MAX 200000u /* of one solve */
#define EXPRESSION_DEPTH_MAX 64       /* nesting; chains of alternatives do not nest */

/* candidates.c */
bool pkg_installable(const struct encoder *c, pkg_id p); /* architecture and assumed names */
bool name_assumed(const struct encoder *c, str_id name);
/* The entry of an atom, WITH or WITHOUT. */
uint32_t atom_find(struct encoder *c, dep_id d);
/* All packages of that very name. */
uint32_t atom_named(struct encoder *c, str_id name);
/* Lexical order of packages: name, version, architecture, mirror. */
int pkg_order(const struct universe *u, pkg_id a, pkg_id b);

/* encode.c */
void encoder_init(struct encoder *c, const struct solver_input *in);
void encoder_done(struct encoder *c);
int encoder_new_var(struct encoder *c, pkg_id p);
int encoder_pkg(struct encoder *c, pkg_id p); /* its variable */
uint32_t encoder_clause(struct encoder *c, struct reason why, const int *lits, size_t n);
/* Appends to the requirements of a node; the clause is there already. */
void encoder_require(struct encoder *c, int owner, const struct require *q);
/* Adds a switch for "this must be satisfied" and returns its index. */
uint32_t encoder_root(struct encoder *c, const struct root *r);
/* Gives every waiting node its requirements, and what it would choose first, transitively. */
void encoder_work(struct encoder *c);
void encoder_want(struct encoder *c, int var);
static inline const int *require_choices(const struct encoder *c, const struct require *r,
					 uint32_t *ret_n)
{
	const struct reason *why = &c->reasons.v[r->reason];

	*ret_n = why->n ? why->n - 1 : 0; /* empty only once encoder.too_large */
	return c->lits.v + why->first + 1;
}

/* weak.c */
/* How much two packages say they belong together: owner recommends p or p supplements owner; owner suggests
 * p or p enhances owner. rpm only: Debian's tools choose without. */
enum { AFFINITY_STRONG, AFFINITY_WEAK, AFFINITY_NONE };
unsigned pkg_affinity(const struct encoder *c, pkg_id owner, pkg_id p);

/* encode_expr.c */
/* Choices that satisfy d, best first, appended to out (goal: the named package before the better
 * mirror). False when d holds without any package. */
bool expr_choices(struct encoder *c, dep_id d, bool goal, struct int_list *out);
int atom_exact(struct encoder *c, uint32_t atom);
/* Requires as the conjuncts of d, for owner. */
void encode_require(struct encoder *c, int owner, dep_id d, const struct reason *why, bool goal);
void encode_conflict(struct encoder *c, pkg_id p, dep_id d, enum dep_kind kind);

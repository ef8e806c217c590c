/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Cores: which input clauses refute the failed assumptions. Learning stays cheap because nothing is
 * recorded while solving; instead the refutation is found again by a second solver, in which the
 * clauses of each tag hold only under a selector. The selectors it needed are the core. Memory is
 * that of one more solver; only refusals pay for it.
 */
#include <stdlib.h>

#include "base/macros.h"
#include "solver/sat_int.h"

static int u32_cmp(const void *pa, const void *pb)
{
	const uint32_t *a = pa, *b = pb;

	return *a < *b ? -1 : *a > *b;
}

static void tags_collect(const struct sat *s, struct lits *tags)
{
	size_t n = 0;

	for (size_t i = 0; i < s->input.n; i++)
		vec_push(tags, clause_at(s, s->input.v[i])->tag);
	if (tags->n)
		qsort(tags->v, tags->n, sizeof(*tags->v), u32_cmp);
	for (size_t i = 0; i < tags->n; i++)
		if (i == 0 || tags->v[i] != tags->v[n - 1])
			tags->v[n++] = tags->v[i];
	tags->n = n;
}

static int selector(const struct sat *s, const struct lits *tags, uint32_t tag)
{
	const uint32_t *at = bsearch(&tag, tags->v, tags->n, sizeof(tag), u32_cmp);

	return (int)s->n_vars + 1 + (int)(at - tags->v);
}

static void clauses_copy(const struct sat *s, struct sat *to, const struct lits *tags)
{
	VEC(int) lits = { 0 };

	for (size_t i = 0; i < s->input.n; i++) {
		const struct clause *c = clause_at(s, s->input.v[i]);

		lits.n = 0;
		for (uint32_t k = 0; k < c->n; k++)
			vec_push(&lits, lit_out(c->lits[k]));
		vec_push(&lits, -selector(s, tags, c->tag));
		sat_clause(to, lits.v, lits.n, c->tag);
	}
	vec_done(&lits);
}

void core_make(struct sat *s)
{
	struct lits tags = { 0 };
	struct sat *again = sat_new();
	enum sat_result r;

	tags_collect(s, &tags);
	for (size_t i = 0; i < s->n_vars + tags.n; i++)
		sat_new_var(again);
	clauses_copy(s, again, &tags);
	sat_set_limit(again, s->limit);

	/* the caller's assumptions first: what follows from them early names the tags nearest to them */
	for (size_t i = 0; i < s->failed.n; i++)
		sat_assume(again, lit_out(s->failed.v[i]));
	for (size_t i = 0; i < tags.n; i++)
		sat_assume(again, (int)(s->n_vars + 1 + i));

	r = sat_solve(again);
	ASSERT(r != SAT_TRUE);
	s->core.n = 0;
	for (size_t i = 0; i < tags.n; i++)
		if (r == SAT_UNKNOWN || sat_failed(again, (int)(s->n_vars + 1 + i)))
			vec_push(&s->core, tags.v[i]);
	s->core_made = true;
	sat_free(again);
	vec_done(&tags);
}

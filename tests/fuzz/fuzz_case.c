/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A solver run that is saved as a case can be read again and comes out the same. */
#include <stdlib.h>

/* the format's reader belongs to the unit tests, of which this program links nothing */
#include "tests/unit/solver/mini.c" /* NOLINT(bugprone-suspicious-include) */

static void save(const struct mini *m, struct strbuf *out)
{
	_cleanup_strbuf_ struct strbuf why = STRBUF_INIT;
	struct solver_result result = { 0 };
	struct err e = ERR_INIT;
	int r = solver_solve(&m->in, &result, &why, &e);
	struct solver_outcome o = { r < 0 ? NULL : &result, &why, &e };

	solver_case_write(&m->in, &o, out);
	solver_result_done(&result);
}

/* The readers of indexes and recipes let no control characters into names. */
static bool is_text(struct sv s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' && s.p[i] != '\n')
			return false;
	return true;
}

/* A mirror always has a name. */
static bool has_labels(const struct mini *m)
{
	for (size_t i = 0; i < m->u.repos.n; i++)
		if (m->u.repos.v[i].label.n == 0)
			return false;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_strbuf_ struct strbuf first = STRBUF_INIT, outcome = STRBUF_INIT;
	struct mini m, again;

	if (size == 0 || size > 1 << 15 || !is_text(sv_of(data, size)))
		return 0;
	if (mini_parse(&m, sv_of(data, size), 0) && universe_count(&m.u) < 100 && has_labels(&m)) {
		save(&m, &first);
		if (!mini_parse(&again, strbuf_sv(&first), 0))
			abort();
		(void)mini_run(&again, &outcome);
		if (!sv_eq(strbuf_sv(&outcome), again.expect))
			abort();
		mini_done(&again);
	}
	mini_done(&m);
	return 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A solver run that is saved as a case can be read again and comes out the same; what of it is saved the second
 * time is what was saved the first.
 */
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_strbuf_ struct strbuf first = STRBUF_INIT, second = STRBUF_INIT,
				       outcome = STRBUF_INIT;
	struct mini m, again;

	if (size == 0 || size > 1 << 15)
		return 0;
	if (mini_parse(&m, sv_of(data, size), 0) && universe_count(&m.u) < 100) {
		save(&m, &first);
		if (!mini_parse(&again, strbuf_sv(&first), 0))
			abort();
		(void)mini_run(&again, &outcome);
		if (!sv_eq(strbuf_sv(&outcome), again.expect))
			abort();
		save(&again, &second);
		if (!sv_eq(strbuf_sv(&first), strbuf_sv(&second)))
			abort();
		mini_done(&again);
	}
	mini_done(&m);
	return 0;
}

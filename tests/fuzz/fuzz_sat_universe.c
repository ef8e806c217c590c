/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A small universe as text (tests/unit/solver/mini.h): whatever it says, the solver ends, a plan is
 * valid by a judge that shares nothing with the encoding, and another order of the packages gives the
 * same answer.
 */
#include <stdlib.h>

/* the format's reader belongs to the unit tests, of which this program links nothing */
#include "tests/unit/solver/mini.c" /* NOLINT(bugprone-suspicious-include) */

/* Two packages that only their place in the text tells apart: then that place may matter. */
static bool has_twins(const struct mini *m)
{
	for (pkg_id a = 1; a <= universe_count(&m->u); a++)
		for (pkg_id b = 1; b < a; b++) {
			const struct package *x = universe_pkg(&m->u, a),
					     *y = universe_pkg(&m->u, b);

			if (x->name == y->name && x->version == y->version && x->arch == y->arch)
				return true;
		}
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_strbuf_ struct strbuf first = STRBUF_INIT, second = STRBUF_INIT, why = STRBUF_INIT;
	struct sv text = sv_of(data, size);
	struct solver_result result = { 0 };
	struct err e = ERR_INIT;
	struct mini m;

	if (size > 1 << 16 || size == 0)
		return 0;
	if (mini_parse(&m, text, 0) && universe_count(&m.u) < 200) {
		VEC(pkg_id) pkgs = { 0 };

		if (solver_solve(&m.in, &result, &why, &e) == 0) {
			for (size_t i = 0; i < result.items.n; i++)
				vec_push(&pkgs, result.items.v[i].pkg);
			if (mini_invalid(&m, pkgs.v, pkgs.n))
				abort();
		}
		bool twins = has_twins(&m);

		(void)mini_run(&m, &first);
		mini_done(&m);
		if (mini_parse(&m, text, 99) && !twins) {
			(void)mini_run(&m, &second);
			if (!sv_eq(strbuf_sv(&first), strbuf_sv(&second)))
				abort();
		}
		vec_done(&pkgs);
		solver_result_done(&result);
	}
	mini_done(&m);
	return 0;
}

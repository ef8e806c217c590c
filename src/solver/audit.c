/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One encoder and one solver for all packages: each solve assumes a batch of them installed, and what was
 * learned stays. Whatever a solution holds needs no solve of its own.
 */
#include "solver/audit.h"

#include <stdlib.h>

#include "base/macros.h"
#include "solver/explain_int.h"

enum verdict { NOT_JUDGED, INSTALLABLE, BROKEN };

struct auditor {
	const struct universe *u;
	struct solver_input in;
	struct encoder c;
	struct policy p;
	VEC(uint8_t) verdicts; /* by pkg_id */
	VEC(pkg_id) waiting;   /* for their verdict */
	struct audit *out;
};

static bool is_judged(const struct auditor *a, pkg_id p)
{
	return !universe_pkg(a->u, p)->hidden && pkg_installable(&a->c, p);
}

static int order_cmp(const void *x, const void *y, void *arg)
{
	const struct audit_item *a = x, *b = y;

	return pkg_order(arg, a->pkg, b->pkg);
}

/* ---- verdicts -------------------------------------------------------------------------------------- */

/* Packages are judged in batches: one solve under the assumption that all of them are installed costs what
 * they need together, little more than what one of them needs. */
#define BATCH_MAX 4096

static pkg_id batch_pkg(const struct auditor *a, size_t i)
{
	return a->c.nodes.v[a->p.fixed.v[i]].pkg;
}

static void mark_broken(struct auditor *a, pkg_id p)
{
	a->verdicts.v[p] = BROKEN;
	vec_push(&a->out->items, ((struct audit_item){ .pkg = p }));
}

/* After a refusal. Who alone is the reason can never be installed; of several who cannot be together the
 * first stays. The second half of the batch goes too: what is in conflict once is so again. */
static void shrink_batch(struct auditor *a)
{
	struct int_list *batch = &a->p.fixed;
	size_t failed = 0, kept = 0, half = (batch->n + 1) / 2;
	bool first = true;

	for (size_t i = 0; i < batch->n; i++)
		failed += sat_failed(a->c.sat, batch->v[i]);
	ASSERT(failed > 0);
	for (size_t i = 0; i < batch->n; i++) {
		bool fails = sat_failed(a->c.sat, batch->v[i]);
		pkg_id p = batch_pkg(a, i);

		if (fails && failed == 1)
			mark_broken(a, p);
		else if ((fails && !first) || (failed > 1 && kept >= half))
			vec_push(&a->waiting, p);
		else
			batch->v[kept++] = batch->v[i];
		first &= !fails;
	}
	batch->n = kept;
}

/* Gives at least one package of the batch its verdict; the others may wait again. */
static int judge_batch(struct auditor *a, struct err *e)
{
	while (a->p.fixed.n > 0) {
		enum sat_result r = policy_solve(&a->p);

		if (r == SAT_UNKNOWN)
			return err_set(e, E_LIMIT,
				       "the dependencies of all packages are too %s to solve",
				       a->c.too_large ? "large" : "entangled");
		if (r == SAT_FALSE) {
			shrink_batch(a);
			continue;
		}
		for (size_t i = 0; i < a->p.queue.n; i++)
			a->verdicts.v[a->c.nodes.v[a->p.queue.v[i].var].pkg] = INSTALLABLE;
		break;
	}
	return 0;
}

/* Larger batches as long as none is refused. */
static int judge_all(struct auditor *a, struct err *e)
{
	size_t room = 1;

	for (size_t at = 0; at < a->waiting.n;) {
		size_t before = a->waiting.n;
		int r;

		a->p.fixed.n = 0;
		for (; at < a->waiting.n && a->p.fixed.n < room; at++)
			if (a->verdicts.v[a->waiting.v[at]] == NOT_JUDGED)
				vec_push(&a->p.fixed, encoder_pkg(&a->c, a->waiting.v[at]));
		for (size_t i = 0; i < a->p.fixed.n; i++)
			encoder_want(&a->c, a->p.fixed.v[i]);
		r = judge_batch(a, e);
		if (r < 0)
			return r;
		room = a->waiting.n == before ? MIN(room * 2, BATCH_MAX) : MAX(room / 2, 1u);
	}
	return 0;
}

/* ---- reasons --------------------------------------------------------------------------------------- */

#define CHAIN_MAX 8 /* packages told from the broken one to what is missing */

/* Is everything that could satisfy d broken, or is there nothing at all? *ret: the best of them, or 0. */
static bool is_hopeless(struct auditor *a, dep_id d, pkg_id *ret)
{
	struct encoder *c = &a->c;
	struct int_list choices = { 0 };
	bool hopeless = expr_choices(c, d, false, &choices);

	*ret = 0;
	for (size_t i = 0; i < choices.n && hopeless; i++) {
		pkg_id p = choices.v[i] > 0 ? c->nodes.v[choices.v[i]].pkg : 0;

		/* an expression or "is not installed" is the solver's to judge */
		hopeless = p && a->verdicts.v[p] == BROKEN;
		if (!*ret)
			*ret = p;
	}
	vec_done(&choices);
	return hopeless;
}

/* A requirement of p that nothing installable satisfies: one that nothing satisfies at all before one that
 * a broken package would. */
static dep_id hopeless_requirement(struct auditor *a, pkg_id p, pkg_id *ret)
{
	const struct dep_list *l = &universe_pkg(a->u, p)->deps[DEPK_REQUIRES];
	dep_id found = 0;

	*ret = 0;
	for (uint32_t i = 0; i < l->n; i++) {
		dep_id d = a->u->dep_refs.v[l->first + i];
		pkg_id via;

		if (!is_hopeless(a, d, &via))
			continue;
		if (!found || !via) {
			found = d;
			*ret = via;
		}
		if (!via)
			break;
	}
	return found;
}

/* "p requires d", and so on down to what is missing. False when it does not end there: a conflict. */
static bool tell_chain(struct auditor *a, pkg_id p, struct strbuf *out)
{
	struct err hint = { .code = E_UNSAT }; /* not shown */
	struct story s = { .c = &a->c, .out = out, .e = &hint };
	pkg_id told[CHAIN_MAX];

	for (unsigned depth = 0; depth < CHAIN_MAX; depth++) {
		pkg_id via;
		dep_id d = hopeless_requirement(a, p, &via);

		for (unsigned i = 0; i < depth; i++)
			if (told[i] == p) /* a circle: the cause lies elsewhere */
				return false;
		told[depth] = p;
		if (!d || !tell_line(&s, depth))
			return false;
		tell_pkg(&s, p);
		strbuf_adds(out, " requires ");
		dep_print(a->u, d, out);
		strbuf_addc(out, '\n');
		if (!via) {
			tell_missing(&s, d, depth + 1, NULL);
			return true;
		}
		p = via;
	}
	return false;
}

/* A goal that is this package and nothing else. */
static int tell_conflict(struct auditor *a, pkg_id p, struct strbuf *out, struct err *e)
{
	struct solver_input in = { .u = a->u };
	struct encoder c;
	struct policy policy;
	struct err unsat = ERR_INIT;
	struct strbuf tree = STRBUF_INIT;
	struct sv rest, line;
	int r = 0;

	encoder_init(&c, &in);
	policy_init(&policy, &c);
	encoder_root(&c, &(struct root){ .active = true, .goal = UINT32_MAX, .pkg = p });
	switch (policy_solve(&policy)) {
	case SAT_FALSE:
		explain(&c, &tree, &unsat);
		break;
	case SAT_UNKNOWN: /* what was learned about the others made it easy */
		strbuf_adds(&tree,
			    "  what it requires excludes itself, in too many ways to tell\n");
		break;
	case SAT_TRUE:
		r = err_set(e, E_FAIL, "two solvers disagree about a package");
	}
	rest = strbuf_sv(&tree);
	while (sv_line(&rest, &line)) {
		(void)sv_skip(&line, SV("  "));
		strbuf_add(out, line);
		strbuf_addc(out, '\n');
	}
	strbuf_done(&tree);
	policy_done(&policy);
	encoder_done(&c);
	return r;
}

static int tell_reasons(struct auditor *a, struct err *e)
{
	struct strbuf text = STRBUF_INIT;
	int r = 0;

	for (size_t i = 0; i < a->out->items.n && r == 0; i++) {
		struct audit_item *it = &a->out->items.v[i];

		strbuf_clear(&text);
		if (!tell_chain(a, it->pkg, &text)) {
			strbuf_clear(&text);
			r = tell_conflict(a, it->pkg, &text, e);
		}
		it->reason = arena_sv(&a->out->arena, strbuf_sv(&text));
	}
	strbuf_done(&text);
	return r;
}

/* ---- all of it ------------------------------------------------------------------------------------- */

static int run(struct auditor *a, struct err *e)
{
	int r;

	for (pkg_id p = 0; p <= universe_count(a->u); p++)
		vec_push(&a->verdicts, NOT_JUDGED);
	for (pkg_id p = 1; p <= universe_count(a->u); p++) {
		if (!is_judged(a, p))
			continue;
		a->out->packages++;
		vec_push(&a->waiting, p);
	}
	r = judge_all(a, e);
	if (a->out->items.n > 1)
		qsort_r(a->out->items.v, a->out->items.n, sizeof(*a->out->items.v), order_cmp,
			(void *)(uintptr_t)a->u);
	return r < 0 ? r : tell_reasons(a, e);
}

int audit_universe(const struct universe *u, struct audit *ret, struct err *e)
{
	struct audit out = { .arena = ARENA_INIT };
	struct auditor a = { .u = u, .in = { .u = u }, .out = &out };
	int r;

	encoder_init(&a.c, &a.in);
	policy_init(&a.p, &a.c);
	r = run(&a, e);
	policy_done(&a.p);
	encoder_done(&a.c);
	vec_done(&a.verdicts);
	vec_done(&a.waiting);
	if (r < 0)
		audit_done(&out);
	else
		*ret = out;
	return r;
}

void audit_done(struct audit *a)
{
	vec_done(&a->items);
	arena_done(&a->arena);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Bytes as a dialogue with the SAT solver over ten variables: clauses, assumptions, solves. Every
 * answer is compared with brute force over the 1024 assignments, every core with its claim.
 * Byte 0xff solves, 0xfe begins a clause; else bit 7 makes it an assumption (otherwise the next literal of
 * the clause), bit 6 the sign, the rest modulo 10 the variable.
 */
#include <stdint.h>
#include <stdlib.h>

#include "solver/sat.h"

enum { VARS = 10, CLAUSES_MAX = 200 };

struct dialogue {
	struct sat *s;
	uint32_t positive[CLAUSES_MAX], negative[CLAUSES_MAX]; /* clauses as sets of variables */
	uint32_t n, assume_true, assume_false;
	int lits[64];
	size_t n_lits;
};

static int any_model(const struct dialogue *d, uint32_t yes, uint32_t no, const uint8_t *used)
{
	for (uint32_t m = 0; m < 1U << VARS; m++) {
		uint32_t i = 0;

		if ((m & yes) != yes || (m & no))
			continue;
		for (; i < d->n; i++)
			if (!(m & d->positive[i]) && !(~m & d->negative[i]) && (!used || used[i]))
				break;
		if (i == d->n)
			return 1;
	}
	return 0;
}

static void add_clause(struct dialogue *d)
{
	uint32_t yes = 0, no = 0;

	if (d->n == CLAUSES_MAX)
		return;
	for (size_t i = 0; i < d->n_lits; i++)
		*(d->lits[i] > 0 ? &yes : &no) |= 1U << (abs(d->lits[i]) - 1);
	sat_clause(d->s, d->lits, d->n_lits, d->n);
	d->positive[d->n] = yes;
	d->negative[d->n++] = no;
	d->n_lits = 0;
}

static void check_model(const struct dialogue *d)
{
	uint32_t m = 0;

	for (int v = 1; v <= VARS; v++)
		if (sat_value(d->s, v) > 0)
			m |= 1U << (v - 1);
	for (uint32_t i = 0; i < d->n; i++)
		if (!(m & d->positive[i]) && !(~m & d->negative[i]))
			abort();
	if ((m & d->assume_true) != d->assume_true || (m & d->assume_false))
		abort();
}

static void check_refusal(const struct dialogue *d)
{
	uint8_t used[CLAUSES_MAX] = { 0 };
	uint32_t yes = 0, no = 0;
	const uint32_t *tags;
	size_t n;

	sat_core(d->s, &tags, &n);
	for (size_t i = 0; i < n; i++)
		used[tags[i]] = 1;
	for (int v = 1; v <= VARS; v++) {
		yes |= sat_failed(d->s, v) ? 1U << (v - 1) : 0;
		no |= sat_failed(d->s, -v) ? 1U << (v - 1) : 0;
	}
	if ((yes & ~d->assume_true) || (no & ~d->assume_false) || any_model(d, yes, no, used))
		abort();
}

static void solve(struct dialogue *d)
{
	for (int v = 1; v <= VARS; v++) {
		if (d->assume_true >> (v - 1) & 1)
			sat_assume(d->s, v);
		if (d->assume_false >> (v - 1) & 1)
			sat_assume(d->s, -v);
	}
	if (sat_solve(d->s) == SAT_TRUE)
		check_model(d);
	else
		check_refusal(d);
	d->assume_true = d->assume_false = 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct dialogue d;
	unsigned solves = 0;

	d = (struct dialogue){ .s = sat_new() };
	for (int v = 0; v < VARS; v++)
		sat_new_var(d.s);
	for (size_t i = 0; i < size && solves < 12; i++) {
		int v = 1 + (data[i] & 0x3f) % VARS;

		if (data[i] == 0xff) {
			solve(&d);
			solves++;
		} else if (data[i] == 0xfe) {
			add_clause(&d);
		} else if (data[i] & 0x80) {
			*(data[i] & 0x40 ? &d.assume_false : &d.assume_true) |= 1U << (v - 1);
		} else if (d.n_lits < 64) {
			d.lits[d.n_lits++] = data[i] & 0x40 ? -v : v;
		}
	}
	solve(&d);
	sat_free(d.s);
	return 0;
}

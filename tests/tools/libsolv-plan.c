/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libsolv-plan ARCH PACKAGES NAME...: installs the names on an empty system from a Debian index in plain text,
 * without recommends, and prints the names that libsolv chooses. For `make bench-solve`; on the machine's own
 * libsolv and libsolvext, hence neither part of the build nor of the linters' round.
 */
#include <solv/pool.h>
#include <solv/poolarch.h>
#include <solv/repo.h>
#include <solv/repo_deb.h>
#include <solv/solver.h>
#include <solv/transaction.h>
#include <stdio.h>
#include <stdlib.h>

static void print_problems(Solver *solver)
{
	for (int i = 1; i <= (int)solver_problem_count(solver); i++)
		fprintf(stderr, "libsolv-plan: error: %s\n", solver_problem2str(solver, i));
}

static void print_choice(Pool *pool, Solver *solver)
{
	Transaction *trans = solver_create_transaction(solver);

	for (int i = 0; i < trans->steps.count; i++)
		printf("%s\n", pool_id2str(pool, pool->solvables[trans->steps.elements[i]].name));
	transaction_free(trans);
}

static Solver *solve(Pool *pool, char **names, int *problems)
{
	Solver *solver = solver_create(pool);
	Queue job;

	queue_init(&job);
	for (; *names; names++)
		queue_push2(&job, SOLVER_INSTALL | SOLVER_SOLVABLE_NAME,
			    pool_str2id(pool, *names, 1));
	solver_set_flag(solver, SOLVER_FLAG_IGNORE_RECOMMENDED, 1);
	*problems = solver_solve(solver, &job);
	queue_free(&job);
	return solver;
}

int main(int argc, char **argv)
{
	Pool *pool = pool_create();
	FILE *in = argc > 3 ? fopen(argv[2], "r") : NULL;
	Solver *solver;
	int problems;

	if (!in) {
		fprintf(stderr, "libsolv-plan: error: usage, or no file\n");
		return 2;
	}
	pool_setdisttype(pool, DISTTYPE_DEB);
	pool_setarch(pool, argv[1]);
	if (repo_add_debpackages(repo_create(pool, "index"), in, 0) != 0) {
		fprintf(stderr, "libsolv-plan: error: %s\n", pool_errstr(pool));
		return 1;
	}
	fclose(in);
	pool_createwhatprovides(pool);
	solver = solve(pool, argv + 3, &problems);
	if (problems)
		print_problems(solver);
	else
		print_choice(pool, solver);
	/* as a program that ends: nothing is freed */
	fflush(stdout);
	_Exit(problems ? 3 : 0);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * measure FILE COMMAND...: runs the command and adds a line to FILE: CPU milliseconds (user and system, of it and
 * of all that it waited for), wall milliseconds, peak memory in KiB. Ends as the command does. time(1) counts in
 * hundredths of a second, which is too coarse here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double ms(struct timeval t)
{
	return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

int main(int argc, char **argv)
{
	struct timespec from, to;
	struct rusage use;
	FILE *out = argc > 2 ? fopen(argv[1], "a") : NULL;
	int status;
	pid_t pid;

	if (!out) {
		perror("measure");
		return 127;
	}
	clock_gettime(CLOCK_MONOTONIC, &from);
	pid = fork();
	if (pid == 0) {
		execvp(argv[2], argv + 2);
		perror(argv[2]);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &use) != pid) {
		perror("measure");
		return 127;
	}
	clock_gettime(CLOCK_MONOTONIC, &to);
	fprintf(out, "%.3f %.3f %ld\n", ms(use.ru_utime) + ms(use.ru_stime),
		(double)(to.tv_sec - from.tv_sec) * 1e3 + (double)(to.tv_nsec - from.tv_nsec) / 1e6,
		use.ru_maxrss);
	return fclose(out) == 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

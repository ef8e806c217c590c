/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netroot/run.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/macros.h"

#define OUTPUT_MAX 65536

static int wait_for(pid_t pid, char *const *argv, struct err *e)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return err_sys(e, errno, "waiting for '%s'", argv[0]);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return err_set(e, E_FAIL, "'%s%s%s' failed", argv[0], argv[1] ? " " : "",
			       argv[1] ? argv[1] : "");
	return 0;
}

int run_resolve(const char *name, const char *port, struct addrinfo **ret)
{
	static const int families[] = { AF_UNSPEC, AF_INET, AF_INET6 };
	int r = EAI_NONAME;

	for (size_t i = 0; i < ARRAY_SIZE(families) && r != 0; i++) {
		const struct addrinfo hints = { .ai_family = families[i],
						.ai_socktype = SOCK_STREAM };

		r = getaddrinfo(name, port, &hints, ret);
	}
	return r;
}

int run_route(const struct addrinfo *all)
{
	int why = EHOSTUNREACH;

	for (const struct addrinfo *i = all; i; i = i->ai_next) {
		_cleanup_close_ int fd = socket(i->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

		if (fd >= 0 && connect(fd, i->ai_addr, i->ai_addrlen) == 0)
			return 0;
		why = errno;
	}
	return why;
}

int run(char *const *argv, struct err *e)
{
	extern char **environ;
	pid_t pid;
	int r = posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ);

	if (r != 0)
		return err_sys(e, r, "running '%s'", argv[0]);
	return wait_for(pid, argv, e);
}

int run_read(char *const *argv, struct strbuf *ret, struct err *e)
{
	extern char **environ;
	_cleanup_close_ int from = -1;
	posix_spawn_file_actions_t actions;
	char buf[4096];
	int fds[2], r;
	ssize_t n;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return err_sys(e, errno, "making a pipe");
	from = fds[0];
	r = posix_spawn_file_actions_init(&actions);
	if (r == 0)
		r = posix_spawn_file_actions_adddup2(&actions, fds[1], 1);
	if (r == 0)
		r = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
	(void)posix_spawn_file_actions_destroy(&actions);
	close(fds[1]);
	if (r != 0)
		return err_sys(e, r, "running '%s'", argv[0]);
	while ((n = read(from, buf, sizeof(buf))) > 0 || (n < 0 && errno == EINTR))
		if (n > 0 && ret->n + (size_t)n <= OUTPUT_MAX)
			strbuf_add(ret, sv_of(buf, (size_t)n));
	return wait_for(pid, argv, e);
}

static time_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec;
}

int run_retry(unsigned seconds, unsigned pause, char **argv, struct err *e)
{
	time_t end = now() + (time_t)seconds;
	const struct timespec between = { .tv_sec = (time_t)pause };
	unsigned tries = 0;

	for (size_t i = 1; argv[i]; i++)
		if (sv_starts(sv_from(argv[i]), SV("$ISCSI_"))) {
			char *value = getenv(argv[i] + 1);

			if (value)
				argv[i] = value;
		}
	while (run(argv, e) < 0) {
		tries++;
		if (seconds && now() + (time_t)pause > end)
			return err_set(e, E_FAIL, "gave up on '%s' after %u attempts in %u s",
				       argv[0], tries, seconds);
		nanosleep(&between, NULL);
	}
	return 0;
}

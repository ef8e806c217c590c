/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <signal.h>
#include <sys/stat.h>

#include "cli/cli.h"

int main(int argc, char **argv)
{
	/* The modes of what is written are given explicitly; the caller's mask must not change bytes. */
	umask(022);
	/* A closed pipe is an error of the write that hits it, not a silent death in the middle of an image. */
	signal(SIGPIPE, SIG_IGN);
	/* So is a file size limit (EFBIG), which then cleans up. */
	signal(SIGXFSZ, SIG_IGN);
	return cli_main(argc, argv);
}

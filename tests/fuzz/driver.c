/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * main() of a fuzz target where no fuzzer is linked: gives every file of a corpus to the target, in
 * the order of names, and prints TAP. The corpus is the first argument, else tests/fuzz/corpus/NAME
 * for a program called fuzz_NAME, below the current folder. A target that must not fail on an input
 * crashes or is stopped by a sanitizer, which ends the TAP stream early: a failure.
 * Inputs are copied to exact-size blocks, so that a read past the end is seen.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_LIMIT = 16 << 20 };

static int regular(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static int replay(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = NULL;
	struct stat st;
	int r = -1;

	if (!f)
		return -1;
	if (fstat(fileno(f), &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= INPUT_LIMIT) {
		size_t n = (size_t)st.st_size;

		/* malloc(0) may give NULL, and a target may be promised a pointer */
		data = malloc(n ? n : 1);
		if (data && fread(data, 1, n, f) == n) {
			LLVMFuzzerTestOneInput(data, n);
			r = 0;
		}
	}
	free(data);
	fclose(f);
	return r;
}

int main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/');
	char dir[4096], path[8192];
	struct dirent **list = NULL;
	int n, failed = 0;

	name = name ? name + 1 : argv[0];
	if (strncmp(name, "fuzz_", 5) == 0)
		name += 5;
	if (argc > 1)
		snprintf(dir, sizeof(dir), "%s", argv[1]);
	else
		snprintf(dir, sizeof(dir), "tests/fuzz/corpus/%s", name);

	setvbuf(stdout, NULL, _IOLBF, 0);
	n = scandir(dir, &list, regular, alphasort);
	if (n <= 0) {
		printf("Bail out! no corpus in %s\n", dir);
		return EXIT_FAILURE;
	}
	printf("1..%d\n", n);
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, list[i]->d_name);
		/* named first: if it crashes, this line says on what */
		printf("# %s\n", path);
		if (replay(path) < 0) {
			printf("not ok %d - %s cannot be read, or is larger than %d bytes\n", i + 1,
			       list[i]->d_name, INPUT_LIMIT);
			failed = 1;
		} else {
			printf("ok %d - %s\n", i + 1, list[i]->d_name);
		}
		free(list[i]);
	}
	free(list);
	return failed;
}

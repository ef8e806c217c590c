/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* main() of every unit test program: runs the registered tests, prints TAP. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/test.h"

/* given by the linker for a section whose name is a C identifier */
extern const struct test_case __start_kindling_tests[];
extern const struct test_case __stop_kindling_tests[];

static jmp_buf out;
static char words[4096];

static void note(FILE *f, const char *text)
{
	const char *end;

	/* every line of a diagnostic is a comment of its own in TAP */
	do {
		end = strchrnul(text, '\n');
		fprintf(f, "# %.*s\n", (int)(end - text), text);
		text = *end ? end + 1 : end;
	} while (*text);
}

void test_note(const char *fmt, ...)
{
	char text[4096];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	note(stdout, text);
}

void test_fail(const char *file, int line, const char *fmt, ...)
{
	va_list ap;
	int n = snprintf(words, sizeof(words), "%s:%d: ", file, line);

	va_start(ap, fmt);
	vsnprintf(words + n, sizeof(words) - (size_t)n, fmt, ap);
	va_end(ap);
	longjmp(out, 1);
}

void test_eq_int(const char *file, int line, const char *expr, intmax_t got, intmax_t want)
{
	if (got != want)
		test_fail(file, line, "%s\ngot:  %jd\nwant: %jd", expr, got, want);
}

void test_eq_str(const char *file, int line, const char *expr, const char *got, const char *want)
{
	if (got == want)
		return;
	if (!got || !want || strcmp(got, want) != 0)
		test_fail(file, line, "%s\ngot:  '%s'\nwant: '%s'", expr, got ? got : "(null)",
			  want ? want : "(null)");
}

void test_eq_mem(const char *file, int line, const char *expr, const void *got, size_t got_n,
		 const void *want, size_t want_n)
{
	const unsigned char *g = got, *w = want;
	size_t i = 0;

	while (i < got_n && i < want_n && g[i] == w[i])
		i++;
	if (i == got_n && i == want_n)
		return;
	if (i == got_n || i == want_n)
		test_fail(file, line,
			  "%s\ngot:  %zu bytes\nwant: %zu bytes (equal up to the shorter)", expr,
			  got_n, want_n);
	test_fail(file, line, "%s\nat byte %zu got:  0x%02x\nwant: 0x%02x", expr, i, g[i], w[i]);
}

void test_has_str(const char *file, int line, const char *expr, const char *text, const char *part)
{
	if (!text || !strstr(text, part))
		test_fail(file, line, "%s\ngot:  '%s'\nwithout: '%s'", expr, text ? text : "(null)",
			  part);
}

static bool chosen(const char *name, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], name) == 0)
			return true;
	return argc <= 1;
}

static bool run(const struct test_case *t, unsigned number)
{
	if (setjmp(out) == 0) {
		t->run();
		printf("ok %u - %s\n", number, t->name);
		return true;
	}
	printf("not ok %u - %s\n", number, t->name);
	note(stdout, words);
	return false;
}

int main(int argc, char **argv)
{
	unsigned number = 0, failed = 0;

	/* what a crash leaves unflushed is what one wants to read */
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (const struct test_case *t = __start_kindling_tests; t < __stop_kindling_tests; t++)
		if (chosen(t->name, argc, argv) && !run(t, ++number))
			failed++;
	printf("1..%u\n", number);
	if (number == 0)
		printf("# no test was run\n");
	return failed || number == 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

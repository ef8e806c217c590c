/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Unit tests. TEST(name) { ... } registers itself in a linker section; runner.c has main(), runs them
 * in the order of the file and prints TAP. A failed assertion ends its test (by longjmp, so it may
 * stand in a helper function too; cleanup attributes are skipped) and the next one runs.
 * Arguments of the program are the names of the tests to run. Knows nothing of src/.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct test_case {
	const char *name;
	void (*run)(void);
};

#define TEST(name_)                                                                           \
	static void test_##name_(void);                                                       \
	static const struct test_case test_case_##name_                                       \
		__attribute__((used, section("kindling_tests"), aligned(sizeof(void *)))) = { \
			#name_,                                                               \
			test_##name_,                                                         \
		};                                                                            \
	static void test_##name_(void)

/* Ends the running test as failed. */
_Noreturn void test_fail(const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* A diagnostic line. */
void test_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Behind the macros below. */
void test_eq_int(const char *file, int line, const char *expr, intmax_t got, intmax_t want);
void test_eq_str(const char *file, int line, const char *expr, const char *got, const char *want);
void test_eq_mem(const char *file, int line, const char *expr, const void *got, size_t got_n,
		 const void *want, size_t want_n);
void test_has_str(const char *file, int line, const char *expr, const char *text, const char *part);

#define ASSERT_TRUE(cond)                                                     \
	do {                                                                  \
		if (!(cond))                                                  \
			test_fail(__FILE__, __LINE__, "not true: %s", #cond); \
	} while (0)
#define ASSERT_FALSE(cond)                                                     \
	do {                                                                   \
		if (cond)                                                      \
			test_fail(__FILE__, __LINE__, "not false: %s", #cond); \
	} while (0)
/* With words for a table's row: ASSERT_MSG(ok, "row %zu", i) */
#define ASSERT_MSG(cond, ...)                                       \
	do {                                                        \
		if (!(cond))                                        \
			test_fail(__FILE__, __LINE__, __VA_ARGS__); \
	} while (0)
#define ASSERT_NULL(ptr) ASSERT_TRUE((ptr) == NULL)
#define ASSERT_NOT_NULL(ptr) ASSERT_TRUE((ptr) != NULL)

/* got first, then what was expected */
#define ASSERT_EQ_INT(got, want) \
	test_eq_int(__FILE__, __LINE__, #got, (intmax_t)(got), (intmax_t)(want))
#define ASSERT_EQ(got, want) ASSERT_EQ_INT(got, want)
#define ASSERT_NE_INT(got, other) ASSERT_TRUE((intmax_t)(got) != (intmax_t)(other))
#define ASSERT_EQ_STR(got, want) test_eq_str(__FILE__, __LINE__, #got, (got), (want))
#define ASSERT_EQ_MEM(got, got_n, want, want_n) \
	test_eq_mem(__FILE__, __LINE__, #got, (got), (got_n), (want), (want_n))
#define ASSERT_HAS_STR(text, part) test_has_str(__FILE__, __LINE__, #text, (text), (part))

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/err.h"

#include <errno.h>
#include <stdlib.h>

#include "tests/unit/test.h"

TEST(contexts_come_before)
{
	struct err e = ERR_INIT;

	ASSERT_EQ_INT(err_set(&e, E_FORMAT, "bad version '%s'", "1:"), E_FORMAT);
	ASSERT_EQ_INT(err_wrap(&e, "line %d", 40), E_FORMAT);
	ASSERT_EQ_INT(err_wrap(&e, "reading index '%s'", "x"), E_FORMAT);
	ASSERT_EQ_STR(e.text, "reading index 'x': line 40: bad version '1:'");
	ASSERT_EQ_INT(e.code, E_FORMAT);
	ASSERT_EQ_STR(e.hint, "");
}

TEST(system_words)
{
	struct err e = ERR_INIT;

	ASSERT_EQ_INT(err_sys(&e, ENOENT, "opening '%s'", "a"), E_IO);
	ASSERT_EQ_STR(e.text, "opening 'a': No such file or directory");
}

TEST(innermost_hint_wins)
{
	struct err e = ERR_INIT;

	(void)err_set(&e, E_FAIL, "x");
	ASSERT_EQ_INT(err_hint(&e, "try %s", "this"), E_FAIL);
	ASSERT_EQ_INT(err_hint(&e, "try that"), E_FAIL);
	ASSERT_EQ_STR(e.hint, "try this");
	(void)err_wrap(&e, "y");
	ASSERT_EQ_STR(e.hint, "try this");
	(void)err_set(&e, E_IO, "z");
	ASSERT_EQ_STR(e.hint, "");
}

TEST(own_text_as_argument)
{
	struct err e = ERR_INIT;

	(void)err_set(&e, E_FAIL, "inner");
	(void)err_set(&e, E_USAGE, "outer (%s)", e.text);
	ASSERT_EQ_STR(e.text, "outer (inner)");
}

TEST(long_texts_are_cut)
{
	struct err e = ERR_INIT;
	char big[4000];

	memset(big, 'a', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	(void)err_set(&e, E_FAIL, "%s", big);
	ASSERT_EQ_INT(strlen(e.text), sizeof(e.text) - 1);
	(void)err_wrap(&e, "%s", big);
	ASSERT_EQ_INT(strlen(e.text), sizeof(e.text) - 1);
	(void)err_hint(&e, "%s", big);
	ASSERT_EQ_INT(strlen(e.hint), sizeof(e.hint) - 1);
	(void)err_sys(&e, ENOSPC, "%s", big);
	ASSERT_HAS_STR(e.text, ": No space left on device");
}

TEST(cause_outlives_a_long_context)
{
	struct err e = ERR_INIT;
	char big[4000];

	memset(big, 'a', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	(void)err_set(&e, E_FAIL, "the cause");
	(void)err_wrap(&e, "%s", big);
	ASSERT_HAS_STR(e.text, "aaa: the cause");
}

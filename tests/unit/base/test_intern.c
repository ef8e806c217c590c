/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/intern.h"

#include <stdio.h>

#include "tests/unit/test.h"

TEST(equal_text_has_one_id)
{
	struct intern t = INTERN_INIT;
	uint32_t a = intern_add(&t, SV("a")), b = intern_add(&t, SV("b"));

	ASSERT_EQ_INT(a, 1);
	ASSERT_EQ_INT(b, 2);
	ASSERT_EQ_INT(intern_add(&t, SV("a")), a);
	ASSERT_EQ_INT(intern_copy(&t, SV("a")), a);
	ASSERT_EQ_INT(intern_find(&t, SV("b")), b);
	ASSERT_EQ_INT(intern_find(&t, SV("c")), 0);
	ASSERT_TRUE(sv_eq(intern_sv(&t, b), SV("b")));
	ASSERT_TRUE(sv_eq(intern_sv(&t, 0), SV("")));
	intern_done(&t);
	ASSERT_EQ_INT(intern_find(&t, SV("a")), 0);
}

TEST(empty_text_is_a_text)
{
	struct intern t = INTERN_INIT;
	uint32_t id;

	ASSERT_EQ_INT(intern_find(&t, SV("")), 0);
	id = intern_copy(&t, SV_NULL);
	ASSERT_TRUE(id != 0);
	ASSERT_EQ_INT(intern_find(&t, SV("")), id);
	ASSERT_TRUE(sv_eq(intern_sv(&t, id), SV("")));
	intern_done(&t);
}

TEST(copy_outlives_its_source)
{
	struct intern t = INTERN_INIT;
	char text[] = "text";
	uint32_t copied = intern_copy(&t, sv_from(text)), borrowed;

	text[0] = 'n';
	ASSERT_TRUE(sv_eq(intern_sv(&t, copied), SV("text")));
	borrowed = intern_add(&t, sv_from(text));
	ASSERT_TRUE(borrowed != copied);
	ASSERT_TRUE(intern_sv(&t, borrowed).p == text);
	intern_done(&t);
}

TEST(growth)
{
	struct intern t = INTERN_INIT;
	char text[32];

	for (int round = 0; round < 2; round++)
		for (uint32_t i = 1; i <= 50000; i++) {
			(void)snprintf(text, sizeof(text), "name-%u", i);
			ASSERT_EQ_INT(intern_copy(&t, sv_from(text)), i);
		}
	for (uint32_t i = 1; i <= 50000; i++) {
		(void)snprintf(text, sizeof(text), "name-%u", i);
		ASSERT_TRUE(sv_eq(intern_sv(&t, i), sv_from(text)));
	}
	intern_done(&t);
}

TEST(reserve)
{
	struct intern t = INTERN_INIT;
	uint32_t a;

	intern_reserve(&t, 10);
	ASSERT_EQ_INT(intern_find(&t, SV("a")), 0);
	a = intern_add(&t, SV("a"));
	ASSERT_EQ_INT(a, 1);
	intern_reserve(&t, 1000);
	ASSERT_EQ_INT(intern_add(&t, SV("a")), a);
	ASSERT_EQ_INT(intern_find(&t, SV("a")), a);
	ASSERT_EQ_INT(intern_add(&t, SV("b")), 2);
	intern_done(&t);
}

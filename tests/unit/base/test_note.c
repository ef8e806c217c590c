/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/note.h"

#include <stdlib.h>

#include "tests/unit/test.h"

TEST(in_order)
{
	struct notes n = NOTES_INIT;

	for (int i = 0; i < 100; i++)
		notes_add(&n, i % 2 ? NOTE_WARNING : NOTE_INFO, "note %d", i);
	ASSERT_EQ_INT(n.list.n, 100);
	ASSERT_TRUE(sv_eq(n.list.v[0].text, SV("note 0")));
	ASSERT_EQ_INT(n.list.v[0].level, NOTE_INFO);
	ASSERT_EQ_STR(n.list.v[99].text.p, "note 99");
	ASSERT_EQ_INT(n.list.v[99].level, NOTE_WARNING);
	notes_done(&n);
	ASSERT_EQ_INT(n.list.n, 0);
}

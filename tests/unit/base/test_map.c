/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/map.h"

#include "base/arena.h"
#include "tests/unit/test.h"

TEST(put_and_get)
{
	struct map m = MAP_INIT;
	uint32_t v = 99;

	ASSERT_FALSE(map_get(&m, SV("a"), &v));
	ASSERT_EQ_INT(v, 99);
	ASSERT_TRUE(map_put(&m, SV("a"), 1));
	ASSERT_FALSE(map_put(&m, SV("a"), 2));
	ASSERT_TRUE(map_get(&m, SV("a"), &v));
	ASSERT_EQ_INT(v, 2);
	ASSERT_TRUE(map_get(&m, SV("a"), NULL));
	ASSERT_FALSE(map_get(&m, SV("b"), NULL));
	ASSERT_EQ_INT(m.n, 1);
	map_done(&m);
	ASSERT_FALSE(map_get(&m, SV("a"), NULL));
}

TEST(empty_key)
{
	struct map m = MAP_INIT;
	uint32_t v = 0;

	ASSERT_TRUE(map_put(&m, SV_NULL, 7));
	ASSERT_FALSE(map_put(&m, SV(""), 8));
	ASSERT_TRUE(map_get(&m, SV_NULL, &v));
	ASSERT_EQ_INT(v, 8);
	map_done(&m);
}

TEST(slot)
{
	struct map m = MAP_INIT;
	uint32_t *p = map_slot(&m, SV("count"), 5);

	ASSERT_EQ_INT(*p, 5);
	*p += 1;
	ASSERT_EQ_INT(*map_slot(&m, SV("count"), 5), 6);
	map_done(&m);
}

TEST(growth)
{
	struct arena a = ARENA_INIT;
	struct map m = MAP_INIT;
	uint32_t v = 0;

	for (uint32_t i = 0; i < 100000; i++)
		ASSERT_TRUE(map_put(&m, arena_printf(&a, "key-%u", i), i));
	ASSERT_EQ_INT(m.n, 100000);
	ASSERT_TRUE(m.n < m.cap);
	for (uint32_t i = 0; i < 100000; i++) {
		ASSERT_TRUE(map_get(&m, arena_printf(&a, "key-%u", i), &v));
		ASSERT_EQ_INT(v, i);
	}
	ASSERT_FALSE(map_get(&m, SV("key-100000"), &v));
	map_done(&m);
	arena_done(&a);
}

TEST(reserve)
{
	struct map m = MAP_INIT;
	uint32_t v = 0;
	size_t cap;

	ASSERT_TRUE(map_put(&m, SV("a"), 1));
	map_reserve(&m, 1000);
	cap = m.cap;
	ASSERT_TRUE(map_get(&m, SV("a"), &v) && v == 1);
	for (uint32_t i = 1; i < 1000; i++)
		(void)map_put(&m, sv_of(&"0123456789abcdefghijklmnopqrstuvwxyz"[i % 6], 1 + i % 30),
			      i);
	ASSERT_EQ_INT(m.cap, cap);
	map_reserve(&m, 3); /* never shrinks */
	ASSERT_EQ_INT(m.cap, cap);
	map_done(&m);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/arena.h"

#include <stdint.h>

#include "base/vec.h"
#include "tests/unit/test.h"

TEST(zeroed_aligned_apart)
{
	static const size_t sizes[] = { 0, 1, 3, 16, 100, 4096, 5000, 100000, 2000000, 7 };
	struct arena a = ARENA_INIT;
	unsigned char *p[ARRAY_SIZE(sizes) * 20];
	size_t n = 0, total = 0;

	for (int round = 0; round < 20; round++)
		for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
			p[n] = arena_alloc(&a, sizes[i]);
			ASSERT_EQ_INT((uintptr_t)p[n] % _Alignof(max_align_t), 0);
			for (size_t k = 0; k < sizes[i]; k++)
				ASSERT_TRUE(p[n][k] == 0);
			memset(p[n], (int)n % 255 + 1, sizes[i]);
			total += sizes[i] ? sizes[i] : 1;
			n++;
		}
	ASSERT_EQ_INT(a.total, total);
	/* Nobody wrote into a neighbour. */
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < sizes[i % ARRAY_SIZE(sizes)]; k++)
			ASSERT_TRUE(p[i][k] == i % 255 + 1);
	arena_done(&a);
	ASSERT_NULL(a.head);
	arena_done(&a);
}

TEST(large_ones_leave_room_for_small_ones)
{
	struct arena a = ARENA_INIT;
	char *first = arena_alloc(&a, 16), *second;

	(void)arena_alloc(&a, 1000000);
	second = arena_alloc(&a, 16);
	ASSERT_EQ_INT(second - first, 16);
	arena_done(&a);
}

TEST(strings)
{
	struct arena a = ARENA_INIT;
	struct sv s = arena_sv(&a, SV("abc"));
	struct sv empty = arena_sv(&a, SV_NULL);
	struct sv f = arena_printf(&a, "%s-%d", "x", 42);

	ASSERT_EQ_STR(s.p, "abc");
	ASSERT_EQ_INT(s.n, 3);
	ASSERT_EQ_STR(empty.p, "");
	ASSERT_EQ_STR(f.p, "x-42");
	ASSERT_EQ_INT(f.n, 4);
	ASSERT_EQ_STR(arena_cstr(&a, SV("path")), "path");
	arena_done(&a);
}

TEST(arrays_are_typed)
{
	struct arena a = ARENA_INIT;
	uint64_t *v = arena_new_array(&a, uint64_t, 1000);

	for (size_t i = 0; i < 1000; i++)
		ASSERT_TRUE(v[i] == 0);
	ASSERT_NOT_NULL(arena_new_array(&a, uint64_t, 0));
	arena_done(&a);
}

TEST(vectors_grow)
{
	VEC(int) v = { 0 };

	for (int i = 0; i < 1000; i++)
		vec_push(&v, i);
	ASSERT_EQ_INT(v.n, 1000);
	for (int i = 0; i < 1000; i++)
		ASSERT_EQ_INT(v.v[i], i);
	vec_reserve(&v, 5000);
	ASSERT_TRUE(v.cap >= 5000);
	vec_done(&v);
	ASSERT_NULL(v.v);
}

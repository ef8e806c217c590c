/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/strbuf.h"

#include <stdlib.h>

#include "tests/unit/test.h"

TEST(add)
{
	struct strbuf b = STRBUF_INIT;

	ASSERT_TRUE(sv_eq(strbuf_sv(&b), SV("")));
	ASSERT_NOT_NULL(strbuf_sv(&b).p);
	strbuf_add(&b, SV_NULL);
	ASSERT_EQ_STR(b.p, "");
	strbuf_add(&b, SV("abc"));
	strbuf_addc(&b, '-');
	strbuf_adds(&b, "def");
	strbuf_addf(&b, "%03d%s", 7, "");
	ASSERT_EQ_STR(b.p, "abc-def007");
	ASSERT_EQ_INT(b.n, 10);
	strbuf_clear(&b);
	ASSERT_EQ_STR(b.p, "");
	ASSERT_EQ_INT(b.n, 0);
	strbuf_done(&b);
	ASSERT_NULL(b.p);
}

TEST(growth)
{
	struct strbuf b = STRBUF_INIT;

	for (int i = 0; i < 10000; i++)
		strbuf_addc(&b, (char)('a' + i % 26));
	ASSERT_EQ_INT(b.n, 10000);
	for (int i = 0; i < 10000; i++)
		ASSERT_TRUE(b.p[i] == (char)('a' + i % 26));
	ASSERT_TRUE(b.p[10000] == '\0');
	strbuf_addf(&b, "%5000s", "x");
	ASSERT_EQ_INT(b.n, 15000);
	ASSERT_TRUE(b.p[14999] == 'x' && b.p[15000] == '\0');
	strbuf_done(&b);
}

TEST(nul_bytes)
{
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	strbuf_add(&b, (struct sv){ "a\0b", 3 });
	ASSERT_EQ_MEM(b.p, b.n, "a\0b", 3);
}

TEST(take)
{
	struct strbuf b = STRBUF_INIT;
	char *p = strbuf_take(&b);

	ASSERT_EQ_STR(p, "");
	free(p);
	strbuf_adds(&b, "x");
	p = strbuf_take(&b);
	ASSERT_EQ_STR(p, "x");
	ASSERT_NULL(b.p);
	ASSERT_EQ_INT(b.n, 0);
	free(p);
}

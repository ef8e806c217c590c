/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "build/filter.h"

#include "../test.h"

static const struct arch *amd64(void)
{
	const struct arch *a = NULL;
	struct err e = ERR_INIT;

	ASSERT_EQ_INT(arch_find(SV("amd64"), &a, &e), 0);
	return a;
}

TEST(filter_rules)
{
	static const struct {
		const char *remove, *keep, *path;
		bool drops;
	} cases[] = {
		{ "/usr/share/doc", NULL, "usr/share/doc/x/copyright", true },
		{ "/usr/share/doc", NULL, "usr/share/doc", true },
		{ "/usr/share/doc", NULL, "usr/share/docs", false },
		{ "/usr/share/doc/*", NULL, "usr/share/doc", false },
		{ "/usr/share/doc/*", NULL, "usr/share/doc/x/y", true },
		{ "/usr/share/*/x", NULL, "usr/share/a/x", true },
		{ "/usr/share/*/x", NULL, "usr/share/a/b/x", false },
		{ "/usr/lib/*.so", NULL, "usr/lib/a.so", true },
		{ "/usr/lib/*.so", NULL, "usr/lib/d/a.so", false },
		{ "/lib/x", NULL, "usr/lib/x", true },
		{ "/usr/share/locale", "/usr/share/locale/de", "usr/share/locale/de/x", false },
		{ "/usr/share/locale", "/usr/share/locale/de", "usr/share/locale/fr", true },
		{ "/a/", NULL, "a/b", true },
		{ "?/a", NULL, "a", true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct filter f = { .arch = amd64() };
		struct err e = ERR_INIT;

		ASSERT_EQ_INT(filter_add(&f, false, sv_from(cases[i].remove), SV("t:1"), &e), 0);
		if (cases[i].keep)
			ASSERT_EQ_INT(filter_add(&f, true, sv_from(cases[i].keep), SV("t:2"), &e),
				      0);
		if (filter_drops(&f, sv_from(cases[i].path)) != cases[i].drops)
			ASSERT_EQ_STR(cases[i].path, "judged otherwise");
		filter_done(&f);
	}
}

TEST(filter_merged_sbin)
{
	static const struct {
		const char *path, *canonical;
		bool drops;
	} cases[] = {
		{ "usr/sbin/x", "usr/bin/x", true },
		{ "sbin/x", "usr/bin/x", true },
		{ "usr/bin/x", "usr/bin/x", true },
		{ "bin/x", "usr/bin/x", true },
		{ "usr/sbin/y", "usr/bin/y", true },
		{ "usr/bin/z", "usr/bin/z", false },
		{ "usr/sbin/kept", "usr/bin/kept", false },
		{ "usr/sbin", "usr/sbin", false },
		{ "sbin", "sbin", false },
		{ "usr/sbinx/x", "usr/sbinx/x", false },
	};
	struct filter f = { .arch = amd64() };
	struct err e = ERR_INIT;

	ASSERT_EQ_INT(filter_add(&f, false, SV("/usr/sbin/x"), SV("t:1"), &e), 0);
	ASSERT_EQ_INT(filter_add(&f, false, SV("/sbin/[yk]*"), SV("t:2"), &e), 0);
	ASSERT_EQ_INT(filter_add(&f, true, SV("/usr/sbin/kept"), SV("t:3"), &e), 0);
	ASSERT_FALSE(filter_drops(&f, SV("usr/bin/x")));
	filter_merge_sbin(&f);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char buf[64];
		struct sv path = filter_canonical(&f, sv_from(cases[i].path), buf, sizeof(buf));

		ASSERT_TRUE(sv_eq(path, sv_from(cases[i].canonical)));
		if (filter_drops(&f, path) != cases[i].drops)
			ASSERT_EQ_STR(cases[i].path, "judged otherwise");
	}
	filter_done(&f);
}

TEST(filter_refuses)
{
	static const char *const bad[] = { "usr/share", "", "/", "?", "?/", "//" };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct filter f = { .arch = amd64() };
		struct err e = ERR_INIT;

		ASSERT_EQ_INT(filter_add(&f, false, sv_from(bad[i]), SV("t:1"), &e), E_USAGE);
		filter_done(&f);
	}
}

TEST(filter_tells_patterns_without_match)
{
	struct filter f = { .arch = amd64() };
	struct err e = ERR_INIT;

	ASSERT_EQ_INT(filter_add(&f, false, SV("/a"), SV("t:1"), &e), 0);
	ASSERT_EQ_INT(filter_add(&f, false, SV("/a/b"), SV("t:2"), &e), 0);
	ASSERT_EQ_INT(filter_add(&f, false, SV("?/none"), SV("t:3"), &e), 0);
	ASSERT_TRUE(filter_drops(&f, SV("a/b"))); /* both rules count as used */
	ASSERT_EQ_INT(filter_check(&f, &e), 0);
	ASSERT_EQ_INT(filter_add(&f, false, SV("/c"), SV("t:4"), &e), 0);
	ASSERT_EQ_INT(filter_check(&f, &e), E_USAGE);
	ASSERT_EQ_STR(e.text, "t:4: pattern '/c' matches no file");
	filter_done(&f);
}

TEST(filter_canonical_paths)
{
	struct filter f = { .arch = amd64() };
	char buf[64];

	ASSERT_TRUE(sv_eq(filter_canonical(&f, SV("bin/sh"), buf, sizeof(buf)), SV("usr/bin/sh")));
	ASSERT_TRUE(sv_eq(filter_canonical(&f, SV("bin"), buf, sizeof(buf)), SV("bin")));
	ASSERT_TRUE(
		sv_eq(filter_canonical(&f, SV("binary/sh"), buf, sizeof(buf)), SV("binary/sh")));
	ASSERT_TRUE(sv_eq(filter_canonical(&f, SV("lib64/ld.so"), buf, sizeof(buf)),
			  SV("usr/lib64/ld.so")));
	ASSERT_TRUE(sv_eq(filter_canonical(&f, SV("etc/x"), buf, sizeof(buf)), SV("etc/x")));
}

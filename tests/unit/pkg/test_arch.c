/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkg/arch.h"

#include "tests/unit/test.h"

TEST(every_column_finds_its_row)
{
	size_t n = 0;

	for (const struct arch *a; (a = arch_at(n)); n++) {
		const char *const words[] = { a->deb, a->rpm, a->mkosi };

		for (size_t i = 0; i < 3; i++) {
			const struct arch *found = NULL;
			struct err e = ERR_INIT;

			ASSERT_EQ(arch_find(sv_from(words[i]), &found, &e), 0);
			ASSERT_MSG(found == a, "'%s' finds '%s'", words[i], found->deb);
		}
		ASSERT_NOT_NULL(a->triplet);
		ASSERT_TRUE(a->elf_machine != 0 && (a->elf_class == 1 || a->elf_class == 2));
	}
	ASSERT_TRUE(n >= 7);
}

TEST(amd64)
{
	const struct arch *a = NULL;
	struct err e = ERR_INIT;
	bool lib64 = false;

	ASSERT_EQ(arch_find(SV("x86_64"), &a, &e), 0);
	ASSERT_EQ_STR(a->deb, "amd64");
	ASSERT_EQ_STR(a->triplet, "x86_64-linux-gnu");
	ASSERT_EQ(a->elf_machine, 62);
	ASSERT_TRUE(a->little_endian);
	for (const char *const *l = a->root_links; *l; l++)
		lib64 = lib64 || strcmp(*l, "lib64") == 0;
	ASSERT_TRUE(lib64);
}

TEST(words_of_uname)
{
	static const char *const words[][2] = { { "aarch64", "arm64" }, { "armv7l", "armhf" },
						{ "i686", "i386" },     { "ppc64le", "ppc64el" },
						{ "s390x", "s390x" },   { "riscv64", "riscv64" } };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const struct arch *a = NULL;
		struct err e = ERR_INIT;

		ASSERT_EQ(arch_find(sv_from(words[i][0]), &a, &e), 0);
		ASSERT_EQ_STR(a->deb, words[i][1]);
	}
}

TEST(unknown)
{
	const struct arch *a = NULL;
	struct err e = ERR_INIT;

	ASSERT_EQ(arch_find(SV("z80"), &a, &e), E_USAGE);
	ASSERT_HAS_STR(e.text, "'z80'");
	ASSERT_HAS_STR(e.hint, "amd64/x86_64");
	ASSERT_NULL(a);
	ASSERT_EQ(arch_find(SV(""), &a, &e), E_USAGE);
}

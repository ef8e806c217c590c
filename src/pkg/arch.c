/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <elf.h>
#include <stddef.h>

#include "base/macros.h"
#include "base/strbuf.h"
#include "pkg/arch.h"

/* Where the ABI puts the dynamic loader outside /lib the extra name must be a link as well. */
static const char *const links_lib[] = { "bin", "lib", "sbin", NULL };
static const char *const links_lib64[] = { "bin", "lib", "lib64", "sbin", NULL };

static const struct arch archs[] = {
	{ .deb = "amd64",
	  .rpm = "x86_64",
	  .mkosi = "x86-64",
	  .triplet = "x86_64-linux-gnu",
	  .root_links = links_lib64,
	  .elf_machine = EM_X86_64,
	  .elf_class = ELFCLASS64,
	  .little_endian = true },
	{ .deb = "arm64",
	  .rpm = "aarch64",
	  .mkosi = "arm64",
	  .triplet = "aarch64-linux-gnu",
	  .root_links = links_lib,
	  .elf_machine = EM_AARCH64,
	  .elf_class = ELFCLASS64,
	  .little_endian = true },
	{ .deb = "armhf",
	  .rpm = "armv7hl",
	  .mkosi = "arm",
	  .triplet = "arm-linux-gnueabihf",
	  .root_links = links_lib,
	  .elf_machine = EM_ARM,
	  .elf_class = ELFCLASS32,
	  .little_endian = true },
	{ .deb = "i386",
	  .rpm = "i686",
	  .mkosi = "x86",
	  .triplet = "i386-linux-gnu",
	  .root_links = links_lib,
	  .elf_machine = EM_386,
	  .elf_class = ELFCLASS32,
	  .little_endian = true },
	{ .deb = "ppc64el",
	  .rpm = "ppc64le",
	  .mkosi = "ppc64-le",
	  .triplet = "powerpc64le-linux-gnu",
	  .root_links = links_lib64,
	  .elf_machine = EM_PPC64,
	  .elf_class = ELFCLASS64,
	  .little_endian = true },
	{ .deb = "riscv64",
	  .rpm = "riscv64",
	  .mkosi = "riscv64",
	  .triplet = "riscv64-linux-gnu",
	  .root_links = links_lib,
	  .elf_machine = EM_RISCV,
	  .elf_class = ELFCLASS64,
	  .little_endian = true },
	{ .deb = "s390x",
	  .rpm = "s390x",
	  .mkosi = "s390x",
	  .triplet = "s390x-linux-gnu",
	  .root_links = links_lib,
	  .elf_machine = EM_S390,
	  .elf_class = ELFCLASS64,
	  .little_endian = false },
};

/* Words that name a row but are in none of its columns (uname(2), other tools). */
static const struct {
	const char *word, *deb;
} aliases[] = {
	{ "armv7l", "armhf" },     { "i486", "i386" },           { "i586", "i386" },
	{ "ppc64-le", "ppc64el" }, { "powerpc64le", "ppc64el" }, { "x64", "amd64" },
};

static const struct arch *lookup(struct sv word)
{
	for (size_t i = 0; i < ARRAY_SIZE(archs); i++) {
		const struct arch *a = &archs[i];

		if (sv_eq(word, sv_from(a->deb)) || sv_eq(word, sv_from(a->rpm)) ||
		    sv_eq(word, sv_from(a->mkosi)))
			return a;
	}
	return NULL;
}

int arch_find(struct sv word, const struct arch **ret, struct err *e)
{
	const struct arch *a = lookup(word);

	for (size_t i = 0; !a && i < ARRAY_SIZE(aliases); i++)
		if (sv_eq(word, sv_from(aliases[i].word)))
			a = lookup(sv_from(aliases[i].deb));

	if (!a) {
		_cleanup_strbuf_ struct strbuf known = STRBUF_INIT;

		for (size_t i = 0; i < ARRAY_SIZE(archs); i++) {
			const char *sep = i ? ", " : "", *deb = archs[i].deb, *rpm = archs[i].rpm;

			if (sv_eq(sv_from(deb), sv_from(rpm)))
				strbuf_addf(&known, "%s%s", sep, deb);
			else
				strbuf_addf(&known, "%s%s/%s", sep, deb, rpm);
		}
		err_set(e, E_USAGE, "unknown architecture '" SV_FMT "'", SV_ARG(word));
		return err_hint(e, "known: %s", known.p);
	}

	*ret = a;
	return 0;
}

const struct arch *arch_at(size_t i)
{
	return i < ARRAY_SIZE(archs) ? &archs[i] : NULL;
}

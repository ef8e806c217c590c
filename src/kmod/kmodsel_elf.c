/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The only file that knows libkmod. Its ELF reader checks ranges against the memory it is given, with
 * three gaps that are closed here before it looks: it asserts that section numbers in the headers are
 * valid, it takes the end of .strtab on trust (hence the slack behind the bytes), and it finds the
 * versions of symbols in quadratic time.
 */
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <libkmod/libkmod-elf.h>

#include "base/cleanup.h"
#include "base/macros.h"
#include "kmod/kmodsel_int.h"

enum {
	VERSION_BYTES = 64, /* of one entry of __versions */
	VERSION_PAIRS_MAX = 1 << 30,
};

DEFINE_CLEANUP(struct kmod_elf *, kmod_elf_unref)

static uint64_t get_uint(struct sv bytes, bool big, size_t at, size_t n)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v = v << 8 | (unsigned char)bytes.p[at + (big ? i : n - 1 - i)];
	return v;
}

struct shape {
	struct sv bytes;
	bool big, wide;
	uint16_t sections;
};

static int read_shape(struct sv bytes, struct shape *ret, struct err *e)
{
	struct shape s = { .bytes = bytes };
	uint64_t strings;

	if (bytes.n < sizeof(Elf32_Ehdr) || memcmp(bytes.p, ELFMAG, SELFMAG) != 0)
		return err_set(e, E_FORMAT, "not an ELF file");
	s.wide = bytes.p[EI_CLASS] == ELFCLASS64;
	s.big = bytes.p[EI_DATA] == ELFDATA2MSB;
	if (s.wide && bytes.n < sizeof(Elf64_Ehdr))
		return err_set(e, E_FORMAT, "ELF header is cut off");
	s.sections = (uint16_t)get_uint(bytes, s.big,
					s.wide ? offsetof(Elf64_Ehdr, e_shnum)
					       : offsetof(Elf32_Ehdr, e_shnum),
					2);
	strings = get_uint(bytes, s.big,
			   s.wide ? offsetof(Elf64_Ehdr, e_shstrndx)
				  : offsetof(Elf32_Ehdr, e_shstrndx),
			   2);
	if (strings == SHN_UNDEF || strings >= s.sections)
		return err_set(e, E_FORMAT, "ELF section names are in section %u of %u",
			       (unsigned)strings, s.sections);
	*ret = s;
	return 0;
}

/* Every symbol must lie in a section that exists: libkmod asserts it where it reads CRCs. */
static int check_symbols(const struct shape *s, const struct kmod_elf *elf, struct err *e)
{
	size_t entry = s->wide ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
	size_t at = s->wide ? offsetof(Elf64_Sym, st_shndx) : offsetof(Elf32_Sym, st_shndx);
	uint64_t off, size, versions_off, versions;

	if (kmod_elf_get_section(elf, ".symtab", &off, &size) < 0)
		return err_set(e, E_FORMAT, "ELF file has no symbol table");
	for (uint64_t i = 0; i + entry <= size; i += entry) {
		uint64_t section = get_uint(s->bytes, s->big, off + i + at, 2);

		/* SHN_COMMON would do the same harm; the kernel refuses such modules, too. */
		if (section >= s->sections && section != SHN_ABS)
			return err_set(e, E_FORMAT, "symbol %llu is in section %u of %u",
				       (unsigned long long)(i / entry), (unsigned)section,
				       s->sections);
	}
	if (kmod_elf_get_section(elf, "__versions", &versions_off, &versions) < 0)
		versions = 0;
	if (size / entry * (versions / VERSION_BYTES) > VERSION_PAIRS_MAX)
		return err_set(e, E_LIMIT, "too many symbols and symbol versions");
	return 0;
}

static int walk_modinfo(const struct kmod_elf *elf, kmodsel_item_fn fn, void *arg, struct err *e)
{
	_cleanup_free_ char **strings = NULL;
	int n = kmod_elf_get_modinfo_strings(elf, &strings);

	if (n == -ENOMEM)
		return err_set(e, E_LIMIT, "too little memory for .modinfo");
	if (n < 0)
		return err_set(e, E_FORMAT, "no usable .modinfo section");
	if (n > KMODSEL_ITEMS_MAX)
		return err_set(e, E_LIMIT, "%d strings in .modinfo", n);
	for (int i = 0; i < n; i++) {
		int r = fn(arg, KMODSEL_MODINFO, sv_from(strings[i]), e);

		if (r != 0)
			return r;
	}
	return 0;
}

static int walk_symbols(enum kmodsel_item item, const struct kmod_modversion *symbols, int n,
			kmodsel_item_fn fn, void *arg, struct err *e)
{
	if (n > KMODSEL_ITEMS_MAX)
		return err_set(e, E_LIMIT, "%d symbols", n);
	for (int i = 0; i < n; i++) {
		struct sv name = { symbols[i].symbol,
				   strnlen(symbols[i].symbol, KMODSEL_SYMBOL_MAX + 1) };
		int r;

		if (name.n > KMODSEL_SYMBOL_MAX)
			return err_set(e, E_FORMAT, "symbol name is longer than %d bytes",
				       KMODSEL_SYMBOL_MAX);
		r = fn(arg, item, name, e);
		if (r != 0)
			return r;
	}
	return 0;
}

int kmodsel_elf_walk(struct sv bytes, kmodsel_item_fn fn, void *arg, struct err *e)
{
	_cleanup_(kmod_elf_unrefp) struct kmod_elf *elf = NULL;
	_cleanup_free_ struct kmod_modversion *exports = NULL, *imports = NULL;
	struct shape s = { .sections = 0 };
	int r, n;

	r = read_shape(bytes, &s, e);
	if (r < 0)
		return r;
	elf = kmod_elf_new(bytes.p, (off_t)bytes.n);
	if (!elf)
		return err_set(e, E_FORMAT, "malformed ELF headers");
	r = check_symbols(&s, elf, e);
	if (r < 0)
		return r;
	r = walk_modinfo(elf, fn, arg, e);
	if (r != 0)
		return r;

	/* -ENODATA: exports nothing. */
	n = kmod_elf_get_symbols(elf, &exports);
	if (n < 0 && n != -ENODATA)
		return err_set(e, E_FORMAT, "malformed export table");
	r = walk_symbols(KMODSEL_EXPORT, exports, n, fn, arg, e);
	if (r != 0)
		return r;
	n = kmod_elf_get_dependency_symbols(elf, &imports);
	if (n < 0)
		return err_set(e, E_FORMAT, "malformed symbol table");
	return walk_symbols(KMODSEL_IMPORT, imports, n, fn, arg, e);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kmodtest.h"

#include <dirent.h>
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "codec/codec.h"
#include "tests/unit/test.h"

enum { SECTIONS = 8 };

struct section {
	const char *name;
	uint32_t type;
	struct strbuf data;
};

static void put(struct strbuf *out, const struct ko *k, uint64_t v, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		strbuf_addc(out, (char)(v >> 8 * (k->big ? n - 1 - i : i)));
}

static void put_word(struct strbuf *out, const struct ko *k, uint64_t v)
{
	put(out, k, v, k->narrow ? 4 : 8);
}

static void put_symbol(struct section *s, const struct ko *k, const char *prefix, const char *name,
		       uint16_t section, uint64_t value)
{
	struct section *symtab = &s[3], *strtab = &s[SECTIONS - 1];
	uint64_t at = strtab->data.n;

	strbuf_adds(&strtab->data, prefix);
	strbuf_adds(&strtab->data, name);
	strbuf_addc(&strtab->data, '\0');
	put(&symtab->data, k, at, 4);
	if (k->narrow)
		put(&symtab->data, k, value, 4), put(&symtab->data, k, 0, 4);
	put(&symtab->data, k, STB_GLOBAL << 4, 1);
	put(&symtab->data, k, 0, 1);
	put(&symtab->data, k, section, 2);
	if (!k->narrow)
		put(&symtab->data, k, value, 8), put(&symtab->data, k, 0, 8);
}

static void fill_sections(struct section *s, const struct ko *k)
{
	strbuf_addc(&s[SECTIONS - 1].data, '\0');
	for (unsigned i = 0; i < (k->narrow ? 16u : 24u); i++)
		strbuf_addc(&s[3].data, '\0');
	for (size_t i = 0; k->modinfo && k->modinfo[i]; i++)
		strbuf_add(&s[1].data, sv_of(k->modinfo[i], strlen(k->modinfo[i]) + 1));
	for (size_t i = 0; k->exports && k->exports[i]; i++) {
		strbuf_add(&s[4].data, sv_of(k->exports[i], strlen(k->exports[i]) + 1));
		put_symbol(s, k, "", k->exports[i], 5, 0);
		if (!k->ksymtab)
			put_symbol(s, k, "__crc_", k->exports[i],
				   k->crc_section ? k->crc_section : 5, 4 * i);
		put(&s[5].data, k, 0x1234 + i, 4);
	}
	for (size_t i = 0; k->imports && k->imports[i]; i++) {
		put_symbol(s, k, "", k->imports[i], SHN_UNDEF, 0);
		if (!k->versions)
			continue;
		put_word(&s[2].data, k, 0x99);
		strbuf_adds(&s[2].data, k->imports[i]);
		while (s[2].data.n % 64 != 0)
			strbuf_addc(&s[2].data, '\0');
	}
	if (k->unterminated)
		s[SECTIONS - 1].data.n--;
}

static void put_header(struct strbuf *out, const struct ko *k, uint64_t shoff)
{
	strbuf_add(out, SV("\177ELF"));
	strbuf_addc(out, k->narrow ? ELFCLASS32 : ELFCLASS64);
	strbuf_addc(out, k->big ? ELFDATA2MSB : ELFDATA2LSB);
	strbuf_addc(out, EV_CURRENT);
	for (unsigned i = 0; i < 9; i++)
		strbuf_addc(out, '\0');
	put(out, k, ET_REL, 2);
	put(out, k, k->narrow ? EM_PPC : EM_X86_64, 2);
	put(out, k, EV_CURRENT, 4);
	put_word(out, k, 0);
	put_word(out, k, 0);
	put_word(out, k, shoff);
	put(out, k, 0, 4);
	put(out, k, k->narrow ? 52 : 64, 2);
	put(out, k, 0, 2);
	put(out, k, 0, 2);
	put(out, k, k->narrow ? 40 : 64, 2);
	put(out, k, SECTIONS, 2);
	put(out, k, k->name_section ? k->name_section : 6, 2);
}

void ko_write(const struct ko *k, struct strbuf *out)
{
	struct section s[SECTIONS] = {
		[1] = { .name = k->modinfo ? ".modinfo" : ".other", .type = SHT_PROGBITS },
		[2] = { .name = "__versions", .type = SHT_PROGBITS },
		[3] = { .name = ".symtab", .type = SHT_SYMTAB },
		[4] = { .name = "__ksymtab_strings", .type = SHT_PROGBITS },
		[5] = { .name = "__kcrctab", .type = SHT_PROGBITS },
		[6] = { .name = ".shstrtab", .type = SHT_STRTAB },
		[7] = { .name = ".strtab", .type = SHT_STRTAB },
	};
	size_t head = k->narrow ? 52 : 64, names[SECTIONS] = { 0 }, at;

	fill_sections(s, k);
	strbuf_addc(&s[6].data, '\0');
	for (unsigned i = 1; i < SECTIONS; i++) {
		names[i] = s[6].data.n;
		strbuf_add(&s[6].data, sv_of(s[i].name, strlen(s[i].name) + 1));
	}
	put_header(out, k, head);
	at = head + (k->narrow ? 40u : 64u) * SECTIONS;
	for (unsigned i = 0; i < SECTIONS; i++) {
		put(out, k, names[i], 4);
		put(out, k, s[i].type, 4);
		put_word(out, k, 0);
		put_word(out, k, 0);
		put_word(out, k, at);
		put_word(out, k, s[i].data.n);
		put(out, k, 0, 4);
		put(out, k, 0, 4);
		put_word(out, k, 1);
		put_word(out, k, 0);
		at += s[i].data.n;
	}
	for (unsigned i = 0; i < SECTIONS; i++) {
		strbuf_add(out, strbuf_sv(&s[i].data));
		strbuf_done(&s[i].data);
	}
}

void kernel_file(struct tree *t, const char *path, struct sv text)
{
	_cleanup_strbuf_ struct strbuf full = STRBUF_INIT;
	struct err e = ERR_INIT;

	strbuf_addf(&full, "usr/lib/modules/1.0/%s", path);
	ASSERT_EQ_INT(tree_write(t, strbuf_sv(&full), text, 0644, &e), 0);
}

void ko_add(struct tree *t, const char *path, const struct ko *k)
{
	_cleanup_strbuf_ struct strbuf raw = STRBUF_INIT;
	enum codec_kind kind = codec_by_suffix(sv_from(path));
	struct codec_spec spec;
	struct err e = ERR_INIT;
	char *packed;
	size_t n;

	ko_write(k, &raw);
	if (kind == CODEC_NONE) {
		kernel_file(t, path, strbuf_sv(&raw));
		return;
	}
	ASSERT_EQ_INT(codec_spec_make(kind, false, 0, &spec, &e), 0);
	ASSERT_EQ_INT(codec_encode_all(&spec, 1, strbuf_sv(&raw), &packed, &n, &e), 0);
	kernel_file(t, path, sv_of(packed, n));
	free(packed);
}

/*
 * a uses b and c by symbols, d by name only; softdeps and weakdeps through names, aliases and globs.
 *
 *	fs/a -> b, c, d; softdep pre: crypto-hash post: fast_unit; weakdep: w
 *	lib/b exports b_one, b_two; needs c
 *	lib/c exports c_one
 *	crypto/hash_fast, hash_slow: alias crypto-hash
 *	drivers/net/nic: alias pci:..., firmware
 */
struct tree *kernel_new(void)
{
	struct tree *t = tree_new();
	struct err e = ERR_INIT;

	ASSERT_EQ_INT(tree_mkdir(t, SV("usr/lib/modules/1.0"), 0755, &e), 0);
	ko_add(t, "kernel/fs/a/a.ko.xz",
	       &(struct ko){ .modinfo = STRINGS("license=GPL", "alias=fs-a", "depends=c,d-mod,b",
						"softdep=pre: crypto-hash post: fast_unit",
						"weakdep=w core-builtin", "name=a"),
			     .imports = STRINGS("printk", "b_two", "c_one", "b_one",
						"register_filesystem"),
			     .versions = true });
	ko_add(t, "kernel/lib/b.ko.zst",
	       &(struct ko){ .modinfo = STRINGS("depends=c"),
			     .exports = STRINGS("b_one", "b_two"),
			     .imports = STRINGS("c_one") });
	ko_add(t, "kernel/lib/c.ko",
	       &(struct ko){ .modinfo = STRINGS("depends="), .exports = STRINGS("c_one") });
	ko_add(t, "kernel/lib/d-mod.ko.gz", &(struct ko){ .modinfo = STRINGS("depends=") });
	ko_add(t, "kernel/crypto/hash_fast.ko",
	       &(struct ko){ .modinfo = STRINGS("depends=", "alias=crypto-hash",
						"alias=cpu:type:x86,*feature:*01*"),
			     .imports = STRINGS("crypto_register_shash") });
	ko_add(t, "kernel/crypto/hash-slow.ko",
	       &(struct ko){ .modinfo = STRINGS("depends=", "alias=crypto-ha*"),
			     .imports = STRINGS("crypto_register_shash") });
	ko_add(t, "kernel/drivers/crypto/engine.ko",
	       &(struct ko){
		       .modinfo = STRINGS("depends=", "alias=pci:v00001*", "alias=fast-[a-z]nit"),
		       .imports = STRINGS("crypto_register_shash") });
	ko_add(t, "kernel/drivers/net/nic.ko",
	       &(struct ko){ .modinfo = STRINGS("depends=missing", "alias=pci:v00002*",
						"firmware=nic/one.bin", "firmware=nic/two-*.bin",
						"firmware=link/three.bin",
						"alias=char-major-10-200", "alias=devname:net/nic"),
			     .imports = STRINGS("alloc_etherdev_mqs", "c_one") });
	ko_add(t, "kernel/lib/w.ko", &(struct ko){ .modinfo = STRINGS("depends=") });
	kernel_file(
		t, "modules.order",
		SV("kernel/lib/c.ko\nkernel/lib/b.ko\nkernel/fs/a/a.ko\nkernel/lib/gone.ko\nkernel/lib/w.ko\n"));
	kernel_file(t, "modules.builtin",
		    SV("kernel/core/core_builtin.ko\nkernel/fs/fuse/fuse.ko\n"));
	kernel_file(
		t, "modules.builtin.modinfo",
		SV("fuse.alias=fs-fuse\0fuse.license=GPL\0fuse.alias=devname:fuse\0late.file=lib/late\0"
		   "fuse.file=fs/fuse/fuse\0late.alias=late-one\0"));
	return t;
}

static void load_entry(struct tree *t, int dirfd, const char *name, struct strbuf *path)
{
	struct tree_entry entry = { .path = strbuf_sv(path), .mode = 0644 };
	struct err e = ERR_INIT;
	struct fs_data data;
	char target[4096];
	ssize_t n = readlinkat(dirfd, name, target, sizeof(target));

	if (n >= 0) {
		entry.type = TREE_SYMLINK;
		entry.target = sv_of(target, (size_t)n);
		ASSERT_EQ_INT(tree_add(t, &entry, NULL, &e), 0);
		return;
	}
	ASSERT_EQ_INT(fs_read(dirfd, name, 1u << 30, &data, &e), 0);
	entry.type = TREE_FILE;
	entry.blob = blob_new_take(data.p, data.n);
	ASSERT_EQ_INT(tree_add(t, &entry, NULL, &e), 0);
	blob_unref(entry.blob);
}

static void load_dir(struct tree *t, int dirfd, const char *name, struct strbuf *path)
{
	struct fs_entries list = { 0 };
	struct err e = ERR_INIT;
	size_t mark = path->n;
	int fd;

	ASSERT_EQ_INT(fs_open_dir(dirfd, name, &fd, &e), 0);
	ASSERT_EQ_INT(fs_list(fd, ".", &list, &e), 0);
	for (size_t i = 0; i < list.n; i++) {
		path->n = mark;
		strbuf_addf(path, "%s%s", mark > 0 ? "/" : "", list.v[i].name);
		if (list.v[i].type == DT_DIR)
			load_dir(t, fd, list.v[i].name, path);
		else
			load_entry(t, fd, list.v[i].name, path);
	}
	path->n = mark;
	fs_entries_done(&list);
	close(fd);
}

void tree_load(struct tree *t, const char *dir)
{
	_cleanup_strbuf_ struct strbuf path = STRBUF_INIT;

	load_dir(t, AT_FDCWD, dir, &path);
}

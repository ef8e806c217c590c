/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the tests of src/kmod share: modules made byte by byte, and kernels made of them. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "base/sv.h"
#include "tree/tree.h"

/* A module to make. Lists are NULL-terminated; NULL: empty. */
struct ko {
	bool narrow, big;           /* ELF32, big-endian */
	bool versions;              /* a __versions section for the imports */
	bool ksymtab;               /* exports by name only, without CRCs */
	const char *const *modinfo; /* "alias=x"; NULL: no such section */
	const char *const *exports;
	const char *const *imports;
	uint16_t crc_section;  /* of the exports' CRCs when not 0: for malformed ones */
	uint16_t name_section; /* e_shstrndx when not 0 */
	bool unterminated;     /* .strtab without its last NUL, at the end of the file */
};
#define STRINGS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* The module's bytes, appended. */
void ko_write(const struct ko *k, struct strbuf *out);
/* Puts it at usr/lib/modules/1.0/PATH, compressed as the suffix says. */
void ko_add(struct tree *t, const char *path, const struct ko *k);
/* Puts a text at usr/lib/modules/1.0/PATH. */
void kernel_file(struct tree *t, const char *path, struct sv text);
/* Small kernel of the tests: see kmodtest.c. */
struct tree *kernel_new(void);
/* Everything below the folder of the machine, as usr/... */
void tree_load(struct tree *t, const char *dir);

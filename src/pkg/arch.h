/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Architectures: either family's word for it, one table row each. A row answers everything that is
 * a property of the target: names, ELF machine, merged-usr links, library triplet.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/sv.h"

struct arch {
	const char *deb;     /* amd64 */
	const char *rpm;     /* x86_64: also uname(2)'s word */
	const char *mkosi;   /* x86-64: what [Match] Architecture= says */
	const char *triplet; /* x86_64-linux-gnu: Debian's multiarch folder */
	const char *const *
		root_links; /* NULL-terminated: names that are links into usr: "bin", "lib64", ... */
	uint16_t elf_machine; /* EM_X86_64 */
	uint8_t elf_class;    /* 1: 32 bit, 2: 64 bit */
	bool little_endian;
};

/* E_USAGE with the list of known ones. */
int arch_find(struct sv word, const struct arch **ret, struct err *e);
/* Row i of the table, NULL past the end. */
const struct arch *arch_at(size_t i);

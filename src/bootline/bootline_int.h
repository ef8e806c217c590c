/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shared by the files of bootline/ only. */
#pragma once

#include "bootline/bootline.h"

/* Says something about a word; bad: it is ignored. */
void boot_note(struct bootline *b, struct sv word, bool bad, const char *fmt, ...) _printf_(4, 5);

/* Cuts the next field off at `sep`; a part in [] may hold separators, the brackets go and *ret_v6 is set.
 * False at the end (rest->p is NULL). */
bool boot_field(struct sv *rest, char sep, struct sv *ret, bool *ret_v6);

/* For people. */
extern const char *const boot_source_names[BOOT_SOURCES];
bool boot_is_number(struct sv s);
bool boot_is_mac(struct sv s);

/* bootline_net.c: each takes the value of one word. */
void boot_take_ip(struct bootline *b, const struct boot_word *w);
void boot_take_ifname(struct bootline *b, const struct boot_word *w);
void boot_take_vlan(struct bootline *b, const struct boot_word *w);
void boot_take_group(struct bootline *b, const struct boot_word *w);
void boot_take_route(struct bootline *b, const struct boot_word *w);
void boot_take_nameserver(struct bootline *b, const struct boot_word *w);
void boot_take_bootif(struct bootline *b, const struct boot_word *w);

/* bootline_root.c: after all words are known. */
void boot_find_root(struct bootline *b);

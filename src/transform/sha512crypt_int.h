/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The "$6$" method of crypt(5), from its public specification (Ulrich Drepper, "Unix crypt using
 * SHA-256 and SHA-512"), with the default of 5000 rounds. Own code because the C library's crypt()
 * differs by libc and a build must not.
 */
#pragma once

#include "base/arena.h"

enum { SHA512CRYPT_SALT_MAX = 16 };

/* "$6$SALT$HASH" in the arena. The salt is cut at 16 bytes; it must not hold '$'. */
struct sv sha512crypt(struct arena *a, struct sv password, struct sv salt);
/* 6 bits a character, the alphabet of crypt(5). */
char sha512crypt_letter(unsigned bits);

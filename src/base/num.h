/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Strict numbers from views. No locale, no NUL needed; ret is written only on success. */
#pragma once

#include <stdint.h>

#include "base/err.h"
#include "base/sv.h"

/* E_FORMAT: empty or not a digit of base (2..36); E_FORMAT too when above max. */
int num_parse_u64(struct sv text, unsigned base, uint64_t max, uint64_t *ret, struct err *e);
int num_parse_i64(struct sv text, int64_t min, int64_t max, int64_t *ret,
		  struct err *e); /* decimal, leading '-' */

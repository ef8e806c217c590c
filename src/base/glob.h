/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Glob patterns as fnmatch(3) without flags has them: * ? [a-z] [!x] \x. '*' and '?' match '/' too
 * unless GLOB_PATHNAME is given. Works on views; never fails: a malformed bracket is literal. */
#pragma once

#include <stdbool.h>

#include "base/sv.h"

enum { GLOB_PATHNAME = 1, GLOB_NOESCAPE = 2 };

bool glob_match(struct sv pattern, struct sv text, unsigned flags);
/* True when the pattern has a character that is not literal. */
bool glob_is_pattern(struct sv pattern);

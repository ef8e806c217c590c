/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Included by `make lint` before each file that clang-tidy reads, never by the build. It tells the
 * analyzer what it cannot see across files: that the error functions return a negative code, so
 * that a caller which saw 0 did get its results.
 */
#pragma once

#include "base/err.h"

#define err_set(e, code, ...) (err_set((e), (code), __VA_ARGS__), (code))
#define err_sys(...) (err_sys(__VA_ARGS__), E_IO)
#define err_wrap(...) (err_wrap(__VA_ARGS__), E_FAIL)
#define err_hint(...) (err_hint(__VA_ARGS__), E_FAIL)

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one error shape. A fallible function returns 0 or a negative E_ code and takes `struct err *e`
 * last. The function that fails says what (err_set, err_sys); each caller adds where (err_wrap), so
 * that the text reads "reading index 'x': line 40: bad version '1:'". Nothing is printed below cli.
 *
 * A struct err is plain storage without ownership: initialise with ERR_INIT, copy freely, never free.
 * Texts longer than the buffer are cut. Not shared between threads.
 */
#pragma once

#include <stddef.h>

#include "base/macros.h"

enum {
	E_FAIL = -1,     /* anything without a class of its own */
	E_IO = -2,       /* a system call failed */
	E_FORMAT = -3,   /* malformed input */
	E_LIMIT = -4,    /* input exceeds a named limit */
	E_NOTFOUND = -5, /* a named thing does not exist */
	E_USAGE = -6,    /* command line or recipe: exit status 2 */
	E_UNSAT = -7,    /* request cannot be satisfied: exit status 3 */
	E_VERIFY = -8, /* signature, digest, size; a listed file missing or short: exit status 4 */
	E_CHECK = -9,  /* closure check found errors: exit status 5 */
};

struct err {
	int code;
	char text[1536];
	char hint[512];
};

#define ERR_INIT ((struct err){ .code = 0 })

/* Sets code and text, dropping what was there. Returns code. */
int err_set(struct err *e, int code, const char *fmt, ...) _printf_(3, 4);
/* Like err_set with E_IO, text followed by ": " and the system's words for errnum. Returns E_IO. */
int err_sys(struct err *e, int errnum, const char *fmt, ...) _printf_(3, 4);
/* Puts "<context>: " before the text. Returns the code already set. */
int err_wrap(struct err *e, const char *fmt, ...) _printf_(2, 3);
/* Gives the reader a next step; the innermost hint wins. Returns the code already set. */
int err_hint(struct err *e, const char *fmt, ...) _printf_(2, 3);

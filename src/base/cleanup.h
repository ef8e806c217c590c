/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cleanup attributes for the types everyone uses; each takes a pointer to the variable. */
#pragma once

#include <stdlib.h>
#include <unistd.h>

#include "base/macros.h"

/* Defines `fn` + "p" for use with _cleanup_: calls fn(*p) when *p is not NULL. */
#define DEFINE_CLEANUP(type, fn)                   \
	static inline _unused_ void fn##p(type *p) \
	{                                          \
		if (*p)                            \
			fn(*p);                    \
	}

static inline _unused_ void freep(void *p)
{
	free(*(void **)p);
}

static inline _unused_ void closep(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

#define _cleanup_free_ _cleanup_(freep)
#define _cleanup_close_ _cleanup_(closep)

/* Hands the pointer over and leaves NULL behind. */
#define TAKE_PTR(ptr)                          \
	({                                     \
		__typeof__(ptr) *_pp = &(ptr); \
		__typeof__(ptr) _p = *_pp;     \
		*_pp = NULL;                   \
		_p;                            \
	})
/* Hands the descriptor over and leaves -1 behind. */
#define TAKE_FD(fd)               \
	({                        \
		int *_pf = &(fd); \
		int _f = *_pf;    \
		*_pf = -1;        \
		_f;               \
	})

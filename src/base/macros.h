/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Small macros that every file may use. No macro here uses a name that was not passed to it. */
#pragma once

#define _printf_(fmt, args) __attribute__((format(printf, fmt, args)))
#define _must_check_ __attribute__((warn_unused_result))
#define _cleanup_(fn) __attribute__((cleanup(fn)))
#define _unused_ __attribute__((unused))
#define _noreturn_ __attribute__((noreturn))
#define _packed_ __attribute__((packed))

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

/* Reports our own mistake and aborts; never for input. */
#define BUG(why) bug_abort(__FILE__, __LINE__, (why))
#define ASSERT(cond)                         \
	do {                                 \
		if (!(cond))                 \
			BUG("!(" #cond ")"); \
	} while (0)

_noreturn_ void bug_abort(const char *file, int line, const char *why);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/note.h"

#include <stdarg.h>
#include <stdio.h>

void notes_add(struct notes *n, enum note_level level, const char *fmt, ...)
{
	va_list ap;
	int len;
	char *text;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (len < 0)
		BUG("unformattable text");
	text = arena_alloc(&n->arena, (size_t)len + 1);
	va_start(ap, fmt);
	(void)vsnprintf(text, (size_t)len + 1, fmt, ap);
	va_end(ap);
	vec_push(&n->list, ((struct note){ .level = level, .text = { text, (size_t)len } }));
}

void notes_done(struct notes *n)
{
	vec_done(&n->list);
	arena_done(&n->arena);
}

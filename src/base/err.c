/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Formats into a buffer of its own first, so that an argument may point into e itself. */
static void format_text(char *buf, size_t size, const char *fmt, va_list ap)
{
	if (vsnprintf(buf, size, fmt, ap) < 0)
		buf[0] = '\0';
}

int err_set(struct err *e, int code, const char *fmt, ...)
{
	char text[sizeof(e->text)];
	va_list ap;

	ASSERT(code < 0);
	va_start(ap, fmt);
	format_text(text, sizeof(text), fmt, ap);
	va_end(ap);
	memcpy(e->text, text, strlen(text) + 1);
	e->hint[0] = '\0';
	e->code = code;
	return code;
}

int err_sys(struct err *e, int errnum, const char *fmt, ...)
{
	char text[sizeof(e->text)];
	size_t n;
	va_list ap;

	va_start(ap, fmt);
	format_text(text, sizeof(text), fmt, ap);
	va_end(ap);
	n = strlen(text);
	/* The system's words matter more than the tail of a long context. */
	if (n > sizeof(text) - 128)
		n = sizeof(text) - 128;
	(void)snprintf(text + n, sizeof(text) - n, ": %s", strerror(errnum));
	memcpy(e->text, text, strlen(text) + 1);
	e->hint[0] = '\0';
	e->code = E_IO;
	return E_IO;
}

int err_wrap(struct err *e, const char *fmt, ...)
{
	char text[sizeof(e->text)];
	size_t n, old;
	va_list ap;

	ASSERT(e->code < 0);
	va_start(ap, fmt);
	format_text(text, sizeof(text), fmt, ap);
	va_end(ap);
	n = strlen(text);
	old = strlen(e->text);
	/* What went wrong is at the end: a context that leaves no room for it is cut. */
	if (n + 2 + old >= sizeof(text))
		n = MIN(n, sizeof(text) / 2);
	old = MIN(old, sizeof(text) - n - 3);
	memcpy(text + n, ": ", 2);
	memcpy(text + n + 2, e->text, old);
	text[n + 2 + old] = '\0';
	memcpy(e->text, text, n + 2 + old + 1);
	return e->code;
}

int err_hint(struct err *e, const char *fmt, ...)
{
	char text[sizeof(e->hint)];
	va_list ap;

	ASSERT(e->code < 0);
	if (e->hint[0] != '\0')
		return e->code;
	va_start(ap, fmt);
	format_text(text, sizeof(text), fmt, ap);
	va_end(ap);
	memcpy(e->hint, text, strlen(text) + 1);
	return e->code;
}

void bug_abort(const char *file, int line, const char *why)
{
	(void)fprintf(stderr, "kindling: bug at %s:%d: %s\n", file, line, why);
	abort();
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text of units: systemd.syntax(7), quoting and specifiers of systemd.service(5). */
#include <stdarg.h>
#include <stdio.h>

#include "base/macros.h"
#include "netroot/netroot_int.h"

void plan_file(struct planner *pl, enum netroot_place place, unsigned mode, struct sv path,
	       struct sv text)
{
	struct arena *a = &pl->p->arena;

	vec_push(&pl->p->files, ((struct netroot_file){ .place = place,
							.path = arena_sv(a, path),
							.text = arena_sv(a, text),
							.mode = mode }));
}

void plan_link(struct planner *pl, enum netroot_place place, struct sv path, struct sv target)
{
	struct arena *a = &pl->p->arena;

	vec_push(&pl->p->files, ((struct netroot_file){ .place = place,
							.path = arena_sv(a, path),
							.text = arena_sv(a, target),
							.link = true }));
}

void plan_wants(struct planner *pl, const char *by, const char *how, struct sv unit)
{
	struct arena *a = &pl->p->arena;

	plan_link(pl, NETROOT_NORMAL, arena_printf(a, "%s.%s/" SV_FMT, by, how, SV_ARG(unit)),
		  arena_printf(a, "../" SV_FMT, SV_ARG(unit)));
}

void plan_wants_installed(struct planner *pl, const char *by, const char *unit)
{
	struct arena *a = &pl->p->arena;

	plan_link(pl, NETROOT_NORMAL, arena_printf(a, "%s.wants/%s", by, unit),
		  arena_printf(a, "/usr/lib/systemd/system/%s", unit));
}

struct sv plan_format(struct planner *pl, const char *fmt, va_list ap)
{
	char text[900]; /* a line of the kernel log */

	vsnprintf(text, sizeof(text), fmt, ap);
	for (char *c = text; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
	return arena_sv(&pl->p->arena, sv_from(text));
}

void plan_say(struct planner *pl, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vec_push(&pl->p->messages, plan_format(pl, fmt, ap));
	va_end(ap);
}

struct sv netroot_without_password(struct sv words, struct arena *a)
{
	ptrdiff_t at = sv_rchr(words, '@');
	struct sv rest = words;
	size_t begin;

	if (at < 0)
		return sv_head(words, 200);
	if (!sv_skip(&rest, SV("root=")))
		(void)sv_skip(&rest, SV("netroot="));
	(void)sv_skip(&rest, SV("\""));
	(void)sv_skip(&rest, SV("iscsi:"));
	begin = words.n - rest.n;
	return arena_printf(a, SV_FMT "...@" SV_FMT, SV_ARG(sv_head(words, begin)),
			    SV_ARG(sv_head(sv_from_pos(words, (size_t)at + 1), 200)));
}

bool unit_is_plain(struct sv v)
{
	for (size_t i = 0; i < v.n; i++)
		if ((unsigned char)v.p[i] < ' ' || v.p[i] == 0x7f)
			return false;
	return true;
}

bool unit_is_name(struct sv v)
{
	for (size_t i = 0; i < v.n; i++)
		if (!ascii_isalpha(v.p[i]) && !ascii_isdigit(v.p[i]) && v.p[i] != '_' &&
		    v.p[i] != '-')
			return false;
	return v.n > 0;
}

bool unit_is_interface(struct sv v)
{
	return v.n > 0 && v.n < 16 && unit_is_plain(v) && sv_chr(v, '/') < 0 &&
	       sv_chr(v, ' ') < 0 && !sv_eq(v, SV(".")) && !sv_eq(v, SV(".."));
}

void unit_line(struct strbuf *b, const char *key, struct sv v)
{
	if (v.n && unit_is_plain(v))
		strbuf_addf(b, "%s=" SV_FMT "\n", key, SV_ARG(v));
}

void unit_value(struct strbuf *b, struct sv v)
{
	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] == '%')
			strbuf_addc(b, '%');
		strbuf_addc(b, v.p[i]);
	}
	/* at the end of a line it would join the next one; systemd cuts the blank */
	if (v.n && v.p[v.n - 1] == '\\')
		strbuf_addc(b, ' ');
}

static bool is_bare(struct sv v)
{
	static const char safe[] = "+-./:=@_,";

	for (size_t i = 0; i < v.n; i++)
		if (!ascii_isalpha(v.p[i]) && !ascii_isdigit(v.p[i]) && !strchr(safe, v.p[i]))
			return false;
	return v.n > 0;
}

void unit_argument(struct strbuf *b, struct sv v)
{
	if (is_bare(v)) {
		strbuf_add(b, v);
		return;
	}
	strbuf_addc(b, '"');
	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] == '"' || v.p[i] == '\\')
			strbuf_addc(b, '\\');
		else if (v.p[i] == '%' || v.p[i] == '$')
			strbuf_addc(b, v.p[i]);
		strbuf_addc(b, v.p[i]);
	}
	strbuf_addc(b, '"');
}

void unit_host(struct strbuf *b, struct sv server, bool ipv6)
{
	if (ipv6)
		strbuf_addc(b, '[');
	strbuf_add(b, server);
	if (ipv6)
		strbuf_addc(b, ']');
}

void unit_iscsi_device(struct strbuf *b, const struct boot_iscsi *t)
{
	/* without brackets, also around IPv6 */
	strbuf_addf(b, "/dev/disk/by-path/ip-" SV_FMT ":" SV_FMT "-iscsi-" SV_FMT "-lun-" SV_FMT,
		    SV_ARG(t->server), SV_ARG(t->port), SV_ARG(t->target), SV_ARG(t->lun));
}

static bool stays(char c)
{
	return ascii_isalpha(c) || ascii_isdigit(c) || c == ':' || c == '_' || c == '.';
}

void unit_escape_path(struct strbuf *b, struct sv path)
{
	struct sv part;
	bool first = true;

	while (sv_split(&path, '/', &part)) {
		if (part.n == 0)
			continue;
		if (!first)
			strbuf_addc(b, '-');
		for (size_t i = 0; i < part.n; i++) {
			/* a dot at the very beginning would hide the file */
			if (stays(part.p[i]) && !(first && i == 0 && part.p[i] == '.'))
				strbuf_addc(b, part.p[i]);
			else
				strbuf_addf(b, "\\x%02x", (unsigned char)part.p[i]);
		}
		first = false;
	}
}

void unit_retry(struct planner *pl, struct strbuf *b, unsigned pause)
{
	unsigned wait = plan_retry_seconds(pl->line);

	/* an attempt that hangs is ended a little later */
	strbuf_adds(b, "TimeoutStartSec=");
	strbuf_add(b, plan_wait_text(pl, wait ? wait + 30 : 0));
	strbuf_addf(b, "\nExecStart=" NETROOT_PROGRAM " retry %u %u ", wait, pause);
}

void unit_begin(struct strbuf *b, const char *description, struct sv what)
{
	strbuf_clear(b);
	strbuf_adds(b, "# Written by kindling-netroot from the kernel command line.\n[Unit]\n"
		       "Description=");
	strbuf_adds(b, description);
	unit_value(b, what);
	strbuf_adds(b, "\nDocumentation=man:kindling-netroot(8)\n");
}

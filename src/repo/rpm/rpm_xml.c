/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repo/rpm/rpm_xml.h"

#include <stdbool.h>
#include <string.h>

#include <expat.h>

#include "base/cleanup.h"
#include "base/strbuf.h"

#define CHUNK (128 << 10)

struct rpm_xml {
	XML_Parser parser;
	const struct rpm_xml_ops *ops;
	void *arg;
	const char *shown;
	struct strbuf text;
	bool collecting;
	unsigned depth;
	uint64_t fed;      /* bytes given to expat */
	uint64_t fed_then; /* ... when the last element began or ended */
	int failed;        /* code of *e, or 0 */
	struct err *e;
};

static void XMLCALL on_text(void *arg, const XML_Char *s, int n);

static void parser_freep(XML_Parser *p)
{
	if (*p)
		XML_ParserFree(*p);
}

static int add_place(struct rpm_xml *x)
{
	return err_wrap(x->e, "%s:%lu:%lu", x->shown,
			(unsigned long)XML_GetCurrentLineNumber(x->parser),
			(unsigned long)XML_GetCurrentColumnNumber(x->parser) + 1);
}

/* Ends the parse; *e is set. */
static void stop(struct rpm_xml *x, int code)
{
	x->failed = code;
	(void)add_place(x);
	(void)XML_StopParser(x->parser, XML_FALSE);
}

static void stop_collecting(struct rpm_xml *x)
{
	x->collecting = false;
	XML_SetCharacterDataHandler(x->parser, NULL);
}

static const char *local_name(const char *name)
{
	const char *colon = strchr(name, ':');

	return colon ? colon + 1 : name;
}

static void XMLCALL on_start(void *arg, const XML_Char *name, const XML_Char **attrs)
{
	struct rpm_xml *x = arg;
	int r;

	if (x->failed)
		return;
	x->fed_then = x->fed;
	if (x->collecting)
		stop_collecting(x);
	if (++x->depth > RPM_XML_DEPTH) {
		stop(x, err_set(x->e, E_LIMIT, "elements nest deeper than %d", RPM_XML_DEPTH));
		return;
	}
	r = x->ops->start(x->arg, x, local_name(name), (const char *const *)attrs, x->e);
	if (r < 0)
		stop(x, r);
}

static void XMLCALL on_end(void *arg, const XML_Char *name)
{
	struct rpm_xml *x = arg;
	struct sv text = SV_NULL;
	int r;

	if (x->failed)
		return;
	x->fed_then = x->fed;
	if (x->collecting) {
		text = strbuf_sv(&x->text);
		stop_collecting(x);
	}
	r = x->ops->end(x->arg, x, local_name(name), text, x->e);
	x->depth--;
	if (r < 0)
		stop(x, r);
}

static void XMLCALL on_text(void *arg, const XML_Char *s, int n)
{
	struct rpm_xml *x = arg;

	if (x->failed)
		return;
	if (x->text.n + (size_t)n > RPM_XML_TEXT_MAX) {
		stop(x, err_set(x->e, E_LIMIT, "text of an element is longer than %u bytes",
				RPM_XML_TEXT_MAX));
		return;
	}
	strbuf_add(&x->text, sv_of(s, (size_t)n));
}

/* expat gives the shape */
/* NOLINTNEXTLINE(readability-function-size) */
static void XMLCALL on_entity(void *arg, const XML_Char *name, int is_parameter,
			      const XML_Char *value, int value_n, const XML_Char *base,
			      const XML_Char *system, const XML_Char *public,
			      const XML_Char *notation)
{
	struct rpm_xml *x = arg;

	(void)is_parameter;
	(void)value;
	(void)value_n;
	(void)base;
	(void)system;
	(void)public;
	(void)notation;
	if (!x->failed)
		stop(x,
		     err_set(x->e, E_FORMAT,
			     "declares entity '%.64s': metadata must not declare entities", name));
}

void rpm_xml_collect(struct rpm_xml *x)
{
	strbuf_clear(&x->text);
	x->collecting = true;
	XML_SetCharacterDataHandler(x->parser, on_text);
}

unsigned rpm_xml_depth(const struct rpm_xml *x)
{
	return x->depth;
}

const char *rpm_xml_attr(const char *const *attrs, const char *name)
{
	for (; *attrs; attrs += 2)
		if (strcmp(attrs[0], name) == 0)
			return attrs[1];
	return NULL;
}

/* Gives expat the n bytes in its buffer; 0 bytes: the end. */
static int feed(struct rpm_xml *x, size_t n, struct err *e)
{
	enum XML_Status status;

	x->fed += n;
	status = XML_ParseBuffer(x->parser, (int)n, n == 0);
	if (x->failed)
		return x->failed;
	if (status == XML_STATUS_ERROR) {
		err_set(e, E_FORMAT, "%s", XML_ErrorString(XML_GetErrorCode(x->parser)));
		return add_place(x);
	}
	if (x->fed - x->fed_then > RPM_XML_SPAN) {
		err_set(e, E_LIMIT, "no element begins or ends within %u bytes", RPM_XML_SPAN);
		return add_place(x);
	}
	return 0;
}

static int check_size(const struct rpm_xml_input *input, uint64_t n, bool end, struct err *e)
{
	if (input->size && (n > input->size || (end && n != input->size)))
		return err_set(e, E_VERIFY, "'%s' unpacks to %s%llu bytes, expected %llu",
			       input->shown, end ? "" : "more than ",
			       (unsigned long long)(end ? n : input->size),
			       (unsigned long long)input->size);
	if (n > input->max)
		return err_set(e, E_LIMIT, "'%s' unpacks to more than the accepted %llu bytes",
			       input->shown, (unsigned long long)input->max);
	return 0;
}

static int read_all(struct rpm_xml *x, const struct rpm_xml_input *input, struct err *e)
{
	for (;;) {
		void *buf = XML_GetBuffer(x->parser, CHUNK);
		ssize_t n;
		int r;

		if (!buf)
			return err_set(e, E_LIMIT, "'%s': an element is too large", input->shown);
		n = stream_read(input->in, buf, CHUNK, e);
		if (n < 0)
			return err_wrap(e, "'%s'", input->shown);
		r = check_size(input, x->fed + (uint64_t)n, n == 0, e);
		if (r == 0)
			r = feed(x, (size_t)n, e);
		if (r < 0 || n == 0)
			return r;
	}
}

int rpm_xml_parse(const struct rpm_xml_input *input, const struct rpm_xml_ops *ops, void *arg,
		  struct err *e)
{
	_cleanup_(parser_freep) XML_Parser parser = XML_ParserCreate(NULL);
	struct rpm_xml x = { .parser = parser,
			     .ops = ops,
			     .arg = arg,
			     .shown = input->shown,
			     .text = STRBUF_INIT,
			     .e = e };
	int r;

	if (!parser)
		return err_set(e, E_FAIL, "no memory for an XML parser");
	XML_SetUserData(parser, &x);
	XML_SetElementHandler(parser, on_start, on_end);
	XML_SetEntityDeclHandler(parser, on_entity);
	r = read_all(&x, input, e);
	strbuf_done(&x.text);
	return r;
}

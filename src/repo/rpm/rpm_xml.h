/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Streaming XML for repository metadata; sole user of expat. Elements are told by their local names
 * ("entry" for <rpm:entry>): the namespaces of repodata never distinguish two elements of one name.
 *
 * Bad input is E_FORMAT with "FILE:LINE:COLUMN: ". Declarations of entities, nesting beyond
 * RPM_XML_DEPTH, and RPM_XML_SPAN bytes without the begin or end of an element are refused, so that
 * memory stays bounded whatever comes.
 */
#pragma once

#include <stdint.h>

#include "base/err.h"
#include "base/stream.h"
#include "base/sv.h"

#define RPM_XML_DEPTH 32
#define RPM_XML_SPAN (16u << 20)
#define RPM_XML_TEXT_MAX (1u << 20) /* bytes of collected text of one element */

struct rpm_xml;

/* Handlers return 0 or, with e set, a negative code, which ends the parse; the place is added to it. */
struct rpm_xml_ops {
	/* name without prefix; attrs as expat gives them: name, value, ..., NULL */
	int (*start)(void *arg, struct rpm_xml *x, const char *name, const char *const *attrs,
		     struct err *e);
	/* text: what was collected since rpm_xml_collect, else empty; valid during the call */
	int (*end)(void *arg, struct rpm_xml *x, const char *name, struct sv text, struct err *e);
};

/* From within start: the element's text is wanted, up to its end or the next begin of an element. */
void rpm_xml_collect(struct rpm_xml *x);
/* From within handlers: how many elements are open; the outermost is 1 in both of its handlers. */
unsigned rpm_xml_depth(const struct rpm_xml *x);

struct rpm_xml_input {
	struct stream *in; /* borrowed, read to its end */
	const char *shown; /* file name for messages */
	uint64_t size;     /* exact size where the index tells, else 0 */
	uint64_t max;      /* more than that is refused */
};

/* E_FORMAT, E_VERIFY when the size is another, E_LIMIT, and what handlers and the stream return. */
int rpm_xml_parse(const struct rpm_xml_input *input, const struct rpm_xml_ops *ops, void *arg,
		  struct err *e);

/* Value of an attribute, or NULL. Prefixed ones by their full name ("xml:base"). */
const char *rpm_xml_attr(const char *const *attrs, const char *name);

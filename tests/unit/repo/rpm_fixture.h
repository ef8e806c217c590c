/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * .rpm files made by tests: headers tag by tag, cpio entries one by one. Nothing is checked, so that
 * whatever is wrong can be written.
 *
 *	struct fx_header h = { 0 };
 *	fx_header_text(&h, RPMTAG_NAME, "foo");
 *	fx_rpm(&rpm, &h, strbuf_sv(&cpio));      signature header without tags that matter
 */
#pragma once

#include <stdint.h>

#include "base/strbuf.h"
#include "repo/rpm/rpm_header.h"
#include "repo/rpm/rpm_tags.h"

struct fx_header {
	struct strbuf index, data;
	uint32_t n;
};

/* Any entry: as told, whatever is in the data. */
void fx_header_entry(struct fx_header *h, uint32_t tag, uint32_t type, uint32_t offset,
		     uint32_t count);
void fx_header_text(struct fx_header *h, uint32_t tag, const char *text);
/* Texts separated by '|'. */
void fx_header_texts(struct fx_header *h, uint32_t tag, const char *texts);
/* Numbers of a type, separated by blanks. */
void fx_header_numbers(struct fx_header *h, uint32_t tag, enum rpm_type type, const char *numbers);
/* magic, counts, index, data */
void fx_header_bytes(const struct fx_header *h, struct strbuf *out);
void fx_header_done(struct fx_header *h);
/* name 1-1 noarch, without files */
void fx_header_basics(struct fx_header *h, const char *name);

void fx_newc(struct strbuf *cpio, const char *name, uint32_t mode, const char *content);
void fx_stripped(struct strbuf *cpio, uint32_t file, const char *content);
void fx_cpio_end(struct strbuf *cpio);

void fx_rpm(struct strbuf *out, const struct fx_header *h, struct sv payload);
/* With a signature header of its own. */
void fx_rpm_signed(struct strbuf *out, const struct fx_header *sig, const struct fx_header *h,
		   struct sv payload);

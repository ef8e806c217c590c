/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/repo/rpm_fixture.h"

#include <stdlib.h>

static void add_number(struct strbuf *b, uint64_t v, unsigned width)
{
	for (unsigned i = width; i-- > 0;)
		strbuf_addc(b, (char)(v >> (i * 8)));
}

static void align(struct strbuf *b, size_t to)
{
	while (b->n % to)
		strbuf_addc(b, '\0');
}

void fx_header_entry(struct fx_header *h, uint32_t tag, uint32_t type, uint32_t offset,
		     uint32_t count)
{
	add_number(&h->index, tag, 4);
	add_number(&h->index, type, 4);
	add_number(&h->index, offset, 4);
	add_number(&h->index, count, 4);
	h->n++;
}

void fx_header_text(struct fx_header *h, uint32_t tag, const char *text)
{
	fx_header_entry(h, tag, RPM_TYPE_STRING, (uint32_t)h->data.n, 1);
	strbuf_add(&h->data, sv_of(text, strlen(text) + 1));
}

void fx_header_texts(struct fx_header *h, uint32_t tag, const char *texts)
{
	struct sv rest = sv_from(texts), one;
	uint32_t at = (uint32_t)h->data.n, n = 0;

	for (; sv_split(&rest, '|', &one); n++) {
		strbuf_add(&h->data, one);
		strbuf_addc(&h->data, '\0');
	}
	fx_header_entry(h, tag, RPM_TYPE_STRING_ARRAY, at, n);
}

void fx_header_numbers(struct fx_header *h, uint32_t tag, enum rpm_type type, const char *numbers)
{
	unsigned width = 1u << (type - RPM_TYPE_INT8);
	uint32_t at, n = 0;
	char *end;

	align(&h->data, width);
	at = (uint32_t)h->data.n;
	for (const char *p = numbers;; p = end, n++) {
		unsigned long long v = strtoull(p, &end, 0);

		if (end == p)
			break;
		add_number(&h->data, v, width);
	}
	fx_header_entry(h, tag, type, at, n);
}

void fx_header_bytes(const struct fx_header *h, struct strbuf *out)
{
	strbuf_add(out, sv_of("\x8e\xad\xe8\x01\0\0\0\0", 8));
	add_number(out, h->n, 4);
	add_number(out, h->data.n, 4);
	strbuf_add(out, strbuf_sv(&h->index));
	strbuf_add(out, strbuf_sv(&h->data));
}

void fx_header_done(struct fx_header *h)
{
	strbuf_done(&h->index);
	strbuf_done(&h->data);
	h->n = 0;
}

void fx_header_basics(struct fx_header *h, const char *name)
{
	fx_header_text(h, RPMTAG_NAME, name);
	fx_header_text(h, RPMTAG_VERSION, "1");
	fx_header_text(h, RPMTAG_RELEASE, "1");
	fx_header_text(h, RPMTAG_ARCH, "noarch");
}

void fx_newc(struct strbuf *cpio, const char *name, uint32_t mode, const char *content)
{
	strbuf_addf(cpio, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x", 1u, mode,
		    0u, 0u, 1u, 0u, (unsigned)strlen(content), 0u, 0u, 0u, 0u,
		    (unsigned)strlen(name) + 1, 0u);
	strbuf_add(cpio, sv_of(name, strlen(name) + 1));
	align(cpio, 4);
	strbuf_adds(cpio, content);
	align(cpio, 4);
}

void fx_stripped(struct strbuf *cpio, uint32_t file, const char *content)
{
	strbuf_addf(cpio, "07070X%08x", file);
	align(cpio, 4);
	strbuf_adds(cpio, content);
	align(cpio, 4);
}

void fx_cpio_end(struct strbuf *cpio)
{
	fx_newc(cpio, "TRAILER!!!", 0, "");
}

void fx_rpm_signed(struct strbuf *out, const struct fx_header *sig, const struct fx_header *h,
		   struct sv payload)
{
	strbuf_add(out, sv_of("\xed\xab\xee\xdb\x03\0\0\0", 8));
	for (int i = 0; i < 70; i++)
		strbuf_addc(out, '\0');
	strbuf_add(out, sv_of("\0\x05", 2));
	for (int i = 0; i < 16; i++)
		strbuf_addc(out, '\0');
	fx_header_bytes(sig, out);
	align(out, 8);
	fx_header_bytes(h, out);
	strbuf_add(out, payload);
}

void fx_rpm(struct strbuf *out, const struct fx_header *h, struct sv payload)
{
	struct fx_header sig = { 0 };

	fx_header_text(&sig, 9999, "no digest");
	fx_rpm_signed(out, &sig, h, payload);
	fx_header_done(&sig);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* First byte: the codec; the rest is decoded at once and as a stream, which must agree. */
#include <stdlib.h>
#include <string.h>

#include "codec/codec.h"

#define OUT_MAX ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = ERR_INIT, f = ERR_INIT;
	enum codec_kind kind;
	struct stream *s = NULL;
	char *a = NULL, *b = NULL;
	size_t an = 0, bn = 0;
	struct sv in;
	int ra, rb;

	if (size == 0)
		return 0;
	kind = (enum codec_kind)(data[0] % (CODEC_LZ4 + 1));
	in = sv_of(data + 1, size - 1);
	ra = codec_decode_all(kind, in, OUT_MAX, &a, &an, &e);
	rb = codec_decode_stream(kind, in, 1, NULL, &s, &f);
	if (rb == 0)
		rb = stream_read_all(s, OUT_MAX, &b, &bn, &f);
	if (ra == 0 && (rb != 0 || an != bn || memcmp(a, b, an) != 0))
		abort();
	if (ra < 0 && rb == 0)
		abort();
	stream_close(s);
	free(a);
	free(b);
	return 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ar(5): a magic, then members, each a header of 60 bytes in text fields and its content padded to 2. */
#include "archive/archive.h"
#include "base/macros.h"
#include "base/num.h"

#define MAGIC "!<arch>\n"
#define HEADER 60u
#define AT_NAME 0u
#define LEN_NAME 16u
#define AT_SIZE 48u
#define LEN_SIZE 10u
#define AT_END 58u

int ar_open(struct sv bytes, struct ar_reader *ret, struct err *e)
{
	if (!sv_starts(bytes, SV(MAGIC)))
		return err_set(e, E_FORMAT, "not an ar archive: it does not begin with '!<arch>'");
	*ret = (struct ar_reader){ .bytes = bytes, .at = sizeof(MAGIC) - 1 };
	return 0;
}

/* A header field without the blanks that fill it up. */
static struct sv field(struct sv header, size_t at, size_t n)
{
	struct sv f = sv_head(sv_from_pos(header, at), n);

	while (f.n > 0 && f.p[f.n - 1] == ' ')
		f.n--;
	return f;
}

/* dpkg writes names bare, System V's ar ends them with '/' so that they may hold blanks. */
static int member_name(struct sv header, size_t offset, struct sv *ret, struct err *e)
{
	struct sv name = field(header, AT_NAME, LEN_NAME);

	(void)sv_cut_end(&name, SV("/"));
	if (name.n == 0)
		return err_set(e, E_FORMAT, "ar member at offset %zu has no name", offset);
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] == '/' || (unsigned char)name.p[i] < 0x20)
			return err_set(e, E_FORMAT, "ar member at offset %zu has a bad name",
				       offset);
	*ret = name;
	return 0;
}

int ar_next(struct ar_reader *a, struct ar_member *ret, struct err *e)
{
	struct ar_member m = { .offset = a->at };
	struct sv rest = sv_from_pos(a->bytes, a->at);
	struct sv header = sv_head(rest, HEADER);
	uint64_t size;
	int r;

	if (rest.n == 0)
		return 0;
	if (header.n < HEADER)
		return err_set(e, E_FORMAT,
			       "ar archive is truncated: %zu bytes of a member header at offset %zu",
			       header.n, m.offset);
	if (!sv_eq(sv_from_pos(header, AT_END), SV("`\n")))
		return err_set(e, E_FORMAT, "no ar member header at offset %zu", m.offset);
	r = member_name(header, m.offset, &m.name, e);
	if (r < 0)
		return r;
	r = num_parse_u64(field(header, AT_SIZE, LEN_SIZE), 10, SIZE_MAX / 2, &size, e);
	if (r < 0)
		return err_wrap(e, "ar member '" SV_FMT "' at offset %zu: size", SV_ARG(m.name),
				m.offset);
	rest = sv_from_pos(rest, HEADER);
	if (size > rest.n)
		return err_set(e, E_FORMAT,
			       "ar member '" SV_FMT
			       "' at offset %zu is truncated: %zu of %llu bytes are there",
			       SV_ARG(m.name), m.offset, rest.n, (unsigned long long)size);
	m.data = sv_head(rest, (size_t)size);
	/* The padding byte may be missing behind the last member. */
	a->at = MIN(m.offset + HEADER + (size_t)size + (size_t)(size & 1), a->bytes.n);
	*ret = m;
	return 1;
}

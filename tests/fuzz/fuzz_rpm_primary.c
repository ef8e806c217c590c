/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* primary.xml, and after a NUL filelists.xml, of any bytes, into a universe that is then finished. */
#include <stdlib.h>

#include "repo/rpm/rpm_filelists.h"
#include "repo/rpm/rpm_primary.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct rpm_xml_input input_of(struct stream *in)
{
	return (struct rpm_xml_input){ .in = in, .shown = "x.xml", .max = RPM_XML_SPAN };
}

static int read_files(struct universe *u, const struct rpm_files *files, struct sv text,
		      struct err *e)
{
	_cleanup_(rpm_wanted_done) struct rpm_wanted w = { .u = NULL };
	_cleanup_(stream_closep) struct stream *in = stream_from_mem(text);
	struct rpm_xml_input input = input_of(in);
	int r = 0;

	rpm_wanted_init(&w, u);
	rpm_wanted_match(&w, files);
	if (rpm_wanted_open(&w))
		r = rpm_filelists_read(&w, 1, universe_count(u), &input, e);
	if (r == 0)
		rpm_wanted_apply(&w);
	return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sv rest = sv_of(data, size), primary = SV_NULL;
	struct rpm_files files = { .text = { 0 } };
	struct rpm_primary_ctx c = { .files = &files };
	struct rpm_xml_input input;
	struct err e = ERR_INIT;
	struct stream *in;
	struct universe u;

	if (!sv_split(&rest, '\0', &primary) || arch_find(SV("x86_64"), &c.arch, &e) < 0)
		return 0;
	in = stream_from_mem(primary);
	input = input_of(in);
	universe_init(&u, FAMILY_RPM, SV("x86_64"));
	c.u = &u;
	c.repo = universe_add_repo(&u, &(struct universe_repo){ .label = SV("x") });
	if (rpm_primary_read(&c, &input, &e) == 0 && read_files(&u, &files, rest, &e) == 0 &&
	    universe_finish(&u, &e) < 0)
		abort();
	stream_close(in);
	rpm_files_done(&files);
	universe_done(&u);
	return 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/cli.h"
#include "cli/command.h"
#include "pkg/version.h"

int cmd_vercmp(struct cli_options *o, struct report *r)
{
	struct err e = ERR_INIT;
	struct strbuf out = STRBUF_INIT;
	int status, c;

	if (o->args.n != 3) {
		err_set(&e, E_USAGE, "vercmp takes three words: deb or rpm, and two versions");
		report_error(r, &e, NULL);
		return EXIT_USAGE;
	}

	struct sv family = sv_from(o->args.v[0]);

	if (!sv_eq(family, SV("deb")) && !sv_eq(family, SV("rpm"))) {
		err_set(&e, E_USAGE, "unknown package family '%s'", o->args.v[0]);
		err_hint(&e, "it is 'deb' or 'rpm'");
		report_error(r, &e, NULL);
		return EXIT_USAGE;
	}
	c = version_compare(sv_eq(family, SV("deb")) ? FAMILY_DEB : FAMILY_RPM,
			    sv_from(o->args.v[1]), sv_from(o->args.v[2]));
	strbuf_adds(&out, c < 0 ? "<\n" : c > 0 ? ">\n" : "=\n");
	status = report_product(r, &out);
	strbuf_done(&out);
	return status;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Dependencies on files. A universe knows only names, so a file that some package requires becomes a
 * provide of the packages that have it; all other files (millions) are of no interest. Most are listed
 * in primary.xml; filelists.xml, many times its size, is read only for what primary does not answer.
 *
 *	rpm_wanted_init(&w, u);                    after all packages of all mirrors are there
 *	rpm_wanted_match(&w, &files);              for what primary listed
 *	rpm_filelists_read(&w, ..., e);            if rpm_wanted_open(&w)
 *	rpm_wanted_apply(&w);                      adds the provides
 */
#pragma once

#include "base/map.h"
#include "pkg/universe.h"
#include "repo/rpm/rpm_primary.h"

struct rpm_wanted {
	struct universe *u;
	struct map paths; /* to index of names; keys are the universe's strings */
	VEC(struct rpm_wanted_name {
		str_id name;
		bool answered; /* some package provides it */
		bool searched; /* in filelists.xml: was not answered before */
	})
	names;
	VEC(struct rpm_wanted_hit {
		pkg_id pkg;
		uint32_t name; /* index of names */
	})
	hits;
};

/* All names that begin with '/' in dependencies; those that packages provide already are answered. */
void rpm_wanted_init(struct rpm_wanted *w, struct universe *u);
void rpm_wanted_match(struct rpm_wanted *w, const struct rpm_files *files);
bool rpm_wanted_open(const struct rpm_wanted *w); /* is one unanswered? */
/* Looks for unanswered ones in filelists.xml; packages first..last are those of its repository. E_FORMAT,
 * E_LIMIT with "FILE:LINE:COLUMN: ...". */
int rpm_filelists_read(struct rpm_wanted *w, pkg_id first, pkg_id last,
		       const struct rpm_xml_input *input, struct err *e);
void rpm_wanted_apply(struct rpm_wanted *w);
void rpm_wanted_done(struct rpm_wanted *w);

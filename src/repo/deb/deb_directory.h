/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A large Packages index as a source of packages (universe_source.h): where each stanza is and which names it has
 * or provides. Of the rest of a stanza nothing is looked at before it is asked for.
 */
#pragma once

#include "base/fs.h"
#include "pkg/universe_source.h"
#include "repo/deb/deb_packages.h"

/* Makes a source of the index for the universe, which takes over the text. `shown` begins the messages about
 * its stanzas and lives as long as the universe. False, and nothing is done, when the text is written in
 * a way that only reading all of it does justice to. */
bool deb_directory_add(const struct deb_packages_ctx *c, struct fs_data *text, struct sv shown);

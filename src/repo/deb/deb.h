/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The Debian backend as repo.c sees it. */
#pragma once

#include "repo/repo_int.h"

int deb_mirror_load(const struct repo_load *l, struct err *e); /* dists/ and flat */
int deb_dir_load(const struct repo_load *l, struct err *e);    /* .deb files in a folder */

int deb_payload_open(struct sv bytes, unsigned threads, struct codec_ctx *reuse,
		     struct payload **ret, struct err *e);
int deb_control_file(struct sv bytes, struct sv name, struct fs_data *ret, struct err *e);

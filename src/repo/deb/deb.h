/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The Debian backend as repo.c sees it. */
#pragma once

#include "repo/repo_int.h"

/* dists/ and flat */
int deb_mirror_open(const struct repo_load *l, void **ret_state, struct err *e);
int deb_mirror_load(const struct repo_load *l, void *state, struct err *e);
void deb_mirror_close(void *state);
bool deb_mirror_elsewhere(const struct repo_load *l, struct sv name, struct strbuf *ret);
/* .deb files in a folder */
int deb_dir_open(const struct repo_load *l, void **ret_state, struct err *e);
int deb_dir_load(const struct repo_load *l, void *state, struct err *e);
void deb_dir_close(void *state);

int deb_payload_open(struct sv bytes, unsigned threads, struct codec_ctx *reuse,
		     struct payload **ret, struct err *e);
int deb_control_file(struct sv bytes, struct sv name, struct fs_data *ret, struct err *e);

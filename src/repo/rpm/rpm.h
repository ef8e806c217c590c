/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The RPM backend as repo.c sees it. */
#pragma once

#include "repo/repo_int.h"

/* A folder that holds repodata/ */
int rpm_mirror_open(const struct repo_load *l, void **ret_state, struct err *e);
int rpm_mirror_load(const struct repo_load *l, void *state, struct err *e);
int rpm_mirror_complete(const struct repo_load *l, void *state, enum repo_pass pass, void **shared,
			struct err *e);
void rpm_mirror_close(void *state);
/* .rpm files in a folder */
int rpm_dir_open(const struct repo_load *l, void **ret_state, struct err *e);
int rpm_dir_load(const struct repo_load *l, void *state, struct err *e);
int rpm_dir_complete(const struct repo_load *l, void *state, enum repo_pass pass, void **shared,
		     struct err *e);
void rpm_dir_close(void *state);

int rpm_payload_open(struct sv bytes, unsigned threads, struct codec_ctx *reuse,
		     struct payload **ret, struct err *e);
int rpm_control_file(struct sv bytes, struct sv name, struct fs_data *ret, struct err *e);

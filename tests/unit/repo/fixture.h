/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Mirrors made on the spot in a private folder: package files, indexes, Release. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "base/sv.h"
#include "codec/codec.h"

/* A fresh folder; the one of the test before is removed. Returns its path. */
const char *fx_dir(void);
/* Path of a file in it, valid until the next call but three. */
const char *fx_path(const char *name);
/* Writes a file below the folder, with its parents. */
void fx_write(const char *name, struct sv bytes);
void fx_remove(const char *name);

/* A tar entry of a regular file (or a folder, when the name ends in '/'); fx_tar_end closes. */
void fx_tar_add(struct strbuf *tar, const char *name, struct sv content);
void fx_tar_end(struct strbuf *tar);
void fx_ar_start(struct strbuf *ar);
void fx_ar_add(struct strbuf *ar, const char *name, struct sv content);

/* A .deb around a control text and one file; both members compressed with the codec. */
void fx_deb(struct strbuf *deb, struct sv control, const char *file, struct sv content,
	    enum codec_kind codec);

/* bytes, compressed; replaces *b. */
void fx_compress(struct strbuf *b, enum codec_kind codec, struct sv bytes);
/* Lower-case SHA-256, valid until the next call but three. */
const char *fx_sha256(struct sv bytes);
/* The Packages stanza for a package file. */
void fx_stanza(struct strbuf *index, const char *control, const char *filename, struct sv deb);
/* A line of a Release's SHA256 list. */
void fx_release_line(struct strbuf *release, const char *name, struct sv bytes);

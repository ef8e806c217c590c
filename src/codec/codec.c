/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "codec/codec.h"

#include "base/macros.h"
#include "base/num.h"
#include "base/strbuf.h"
#include "codec/codec_int.h"

/* One row per codec: every word, suffix and magic there is, and the levels its encoder takes. */
static const struct codec_row {
	const char *names[3]; /* the first is the one we print */
	const char *suffix[3];
	struct sv magic[2];
	int level_min, level_max, level_default; /* all zero: the codec has no levels */
	const struct codec_decoder *decoder;
	const struct codec_encoder_ops *encoder;
} rows[CODEC_KINDS] = {
	[CODEC_NONE] = {
		.names = { "none" },
		.decoder = &codec_none_decoder,
		.encoder = &codec_none_encoder,
	},
	[CODEC_GZIP] = {
		.names = { "gzip", "gz" },
		.suffix = { ".gz", ".tgz" },
		.magic = { { "\x1f\x8b", 2 } },
		.level_min = 1, .level_max = 9, .level_default = 6,
		.decoder = &codec_gzip_decoder,
		.encoder = &codec_gzip_encoder,
	},
	[CODEC_XZ] = {
		.names = { "xz" },
		.suffix = { ".xz" },
		.magic = { { "\xfd" "7zXZ\0", 6 } },
		.level_min = 0, .level_max = 9, .level_default = 6,
		.decoder = &codec_xz_decoder,
		.encoder = &codec_xz_encoder,
	},
	[CODEC_LZMA] = {
		.names = { "lzma" },
		.suffix = { ".lzma" },
		/* No real magic: the usual properties byte and the low bytes of a dictionary size. */
		.magic = { { "\x5d\0\0", 3 } },
		.decoder = &codec_lzma_decoder,
	},
	[CODEC_ZSTD] = {
		.names = { "zstd", "zst" },
		.suffix = { ".zst", ".zstd" },
		.magic = { { "\x28\xb5\x2f\xfd", 4 } },
		.level_min = 1, .level_max = 22, .level_default = 10,
		.decoder = &codec_zstd_decoder,
		.encoder = &codec_zstd_encoder,
	},
	[CODEC_BZIP2] = {
		.names = { "bzip2", "bz2" },
		.suffix = { ".bz2" },
		.magic = { { "BZh", 3 } },
		.decoder = &codec_bzip2_decoder,
	},
	[CODEC_LZ4] = {
		.names = { "lz4" },
		.suffix = { ".lz4" },
		.magic = { { "\x04\x22\x4d\x18", 4 }, { "\x02\x21\x4c\x18", 4 } },
		.level_min = 1, .level_max = 12, .level_default = 9,
		.decoder = &codec_lz4_decoder,
		.encoder = &codec_lz4_encoder,
	},
};

static const struct codec_row *row_of(enum codec_kind kind)
{
	ASSERT((size_t)kind < ARRAY_SIZE(rows));
	return &rows[kind];
}

const char *codec_name(enum codec_kind kind)
{
	return row_of(kind)->names[0];
}

const struct codec_decoder *codec_decoder_of(enum codec_kind kind)
{
	return row_of(kind)->decoder;
}

const struct codec_encoder_ops *codec_encoder_of(enum codec_kind kind)
{
	return row_of(kind)->encoder;
}

bool codec_by_name(struct sv name, enum codec_kind *ret)
{
	for (size_t k = 0; k < ARRAY_SIZE(rows); k++)
		for (size_t i = 0; i < ARRAY_SIZE(rows[k].names) && rows[k].names[i]; i++)
			if (sv_eq(name, sv_from(rows[k].names[i]))) {
				*ret = (enum codec_kind)k;
				return true;
			}
	return false;
}

enum codec_kind codec_by_suffix(struct sv file_name)
{
	for (size_t k = 0; k < ARRAY_SIZE(rows); k++)
		for (size_t i = 0; i < ARRAY_SIZE(rows[k].suffix) && rows[k].suffix[i]; i++)
			if (sv_ends(file_name, sv_from(rows[k].suffix[i])))
				return (enum codec_kind)k;
	return CODEC_NONE;
}

enum codec_kind codec_by_magic(struct sv bytes)
{
	for (size_t k = 0; k < ARRAY_SIZE(rows); k++)
		for (size_t i = 0; i < ARRAY_SIZE(rows[k].magic) && rows[k].magic[i].n; i++)
			if (sv_starts(bytes, rows[k].magic[i]))
				return (enum codec_kind)k;
	return CODEC_NONE;
}

int codec_spec_make(enum codec_kind kind, bool has_level, int64_t level, struct codec_spec *ret,
		    struct err *e)
{
	const struct codec_row *row = row_of(kind);

	if (!row->encoder)
		return err_set(e, E_USAGE, "cannot compress with '%s', only decompress",
			       row->names[0]);
	if (has_level && row->level_max == 0)
		return err_set(e, E_USAGE, "compression '%s' has no levels", row->names[0]);
	if (has_level && (level < row->level_min || level > row->level_max))
		return err_set(e, E_USAGE,
			       "compression level %lld of '%s' is not between %d and %d",
			       (long long)level, row->names[0], row->level_min, row->level_max);
	*ret = (struct codec_spec){ kind, has_level ? (int)level : row->level_default };
	return 0;
}

static int unknown_name(struct sv name, struct err *e)
{
	_cleanup_strbuf_ struct strbuf known = STRBUF_INIT;

	for (size_t k = 0; k < ARRAY_SIZE(rows); k++)
		if (rows[k].encoder)
			strbuf_addf(&known, "%s%s", known.n ? ", " : "", rows[k].names[0]);
	(void)err_set(e, E_USAGE, "unknown compression '" SV_FMT "'", SV_ARG(name));
	return err_hint(e, "known are: %s", known.p);
}

int codec_spec_parse(struct sv text, struct codec_spec *ret, struct err *e)
{
	struct sv rest = text, name = text;
	enum codec_kind kind;
	int64_t level = 0;
	int r;

	(void)sv_split(&rest, ':', &name);
	if (!codec_by_name(name, &kind))
		return unknown_name(name, e);
	if (rest.p) {
		r = num_parse_i64(rest, INT64_MIN, INT64_MAX, &level, e);
		if (r < 0) {
			e->code = E_USAGE;
			return err_wrap(e, "compression level of '" SV_FMT "'", SV_ARG(name));
		}
	}
	return codec_spec_make(kind, rest.p != NULL, level, ret, e);
}

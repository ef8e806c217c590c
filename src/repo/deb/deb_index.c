/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repo/deb/deb_index.h"

#include "codec/codec.h"
#include "repo/repo_int.h"

/* Forms an index may have, in the order of preference: fewest CPU seconds first. */
static const struct {
	const char *suffix;
	enum codec_kind codec;
} forms[] = {
	{ "", CODEC_NONE },    { ".zst", CODEC_ZSTD }, { ".lz4", CODEC_LZ4 },
	{ ".gz", CODEC_GZIP }, { ".xz", CODEC_XZ },    { ".bz2", CODEC_BZIP2 },
};

/* The path on disk of what is `name` relative to the Release. */
static void make_path(const struct deb_index_place *p, struct sv name, struct strbuf *out)
{
	strbuf_clear(out);
	if (p->folder.n) {
		strbuf_add(out, p->folder);
		strbuf_addc(out, '/');
	}
	strbuf_add(out, name);
}

/* "main/binary-amd64/by-hash/SHA256/<hex>" */
static void make_by_hash(const struct deb_index_place *p, struct sv base,
			 const struct deb_entry *entry, struct strbuf *out)
{
	ptrdiff_t slash = sv_rchr(base, '/');
	char hex[DIGEST_MAX * 2 + 1];

	digest_hex(&entry->digest, hex);
	make_path(p, slash < 0 ? SV("") : sv_head(base, (size_t)slash + 1), out);
	strbuf_addf(out, "by-hash/%s/%s", digest_name(entry->digest.kind), hex);
}

/* By name, else by hash. A name may for a moment hold an older or newer file than the Release lists
 * while a mirror is updated: then the file by hash is the right one. */
static int read_listed(const struct deb_index_place *p, struct sv base,
		       const struct deb_entry *entry, struct fs_data *ret, struct err *e)
{
	_cleanup_strbuf_ struct strbuf path = STRBUF_INIT;
	struct err by_hash = ERR_INIT;
	int r, k;

	if (entry->size > DEB_INDEX_FILE_MAX)
		return err_set(e, E_LIMIT,
			       "'" SV_FMT "' is listed with %llu bytes, at most %u are accepted",
			       SV_ARG(entry->path), (unsigned long long)entry->size,
			       DEB_INDEX_FILE_MAX);
	make_path(p, entry->path, &path);
	r = repo_read_verified(p->dirfd, path.p, entry->size, &entry->digest, ret, e);
	if (r != E_NOTFOUND && r != E_VERIFY)
		return r;

	make_by_hash(p, base, entry, &path);
	k = repo_read_verified(p->dirfd, path.p, entry->size, &entry->digest, ret, &by_hash);
	if (k == E_NOTFOUND)
		return r;
	if (k < 0)
		*e = by_hash;
	return k;
}

static int check_plain(const struct deb_entry *plain, const struct fs_data *data, struct err *e)
{
	if (!plain)
		return 0;
	if (data->n != plain->size)
		return err_set(e, E_VERIFY, "unpacks to %zu bytes, expected %llu", data->n,
			       (unsigned long long)plain->size);
	return repo_check_digest(fs_sv(data), &plain->digest, e);
}

/* Takes packed over. */
static int decode(enum codec_kind codec, const struct deb_entry *plain, struct fs_data *packed,
		  struct fs_data *ret, struct err *e)
{
	_cleanup_fs_data_ struct fs_data data = *packed;
	size_t max = DEB_INDEX_PLAIN_MAX;
	int r = 0;

	*packed = (struct fs_data){ NULL, 0 };
	if (plain && plain->size > DEB_INDEX_PLAIN_MAX)
		return err_set(e, E_LIMIT,
			       "text is listed with %llu bytes, at most %u are accepted",
			       (unsigned long long)plain->size, DEB_INDEX_PLAIN_MAX);
	if (plain)
		max = (size_t)plain->size;
	if (codec != CODEC_NONE) {
		struct fs_data text = { NULL, 0 };

		r = codec_decode_all(codec, fs_sv(&data), max, &text.p, &text.n, e);
		if (r == E_LIMIT && plain)
			return err_set(e, E_VERIFY, "unpacks to more than the listed %zu bytes",
				       max);
		if (r < 0)
			return r;
		fs_data_done(&data);
		data = text;
		r = check_plain(plain, &data, e);
	}
	if (r < 0)
		return r;
	*ret = data;
	data = (struct fs_data){ NULL, 0 };
	return 0;
}

static int finish(struct fs_data *packed, enum codec_kind codec, const struct deb_entry *plain,
		  struct sv name, struct deb_index *ret, struct err *e)
{
	struct deb_index index = { .plain = { NULL, 0 } };

	if (decode(codec, plain, packed, &index.plain, e) < 0)
		return err_wrap(e, "'" SV_FMT "'", SV_ARG(name));
	if (plain)
		index.digest = plain->digest;
	else
		digest_bytes(DIGEST_SHA256, index.plain.p, index.plain.n, &index.digest);
	*ret = index;
	return 0;
}

static int read_unlisted(const struct deb_index_place *p, struct sv base, struct deb_index *ret,
			 struct err *e)
{
	_cleanup_strbuf_ struct strbuf path = STRBUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		_cleanup_fs_data_ struct fs_data data = { NULL, 0 };
		int r;

		make_path(p, base, &path);
		strbuf_adds(&path, forms[i].suffix);
		r = fs_read(p->dirfd, path.p, DEB_INDEX_FILE_MAX, &data, e);
		if (r == E_NOTFOUND)
			continue;
		return r < 0 ? r : finish(&data, forms[i].codec, NULL, strbuf_sv(&path), ret, e);
	}
	make_path(p, base, &path);
	return err_set(e, E_NOTFOUND, "no '%s', neither plain nor compressed", path.p);
}

bool deb_index_listed(const struct deb_release *rel, struct sv base)
{
	_cleanup_strbuf_ struct strbuf name = STRBUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		strbuf_clear(&name);
		strbuf_add(&name, base);
		strbuf_adds(&name, forms[i].suffix);
		if (deb_release_find(rel, strbuf_sv(&name)))
			return true;
	}
	return false;
}

int deb_index_read(const struct deb_index_place *p, struct sv base, struct deb_index *ret,
		   struct err *e)
{
	_cleanup_strbuf_ struct strbuf name = STRBUF_INIT;
	const struct deb_entry *plain;

	if (!p->rel)
		return read_unlisted(p, base, ret, e);

	plain = deb_release_find(p->rel, base);
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		_cleanup_fs_data_ struct fs_data data = { NULL, 0 };
		const struct deb_entry *entry;
		int r;

		strbuf_clear(&name);
		strbuf_add(&name, base);
		strbuf_adds(&name, forms[i].suffix);
		entry = deb_release_find(p->rel, strbuf_sv(&name));
		if (!entry)
			continue;
		r = read_listed(p, base, entry, &data, e);
		if (r == E_NOTFOUND)
			continue;
		return r < 0 ? r : finish(&data, forms[i].codec, plain, strbuf_sv(&name), ret, e);
	}

	make_path(p, base, &name);
	err_set(e, E_VERIFY,
		"index '%s' is listed in the Release, but no form of it is in the mirror", name.p);
	return err_hint(e,
			"the mirror is incomplete, or has only other architectures or components");
}

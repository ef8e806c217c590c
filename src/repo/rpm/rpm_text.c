/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repo/rpm/rpm_text.h"

#include "codec/codec.h"
#include "repo/repo_int.h"
#include "repo/rpm/rpm_zck.h"

/* Fewest CPU seconds first. */
static unsigned cost(const struct rpm_data *d)
{
	static const char *const suffixes[] = { ".zst", ".gz", ".xz", ".bz2", ".zck" };

	for (unsigned i = 0; i < ARRAY_SIZE(suffixes); i++)
		if (sv_ends(sv_from(d->href), sv_from(suffixes[i])))
			return i + 1;
	return 0;
}

const struct rpm_data *rpm_text_choose(int dirfd, const struct rpm_repomd *md,
				       enum rpm_data_kind kind)
{
	const struct rpm_data *best = NULL;
	bool best_there = false;

	for (size_t i = 0; i < md->data.n; i++) {
		const struct rpm_data *d = &md->data.v[i];
		bool there;

		if (d->kind != kind)
			continue;
		there = fs_exists(dirfd, d->href);
		if (!best || (there && (!best_there || cost(d) < cost(best)))) {
			best = d;
			best_there = there;
		}
	}
	return best;
}

static int read_file(int dirfd, const struct rpm_data *d, struct fs_data *ret, struct err *e)
{
	_cleanup_fs_data_ struct fs_data data = { NULL, 0 };
	int r;

	if (d->size) {
		r = repo_read_verified(dirfd, d->href, d->size, &d->digest, &data, e);
	} else {
		r = fs_read(dirfd, d->href, RPM_FILE_MAX, &data, e);
		if (r >= 0 && repo_check_digest(fs_sv(&data), &d->digest, e) < 0)
			r = err_wrap(e, "'%s'", d->href);
	}
	if (r == E_NOTFOUND) {
		err_set(e, E_VERIFY, "'%s' is listed in repomd.xml but missing", d->href);
		return err_hint(e, "the mirror is incomplete, or its repomd.xml is of another time "
				   "than its files: copy it again");
	}
	if (r < 0)
		return r;
	*ret = data;
	data = (struct fs_data){ NULL, 0 };
	return 0;
}

int rpm_text_open(int dirfd, const struct rpm_data *d, struct rpm_text *ret, struct err *e)
{
	_cleanup_(rpm_text_done) struct rpm_text t = { .packed = { NULL, 0 } };
	enum codec_kind codec;
	struct sv bytes;
	int r = read_file(dirfd, d, &t.packed, e);

	if (r < 0)
		return r;
	bytes = fs_sv(&t.packed);
	codec = codec_by_magic(bytes);
	if (rpm_zck_is(bytes))
		r = rpm_zck_open(bytes, &t.in, e);
	else if (codec == CODEC_NONE)
		t.in = stream_from_mem(bytes);
	else
		r = codec_decode_stream(codec, bytes, 1, NULL, &t.in, e);
	if (r < 0)
		return err_wrap(e, "'%s'", d->href);
	*ret = (struct rpm_text){ .packed = t.packed, .in = TAKE_PTR(t.in) };
	t.packed = (struct fs_data){ NULL, 0 };
	return 0;
}

void rpm_text_done(struct rpm_text *t)
{
	stream_close(t->in);
	fs_data_done(&t->packed);
	t->in = NULL;
}

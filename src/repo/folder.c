/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repo/folder_int.h"

#include <dirent.h>
#include <stdlib.h>

#define SUMS_MAX (64u << 20) /* bytes of SHA256SUMS */

static int list_files(struct folder *s, struct err *e)
{
	int r = fs_list(s->l->dirfd, ".", &s->entries, e);

	if (r < 0)
		return r;
	s->files = xcalloc(s->entries.n + 1, sizeof(*s->files));
	for (size_t i = 0; i < s->entries.n; i++) {
		const struct fs_entry *f = &s->entries.v[i];

		if ((f->type != DT_REG && f->type != DT_LNK) ||
		    !sv_ends(sv_from(f->name), s->suffix))
			continue;
		(void)map_put(&s->by_name, sv_from(f->name), (uint32_t)s->n);
		s->files[s->n++].name = f->name;
	}
	return 0;
}

/* "<hex>  name" or "<hex> *name" */
static int parse_sum(struct folder *s, struct sv line, struct err *e)
{
	struct sv hex, name;
	struct digest d;
	uint32_t at;
	ptrdiff_t blank = sv_chr(line, ' ');
	int r;

	if (blank < 0)
		return err_set(e, E_FORMAT, "not 'digest  name'");
	hex = sv_head(line, (size_t)blank);
	name = sv_from_pos(line, (size_t)blank + 1);
	if (!sv_skip(&name, SV(" ")))
		(void)sv_skip(&name, SV("*"));
	(void)sv_skip(&name, SV("./"));
	r = digest_parse(DIGEST_SHA256, hex, &d, e);
	if (r < 0)
		return r;
	if (!sv_ends(name, s->suffix) || sv_chr(name, '/') >= 0)
		return 0;
	if (!map_get(&s->by_name, name, &at)) {
		err_set(e, E_VERIFY, "file '" SV_FMT "' is listed but missing", SV_ARG(name));
		return err_hint(e, "the folder is incomplete: copy it again");
	}
	if (s->files[at].want.kind != DIGEST_NONE && !digest_eq(&s->files[at].want, &d))
		return err_set(e, E_FORMAT, "'" SV_FMT "' is listed twice with different digests",
			       SV_ARG(name));
	s->files[at].want = d;
	return 0;
}

static int parse_sums(struct folder *s, struct sv text, struct err *e)
{
	struct sv line;
	size_t number = 1;

	for (; sv_line(&text, &line); number++) {
		line = sv_trim_end(line);
		if (line.n && parse_sum(s, line, e) < 0)
			return err_wrap(e, "'SHA256SUMS': line %zu", number);
	}
	for (size_t i = 0; i < s->n; i++)
		if (s->files[i].want.kind == DIGEST_NONE) {
			err_set(e, E_VERIFY, "file '%s' is not listed in 'SHA256SUMS'",
				s->files[i].name);
			return err_hint(e,
					"take the file away, or list it: sha256sum *" SV_FMT
					" > SHA256SUMS",
					SV_ARG(s->suffix));
		}
	return 0;
}

static int read_sums(struct folder *s, bool own, struct err *e)
{
	static const char *const signatures[] = { "SHA256SUMS.asc", "SHA256SUMS.gpg" };
	struct repo_signed file = { .shown = SV("SHA256SUMS"), .signed_by = s->l->spec->signed_by };
	_cleanup_fs_data_ struct fs_data text = { NULL, 0 }, sig = { NULL, 0 };
	int r = fs_read(s->l->dirfd, "SHA256SUMS", SUMS_MAX, &text, e), k = E_NOTFOUND;
	bool listed = r >= 0;

	if (r < 0 && r != E_NOTFOUND)
		return r;
	for (size_t i = 0; i < ARRAY_SIZE(signatures) && listed && k == E_NOTFOUND; i++)
		k = fs_read(s->l->dirfd, signatures[i], 1u << 20, &sig, e);
	if (k < 0 && k != E_NOTFOUND)
		return k;
	s->listed = listed;
	if (!listed && own && !s->l->options.insecure_no_signature)
		return 0;
	file.text = fs_sv(&text);
	file.signature = fs_sv(&sig);
	r = repo_check_signature(s->l, &file, &s->verified, e);
	if (r < 0 || !listed)
		return r;
	return parse_sums(s, file.text, e);
}

int folder_open(struct folder *f, const struct repo_load *l, struct sv suffix, bool own,
		struct err *e)
{
	int r;

	f->l = l;
	f->suffix = suffix;
	r = list_files(f, e);
	return r < 0 ? r : read_sums(f, own, e);
}

int folder_read(struct folder *f, size_t file, struct fs_data *ret, struct err *e)
{
	struct folder_file *j = &f->files[file];
	_cleanup_fs_data_ struct fs_data data = { NULL, 0 };
	int r = fs_read(f->l->dirfd, j->name, REPO_PACKAGE_MAX, &data, e);

	if (r < 0)
		return r;
	j->size = data.n;
	digest_bytes(DIGEST_SHA256, data.p, data.n, &j->found);
	if (j->want.kind != DIGEST_NONE && !digest_eq(&j->want, &j->found))
		return repo_check_digest(fs_sv(&data), &j->want, e); /* for its message */
	*ret = data;
	data = (struct fs_data){ NULL, 0 };
	return 0;
}

void folder_done(struct folder *f)
{
	free(f->files);
	map_done(&f->by_name);
	fs_entries_done(&f->entries);
	*f = (struct folder){ .l = NULL };
}

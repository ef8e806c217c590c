/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Kernel module facts kept between runs, one file per kernel package, named by the package's digest:
 * reading 4,000 compressed modules costs seconds, this text milliseconds. A file that is missing,
 * damaged or of another format is ignored and written anew.
 *
 * Format: "kindling-kmod 1 VERSION SHA256\n", then kmodsel_index_save's text, which SHA256 covers.
 */
#include <fcntl.h>
#include <sys/stat.h>

#include "build/build_int.h"

#define CACHE_MAX (256u << 20)

static bool cache_path(const struct build *b, const struct digest *package, struct strbuf *out)
{
	char hex[DIGEST_MAX * 2 + 1];

	if (!b->o->cache || !digest_is_strong(package->kind))
		return false;
	digest_hex(package, hex);
	strbuf_addf(out, "%s/kmod", b->o->cache);
	strbuf_addf(out, "/%s", hex);
	return true;
}

static int parse(struct build_kernel *k, struct arena *a, struct sv text, struct err *e)
{
	struct sv line, word, version, hex;
	struct digest want, have;

	if (!sv_line(&text, &line) || !sv_word(&line, &word) || !sv_eq(word, SV("kindling-kmod")) ||
	    !sv_word(&line, &word) || !sv_eq(word, SV("1")) || !sv_word(&line, &version) ||
	    !sv_word(&line, &hex))
		return err_set(e, E_FORMAT, "not a cache file of this release");
	if (digest_parse(DIGEST_SHA256, hex, &want, e) < 0)
		return e->code;
	digest_bytes(DIGEST_SHA256, text.p, text.n, &have);
	if (!digest_eq(&want, &have))
		return err_set(e, E_FORMAT, "digest does not match");
	k->version = arena_sv(a, version);
	return kmodsel_index_load(text, &k->index, e);
}

int kernel_cache_load(struct build *b, const struct digest *package, struct build_kernel *k)
{
	_cleanup_strbuf_ struct strbuf path = STRBUF_INIT;
	_cleanup_fs_data_ struct fs_data data = { 0 };
	struct err e = ERR_INIT;

	if (!cache_path(b, package, &path))
		return E_NOTFOUND;
	if (fs_read(AT_FDCWD, path.p, CACHE_MAX, &data, &e) < 0)
		return e.code;
	if (parse(k, &b->arena, fs_sv(&data), &e) < 0) {
		notes_add(b->h->notes, NOTE_INFO, "cache file '%s' is ignored: %s", path.p, e.text);
		return e.code;
	}
	return 0;
}

static int save(const char *dir, const char *path, const struct strbuf *head,
		const struct strbuf *body, struct err *e)
{
	_cleanup_(fs_out_done) struct fs_out out = FS_OUT_INIT;
	int r = fs_mkdirs(AT_FDCWD, dir, e);

	if (r == 0)
		r = fs_out_open(&out, AT_FDCWD, path, 0644, e);
	if (r == 0)
		r = fs_out_write(&out, head->p, head->n, e);
	if (r == 0)
		r = fs_out_write(&out, body->p, body->n, e);
	return r < 0 ? r : fs_out_publish(&out, e);
}

void kernel_cache_save(const struct build *b, const struct digest *package,
		       const struct build_kernel *k)
{
	_cleanup_strbuf_ struct strbuf path = STRBUF_INIT, dir = STRBUF_INIT, head = STRBUF_INIT,
				       body = STRBUF_INIT;
	struct digest d;
	char hex[DIGEST_MAX * 2 + 1];
	struct err e = ERR_INIT;

	if (!cache_path(b, package, &path))
		return;
	strbuf_addf(&dir, "%s/kmod", b->o->cache);
	kmodsel_index_save(k->index, &body);
	digest_bytes(DIGEST_SHA256, body.p, body.n, &d);
	digest_hex(&d, hex);
	strbuf_addf(&head, "kindling-kmod 1 " SV_FMT " %s\n", SV_ARG(k->version), hex);
	if (save(dir.p, path.p, &head, &body, &e) < 0)
		notes_add(b->h->notes, NOTE_INFO, "kernel module facts could not be cached: %s",
			  e.text);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names in paths, in aliases and in what modules say. */
#include "base/macros.h"
#include "kmod/kmodsel_int.h"

static const char *const suffixes[] = { ".ko", ".ko.xz", ".ko.zst", ".ko.gz" };

bool kmodsel_strip_ko(struct sv path, struct sv *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++)
		if (sv_cut_end(&path, sv_from(suffixes[i]))) {
			*ret = path;
			return kmodsel_basename(path).n > 0;
		}
	return false;
}

struct sv kmodsel_basename(struct sv path)
{
	return sv_from_pos(path, (size_t)(sv_rchr(path, '/') + 1));
}

struct sv kmodsel_name_of(struct arena *a, struct sv path)
{
	struct sv base = kmodsel_basename(path);
	ptrdiff_t dot = sv_chr(base, '.');
	char *p = arena_cstr(a, dot >= 0 ? sv_head(base, (size_t)dot) : base);

	for (char *c = p; *c; c++)
		if (*c == '-')
			*c = '_';
	return sv_from(p);
}

void kmodsel_normalise(struct sv text, char from, char to, struct strbuf *out)
{
	bool bracket = false;

	strbuf_reserve(out, text.n + 1);
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '[')
			bracket = true;
		else if (c == ']')
			bracket = false;
		strbuf_addc(out, c == from && !bracket ? to : c);
	}
}

static void split_words(struct arena *a, const struct kmodsel_names *texts,
			struct kmodsel_names *ret_pre, struct kmodsel_names *ret_post)
{
	VEC(struct sv) words[2] = { { 0 } };

	for (size_t i = 0; i < texts->n; i++) {
		struct sv rest = texts->v[i], word;
		size_t which = 0;

		while (sv_word(&rest, &word)) {
			if (sv_eq(word, SV("pre:")))
				which = 0;
			else if (sv_eq(word, SV("post:")))
				which = 1;
			else
				vec_push(&words[which], word);
		}
	}
	kmodsel_names_keep(a, ret_pre, words[0].v, words[0].n);
	if (ret_post)
		kmodsel_names_keep(a, ret_post, words[1].v, words[1].n);
	vec_done(&words[0]);
	vec_done(&words[1]);
}

void kmodsel_split_softdep(struct arena *a, struct kmodsel_module *m)
{
	split_words(a, &m->softdep, &m->softdep_pre, &m->softdep_post);
	split_words(a, &m->weakdep, &m->weakdep_names, NULL);
}

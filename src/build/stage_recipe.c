/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Stage recipe: settings as text -> filter, module patterns, compression, source date. */
#include "base/num.h"
#include "build/build_int.h"

/* What documentation is, when WithDocs= does not ask for it. Debian policy 12. */
static const char *const doc_rules[] = {
	"?/usr/share/doc/*",     "?/usr/share/man/*",      "?/usr/share/groff/*",
	"?/usr/share/gtk-doc/*", "?/usr/share/info/*",     "?/usr/share/lintian/*",
	"?/usr/share/bug/*",     "?/usr/share/doc-base/*",
};

static int load(struct build *b, struct err *e)
{
	struct recipe_options ro = {
		.search = b->o->recipe_search,
		.notes = b->h->notes,
		.match = {
			.distribution = b->distribution,
			.release = b->release,
			.architecture = sv_from(b->arch->mkosi),
			.format = SV("cpio"),
		},
	};
	bool base = !b->o->no_base;
	int r = 0;

	recipe_init(&b->recipe);
	for (size_t i = 0; r == 0 && base && i < b->o->recipes.n; i++)
		r = recipe_wants_base(sv_from(b->o->recipes.v[i]), &ro, &base, e);
	if (r == 0 && base)
		r = recipe_load(&b->recipe, SV("base"), &ro, e);
	for (size_t i = 0; r == 0 && i < b->o->recipes.n; i++) {
		struct sv name = sv_from(b->o->recipes.v[i]);

		if (!base || !sv_eq(name, SV("base")))
			r = recipe_load(&b->recipe, name, &ro, e);
	}
	vec_done(&ro.match.profiles);
	return r;
}

static int make_filter(struct build *b, struct err *e)
{
	const struct recipe *rc = &b->recipe;
	bool docs = false;
	int r = recipe_bool(&rc->with_docs, false, &docs, e);

	b->filter.arch = b->arch;
	for (size_t i = 0; r == 0 && !docs && i < ARRAY_SIZE(doc_rules); i++)
		r = filter_add(&b->filter, false, sv_from(doc_rules[i]), SV("WithDocs=no"), e);
	for (size_t i = 0; r == 0 && i < rc->remove_files.n; i++)
		r = filter_add(&b->filter, false, rc->remove_files.v[i].text,
			       rc->remove_files.v[i].origin, e);
	for (size_t i = 0; r == 0 && i < rc->keep_files.n; i++)
		r = filter_add(&b->filter, true, rc->keep_files.v[i].text,
			       rc->keep_files.v[i].origin, e);
	return r;
}

static struct kmodsel_pattern parse_pattern(const struct recipe_value *v)
{
	struct kmodsel_pattern p = { .text = v->text, .origin = v->origin };

	for (;;) {
		if (sv_skip(&p.text, SV("-")))
			p.exclude = true;
		else if (sv_skip(&p.text, SV("?")))
			p.optional = true;
		else
			return p;
	}
}

static int make_patterns(struct build *b, struct err *e)
{
	for (size_t i = 0; i < b->recipe.kernel_modules.n; i++) {
		struct kmodsel_pattern p = parse_pattern(&b->recipe.kernel_modules.v[i]);

		if (sv_eq(p.text, SV("host"))) {
			err_set(e, E_USAGE, SV_FMT ": 'host' is not supported in this release",
				SV_ARG(p.origin));
			return err_hint(
				e,
				"name the modules; the machine that builds is not the one that boots");
		}
		vec_push(&b->modules.modules, p);
	}
	for (size_t i = 0; i < b->recipe.firmware.n; i++)
		vec_push(&b->modules.firmware, parse_pattern(&b->recipe.firmware.v[i]));
	return 0;
}

/* --compress, else CompressOutput= with CompressLevel=, else zstd's default. */
static int choose_codec(struct build *b, struct err *e)
{
	const struct recipe *rc = &b->recipe;
	enum codec_kind kind = CODEC_ZSTD;
	int64_t level = 0;

	if (b->o->compress)
		return codec_spec_parse(sv_from(b->o->compress), &b->codec, e);
	if (rc->compress.text.p && !codec_by_name(rc->compress.text, &kind)) {
		bool on = true;

		if (recipe_bool(&rc->compress, true, &on, e) < 0)
			return err_set(e, E_USAGE, SV_FMT ": unknown compression '" SV_FMT "'",
				       SV_ARG(rc->compress.origin), SV_ARG(rc->compress.text));
		kind = on ? CODEC_ZSTD : CODEC_NONE;
	}
	if (rc->compress_level.text.p &&
	    num_parse_i64(rc->compress_level.text, -100, 100, &level, e) < 0) {
		err_wrap(e, SV_FMT, SV_ARG(rc->compress_level.origin));
		return e->code = E_USAGE;
	}
	if (codec_spec_make(kind, rc->compress_level.text.p != NULL, level, &b->codec, e) < 0)
		return err_wrap(e, SV_FMT, SV_ARG(rc->compress_level.origin));
	return 0;
}

/* The option or $SOURCE_DATE_EPOCH, the lock, the recipe, the newest index; 0: the newest time in the packages. */
static int choose_date(struct build *b, struct err *e)
{
	const struct recipe_value *v = &b->recipe.source_date_epoch;

	if (b->o->has_source_date) {
		b->source_date = b->o->source_date;
		return 0;
	}
	if (b->lock) {
		b->source_date = b->lock->source_date;
		return 0;
	}
	if (v->text.n > 0) {
		if (num_parse_i64(v->text, 0, UINT32_MAX, &b->source_date, e) < 0) {
			err_wrap(e, SV_FMT, SV_ARG(v->origin));
			return e->code = E_USAGE;
		}
		return 0;
	}
	for (size_t i = 0; i < b->universe.repos.n; i++)
		b->source_date = MAX(b->source_date, b->universe.repos.v[i].date);
	return 0;
}

int stage_recipe(struct build *b, struct err *e)
{
	int r = load(b, e);

	if (r == 0)
		r = make_filter(b, e);
	if (r == 0)
		r = choose_codec(b, e);
	if (r == 0)
		r = choose_date(b, e);
	if (r == 0)
		r = make_patterns(b, e);
	return r;
}

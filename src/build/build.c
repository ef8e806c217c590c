/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "build/build.h"

#include "build/build_int.h"

/* Dumps: the inert value behind a stage as text. */
static void dump_recipe(struct build *b, struct strbuf *out)
{
	recipe_dump(&b->recipe, out);
}

static void dump_universe(struct build *b, struct strbuf *out)
{
	universe_dump(&b->universe, out);
}

static void dump_plan(struct build *b, struct strbuf *out)
{
	plan_text(&b->plan, out);
}

static void dump_tree(struct build *b, struct strbuf *out)
{
	tree_dump(b->tree, out);
}

static void dump_modules(struct build *b, struct strbuf *out)
{
	for (size_t i = 0; i < b->kernels.n; i++) {
		const struct build_kernel *k = &b->kernels.v[i];

		strbuf_addf(out, "# kernel " SV_FMT "\n", SV_ARG(k->version));
		for (size_t m = 0; m < k->selection.modules.n; m++)
			strbuf_addf(out, SV_FMT "\n",
				    SV_ARG(kmodsel_index_module(k->index, k->selection.modules.v[m])
						   ->path));
	}
}

struct stage {
	const char *name; /* what the user sees */
	int (*run)(struct build *b, struct err *e);
	const char *dump_name; /* --dump NAME stops behind this stage; NULL: has no dump */
	void (*dump)(struct build *b, struct strbuf *out);
};

/* Recipes come behind mirrors: [Match] asks for the distribution, which the mirror tells. */
static const struct stage stages[] = {
	{ "mirrors", stage_mirrors, "universe", dump_universe },
	{ "recipe", stage_recipe, "recipe", dump_recipe },
	{ "plan", stage_plan, "plan", dump_plan },
	{ "modules", kernel_preselect, NULL, NULL },
	{ "unpack", stage_populate, "tree", dump_tree },
	{ "transform", stage_transform, NULL, NULL },
	{ "kernel", stage_kernel, "modules", dump_modules },
	{ "finish", stage_finish, "image", dump_tree },
	{ "image", stage_image, NULL, NULL },
};

const char *const build_dump_stages[] = { "universe", "recipe", "plan", "tree",
					  "modules",  "image",  NULL };

void build_done(struct build *b)
{
	for (size_t i = 0; i < b->kernels.n; i++) {
		kmodsel_selection_done(&b->kernels.v[i].selection);
		kmodsel_index_free(b->kernels.v[i].index);
		map_done(&b->kernels.v[i].keep);
	}
	vec_done(&b->kernels);
	vec_done(&b->scripts);
	tree_free(b->tree);
	filter_done(&b->filter);
	plan_done(&b->plan);
	kmodsel_request_done(&b->modules);
	recipe_done(&b->recipe);
	for (size_t i = 0; i < b->mirrors.n; i++) {
		repo_free(b->mirrors.v[i].repo);
		mirror_spec_done(&b->mirrors.v[i].spec);
	}
	vec_done(&b->mirrors);
	if (b->has_universe)
		universe_done(&b->universe);
	lock_free(b->lock);
	arena_done(&b->arena);
}

static int check_dump_stage(const char *name, struct err *e)
{
	struct strbuf list = STRBUF_INIT;

	for (const char *const *s = build_dump_stages; name && *s; s++) {
		if (sv_eq(sv_from(*s), sv_from(name)))
			name = NULL;
		else
			strbuf_addf(&list, "%s%s", list.n ? ", " : "", *s);
	}
	if (name) {
		err_set(e, E_USAGE, "there is no stage '%s' to dump", name);
		err_hint(e, "it is one of %s", list.p);
	}
	strbuf_done(&list);
	return name ? E_USAGE : 0;
}

/* Runs stage after stage; stops behind the one whose dump is asked for. */
static int run_stages(struct build *b, const char *dump_name, struct err *e)
{
	for (size_t i = 0; i < ARRAY_SIZE(stages); i++) {
		const struct stage *s = &stages[i];
		int r;

		if (b->h->stage)
			b->h->stage(b->h->arg, s->name);
		r = s->run(b, e);
		if (r < 0)
			return r;
		if (dump_name && s->dump_name && sv_eq(sv_from(s->dump_name), sv_from(dump_name))) {
			s->dump(b, b->h->dump);
			break;
		}
	}
	if (b->h->stage)
		b->h->stage(b->h->arg, NULL);
	return 0;
}

/* A lock is about one architecture; it also says when signatures are judged. */
static int open_lock(struct build *b, struct err *e)
{
	const struct arch *arch;
	int r;

	if (!b->o->lock)
		return 0;
	r = arch_find(sv_from(b->o->arch), &arch, e);
	if (r == 0)
		r = lock_read(b->o->lock, &b->lock, e);
	if (r == 0 && !sv_eq(b->lock->arch, sv_from(arch->deb)))
		r = err_set(e, E_USAGE, "lock file '%s' is for " SV_FMT ", the image for %s",
			    b->o->lock, SV_ARG(b->lock->arch), arch->deb);
	return r;
}

static bool wants_whole_universe(const struct build_options *o)
{
	return o->save_case || (o->dump_stage && sv_eq(sv_from(o->dump_stage), SV("universe")));
}

int build_run(const struct build_options *o, const struct build_hooks *h, struct build_summary *ret,
	      struct err *e)
{
	_cleanup_(build_done) struct build b = { .o = o,
						 .h = h,
						 .whole_universe = wants_whole_universe(o) };
	int r = check_dump_stage(o->dump_stage, e);

	if (r == 0)
		r = open_lock(&b, e);
	if (r == 0)
		r = run_stages(&b, o->dump_stage, e);
	if (r == 0)
		*ret = b.summary;
	return r;
}

int build_plan(const struct build_options *o, const struct build_hooks *h,
	       const struct build_question *q, struct err *e)
{
	_cleanup_(build_done) struct build b = {
		.o = o, .h = h, .whole_universe = q->why || wants_whole_universe(o)
	};
	_cleanup_strbuf_ struct strbuf unused = STRBUF_INIT;
	struct build_hooks own = *h;
	int r = open_lock(&b, e);

	own.dump = &unused;
	b.h = &own;
	if (r == 0)
		r = run_stages(&b, "plan", e);
	if (r < 0)
		return r;
	if (q->why)
		return plan_why(&b, sv_from(q->why), q->json, h->dump, e);
	if (q->against)
		return lock_compare(&b, q->against, q->json, h->dump, e);
	if (q->lock)
		return lock_write(&b, h->dump, e);
	if (q->json)
		return plan_json(&b.plan, h->dump, e);
	plan_text(&b.plan, h->dump);
	return 0;
}

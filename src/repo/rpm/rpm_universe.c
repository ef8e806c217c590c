/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A package's headers as a package of the universe. */
#include "repo/rpm/rpm_depends.h"
#include "repo/rpm/rpm_package.h"
#include "repo/rpm/rpm_tags.h"

VEC_TYPE(rpm_dep_ids, dep_id);

static void dep_ids_done(struct rpm_dep_ids *v)
{
	vec_done(v);
}

bool rpm_package_fits(const struct universe *u, const struct rpm_package *p)
{
	return !p->source && (sv_eq(p->arch, universe_sv(u, u->native_arch)) ||
			      sv_eq(p->arch, universe_sv(u, u->word_all)));
}

struct sv rpm_name_part(struct sv file)
{
	for (int i = 0; i < 2; i++) {
		ptrdiff_t dash = sv_rchr(file, '-');

		if (dash <= 0)
			return SV_NULL;
		file = sv_head(file, (size_t)dash);
	}
	return file;
}

static uint8_t relation_of(uint64_t flags)
{
	return (uint8_t)((flags & RPMSENSE_LESS ? REL_LT : 0) |
			 (flags & RPMSENSE_EQUAL ? REL_EQ : 0) |
			 (flags & RPMSENSE_GREATER ? REL_GT : 0));
}

static uint64_t flags_of(const struct rpm_dep_list *l, uint32_t i)
{
	return i < l->flags.n ? rpm_number(&l->flags, i) : 0;
}

/* ---- dependencies ---------------------------------------------------------------------------------- */

/* Which entries of a list, by their flags. */
struct pick {
	uint64_t any_of; /* one of these; 0: does not matter */
	uint64_t none_of;
};

static int add_entries(struct universe *u, const struct rpm_dep_list *l, enum dep_kind kind,
		       struct pick pick, struct rpm_dep_ids *out, struct err *e)
{
	for (uint32_t i = 0; i < l->names.n; i++) {
		uint64_t flags = flags_of(l, i);
		struct sv evr = i < l->versions.n ? l->versions.v[i] : SV_NULL;
		dep_id id = 0;
		int r;

		if ((pick.any_of && !(flags & pick.any_of)) || (flags & pick.none_of))
			continue;
		r = rpm_depends_entry(u, kind, l->names.v[i], relation_of(flags), evr, &id, e);
		if (r < 0)
			return r;
		if (id)
			vec_push(out, id);
	}
	return 0;
}

static int set_list(struct universe *u, const struct rpm_package *p, pkg_id id, enum dep_kind kind,
		    struct err *e)
{
	_cleanup_(dep_ids_done) struct rpm_dep_ids list = { 0 };
	const struct rpm_dep_list *requires = &p->deps[DEPK_REQUIRES];
	struct pick all = { 0 }, firm = { 0, RPMSENSE_MISSINGOK };
	struct pick before = { RPMSENSE_PREREQ | RPMSENSE_SCRIPT_PRE | RPMSENSE_SCRIPT_POST,
			       RPMSENSE_MISSINGOK };
	struct pick weak = { RPMSENSE_MISSINGOK, 0 };
	int r;

	if (kind == DEPK_PRE_REQUIRES)
		r = add_entries(u, requires, kind, before, &list, e);
	else
		r = add_entries(u, &p->deps[kind], kind, kind == DEPK_REQUIRES ? firm : all, &list,
				e);
	/* "may be missing" is how packages recommended before there were Recommends */
	if (r == 0 && kind == DEPK_RECOMMENDS)
		r = add_entries(u, requires, kind, weak, &list, e);
	if (r == 0)
		universe_set_deps(u, id, kind, list.v, (uint32_t)list.n);
	return r;
}

int rpm_package_add(struct universe *u, const struct rpm_package *p, const struct rpm_place *place,
		    struct err *e)
{
	static const enum dep_kind kinds[] = { DEPK_REQUIRES,    DEPK_PRE_REQUIRES, DEPK_RECOMMENDS,
					       DEPK_SUGGESTS,    DEPK_CONFLICTS,    DEPK_OBSOLETES,
					       DEPK_SUPPLEMENTS, DEPK_ENHANCES,     DEPK_PROVIDES };
	_cleanup_strbuf_ struct strbuf evr = STRBUF_INIT;
	struct sv source = rpm_name_part(p->source_rpm);
	pkg_id id;
	int r = 0;

	rpm_package_evr(p, &evr);
	id = universe_add(u, &(struct package){
				     .name = universe_str(u, p->name),
				     .version = universe_str(u, strbuf_sv(&evr)),
				     .arch = universe_str(u, p->arch),
				     .source = sv_eq(source, p->name) ? 0 : universe_str(u, source),
				     .filename = universe_text(u, place->filename),
				     .size = place->size,
				     .installed_size = p->installed_size,
				     .digest = place->digest,
				     .repo = place->repo,
				     .priority = PRIO_UNKNOWN,
			     });
	for (size_t i = 0; i < ARRAY_SIZE(kinds) && r == 0; i++)
		r = set_list(u, p, id, kinds[i], e);
	return r < 0 ? err_wrap(e, "package '" SV_FMT "'", SV_ARG(p->name)) : 0;
}

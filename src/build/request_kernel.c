/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * KernelPackage= and --kernel -> the packages that hold a kernel and its modules. Their dependencies are
 * not installed, but those among kernel packages are followed: Debian's metapackage leads to the real one,
 * Fedora's kernel to kernel-core, kernel-modules-core and kernel-modules of its version.
 */
#include "base/glob.h"
#include "build/build_int.h"
#include "pkg/universe_source.h"

#define KERNEL_CHAIN_MAX 16 /* from metapackage to the last one; real ones have three or four */

static bool is_kernel_name(const struct universe *u, struct sv name)
{
	if (u->family == FAMILY_RPM)
		return sv_skip(&name, SV("kernel")) && (name.n == 0 || name.p[0] == '-');
	return sv_starts(name, SV("linux-image-")) || sv_starts(name, SV("linux-modules-"));
}

static bool already_planned(const struct build *b, pkg_id p)
{
	for (size_t i = 0; i < b->plan.items.n; i++)
		if (b->plan.items.v[i].pkg == p && b->plan.items.v[i].kernel)
			return true;
	return false;
}

/* A package of modules (openSUSE's KMPs) may have brought the kernel among what it needs. */
static bool take_planned(struct build *b, pkg_id p)
{
	for (size_t i = 0; i < b->plan.items.n; i++)
		if (b->plan.items.v[i].pkg == p && !b->plan.items.v[i].removed) {
			b->plan.items.v[i].kernel = true;
			return true;
		}
	return false;
}

static bool fits_architecture(const struct universe *u, pkg_id p)
{
	str_id arch = universe_pkg(u, p)->arch;

	return arch == u->native_arch || arch == u->word_all;
}

/* One that the lock names; else the preferred one. */
static bool is_better(const struct build *b, pkg_id p, pkg_id best)
{
	bool locked = lock_has_kernel(b, p);

	if (best == 0 || locked != lock_has_kernel(b, best))
		return best == 0 || locked;
	return universe_preference(&b->universe, p, best) < 0;
}

/* The best package of that very name, 0: none. */
static pkg_id find_kernel(const struct build *b, struct sv name)
{
	const struct universe *u = &b->universe;
	uint32_t n;
	const struct provider *v = universe_providers(u, intern_find(&u->strings, name), &n);
	pkg_id best = 0;

	for (uint32_t i = 0; i < n; i++)
		if (v[i].own_name && is_better(b, v[i].pkg, best))
			best = v[i].pkg;
	return best;
}

/* The kernel package that a kernel package requires, or 0: by its name, on rpm also by what it provides
 * ("kernel-core-uname-r = 6.1"). */
static int required_kernel(struct build *b, dep_id d, pkg_id *ret, struct err *e)
{
	struct universe *u = &b->universe;
	const struct dep dep = *universe_dep_at(u, d);
	const struct provider *list;
	uint32_t n = 0;
	pkg_id best = 0;
	struct sv name;

	*ret = 0;
	if (dep.op != DEP_ATOM || !is_kernel_name(u, universe_sv(u, dep.name)))
		return 0;
	name = universe_sv(u, dep.name);
	if (universe_want(u, &name, 1, e) < 0)
		return e->code;
	list = universe_providers(u, dep.name, &n);

	for (uint32_t i = 0; i < n; i++) {
		pkg_id p = list[i].pkg;

		if ((!list[i].own_name && u->family == FAMILY_DEB) ||
		    !is_kernel_name(u, universe_sv(u, universe_pkg(u, p)->name)) ||
		    !fits_architecture(u, p) || !provider_satisfies(u, &list[i], &dep))
			continue;
		if (already_planned(b, p))
			return 0;
		if (is_better(b, p, best))
			best = p;
	}
	*ret = best;
	return 0;
}

static int add_kernel(struct build *b, pkg_id p, struct sv reason, unsigned depth, struct err *e)
{
	const struct universe *u = &b->universe;
	struct dep_list requires = universe_pkg(u, p)->deps[DEPK_REQUIRES];
	struct sv name = universe_sv(u, universe_pkg(u, p)->name);
	int r = 0;

	if (already_planned(b, p))
		return 0;
	if (depth > KERNEL_CHAIN_MAX)
		return err_set(
			e, E_LIMIT,
			"kernel packages require one another more than %d deep, the last is '" SV_FMT
			"'",
			KERNEL_CHAIN_MAX, SV_ARG(name));
	if (!take_planned(b, p))
		build_plan_add(b, p, reason)->kernel = true;
	for (uint32_t i = 0; i < requires.n && r == 0; i++) {
		pkg_id next;

		r = required_kernel(b, u->dep_refs.v[requires.first + i], &next, e);
		if (r == 0 && next)
			r = add_kernel(b, next,
				       arena_printf(&b->arena, "kernel of " SV_FMT, SV_ARG(name)),
				       depth + 1, e);
	}
	return r;
}

struct kernel_glob {
	const struct build *b;
	struct sv pattern;
	pkg_id best;
};

/* Debian's kernels carry their version in the name. */
static bool match_name(void *arg, struct sv name)
{
	const struct kernel_glob *g = arg;

	return sv_skip(&name, SV("linux-image-")) && glob_match(g->pattern, name, 0);
}

static int take_newest(void *arg, struct sv name, struct err *e)
{
	struct kernel_glob *g = arg;
	pkg_id p = find_kernel(g->b, name);

	(void)e;
	if (p && is_better(g->b, p, g->best))
		g->best = p;
	return 0;
}

/* As uname(1) says it, "6.1.0-3.x86_64", or any part of that from the left. */
static bool match_version(const struct universe *u, pkg_id p, struct sv pattern, struct strbuf *buf)
{
	const struct package *pkg = universe_pkg(u, p);
	struct version_evr v;

	version_cut_rpm(universe_sv(u, pkg->version), &v);
	strbuf_clear(buf);
	strbuf_addf(buf, SV_FMT "-" SV_FMT "." SV_FMT, SV_ARG(v.version), SV_ARG(v.release),
		    SV_ARG(universe_sv(u, pkg->arch)));
	return glob_match(pattern, strbuf_sv(buf), 0) || glob_match(pattern, v.version, 0) ||
	       glob_match(pattern, sv_head(strbuf_sv(buf), v.version.n + 1 + v.release.n), 0);
}

/* On rpm all versions of a kernel have one name. The first name that has one counts. */
static void find_version(struct kernel_glob *g)
{
	static const char *const names[] = { "kernel", "kernel-default", "kernel-core" };
	const struct universe *u = &g->b->universe;
	_cleanup_strbuf_ struct strbuf buf = STRBUF_INIT;

	for (size_t k = 0; k < ARRAY_SIZE(names) && g->best == 0; k++) {
		pkg_id any = universe_find(u, sv_from(names[k]));
		uint32_t n = 0;
		const struct provider *list =
			any ? universe_providers(u, universe_pkg(u, any)->name, &n) : NULL;

		for (uint32_t i = 0; i < n; i++)
			if (list[i].own_name && fits_architecture(u, list[i].pkg) &&
			    match_version(u, list[i].pkg, g->pattern, &buf) &&
			    is_better(g->b, list[i].pkg, g->best))
				g->best = list[i].pkg;
	}
}

static int request_kernel(struct build *b, struct sv text, struct sv origin, struct err *e)
{
	struct kernel_glob g = { .b = b, .pattern = text };
	bool optional = sv_skip(&g.pattern, SV("?"));
	pkg_id p;

	if (universe_want(&b->universe, &g.pattern, 1, e) < 0)
		return e->code;
	p = find_kernel(b, g.pattern);
	if (p == 0 && b->universe.family == FAMILY_RPM) {
		find_version(&g);
		p = g.best;
	} else if (p == 0) {
		const struct name_query q = { SV("linux-image-"), match_name, &g };
		int r = request_each_name(b, &q, take_newest, &g, e);

		if (r < 0)
			return r;
		p = g.best;
	}
	if (p == 0 && optional)
		return 0;
	if (p == 0) {
		err_set(e, E_UNSAT, SV_FMT ": no kernel package matches '" SV_FMT "'",
			SV_ARG(origin), SV_ARG(text));
		return err_hint(
			e, "name a package, a version glob such as '6.12.*%s', or --kernel none",
			b->universe.family == FAMILY_RPM ? "" : "-amd64");
	}
	return add_kernel(b, p, arena_printf(&b->arena, "asked by " SV_FMT, SV_ARG(origin)), 0, e);
}

int request_kernels(struct build *b, struct err *e)
{
	bool given = b->o->kernels.n > 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < b->o->kernels.n; i++) {
		struct sv text = sv_from(b->o->kernels.v[i]);

		if (!sv_eq(text, SV("none")))
			r = request_kernel(b, text, SV("--kernel"), e);
	}
	for (size_t i = 0; r == 0 && !given && i < b->recipe.kernel_package.n; i++)
		r = request_kernel(b, b->recipe.kernel_package.v[i].text,
				   b->recipe.kernel_package.v[i].origin, e);
	return r;
}

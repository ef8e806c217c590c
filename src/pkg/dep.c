/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a dependency means (does a provider, does a package satisfy it) and how it is written. */
#include "pkg/dep.h"

#include "pkg/universe.h"

/* Is there a version that both ranges contain? `cmp` compares the provide's version with the atom's. */
static bool ranges_overlap(uint8_t provide, uint8_t atom, int cmp)
{
	if (cmp < 0)
		return (provide & REL_GT) || (atom & REL_LT);
	if (cmp > 0)
		return (provide & REL_LT) || (atom & REL_GT);
	return (provide & atom) != 0;
}

/* rpm's rule: where the versions are equal and only one side tells a release, the other's range reaches over all
 * releases if it has the version itself. */
static bool rpm_ranges_overlap(uint8_t provide, struct sv have, uint8_t atom, struct sv want)
{
	int cmp = version_compare_rpm_dep(have, want);
	bool have_release = version_rpm_has_release(have);

	if (cmp == 0 && have_release != version_rpm_has_release(want) &&
	    ((have_release ? atom : provide) & REL_EQ))
		return true;
	return ranges_overlap(provide, atom, cmp);
}

static bool version_satisfies(const struct universe *u, const struct provider *p,
			      const struct dep *atom)
{
	struct sv have = universe_sv(u, p->version), want = universe_sv(u, atom->version);

	if (atom->rel == REL_ANY)
		return true;
	/* deb-control(5): an unversioned Provides satisfies no versioned dependency; rpm's satisfies all. */
	if (p->rel == REL_ANY)
		return u->family == FAMILY_RPM;
	if (p->version == atom->version)
		return ranges_overlap(p->rel, atom->rel, 0);
	if (u->family == FAMILY_RPM)
		return rpm_ranges_overlap(p->rel, have, atom->rel, want);
	return ranges_overlap(p->rel, atom->rel, version_compare_deb(have, want));
}

/*
 * Architecture qualifiers in a universe of one architecture and "all". A dependency without one is for
 * the native architecture. ":any" asks for a package that says it may serve other architectures
 * (Multi-Arch: allowed; foreign ones do so without being asked). "all" counts as native.
 */
static bool arch_satisfies(const struct universe *u, const struct provider *p,
			   const struct dep *atom)
{
	const struct package *pkg = universe_pkg(u, p->pkg);
	str_id want = atom->arch, have = p->arch ? p->arch : pkg->arch;

	if (want == 0 && p->arch == 0)
		return true;
	if (have == u->word_all || have == u->word_native || have == 0)
		have = u->native_arch;
	if (want == 0 || want == u->word_native || want == u->word_all)
		want = u->native_arch;
	if (want == u->word_any)
		return have == u->word_any || pkg->multi_arch == MULTI_ARCH_ALLOWED ||
		       pkg->multi_arch == MULTI_ARCH_FOREIGN;
	return have == want || have == u->word_any;
}

bool provider_satisfies(const struct universe *u, const struct provider *p, const struct dep *atom)
{
	return arch_satisfies(u, p, atom) && version_satisfies(u, p, atom);
}

static bool atom_satisfied_by(const struct universe *u, pkg_id id, const struct dep *atom)
{
	const struct package *pkg = universe_pkg(u, id);
	const struct dep_list *l = &pkg->deps[DEPK_PROVIDES];
	struct provider p = { .pkg = id, .version = pkg->version, .rel = REL_EQ, .own_name = true };

	if (pkg->name == atom->name && provider_satisfies(u, &p, atom))
		return true;
	for (uint32_t i = 0; i < l->n; i++) {
		const struct dep *d = universe_dep_at(u, u->dep_refs.v[l->first + i]);

		p = (struct provider){
			.pkg = id, .version = d->version, .arch = d->arch, .rel = d->rel
		};
		if (d->op == DEP_ATOM && d->name == atom->name && provider_satisfies(u, &p, atom))
			return true;
	}
	return false;
}

bool pkg_satisfies(const struct universe *u, pkg_id p, dep_id d)
{
	for (;;) { /* right-hand sides by looping: chains of alternatives lean right */
		const struct dep *n = universe_dep_at(u, d);

		switch ((enum dep_op)n->op) {
		case DEP_ATOM:
			return d != 0 && atom_satisfied_by(u, p, n);
		case DEP_OR:
			if (pkg_satisfies(u, p, n->a))
				return true;
			break;
		case DEP_AND:
		case DEP_WITH:
			if (!pkg_satisfies(u, p, n->a))
				return false;
			break;
		case DEP_WITHOUT:
			return pkg_satisfies(u, p, n->a) && !pkg_satisfies(u, p, n->b);
		case DEP_IF: /* a if b */
			return pkg_satisfies(u, p, n->a) || !pkg_satisfies(u, p, n->b);
		case DEP_UNLESS:
			return pkg_satisfies(u, p, n->a) && !pkg_satisfies(u, p, n->b);
		}
		d = n->b;
	}
}

const char *dep_rel_text(enum pkg_family family, uint8_t rel)
{
	static const char *const deb[8] = { "", "<<", "=", "<=", ">>", "<>", ">=", "<=>" };
	static const char *const rpm[8] = { "", "<", "=", "<=", ">", "<>", ">=", "<=>" };

	return (family == FAMILY_RPM ? rpm : deb)[rel & 7];
}

static void print_atom(const struct universe *u, const struct dep *d, struct strbuf *out)
{
	strbuf_add(out, universe_sv(u, d->name));
	if (d->arch) {
		strbuf_addc(out, ':');
		strbuf_add(out, universe_sv(u, d->arch));
	}
	if (d->rel == REL_ANY)
		return;
	strbuf_adds(out, u->family == FAMILY_RPM ? " " : " (");
	strbuf_adds(out, dep_rel_text(u->family, d->rel));
	strbuf_addc(out, ' ');
	strbuf_add(out, universe_sv(u, d->version));
	if (u->family != FAMILY_RPM)
		strbuf_addc(out, ')');
}

/* Does "a op b op c" mean "a op (b op c)"? */
static bool chained(uint8_t op)
{
	return op == DEP_OR || op == DEP_AND || op == DEP_WITH;
}

void dep_print(const struct universe *u, dep_id d, struct strbuf *out)
{
	static const char *const words[] = {
		[DEP_OR] = " or ",         [DEP_AND] = " and ",   [DEP_IF] = " if ",
		[DEP_UNLESS] = " unless ", [DEP_WITH] = " with ", [DEP_WITHOUT] = " without ",
	};
	bool bare = u->family != FAMILY_RPM; /* deb has alternatives only, without parentheses */
	size_t open = 0;
	uint8_t last = DEP_ATOM;

	for (;;) {
		const struct dep *n = universe_dep_at(u, d);

		if (n->op == DEP_ATOM) {
			print_atom(u, n, out);
			break;
		}
		/* chains of one operator need no parentheses of their own */
		if (!bare && !(chained(n->op) && n->op == last)) {
			strbuf_addc(out, '(');
			open++;
		}
		last = n->op;
		dep_print(u, n->a, out);
		strbuf_adds(out, bare && n->op == DEP_OR ? " | " : words[n->op]);
		d = n->b;
	}
	while (open--)
		strbuf_addc(out, ')');
}

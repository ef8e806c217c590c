/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The universe as text: the same for the same packages, whatever the order they were read in. */
#include <stdlib.h>

#include "base/cleanup.h"
#include "pkg/universe.h"

static const char *const kind_names[DEPK_COUNT] = {
	[DEPK_REQUIRES] = "Requires",       [DEPK_PRE_REQUIRES] = "Pre-Requires",
	[DEPK_RECOMMENDS] = "Recommends",   [DEPK_SUGGESTS] = "Suggests",
	[DEPK_CONFLICTS] = "Conflicts",     [DEPK_BREAKS] = "Breaks",
	[DEPK_REPLACES] = "Replaces",       [DEPK_OBSOLETES] = "Obsoletes",
	[DEPK_SUPPLEMENTS] = "Supplements", [DEPK_ENHANCES] = "Enhances",
	[DEPK_PROVIDES] = "Provides",
};

static int compare(const void *a, const void *b, void *arg)
{
	const struct universe *u = arg;
	pkg_id x = *(const pkg_id *)a, y = *(const pkg_id *)b;
	const struct package *p = universe_pkg(u, x), *q = universe_pkg(u, y);
	int c = sv_cmp(universe_sv(u, p->name), universe_sv(u, q->name));

	if (c == 0)
		c = universe_version_cmp(u, p->version, q->version);
	if (c == 0) /* 1.0 and 1.00 are equal versions */
		c = sv_cmp(universe_sv(u, p->version), universe_sv(u, q->version));
	if (c == 0)
		c = sv_cmp(universe_sv(u, p->arch), universe_sv(u, q->arch));
	if (c == 0)
		c = memcmp(p->digest.bytes, q->digest.bytes, sizeof(p->digest.bytes));
	if (c == 0)
		c = universe_repo_cmp(u, p->repo, q->repo);
	return c ? c : (x > y) - (x < y);
}

static void dump_field(const char *name, struct sv value, struct strbuf *out)
{
	if (value.n)
		strbuf_addf(out, "%s: " SV_FMT "\n", name, SV_ARG(value));
}

static void dump_deps(const struct universe *u, const struct package *p, enum dep_kind kind,
		      struct strbuf *out)
{
	const struct dep_list *l = &p->deps[kind];

	if (l->n == 0)
		return;
	strbuf_addf(out, "%s: ", kind_names[kind]);
	for (uint32_t i = 0; i < l->n; i++) {
		if (i)
			strbuf_adds(out, ", ");
		dep_print(u, u->dep_refs.v[l->first + i], out);
	}
	strbuf_addc(out, '\n');
}

static void dump_package(const struct universe *u, const struct package *p, struct strbuf *out)
{
	static const char *const multi[] = { "no", "same", "foreign", "allowed" };
	char hex[DIGEST_MAX * 2 + 1];

	dump_field("Package", universe_sv(u, p->name), out);
	dump_field("Version", universe_sv(u, p->version), out);
	dump_field("Architecture", universe_sv(u, p->arch), out);
	dump_field("Source", universe_sv(u, p->source), out);
	dump_field("Repository", u->repos.v[p->repo].label, out);
	if (p->multi_arch != MULTI_ARCH_NO)
		strbuf_addf(out, "Multi-Arch: %s\n", multi[p->multi_arch]);
	if (p->essential)
		strbuf_adds(out, "Essential: yes\n");
	for (int kind = 0; kind < DEPK_COUNT; kind++)
		dump_deps(u, p, (enum dep_kind)kind, out);
	dump_field("Filename", universe_filename(u, p), out);
	strbuf_addf(out, "Size: %llu\n", (unsigned long long)p->size);
	if (p->digest.kind != DIGEST_NONE) {
		digest_hex(&p->digest, hex);
		strbuf_addf(out, "%s: %s\n", digest_name(p->digest.kind), hex);
	}
}

void universe_dump(const struct universe *u, struct strbuf *out)
{
	_cleanup_free_ pkg_id *order = xcalloc(u->pkgs.n, sizeof(*order));
	size_t n = 0;

	for (pkg_id id = 1; id <= universe_count(u); id++)
		if (!universe_pkg(u, id)->hidden)
			order[n++] = id;
	qsort_r(order, n, sizeof(*order), compare, (void *)(uintptr_t)u);
	for (size_t i = 0; i < n; i++) {
		if (i)
			strbuf_addc(out, '\n');
		dump_package(u, universe_pkg(u, order[i]), out);
	}
}

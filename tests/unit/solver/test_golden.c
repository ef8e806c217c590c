/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tests/golden/solver/NAME.case: universe, goals and expected outcome in one file (see mini.h). Each is
 * also solved with its packages in other orders, which must change nothing. GOLDEN_UPDATE=1 in the
 * environment rewrites the expectations; KINDLING_CASES=DIR takes cases from another folder, such as those
 * that 'kindling plan --save-case' has written.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "tests/unit/solver/mini.h"
#include "tests/unit/test.h"

static const char *folder(void)
{
	static char path[4096];
	const char *top = getenv("TOP"), *other = getenv("KINDLING_CASES");

	if (other)
		return other;
	snprintf(path, sizeof(path), "%s/tests/golden/solver", top ? top : ".");
	return path;
}

static void read_file(const char *path, struct strbuf *out)
{
	FILE *f = fopen(path, "r");
	char buf[4096];
	size_t n;

	ASSERT_NOT_NULL(f);
	while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
		strbuf_add(out, sv_of(buf, n));
	fclose(f);
}

static void update(const char *path, const struct mini *m, const struct strbuf *got)
{
	FILE *f = fopen(path, "w");

	ASSERT_NOT_NULL(f);
	fprintf(f, SV_FMT "expect\n%s", SV_ARG(m->input), got->p);
	fclose(f);
}

/* "NAME VERSION" of each package, sorted: what a set is judged by. */
static void only_names(struct sv outcome, struct strbuf *ret)
{
	VEC(struct sv) lines = { 0 };
	struct sv line, name, version;

	while (sv_line(&outcome, &line))
		if (sv_word(&line, &name) && sv_word(&line, &version))
			vec_push(&lines, sv_of(name.p, (size_t)(version.p + version.n - name.p)));
	if (lines.n > 1)
		qsort(lines.v, lines.n, sizeof(*lines.v), sv_qsort_cmp);
	for (size_t i = 0; i < lines.n; i++) {
		strbuf_add(ret, lines.v[i]);
		strbuf_addc(ret, '\n');
	}
	vec_done(&lines);
}

/* Cases from elsewhere know no reasons: "expect-set" has packages, "expect-refusal" nothing. */
static void run_foreign(const char *path, struct sv text, struct sv expect, bool refusal)
{
	for (uint64_t order = 0; order < 3; order++) {
		_cleanup_strbuf_ struct strbuf got = STRBUF_INIT, names = STRBUF_INIT,
					       want = STRBUF_INIT;
		struct mini m;

		ASSERT_MSG(mini_parse(&m, text, order), "%s: %s", path, m.error);
		ASSERT_MSG((mini_run(&m, &got) < 0) == refusal, "%s: got\n%s", path, got.p);
		only_names(strbuf_sv(&got), &names);
		only_names(expect, &want);
		ASSERT_MSG(refusal || sv_eq(strbuf_sv(&names), strbuf_sv(&want)),
			   "%s: got\n%swanted\n%s", path, got.p ? got.p : "", want.p ? want.p : "");
		mini_done(&m);
	}
}

static bool is_foreign(const char *path, struct sv text)
{
	static const char *const words[] = { "\nexpect-set\n", "\nexpect-refusal\n" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		ptrdiff_t at = sv_find(text, sv_from(words[i]));

		if (at < 0)
			continue;
		run_foreign(path, sv_head(text, (size_t)at + 1),
			    sv_from_pos(text, (size_t)at + strlen(words[i])), i == 1);
		return true;
	}
	return false;
}

static void run_case(const char *path)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;

	read_file(path, &text);
	if (is_foreign(path, strbuf_sv(&text)))
		return;
	for (uint64_t order = 0; order < 6; order++) {
		_cleanup_strbuf_ struct strbuf got = STRBUF_INIT, want = STRBUF_INIT;
		struct mini m;
		bool parsed = mini_parse(&m, strbuf_sv(&text), order);

		ASSERT_MSG(parsed, "%s: %s", path, m.error);
		(void)mini_run(&m, &got);
		strbuf_add(&want, m.expect);
		if (order == 0 && getenv("GOLDEN_UPDATE"))
			update(path, &m, &got);
		else if (!getenv("GOLDEN_UPDATE"))
			ASSERT_MSG(sv_eq(strbuf_sv(&got), m.expect),
				   "%s, order %u: got\n%swanted\n%s", path, (unsigned)order,
				   got.p ? got.p : "", want.p ? want.p : "");
		mini_done(&m);
	}
}

static int is_case(const struct dirent *d)
{
	return sv_ends(sv_from(d->d_name), SV(".case"));
}

TEST(cases)
{
	struct dirent **list;
	int n = scandir(folder(), &list, is_case, alphasort);

	ASSERT_MSG(n > (getenv("KINDLING_CASES") ? 0 : 20), "%d cases in %s", n, folder());
	for (int i = 0; i < n; i++) {
		char path[8192];

		snprintf(path, sizeof(path), "%s/%s", folder(), list[i]->d_name);
		run_case(path);
		free(list[i]);
	}
	free(list);
}

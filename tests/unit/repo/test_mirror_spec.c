/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repo/repo.h"

#include <stdio.h>

#include "tests/unit/test.h"

static const char *show(const struct mirror_spec *m)
{
	static char out[512];
	int n = snprintf(out, sizeof(out), "%d dir=" SV_FMT " by=" SV_FMT " %s=" SV_FMT, m->kind,
			 SV_ARG(m->dir), SV_ARG(m->signed_by), m->flat ? "flat" : "suite",
			 SV_ARG(m->suite));

	for (size_t i = 0; i < m->components.n; i++)
		n += snprintf(out + n, sizeof(out) - (size_t)n, " " SV_FMT,
			      SV_ARG(m->components.v[i]));
	return out;
}

TEST(forms)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "deb file:/srv/m trixie main", "0 dir=/srv/m by= suite=trixie main" },
		{ "deb file:m trixie main non-free-firmware",
		  "0 dir=m by= suite=trixie main non-free-firmware" },
		{ " deb\tfile:/m  trixie  main ", "0 dir=/m by= suite=trixie main" },
		{ "deb [signed-by=/k.gpg] file:/m trixie main",
		  "0 dir=/m by=/k.gpg suite=trixie main" },
		{ "deb [ signed-by=k ] file:/m trixie main", "0 dir=/m by=k suite=trixie main" },
		{ "deb [] file:/m trixie main", "0 dir=/m by= suite=trixie main" },
		{ "deb [signed-by=k]file:/m trixie main", "0 dir=/m by=k suite=trixie main" },
		{ "deb file:///srv/m trixie main", "0 dir=/srv/m by= suite=trixie main" },
		{ "deb file://localhost/m trixie main", "0 dir=/m by= suite=trixie main" },
		{ "deb file:/a%20b trixie main", "0 dir=/a b by= suite=trixie main" },
		{ "deb file:/a%zzb% trixie main", "0 dir=/a%zzb% by= suite=trixie main" },
		{ "deb file:/m trixie-security updates/main",
		  "0 dir=/m by= suite=trixie-security updates/main" },
		{ "deb file:/m trixie/updates main", "0 dir=/m by= suite=trixie/updates main" },
		{ "deb file:/m ./", "0 dir=/m by= flat=" },
		{ "deb file:/m /", "0 dir=/m by= flat=" },
		{ "deb file:/m a/b/", "0 dir=/m by= flat=a/b/" },
		{ "deb file:/m ./a/", "0 dir=/m by= flat=a/" },
		{ "rpm file:/m", "1 dir=/m by= suite=" },
		{ "rpm [signed-by=k] file:/m", "1 dir=/m by=k suite=" },
		{ "dir file:/m", "2 dir=/m by= suite=" },
		{ "dir file:/with blanks in it", "2 dir=/with blanks in it by= suite=" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mirror_spec m = { .owned = NULL };
		struct err e = ERR_INIT;

		ASSERT_MSG(mirror_spec_parse(sv_from(rows[i].text), &m, &e) == 0, "'%s': %s",
			   rows[i].text, e.text);
		ASSERT_EQ_STR(show(&m), rows[i].want);
		mirror_spec_done(&m);
	}
}

TEST(errors)
{
	static const struct {
		const char *text, *error;
	} rows[] = {
		{ "", "mirror '', column 1: argument is empty" },
		{ "  ", "argument is empty" },
		{ "dep file:M trixie main",
		  "mirror 'dep file:M trixie main', column 1: unknown kind 'dep'" },
		{ "deb-src file:M trixie main", "unknown kind 'deb-src'" },
		{ "deb", "column 4: file:DIR is missing" },
		{ "deb file:", "column 5: folder is empty" },
		{ "deb /m trixie main", "column 5: file:DIR expected, not '/m'" },
		{ "deb http://x trixie main", "column 5: 'http:' mirrors are not read" },
		{ "deb fil:/x trixie main", "column 5: 'fil:' mirrors are not read" },
		{ "deb file:/m", "suite is missing" },
		{ "deb file:/m trixie", "component is missing after suite 'trixie'" },
		{ "deb file:/m ./ main", "column 16: nothing expected here, found 'main'" },
		{ "rpm file:/m x", "column 13: nothing expected here" },
		{ "deb [signed-by=k file:/m trixie main", "column 5: ']' is missing" },
		{ "deb [signed-by=] file:/m trixie main", "column 6: signed-by is empty" },
		{ "deb [signed-by=a signed-by=b] file:/m t main",
		  "column 18: signed-by is given twice" },
		{ "deb [arch=amd64] file:/m trixie main",
		  "column 6: 'arch=' is not known: say --arch" },
		{ "deb [trusted=yes] file:/m trixie main", "--insecure-no-signature" },
		{ "deb [x=y] file:/m trixie main", "unknown option 'x=y'" },
		{ "deb file:/m ../x main", "column 13: bad suite '../x'" },
		{ "deb file:/m /x main", "bad suite '/x'" },
		{ "deb file:/m x//y main", "bad suite" },
		{ "deb file:/m ../", "bad folder '..'" },
		{ "deb file:/m a/../b/", "bad folder" },
		{ "deb file:/m trixie main/..", "column 20: bad component 'main/..'" },
		{ "deb file:/m%00 trixie main", "folder is no file name" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mirror_spec m = { .owned = NULL };
		struct err e = ERR_INIT;

		ASSERT_MSG(mirror_spec_parse(sv_from(rows[i].text), &m, &e) == E_USAGE,
			   "'%s' passed: %s", rows[i].text, show(&m));
		ASSERT_HAS_STR(e.text, rows[i].error);
		ASSERT_HAS_STR(e.hint, "deb file:DIR ./");
		ASSERT_NULL(m.components.v);
	}
}

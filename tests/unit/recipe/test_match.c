/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "recipe/recipe_int.h"
#include "test.h"

TEST(releases)
{
	static const struct {
		const char *distribution, *a, *b;
		int want;
	} cases[] = {
		{ "debian", "bookworm", "trixie", -1 },
		{ "debian", "trixie", "13", 0 },
		{ "debian", "sid", "trixie", 1 },
		{ "debian", "13", "9", 1 },
		{ "debian", "13", "forky", -1 },
		{ "ubuntu", "noble", "24.10", -1 },
		{ "ubuntu", "24.04", "jammy", 1 },
		{ "fedora", "42", "rawhide", -1 },
		{ "fedora", "41", "41", 0 },
		{ "opensuse", "tumbleweed", "15.6", 1 },
		{ "debian", "jammy", "sid", 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int got = recipe_release_compare(sv_from(cases[i].distribution),
						 sv_from(cases[i].a), sv_from(cases[i].b));

		ASSERT_MSG((got > 0) - (got < 0) == cases[i].want, "%s: %s, %s",
			   cases[i].distribution, cases[i].a, cases[i].b);
	}
}

/* Does a file with this [Match] text count? */
static int matches(const char *conditions, struct recipe_match match, const char *profile,
		   struct err *e)
{
	struct recipe_options o = { .match = match };
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	struct recipe r;
	int ret;

	strbuf_addf(&text, "%s\n[Content]\nPackages=x\n", conditions);
	if (profile)
		vec_push(&o.match.profiles, sv_from(profile));
	recipe_init(&r);
	ret = recipe_load_text(&r, SV("f"), strbuf_sv(&text), &o, e);
	if (ret == 0)
		ret = r.packages.n == 1;
	recipe_done(&r);
	vec_done(&o.match.profiles);
	return ret;
}

TEST(conditions)
{
	static const struct {
		const char *text;
		int want;
	} cases[] = {
		{ "", 1 },
		{ "[Match]", 1 },
		{ "[TriggerMatch]", 1 },
		{ "[Match]\nDistribution=fedora", 1 },
		{ "[Match]\nDistribution=Fedora", 0 },
		{ "[Match]\nDistribution=!fedora", 0 },
		{ "[Match]\nDistribution=|debian\nDistribution=|fedora", 1 },
		{ "[Match]\nDistribution=|debian\nRelease=|40", 0 },
		{ "[Match]\nDistribution=|!debian\nRelease=|40", 1 },
		{ "[Match]\nDistribution=fedora\nRelease=|40", 0 },
		{ "[Match]\nRelease=>41", 1 },
		{ "[Match]\nRelease= >= 42", 1 },
		{ "[Match]\nRelease=!>=42", 0 },
		{ "[Match]\nRelease=!=42", 0 },
		{ "[Match]\nRelease===42", 1 },
		{ "[Match]\nRelease=rawhide", 0 },
		{ "[Match]\nRelease=<rawhide", 1 },
		{ "[Match]\nArchitecture=aarch64", 1 },
		{ "[Match]\nArchitecture=arm64\n[Match]\nFormat=uki", 0 },
		{ "[TriggerMatch]\nFormat=uki\n[TriggerMatch]\nFormat=cpio", 1 },
		{ "[TriggerMatch]\nFormat=uki\n[TriggerMatch]\nFormat=disk", 0 },
		{ "[Match]\nFormat=cpio\n[TriggerMatch]\nFormat=uki", 0 },
		{ "[Match]\nProfiles=net", 1 },
		{ "[Match]\nProfile=nfs", 0 },
		{ "[Match]\nProfiles=", 0 },
		{ "[Match]\nImageId=box*", 1 },
		{ "[Match]\nImageVersion=1", 0 },
		{ "[Match]\nDistribution=%d", 1 },
		{ "[Match]\nBootable=yes", 0 },
		{ "[Assert]\nDistribution=fedora\n[TriggerAssert]\nFormat=cpio", 1 },
		{ "[Assert]\nDistribution=debian", E_USAGE },
		{ "[TriggerAssert]\nFormat=uki\n[TriggerAssert]\nFormat=disk", E_USAGE },
		{ "[Match]\nFormat=uki\n[Assert]\nDistribution=debian", 0 },
		{ "[Match]\nSystemdVersion=>256", E_USAGE },
		{ "[Match]\nHostArchitecture=arm64", E_USAGE },
		{ "[Match]\nNonsense=1", E_USAGE },
		{ "[Match]\nFormat=cpio\n  uki", E_USAGE },
	};
	struct recipe_match match = { .distribution = SV("fedora"),
				      .release = SV("42"),
				      .architecture = SV("arm64"),
				      .format = SV("cpio"),
				      .image_id = SV("box-1") };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct err e = ERR_INIT;
		int got = matches(cases[i].text, match, "net", &e);

		ASSERT_MSG(got == cases[i].want, "%s: %d %s", cases[i].text, got, e.text);
	}
}

TEST(nothing_known)
{
	struct recipe_match none = { .architecture = SV("") };
	struct err e = ERR_INIT;

	ASSERT_EQ_INT(matches("[Match]\nRelease=trixie", none, NULL, &e), 0);
	ASSERT_EQ_INT(matches("[Match]\nRelease=>=trixie", none, NULL, &e), 0);
	ASSERT_EQ_INT(matches("[Match]\nRelease=!trixie", none, NULL, &e), 1);
	ASSERT_EQ_INT(matches("[Match]\nArchitecture=arm64", none, NULL, &e), 0);
	ASSERT_EQ_INT(matches("[Match]\nProfiles=", none, NULL, &e), 1);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Users: sysusers.d of the tree, lines of the recipe, and the users that packages make with adduser in
 * a script only. All at build time: systemd-sysusers.service never runs in an initrd, where
 * ConditionNeedsUpdate= is always false.
 */
#include "base/macros.h"
#include "transform/sysusers_int.h"

static const char *const sysusers_dirs[] = { "etc/sysusers.d", "run/sysusers.d",
					     "usr/local/lib/sysusers.d", "usr/lib/sysusers.d",
					     NULL };

/* Counts only when the package is in the plan and nothing else declares the name. */
static const struct {
	const char *package, *line;
} supplemental[] = {
	{ "dbus", "u messagebus - - /nonexistent" },
	{ "dbus-system-bus-common", "u messagebus - - /nonexistent" },
	{ "dnsmasq", "u dnsmasq -:nogroup - /var/lib/misc" },
	{ "dnsmasq-base", "u dnsmasq -:nogroup - /var/lib/misc" },
	{ "network-manager", "g netdev -" },
	{ "nfs-common", "u statd -:nogroup - /var/lib/nfs" },
	{ "openssh-server", "u sshd -:nogroup - /run/sshd" },
	{ "polkitd", "u polkitd - \"User for polkitd\" /" },
	{ "rpcbind", "u _rpc -:nogroup - /run/rpcbind" },
	{ "tpm-udev", "u tss - \"TPM software stack\" /var/lib/tpm /bin/false" },
	/* EL; Fedora has it in sysusers.d, which counts first */
	{ "tpm2-tss", "u tss 59 \"TPM access\" /dev/null" },
	{ "udev", "g input -" },
	{ "udev", "g kvm -" },
	{ "udev", "g render -" },
	{ "udev", "g sgx -" },
	{ "uuid-runtime", "u uuidd - - /run/uuidd" },
};

/* A package's bad line is left out, as systemd-sysusers does; it stops nobody's build. */
static void read_file(struct sysusers *s, const struct conf_file *f)
{
	struct sv text = f->text, line;
	unsigned number = 0;

	while (sv_line(&text, &line)) {
		struct err why = ERR_INIT;
		struct sv place =
			arena_printf(&s->c->arena, SV_FMT ":%u", SV_ARG(f->path), ++number);

		if (sysusers_parse_line(s, line, place, &why) < 0)
			tf_note(s->c, NOTE_WARNING, SV_FMT ": %s: line ignored", SV_ARG(place),
				why.text);
	}
}

/* "package: line" of a recipe; false: a plain line. */
static bool split_condition(struct sv line, struct sv *ret_package, struct sv *ret_line)
{
	struct sv rest = line, word;

	if (!sv_word(&rest, &word) || word.n < 2 || !sv_cut_end(&word, SV(":")))
		return false;
	*ret_package = word;
	*ret_line = sv_trim(rest);
	return true;
}

/* What the recipe says is its author's mistake when it is wrong, so it is an error. */
static int read_recipe(struct sysusers *s, const struct userdb *db, bool conditional, struct err *e)
{
	for (size_t i = 0; i < s->c->users.n; i++) {
		struct sv text = s->c->users.v[i], package = SV_NULL, line = text;
		struct sv place = arena_printf(&s->c->arena, "[Users] '" SV_FMT "'", SV_ARG(text));
		int r = 0;

		if (split_condition(text, &package, &line) != conditional)
			continue;
		if (!conditional)
			r = sysusers_parse_line(s, text, place, e);
		else if (tf_has_package(s->c, package))
			r = sysusers_parse_fallback(s, db, line, place, e);
		if (r < 0) {
			(void)err_wrap(e, SV_FMT, SV_ARG(place));
			return e->code = E_USAGE;
		}
	}
	return 0;
}

static int read_supplemental(struct sysusers *s, const struct userdb *db, struct err *e)
{
	for (size_t i = 0; i < ARRAY_SIZE(supplemental); i++) {
		int r;

		if (!tf_has_package(s->c, sv_from(supplemental[i].package)))
			continue;
		r = sysusers_parse_fallback(s, db, sv_from(supplemental[i].line),
					    sv_from(supplemental[i].package), e);
		if (r < 0)
			return err_wrap(e, "user of package '%s'", supplemental[i].package);
	}
	return 0;
}

int tf_sysusers(struct transform_context *c, struct err *e)
{
	struct conf_files files;
	struct sysusers s;
	struct userdb db;
	int r;

	sysusers_init(&s, c);
	userdb_load(&db, c->tree, &c->arena);
	conf_files_list(c->tree, &c->arena, sysusers_dirs, SV(".conf"), &files);
	r = read_recipe(&s, &db, false, e);
	for (size_t i = 0; i < files.n && r == 0; i++)
		read_file(&s, &files.v[i]);
	if (r == 0)
		r = read_recipe(&s, &db, true, e);
	if (r == 0)
		r = read_supplemental(&s, &db, e);
	if (r == 0) {
		sysusers_apply(&s, &db);
		r = userdb_store(&db, c->tree, e);
	}
	vec_done(&files);
	userdb_done(&db);
	sysusers_done(&s);
	return r;
}

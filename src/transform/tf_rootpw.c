/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Root's password and shell. A plain password is hashed with a salt that is derived from the password
 * and the source date, so that the same recipe gives the same bytes; whoever wants a random salt gives
 * the hash itself (RootPassword=hashed:...). Without a password root stays locked.
 */
#include <inttypes.h>

#include "base/digest.h"
#include "transform/sha512crypt_int.h"
#include "transform/transform_int.h"
#include "transform/userdb_int.h"

enum { PASSWORD_MAX = 512 /* CRYPT_MAX_PASSPHRASE_SIZE of libxcrypt */ };

static struct sv salt_of(struct transform_context *c)
{
	struct sv seed = arena_printf(&c->arena,
				      "kindling root password salt\n%" PRId64 "\n" SV_FMT,
				      c->source_date, SV_ARG(c->root_password));
	char *salt = arena_alloc(&c->arena, SHA512CRYPT_SALT_MAX + 1);
	struct digest d;

	digest_bytes(DIGEST_SHA512, seed.p, seed.n, &d);
	for (unsigned i = 0; i < SHA512CRYPT_SALT_MAX; i++)
		salt[i] = sha512crypt_letter(d.bytes[i]);
	return sv_of(salt, SHA512CRYPT_SALT_MAX);
}

static int password_hash(struct transform_context *c, struct sv *ret, struct err *e)
{
	struct sv p = c->root_password;

	if (p.n > PASSWORD_MAX || sv_chr(p, '\0') >= 0 || sv_chr(p, '\n') >= 0)
		return err_set(e, E_USAGE,
			       "RootPassword=: longer than %d bytes or more than a line",
			       PASSWORD_MAX);
	if (c->root_password_hashed && sv_chr(p, ':') >= 0)
		return err_set(e, E_USAGE, "RootPassword=: a hash cannot hold ':'");
	*ret = c->root_password_hashed ? p : sha512crypt(&c->arena, p, salt_of(c));
	return 0;
}

static int set_password(struct transform_context *c, struct userdb *db, struct err *e)
{
	struct userdb_line *root = userdb_find(&db->passwd, SV("root"));
	struct sv hash, days = arena_printf(&c->arena, "%" PRId64,
					    c->source_date > 0 ? c->source_date / 86400 : 0);
	int r = password_hash(c, &hash, e);

	if (r < 0)
		return r;
	userdb_set_field(&db->passwd, root, 1, SV("x"));
	if (!userdb_find(&db->shadow, SV("root")))
		userdb_add(&db->shadow, SV("root:!*:::::::"));
	root = userdb_find(&db->shadow, SV("root"));
	userdb_set_field(&db->shadow, root, 1, hash);
	userdb_set_field(&db->shadow, root, 2, days);
	return 0;
}

static int set_shell(struct transform_context *c, struct userdb *db, struct err *e)
{
	struct sv shell = c->root_shell;

	if (shell.p[0] != '/' || sv_chr(shell, ':') >= 0 || sv_chr(shell, '\n') >= 0)
		return err_set(e, E_USAGE, "RootShell=: not an absolute path '" SV_FMT "'",
			       SV_ARG(shell));
	if (!tree_follow(c->tree, shell))
		tf_note(c, NOTE_WARNING, "RootShell=: there is no '" SV_FMT "' in the image",
			SV_ARG(shell));
	userdb_set_field(&db->passwd, userdb_find(&db->passwd, SV("root")), 6, shell);
	return 0;
}

int tf_rootpw(struct transform_context *c, struct err *e)
{
	/* "hashed:" without a hash is a root without password; a plain empty one is none at all. */
	bool password = c->root_password.n > 0 || c->root_password_hashed;
	struct userdb db;
	int r = 0;

	if (!password && c->root_shell.n == 0)
		return 0;
	userdb_load(&db, c->tree, &c->arena);
	if (!userdb_find(&db.passwd, SV("root")))
		r = err_set(e, E_USAGE, "RootPassword= or RootShell=: the image has no root user");
	if (r == 0 && password)
		r = set_password(c, &db, e);
	if (r == 0 && c->root_shell.n > 0)
		r = set_shell(c, &db, e);
	if (r == 0)
		r = userdb_store(&db, c->tree, e);
	userdb_done(&db);
	return r;
}

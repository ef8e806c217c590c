/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/transform/transform_test_util.h"

#include "base/macros.h"
#include "transform/sha512crypt_int.h"

/* The first is from the method's specification, the others are what libxcrypt and OpenSSL give. */
static const struct {
	const char *password, *salt, *hash;
} vectors[] = {
	{ "Hello world!", "saltstring",
	  "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1" },
	{ "secret", "abcdefgh01234567",
	  "$6$abcdefgh01234567$8X2xROWm5Qq2E1IZ90S22NQk02J9n71lqu7GOMw1odIJWf.lIok..9FROVfdBmEBYTKA4AFnCjJeXvjL4DV.O/" },
	{ "", "x",
	  "$6$x$QSmr1Bx2g4O6BzKvdkgOcyU6H91X6I/XBv5pSalMhSPkwdH6Beo3F455xZJg0v//bxVK5F4OE5k1.0xuR26MK0" },
	{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "0123456789",
	  "$6$0123456789$duawBZRJI36Q5oDCAgq5Rr00236cKkKrusB7qRoOazTu00RDazCd3i4IY/fA2zwfOusXl4lm14LkrxsJK1TI51" },
	{ "we have a short salt string but not a short password, it is longer than one block of the hash, in fact it is longer than one hundred and twenty-eight bytes long",
	  "short",
	  "$6$short$z7cbCvyI./Wr48L1MswRP8GZr0vvDgploFvSFsxw4t4mx5p9zbcxj5L08hKRbylTgO7288h0TTaJ5qfMekcQU0" },
};

TEST(known_hashes)
{
	struct arena a = ARENA_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(vectors); i++) {
		struct sv got =
			sha512crypt(&a, sv_from(vectors[i].password), sv_from(vectors[i].salt));

		ASSERT_EQ_STR(got.p, vectors[i].hash);
	}
	arena_done(&a);
}

static struct fixture *with_root(void)
{
	struct fixture *f = fixture_new("f 0755 0:0 0 usr/bin/zsh\n");

	put(f, "etc/passwd", "daemon:*:1:1::/:/x\nroot:*:0:0:root:/root:/bin/bash\n");
	return f;
}

TEST(nothing_wanted)
{
	_cleanup_fixture_ struct fixture *f = with_root();

	ASSERT_TRUE(ran(f, tf_rootpw(&f->c, &f->e)));
	ASSERT_TRUE(has(f, "etc/passwd", "daemon:*:1:1::/:/x\nroot:*:0:0:root:/root:/bin/bash\n"));
	ASSERT_TRUE(absent(f, "etc/shadow"));
}

TEST(hashed_password_and_shell)
{
	_cleanup_fixture_ struct fixture *f = with_root();

	f->c.root_password = SV("$6$a$b");
	f->c.root_password_hashed = true;
	f->c.root_shell = SV("/usr/bin/zsh");
	ASSERT_TRUE(ran(f, tf_rootpw(&f->c, &f->e)));
	ASSERT_TRUE(
		has(f, "etc/passwd", "daemon:*:1:1::/:/x\nroot:x:0:0:root:/root:/usr/bin/zsh\n"));
	ASSERT_TRUE(has(f, "etc/shadow", "root:$6$a$b:19675::::::\n") &&
		    mode_of(f, "etc/shadow") == 0600);
	ASSERT_TRUE(f->notes.list.n == 0);
}

TEST(empty_hash_means_no_password)
{
	_cleanup_fixture_ struct fixture *f = with_root();

	put(f, "etc/shadow", "daemon:!*:1::::::\nroot:!*:5:0:99999:7:::\n");
	f->c.root_password = SV("");
	f->c.root_password_hashed = true;
	ASSERT_TRUE(ran(f, tf_rootpw(&f->c, &f->e)));
	ASSERT_TRUE(has(f, "etc/shadow", "daemon:!*:1::::::\nroot::19675:0:99999:7:::\n"));
}

TEST(plain_password_is_reproducible)
{
	struct sv lines[3];
	struct arena a = ARENA_INIT;

	for (int i = 0; i < 3; i++) {
		_cleanup_fixture_ struct fixture *f = with_root();

		f->c.root_password = SV("secret");
		f->c.source_date += i == 2 ? 86400 : 0;
		ASSERT_TRUE(ran(f, tf_rootpw(&f->c, &f->e)));
		ASSERT_TRUE(tree_read(f->c.tree, SV("etc/shadow"), &lines[i]));
		lines[i] = arena_sv(&a, lines[i]);
	}
	ASSERT_TRUE(sv_starts(lines[0], SV("root:$6$")));
	ASSERT_TRUE(sv_eq(lines[0], lines[1]) &&
		    !sv_eq(sv_head(lines[0], 24), sv_head(lines[2], 24)));
	arena_done(&a);
}

TEST(refused)
{
	static const struct {
		const char *password, *shell, *says;
		bool hashed;
	} bad[] = {
		{ "a:b", "", "cannot hold ':'", true },
		{ "a\nb", "", "more than a line", false },
		{ "", "sh", "not an absolute path 'sh'", false },
		{ "", "/bin/a:b", "not an absolute path", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		_cleanup_fixture_ struct fixture *f = with_root();

		f->c.root_password = sv_from(bad[i].password);
		f->c.root_password_hashed = bad[i].hashed;
		f->c.root_shell = sv_from(bad[i].shell);
		ASSERT_TRUE(tf_rootpw(&f->c, &f->e) == E_USAGE && err_says(&f->e, bad[i].says));
	}
}

TEST(no_root)
{
	_cleanup_fixture_ struct fixture *f = fixture_new("");

	f->c.root_password = SV("x");
	ASSERT_TRUE(tf_rootpw(&f->c, &f->e) == E_USAGE && err_says(&f->e, "no root user"));
}

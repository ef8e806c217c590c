/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/test.h"

#include "netroot/idmap.h"

TEST(how_the_kernel_calls)
{
	ASSERT_TRUE(idmap_is_call("/sbin/request-key"));
	ASSERT_FALSE(idmap_is_call("request-key"));
	ASSERT_FALSE(idmap_is_call("/usr/lib/systemd/system-generators/kindling-netroot"));
}

TEST(root_of_any_domain)
{
	bool user = false;

	ASSERT_TRUE(idmap_is_root(SV("id_resolver;0;0;3f010000;uid:root@localdomain"), &user));
	ASSERT_TRUE(user);
	ASSERT_TRUE(idmap_is_root(SV("id_resolver;0;0;3f010000;gid:root@x"), &user));
	ASSERT_FALSE(user);
}

TEST(others_are_not_ours)
{
	bool user;

	ASSERT_FALSE(idmap_is_root(SV("id_resolver;0;0;3f010000;uid:rooter@x"), &user));
	ASSERT_FALSE(idmap_is_root(SV("id_resolver;0;0;3f010000;uid:root"), &user));
	ASSERT_FALSE(idmap_is_root(SV("id_resolver;0;0;3f010000;user:0"), &user));
	ASSERT_FALSE(idmap_is_root(SV("dns_resolver;0;0;3f010000;uid:root@x"), &user));
	ASSERT_FALSE(idmap_is_root(SV("id_resolver;0;0;uid:root@x"), &user));
	ASSERT_FALSE(idmap_is_root(SV(""), &user));
}

TEST(a_key_that_is_not_there)
{
	char *none[] = {
		"/sbin/request-key", "create", "2147483647", "0", "0", "0", "0", "0", NULL
	};
	char *words[] = { "/sbin/request-key", "create", "x", NULL };
	struct err e = ERR_INIT;
	bool user = true;

	ASSERT_TRUE(idmap_answer(8, none, &user, &e) < 0);
	ASSERT_FALSE(user);
	ASSERT_EQ_INT(idmap_answer(3, words, &user, &e), E_USAGE);
	ASSERT_EQ_INT(idmap_answer(1, none, &user, &e), E_USAGE);
}

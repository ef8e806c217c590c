/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The numbers of include/uapi/linux/keyctl.h stand here because libc has none. */
#include "netroot/idmap.h"

#include <errno.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/num.h"

enum {
	KEYCTL_DESCRIBE = 6,
	KEYCTL_INSTANTIATE = 12,
	KEYCTL_NEGATE = 13,
	KEYCTL_ASSUME_AUTHORITY = 16
};

/* A name is 1,024 bytes at most (NFS4_OPAQUE_LIMIT). */
#define KEY_MAX 2048
/* The root's own program is to be asked soon. */
#define NEGATIVE_SECONDS 1

bool idmap_is_call(const char *program)
{
	return sv_ends(sv_from(program), SV("/request-key"));
}

bool idmap_is_root(struct sv key, bool *ret_user)
{
	struct sv rest = key, field;
	bool user;

	for (int i = 0; i < 4; i++)
		if (!sv_split(&rest, ';', &field) || (i == 0 && !sv_eq(field, SV("id_resolver"))))
			return false;
	user = sv_skip(&rest, SV("uid:"));
	if ((!user && !sv_skip(&rest, SV("gid:"))) || !sv_starts(rest, SV("root@")))
		return false;
	*ret_user = user;
	return true;
}

static long key_call(int what, unsigned long key, const void *data, size_t n, unsigned long last)
{
	return syscall(SYS_keyctl, what, key, data, n, last);
}

/* What the key stands for, of which the caller has taken charge; in buf, KEY_MAX bytes. */
static int describe(unsigned long key, char *buf, struct sv *ret, struct err *e)
{
	long n;

	if (key_call(KEYCTL_ASSUME_AUTHORITY, key, NULL, 0, 0) < 0)
		return err_sys(e, errno, "taking charge of key %lu", key);
	n = key_call(KEYCTL_DESCRIBE, key, buf, KEY_MAX, 0);
	if (n < 0)
		return err_sys(e, errno, "reading the name of key %lu", key);
	if (n < 1 || n > KEY_MAX)
		return err_set(e, E_FAIL, "key %lu has a name of %ld bytes", key, n);
	*ret = sv_of(buf, (size_t)n - 1);
	return 0;
}

int idmap_answer(int argc, char **argv, bool *ret_user, struct err *e)
{
	char buf[KEY_MAX];
	uint64_t number;
	struct sv key = SV_NULL;
	int r;

	*ret_user = false;
	if (argc < 3 || !sv_eq(sv_from(argv[1]), SV("create")) ||
	    num_parse_u64(sv_from(argv[2]), 10, INT32_MAX, &number, e) < 0)
		return err_set(e, E_USAGE, "expected create KEY ..., as the kernel calls");
	r = describe(number, buf, &key, e);
	if (r < 0)
		return r;
	if (!idmap_is_root(key, ret_user)) {
		(void)key_call(KEYCTL_NEGATE, number, (const void *)NEGATIVE_SECONDS, 0, 0);
		return err_set(e, E_FAIL, "no answer to '" SV_FMT "'", SV_ARG(key));
	}
	if (key_call(KEYCTL_INSTANTIATE, number, "0", 1, 0) < 0)
		return err_sys(e, errno, "answering '" SV_FMT "'", SV_ARG(key));
	return 0;
}

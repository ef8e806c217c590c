/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Owners that an NFS 4 server gives by name. The kernel asks for each name by running /sbin/request-key
 * (its Documentation/security/keys/request-key.rst; keyctl(2)). Once the root is mounted that program lies on the
 * very root: on the way to it the kernel may have to ask for a folder's owner anew, is told root@DOMAIN again, and
 * waits for ever for the answer that it is about to fetch. So root is translated here, while the program is the
 * initrd's, and the kernel keeps that. Who the others are only the root knows.
 */
#pragma once

#include <stdbool.h>

#include "base/err.h"
#include "base/sv.h"

/* Whether a program's name is the one that the kernel calls. */
bool idmap_is_call(const char *program);
/* Whether a key, as KEYCTL_DESCRIBE tells of it ("type;uid;gid;permissions;description"), asks for the user or the
 * group root of any domain; *ret_user tells which, if so. */
bool idmap_is_root(struct sv key, bool *ret_user);
/* request-key create KEY UID GID KEYRING KEYRING KEYRING. *ret_user: it was the user root, which a kernel asks for
 * once. E_FAIL for keys that are not for the initrd to make. */
int idmap_answer(int argc, char **argv, bool *ret_user, struct err *e);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * kindling-netroot.service: waits for a DHCP lease that says where the root is, leaves it as words in
 * NETROOT_LATE_FILE, has systemd run the generators again, and starts what they then write.
 */
#pragma once

#include "base/err.h"

/* root: a descriptor of "/". E_NOTFOUND when no lease said it in time. */
int lease_find_root(int root, struct err *e);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Keeps an NBD device alive. The kernel holds the connection by itself (nbd-client's netlink mode) but does not
 * know how to make a new one; and nbd-client's other mode, which does, is stopped for a moment when systemd
 * switches roots, upon which the kernel gives the device up. So a process of ours waits for the kernel's word
 * that a connection is dead, and brings it a new one. It does nothing else, needs no file, and may be stopped
 * and continued.
 */
#pragma once

#include <stdint.h>

#include "base/err.h"

/* Does not return but for an error of the first calls. */
int nbd_keep(uint32_t index, const char *server, const char *port, const char *export,
	     struct err *e);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Programs that kindling-netroot calls as a service. */
#pragma once

#include <netdb.h>

#include "base/err.h"
#include "base/strbuf.h"

/* getaddrinfo(3) for TCP; at last each kind of address by itself: some name servers refuse to answer for one of
 * them, and then the C library knows none. For freeaddrinfo. */
int run_resolve(const char *name, const char *port, struct addrinfo **ret);
/* 0, or the errno of connect(2) for the last one, when the kernel knows no way to any of them. Nothing is sent. */
int run_route(const struct addrinfo *all);
/* argv[0] is looked up in PATH. E_FAIL when it does not succeed. */
int run(char *const *argv, struct err *e);
/* The same, with what it prints; at most 64 KiB of it. */
int run_read(char *const *argv, struct strbuf *ret, struct err *e);
/* Repeats argv, with a pause in between, until it succeeds; 0 seconds: for ever. Words that begin with
 * "$ISCSI_" are taken from the environment. */
int run_retry(unsigned seconds, unsigned pause, char **argv, struct err *e);

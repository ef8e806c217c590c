#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016 # $0 and $@ are for the shell in quotes
# kindling-netroot reach: a server can be asked when it has an address and the kernel knows a way to it. In a root
# and a network of its own.
. "$(dirname "$0")/../lib/testlib.sh"

NETROOT=${NETROOT:-$TOP/build/netroot/$(uname -m)/kindling-netroot}
need unshare ip
mkdir -p "$T/root/etc"
echo "options timeout:1 attempts:1" >"$T/root/etc/resolv.conf"
install -m 755 "$NETROOT" "$T/root/netroot" || bail "no program '$NETROOT'"

# reach COMMANDS SERVER...: after these commands in the new network
reach() {
	local commands=$1
	shift
	run unshare --map-root-user --net sh -c "PATH=\$PATH:/usr/sbin:/sbin; $commands"' && exec chroot "$0" /netroot reach "$@"' \
		"$T/root" "$@"
}

reach : 10.0.0.1
isnt "$status" 0 'without a network nothing can be reached'
is "$stdout" '10.0.0.1: Network unreachable' 'and it is said'
up='ip link set lo up'
reach "$up" 127.0.0.1
status_is 0 'an address on an interface that is up'
reach "$up && ip address add 10.1.0.2/24 dev lo" 10.1.0.9 ::1
status_is 0 'addresses of its networks, of both kinds'
reach "$up && ip address add 10.1.0.2/24 dev lo" 10.1.0.9 10.2.0.9
is "$status:$stdout" '1:10.2.0.9: Network unreachable' 'one without a route fails all'
reach "$up" nosuch.invalid
isnt "$status" 0 'a name without an address'
like "$stdout" '^nosuch\.invalid: ' 'and it is said'
done_testing

#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A root over NBD stays alive: the root's own network service takes over, a lease of 60 s is renewed, the server is
# away for a while, and an ordinary poweroff ends.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/boot/lib.sh"
. "$TOP/tests/boot/netlib.sh"

net_setup trixie
net_lan
net_disk "$T/disk"
nbd_start "$T/disk" root
dhcp_start
net_image nbd networkd nbd

# shellcheck disable=SC2317 # the guest asks for it
nbd_restart() { net_kill qemu-nbd && sleep 3 && nbd_start "$T/disk" root; }
BOOT_HOOK=(nbd_restart)
net_alive nbd-alive network,restart "$T/nbd.img" 'root=nbd:10.9.0.1:root:ext4 rw' '^/dev/nbd0$' ext4
done_testing

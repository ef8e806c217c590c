#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A root on the network stays alive: the root's own network service takes over, a lease of 60 s is renewed, 20 MB
# are written and read back, the iSCSI server is away for a while, and an ordinary poweroff ends.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/boot/lib.sh"
. "$TOP/tests/boot/netlib.sh"

net_setup trixie
net_lan
net_root_tree "$NET_ROOT" "$T/tree"
nfs_start "$T/tree"
net_disk "$T/disk"
iscsi_start "$T/disk"
dhcp_start
net_image alive networkd nfs iscsi

net_alive nfs4-alive network "$T/alive.img" 'root=nfs:10.9.0.1:/root:vers=4.1 rw' '^10\.9\.0\.1:/root$' nfs4

# shellcheck disable=SC2317 # the guest asks for it
iscsi_restart() { net_kill tgtd && sleep 3 && iscsi_start "$T/disk"; }
BOOT_HOOK=(iscsi_restart)
net_alive iscsi-alive network,restart "$T/alive.img" "root=UUID=$(boot_root_uuid "$T/disk") rw \
netroot=iscsi:10.9.0.1::3260:1:$TARGET rd.iscsi.initiator=iqn.2026-01.test.kindling:guest" '^/dev/sda$' ext4
done_testing

#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Roots over NFS and iSCSI by NetworkManager, from one image; the second over a bond of two interfaces.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/boot/lib.sh"
. "$TOP/tests/boot/netlib.sh"

net_setup trixie
net_lan
net_tap tap1
net_root_tree "$NET_ROOT" "$T/tree"
nfs_start "$T/tree"
net_disk "$T/disk"
iscsi_start "$T/disk"
# NetworkManager is gone when the root is reached, and this root has none of its own to renew the lease
NET_LEASE=3600 dhcp_start
net_image nm network nfs iscsi

net_boot nm-nfs4 "$T/nm.img" 'root=nfs:10.9.0.1:/root:vers=4.1 rw' '^10\.9\.0\.1:/root$' nfs4
net_boot nm-iscsi-bond "$T/nm.img" "root=UUID=$(boot_root_uuid "$T/disk") rw netroot=iscsi:10.9.0.1::3260:1:$TARGET \
bond=bond0:enp0s1,enp0s2:mode=active-backup,miimon=100 ip=bond0:dhcp" '^/dev/sda$' ext4 \
	-netdev tap,id=n1,ifname=tap1,script=no,downscript=no -device virtio-net-pci,netdev=n1,mac=52:54:00:09:00:11
done_testing

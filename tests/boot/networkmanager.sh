#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Roots over NFS (in a folder named by the guest's address) and iSCSI (over a bond of two interfaces) by NetworkManager,
# from one image.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/boot/lib.sh"
. "$TOP/tests/boot/netlib.sh"

net_setup trixie
NET_ROOT=$("$BOOT_DIR/make-root" trixie-nm-amd64) || bail 'no root file system with NetworkManager'
BOOT_ROOT_NETWORK=NetworkManager
net_lan
net_tap tap1
net_root_tree "$NET_ROOT" "$T/tree"
nfs_start "$T/tree" /roots/10.9.0.51
net_disk "$T/disk"
iscsi_start "$T/disk"
# NetworkManager of the initrd is gone when the root is reached; the root's own, which takes a minute or two
# here to start from such a root, has to be there before the lease runs out
NET_LEASE=600 dhcp_start 'static_lease 52:54:00:09:00:10 10.9.0.51'
net_image nm network nfs iscsi

net_alive nm-nfs4 takeover "$T/nm.img" 'root=nfs:10.9.0.1:/roots/%s:vers=4.1 rw' '^10\.9\.0\.1:/roots/10\.9\.0\.51$' nfs4
net_alive nm-iscsi-bond takeover "$T/nm.img" "root=UUID=$(boot_root_uuid "$T/disk") rw netroot=iscsi:10.9.0.1::3260:1:$TARGET \
bond=bond0:enp0s1,enp0s2:mode=active-backup,miimon=100 ip=bond0:dhcp" '^/dev/sda$' ext4 \
	-netdev tap,id=n1,ifname=tap1,script=no,downscript=no -device virtio-net-pci,netdev=n1,mac=52:54:00:09:00:11
done_testing

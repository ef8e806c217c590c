#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The configuration folder of the talk about mkosi-initrd (data/talk), given as it is: 20-network.conf, 30-nfs.conf and
# 30-iscsi.conf, with the talk's units for NetworkManager. The image boots from NFS and from iSCSI.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/boot/lib.sh"
. "$TOP/tests/boot/netlib.sh"

net_setup trixie
net_lan
net_root_tree "$NET_ROOT" "$T/tree"
nfs_start "$T/tree"
net_disk "$T/disk"
iscsi_start "$T/disk"
# NetworkManager is gone when the root is reached, and this root has none of its own to renew the lease
NET_LEASE=3600 dhcp_start
# nm-config-initrd, nm-initrd and nm-wait-online-initrd are the talk's, and recipe network's
cp -a "$TOP/tests/boot/data/talk" "$T/talk"
cp -a "$TOP/recipes/network/mkosi.extra/." "$T/talk/mkosi.extra/"
net_image talk "$T/talk"

net_alive talk-nfs4 '' "$T/talk.img" 'root=nfs:10.9.0.1:/root:vers=4.1 rw ip=dhcp' '^10\.9\.0\.1:/root$' nfs4
net_alive talk-iscsi '' "$T/talk.img" \
	"root=UUID=$(boot_root_uuid "$T/disk") rw netroot=iscsi:10.9.0.1::3260:1:$TARGET ip=dhcp" '^/dev/sda$' ext4
done_testing

#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Debian 12 (kernel 6.1, systemd 252): roots over NFS and iSCSI, from one image.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/boot/lib.sh"
. "$TOP/tests/boot/netlib.sh"

# networkd asks for the family of wireless messages, which loads cfg80211; there is no wireless network here, and no
# table of its frequencies
BOOT_ALLOWED=('kernel: platform regulatory\.0: firmware: failed to load regulatory\.db'
	'kernel: firmware_class: See https://wiki\.debian\.org/Firmware ')

net_setup bookworm
net_lan
net_root_tree "$NET_ROOT" "$T/tree"
nfs_start "$T/tree"
net_disk "$T/disk"
iscsi_start "$T/disk"
dhcp_start
net_image bookworm networkd nfs iscsi

net_alive bookworm-nfs4 takeover "$T/bookworm.img" 'root=nfs:10.9.0.1:/root:vers=4.1 rw' '^10\.9\.0\.1:/root$' nfs4
net_alive bookworm-iscsi takeover "$T/bookworm.img" \
	"root=UUID=$(boot_root_uuid "$T/disk") rw netroot=iscsi:10.9.0.1::3260:1:$TARGET ip=dhcp" '^/dev/sda$' ext4
done_testing

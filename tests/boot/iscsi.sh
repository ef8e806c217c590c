#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A root over iSCSI without passwords: by the command line, and from firmware (iBFT), whose table says how the
# network is set up, too.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/boot/lib.sh"
. "$TOP/tests/boot/netlib.sh"

net_setup trixie
net_disk "$T/disk"
iscsi_start "$T/disk"
net_image iscsi networkd iscsi

net_alive iscsi takeover "$T/iscsi.img" "root=iscsi:10.0.2.2::3260:1:$TARGET rw rd.iscsi.initiator=iqn.2026-01.test.kindling:guest" \
	'^/dev/sda$' ext4

# iPXE takes the address by DHCP, logs in and leaves the table; kernel and initrd come by TFTP.
mkdir "$T/tftp"
cp "$T/vmlinuz" "$T/iscsi.img" "$T/tftp/"
cat >"$T/tftp/boot.ipxe" <<X
#!ipxe
set initiator-iqn iqn.2026-01.test.kindling:firmware
sanhook --drive 0x80 iscsi:10.0.2.2::3260:1:$TARGET
kernel tftp://10.0.2.2/vmlinuz $(boot_cmdline amd64 | paste -sd' ') root=LABEL=rigroot rw rd.iscsi.firmware=1
initrd tftp://10.0.2.2/iscsi.img
boot
X
BOOT_FIRMWARE=1 BOOT_MEMORY=1024
NET_NIC=(-M 'pc,graphics=off' -boot n -netdev "user,id=n0,tftp=$T/tftp,bootfile=boot.ipxe" -device 'virtio-net-pci,netdev=n0')
net_boot iscsi-ibft "$T/iscsi.img" '' '^/dev/sda$' ext4
journal=$(tr -d '\r\0' <"$BUILD/boot/iscsi-ibft/journal.log")
like "$journal" 'kindling-netroot\[[0-9]+\]: kindling-netroot: 1 interface in the firmware.s iSCSI table' \
	"the network is the table's"
done_testing

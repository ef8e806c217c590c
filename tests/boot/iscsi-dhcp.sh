#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A root over iSCSI that only the DHCP server names.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/boot/lib.sh"
. "$TOP/tests/boot/netlib.sh"

net_setup trixie
net_lan
net_disk "$T/disk"
iscsi_start "$T/disk"
net_image iscsi networkd iscsi

dnsmasq_start "--dhcp-option=option:root-path,iscsi:10.9.0.1::3260:1:$TARGET"
net_alive dhcp-root-path-iscsi takeover "$T/iscsi.img" 'root=dhcp rw' '^/dev/sda$' ext4
done_testing

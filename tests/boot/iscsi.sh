#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A root over iSCSI without passwords: the whole disk that the command line names.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/boot/lib.sh"
. "$TOP/tests/boot/netlib.sh"

net_setup trixie
net_disk "$T/disk"
iscsi_start "$T/disk"
net_image iscsi networkd iscsi

net_boot iscsi "$T/iscsi.img" "root=iscsi:10.0.2.2::3260:1:$TARGET rw rd.iscsi.initiator=iqn.2026-01.test.kindling:guest" \
	'^/dev/sda$' ext4

done_testing

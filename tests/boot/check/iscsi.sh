#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A root over iSCSI: the target on the command line, with and without passwords.
. "$(dirname "$0")/../../lib/testlib.sh"
. "$TOP/tests/boot/lib.sh"
. "$TOP/tests/boot/netlib.sh"

net_setup trixie
net_disk "$T/disk"
uuid=$(boot_root_uuid "$T/disk")
iscsi_start "$T/disk" kindler 'secret phrase' kindled 'other secret'
net_image iscsi networkd iscsi

net_boot iscsi-chap "$T/iscsi.img" "root=UUID=$uuid rw netroot=iscsi:10.0.2.2::3260:1:$TARGET \
rd.iscsi.initiator=iqn.2026-01.test.kindling:guest rd.iscsi.username=kindler \
\"rd.iscsi.password=secret phrase\" rd.iscsi.in.username=kindled \"rd.iscsi.in.password=other secret\"" '^/dev/sda$' ext4
like "$(tr -d '\r\0' <"$BUILD/boot/iscsi-chap/journal.log")" "iSCSI session[0-9]+: $TARGET" 'the session is in the journal'
done_testing

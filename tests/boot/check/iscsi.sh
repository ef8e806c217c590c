#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A root over iSCSI: the target and its passwords on the command line; and all of it baked in, but the passwords, which
# the machine has as a credential.
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

mkdir "$T/baked"
cat >"$T/baked/mkosi.conf" <<X
[Content]
NetrootDefaults=root=UUID=$uuid rw netroot=iscsi:10.0.2.2::3260:1:$TARGET rd.iscsi.initiator=iqn.2026-01.test.kindling:guest
X
net_image baked networkd iscsi "$T/baked"
words='rd.iscsi.username=kindler "rd.iscsi.password=secret phrase" rd.iscsi.in.username=kindled "rd.iscsi.in.password=other secret"'
net_boot iscsi-baked "$T/baked.img" '' '^/dev/sda$' ext4 -smbios "type=11,value=io.systemd.credential:kindling.netroot=$words"
journal=$(tr -d '\r\0' <"$BUILD/boot/iscsi-baked/journal.log")
like "$journal" "iSCSI session[0-9]+: $TARGET" 'the session is in the journal'
unlike "$journal" 'secret' 'and no password'
done_testing

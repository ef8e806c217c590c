#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Roots over iSCSI by systemd-networkd: one that stays alive while its target is restarted, and one that only
# the DHCP server names.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/boot/lib.sh"
. "$TOP/tests/boot/netlib.sh"

net_setup trixie
net_lan
net_disk "$T/disk"
uuid=$(boot_root_uuid "$T/disk")
iscsi_start "$T/disk"
dhcp_start
net_image iscsi networkd iscsi

# shellcheck disable=SC2317 # the guest asks for it
iscsi_restart() { net_kill tgtd && sleep 3 && iscsi_start "$T/disk"; }
BOOT_HOOK=(iscsi_restart)
net_alive iscsi-alive network,restart "$T/iscsi.img" \
	"root=UUID=$uuid rw netroot=iscsi:10.9.0.1::3260:1:$TARGET rd.iscsi.initiator=iqn.2026-01.test.kindling:guest" \
	'^/dev/sda$' ext4

net_kill udhcpd
dnsmasq_start "--dhcp-option=option:root-path,iscsi:10.9.0.1::3260:1:$TARGET"
net_boot dhcp-root-path-iscsi "$T/iscsi.img" 'root=dhcp rw' '^/dev/sda$' ext4
done_testing

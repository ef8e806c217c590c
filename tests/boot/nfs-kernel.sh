#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A root over NFS 4.2 from the kernel's own server, in a second guest: what users get who say nothing of a version.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/boot/lib.sh"
. "$TOP/tests/boot/netlib.sh"

net_setup trixie
net_lan
net_tap tap1
dhcp_start
net_image server base "$TOP/tests/boot/data/nfs-server"
net_image nfs networkd nfs
net_disk "$T/disk"
net_guest nfs-server "$T/server.img" 'rd.systemd.unit=rig-serve.target net.ifnames=0' \
	-netdev tap,id=n0,ifname=tap1,script=no,downscript=no -device virtio-net-pci,netdev=n0,mac=52:54:00:09:00:02 \
	-drive "file=$T/disk,if=virtio,format=raw"

net_alive nfs42-kernel takeover "$T/nfs.img" 'root=nfs:10.9.0.2:/ rw' '^10\.9\.0\.2:/$' nfs4
like "$(report_value "$BUILD/boot/nfs42-kernel/console.log" ROOT-OPTIONS)" '(^|,)vers=4\.2(,|$)' \
	'version 4.2 is agreed upon'
done_testing

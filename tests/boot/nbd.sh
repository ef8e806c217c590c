#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A root over NBD, by the name of an export; in initramfs-tools' words (alive-nbd.sh has dracut's).
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/boot/lib.sh"
. "$TOP/tests/boot/netlib.sh"

net_setup trixie
net_disk "$T/disk"
nbd_start "$T/disk" root
net_image nbd networkd nbd

net_boot nbd "$T/nbd.img" 'root=/dev/nbd0 rw nbdroot=10.0.2.2,root rd.net.timeout.dhcp=5' '^/dev/nbd0$' ext4
said=$(grep -a "] kindling-netroot: .*rd.net.timeout.dhcp" "$BUILD/boot/nbd/journal.log" | tr -d '\r')
like "$said" "'rd.net.timeout.dhcp=5': systemd-networkd repeats requests by itself; ignored\$" \
	'a word that the network service does not know is named'
is "$(grep -c . <<<"$said")" 1 'once'
done_testing

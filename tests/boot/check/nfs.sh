#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A root over NFS 4.1 from a real server, by systemd-networkd.
. "$(dirname "$0")/../../lib/testlib.sh"
. "$TOP/tests/boot/lib.sh"
. "$TOP/tests/boot/netlib.sh"

net_setup trixie
net_root_tree "$NET_ROOT" "$T/tree"
nfs_start "$T/tree"
net_image nfs networkd nfs

net_boot nfs4-dhcp "$T/nfs.img" 'root=nfs:10.0.2.2:/root:vers=4.1 rw' '^10\.0\.2\.2:/root$' nfs4
done_testing

#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Roots over NFS 4.1 and 3 by systemd-networkd, from one image: addresses from the command line, from a DHCP
# server, and a root that only the DHCP server names.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/boot/lib.sh"
. "$TOP/tests/boot/netlib.sh"

net_setup trixie
net_lan
net_root_tree "$NET_ROOT" "$T/tree"
nfs_start "$T/tree"
dhcp_start
net_image nfs networkd nfs
v3=vers=3,port=2049,mountport=20048,proto=tcp,mountproto=tcp

net_boot nfs4-dhcp "$T/nfs.img" 'root=nfs:10.9.0.1:/root:vers=4.1 rw' '^10\.9\.0\.1:/root$' nfs4
net_boot nfs3-dhcp "$T/nfs.img" "root=nfs:10.9.0.1:$T/tree:$v3 rw ip=dhcp" "^10\\.9\\.0\\.1:$T/tree\$" nfs
net_boot nfs4-static "$T/nfs.img" 'root=/dev/nfs nfsroot=10.9.0.1:/root,vers=4.1 rw ip=10.9.0.20::10.9.0.1:24:rig:enp0s1:none' \
	'^10\.9\.0\.1:/root$' nfs4
net_boot nfs3-static "$T/nfs.img" "root=nfs:10.9.0.1:$T/tree:$v3 rw ip=10.9.0.20::10.9.0.1:255.255.255.0::enp0s1:off" \
	"^10\\.9\\.0\\.1:$T/tree\$" nfs

# root-path (option 17), with options and without a server
net_kill udhcpd
dnsmasq_start '--dhcp-option=option:root-path,nfs:10.9.0.1:/root:vers=4.1'
net_boot dhcp-root-path "$T/nfs.img" 'root=dhcp rw' '^10\.9\.0\.1:/root$' nfs4
done_testing

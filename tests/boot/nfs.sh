#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Roots over NFS 4.1 and 3 by systemd-networkd, from one image: addresses from the command line, from a DHCP
# server, a path and a server that ip= names, and a root that only the DHCP server names; that one from a server that
# gives owners by name.
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
net_boot nfs4-static "$T/nfs.img" 'boot=nfs nfsroot=10.9.0.1:/root,vers=4.1 rw ip=10.9.0.20::10.9.0.1:24:rig:enp0s1:none' \
	'^10\.9\.0\.1:/root$' nfs4
net_alive nfs3-static takeover "$T/nfs.img" "root=nfs:$T/%s:$v3 rw ip=10.9.0.20:10.9.0.1:10.9.0.1:255.255.255.0:tree:enp0s1:off" \
	"^10\\.9\\.0\\.1:$T/tree\$" nfs

# root-path (option 17), with options and the name of a server
net_kill udhcpd
net_kill ganesha.nfsd
net_kill rpcbind
NFS_NAMES=yes nfs_start "$T/tree"
dnsmasq_start --address=/nfs.rig.test/10.9.0.1 '--dhcp-option=option:root-path,nfs:nfs.rig.test:/root:vers=4.1'
net_alive dhcp-root-path takeover "$T/nfs.img" 'root=dhcp rw' '^nfs\.rig\.test:/root$' nfs4
like "$(tr -d '\0' <"$BUILD/boot/dhcp-root-path/journal.log")" 'kindling-netroot: the NFS server names the owners of files' \
	'names of owners are told'
done_testing

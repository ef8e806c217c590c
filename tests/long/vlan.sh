#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A root over NFS behind a VLAN: the guest's interface carries its frames with a tag, and nothing else answers.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/boot/lib.sh"
. "$TOP/tests/boot/netlib.sh"

net_setup trixie
net_lan
"${BOOT_NS[@]}" ip link add link lan0 name lan0.5 type vlan id 5 && "${BOOT_NS[@]}" ip address add 10.9.5.1/24 dev lan0.5 &&
	"${BOOT_NS[@]}" ip link set lan0.5 up || bail 'no VLAN in the network namespace'
"${BOOT_NS[@]}" ip address flush dev lan0
net_root_tree "$NET_ROOT" "$T/tree"
nfs_start "$T/tree"
net_image vlan networkd nfs

net_boot vlan-nfs4 "$T/vlan.img" \
	'root=nfs:10.9.5.1:/root:vers=4.1 rw vlan=vlan5:enp0s1 ip=10.9.5.9:::255.255.255.0::vlan5:none' '^10\.9\.5\.1:/root$' nfs4
done_testing

#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A root over NFS in a VLAN: the server, the kernel of a second guest, answers to frames with its tag only.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/boot/lib.sh"
. "$TOP/tests/boot/netlib.sh"

net_setup trixie
unit=mkosi.extra/usr/lib/systemd/system/rig-nfsd.service
cp -a "$TOP/tests/boot/data/nfs-server" "$T/server"
sed -i 's/^KernelModules=/&8021q\n&/' "$T/server/mkosi.conf"
ip=ExecStartPre=/usr/sbin/ip
sed -i -e "s,^$ip address add .* eth0\$,&.5," -e "s,^$ip link set lo up\$,&\n$ip link add link eth0 name eth0.5 type vlan id 5," \
	-e "s,^$ip link set eth0 up\$,&\n$ip link set eth0.5 up," "$T/server/$unit"
is "$(grep -c 'eth0\.5' "$T/server/$unit")" 3 'the server is told of its VLAN'
net_image server base "$T/server"
net_image vlan networkd nfs
net_disk "$T/disk"

# The link between the guests is a pair of UDP ports: the host's kernel may know nothing of VLANs.
link() { NET_NIC=(-netdev "socket,id=n0,udp=127.0.0.1:$2,localaddr=127.0.0.1:$1"
	-device "virtio-net-pci,netdev=n0,mac=52:54:00:09:00:$3"); }
link 5001 5002 02
net_guest vlan-server "$T/server.img" 'rd.systemd.unit=rig-serve.target net.ifnames=0' "${NET_NIC[@]}" \
	-drive "file=$T/disk,if=virtio,format=raw"
link 5002 5001 10
net_alive vlan-nfs42 takeover "$T/vlan.img" 'root=nfs:10.9.0.2:/ rw vlan=vlan5:enp0s1 ip=10.9.0.9:::255.255.255.0::vlan5:none' \
	'^10\.9\.0\.2:/$' nfs4
done_testing

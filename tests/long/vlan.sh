#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A root over NVMe/TCP in a VLAN: the target answers to frames with its tag only.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/boot/lib.sh"
. "$TOP/tests/boot/netlib.sh"

net_setup trixie
# The link between the guests is a pair of UDP ports: the host's kernel may know nothing of VLANs.
NET_NIC=(-netdev 'socket,id=n0,udp=127.0.0.1:5001,localaddr=127.0.0.1:5002'
	-device 'virtio-net-pci,netdev=n0,mac=52:54:00:09:00:10')
net_disk "$T/disk"
net_image vlan networkd nvme-tcp
nvmet_image
nvmet_start "$T/disk" rig_vlan=5 socket,udp=127.0.0.1:5002,localaddr=127.0.0.1:5001

net_boot vlan-nvme "$T/vlan.img" "root=LABEL=rigroot rw rd.nvmf.discover=tcp,10.9.0.2,,4420 \
vlan=vlan5:enp0s1 ip=10.9.0.9:::255.255.255.0::vlan5:none" '^/dev/nvme[0-9]n1$' ext4
done_testing

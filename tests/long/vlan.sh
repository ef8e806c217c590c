#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A root over NVMe/TCP in a VLAN: the target answers to frames with its tag only.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/boot/lib.sh"
. "$TOP/tests/boot/netlib.sh"

net_setup trixie
net_lan
net_tap tap1
net_disk "$T/disk"
net_image vlan networkd nvme-tcp
nvmet_image
nvmet_start "$T/disk" rig_vlan=5

net_boot vlan-nvme "$T/vlan.img" "root=LABEL=rigroot rw rd.nvmf.discover=tcp,10.9.0.2,,4420 \
vlan=vlan5:enp0s1 ip=10.9.0.9:::255.255.255.0::vlan5:none" '^/dev/nvme[0-9]n1$' ext4
done_testing

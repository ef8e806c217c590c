#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A root over NVMe/TCP, by discovery. The target is the kernel of a second guest, whose initrd kindling makes, too.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/boot/lib.sh"
. "$TOP/tests/boot/netlib.sh"

nvme_setup

net_boot nvme "$T/nvme.img" 'root=LABEL=rigroot rw rd.nvmf.discover=tcp,10.9.0.2,,4420 ip=10.9.0.9:::255.255.255.0:::none' \
	'^/dev/nvme[0-9]n1$' ext4
done_testing

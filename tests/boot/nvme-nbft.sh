#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A root over NVMe/TCP that firmware has found: interface, addresses and subsystem are in its table (NBFT), the kernel
# command line has none of them.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/boot/lib.sh"
. "$TOP/tests/boot/netlib.sh"

need python3
nvme_setup
"$TOP/tests/tools/make-nbft" "$T/nbft" nic:mac=52:54:00:09:00:10,address=10.9.0.10,prefix=24 \
	"subsystem:address=10.9.0.2,nqn=$NQN" || bail 'no table'

net_alive nvme-nbft takeover "$T/nvme.img" 'root=LABEL=rigroot rw' '^/dev/nvme[0-9]n1$' ext4 -acpitable "file=$T/nbft"
like "$(tr -d '\r\0' <"$BUILD/boot/nvme-nbft/journal.log")" ' nbft0: renamed from ' "the interface has the table's name"
done_testing

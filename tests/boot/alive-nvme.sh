#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A root over NVMe/TCP stays alive while its server is away.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/boot/lib.sh"
. "$TOP/tests/boot/netlib.sh"

nvme_setup

dhcp_start
# shellcheck disable=SC2317 # the guest asks for it
nvme_restart() { net_kill nvmet && sleep 3 && nvmet_start "$T/disk"; }
BOOT_HOOK=(nvme_restart)
net_alive nvme-alive network,restart "$T/nvme.img" 'root=LABEL=rigroot rw rd.nvmf.discover=tcp,10.9.0.2,,4420' \
	'^/dev/nvme[0-9]n1$' ext4
done_testing

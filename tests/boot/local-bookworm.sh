#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# An initrd of Debian 12 boots to its root on a local virtio disk.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/boot/lib.sh"

boot_local bookworm-amd64
done_testing

#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# An initrd of Debian 13 boots to its root on a local virtio disk.
. "$(dirname "$0")/../../lib/testlib.sh"
. "$TOP/tests/boot/lib.sh"

boot_local trixie-amd64
done_testing

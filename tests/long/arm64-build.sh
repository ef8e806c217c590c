#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# An arm64 image of recipe base, built on whatever machine this is: nothing of the packages runs, so
# nothing is emulated.
. "$(dirname "$0")/../lib/testlib.sh"

M=$("$TOP/tests/mirror/get-mirror" trixie-arm64) || bail 'no arm64 mirror'
for jobs in 1 3; do
	run "$KINDLING" build --insecure-no-signature --arch aarch64 --mirror "deb file:$M trixie main" --recipe base \
		--cache none --jobs $jobs -o $jobs.img
	status_is 0 "an arm64 image with --jobs $jobs"
done
same_bytes 1.img 3.img 'the same bytes'
mkdir root && (cd root && zstd -dcq ../1.img | cpio -idm --quiet)
like "$(readelf -h root/usr/lib/systemd/systemd)" 'Machine: +AArch64' 'its programs are for arm64'
kver=$(ls root/usr/lib/modules)
like "$kver" 'arm64$' 'so is its kernel'
run modprobe -d "$T/root/usr" -S "$kver" --show-depends virtio_blk
status_is 0 'its module indexes can be read'
is "$(readlink root/lib64)" '' 'arm64 has no /lib64'
done_testing

#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# An initrd from RPMs, by Fedora's names and layout, boots to its root on a local virtio disk.
. "$(dirname "$0")/../../lib/testlib.sh"
. "$TOP/tests/boot/lib.sh"

need qemu-system-x86_64 mmdebstrap mke2fs blkid flock rpm2cpio cpio
mirror=$("$TOP/tests/mirror/get-rpm-mirror") || bail 'no RPM mirror'
# the kernel of both is Debian's
root=$("$BOOT_DIR/make-root" trixie-amd64) || bail 'no root file system'
uuid=$(boot_root_uuid "$root")
boot_rpm_kernel "$mirror" "$T/vmlinuz" || bail "no kernel in '$mirror'"

run "$KINDLING" build --insecure-no-signature --mirror "rpm file:$mirror/gz" --arch x86_64 --recipe base -o rpm.img
status_is 0 'an initrd from an RPM mirror is built'
[ "$status" = 0 ] || done_testing
diag "initrd: $(stat -c %s rpm.img) bytes"
boot_run amd64 "$BUILD/boot/rpm" "$T/vmlinuz" "$T/rpm.img" "root=UUID=$uuid rw" \
	-drive "file=$root,if=virtio,format=raw,snapshot=on"
boot_judge "$BUILD/boot/rpm" '^/dev/vda$' ext4 rpm
diag "guest uptime at the report: $(report_value "$BUILD/boot/rpm/console.log" ROOT-UPTIME) s"
done_testing

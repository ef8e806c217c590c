#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The rig itself: an initrd with a unit that fails and one that logs an error still reaches its
# root, and the report names both. Were this to pass unnoticed, no other boot test would mean much.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/boot/lib.sh"

need qemu-system-x86_64 mmdebstrap mke2fs blkid dpkg-deb flock cpio zstd
[ -x "$KINDLING" ] || bail "no kindling binary at '$KINDLING'"
mirror=$(boot_mirror trixie-amd64) || bail 'no mirror'
root=$("$BOOT_DIR/make-root" trixie-amd64) || bail 'no root file system'
boot_kernel "$mirror" amd64 "$T/vmlinuz" || bail 'no kernel'

boot_build "$mirror" trixie amd64 "$T/good.img"
status_is 0 'the initrd is built'
[ "$status" = 0 ] || done_testing

# A second archive behind the first: the kernel unpacks both.
units=$T/segment/etc/systemd/system
mkdir -p "$units/sysinit.target.wants"
cat >"$units/rig-fails.service" <<'UNIT'
[Unit]
Description=Boot rig: a unit that fails
DefaultDependencies=no
After=systemd-journald.socket
[Service]
Type=oneshot
ExecStart=/usr/bin/bash -c 'exit 3'
UNIT
cat >"$units/rig-says.service" <<'UNIT'
[Unit]
Description=Boot rig: a unit that logs an error
DefaultDependencies=no
After=systemd-journald.socket
[Service]
Type=oneshot
ExecStart=/usr/bin/bash -c 'echo "<3>rig says error"'
UNIT
ln -s ../rig-fails.service ../rig-says.service "$units/sysinit.target.wants/"
(cd "$T/segment" && find . | sort | cpio --quiet -o -H newc -R 0:0 | zstd -q -3) >"$T/segment.zst"
cat "$T/good.img" "$T/segment.zst" >"$T/bad.img"

dir=$BUILD/boot/negative
boot_run amd64 "$dir" "$T/vmlinuz" "$T/bad.img" "root=UUID=$(boot_root_uuid "$root") rw" \
	-drive "file=$root,if=virtio,format=raw,snapshot=on"
report=$(report_lines "$dir/console.log")
like "$report" '^ROOT-REACHED$' 'root reached all the same'
like "$report" '^INITRD-FAILED-UNIT rig-fails.service$' 'the failed unit is reported'
unlike "$report" '^INITRD-FAILED-UNIT rig-says.service$' 'the other one is not'
like "$report" '^INITRD-JOURNAL-ERROR .*rig says error' 'the logged error is reported'
like "$report" '^INITRD-JOURNAL-ERROR .*Failed to start rig-fails.service' "and so is the manager's"

# The judge's own words, without its count: it must find exactly these faults. systemd carries the failed unit over
# into the root.
(trap - EXIT; _count=0 _failed=0; boot_judge "$dir" '^/dev/vda$' ext4 judged) >"$T/judged"
is "$(grep '^not ok' "$T/judged" | sed 's/.*judged: //' | paste -sd,)" \
	"no unit of the initrd failed,no unit of the root failed,no error in the initrd's journal" \
	'the judge finds these faults and no other'

# A root that does not exist: emergency mode, and no pass.
boot_run amd64 "$dir-noroot" "$T/vmlinuz" "$T/good.img" \
	'root=UUID=00000000-0000-4000-8000-000000000000 rw systemd.default_device_timeout_sec=20' \
	-drive "file=$root,if=virtio,format=raw,snapshot=on"
is "$(cat "$dir-noroot/why")" dead 'a missing root does not end in a report'
(trap - EXIT; _count=0 _failed=0; boot_judge "$dir-noroot" '^/dev/vda$' ext4 judged) >"$T/judged"
like "$(cat "$T/judged")" '^not ok .*root reached' 'nor does it pass'
done_testing

#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The worked example of docs/HOOKS.md: units of a recipe run before the root is mounted, below it, and
# before it is switched to. The document shows these very files.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/boot/lib.sh"

need qemu-system-x86_64 mmdebstrap mke2fs blkid dpkg-deb flock debugfs
recipe=$BOOT_DIR/data/hooks

# every line of an example stands in the document, as it is here
while read -r f; do
	ok "docs/HOOKS.md shows ${f#"$recipe"/}" awk '
		NR == FNR { if ($0 !~ /SPDX/) want[++n] = $0; next }
		{ if ($0 == want[at + 1]) at++; else at = ($0 == want[1]) }
		at == n { found = 1; exit }
		END { exit !found }' "$f" "$TOP/docs/HOOKS.md"
done < <(find "$recipe" -type f | sort)

mirror=$(boot_mirror trixie-amd64) || bail 'no mirror'
root=$("$BOOT_DIR/make-root" trixie-amd64) || bail 'no root file system'
boot_kernel "$mirror" amd64 "$T/vmlinuz" || bail 'no kernel'
boot_build "$mirror" trixie amd64 "$T/initrd.img" --recipe "$recipe"
status_is 0 'the initrd is built'
[ "$status" = 0 ] || done_testing
mke2fs -q -t ext4 -L site-data "$T/data" 32M 2>"$T/mke2fs.log" || bail 'no data disk'

boot_run amd64 "$BUILD/boot/hooks" "$T/vmlinuz" "$T/initrd.img" "root=UUID=$(boot_root_uuid "$root") rw" \
	-drive "file=$root,if=virtio,format=raw,snapshot=on" -drive "file=$T/data,if=virtio,format=raw"
boot_judge "$BUILD/boot/hooks" '^/dev/vd[ab]$' ext4 hooks
is "$(debugfs -R 'cat /stamp' "$T/data" 2>/dev/null)" 'stamped by the initrd' 'the stamp is on the data disk'

# in the order that the document promises
order=$(tr -d '\r\0' <"$BUILD/boot/hooks/journal.log" | sed -nE \
	-e 's/.*systemd\[1\]: Finished site-check.service.*/check/p' \
	-e 's/.*systemd\[1\]: Mounted sysroot.mount.*/root/p' \
	-e 's/.*systemd\[1\]: Mounted sysroot-srv.mount.*/data/p' \
	-e 's/.*systemd\[1\]: Finished site-stamp.service.*/stamp/p' \
	-e 's/.*systemd\[1\]: Starting initrd-cleanup.service.*/cleanup/p' | paste -sd' ')
is "$order" 'check root data stamp cleanup' 'each step in its place'

# without the disk: bounded, and the missing thing is named
boot_run amd64 "$BUILD/boot/hooks-missing" "$T/vmlinuz" "$T/initrd.img" \
	"root=UUID=$(boot_root_uuid "$root") rw systemd.default_device_timeout_sec=15" \
	-drive "file=$root,if=virtio,format=raw,snapshot=on"
isnt "$(cat "$BUILD/boot/hooks-missing/why")" poweroff 'a missing disk stops the boot'
like "$(tr -d '\r\0' <"$BUILD/boot/hooks-missing/console.log")" 'site.?x?2?d?.?data' 'and is named on the console'
done_testing

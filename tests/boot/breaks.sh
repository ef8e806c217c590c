#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# rd.break=pre-mount stops at a shell before the root is mounted, and goes on when the shell is left.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/boot/lib.sh"

need qemu-system-x86_64 mmdebstrap blkid dpkg-deb flock
mirror=$(boot_mirror trixie-net-amd64) || bail 'no mirror'
root=$("$BOOT_DIR/make-root" trixie-amd64) || bail 'no root file system'
boot_kernel "$mirror" amd64 "$T/vmlinuz" || bail 'no kernel'
boot_build "$mirror" trixie amd64 "$T/initrd.img" --recipe networkd
status_is 0 'the initrd is built'
[ "$status" = 0 ] || done_testing

dir=$BUILD/boot/breaks
mkdir -p "$dir"
rm -f "$dir/console.log"
boot_pipe console /dev/null
BOOT_OPTIONS[1]+=",logfile=$dir/console.log"
# The answer is put together by the shell, so that an echo of the question does not count. A shell that is only
# starting may lose what it is asked: once more, then.
# shellcheck disable=SC2016
(boot_wait_for "$dir/console.log" 'breakpoint pre-mount: a shell follows' 1500 &&
	for _ in {1..30}; do
		printf '%s\n' 'echo SHELL-$(systemctl is-active sysroot.mount)-$((6 * 7))' >&"$BOOT_PIPE"
		! boot_wait_for "$dir/console.log" 'SHELL-[a-z]+-42' 8 || break
	done
printf 'exit\n' >&"$BOOT_PIPE") &
BOOT_SERIAL=chardev:console
boot_run amd64 "$dir" "$T/vmlinuz" "$T/initrd.img" "root=UUID=$(boot_root_uuid "$root") rw rd.break=pre-mount" \
	-drive "file=$root,if=virtio,format=raw,snapshot=on" "${BOOT_OPTIONS[@]}"
boot_judge "$dir" '^/dev/vda$' ext4 breaks
like "$(tr -d '\r\0' <"$dir/console.log")" 'SHELL-inactive-42' 'the shell runs before the root is mounted'
done_testing

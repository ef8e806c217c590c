#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A root on a disk with two paths, put together by multipathd; one path goes away while the root writes, and nothing
# that was written is lost.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/boot/lib.sh"
. "$TOP/tests/boot/netlib.sh"

need qemu-system-x86_64 mmdebstrap debugfs flock
NET_MIRROR=$(boot_mirror trixie-net-amd64) || bail 'no mirror'
NET_ROOT=$("$BOOT_DIR/make-root" trixie-amd64) || bail 'no root file system'
boot_kernel "$NET_MIRROR" amd64 "$T/vmlinuz" || bail 'no kernel'

# Runs in the root before its report: writes until a path is gone, and a while longer.
cat >"$T/writer" <<'X'
exec >/dev/console 2>&1
disk=$(basename "$(readlink -f "$(findmnt -no SOURCE /)")")
live() { cat /sys/block/"$disk"/slaves/*/device/state 2>/dev/null | grep -c running; }
echo "PATHS $(live)"
head -c 1M /dev/urandom >/run/block
after=0
for i in $(seq 400); do
	{ echo "$i"; cat /run/block; } >"/var/tmp/block.$i" && sync -f "/var/tmp/block.$i" || echo "WRITE-FAILED $i"
	[ "$i" != 3 ] || echo WRITING
	[ "$(live)" = 2 ] || after=$((after + 1))
	[ "$after" -lt 20 ] || break
	[ "$after" -gt 0 ] || rm -f "/var/tmp/block.$((i - 20))"
	sleep 0.2
done
echo "PATHS-LATER $(live)"
echo 3 >/proc/sys/vm/drop_caches
good=0 bad=0
for f in /var/tmp/block.*; do
	if { echo "${f##*.}"; cat /run/block; } | cmp -s - "$f"; then good=$((good + 1)); else bad=$((bad + 1)); fi
done
echo "BLOCKS good $good bad $bad"
X
cat >"$T/drop-in" <<'X'
[Service]
ExecStartPre=/bin/bash /usr/local/sbin/rig-writer
X
net_disk "$T/disk"
debugfs -w -f /dev/stdin "$T/disk" >"$T/debugfs.log" 2>&1 <<X
write $T/writer /usr/local/sbin/rig-writer
mkdir /etc/systemd/system/rig.service.d
write $T/drop-in /etc/systemd/system/rig.service.d/writer.conf
X

net_image multipath multipath

# What one server calls two ports: both controllers have the same disk, by its number.
NET_NIC=()
for i in 0 1; do
	NET_NIC+=(-device "virtio-scsi-pci,id=s$i"
		-drive "file=$T/disk,if=none,id=d$i,format=raw,file.locking=off"
		-device "scsi-hd,id=path$i,drive=d$i,bus=s$i.0,serial=KINDLING0,wwn=0x5000c500deadbeef,share-rw=on")
done
boot_pipe monitor "$T/monitor.log"
dir=$BUILD/boot/multipath
rm -f "$dir/console.log"
(boot_wait_for "$dir/console.log" '^WRITING' 1500 && echo 'device_del path0' >&"$BOOT_PIPE") &
net_alive multipath '' "$T/multipath.img" 'root=LABEL=rigroot rw' '^/dev/mapper/mpatha$' ext4 \
	"${BOOT_OPTIONS[@]}" -mon chardev=monitor
log=$(tr -d '\r\0' <"$dir/console.log")
like "$log" '^PATHS 2$' 'both paths are live'
like "$log" '^PATHS-LATER 1$' 'one path went away while the root was writing'
unlike "$log" '^WRITE-FAILED' 'no write failed'
like "$log" '^BLOCKS good [2-9][0-9] bad 0$' 'nothing is lost'
done_testing

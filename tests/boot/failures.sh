#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Boots that cannot succeed end in bounded time in emergency mode, and one line on the console says what failed,
# what was tried and why.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/boot/lib.sh"
. "$TOP/tests/boot/netlib.sh"

net_setup trixie
truncate -s 8M "$T/disk"
mkdir "$T/tree"
nfs_start "$T/tree"
iscsi_start "$T/disk"
nbd_start "$T/disk" root
net_image all networkd nfs iscsi nbd
net_image nm network nfs

names=() lines=() pids=()
# fails NAME LINE CMDLINE [QEMU-OPTION...]: starts the boot of $image; LINE is what it must say (regular expression)
image='all'
fails() {
	local name=$1 line=$2 cmdline=$3
	shift 3
	names+=("$name") lines+=("$line")
	boot_run amd64 "$BUILD/boot/fails-$name" "$T/vmlinuz" "$T/$image.img" "$cmdline" "${NET_NIC[@]}" "$@" &
	pids+=($!)
}

fails syntax "'nfs:10\.0\.2\.2': expected nfs:\[SERVER:\]/PATH\[:OPTIONS\]" 'root=nfs:10.0.2.2 rw'
fails nfs-export 'could not mount 10\.0\.2\.2:/nosuch over NFS; .*No such file or directory' \
	'root=nfs:10.0.2.2:/nosuch:vers=4.1 rw rd.retry=30'
# its link is pulled before it starts
boot_pipe monitor "$T/monitor.log"
fails carrier 'the network did not come up; waited for up to 30s \([a-z0-9]+: no carrier\)' \
	'root=nfs:10.0.2.2:/root:vers=4.1 rw rd.timeout=30' -S "${BOOT_OPTIONS[@]}" -mon chardev=monitor
printf 'set_link n0 off\ncont\n' >&"$BOOT_PIPE"
fails nfs-server 'could not mount 10\.0\.2\.2:/root over NFS; .*[Cc]onnection refused' \
	'root=nfs:10.0.2.2:/root:vers=4.1,port=2050 rw rd.retry=30'
fails iscsi-target "could not log in to iSCSI target iqn\.2026-01\.test\.kindling:nosuch at 10\.0\.2\.2 port 3260; .*" \
	'root=iscsi:10.0.2.2::3260:1:iqn.2026-01.test.kindling:nosuch rw rd.retry=15 rd.timeout=240'
fails iscsi-server "could not log in to iSCSI target $TARGET at 10\.0\.2\.2 port 3261; .*" \
	"root=iscsi:10.0.2.2::3261:1:$TARGET rw rd.retry=15 rd.timeout=240"
# the time of a device begins with the boot
fails iscsi-disk "the root's device /dev/disk/by-label/nosuch did not appear" \
	"root=LABEL=nosuch rw netroot=iscsi:10.0.2.2::3260:1:$TARGET rd.timeout=120"
fails lease "the network's lease does not say where the root is \(root=dhcp\); .* has no root-path" \
	'root=dhcp rw rd.timeout=45'
fails nbd-server 'could not connect to NBD server 10\.0\.2\.2 port 10810, export root; .*[Cc]onnection refused' \
	'root=/dev/nbd0 nbdroot=10.0.2.2:10810/root rw rd.retry=15 rd.timeout=240'
fails firmware 'could not log in to the iSCSI target that firmware set up; .*the firmware left no iSCSI table' \
	'root=LABEL=nosuch rw rd.iscsi.firmware=1 ip=dhcp rd.timeout=60'
fails name 'could not find a route to nosuch\.test; .*nosuch\.test: ' 'root=nosuch.test:/root rw rd.retry=15 rd.timeout=240'
fails nbd-export 'could not connect to NBD server 10\.0\.2\.2 port 10809, export nosuch; .*' \
	'root=nbd:10.0.2.2:nosuch:ext4 rw rd.retry=15 rd.timeout=240'
# a network on which nobody answers, with both services
NET_NIC=(-netdev 'hubport,id=n0,hubid=1' -device 'virtio-net-pci,netdev=n0')
fails no-answer 'the network did not come up; waited for up to 30s$' 'root=nfs:10.0.2.2:/root:vers=4.1 rw rd.timeout=30'
image='nm'
fails nm-no-answer 'the network did not come up; waited for up to 60s$' 'root=nfs:10.0.2.2:/root:vers=4.1 rw rd.timeout=60'

for i in "${!names[@]}"; do
	dir=$BUILD/boot/fails-${names[i]}
	wait "${pids[i]}"
	is "$(cat "$dir/why")" dead "${names[i]}: emergency mode, in bounded time"
	said=$(tr -d '\r\0' <"$dir/console.log" | grep -ao 'kindling-netroot: no root: .*')
	diag "$said"
	like "$said" "^kindling-netroot: no root: ${lines[i]}" "${names[i]}: what failed is said"
	is "$(grep -c . <<<"$said")" 1 "${names[i]}: once"
	is "$(report_lines "$dir/console.log")" '' "${names[i]}: no root is reached"
done
done_testing

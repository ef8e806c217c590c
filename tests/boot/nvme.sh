#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A root over NVMe/TCP. The target is the kernel of a second guest, whose initrd kindling makes, too.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/boot/lib.sh"
. "$TOP/tests/boot/netlib.sh"

NQN=nqn.2026-01.test.kindling:root

# A few programs, the modules, and a script that sets the target up by configfs.
mkdir -p "$T/target/mkosi.extra"
cat >"$T/target/mkosi.conf" <<'X'
[Config]
Base=no

[Content]
Packages=bash,coreutils,iproute2,kmod,mount
KernelPackage=linux-image-amd64
KernelModules=configfs,nvmet-tcp,virtio_blk,virtio_net
X
cat >"$T/target/mkosi.extra/init" <<X
#!/bin/bash
export PATH=/usr/sbin:/usr/bin
mkdir -p /proc /sys /dev
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
modprobe -a virtio_net virtio_blk configfs nvmet-tcp
mount -t configfs config /sys/kernel/config
until [ -b /dev/vda ] && [ -e /sys/class/net/eth0 ]; do sleep 0.2; done
ip link set lo up
ip address add 10.9.0.1/24 dev eth0
ip link set eth0 up
cd /sys/kernel/config/nvmet
mkdir subsystems/$NQN
echo 1 >subsystems/$NQN/attr_allow_any_host
mkdir subsystems/$NQN/namespaces/1
echo /dev/vda >subsystems/$NQN/namespaces/1/device_path
echo 6b696e64-6c69-4e67-8072-6f6f74000000 >subsystems/$NQN/namespaces/1/device_uuid
echo 1 >subsystems/$NQN/namespaces/1/enable
mkdir ports/1
echo tcp >ports/1/addr_trtype
echo ipv4 >ports/1/addr_adrfam
echo 10.9.0.1 >ports/1/addr_traddr
echo 4420 >ports/1/addr_trsvcid
ln -s /sys/kernel/config/nvmet/subsystems/$NQN ports/1/subsystems/$NQN
echo TARGET-UP
exec sleep infinity
X
chmod 755 "$T/target/mkosi.extra/init"

# The link between the guests is a pair of UDP ports: either may come and go.
link() { printf '%s\n' -netdev "socket,id=n1,udp=127.0.0.1:$2,localaddr=127.0.0.1:$1" \
	-device "virtio-net-pci,netdev=n1,mac=52:54:00:6b:64:0$3"; }

target_start() {
	local options
	mapfile -t options < <(boot_qemu_machine amd64; link 5001 5002 1)
	net_server "$T/target.log" qemu-system-x86_64 "${options[@]}" -smp 1 -m 256 -nodefaults -display none \
		-serial "file:$T/target.console" -kernel "$T/vmlinuz" -initrd "$T/target.img" \
		-append "$(boot_cmdline amd64 | paste -sd' ') net.ifnames=0" \
		-drive "file=$T/disk,if=virtio,format=raw"

	boot_wait_for "$T/target.console" TARGET-UP || bail 'the target does not come up'
}

net_setup trixie
net_disk "$T/disk"
net_image nvme networkd nvme-tcp
run "$KINDLING" build --insecure-no-signature --mirror "deb file:$NET_MIRROR trixie main" --arch amd64 \
	--recipe "$T/target" -o "$T/target.img"
status_is 0 "the target's initrd is built"
[ "$status" = 0 ] || done_testing
target_start

mapfile -t NET_NIC < <(link 5002 5001 2)
net_boot nvme "$T/nvme.img" 'root=LABEL=rigroot rw rd.nvmf.discover=tcp,10.9.0.1,,4420 ip=10.9.0.2:::255.255.255.0:::none' \
	'^/dev/nvme[0-9]n1$' ext4
done_testing

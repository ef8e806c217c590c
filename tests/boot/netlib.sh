# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash disable=SC2034,SC2154 # testlib.sh and lib.sh use them
#
# netlib.sh: roots on the network. Servers and guests share one network namespace with only its
# loopback up: no port clashes with anything, no way out. A guest's own network (QEMU's user mode) hands
# out 10.0.2.15 by DHCP and reaches the namespace's loopback as 10.0.2.2. Source it after lib.sh.

NET_PIDS=()

# net_start: the namespace. Servers of file systems that export by handle want real root. /run is its own, too:
# rpcbind's lock and socket lie there, and another test may have its own rpcbind.
net_start() {
	[ "$(id -u)" = 0 ] || bail 'boots from the network need root'
	unshare --net --mount --propagation private sh -c '
		mount -t tmpfs -o mode=755 tmpfs /run && mkdir /run/lock && : >/run/rig-ready && exec sleep 3600' &
	NET_PIDS+=($!)
	disown
	NS=$!
	for _ in {1..100}; do [ ! -e "/proc/$NS/root/run/rig-ready" ] || break; sleep 0.1; done
	[ -e "/proc/$NS/root/run/rig-ready" ] || bail 'no namespace for servers and guests'
	BOOT_NS=(nsenter "--net=/proc/$NS/ns/net" "--mount=/proc/$NS/ns/mnt")
	"${BOOT_NS[@]}" ip link set lo up || bail 'no loopback in the network namespace'
	NET_NIC=(-netdev 'user,id=n0' -device 'virtio-net-pci,netdev=n0')
}

# net_lan: a network of its own for guests, beside QEMU's user mode: the servers' side is 10.9.0.1, the
# guests' addresses come from a real DHCP server (dhcp_start, dnsmasq_start) or are static
net_lan() {
	"${BOOT_NS[@]}" ip link add lan0 type bridge && "${BOOT_NS[@]}" ip address add 10.9.0.1/24 dev lan0 &&
		"${BOOT_NS[@]}" ip link set lan0 up || bail 'no bridge in the network namespace'
	net_tap tap0
	NET_NIC=(-netdev 'tap,id=n0,ifname=tap0,script=no,downscript=no'
		-device 'virtio-net-pci,netdev=n0,mac=52:54:00:09:00:10')
	NET_LISTEN=10.9.0.1
}

# net_tap NAME [BRIDGE]: a port of the bridge that a guest can be plugged into
net_tap() {
	"${BOOT_NS[@]}" ip tuntap add "$1" mode tap && "${BOOT_NS[@]}" ip link set "$1" master "${2:-lan0}" up ||
		bail "no port '$1' on the bridge"
}

# dhcp_start [LINE...]: leases of $NET_LEASE s; the default, 60, is all that the test of a living root waits for.
# Lines as in udhcpd.conf(5)
dhcp_start() {
	: >"$T/udhcpd.leases"
	printf '%s\n' 'interface lan0' 'start 10.9.0.50' 'end 10.9.0.99' 'max_leases 50' "lease_file $T/udhcpd.leases" \
		"pidfile $T/udhcpd.pid" 'option subnet 255.255.255.0' "option lease ${NET_LEASE:-60}" "$@" >"$T/udhcpd.conf"
	net_server "$T/udhcpd.log" udhcpd -f "$T/udhcpd.conf"
}

# dnsmasq_start [OPTION...]: the DHCP and name server that most small networks have; its shortest lease is 120 s
dnsmasq_start() {
	net_server "$T/dnsmasq.log" dnsmasq --keep-in-foreground --conf-file=/dev/null --no-resolv --no-hosts --interface=lan0 \
		--bind-interfaces --user=root --pid-file= --dhcp-leasefile="$T/dnsmasq.leases" --log-dhcp --log-facility=- \
		--dhcp-range=10.9.0.100,10.9.0.149,2m --dhcp-no-override "$@"
}

net_stop() {
	local p

	for p in "$T"/servers/*; do [ ! -f "$p" ] || NET_PIDS+=("$(cat "$p")"); done
	for p in "${NET_PIDS[@]}"; do kill -TERM "$p" 2>/dev/null; done
	sleep 1
	# tgtd does not end while it has targets
	for p in "${NET_PIDS[@]}"; do kill -KILL "$p" 2>/dev/null; done
	for p in "${NET_PIDS[@]}"; do _net_gone "$p"; done
	NET_PIDS=()
}

# net_server LOG COMMAND...: in the namespace, until net_stop or net_kill COMMAND (or $NET_SERVER, when that names
# it), and no less often on a processor than the guests that wait for it. Its number is in a file: hooks (BOOT_HOOK)
# that start servers again run in a subshell.
net_server() {
	local log=$1
	shift
	mkdir -p "$T/servers"
	"${BOOT_NS[@]}" "${BOOT_NICE[@]}" "$@" >>"$log" 2>&1 </dev/null 6>&- 7>&- &
	echo $! >"$T/servers/${NET_SERVER:-$1}"
	disown # one that is killed is no news
}

# _net_gone PID: until it has ended
_net_gone() {
	while [ -d "/proc/$1" ] && ! grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null; do sleep 0.1; done
}

# net_kill COMMAND: a server that net_server started, gone at once and with no word to its clients
net_kill() {
	local pid
	pid=$(cat "$T/servers/$1") || return 1
	rm "$T/servers/$1"
	kill -KILL "$pid" || return 1
	_net_gone "$pid"
}

# net_listening PORT [SECONDS]
net_listening() {
	local i

	for ((i = 0; i < ${2:-60} * 5; i++)); do
		if "${BOOT_NS[@]}" ss -Hltn "sport = :$1" | grep -q .; then return 0; fi
		sleep 0.2
	done
	return 1
}

# net_root_tree IMAGE DIR: the files of a root file system image, owners and all
net_root_tree() {
	mkdir -p "$2"
	debugfs -R "rdump / $2" "$1" >/dev/null 2>&1
	[ -x "$2/usr/bin/findmnt" ] || bail "no files in '$1'"
	rmdir "$2/lost+found" 2>/dev/null || :
}

# nfs_start TREE [PATH]: exports it as /root, or PATH, by version 4 and under its own path by version 3. With
# NFS_NAMES=yes owners have names, not numbers; nothing in the roots of the rig translates them.
nfs_start() {
	local numbers=true

	[ "${NFS_NAMES:-no}" = no ] || numbers=false
	mkdir -p "$T/ganesha/recovery"
	cat >"$T/ganesha/conf" <<-X
	NFS_CORE_PARAM { NFS_Port=2049; MNT_Port=20048; NLM_Port=20049; Enable_NLM=false; Enable_RQUOTA=false; Enable_UDP=false; NFS_Protocols=3,4; Protocols=3,4; }
	NFSv4 { Graceless=true; Grace_Period=90; Lease_Lifetime=60; RecoveryBackend=fs; RecoveryRoot=$T/ganesha/recovery; Minor_Versions=0,1; Only_Numeric_Owners=$numbers; }
	EXPORT_DEFAULTS { Access_Type=RW; Squash=No_Root_Squash; SecType=sys; PrivilegedPort=false; }
	EXPORT { Export_Id=77; Path=$1; Pseudo=${2:-/root}; Transports=TCP; FSAL { Name=VFS; } }
	X
	# version 3 asks it for ports, and the server registers there
	net_server "$T/rpcbind.log" rpcbind -f
	net_listening 111 || bail 'rpcbind does not start'
	net_server "$T/ganesha.out" ganesha.nfsd -F -f "$T/ganesha/conf" -L "$T/ganesha/log" -p "$T/ganesha/pid"
	net_listening 2049 || { tail -n 20 "$T/ganesha/log" | sed 's/^/# /'; bail 'ganesha does not start'; }
}

# net_disk: a copy of the root image that a server may write
net_disk() { cp --sparse=always "$NET_ROOT" "$1"; }

TARGET=iqn.2026-01.test.kindling:root

# iscsi_start DISK [USER PASSWORD [IN-USER IN-PASSWORD]]: LUN 1 of $TARGET, port 3260
iscsi_start() {
	local admin=("${BOOT_NS[@]}" tgtadm -C "${TGT_ID:=$((1000 + $$ % 30000))}" --lld iscsi)

	net_server "$T/tgtd.log" tgtd -f --iscsi "portal=${NET_LISTEN:-127.0.0.1}:3260" -C "$TGT_ID"
	net_listening 3260 || { sed 's/^/# /' "$T/tgtd.log"; bail 'tgtd does not start'; }
	"${admin[@]}" --mode target --op new --tid 1 -T "$TARGET" &&
		"${admin[@]}" --mode logicalunit --op new --tid 1 --lun 1 -b "$1" &&
		"${admin[@]}" --mode target --op bind --tid 1 -I ALL || bail 'no target'
	if [ $# -ge 3 ]; then
		"${admin[@]}" --mode account --op new --user "$2" --password "$3" &&
			"${admin[@]}" --mode account --op bind --tid 1 --user "$2" || bail 'no account'
	fi
	if [ $# -ge 5 ]; then
		"${admin[@]}" --mode account --op new --user "$4" --password "$5" &&
			"${admin[@]}" --mode account --op bind --tid 1 --user "$4" --outgoing || bail 'no account'
	fi
}

# nbd_start DISK EXPORT
nbd_start() {
	net_server "$T/nbd.log" qemu-nbd -b "${NET_LISTEN:-127.0.0.1}" -p 10809 -x "$2" -f raw -t -e 8 "$1"
	net_listening 10809 || { sed 's/^/# /' "$T/nbd.log"; bail 'qemu-nbd does not start'; }
}

# net_boot NAME IMAGE CMDLINE SOURCE-REGEX FSTYPE [QEMU-OPTION...]: boots and judges
net_boot() {
	local name=$1 image=$2 cmdline=$3 source=$4 fstype=$5 dir=$BUILD/boot/$1
	shift 5
	boot_run amd64 "$dir" "$T/vmlinuz" "$image" "$cmdline" "${NET_NIC[@]}" "$@"
	boot_judge "$dir" "$source" "$fstype" "$name"
	diag "guest uptime at the report: $(report_value "$dir/console.log" ROOT-UPTIME) s"
}

# Leases that udhcpd has renewed: what it confirms without having offered it
net_renewals() { awk '/sending OFFER/ { n-- } /sending ACK/ { n++ } END { print n + 0 }' "$T/udhcpd.log" 2>/dev/null; }

# net_alive NAME WHAT IMAGE CMDLINE SOURCE-REGEX FSTYPE [QEMU-OPTION...]: the same, and then the root has to stay
# alive: WHAT is takeover or network (which also waits until the lease has been renewed), restart, or two with a comma (lib.sh: boot_judge_alive)
net_alive() {
	local name=$1 what=$2 image=$3 cmdline=$4 before
	shift 4
	before=$(net_renewals)
	net_boot "$name" "$image" "$cmdline rig.alive=$what" "$@"
	# the root's network service asks anew when it starts; after that the 75 s of rig-alive hold two renewals
	[[ ! $what = *network* ]] || ok "$name: the lease is renewed" test "$(net_renewals)" -ge $((before + 2))
	# shellcheck disable=SC2086 # words
	boot_judge_alive "$BUILD/boot/$name" "$name" ${what//,/ }
}

# net_guest NAME IMAGE CMDLINE [QEMU-OPTION...]: a guest that serves others, until net_stop or net_kill NAME: started, and waited
# for until its console says RIG SERVER-UP. It takes none of the machine's slots, for it is idle most of the time.
net_guest() {
	local name=$1 image=$2 cmdline=$3 dir=$BUILD/boot/$1 machine i
	shift 3
	mkdir -p "$dir"
	: >"$dir/console.log"
	mapfile -t machine < <(boot_qemu_machine amd64 "$T/vmlinuz")
	NET_SERVER=$name net_server "$dir/qemu.log" qemu-system-x86_64 "${machine[@]}" -smp 1 -m 512 -nodefaults -display none -no-reboot \
		-serial "file:$dir/console.log" -kernel "$T/vmlinuz" -initrd "$image" \
		-append "$(boot_cmdline amd64 | paste -sd' ') $cmdline" "$@"
	for ((i = 0; i < $(boot_seconds); i++)); do
		if tr -d '\r\0' <"$dir/console.log" | grep -aqx 'RIG SERVER-UP'; then return; fi
		sleep 1
	done
	tr -d '\r\0' <"$dir/console.log" | tail -n 40 | sed 's/^/# /'
	bail "the guest '$name' does not serve"
}

NQN=nqn.2026-01.test.kindling:root

# nvmet_image: $T/nvmet.img, the initrd of a guest whose kernel serves its disk over NVMe/TCP: a few programs, the
# modules, and a script that sets the target up by configfs
nvmet_image() {
	mkdir -p "$T/nvmet/mkosi.extra"
	cat >"$T/nvmet/mkosi.conf" <<-'X'
	[Config]
	Base=no

	[Content]
	Packages=bash,coreutils,iproute2,kmod,mount
	KernelPackage=linux-image-amd64
	KernelModules=configfs,nvmet-tcp,virtio_blk,virtio_net
	X
	cat >"$T/nvmet/mkosi.extra/init" <<-X
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
	ip link set eth0 up
	ip address add 10.9.0.2/24 dev eth0
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
	echo 10.9.0.2 >ports/1/addr_traddr
	echo 4420 >ports/1/addr_trsvcid
	ln -s /sys/kernel/config/nvmet/subsystems/$NQN ports/1/subsystems/$NQN
	echo RIG SERVER-UP
	exec sleep infinity
	X
	chmod 755 "$T/nvmet/mkosi.extra/init"
	run "$KINDLING" build --insecure-no-signature --mirror "deb file:$NET_MIRROR ${NET_SUITE:-trixie} main" \
		--arch amd64 --recipe "$T/nvmet" -o "$T/nvmet.img"
	status_is 0 "the target's initrd is built"
	[ "$status" = 0 ] || done_testing
}

# nvmet_start DISK: that guest, as 10.9.0.2 on the port tap1 of the bridge; net_kill nvmet
nvmet_start() {
	net_guest nvmet "$T/nvmet.img" net.ifnames=0 -drive "file=$1,if=virtio,format=raw" \
		-netdev tap,id=n0,ifname=tap1,script=no,downscript=no -device virtio-net-pci,netdev=n0,mac=52:54:00:09:00:02
}

# net_image NAME RECIPE...: an image from the mirror of network recipes
net_image() {
	local name=$1 r options=()
	shift
	for r in "$@"; do options+=(--recipe "$r"); done
	run "$KINDLING" build --insecure-no-signature --mirror "deb file:$NET_MIRROR ${NET_SUITE:-trixie} main" \
		--arch amd64 "${options[@]}" -o "$T/$name.img"
	status_is 0 "the initrd '$name' is built"
	[ "$status" = 0 ] || done_testing
	diag "initrd $name: $(stat -c %s "$T/$name.img") bytes"
}

# nvme_setup: the target with the disk $T/disk, and the image $T/nvme.img for it
nvme_setup() {
	net_setup trixie
	net_lan
	net_tap tap1
	net_disk "$T/disk"
	net_image nvme networkd nvme-tcp
	nvmet_image
	nvmet_start "$T/disk"
}

# net_setup SUITE: mirror, kernel, root image and namespace
net_setup() {
	NET_SUITE=$1
	need qemu-system-x86_64 mmdebstrap debugfs nsenter ip ss
	NET_MIRROR=$(boot_mirror "$1-net-amd64") || bail "no mirror '$1-net-amd64'"
	NET_ROOT=$("$BOOT_DIR/make-root" "$1-net-amd64") || bail 'no root file system'
	boot_kernel "$NET_MIRROR" amd64 "$T/vmlinuz" || bail 'no kernel'
	net_start
	at_exit net_stop
}

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
	NS=$!
	for _ in {1..100}; do [ ! -e "/proc/$NS/root/run/rig-ready" ] || break; sleep 0.1; done
	[ -e "/proc/$NS/root/run/rig-ready" ] || bail 'no namespace for servers and guests'
	BOOT_NS=(nsenter "--net=/proc/$NS/ns/net" "--mount=/proc/$NS/ns/mnt")
	"${BOOT_NS[@]}" ip link set lo up || bail 'no loopback in the network namespace'
	NET_NIC=(-netdev 'user,id=n0' -device 'virtio-net-pci,netdev=n0')
}

net_stop() {
	local p

	for p in "${NET_PIDS[@]}"; do kill -TERM "$p" 2>/dev/null; done
	sleep 1
	# tgtd does not end while it has targets
	for p in "${NET_PIDS[@]}"; do kill -KILL "$p" 2>/dev/null; done
	for p in "${NET_PIDS[@]}"; do wait "$p" 2>/dev/null; done
	NET_PIDS=()
}

# net_server LOG COMMAND...: in the namespace, until net_stop
net_server() {
	local log=$1
	shift
	"${BOOT_NS[@]}" "$@" >"$log" 2>&1 </dev/null &
	NET_PIDS+=($!)
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

# nfs_start TREE: exports it as /root by version 4 and under its own path by version 3
nfs_start() {
	mkdir -p "$T/ganesha/recovery"
	cat >"$T/ganesha/conf" <<-X
	NFS_CORE_PARAM { NFS_Port=2049; MNT_Port=20048; NLM_Port=20049; Enable_NLM=false; Enable_RQUOTA=false; Enable_UDP=false; NFS_Protocols=3,4; Protocols=3,4; }
	NFSv4 { Graceless=true; Grace_Period=5; Lease_Lifetime=5; RecoveryBackend=fs; RecoveryRoot=$T/ganesha/recovery; Minor_Versions=0,1; }
	EXPORT_DEFAULTS { Access_Type=RW; Squash=No_Root_Squash; SecType=sys; PrivilegedPort=false; }
	EXPORT { Export_Id=77; Path=$1; Pseudo=/root; Transports=TCP; FSAL { Name=VFS; } }
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

	net_server "$T/tgtd.log" tgtd -f --iscsi portal=127.0.0.1:3260 -C "$TGT_ID"
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
	net_server "$T/nbd.log" qemu-nbd -b 127.0.0.1 -p 10809 -x "$2" -f raw -t -e 8 "$1"
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

# net_setup SUITE: mirror, kernel, root image and namespace
net_setup() {
	NET_SUITE=$1
	need qemu-system-x86_64 mmdebstrap debugfs nsenter ip ss
	NET_MIRROR=$(boot_mirror "$1-net-amd64") || bail "no mirror '$1-net-amd64'"
	NET_ROOT=$("$BOOT_DIR/make-root" "$1-amd64") || bail 'no root file system'
	boot_kernel "$NET_MIRROR" amd64 "$T/vmlinuz" || bail 'no kernel'
	net_start
	at_exit net_stop
}

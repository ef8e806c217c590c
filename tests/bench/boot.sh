#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Boots of kindling's initrds beside dracut's, in emulated machines: the same kernel, root, modules, compression
# and features (dracut's chroot has the packages of recipe base). A local disk, then NFS. Interleaved, medians of
# RUNS (5). What is measured: the image's size; CPU (all of QEMU's), time and processes from the kernel's start to
# the switch of roots. ROWS=local or ROWS=nfs: only that half.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/boot/lib.sh"
. "$TOP/tests/boot/netlib.sh"

RUNS=${RUNS:-5}
ROWS=${ROWS:-local nfs}
need qemu-system-x86_64 mmdebstrap debugfs unshare dpkg-deb tar
[ "$(id -u)" = 0 ] || bail 'dracut runs in a chroot, which needs root'

# what dracut's modules below call; recipe base brings the same by its own list
packages=(
	'?essential' dracut dracut-network systemd systemd-sysv udev kmod zstd netbase nfs-common rpcbind e2fsprogs
	dosfstools btrfs-progs iproute2 procps util-linux less dmsetup systemd-cryptsetup systemd-repart cryptsetup-bin
	tpm2-tools libfido2-1 libtss2-esys-3.0.2-0t64 libtss2-mu-4.0.1-0t64 libtss2-rc0t64 libtss2-tcti-device0t64
)
cache=${KINDLING_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kindling}/bench
key=$({ cat "$TOP/tests/mirror/make-deb-mirror" "$TOP"/recipes/{base,networkd,nfs}/mkosi.conf.d/*; echo "${packages[@]}"; } | sha256sum)
M=$cache/boot-${key:0:12}
mkdir -p "$cache"
exec 8>"$cache/.boot.lock"
flock 8
"$TOP/tests/mirror/make-deb-mirror" --quiet --planner "$KINDLING" --recipe base --recipe networkd --recipe nfs \
	trixie amd64 "$M" "${packages[@]}" linux-image-amd64 || bail 'no mirror'
kernel_deb=$(find "$M/pool" -name 'linux-image-[0-9]*_amd64.deb' | sort -V | tail -n 1)
version=${kernel_deb##*/linux-image-} version=${version%%_*}
if [ ! -f "$M/dracut.tar" ]; then
	keyring=$(find /usr/share/keyrings -name 'debian-archive-keyring.[gp][gp][gp]' -print -quit)
	mmdebstrap --quiet --architectures=amd64 --variant=essential --include="$(IFS=,; echo "${packages[*]:1}")" \
		--aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Check-Date "false"' \
		--dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/doc/*' trixie "$M/dracut.part" \
		"deb [signed-by=$keyring] copy:$M trixie main" >"$T/mmdebstrap.log" 2>&1 --format=tar ||
		{ tail -n 20 "$T/mmdebstrap.log"; bail 'no chroot for dracut'; }
	mv "$M/dracut.part" "$M/dracut.tar"
fi
flock -u 8
mkdir "$T/chroot"
tar -C "$T/chroot" -xf "$M/dracut.tar" --exclude='./dev/*'
dpkg-deb -x "$kernel_deb" "$T/chroot"
dpkg-deb --fsys-tarfile "$kernel_deb" | tar -xO "./boot/vmlinuz-$version" >"$T/vmlinuz"

# in_chroot COMMAND...: mounts of its own, gone with it
in_chroot() {
	# shellcheck disable=SC2016 # the inner shell expands
	unshare --mount --propagation private bash -c 'cd "$0" && mount -t proc proc proc && mount -t sysfs -o ro sysfs sys &&
		mount -t tmpfs tmpfs dev && mknod -m 666 dev/null c 1 3 && mknod -m 666 dev/urandom c 1 9 &&
		mknod -m 666 dev/zero c 1 5 && ln -s /proc/self/fd dev/fd && exec chroot . "$@"' "$T/chroot" "$@"
}
in_chroot depmod "$version" || bail 'depmod'

# images NAME MODULES-OF-DRACUT RECIPE...: $T/kindling-NAME.img and $T/dracut-NAME.img
images() {
	local name=$1 add=$2 r options=() drivers
	shift 2
	for r in "$@"; do options+=(--recipe "$r"); done
	"$KINDLING" build --insecure-no-signature --mirror "deb file:$M trixie main" --arch amd64 --quiet \
		"${options[@]}" --compress zstd:10 -o "$T/kindling-$name.img" || bail "no image '$name'"
	drivers=$("$KINDLING" build --insecure-no-signature --mirror "deb file:$M trixie main" --arch amd64 --quiet \
		"${options[@]}" --dump modules -o "$T/unused" | sed -nE 's|.*/([^/]+)\.ko[.a-z]*$|\1|p' | sort -u | paste -sd' ')
	[ -n "$drivers" ] || bail 'no list of modules'
	in_chroot dracut --force --quiet --no-hostonly --no-hostonly-cmdline --reproducible --kver "$version" \
		--compress 'zstd -10 -T2' --drivers "$drivers" --add "$add bash crypt tpm2-tss fido2 systemd-repart btrfs dm" \
		--omit "kernel-modules kernel-modules-extra $omit" /boot/dracut.img \
		>"$T/dracut.log" 2>&1 || { tail -n 20 "$T/dracut.log"; bail "dracut made no image '$name'"; }
	mv "$T/chroot/boot/dracut.img" "$T/dracut-$name.img"
}

# cpu_at_switch DIR: the CPU seconds that the boot's QEMU has used when its guest switches roots
cpu_at_switch() {
	local pid stat end=$((SECONDS + $(boot_seconds)))

	until [ -s "$1/pid" ]; do sleep 0.1; done
	pid=$(cat "$1/pid")
	until grep -aq 'systemd\[1\]: Switching root' "$1/journal.log" 2>/dev/null; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.2
	done
	stat=$(cat "/proc/$pid/stat") || return 1
	# shellcheck disable=SC2086 # words of the line behind the command's name
	set -- ${stat##*) }
	echo $((${12} + ${13})) "$(getconf CLK_TCK)" | awk '{print $1 / $2}'
}

# one WHO NAME CMDLINE [QEMU-OPTION...]: boots once; a line "CPU TIME PROCESSES" to $T/WHO-NAME.runs
one() {
	local who=$1 name=$2 cmdline=$3 dir=$BUILD/boot/bench-$1-$2 cpu at pid watch
	shift 3
	mkdir -p "$dir"
	rm -f "$dir"/{pid,journal.log}
	cpu_at_switch "$dir" >"$T/cpu" &
	watch=$!
	boot_run amd64 "$dir" "$T/vmlinuz" "$T/$who-$name.img" "$cmdline" "$@" || :
	report_lines "$dir/console.log" | grep -qx ROOT-REACHED || {
		tail -n 30 "$dir/console.log"
		bail "$who's image '$name' does not reach the root"
	}
	wait "$watch" || bail 'no CPU time at the switch of roots'
	cpu=$(cat "$T/cpu")
	at=$(tr -d '\r\0' <"$dir/journal.log" | sed -nE 's/^\[ *([0-9.]+)\] systemd\[1\]: Switching root.*/\1/p' | tail -n 1)
	# the root's journald is its first process: as many were started before
	pid=$(tr -d '\r\0' <"$dir/journal.log" | sed -nE 's/.*systemd-journald\[([0-9]+)\]: Journal started.*/\1/p' | tail -n 1)
	[ -n "$at" ] && [ -n "$pid" ] || bail 'the journal does not tell'
	echo "# $who $name: CPU $cpu s, $at s, $pid processes"
	echo "$cpu $at $pid" >>"$T/$who-$name.runs"
}

median() { awk -v c="$2" '{print $c}' "$1" | sort -n | sed -n "$(((RUNS + 1) / 2))p"; }

# compare NAME CMDLINE [QEMU-OPTION...]
compare() {
	local name=$1 i who c ours theirs what=('' 'CPU s to switch-root' 's to switch-root' 'processes and kernel threads')
	for ((i = 0; i < RUNS; i++)); do
		for who in kindling dracut; do one "$who" "$@"; done
	done
	for who in kindling dracut; do stat -c %s "$T/$who-$name.img" >"$T/$who-$name.size"; done
	printf '# %-6s %-32s %12s %12s %7s\n' "$name" '' kindling dracut ratio
	for c in 0 1 2 3; do
		if [ "$c" = 0 ]; then
			ours=$(cat "$T/kindling-$name.size") theirs=$(cat "$T/dracut-$name.size")
		else
			ours=$(median "$T/kindling-$name.runs" "$c") theirs=$(median "$T/dracut-$name.runs" "$c")
		fi
		printf '# %-6s %-32s %12s %12s %7s\n' "$name" "${what[c]:-bytes of the image}" "$ours" "$theirs" \
			"$(awk -v a="$ours" -v b="$theirs" 'BEGIN {printf "%.2f", a / b}')"
	done
}

root=$("$BOOT_DIR/make-root" trixie-amd64) || bail 'no root'
if [[ $ROWS = *local* ]]; then
	omit='kernel-network-modules nfs network'
	images local '' base
	compare local "root=UUID=$(boot_root_uuid "$root") rw" -drive "file=$root,if=virtio,format=raw,snapshot=on"
fi

# dracut's systemd-networkd insists on its own list of wired drivers, which is about @net
if [[ $ROWS = *nfs* ]]; then
	omit=''
	images nfs 'nfs systemd-networkd' base networkd nfs
	NET_ROOT=$root
	net_start
	at_exit net_stop
	net_root_tree "$NET_ROOT" "$T/tree"
	nfs_start "$T/tree"
	compare nfs 'root=nfs:10.0.2.2:/root:vers=4.1,port=2049 rw ip=dhcp rd.neednet=1' "${NET_NIC[@]}"
fi
pass 'measured'
done_testing

# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# machine.sh: which QEMU runs a guest, and by what means. Sourced by lib.sh and by the demo.
#
# BOOT_ACCEL says tcg or kvm; without it KVM is taken where it works.

# boot_qemu_binary ARCH
boot_qemu_binary() {
	case $1 in
	amd64) echo qemu-system-x86_64 ;;
	arm64) echo qemu-system-aarch64 ;;
	*) return 1 ;;
	esac
}

# boot_qemu_machine ARCH KERNEL: the options that differ by architecture and machine, a word a line
boot_qemu_machine() {
	local cpu=max

	case $1 in
	amd64)
		printf '%s\n' -M q35
		# emulated page tables of five levels crash a kernel now and then (QEMU's issue 1023)
		cpu=max,la57=off ;;
	arm64) printf '%s\n' -M virt ;;
	esac
	if boot_kvm "$1" "$2"; then
		printf '%s\n' -accel kvm -cpu host
	else
		printf '%s\n' -accel tcg,thread=multi -cpu "$cpu"
	fi
}

boot_console() { case $1 in arm64) echo ttyAMA0 ;; *) echo ttyS0 ;; esac; }

# boot_kvm ARCH KERNEL: whether guests run under KVM. /dev/kvm alone says little: in some virtual machines it is there
# and runs only kernels that were made for it. So this kernel is started once, until it finds no root and
# panics; the answer holds as long as the machine is up.
boot_kvm() (
	[ -z "${BOOT_ACCEL:-}" ] || { [ "$BOOT_ACCEL" = kvm ]; exit; }
	[ -w /dev/kvm ] && [ "$(dpkg --print-architecture)" = "$1" ] && command -v "$(boot_qemu_binary "$1")" >/dev/null || exit 1

	exec 9>>"${TMPDIR:-/tmp}/kindling-boot-kvm.$(id -u).$(tr -d - </proc/sys/kernel/random/boot_id)"
	flock 9
	answer=$(cat /proc/self/fd/9)
	if [ -z "$answer" ]; then
		answer=no machine=q35
		[ "$1" != arm64 ] || machine=virt
		if timeout 20 "$(boot_qemu_binary "$1")" -M "$machine" -accel kvm -cpu host -m 512 -nodefaults -display none \
			-no-reboot -serial stdio -kernel "$2" -append "console=$(boot_console "$1") panic=-1" </dev/null 2>&1 9>&- |
			grep -aq 'Kernel panic - not syncing: VFS'; then
			answer=yes
		fi
		echo "$answer" >&9
	fi
	[ "$answer" = yes ]
)

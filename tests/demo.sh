#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# demo.sh, called by "make demo": an initrd from a small Debian mirror, and how to boot it. With
# --boot it also makes a root file system (mmdebstrap, about a minute) and boots into it.
set -euo pipefail
shopt -s inherit_errexit
export LC_ALL=C

top=$(cd "$(dirname "$0")/.." && pwd)
kindling=${KINDLING:-$top/build/x86_64-linux-musl/kindling}
out=${O:-$top/build}
[[ $out = /* ]] || out=$top/$out
out=$out/demo
boot=''
case ${1:-} in
'') ;;
--boot) boot=1 ;;
*) echo 'usage: demo.sh [--boot]' >&2; exit 2 ;;
esac
export KINDLING=$kindling
# shellcheck source=tests/boot/machine.sh
. "$top/tests/boot/machine.sh"

step() { printf '\n\033[1m%s\033[0m\n' "$*"; }
[ -t 1 ] || step() { printf '\n%s\n' "$*"; }

[ -x "$kindling" ] || { echo "demo: error: no kindling at '$kindling'" >&2; echo 'hint: make' >&2; exit 1; }
mkdir -p "$out"

step '1. A mirror: Debian 13, only the packages an initrd and its kernel need'
mirror=$("$top/tests/mirror/get-mirror" trixie-amd64)
echo "   $mirror"
echo "   $(find "$mirror/pool" -name '*.deb' | wc -l) packages, $(du -sh "$mirror/pool" | cut -f 1)"

step '2. The initrd'
command=("$kindling" build --insecure-no-signature
	--mirror "deb file:$mirror trixie main" --recipe base
	-o "$out/initrd.img" --manifest "$out/manifest.json")
printf '   %s build --insecure-no-signature \\\n' "${kindling#"$PWD/"}"
printf '     --mirror "deb file:%s trixie main" --recipe base \\\n' "$mirror"
printf '     -o %s --manifest %s\n\n' "${out#"$PWD/"}/initrd.img" "${out#"$PWD/"}/manifest.json"
TIMEFORMAT='   %R s, %U CPU s'
time "${command[@]}"
echo '   Build it again, on any machine: the same bytes.'

# The kernel that the initrd's modules belong to, out of its package.
deb=$(find "$mirror/pool" -name 'linux-image-[0-9]*_amd64.deb' | sort -V | tail -n 1)
dpkg-deb --fsys-tarfile "$deb" | tar -xO --wildcards './boot/vmlinuz-*' >"$out/vmlinuz"

step '3. Boot it'
if [ -n "$boot" ]; then
	root=$("$top/tests/boot/make-root" trixie-amd64)
	ln -sfn "$root" "$out/root.ext4"
fi
if ! command -v qemu-system-x86_64 >/dev/null; then
	echo '   QEMU is not installed here:'
	echo '     apt-get install --no-install-recommends qemu-system-x86'
fi
mapfile -t machine < <(boot_qemu_machine amd64 "$out/vmlinuz")
disk=ROOT.ext4 root=/dev/vda
if [ -e "$out/root.ext4" ]; then
	disk=$out/root.ext4
	root=UUID=$(PATH=$PATH:/usr/sbin:/sbin blkid -p -s UUID -o value "$(realpath "$disk")")
	echo '   The root file system is a small Debian that reports on the initrd and powers off.'
else
	echo '   ROOT.ext4 is any root file system of yours; "tests/demo.sh --boot" makes a small one'
	echo '   (with mmdebstrap) and boots it. In QEMU, Ctrl-A X ends the guest.'
fi
drive=(-drive "file=$disk,if=virtio,format=raw,snapshot=on")
append="console=ttyS0 panic=-1 root=$root rw"
qemu=(qemu-system-x86_64 "${machine[@]}" -m 768 -nographic -no-reboot)

printf '\n     %s \\\n' "${qemu[*]}"
printf '       -kernel %s \\\n       -initrd %s \\\n' "$out/vmlinuz" "$out/initrd.img"
printf '       %s \\\n       -append "%s"\n\n' "${drive[*]}" "$append"

if [ -n "$boot" ]; then
	exec "${qemu[@]}" -kernel "$out/vmlinuz" -initrd "$out/initrd.img" "${drive[@]}" \
		-append "$append" </dev/null
fi

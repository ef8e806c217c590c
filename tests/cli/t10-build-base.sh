#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Recipe base from a real trixie mirror: the same bytes whatever surrounds the build, and no program
# is started.
. "$(dirname "$0")/../lib/testlib.sh"

M=$("$TOP/tests/mirror/get-mirror" trixie-amd64) || bail 'no trixie mirror'
build=("$KINDLING" build --insecure-no-signature --arch amd64 --recipe base --compress zstd:3 --quiet)

run "${build[@]}" --mirror "deb file:$M trixie main" --cache cache -o one.img --manifest one.json
status_is 0 'an image from recipe base'
is "$stderr" '' '--quiet is quiet'
run "${build[@]}" --mirror "deb file:$M trixie main" --cache cache -o warm.img
same_bytes one.img warm.img 'the same from a warm cache'

mkdir tmp deeper
cp -al "$M" deeper/mirror 2>/dev/null || cp -a "$M" deeper/mirror
run env TMPDIR="$T/tmp" bash -c 'umask 077; exec "$@"' - "${build[@]}" --mirror "deb file:deeper/mirror trixie main" \
	--cache none --jobs 1 -o two.img --manifest two.json
status_is 0 'with other jobs, TMPDIR, umask, mirror path, without a cache'
same_bytes one.img two.img 'the same image'
same_bytes one.json two.json 'the same manifest'
is "$(ls -A tmp)" '' 'TMPDIR was not used'
run "${build[@]}" --mirror "deb file:$M trixie main" --cache none --jobs 7 -o seven.img
same_bytes one.img seven.img 'and with 7 jobs'

if [ -n "${KINDLING_SANITIZED:-}" ]; then
	diag 'not alone in an empty chroot: the sanitized program is dynamic'
elif [ "$(id -u)" = 0 ]; then
	mkdir -p jail/out
	cp "$KINDLING" jail/kindling
	mv deeper/mirror jail/mirror
	run env -i "$(command -v chroot)" jail /kindling build --insecure-no-signature --arch amd64 --recipe base --compress zstd:3 \
		--mirror 'deb file:/mirror trixie main' -o /out/three.img
	status_is 0 'alone in an empty chroot'
	same_bytes one.img jail/out/three.img 'the same image'
	is "$(ls -A jail | sort | tr '\n' ' ')" 'kindling mirror out ' 'nothing else appeared in the chroot'
else
	bail 'chroot needs root'
fi

run strace -f -e trace=execve -o trace "${build[@]}" --mirror "deb file:$M trixie main" --cache cache -o four.img
status_is 0 'under strace'
is "$(grep -c execve trace)" 1 'the only execve is its own start'
[ -n "${KINDLING_SANITIZED:-}" ] ||
	nok 'no library is loaded: the program is static' grep -q INTERP <(readelf -lW "$KINDLING")

zstd -dcq one.img | cpio -tv --quiet >list 2>/dev/null
for f in init usr/lib/systemd/systemd etc/initrd-release etc/passwd usr/lib/kindling/manifest.json usr/bin/bash; do
	ok "the image has $f" grep -Eq " $f( -> .*)?\$" list
done
nok 'no documentation' grep -q ' usr/share/doc/' list
nok 'no setuid surprise outside usr/bin and usr/sbin' bash -c "grep '^-..s' list | grep -v ' usr/[s]*bin/' | grep -v ' usr/lib/'"
is "$(awk '{print $3":"$4}' list | sort -u | grep -c .)" "$(awk '{print $3":"$4}' list | sort -u | grep -c '^[a-z0-9_-]*:[a-z0-9_-]*$')" 'owners are sane'
zstd -dcq one.img | cpio -i --quiet --to-stdout usr/lib/kindling/manifest.json >manifest.json
nok 'the manifest holds no path of this machine' grep -qw "$T\|$M\|$(hostname)" manifest.json
nok 'the image holds no path of this machine' bash -c "zstd -dcq one.img | grep -aqF '$M'"
is "$(jq -r .architecture manifest.json)" amd64 'the manifest tells the architecture'

depmod_check() {
	mkdir -p root && (cd root && zstd -dcq ../one.img | cpio -idm --quiet 2>/dev/null)
	kver=$(ls root/usr/lib/modules)
	modprobe -d "$T/root/usr" -S "$kver" --show-depends ext4 2>/dev/null ||
		modprobe -d "$T/root" -S "$kver" --show-depends ext4
}
run depmod_check
status_is 0 'modprobe finds ext4 through the indexes'
stdout_like 'crc16|jbd2' 'with what it depends on'
done_testing

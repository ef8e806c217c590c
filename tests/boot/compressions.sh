#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The kernel unpacks what kindling writes, in each compression: /init is a program of ours that
# reads a larger file of the image back, says its checksum, and powers off.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/lib/minimirror.sh"
. "$TOP/tests/boot/lib.sh"

need qemu-system-x86_64 gcc
M=$(boot_mirror trixie-amd64) || bail 'no trixie mirror'
boot_kernel "$M" amd64 vmlinuz || bail 'no kernel'

cat >init.c <<'C'
#include <stdio.h>
#include <sys/reboot.h>
#include <unistd.h>

int main(void)
{
	FILE *f = fopen("/usr/share/data", "rb"), *out = fopen("/dev/console", "w");
	unsigned long sum = 0, n = 0;
	int c;

	while (f && (c = getc_unlocked(f)) != EOF) {
		sum = (sum * 31 + (unsigned)c) & 0xffffffff;
		n++;
	}
	if (out) {
		fprintf(out, "RIG UNPACKED %lu %lu\n", n, sum);
		fflush(out);
	}
	sleep(1);
	reboot(RB_POWER_OFF);
	return 0;
}
C
mkdir -p unpack.files/usr/share
gcc -O2 -static -o unpack.files/init init.c || bail 'no static program can be made here'
# text, noise and zeros: matches near and far, and more than one lz4 block
{ seq 1 700000; head -c 3000000 /dev/urandom; head -c 4000000 /dev/zero; seq 1 200000; } >unpack.files/usr/share/data
mini_deb D/pool unpack 1
mini_mirror D trixie
want=$(python3 -c '
s = 0
d = open("unpack.files/usr/share/data", "rb").read()
for c in d: s = (s * 31 + c) & 0xffffffff
print(len(d), s)')

for c in zstd:1 zstd:19 zstd:22 xz gzip lz4 none; do
	run "$KINDLING" build --insecure-no-signature --no-base --arch amd64 --kernel none --cache none \
		--mirror 'deb file:D trixie main' --package unpack --compress $c -o "$c.img"
	status_is 0 "$c: built"
	boot_run amd64 "$BUILD/boot/compress-$c" vmlinuz "$c.img" 'quiet loglevel=1'
	is "$(tr -d '\r' <"$BUILD/boot/compress-$c/console.log" | sed -n 's/^.*RIG UNPACKED //p')" "$want" \
		"$c: the kernel unpacks every byte"
	rm "$c.img"
done
done_testing

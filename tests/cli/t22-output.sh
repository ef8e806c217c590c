#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The image appears whole or not at all: full disk, kill -9, leftovers, an old image beside.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/lib/minimirror.sh"

mkdir -p app.files/usr/lib/app out
head -c 3000000 /dev/urandom >app.files/usr/lib/app/data
mini_deb M/pool app 1.0
mini_mirror M trixie
build=("$KINDLING" build --insecure-no-signature --no-base --arch amd64 --kernel none --cache none
	--mirror 'deb file:M trixie main' --package app)

run "${build[@]}" -o out/x.img
status_is 0 'a first image'
cp out/x.img first
echo old >out/old.img

mkdir small
if mount -t tmpfs -o size=1m none small 2>/dev/null; then
	at_exit "umount '$T/small'"
	echo old >small/x.img
	run "${build[@]}" -o small/x.img
	status_is 1 'a full disk is an error'
	stderr_like 'No space left' 'in words'
	is "$(cat small/x.img)" old 'the old image is untouched'
	is "$(ls -A small)" x.img 'and nothing is left beside it'
else
	bail 'cannot mount a tmpfs: run the tests as root'
fi

ulimit_build() { (ulimit -f 1000; exec "${build[@]}" -o out/limit.img); }
run ulimit_build
isnt "$status" 0 'a file size limit is an error'
absent out/limit.img 'without an image'

# Killed at many moments: the old image stays, at most the known temporary is beside it.
bad=0
for ms in 01 02 04 06 08 10 15 20 30 40 60 80; do
	"${build[@]}" -o out/old.img 2>/dev/null &
	pid=$!
	sleep 0.$ms
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
	if [ "$(head -c 3 out/old.img)" != old ]; then cmp -s out/old.img first || bad=1; echo old >out/old.img; fi
	for f in out/.*.kindling-tmp; do
		[ ! -e "$f" ] || [ "$f" = out/.old.img.kindling-tmp ] || bad=1
	done
done
is $bad 0 'kill -9 leaves the old image or the whole new one'
touch out/.old.img.kindling-tmp
run "${build[@]}" -o out/old.img
status_is 0 'the next run'
same_bytes out/old.img first 'gives the same image'
is "$(find out -name '.*kindling-tmp')" '' 'and removes the leftover'
ln -s /etc/passwd out/.y.img.kindling-tmp
run "${build[@]}" -o out/y.img
status_is 0 'a leftover that is a link is replaced, not followed'
same_bytes out/y.img first 'same image'

run "${build[@]}" -o out/m.img --manifest out/m.json
status_is 0 'with a manifest'
is "$(jq -r .image.sha256 out/m.json)" "$(sha256sum <out/m.img | cut -d' ' -f1)" 'which names the digest of the image'
is "$(jq -r '.packages[0].name' out/m.json)" app 'and the package'
is "$(jq -r '.origins[0]."signature-verified"' out/m.json)" false 'and that no signature was checked'
run "${build[@]}" -o out/m2.img --manifest no/m.json
status_is 1 'a manifest that cannot be written'
absent out/m2.img 'means no image'

for c in zstd:3 zstd:19 xz gzip lz4 none; do
	run "${build[@]}" -o out/c.img --compress $c
	status_is 0 "--compress $c"
	case $c in
	zstd*) t=(zstd -dcq) ;;
	xz) t=(xz -dc) ;;
	gzip) t=(gzip -dc) ;;
	lz4) t=(lz4 -dcq) ;;
	none) t=(cat) ;;
	esac
	is "$("${t[@]}" <out/c.img | cpio -i --quiet --to-stdout usr/lib/app/data | sha256sum)" \
		"$(sha256sum <app.files/usr/lib/app/data)" "$c unpacks to the same content"
done
fails_clean 2 "zstd" out/c2.img 'an impossible level' "${build[@]}" -o out/c2.img --compress zstd:99
fails_clean 2 "brotli" out/c2.img 'an unknown compression' "${build[@]}" -o out/c2.img --compress brotli
done_testing

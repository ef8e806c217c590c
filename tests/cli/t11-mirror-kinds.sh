#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The same packages through each kind of mirror and each form of index.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/lib/minimirror.sh"

mkdir -p app.files/usr/lib/app lib.files/usr/lib new.files/usr/lib
echo app >app.files/usr/lib/app/data
echo lib >lib.files/usr/lib/lib.so
echo new >new.files/usr/lib/new
MINI_DEB_COMPRESS=zstd mini_deb M/pool app 1:1.0~rc1-1 'Depends: lib (>= 2), virtual' || bail 'dpkg-deb cannot write zstd'
MINI_DEB_COMPRESS=gzip mini_deb M/pool lib 2.0
MINI_DEB_COMPRESS=none mini_deb M/pool new 1 'Provides: virtual (= 3)'
mini_mirror M trixie
build=("$KINDLING" build --insecure-no-signature --no-base --arch amd64 --kernel none --cache none
	--source-date-epoch 1700000000 --package app)
plan=("$KINDLING" plan --insecure-no-signature --no-base --arch amd64 --kernel none --package app)
files() { zstd -dcq "$1" | cpio -t --quiet; }

run "${build[@]}" --mirror 'deb file:M trixie main' -o x.img
status_is 0 'zstd, gzip and plain members'
for f in usr/lib/app/data usr/lib/lib.so usr/lib/new; do like "$(files x.img)" "^$f\$" "$f is there"; done

run "${plan[@]}" --mirror 'deb file:M trixie main'
status_is 0 'plan'
is "$(grep -v '^#' <<<"$stdout" | awk '{print $1, $2}' | sort)" "app 1:1.0~rc1-1
lib 2.0
new 1" 'tells names and versions'
stdout_like '^lib 2.0 amd64 [0-9]+ sha256:[0-9a-f]{64} .* required by app$' 'and reasons'
run "${plan[@]}" --mirror 'deb file:M trixie main' --format json
is "$(jq -r '.packages[] | select(.package == "lib") | .reason' <<<"$stdout")" 'required by app' 'as JSON, too'

idx=M/dists/trixie/main/binary-amd64
xz -dc $idx/Packages.xz >plain
for kind in plain gz xz zst lz4 bz2; do
	rm -rf $idx/* 
	cp plain $idx/Packages
	case $kind in
	gz) gzip -k $idx/Packages ;;
	xz) xz -k $idx/Packages ;;
	zst) zstd -q $idx/Packages ;;
	lz4) lz4 -q $idx/Packages $idx/Packages.lz4 ;;
	bz2) bzip2 -k $idx/Packages ;;
	esac
	mini_release trixie M/dists/trixie
	[ $kind = plain ] || rm $idx/Packages
	run "${build[@]}" --mirror 'deb file:M trixie main' -o k.img
	status_is 0 "index form $kind"
	same_bytes x.img k.img 'gives the same image'
done
xz <plain >$idx/Packages.xz
mini_release trixie M/dists/trixie
mkdir -p $idx/by-hash/SHA256
mv $idx/Packages.xz "$idx/by-hash/SHA256/$(sha256sum <$idx/Packages.xz | cut -d' ' -f1)"
rm -f $idx/Packages*
run "${build[@]}" --mirror 'deb file:M trixie main' -o k.img
status_is 0 'by-hash'
same_bytes x.img k.img 'gives the same image'

mkdir flat && cp M/pool/*.deb flat/
mini_flat flat
run "${build[@]}" --mirror 'deb file:flat ./' -o f.img
status_is 0 'a flat repository'
is "$(files f.img)" "$(files x.img)" 'gives the same files'

mkdir folder && cp M/pool/*.deb folder/
run "${build[@]}" --mirror 'dir file:folder' -o d.img
status_is 0 'a folder of .deb files'
is "$(files d.img)" "$(files x.img)" 'gives the same files'
(cd folder && sha256sum ./*.deb | sed 's|\./||' >SHA256SUMS)
run "${build[@]}" --mirror 'dir file:folder' -o d.img
status_is 0 'with a SHA256SUMS'
sed -i '1s/^../ff/' folder/SHA256SUMS
fails_clean 4 'SHA256SUMS|digest|sha256' d2.img 'that does not match' "${build[@]}" --mirror 'dir file:folder' -o d2.img

# Two mirrors are one system: the newest version counts, unless a mirror is preferred.
rm -r lib.files && mkdir -p lib.files/usr/lib && echo newer >lib.files/usr/lib/lib.so
mini_deb N/pool lib 3.0
mini_mirror N trixie
run "${plan[@]}" --mirror 'deb file:M trixie main' --mirror 'deb file:N trixie main'
stdout_like '^lib 3.0 ' 'the newest version is taken, also from the mirror named last'
run "${plan[@]}" --mirror 'deb file:N trixie main' --mirror 'deb file:M trixie main'
stdout_like '^lib 3.0 ' 'and from the one named first'
run "${plan[@]}" --mirror 'deb [priority=10] file:M trixie main' --mirror 'deb file:N trixie main'
stdout_like '^lib 2.0 ' 'a mirror that is preferred goes before the newest version'
run "${plan[@]}" --mirror 'deb file:M trixie main' --mirror 'deb [priority=100] file:N trixie main'
stdout_like '^lib 2.0 ' 'the others have priority 99'
run "${plan[@]}" --mirror 'deb [priority=10] file:M trixie main' --mirror 'deb file:N trixie main' --package 'lib (>= 3)'
stdout_like '^lib 3.0 ' 'a request goes before the preference'
echo third >lib.files/usr/lib/lib.so
mini_deb O/pool lib 3.0
mini_mirror O trixie
of() { sha256sum <"$1/pool/lib_3.0_amd64.deb" | cut -d' ' -f1; }
run "${plan[@]}" --mirror 'deb file:M trixie main' --mirror 'deb file:N trixie main' --mirror 'deb file:O trixie main'
stdout_like "^lib 3.0 .*$(of N)" 'of equal versions the one from the mirror named first'
run "${plan[@]}" --mirror 'deb file:M trixie main' --mirror 'deb file:O trixie main' --mirror 'deb file:N trixie main'
stdout_like "^lib 3.0 .*$(of O)" 'whichever that is'
run "${plan[@]}" --mirror 'deb [priority=x] file:M trixie main'
status_is 2 'a priority is a number'
stderr_like "column" 'and the place is told'
run "${plan[@]}" --mirror 'deb file:M trixie main' --package lib=9
status_is 3 'a version that nobody has'
done_testing

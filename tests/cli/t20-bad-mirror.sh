#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Malformed, truncated and contradictory mirrors: one clear message, the right status, nothing left.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/lib/minimirror.sh"

mkdir -p app.files/usr/lib/app app.files/etc
head -c 200000 /dev/urandom | base64 >app.files/usr/lib/app/data
echo hello >app.files/etc/app.conf
mini_deb M/pool app 1.0 'Depends: lib (>= 2)'
mkdir -p lib.files/usr/lib
echo lib >lib.files/usr/lib/lib.so
mini_deb M/pool lib 2.0
mini_mirror M trixie
deb=M/pool/app_1.0_amd64.deb
idx=M/dists/trixie/main/binary-amd64/Packages.xz
rel=M/dists/trixie/Release
cp -a M good

build=("$KINDLING" build --insecure-no-signature --no-base --arch amd64 --kernel none --cache none
	--mirror "deb file:M trixie main" --package app -o out/x.img)
mkdir out
fresh() { rm -rf M && cp -a good M; }

run "${build[@]}"
status_is 0 'the mirror as made can be built'
exists out/x.img 'and the image is there'
is "$(stat -c %a out/x.img)" 600 'with mode 0600'
like "$(zstd -dcq out/x.img | cpio -t --quiet)" '^usr/lib/app/data$' 'and holds the package'

run "$KINDLING" build --no-base --arch amd64 --kernel none --mirror "deb file:M trixie main" --package app -o out/y.img
status_is 4 'without --insecure-no-signature nothing is read'
stderr_like 'insecure-no-signature' 'and the hint names the option'
absent out/y.img 'no image'

fresh; printf 'x' | dd of=$deb bs=1 seek=100000 conv=notrunc status=none
fails_clean 4 "package 'app'.*(digest|SHA256|sha256)" out/x.img 'a corrupted package' "${build[@]}"
fresh; truncate -s -1000 $deb
fails_clean 4 "package 'app'" out/x.img 'a truncated package' "${build[@]}"
fresh; rm $deb
fails_clean 4 "app_1.0_amd64.deb" out/x.img 'a listed package that is missing' "${build[@]}"
fresh; : >$deb
fails_clean 4 "package 'app'" out/x.img 'an empty package' "${build[@]}"
fresh; printf 'x' | dd of=$idx bs=1 seek=50 conv=notrunc status=none
fails_clean 4 "Packages.xz" out/x.img 'a corrupted index' "${build[@]}"
fresh; truncate -s -10 $idx
fails_clean 4 "Packages.xz" out/x.img 'a truncated index' "${build[@]}"
fresh; rm $idx
fails_clean 4 "Packages" out/x.img 'a missing index' "${build[@]}"
fresh; rm $rel
fails_clean '[14]' "Release" out/x.img 'a mirror without Release' "${build[@]}"
fresh; sed -i 's/^SHA256:/MD5Sum:/' $rel
fails_clean 4 "Release" out/x.img 'a Release without a digest that proves anything' "${build[@]}"
fresh; sed -i 's/main\/binary-amd64/main\/binary-arm64/' $rel
fails_clean '[14]' "amd64|Packages" out/x.img 'a Release that lists no such index' "${build[@]}"

# What the digests cover but is wrong in itself.
remake() { # rewrites the index through sed and signs it with fresh digests
	fresh
	xz -dc $idx | sed "$1" >M/dists/trixie/main/binary-amd64/Packages
	rm $idx
	xz -k M/dists/trixie/main/binary-amd64/Packages
	mini_release trixie M/dists/trixie
	rm M/dists/trixie/main/binary-amd64/Packages
}
remake 's/^Depends: lib (>= 2)/Depends: lib (>= /'
fails_clean 1 "Packages.*:[0-9]+" out/x.img 'a malformed dependency, with its line' "${build[@]}"
remake '/^Version: 1.0/d'
fails_clean 1 "Version" out/x.img 'a stanza without Version' "${build[@]}"
remake 's/^Size: .*/Size: 12x4/'
fails_clean 1 "12x4" out/x.img 'a size that is no number' "${build[@]}"
remake 's/^SHA256: ./SHA256: 0/;s/^SHA256: 0./SHA256: 00/'
fails_clean 4 "package '(app|lib)'" out/x.img 'a package of another digest' "${build[@]}"
remake 's|^Filename: pool/app|Filename: ../../etc/app|'
fails_clean '[14]' "\.\./" out/x.img 'a file name that leaves the mirror' "${build[@]}"
remake 's/^Depends: lib (>= 2)/Depends: lib (>= 3)/'
fails_clean 3 "lib" out/x.img 'an unsatisfiable version' "${build[@]}"
remake 's/^Depends: lib (>= 2)/Depends: libb/'
fails_clean 3 "libb" out/x.img 'a dependency that no mirror has' "${build[@]}"
remake 's/^Depends: lib (>= 2)/Depends: lib\nConflicts: lib/'
fails_clean 3 "conflict" out/x.img 'a package in conflict with what it needs' "${build[@]}"

fresh
fails_clean 3 "appp" out/x.img 'a request for what is not there' "${build[@]}" --package appp
like "$stderr" "hint:.*'app'" 'and the nearest name is told'
fails_clean 2 "mirror" out/x.img 'a mirror that is not one' "$KINDLING" build --insecure-no-signature \
	--mirror 'dep file:M trixie main' --package app -o out/x.img
fails_clean '[124]' "nowhere" out/x.img 'a mirror folder that does not exist' "$KINDLING" build --insecure-no-signature \
	--mirror 'deb file:nowhere trixie main' --package app -o out/x.img
fails_clean '[14]' "sid" out/x.img 'a suite that is not there' "$KINDLING" build --insecure-no-signature \
	--mirror 'deb file:M sid main' --package app -o out/x.img
fails_clean 1 "out/no/x.img|out/no" out/no-x.img 'a target folder that does not exist' "${build[@]/out\/x.img/out/no/x.img}"
done_testing

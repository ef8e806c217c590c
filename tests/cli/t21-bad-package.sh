#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Hostile and contradictory packages: nothing leaves the tree, nothing is half written.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/lib/minimirror.sh"

mkdir out src
build() { # PACKAGE... -> the command line
	cmd=("$KINDLING" build --insecure-no-signature --no-base --arch amd64 --kernel none --cache none
		--mirror 'deb file:M ./' -o out/x.img)
	local p
	for p; do cmd+=(--package "$p"); done
}
list() { zstd -dcq out/x.img | cpio -tv --quiet 2>/dev/null; }
tarball() { tar --format=gnu -P --owner=0 --group=0 --mtime=@1700000000 -cf data.tar "$@"; }

echo evil >src/evil
# Each trick in a package of its own; all of them in one mirror.
(cd src && tarball --transform 's|^evil|./usr/../../../tmp/kindling-evil|' evil) && mini_raw_deb M dotdot 1 src/data.tar
(cd src && tarball --transform 's|^evil|/etc/absolute|' evil) && mini_raw_deb M absolute 1 src/data.tar
mkdir -p src/a/usr && ln -s ../../../../../../../tmp src/a/usr/out && (cd src/a && tar -cf ../data.tar ./usr) &&
	(cd src && tar -rPf data.tar --transform 's|^evil|./usr/out/kindling-evil|' evil) && mini_raw_deb M climb 1 src/data.tar
mkdir -p src/b/usr && ln -s loop src/b/usr/loop && (cd src/b && tar -cf ../data.tar ./usr) &&
	(cd src && tar -rPf data.tar --transform 's|^evil|./usr/loop/x|' evil) && mini_raw_deb M loop 1 src/data.tar
(cd src && ln -f evil evil2 && tarball --transform 'flags=r;s|^|./usr/|' evil evil2 && sed -i 's|\./usr/evil\x00|./usr/nope\x00|2' data.tar) &&
	mini_raw_deb M badlink 1 src/data.tar
(cd src && tarball --transform 's|^evil|./usr/ok|' evil && truncate -s 700 data.tar) && mini_raw_deb M shorttar 1 src/data.tar
head -c 20000 /dev/urandom >src/data.tar.xz && mini_raw_deb M noxz 1 src/data.tar.xz
(cd src && tarball --transform 's|^evil|./usr/ok|' evil && rm -f data.tar.xz && xz -k data.tar && truncate -s -8 data.tar.xz) && mini_raw_deb M shortxz 1 src/data.tar.xz
rm -f src/data.tar.xz
head -c 5000 /dev/urandom >src/data.tar && mini_raw_deb M notar 1 src/data.tar
for p in one two; do
	mkdir -p $p.files/usr/share && echo $p >$p.files/usr/share/same
	mini_deb M $p 1
done
mkdir -p three.files/usr/share && echo three >three.files/usr/share/same
mini_deb M three 1 'Replaces: one, two'
mkdir -p four.files/usr/share && echo one >four.files/usr/share/same
mini_deb M four 1
mkdir -p lib.files/lib lib.files/usr/lib && echo x >lib.files/lib/inlib
mini_deb M lib 1
printf '!<arch>\njunk' >M/junk_1_amd64.deb.tmp
mini_flat M

build dotdot
fails_clean 1 "package 'dotdot'.*\.\." out/x.img "an entry with '..' is refused" "${cmd[@]}"
absent /tmp/kindling-evil 'and nothing was written outside'

build absolute
run "${cmd[@]}"
status_is 0 'an absolute path is taken below the root'
like "$(list)" ' etc/absolute$' 'in the image'
absent /etc/absolute 'and nothing was written to the machine'

build climb
run "${cmd[@]}"
status_is 0 'a link that climbs out stays inside'
absent /tmp/kindling-evil 'nothing was written outside'
like "$(list)" ' tmp/kindling-evil$' 'it is clamped at the root, as a chroot would'

build loop
fails_clean 1 "package 'loop'" out/x.img 'a loop of links is an error' "${cmd[@]}"
build badlink
fails_clean 1 "package 'badlink'" out/x.img 'a hard link to nothing is an error' "${cmd[@]}"
build shorttar
fails_clean 1 "package 'shorttar'.*[Tt]runcated" out/x.img 'a truncated tar is an error' "${cmd[@]}"
build noxz
fails_clean 1 "package 'noxz'.*xz" out/x.img 'garbage instead of xz is an error' "${cmd[@]}"
build shortxz
fails_clean 1 "package 'shortxz'" out/x.img 'a truncated xz is an error' "${cmd[@]}"
build notar
fails_clean 1 "package 'notar'" out/x.img 'garbage instead of tar is an error' "${cmd[@]}"

build one two
fails_clean 1 "'one' and 'two' both hold '/usr/share/same'" out/x.img 'two packages with one file' "${cmd[@]}"
like "$stderr" '^hint: ' 'have a hint'
build one three
run "${cmd[@]}"
status_is 0 'Replaces lets one package take over a file'
is "$(zstd -dcq out/x.img | cpio -i --quiet --to-stdout usr/share/same)" three 'and its content wins'
build one four
run "${cmd[@]}"
status_is 0 'the same content twice is no conflict'
build lib
run "${cmd[@]}"
status_is 0 'a package with paths below /lib'
like "$(list)" ' usr/lib/inlib$' 'lands in /usr/lib'
like "$(list)" ' lib -> usr/lib$' 'and /lib stays a link'
done_testing

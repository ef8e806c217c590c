#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Recipes through the whole program: a mkosi-initrd folder, drop-ins, removals, our own sections.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/lib/minimirror.sh"

mkdir -p app.files/usr/lib/systemd/system app.files/usr/share/doc/app app.files/usr/share/locale/de app.files/usr/bin app.control
printf '[Unit]\nDescription=app\n[Service]\nExecStart=/usr/bin/app\n[Install]\nWantedBy=sysinit.target\n' >app.files/usr/lib/systemd/system/app.service
echo doc >app.files/usr/share/doc/app/README
echo de >app.files/usr/share/locale/de/x
printf '#!/bin/sh\n' >app.files/usr/bin/app-new
chmod 4755 app.files/usr/bin/app-new
ln app.files/usr/bin/app-new app.files/usr/bin/app-old
# shellcheck disable=SC2016
printf '#!/bin/sh\ntouch /tmp/kindling-was-run\nupdate-alternatives --install /usr/bin/app app /usr/bin/app-new 10\n' >app.control/postinst
chmod 755 app.control/postinst
mini_deb M app 1.0 'Depends: lib, helper' 'Recommends: extra'
mini_deb M lib 1.0
mini_deb M extra 1.0
mini_deb M other 1.0
mini_deb M trigger-only 1.0
mini_flat M

mkdir -p mkosi-initrd/mkosi.conf.d mkosi-initrd/mkosi.extra/etc
cat >mkosi-initrd/mkosi.conf <<'X'
[Content]
Packages=
        app
        ?not-there
SatisfiedByBuilder=helper
RemoveFiles=
        /usr/share/locale/*
        /usr/bin/app-old
        ?/never
X
cat >mkosi-initrd/mkosi.conf.d/10-other.conf <<'X'
[Match]
Distribution=debian
[Content]
Packages=other
X
cat >mkosi-initrd/mkosi.conf.d/20-fedora.conf <<'X'
[Match]
Distribution=fedora
[Content]
Packages=dnf
X
echo extra >mkosi-initrd/mkosi.extra/etc/extra
cat >mkosi-initrd/mkosi.conf.d/30-ours.conf <<'X'
[Units]
Enable=app.service
[Files]
Symlink=/etc/link -> /usr/bin/app-new
[Users]
Line=u kindled 777 "A user" /
X
build=("$KINDLING" build --insecure-no-signature --no-base --arch amd64 --kernel none --cache none
	--mirror 'deb file:M ./' --recipe ./mkosi-initrd)

run "${build[@]}" -o x.img
status_is 0 'a mkosi-initrd folder'
mkdir root && (cd root && zstd -dcq ../x.img | cpio -idm --quiet)
exists root/etc/extra 'mkosi.extra is there'
absent root/usr/share/doc/app/README 'documentation is not'
absent root/usr/share/locale/de/x 'RemoveFiles= holds'
exists root/usr/bin/app-new 'a hard link stays when its other name is removed'
absent root/usr/bin/app-old 'which is gone'
is "$(stat -c %a root/usr/bin/app-new)" 4755 'with its mode'
is "$(readlink root/etc/systemd/system/sysinit.target.wants/app.service)" /usr/lib/systemd/system/app.service '[Units] enables'
is "$(readlink root/etc/link)" /usr/bin/app-new '[Files] links'
like "$(cat root/etc/passwd)" '^kindled:x:777:777:A user:/:' '[Users] adds'
is "$(readlink root/etc/alternatives/app)" /usr/bin/app-new 'an alternative of a postinst is set'
absent /tmp/kindling-was-run 'without running it'
like "$(jq -r '.packages[].name' root/usr/lib/kindling/manifest.json)" '^other$' 'a drop-in adds a package'
unlike "$(jq -r '.packages[].name' root/usr/lib/kindling/manifest.json)" '^(extra|helper)$' 'Recommends and satisfied names bring none'

printf '[Content]\nWithRecommends=yes\nWithDocs=yes\n' >more.conf
run "${build[@]}" --recipe ./more.conf -o y.img
status_is 0 'a recipe file over it'
like "$(zstd -dcq y.img | cpio -t --quiet)" '^usr/share/doc/app/README$' 'WithDocs=yes keeps documentation'
like "$(zstd -dcq y.img | cpio -i --quiet --to-stdout usr/lib/kindling/manifest.json)" '"extra"' 'WithRecommends=yes follows Recommends'

bad() { # REGEX DESCRIPTION TEXT
	printf '%b' "$3" >bad.conf
	fails_clean 2 "$1" bad.img "$2" "${build[@]}" --recipe ./bad.conf -o bad.img
}
bad "bad.conf:2:1: .*'Pakages'" 'an unknown setting, with its place' '[Content]\nPakages=x\n'
like "$stderr" "^hint: did you mean 'Packages'" 'and the nearest'
bad 'bad.conf:2.*PostInstallationScripts' 'a script setting is refused' '[Content]\nPostInstallationScripts=x.sh\n'
like "$stderr" '^hint: ' 'with what replaces it'
bad 'bad.conf:1' 'a line outside of a section' 'Packages=x\n'
bad 'bad.conf:2' 'a pattern that matches nothing' '[Content]\nRemoveFiles=/usr/nothing\n'
bad 'bad.conf:2.*nonsuch' 'a unit that is not there' '[Units]\nEnable=nonsuch.service\n'
bad 'bad.conf:2' 'removing what is not planned' '[Content]\nRemovePackages=nonsuch\n'
printf '[Content]\nPackages=nonsuch\n' >bad.conf
fails_clean 3 'nonsuch' bad.img 'a package that is not there' "${build[@]}" --recipe ./bad.conf -o bad.img
like "$stderr" 'bad.conf:2' 'tells who asks'
fails_clean '[12]' 'nowhere' bad.img 'a recipe that is not there' "${build[@]}" --recipe ./nowhere -o bad.img
fails_clean '[12]' 'bsae' bad.img 'a name that is not shipped' "${build[@]}" --recipe bsae -o bad.img

run "$KINDLING" recipes
status_is 0 'recipes lists'
stdout_like '^base +[A-Z]' 'base with a summary'
run "$KINDLING" recipes base --distribution debian
status_is 0 'recipes base shows it'
stdout_like 'systemd' 'with its packages'
done_testing

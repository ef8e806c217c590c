#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# .rpm files that rpmbuild makes here, with all that a package can hold: read as rpm reads them, planned and
# built from a folder, and refused when damaged.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/lib/rpmcompare.sh"

# rpm_build PAYLOAD NAME: NAME.spec -> M/
rpm_build() {
	rpmbuild -bb --define "_topdir $T/top" --define "_rpmdir $T/M" --define '_rpmfilename %{name}-%{version}.rpm' \
		--define "_binary_payload $1" --define '__os_install_post %{nil}' --define 'debug_package %{nil}' \
		--define "_dbpath $T/rpmdb" "$2.spec" >"$2.log" 2>&1 || bail "rpmbuild: $(tail -n 3 "$2.log")"
}
mkdir M
for payload in w9.gzdio w9.bzdio w6.xzdio w6.lzdio w3.zstdio w.ufdio; do
	name=all-${payload#*.}
	cat >"$name.spec" <<-SPEC
		Name: $name
		Epoch: 3
		Version: 1.0~rc1
		Release: 2
		Summary: everything a package can hold
		License: MIT
		BuildArch: noarch
		Provides: virtual = 4-5
		Provides: ranged <= 9
		Requires: helper >= 2, /usr/share/helper/plain
		Requires(post): (helper or gone)
		Requires: (gone if absent else helper)
		Recommends: luxury
		Suggests: more
		Supplements: (helper and $name)
		Enhances: helper
		Conflicts: enemy < 3
		Obsoletes: ancient < 1
		%description
		All of it.
		%install
		d=%{buildroot}/usr/share/$name
		mkdir -p \$d/mount \$d/dir %{buildroot}/etc %{buildroot}/usr/bin
		echo data > \$d/data
		printf '' > \$d/empty
		head -c 300000 /dev/zero > \$d/zeros
		echo linked > \$d/link1
		ln \$d/link1 \$d/link2
		ln \$d/link1 \$d/dir/link3
		ln -s ../data \$d/dir/four
		ln -s abcd \$d/sym
		echo conf > %{buildroot}/etc/$name.conf
		echo prog > %{buildroot}/usr/bin/$name
		echo 'a (b)' > "\$d/file with blanks"
		%files
		%dir /usr/share/$name
		%dir /usr/share/$name/dir
		%ghost %dir %attr(0700,root,root) /usr/share/$name/mount
		%ghost %attr(0644,root,root) /usr/share/$name/ghost
		/usr/share/$name/data
		/usr/share/$name/empty
		%attr(0640,daemon,adm) /usr/share/$name/zeros
		/usr/share/$name/link1
		/usr/share/$name/link2
		/usr/share/$name/dir/link3
		/usr/share/$name/dir/four
		/usr/share/$name/sym
		"/usr/share/$name/file with blanks"
		%config(noreplace) /etc/$name.conf
		%caps(cap_net_raw=ep) %attr(0755,root,root) /usr/bin/$name
	SPEC
	rpm_build "$payload" "$name"
done
cat >helper.spec <<-'SPEC'
	Name: helper
	Version: 2.5
	Release: 1
	Summary: what the others need
	License: MIT
	BuildArch: noarch
	%description
	Helps.
	%install
	mkdir -p %{buildroot}/usr/share/helper
	echo help > %{buildroot}/usr/share/helper/plain
	%files
	/usr/share/helper
SPEC
rpm_build w3.zstdio helper
rpm_compare out M/*.rpm

plan=("$KINDLING" plan --insecure-no-signature --no-base --arch x86_64 --kernel none --cache none --mirror 'dir file:M')
run "${plan[@]}" --package all-zstdio
status_is 0 'a plan from a folder'
is "$(grep -v '^#' <<<"$stdout" | awk '{print $1, $2}')" "helper 2.5-1
all-zstdio 3:1.0~rc1-2" 'brings what a path and rich dependencies ask for'

for name in all-gzdio all-bzdio all-xzdio all-lzdio all-zstdio all-ufdio; do
	run "$KINDLING" build --insecure-no-signature --no-base --arch x86_64 --kernel none --cache none \
		--mirror 'dir file:M' --package "$name" --source-date-epoch 1700000000 --compress none -o x.img
	status_is 0 "$name: built"
	rm -rf image && mkdir image
	(cd image && cpio -idm --quiet --no-preserve-owner <../x.img)
	d=image/usr/share/$name
	is "$(cat "$d/data" "$d/link1" "$d/link2" "$d/dir/link3" "$d/file with blanks" "image/etc/$name.conf")" \
		"$(printf 'data\nlinked\nlinked\nlinked\na (b)\nconf')" "$name: contents"
	is "$(stat -c %h "$d/dir/link3")" 3 "$name: three links to one file"
	is "$(readlink "$d/dir/four") $(readlink "$d/sym")" '../data abcd' "$name: symlinks"
	is "$(stat -c %s "$d/zeros" "$d/empty" | tr '\n' ' ')" '300000 0 ' "$name: sizes"
	is "$(stat -c '%a %F' "$d/mount")" '700 directory' "$name: a mount point that is a ghost"
	absent "$d/ghost" "$name: a file that is a ghost"
done
run "$KINDLING" build --insecure-no-signature --no-base --arch x86_64 --kernel none --cache none --mirror 'dir file:M' \
	--package all-gzdio --source-date-epoch 1700000000 --verbose -o x.img
stderr_like "package 'all-gzdio': extended attributes are dropped" 'lost capabilities are told'

# ---- damage
damaged() { # NAME REGEX MESSAGE: M2 holds one file; nothing of it is used
	run "$KINDLING" audit --insecure-no-signature --arch x86_64 --cache none --mirror 'dir file:M2'
	status_is "$1" "$3"
	stderr_like "all.rpm.*$2" 'and names the file'
}
mkdir M2
good=M/all-zstdio-1.0~rc1.rpm
size=$(stat -c %s "$good")
payload=$((size - $(rpm2cpio "$good" >/dev/null; python3 - "$good" <<-'PY'
	import struct, sys
	b = open(sys.argv[1], 'rb').read()
	def end(o):
	    n, size = struct.unpack('>II', b[o + 8:o + 16])
	    return o + 16 + 16 * n + size
	print(len(b) - end((end(96) + 7) // 8 * 8))
	PY
)))
for cut in 0 50 95 100 200 1000 $((payload - 1)); do
	head -c "$cut" "$good" >M2/all.rpm
	damaged 1 'cut off|not an .rpm|no .*header' "cut at $cut"
done
head -c $((size - 1)) "$good" >M2/all.rpm
damaged 4 'payload' 'cut in the payload'
flip() { cp "$good" M2/all.rpm && printf '\xff' | dd of=M2/all.rpm bs=1 seek="$1" conv=notrunc status=none; }
flip $((payload + 20))
damaged 4 'payload: SHA256 digest' 'a bit of the payload'
flip $((payload - 40))
damaged 4 'header: SHA256 digest' 'a bit of the header'
cp "$good" M2/all.rpm
printf 'x' >>M2/all.rpm
damaged 4 'size is|digest' 'something behind the payload'
cp "$good" M2/all.rpm
(cd M2 && sha256sum all.rpm >SHA256SUMS && cp "../M/helper-2.5.rpm" all.rpm)
damaged 4 'SHA256 digest is' 'another file than SHA256SUMS lists'

rm -rf M2 && mkdir M2 && cp "$good" M2/all.rpm
run "$KINDLING" audit --arch x86_64 --cache none --mirror 'dir file:M2'
status_is 4 'without a word about signatures, none is missing'
stderr_like "signature of 'all.rpm' is missing" 'and the file without one is named'
done_testing

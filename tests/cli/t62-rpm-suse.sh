#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# openSUSE's habits, with packages that rpmbuild makes here: kernel-default with modules packed by zstd and xz, modules of
# KMPs for this kernel and, through links in weak-updates, of another; users that packages provide by name;
# presets; /usr/etc; libalternatives.
. "$(dirname "$0")/../lib/testlib.sh"
need rpmbuild createrepo_c cc zstd xz cpio

ko() { # NAME LINE-OF-MODINFO...: NAME.ko
	local name=$1 text=''

	shift
	for line in "license=GPL" "name=$name" "$@"; do text+="$line\\0"; done
	printf '__attribute__((section(".modinfo"), used)) static const char info[] = "%s";\n' "${text%\\0}" >ko.c
	cc -c -o "$name.ko" ko.c || bail "no module $name"
}
K=6.4.0-150600.2-default O=6.4.0-150600.1-default
ko base_a
ko base_b depends=base_a
ko kmp_here depends=base_b
ko kmp_weak depends=base_a
ko kmp_gone
zstd -q --rm base_a.ko
xz --check=crc32 base_b.ko kmp_here.ko
zstd -q --rm kmp_weak.ko kmp_gone.ko

package() { # NAME, on stdin the lines of the spec: header, then %install and %files
	cat - >"$1.spec"
	rpmbuild -bb --quiet --define "_topdir $T/rb" --define "_rpmdir $T/M" --define "_sourcedir $T" --define "_dbpath $T/rpmdb" \
		--define '__os_install_post %{nil}' --define '_build_id_links none' --define 'debug_package %{nil}' \
		--define '_binary_payload w3.zstdio' "$1.spec" >rb.log 2>&1 || bail "rpmbuild $1: $(tail -n 3 rb.log)"
}
head_of() { # NAME VERSION LINE...
	printf '%s\n' "Name: $1" "Version: $2" 'Release: 1' 'Summary: test' 'License: none' 'BuildArch: noarch' "${@:3}" \
		'%description' 'test' '%install' 'r=%{buildroot}'
}
package kernel-default <<SPEC
$(head_of kernel-default 6.4.0 'Provides: ksym(default:one) = 12')
d=\$r/usr/lib/modules/$K
mkdir -p \$d/kernel/fs
cp %{_sourcedir}/base_a.ko.zst %{_sourcedir}/base_b.ko.xz \$d/kernel/fs/
printf 'kernel/fs/base_a.ko\nkernel/fs/base_b.ko\n' > \$d/modules.order
: > \$d/modules.builtin
: > \$d/modules.builtin.modinfo
echo kernel > \$d/vmlinuz
%files
/usr/lib/modules/$K
SPEC
package here-kmp-default <<SPEC
$(head_of here-kmp-default 1 'Requires: ksym(default:one) = 12')
d=\$r/usr/lib/modules/$K/updates
mkdir -p \$d
cp %{_sourcedir}/kmp_here.ko.xz \$d/
%files
/usr/lib/modules/$K/updates
SPEC
package weak-kmp-default <<SPEC
$(head_of weak-kmp-default 1 'Provides: kmod(kmp_weak.ko)')
mkdir -p \$r/usr/lib/modules/$O/updates \$r/usr/lib/modules/$K/weak-updates/updates
cp %{_sourcedir}/kmp_weak.ko.zst \$r/usr/lib/modules/$O/updates/
ln -s /usr/lib/modules/$O/updates/kmp_weak.ko.zst \$r/usr/lib/modules/$K/weak-updates/updates/kmp_weak.ko.zst
ln -s /usr/lib/modules/$O/updates/gone.ko.zst \$r/usr/lib/modules/$K/weak-updates/updates/gone.ko.zst
%files
/usr/lib/modules/$O
/usr/lib/modules/$K/weak-updates
SPEC
package openSUSE-release <<SPEC
$(head_of openSUSE-release 20250101 'Provides: system-user(marker)')
mkdir -p \$r/usr/lib \$r/etc
printf 'ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\nVERSION_ID="20250101"\n' > \$r/usr/lib/os-release
ln -s ../usr/lib/os-release \$r/etc/os-release
%files
/usr/lib/os-release
/etc/os-release
SPEC
package system-user-tss <<SPEC
$(head_of system-user-tss 1 'Provides: user(tss) = dSB0c3MgOTg' 'Provides: group(tss)')
mkdir -p \$r/usr/lib/sysusers.d
echo 'u tss 98 "TPM" /var/lib/tpm' > \$r/usr/lib/sysusers.d/system-user-tss.conf
%files
/usr/lib/sysusers.d/system-user-tss.conf
SPEC
package app <<SPEC
$(head_of app 1 'Requires: user(tss)' 'Requires: group(tss)')
mkdir -p \$r/usr/etc/app \$r/usr/bin \$r/usr/share/libalternatives/app \$r/var/lib/app \$r/usr/lib/systemd/system \\
	\$r/usr/lib/systemd/system-preset \$r/usr/lib/systemd/initrd-preset
echo conf > \$r/usr/etc/app/app.conf
echo one > \$r/usr/bin/app-1 && chmod 755 \$r/usr/bin/app-1
echo two > \$r/usr/bin/app-2 && chmod 755 \$r/usr/bin/app-2
ln -s alts \$r/usr/bin/app
printf 'binary=/usr/bin/app-1\n' > \$r/usr/share/libalternatives/app/10.conf
printf 'binary=/usr/bin/app-2\n' > \$r/usr/share/libalternatives/app/20.conf
for u in yes no; do printf '[Service]\nExecStart=/usr/bin/app\n[Install]\nWantedBy=multi-user.target\n' > \$r/usr/lib/systemd/system/\$u.service; done
printf 'enable no.service\n' > \$r/usr/lib/systemd/system-preset/10-suse.preset
printf 'enable yes.service\ndisable *\n' > \$r/usr/lib/systemd/initrd-preset/10-suse.preset
%files
/usr/etc/app
/usr/bin/app*
/usr/share/libalternatives/app
%attr(0750,tss,tss) /var/lib/app
/usr/lib/systemd/system/*.service
/usr/lib/systemd/system-preset/10-suse.preset
/usr/lib/systemd/initrd-preset/10-suse.preset
SPEC
createrepo_c -q --no-database M || bail 'createrepo_c'

mkdir recipe && printf '[Content]\nPackages=app\n  openSUSE-release\nKernelPackage=kernel-default\nKernelModules=kmp_*\n' >recipe/mkosi.conf
build() { # OUTPUT PACKAGE...
	local out=$1 p args=()

	shift
	for p in "$@"; do args+=(--package "$p"); done
	run "$KINDLING" build --insecure-no-signature --no-base --arch x86_64 --cache C --mirror 'rpm file:M' --recipe recipe \
		--source-date-epoch 1700000000 --compress none --quiet "${args[@]}" -o "$out.img"
	status_is 0 "$out: built"
	rm -rf "$out" && mkdir "$out"
	(cd "$out" && cpio -idm --quiet --no-preserve-owner <"../$out.img")
	cpio -itv --quiet <"$out.img" >"$out.list" 2>/dev/null
}
dep() { grep "$2" "$1/usr/lib/modules/$K/modules.dep"; }

sed -i 's/kmp_/base_/' recipe/mkosi.conf # nothing of a KMP: what is known of the kernel alone goes into the cache
build plain
is "$(dep plain base_b)" 'kernel/fs/base_b.ko.xz: kernel/fs/base_a.ko.zst' 'modules packed by xz and zstd'
sed -i 's/base_/kmp_/' recipe/mkosi.conf
build both here-kmp-default weak-kmp-default
is "$(dep both kmp_here)" 'updates/kmp_here.ko.xz: kernel/fs/base_b.ko.xz kernel/fs/base_a.ko.zst' \
	"a KMP's module of this kernel, beside a cache of the kernel alone"
is "$(dep both kmp_weak)" 'weak-updates/updates/kmp_weak.ko.zst: kernel/fs/base_a.ko.zst' "and one through weak-updates"
ok 'which leads to a module that is there' test -s "both$(readlink "both/usr/lib/modules/$K/weak-updates/updates/kmp_weak.ko.zst")"
ok 'and whose bytes are the package'"'"'s' cmp -s kmp_weak.ko.zst "both/usr/lib/modules/$O/updates/kmp_weak.ko.zst"
is "$(grep -rl gone "both/usr/lib/modules/$K/modules.dep")" '' 'a link to nothing is no module'
build again here-kmp-default weak-kmp-default
same_bytes both.img again.img 'the same from the cache'

is "$(readlink both/usr/bin/app)" /usr/bin/app-2 'libalternatives: the best that is there'
is "$(cat both/usr/etc/app/app.conf)" conf '/usr/etc is kept as it is'
like "$(cat both/etc/passwd)" '^tss:x:98:98:' 'who requires user(tss) has it'
like "$(cat both.list)" '^drwxr-x--- +[0-9]+ +(tss|98) +(tss|98) .* var/lib/app$|^drwxr-x--- .* 98 +98 .*var/lib/app$' 'and its folders by name'
ok 'the preset for initrds counts' test -L both/etc/systemd/system/multi-user.target.wants/yes.service
nok 'and no other' test -L both/etc/systemd/system/multi-user.target.wants/no.service
is "$(readlink both/etc/initrd-release)" os-release 'initrd-release'
done_testing

#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Recipe base from an RPM mirror of Fedora's names and layout (get-rpm-mirror): the same plan and image from every
# form of metadata and from the bare files, dnf's sets, and what an image of the family must look like.
. "$(dirname "$0")/../lib/testlib.sh"
need zstd cpio jq strace /usr/bin/python3
/usr/bin/python3 -c 'import dnf' 2>/dev/null || bail 'no python3-dnf'

M=$("$TOP/tests/mirror/get-rpm-mirror") || bail 'no RPM mirror'
common=(--insecure-no-signature --quiet --arch x86_64)

# ---- one plan ----------------------------------------------------------------------------------------
packages() { awk '!/^#/ { print $1, $2, $3, $4, $5 }' | sort; }
for form in gz xz bz2 zck; do
	run "$KINDLING" plan "${common[@]}" --cache none --mirror "rpm file:$M/$form" --recipe base
	status_is 0 "$form: a plan of recipe base"
	[ $form = gz ] && plan=$stdout
	is "$stdout" "$plan" "$form: the plan"
done
run "$KINDLING" plan "${common[@]}" --cache none --mirror "dir file:$M/packages" --recipe base
status_is 0 'a plan from the files without metadata'
is "$(packages <<<"$stdout" | cut -d' ' -f1-4)" "$(packages <<<"$plan" | cut -d' ' -f1-4)" 'the same packages'
like "$plan" '^systemd-udev .*asked by' 'what the recipe names is in it'
like "$plan" '^glibc-minimal-langpack ' "glibc's suggestion decides between language packages"
unlike "$plan" '^glibc-all-langpacks ' 'so that the large one stays out'
like "$plan" '^kernel-modules-core .* kernel' 'the kernel is followed through its packages'

# ---- dnf's choice ------------------------------------------------------------------------------------
set_of() { # NAME,... [OPTION...]
	local names=() args=() n

	IFS=, read -r -a names <<<"$1"
	shift
	for n in "${names[@]}"; do args+=(--package "$n"); done
	"$KINDLING" plan "${common[@]}" --no-base --kernel none --cache C --mirror "rpm file:$M/gz" "$@" "${args[@]}" |
		awk '!/^#/ { print $1 "|" $2 "|" $3 }' | sort
}
mkdir weak && printf '[Content]\nWithRecommends=yes\n' >weak/mkosi.conf
asked=$(awk '/ asked by / && !/^kernel/ { print $1 }' <<<"$plan" | paste -sd,)
ok 'the recipe asks for many packages' test "$(tr ',' '\n' <<<"$asked" | wc -l)" -gt 20
for weak in 0 1; do
	/usr/bin/python3 "$TOP/tests/lib/dnf-sets.py" "$M/gz" x86_64 "$T/dnf" $weak >"sets$weak" || bail 'dnf-sets.py'
	/usr/bin/python3 "$TOP/tests/lib/dnf-sets.py" "$M/gz" x86_64 "$T/dnf" $weak "$asked" >>"sets$weak" || bail 'dnf-sets.py'
	options=()
	[ $weak = 0 ] || options=(--recipe "$T/weak")
	while read -r name want; do
		got=$(set_of "$name" "${options[@]}" | paste -sd' ')
		[ "$(tr ' ' '\n' <<<"$want" | sort | paste -sd' ')" = "$got" ] && continue
		echo "$name: $(diff <(tr ' ' '\n' <<<"$want" | sort) <(tr ' ' '\n' <<<"$got") | grep '^[<>]' | paste -sd' ')"
	done <"sets$weak" >"other$weak"
	ok "dnf answers for all packages, weak $weak" test "$(wc -l <"sets$weak")" -gt 80
	is "$(cat "other$weak")" '' "every package, and all of the recipe, bring what dnf would install, weak $weak"
done

# ---- images ------------------------------------------------------------------------------------------
build=("$KINDLING" build "${common[@]}" --recipe base --compress zstd:3)
run "${build[@]}" --cache none --mirror "rpm file:$M/gz" -o gz.img
status_is 0 'an image'
is "$stderr" '' 'without a word'
run "${build[@]}" --cache C --jobs 5 --mirror "rpm file:$M/zck" -o zck.img
status_is 0 'an image from zchunk metadata'
same_bytes gz.img zck.img 'the same bytes'
run strace -f -e trace=execve -o trace "${build[@]}" --cache C --mirror "dir file:$M/packages" -o dir.img
status_is 0 'an image from the files alone'
is "$(grep -c execve trace)" 1 'and nothing was started for it'

zstd -dcq gz.img | cpio -itv --quiet >list 2>/dev/null
files() { awk '{ print $1, $3, $4, $9, $10, $11 }' "$1" | grep -v ' usr/lib/kindling/manifest.json'; }
zstd -dcq dir.img | cpio -itv --quiet >list.dir 2>/dev/null
is "$(diff <(files list) <(files list.dir))" '' 'the same files, modes and owners either way'
has() { like "$(cat list)" "$1" "$2"; }
has '^l.* sbin -> usr/sbin$' 'sbin leads into usr'
has '^l.* usr/sbin -> bin$' "and usr/sbin is filesystem's link"
has '^-.* usr/bin/cryptsetup$|^-.* usr/bin/udevadm$' 'programs are in one folder'
nok 'nothing lies behind the link' grep -q ' usr/sbin/' list
has '^l.* etc/initrd-release -> |^-.* etc/initrd-release$' 'initrd-release'
has ' usr/lib/modules/[^/]*/kernel/fs/ext4/ext4[.]ko[.]zst$' 'modules packed by zstd'
has ' usr/lib/modules/[^/]*/kernel/.*[.]ko[.]xz$' 'and by xz'
has ' usr/lib/modules/[^/]*/modules.dep.bin$' "with kindling's own indexes"
nok 'no scriptlet ran' grep -q kindling-scriptlet-ran list
nok 'no package database' grep -Eq ' (var/lib|usr/lib/sysimage)/(rpm|libdnf5)' list
zstd -dcq gz.img | cpio -i --quiet --to-stdout etc/passwd usr/lib/os-release etc/initrd-release 2>/dev/null >texts
like "$(cat texts)" '^root:[x*]:0:0:' 'users of package setup'
like "$(cat texts)" '^systemd-(resolve|timesync|network):' 'users of sysusers.d'
like "$(cat texts)" '^ID=fedora' 'it is Fedora'
is "$(awk '$3 !~ /^[0-9]+$/ && $3 !~ /^[a-z_-]+$/' list)" '' 'owners are users'
done_testing

#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Real RPM metadata: CentOS Stream 9's BaseOS can be installed package by package, every package alone
# brings exactly what dnf would install, and createrepo_c's own test repositories are read, or refused
# for what is wrong with them.
. "$(dirname "$0")/../lib/testlib.sh"
need createrepo_c /usr/bin/python3 jq
/usr/bin/python3 -c 'import dnf' 2>/dev/null || bail 'no python3-dnf'

D=${KINDLING_DATA:-$TOP/../shared/data}
[[ $D = /* ]] || D=$TOP/$D
BASEOS=$D/rpm-cs9-baseos/test/data/testrepo
CR=$D/rpm/rpm-software-management+createrepo_c/tests/testdata
[ -d "$BASEOS" ] || bail "no data in '$D'"
common=(--insecure-no-signature --quiet)

# ---- BaseOS ------------------------------------------------------------------------------------------
run "$KINDLING" audit "${common[@]}" --cache C --mirror "rpm file:$BASEOS" --arch x86_64 --format json
status_is 0 'every package of BaseOS can be installed'
is "$(jq -c '[.packages, (.uninstallable | length)]' <<<"$stdout")" '[883,0]' 'which are 883'

set_of() { # LIST-OF-NAMES [OPTION...] -> "name|version|arch" lines
	local names=$1 args=() n

	shift
	for n in $names; do args+=(--package "$n"); done
	"$KINDLING" plan "${common[@]}" --no-base --cache C --mirror "rpm file:$BASEOS" --arch x86_64 "$@" \
		"${args[@]}" 2>>plan.err | awk '!/^#/ { print $1 "|" $2 "|" $3 }' | sort
}
truth() { awk '{ print $1 "|" $2 "|" $3 }' "$D/truth/cs9-set-$1.txt" | sort; }

is "$(set_of NetworkManager)" "$(truth NetworkManager)" "libsolv's set for NetworkManager"
is "$(set_of 'systemd systemd-udev bash less gzip cryptsetup-libs libseccomp tpm2-tss libfdisk e2fsprogs
	xfsprogs dosfstools procps-ng kmod util-linux')" "$(truth systemd)" "libsolv's set for an initrd's packages"

# Where we differ from dnf, and why. Anything else is an error, and so is a row that is not needed.
# weak  why         packages
differences='
1  polkit      cockpit cockpit-system subscription-manager-cockpit
1  condition   dnf yum yum-utils kpatch-dnf dnf-plugins-core python3-dnf python3-dnf-plugins-core
1  condition   python3-dnf-plugin-versionlock python3-dnf-plugin-post-transaction-actions
1  condition   libdnf-plugin-subscription-manager
'
# polkit     "(sudo or polkit)" is recommended: our first alternative is sudo, dnf takes polkit.
# condition  "(python3-dbus if NetworkManager)" and "(rpm-plugin-systemd-inhibit if systemd)" are recommended:
#            we ask for the first once the second is in the plan; dnf brings systemd without either.
known() { awk -v w="$1" '$1 == w { for (i = 3; i <= NF; i++) print $i }' <<<"$differences" | sort; }

compare() { # WEAK [OPTION...]
	local weak=$1 name want got n=0

	shift
	/usr/bin/python3 "$TOP/tests/lib/dnf-sets.py" "$BASEOS" x86_64 "$T/dnf$weak" "$weak" >"sets$weak"
	while read -r name want; do
		n=$((n + 1))
		got=$(set_of "$name" "$@")
		[ "$(tr ' ' '\n' <<<"$want" | sort)" != "$got" ] || continue
		echo "$name"
	done <"sets$weak" >"other$weak"
	is "$n" 883 "dnf answers for all packages, weak dependencies $weak"
	is "$(sort "other$weak")" "$(known "$weak")" "who does not bring what dnf would install, weak $weak"
}
mkdir weak && printf '[Content]\nWithRecommends=yes\n' >weak/mkosi.conf
compare 0
compare 1 --recipe "$T/weak"

# ---- recipes -----------------------------------------------------------------------------------------
# networkd and nbd are not here: EL has systemd-networkd and nbd in EPEL
for r in base network iscsi multipath nvme-tcp debug; do
	run "$KINDLING" plan "${common[@]}" --cache C --mirror "rpm file:$BASEOS" --arch x86_64 --recipe $r
	status_is 0 "recipe $r has a plan on BaseOS"
	is "$stderr" '' 'without a word'
done
run "$KINDLING" plan "${common[@]}" --cache C --mirror "rpm file:$BASEOS" --arch x86_64 --recipe network --recipe nfs
status_is 0 'recipe nfs has a plan on BaseOS'
like "$stdout" '^nfs-utils ' 'with its mount program'
unlike "$stdout" '^(python3|gssproxy|rpcbind|quota|rpm|policycoreutils) ' 'and without what its other tools are written in'

# ---- createrepo_c's own ------------------------------------------------------------------------------
audit() { run "$KINDLING" audit "${common[@]}" --cache none --mirror "rpm file:$1" --arch x86_64; }
for r in repo_02 repo_04 repo_with_duplicate_packages; do
	audit "$CR/$r"
	status_is 3 "$r: is read"
	like "$stdout" 'no mirror has bzip2' "$r: and its packages lack one that is not there"
	like "$stdout" '^2 of 2 packages' "$r: two packages"
done
audit "$CR/repo_00"
status_is 0 'repo_00: an empty repository'
audit "$CR/repo_03"
status_is 0 'repo_03: with modules.yaml.xz'
audit "$CR/repo_01"
status_is 4 'repo_01: a size that is not the listed one'
like "$stderr" 'primary.xml.gz.: size is 783 bytes, expected 782' 'is named'
audit "$CR/repo_koji_01"
status_is 3 'repo_koji_01: is read'
audit "$CR/repo_with_additional_metadata"
status_is 3 'repo_with_additional_metadata: is read'

# zchunk files of others say what the same data says in gzip
for r in repo_00 repo_with_additional_metadata; do
	cp -r "$CR/$r" "zck-$r" && chmod -R u+w "zck-$r"
	audit "zck-$r"
	want=$stdout
	rm "zck-$r"/repodata/*primary.xml.gz "zck-$r"/repodata/*filelists.xml.gz
	audit "zck-$r"
	is "$stdout" "$want" "$r: the same from zchunk"
done
done_testing

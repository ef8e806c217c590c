#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# prerequisites.sh [build|check|bench|boot|all]: installs what a fresh Debian 12 lacks to build, test or boot;
# each set includes the ones before it, boot not bench. Does nothing, quickly, when all is there. Without root it says
# which packages to install. On a system without dpkg it leaves everything to its owner.

set -euo pipefail
export LC_ALL=C

build="binutils bzip2 debian-archive-keyring diffutils gcc gcc-aarch64-linux-gnu gpgv libc6-dev linux-libc-dev m4 make scdoc
	tar util-linux xz-utils"
# shell tests, mirrors for tests, the linters
check="apt-utils clang clang-format clang-tidy cpio dose-distcheck dpkg-dev e2fsprogs file git gpg jq kmod
	createrepo-c dnf libclang-rt-14-dev libsolv-tools lz4 mmdebstrap perl python3 rpm shellcheck strace zstd"
# what others are measured with; libsolv's driver is built with the machine's own compiler
bench="libexpat1-dev libsolv-dev libsolvext-dev time"
boot="dnsmasq-base ipxe-qemu iproute2 kmod nfs-ganesha nfs-ganesha-vfs qemu-system-x86 qemu-utils rpcbind seabios tgt
	udhcpd"

case ${1:-all} in
build) want=$build ;;
check) want="$build $check" ;;
bench) want="$build $check $bench" ;;
boot | all) want="$build $check $boot" ;;
*)
	echo "usage: prerequisites.sh [build|check|bench|boot|all]" >&2
	exit 2
	;;
esac

command -v dpkg-query > /dev/null || exit 0

missing()
{
	# not installed, or unknown: one line per package that is there, the rest is missing
	{ dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' $want 2>/dev/null || true; } |
		awk -v want="$(echo $want)" '
			$1 == "ii" || $1 == "hi" { there[$2] = 1 }
			END { n = split(want, w, " "); for (i = 1; i <= n; i++) if (!(w[i] in there)) print w[i] }' |
		sort -u | tr '\n' ' '
}

install()
{
	DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=900 -o Dpkg::Use-Pty=0 \
		install -y --no-install-recommends $1
}

lists()
{
	find /var/lib/apt/lists -maxdepth 1 -name '*_Packages*' -print -quit 2>/dev/null
}

need=$(missing)
[ -n "$need" ] || exit 0
if [ "$(id -u)" != 0 ]; then
	echo "prerequisites: error: missing packages; as root: apt-get install --no-install-recommends $need" >&2
	exit 1
fi

echo "  APT     $need"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
[ -n "$(lists)" ] || apt-get -q update > "$log" 2>&1 || { tail -n 5 "$log" >&2; exit 1; }
# a second try with fresh lists: the ones at hand may name versions that are gone
if ! install "$need" > "$log" 2>&1; then
	apt-get -q update > "$log" 2>&1 || true
	install "$need" > "$log" 2>&1 || {
		tail -n 15 "$log" >&2
		echo "prerequisites: error: apt could not install: $need" >&2
		exit 1
	}
fi
need=$(missing)
[ -z "$need" ] || { echo "prerequisites: error: still missing: $need" >&2; exit 1; }

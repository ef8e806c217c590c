#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Without a cache a large index is read on demand: whatever is asked of trixie, plans and refusals are word for
# word those from the whole of it.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/lib/minimirror.sh"

M=$("$TOP/tests/mirror/get-mirror" trixie-amd64) || bail 'no trixie mirror'
plan=("$KINDLING" plan --insecure-no-signature --arch amd64 --quiet
	--mirror "deb file:$M trixie main")

# same STATUS DESCRIPTION OPTION...
same() {
	local want=$1 what=$2
	shift 2
	run "${plan[@]}" --cache "$T/cache" "$@"
	status_is "$want" "$what"
	printf '%s\n' "$stdout" "$stderr" >whole
	run "${plan[@]}" --cache none "$@"
	printf '%s\n' "$stdout" "$stderr" >on-demand
	ok "$what: the same on demand" diff whole on-demand
}
only=(--no-base --kernel none)

mkdir recommends
printf '[Content]\nPackages=systemd\nRecommendsOf=systemd\n' >recommends/mkosi.conf

same 0 'recipe base' --recipe base
same 0 'base with the network recipes' --recipe base --recipe network --recipe nfs
same 0 'a glob' "${only[@]}" --package 'libnss-*'
same 0 'a regular expression' "${only[@]}" --package '^(nano|less)$'
same 0 'a name that others provide' "${only[@]}" --package mail-transport-agent
same 0 'an optional package that is not there' "${only[@]}" --package dash --package '?nothing-of-the-kind'
same 0 'a kernel by its version' --no-base --kernel '6.12.*-amd64' --package dash
same 3 'a kernel that is not there' --no-base --kernel '5.4.*' --package dash
same 3 'a misspelt name' "${only[@]}" --package systemd-restart
same 3 'a version that is too new' "${only[@]}" --package 'systemd (>= 999)'
same 3 'two that conflict' "${only[@]}" --package systemd-sysv --package sysvinit-core
same 3 'another architecture' "${only[@]}" --package systemd/arm64
same 0 'recommended packages of one' "${only[@]}" --recipe "$T/recommends"
same 0 'why' --recipe base --why libc6
same 1 'why not' --recipe base --why libc7

"${plan[@]}" --recipe base --cache none --save-case "$T/a" >/dev/null
"${plan[@]}" --recipe base --cache "$T/cache" --save-case "$T/b" >/dev/null
ok 'a saved case' cmp a b
"$KINDLING" lock --insecure-no-signature --arch amd64 --quiet --cache none \
	--mirror "deb file:$M trixie main" --recipe base --output lock || bail 'no lock'
same 0 'a plan against a lock' --recipe base --against "$T/lock"

plan+=(--lock "$T/lock")
same 0 'a plan by the lock' --recipe base

# a small mirror beside the large one, which has some of the same and a kernel of the same version
xz -dc "$M/dists/trixie/main/binary-amd64/Packages.xz" >all
mkdir small broken
awk -v RS= -v ORS='\n\n' '/^Package: (libc6|systemd|linux-image-amd64|busybox)\n/' all >small/Packages
sed 's/^SHA256: ..../SHA256: 0000/' small/Packages >other && cat other >>small/Packages
flat=("$KINDLING" plan --insecure-no-signature --arch amd64 --quiet)
for mirrors in "trixie small" "small trixie"; do
	plan=("${flat[@]}")
	for m in $mirrors; do
		case $m in
		small) plan+=(--mirror "deb file:$T/small ./") ;;
		*) plan+=(--mirror "deb file:$M trixie main") ;;
		esac
	done
	same 0 "mirrors $mirrors" --recipe base --format json
done

# it is so: a mistake that nothing leads to is not met
{ cat all; printf 'Package: astray\nVersion: 1\nArchitecture: all\nFilename: a\nSize: 1\nSHA256: %064d\nDepends: (\n' 1; } >broken/Packages
(cd broken && mini_release flat .)
run "${flat[@]}" --mirror "deb file:$T/broken ./" --recipe base --cache none
status_is 0 'a mistake out of reach'
run "${flat[@]}" --mirror "deb file:$T/broken ./" --recipe base --cache "$T/cache"
status_is 1 'is met by whoever reads all'
stderr_like "package 'astray': field 'Depends'" 'and told'
run "${flat[@]}" --mirror "deb file:$T/broken ./" --cache none "${only[@]}" --package astray
status_is 1 'or asks for it'
stderr_like "index 'Packages': package 'astray': field 'Depends': line [0-9]+:" 'with its place'

done_testing

#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# kindling audit: what it says about packages that cannot be installed, and whether that is all of them.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/lib/minimirror.sh"
. "$TOP/tests/lib/auditlib.sh"
need dose-debcheck jq python3

# flat DIR: a flat mirror over DIR/Packages, as it stands
flat() { (cd "$1" && mini_release flat .); }
audit() { run "$KINDLING" audit --insecure-no-signature --cache none --quiet --arch amd64 "$@"; }
stanza() { # NAME VERSION ARCH [FIELD...]
	printf 'Package: %s\nVersion: %s\nArchitecture: %s\n' "$1" "$2" "$3"
	printf 'Filename: pool/%s_%s_%s.deb\nSize: 1\nSHA256: %s\n' "$1" "$2" "$3" "$(printf '%s' "$*" | sha256sum | cut -d' ' -f1)"
	shift 3
	[ $# -eq 0 ] || printf '%s\n' "$@"
	echo
}

mkdir M
{
	stanza good 1 amd64 'Depends: lib (>= 1), virtual'
	stanza lib 1 all 'Depends: good'
	stanza provider 1 amd64 'Provides: virtual'
	stanza lost 2 amd64 'Depends: gone'
	stanza old 1 all 'Depends: lib (>= 3)'
	stanza chain 1 amd64 'Depends: lost | old'
	stanza torn 1 amd64 'Depends: left, right'
	stanza left 1 amd64
	stanza right 1 amd64 'Conflicts: left'
	stanza self 1 amd64 'Provides: me' 'Conflicts: me'
	stanza alien 1 arm64 'Depends: gone'
} >M/Packages
flat M
audit --mirror 'deb file:M ./'
status_is 3 'some packages cannot be installed'
stdout_like '^lost 2 amd64 \(' 'a package is named with version, architecture and mirror'
stdout_like '^  lost 2 requires gone$' 'and with what it requires'
stdout_like '^    no mirror has gone$' 'and with why that is not to be had'
stdout_like '^    lib 1 .* is too old$' 'a version that is too old is named'
stdout_like '^  torn 1 requires right$' 'a conflict is told from both sides'
stdout_like 'right 1 conflicts with left 1' 'with who conflicts'
stdout_like '^4 of 10 packages cannot be installed$' 'and all are counted'
stdout_like '^chain 1' 'a package that needs a broken one is broken'
cp .stdout text

audit --mirror 'deb file:M ./' --format json
status_is 3 'also as JSON'
is "$(jq -c '[.packages, [.uninstallable[].package]]' <<<"$stdout")" '[10,["chain","lost","old","torn"]]' \
	'which counts and names the same'
is "$(jq -r '.uninstallable[1].reason' <<<"$stdout")" 'lost 2 requires gone: no mirror has gone' \
	'with the reason on one line'
is "$(jq -c '.uninstallable[1] | keys' <<<"$stdout")" '["architecture","package","reason","version"]' \
	'and these keys'

# the reasons do not depend on the order of the index
mkdir R
python3 -c '
import sys
stanzas = [s for s in open("M/Packages").read().split("\n\n") if s.strip()]
print("\n\n".join(reversed(stanzas)) + "\n")' >R/Packages
flat R
audit --mirror 'deb file:R ./'
is "$stdout" "$(cat text)" 'the order of the index means nothing'

mkdir G
{ stanza good 1 amd64 'Depends: lib'; stanza lib 1 all; } >G/Packages
flat G
audit --mirror 'deb file:G ./'
status_is 0 'nothing is broken'
stdout_is 'all 2 packages can be installed' 'and that is said'
{ stanza top 1 amd64 'Depends: lib (= 1)'; } >G/Packages
flat G
mkdir G2
{ stanza lib 1 amd64; stanza lib 2 amd64; } >G2/Packages
flat G2
audit --mirror 'deb file:G ./' --mirror 'deb file:G2 ./'
status_is 0 'several mirrors are one system'
run "$KINDLING" audit --insecure-no-signature
status_is 2 'an audit needs a mirror'
run "$KINDLING" audit --mirror 'deb file:M ./' --recipe base
status_is 2 'and takes no recipe'

for seed in 1 2 3 4 5 6; do
	mkdir "r$seed"
	"$TOP/tests/tools/random-universe" $seed 1500 >"r$seed/Packages"
	flat "r$seed"
	audit --mirror "deb file:r$seed ./" --format json
	printf '%s' "$stdout" >ours.json
	ours ours.json >ours.list
	debcheck "r$seed/Packages" amd64 >theirs.list
	ok "universe $seed is not all whole" test -s theirs.list
	same_lists ours.list theirs.list "universe $seed: the same as dose-debcheck, $(wc -l <theirs.list) broken"
done
done_testing

#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What a plan can be asked: why, what has changed, exactly that; and what a refusal says.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/lib/minimirror.sh"
need jq

for p in app tool lib extra leaf; do mkdir -p $p.files/usr/share/$p && echo $p >$p.files/usr/share/$p/data; done
mini_deb M/pool app 1.0 'Depends: lib (>= 2), other | leaf' 'Recommends: extra'
mini_deb M/pool tool 1.0 'Depends: lib'
mini_deb M/pool lib 2.0
mini_deb M/pool extra 1.0
mini_deb M/pool leaf 1.0 'Depends: helper'
mini_mirror M trixie
mkdir R
cat >R/mkosi.conf <<'CONF'
[Content]
Packages=
        app
        tool
SatisfiedByBuilder=
        helper
CONF
common=(--insecure-no-signature --no-base --arch amd64 --kernel none --quiet --cache none)
plan=("$KINDLING" plan "${common[@]}" --mirror 'deb file:M trixie main' --recipe ./R)

run "${plan[@]}" --why leaf
status_is 0 'plan --why'
stdout_is "app 1.0 (asked by ./R/mkosi.conf:3:9) requires other | leaf
  leaf 1.0" 'from the request down to the package, in the words of the dependency'
run "${plan[@]}" --why lib
stdout_is "app 1.0 (asked by ./R/mkosi.conf:3:9) requires lib (>= 2)
  lib 2.0
also required by:
  tool 1.0 requires lib" 'and who else needs it'
run "${plan[@]}" --why lib --format json
is "$(jq -c '[.package, .version, .chain[0].package, .chain[0].requires, .["also-required-by"]]' <<<"$stdout")" \
	'["lib","2.0","app","lib (>= 2)",["tool"]]' 'as JSON, too'
run "${plan[@]}" --why extra
status_is 1 'a package that is not in the plan'
stderr_like "'extra' is not in the plan" 'is said not to be'
run "${plan[@]}" --why helper
stderr_like 'mkosi.conf:6:9: it counts as installed' 'nor one that the builder answers for'
run "${plan[@]}" --why ap
stderr_like "did you mean 'app'" 'and a misspelt name gets a guess'

# recommendations, of all or of one
echo 'RecommendsOf=app' >>R/mkosi.conf
run "${plan[@]}"
stdout_like '^extra 1.0 .* recommended by app$' 'RecommendsOf= brings what that package recommends'
run "${plan[@]}" --why extra
stdout_like '^app 1.0 .* recommends extra$' 'which --why tells apart'
sed -i '/^RecommendsOf/d' R/mkosi.conf

# what a removal breaks
sed 's/^SatisfiedBy/RemovePackages=lib\nSatisfiedBy/' R/mkosi.conf >R2.conf
run "$KINDLING" plan "${common[@]/--quiet/--verbose}" --mirror 'deb file:M trixie main' --recipe ./R2.conf
stderr_like "'lib' is removed, but these stay: app \(which requires lib \(>= 2\)\), tool \(which requires lib\)" \
	'a removal tells what needs the package'

# locks
run "$KINDLING" lock "${common[@]}" --mirror 'deb file:M trixie main' --recipe ./R -o lock.json
status_is 0 'kindling lock'
stdout_is '' 'prints nothing'
is "$(jq -c '[.["lock-version"], .architecture, [.packages[].package]]' lock.json)" \
	'[1,"amd64",["leaf","lib","app","tool"]]' 'and writes the plan'
run "$KINDLING" lock "${common[@]}" --mirror 'deb file:M trixie main' --recipe ./R
status_is 2 'a lock needs a file to go to'
build=("$KINDLING" build "${common[@]}" --recipe ./R)
run "${build[@]}" --mirror 'deb file:M trixie main' -o free.img
run "${build[@]}" --mirror 'deb file:M trixie main' --lock lock.json -o locked.img
same_bytes free.img locked.img 'a build with the lock is the build without'
run "${plan[@]}" --against lock.json
stdout_is 'nothing changes' 'nothing has changed since'

mini_deb N/pool lib 3.0
mini_deb N/pool app 1.0 'Depends: lib (>= 2), extra'
mini_mirror N trixie
both=(--mirror 'deb file:M trixie main' --mirror 'deb file:N trixie main')
run "$KINDLING" plan "${common[@]}" "${both[@]}" --recipe ./R --against lock.json
stdout_is "upgraded      lib 2.0 -> 3.0" 'a newer version in another mirror is an upgrade'
run "${build[@]}" "${both[@]}" --lock lock.json -o both.img
status_is 0 'the lock goes before the newest version'
is "$(zstd -dcq both.img | cpio -t --quiet | sort)" "$(zstd -dcq free.img | cpio -t --quiet | sort)" 'with the same files'
new=(--mirror 'deb file:N trixie main' --mirror 'deb file:M trixie main')
run "$KINDLING" plan "${common[@]}" "${new[@]}" --recipe ./R --against lock.json --format json
is "$(jq -c '[.changes[] | [.package, .change]]' <<<"$stdout")" \
	'[["app","other-content"],["extra","added"],["leaf","removed"],["lib","upgraded"]]' 'every kind of change is told'
run "$KINDLING" plan "${common[@]}" --mirror 'deb file:N trixie main' --recipe ./R --lock lock.json
status_is 4 'a mirror without the locked packages'
stderr_like '^  lib 2.0 is in no mirror with this content$' 'is told package by package'
fails_clean 4 'not what the lock says' drift.img 'a plan that needs more than the lock' \
	"${build[@]}" --mirror 'deb file:M trixie main' --lock lock.json --package extra -o drift.img
stderr_like '^  extra 1.0 is not locked' 'with what is not in it'
run "${plan[@]}" --lock lock.json --arch arm64
status_is 2 'a lock is for one architecture'

run "${plan[@]}" --against lock.json --arch arm64
status_is 2 'nor is it compared with another'
sed 's/^SatisfiedBy/RemovePackages=lib\nSatisfiedBy/' R/mkosi.conf >R3.conf
run "$KINDLING" plan "${common[@]}" --mirror 'deb file:M trixie main' --recipe ./R3.conf --against lock.json
stdout_like '^other-role +lib 2.0$' 'a package whose files are removed now has another role'

# what counts as installed, asked for by name
run "$KINDLING" plan "${common[@]/--quiet/--verbose}" --mirror 'deb file:M trixie main' --recipe ./R --package helper
status_is 0 'asking for what counts as installed'
stderr_like "'helper' is not installed: it counts as installed .*mkosi.conf:6:9.*'-helper'" 'is answered with how to have it'

# kernels: the lock decides, then priority, then version
kernels() { # DIR VERSION...: a flat mirror of metapackages, one a version, and their kernels
	local dir=$1 v
	shift
	mkdir -p "$dir"
	for v; do
		printf 'Package: linux-image-amd64\nVersion: %s\nArchitecture: amd64\nDepends: linux-image-%s-amd64\n' "$v" "$v"
		printf 'Filename: m-%s.deb\nSize: 1\nSHA256: %064x\n\n' "$v" "$((2${v//./} + 1))"
		printf 'Package: linux-image-%s-amd64\nVersion: %s\nArchitecture: amd64\n' "$v" "$v"
		printf 'Filename: k-%s.deb\nSize: 1\nSHA256: %064x\n\n' "$v" "$((3${v//./} + 1))"
	done >"$dir/Packages"
	(cd "$dir" && mini_release flat .)
}
kernels K1 6.12.1
kernels K2 6.12.1 6.12.2
kernel=(--insecure-no-signature --no-base --arch amd64 --kernel linux-image-amd64 --quiet --cache none)
run "$KINDLING" lock "${kernel[@]}" --mirror 'deb file:K1 ./' -o kernel.json
status_is 0 'a lock of a kernel'
run "$KINDLING" plan "${kernel[@]}" --mirror 'deb file:K2 ./'
stdout_like '^linux-image-6.12.2-amd64 ' 'without it the newest is taken'
run "$KINDLING" plan "${kernel[@]}" --mirror 'deb file:K2 ./' --lock kernel.json
status_is 0 'with it the plan is possible where there is a newer one'
stdout_like '^linux-image-6.12.1-amd64 ' 'and has the locked one'
unlike "$stdout" '6\.12\.2' 'alone'
run "$KINDLING" plan "${kernel[@]}" --mirror 'deb file:K2 ./' --mirror 'deb [priority=1] file:K1 ./'
stdout_like '^linux-image-6.12.1-amd64 ' 'a mirror of better priority comes before a newer version'
run "$KINDLING" plan "${kernel[@]/linux-image-amd64/6.12.*}" --mirror 'deb file:K1 ./' --mirror 'deb file:K2 ./'
stdout_like '^linux-image-6.12.2-amd64 ' 'a version glob takes the newest name of equals'
awk 'BEGIN { for (i = 0; i < 50000; i++) printf "Package: linux-image-%d\nVersion: 1\nArchitecture: amd64\nDepends: linux-image-%d\nFilename: k\nSize: 1\nSHA256: %064x\n\n", i, i + 1, i }' \
	>K1/Packages
(cd K1 && mini_release flat .)
run "$KINDLING" plan "${kernel[@]/linux-image-amd64/linux-image-0}" --mirror 'deb file:K1 ./'
status_is 1 'a chain of kernels without end'
stderr_like "more than 16 deep" 'is refused'

bad() { # DESCRIPTION REGEX: lock.bad is refused
	run "${plan[@]}" --lock lock.bad
	status_is 2 "$1"
	stderr_like "lock.bad.*$2" "$1: with the place"
}
head -c 200 lock.json >lock.bad; bad 'a truncated lock' 'byte'
echo '[]' >lock.bad; bad 'a list' 'not an object'
jq '.["lock-version"] = 2' lock.json >lock.bad; bad 'another version' 'lock-version 2'
jq 'del(.packages[1].sha256)' lock.json >lock.bad; bad 'a package without digest' 'packages\[1\]: member .sha256'
jq '.packages[0].sha256 = "abc"' lock.json >lock.bad; bad 'a short digest' 'packages\[0\]: .*digits'
jq '.packages[2].role = "x"' lock.json >lock.bad; bad 'an unknown role' 'packages\[2\]: unknown role'
jq '.packages = 3' lock.json >lock.bad; bad 'no list of packages' 'packages.*no list'

# refusals
run "${plan[@]}" --package gone --package 'lib (>= 9)' --package ap
status_is 3 'what cannot be had'
stderr_like '^  no mirror has gone \(asked by --package\)$' 'every goal is told'
stderr_like '^    lib 2.0 \(Debian trixie main\) is too old$' 'with the versions that there are'
stderr_like '^  no mirror has ap ' 'each of them'

mkdir -p C/dists/x/main/binary-amd64 C/dists/x/extra/binary-amd64
mini_packages M/pool pool/ >C/dists/x/main/binary-amd64/Packages
sed 's/^Package: leaf/Package: fancy/' C/dists/x/main/binary-amd64/Packages >C/dists/x/extra/binary-amd64/Packages
(cd C/dists/x && {
	printf 'Origin: Debian\nSuite: x\nCodename: x\nDate: Tue, 14 Nov 2023 22:13:20 UTC\nArchitectures: amd64\nComponents: main extra\nSHA256:\n'
	mini_sums main/binary-amd64/Packages extra/binary-amd64/Packages
} >Release)
run "$KINDLING" plan "${common[@]}" --mirror 'deb file:C x main' --package fancy
status_is 3 'a package of another component'
stderr_like "hint: 'fancy' is in component 'extra' of mirror 'deb file:C x main'" 'is found there'

# saved cases
mkdir cases
run "${plan[@]}" --save-case cases/good.case
status_is 0 'a plan saved as a case'
run "${plan[@]}" --package gone --save-case cases/bad.case
status_is 3 'a refusal, too'
ok 'which has the reasons' grep -q '^  no mirror has gone' cases/bad.case
M2=$("$TOP/tests/mirror/get-mirror" trixie-amd64) || bail 'no trixie mirror'
run "$KINDLING" plan --insecure-no-signature --arch amd64 --quiet --recipe base --mirror "deb file:$M2 trixie main" \
	--save-case cases/real.case
status_is 0 'and a real plan'
isnt "$(grep -c '^package' cases/real.case)" 0 'with its universe'
run env KINDLING_CASES=cases "$BUILD/tests/unit/solver/test_golden"
status_is 0 'the golden runner says of each what was saved'
done_testing

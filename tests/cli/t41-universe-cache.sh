#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The cache of packages: a hit says the same and opens no index; whatever is wrong with it is replaced.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/lib/minimirror.sh"
need strace

mini_deb M/pool app 1.0 'Depends: lib (>= 2), feature'
mini_deb M/pool lib 2.0
mini_deb M/pool other 1 'Provides: feature'
mini_mirror M trixie
plan=("$KINDLING" plan --insecure-no-signature --no-base --arch amd64 --kernel none --quiet
	--mirror "deb file:M trixie main" --package app --format json)

run "${plan[@]}" --cache none
status_is 0 'a plan without cache'
want=$stdout
file() { find C/universe -type f -name '????????????????????????????????????????????????????????????????' 2>/dev/null; }
again() { # DESCRIPTION: the plan is the same, and so is the cache file
	run "${plan[@]}" --cache C
	is "$stdout" "$want" "$1: the same plan"
	ok "$1: the cache is whole" cmp -s "$(file)" good
}
run "${plan[@]}" --cache C
is "$stdout" "$want" 'the run that fills the cache says the same'
is "$(file | wc -l)" 1 'one file for these mirrors'
cp "$(file)" good
again 'a hit'
again 'a hit of a known file'
run strace -f -e trace=open,openat -o trace "${plan[@]}" --cache C
is "$stdout" "$want" 'under strace'
nok 'a hit opens no index' grep -q Packages trace
ok 'but reads the Release' grep -q Release trace

cache=$(file)
truncate -s -100 "$cache"
again 'a truncated file'
: >"$cache"
again 'an empty file'
printf 'x' | dd of="$cache" bs=1 seek=$(($(stat -c %s good) / 2)) conv=notrunc status=none
again 'a changed byte'
printf '\377\377\377\377' | dd of="$cache" bs=1 seek=12 conv=notrunc status=none
again 'another format'
head -c 100000 /dev/urandom >"$cache"
again 'noise'
rm "$cache" && mkdir "$cache"
run "${plan[@]}" --cache C
is "$stdout" "$want" 'a folder in its place does no harm'
rmdir "$cache"
again 'after that'
rm -r C && : >C
run "${plan[@]}" --cache C
is "$stdout" "$want" 'nor does a cache folder that is none'
rm C
mkdir C && chmod 500 C
run "${plan[@]}" --cache C
is "$stdout" "$want" 'nor one that cannot be written'
chmod 700 C

for i in 1 2 3 4 5 6; do
	"${plan[@]}" --cache C2 >out.$i 2>err.$i &
done
wait
for i in 1 2 3 4 5 6; do
	is "$(cat out.$i)" "$want" "writer $i of six at once"
done
again2=$(find C2/universe -type f ! -name '*.ok' | wc -l)
is "$again2" 1 'and one whole file is left, no temporary'
run "${plan[@]}" --cache C2
is "$stdout" "$want" 'which is good'

# another index is another universe
mini_deb M/pool lib 3.0
mini_mirror M trixie
run "${plan[@]}" --cache C
like "$stdout" '"version": "3.0"' 'a changed mirror is seen at once'
is "$(file | wc -l)" 2 'and has a file of its own'
run "${plan[@]}" --cache C --mirror 'deb [priority=1] file:M trixie main'
is "$(file | wc -l)" 3 'other mirrors have another'
for n in 4 5 6 7 8 9 10 11 12; do
	mini_deb M/pool lib $n
	mini_mirror M trixie
	run "${plan[@]}" --cache C
done
is "$(file | wc -l)" 8 'only some files are kept'
like "$stdout" '"version": "12"' 'the newest among them'
done_testing

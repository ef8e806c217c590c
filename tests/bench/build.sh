#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What a warm build of recipe base on trixie costs, beside what no builder is spared: decompressing
# the packages and compressing the image, each by the ordinary tool. Medians of RUNS (5); the ratio is
# kindling's CPU seconds to those tools', in the same run of this script.
. "$(dirname "$0")/../lib/testlib.sh"

RUNS=${RUNS:-5}
M=$("$TOP/tests/mirror/get-mirror" trixie-amd64) || bail 'no trixie mirror'
common=(--insecure-no-signature --arch amd64 --recipe base --mirror "deb file:$M trixie main")

# measure NAME COMMAND...: medians of user+system, wall and peak memory -> a line of the table
measure() {
	local name=$1 i
	shift
	: >"$T/runs"
	for ((i = 0; i < RUNS; i++)); do
		/usr/bin/time -f '%U %S %e %M' -o "$T/one" "$@" >/dev/null 2>"$T/words" || bail "'$*' failed: $(cat "$T/words")"
		cat "$T/one" >>"$T/runs"
	done
	cpu=$(awk '{printf "%.2f\n", $1 + $2}' "$T/runs" | sort -n | sed -n "$(((RUNS + 1) / 2))p")
	wall=$(awk '{print $3}' "$T/runs" | sort -n | sed -n "$(((RUNS + 1) / 2))p")
	rss=$(awk '{print int($4 / 1024)}' "$T/runs" | sort -n | sed -n "$(((RUNS + 1) / 2))p")
	printf '# %-34s %8s CPU s %8s s %6s MiB\n' "$name" "$cpu" "$wall" "$rss"
}

run "$KINDLING" build "${common[@]}" --cache cache --compress none -o plain.img
status_is 0 'a first build fills the cache'
"$KINDLING" plan "${common[@]}" --quiet | awk '!/^#/ && $7 != "removed" {sub(/^[0-9]+:/, "", $2); print $1 "_" $2 "_" $3}' >names
while read -r n; do
	find "$M/pool" -name "$n.deb" | head -n 1
done <names >debs
is "$(wc -l <debs)" "$(wc -l <names)" 'every package of the plan is in the mirror'

cat >unpack <<'S'
while read -r deb; do dpkg-deb --fsys-tarfile "$deb" >/dev/null || exit 1; done <debs
S
for level in 3 10; do
	measure "kindling build --compress zstd:$level" "$KINDLING" build "${common[@]}" --cache cache --compress zstd:$level -o bench.img
	whole=$cpu
	measure 'dpkg-deb: unpack the packages' bash unpack
	unpack=$cpu
	measure "zstd -$level -T2: compress the image" zstd -q -f -$level -T2 plain.img -o plain.zst
	awk -v a="$whole" -v b="$unpack" -v c="$cpu" 'BEGIN {printf "# ratio to the tools: %.2f\n", a / (b + c)}'
	printf '# image: %s bytes, packages %s\n' "$(stat -c %s bench.img)" "$(wc -l <names)"
done
measure 'kindling plan' "$KINDLING" plan "${common[@]}"
pass 'measured'
done_testing

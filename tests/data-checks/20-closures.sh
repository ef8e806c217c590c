#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Real closures on trixie: valid by a judge of its own, no larger than apt's for the same request (the
# recorded sizes), the same however the packages are asked for, and fast.
. "$(dirname "$0")/../lib/testlib.sh"

M=$("$TOP/tests/mirror/get-mirror" trixie-amd64) || bail 'no trixie mirror'
plan=("$KINDLING" plan --insecure-no-signature --arch amd64 --no-base --kernel none --quiet
	--mirror "deb file:$M trixie main")
index=$(find "$M/dists/trixie/main/binary-amd64/" -name 'Packages*' | sort | head -n 1)
case $index in
*.xz) xz -dc "$index" >index ;;
*.gz) gzip -dc "$index" >index ;;
*) cp "$index" index ;;
esac

# ask LIST: the options that ask for its packages
ask() {
	sed -n 's/^\([a-z0-9].*\)/--package\n\1/p' "$1"
}

# judge PLAN: every alternative of every dependency of the chosen packages, by names and provides; no
# unversioned conflict between two of them. Prints what is wrong.
judge() {
	awk -v RS= -F'\n' '
		FNR == NR { n = split($0, line, "\n"); for (i = 1; i <= n; i++) { split(line[i], w, " "); want[w[1] " " w[2]] = 1 }; next }
		{
			delete f
			for (i = 1; i <= NF; i++) if (match($i, /^[A-Za-z-]+: /)) f[substr($i, 1, RLENGTH - 2)] = substr($i, RLENGTH + 1)
			if (!((f["Package"] " " f["Version"]) in want)) next
			name[f["Package"]]++
			have[f["Package"]] = 1
			n = split(f["Provides"], p, / *, */)
			for (i = 1; i <= n; i++) { sub(/[ :(].*/, "", p[i]); have[p[i]] = 1 }
			deps[f["Package"]] = f["Depends"] ", " f["Pre-Depends"]
			against[f["Package"]] = f["Conflicts"]
		}
		END {
			for (x in want) { split(x, w, " "); if (!(w[1] in name)) print x " is not in the index" }
			for (x in name) {
				if (name[x] > 1) print x " is there twice"
				n = split(deps[x], d, / *, */)
				for (i = 1; i <= n; i++) {
					ok = d[i] == ""
					m = split(d[i], a, / *\| */)
					for (k = 1; k <= m; k++) { sub(/[ :(].*/, "", a[k]); ok = ok || a[k] in have }
					if (!ok) print x " requires " d[i]
				}
				n = split(against[x], d, / *, */)
				for (i = 1; i <= n; i++) if (d[i] != x && d[i] in name) print x " conflicts with " d[i]
			}
		}' "$1" index
}

for set in a b c; do
	mapfile -t packages < <(ask "$KINDLING_DATA/closures/set-$set.list")
	run "${plan[@]}" "${packages[@]}"
	status_is 0 "set $set has a plan"
	grep -v '^#' <<<"$stdout" | cut -d' ' -f1,2 >"$set.plan"
	ours=$(wc -l <"$set.plan") apts=$(wc -l <"$KINDLING_DATA/closures/apt-amd64-$set.txt")
	diag "set $set: $ours packages, apt $apts"
	[ "$ours" -gt 50 ] && [ "$ours" -le "$apts" ]
	is $? 0 "set $set is no larger than apt's"
	is "$(judge "$set.plan")" '' "set $set is valid"

	mapfile -t packages < <(sort -r "$KINDLING_DATA/closures/set-$set.list" | ask /dev/stdin)
	run "${plan[@]}" "${packages[@]}"
	is "$(grep -v '^#' <<<"$stdout" | cut -d' ' -f1,2)" "$(cat "$set.plan")" "set $set asked in another order"
done

# the judge can find something wrong
sed '/^libc6 /d' a.plan >broken.plan
like "$(judge broken.plan)" 'requires libc6' 'a missing package is noticed'

# what dose-debcheck found broken is refused with a reason, as long as the mirror still has it
while read -r name version; do
	if ! awk -v RS= -v p="Package: $name" -v v="Version: $version" 'index("\n" $0 "\n", "\n" p "\n") && index($0, "\n" v "\n") { found = 1 } END { exit !found }' index; then
		diag "$name is no longer at $version: not judged"
		continue
	fi
	run "${plan[@]}" --package "$name"
	status_is 3 "$name cannot be installed"
	like "$stderr" 'asked by' 'and the reason is told'
done <"$KINDLING_DATA/truth/debcheck-trixie-amd64.broken"
done_testing

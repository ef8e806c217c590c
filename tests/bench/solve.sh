#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Plan and audit on the whole index of trixie, beside others' solvers on the same index: apt-get -s and libsolv
# plan what recipe base asks for, dose-debcheck audits. Whole processes, medians of RUNS (5), the programs of a
# round one after the other. The project's targets for its solver stand at the end, met or not.
. "$(dirname "$0")/../lib/testlib.sh"
need apt-get cc dose-debcheck jq

RUNS=${RUNS:-5}
AUDIT_RUNS=${AUDIT_RUNS:-$RUNS}
M=$("$TOP/tests/mirror/get-mirror" trixie-amd64) || bail 'no trixie mirror'
cc -O2 -o measure "$TOP/tests/tools/measure.c" || bail 'no measure'
cc -O2 -o libsolv-plan "$TOP/tests/tools/libsolv-plan.c" -lsolvext -lsolv || bail 'no libsolv-plan'

# Two mirrors with the archive's own Release: one offers plain text, the other what is compressed.
index=dists/trixie/main/binary-amd64
for form in plain xz; do
	mkdir -p "$form/$index"
	cp "$M/dists/trixie/InRelease" "$form/dists/trixie/"
done
cp "$M/$index/Packages.xz" "xz/$index/"
xz -dc "$M/$index/Packages.xz" >"plain/$index/Packages"
text=$T/plain/$index/Packages

kindling() { # COMMAND MIRROR CACHE [OPTION...]
	local command=$1 mirror=$2 cache=$3
	shift 3
	echo "$KINDLING" "$command" --quiet --insecure-no-signature --arch amd64 --cache "$cache" \
		--verify-time "@$date" --mirror "'deb file:$T/$mirror trixie main'" "$@"
}
date=$(date -u -d "$(sed -n 's/^Date: //p' plain/dists/trixie/InRelease | head -n 1)" +%s)
eval "$(kindling plan plain none --recipe base)" >base.plan || bail 'no plan of base'
mapfile -t names < <(awk '/ asked by / { print $1 }' base.plan)
ok 'the plan names what was asked for' test ${#names[@]} -gt 20

# An apt with nothing installed and a state of its own, its lists as plain text.
mkdir -p apt/lists/partial apt/cache/archives/partial apt/etc
: >apt/status
echo "deb [arch=amd64 trusted=yes] file:$T/xz trixie main" >apt/etc/sources.list
cat >apt/apt.conf <<C
Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::sourcelist "$T/apt/etc/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "$T/apt";
Dir::State::lists "$T/apt/lists";
Dir::State::status "$T/apt/status";
Dir::State::extended_states "$T/apt/extended_states";
Dir::Cache "$T/apt/cache";
Dir::Log "$T/apt";
APT::Architecture "amd64";
#clear APT::Architectures;
APT::Architectures { "amd64"; };
APT::Sandbox::User "root";
Acquire::Languages { "none"; };
Acquire::Check-Valid-Until "false";
Acquire::Check-Date "false";
C
export APT_CONFIG=$T/apt/apt.conf
apt-get -qq update >apt.log 2>&1 || bail "apt does not take the mirror: $(tail -n 5 apt.log)"
ok "apt has its list as plain text" cmp "$(find apt/lists -name "*Packages")" "$text"
apt=(apt-get -s -qq --no-install-recommends install "${names[@]}")
apt_uncached=("${apt[@]:0:1}" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= "${apt[@]:1}")

# What the rows are called, and what they run.
plan_rows=(plain xz cache libsolv apt apt-cache)
audit_rows=(audit audit-cache dose)
declare -A what=(
	[plain]='kindling plan, plain text' [xz]='kindling plan, .xz' [cache]='kindling plan, cache'
	[libsolv]="libsolv, plain text" [apt]='apt-get -s, plain text' [apt-cache]='apt-get -s, its cache'
	[audit]='kindling audit, plain text' [audit-cache]='kindling audit, cache' [dose]='dose-debcheck'
)
declare -A runs=(
	[plain]="$(kindling plan plain none --recipe base)"
	[xz]="$(kindling plan xz none --recipe base)"
	[cache]="$(kindling plan plain C --recipe base)"
	[libsolv]="$T/libsolv-plan amd64 $text ${names[*]}"
	[apt]="${apt_uncached[*]}"
	[apt-cache]="${apt[*]}"
	[audit]="$(kindling audit plain none)"
	[audit-cache]="$(kindling audit plain C)"
	[dose]="dose-debcheck --failures --deb-ignore-essential --deb-native-arch=amd64 $text"
)

# once ROW: one run, measured into ROW.runs, its output in ROW.out. An audit that finds something ends with 3,
# and dose-debcheck with 1.
once() {
	eval "$T/measure $1.runs ${runs[$1]}" >"$1.out" 2>"$1.words"
	case $1:$? in
	*:0 | audit*:3 | dose:1) ;;
	*) bail "${what[$1]} failed: $(tail -n 3 "$1.words")" ;;
	esac
}
for row in cache apt-cache audit-cache; do # fill the caches, and the disk's
	once "$row"
	rm "$row.runs"
done
for ((i = 0; i < RUNS; i++)); do
	for row in "${plan_rows[@]}"; do once "$row"; done
done
for ((i = 0; i < AUDIT_RUNS; i++)); do
	for row in "${audit_rows[@]}"; do once "$row"; done
done

# median ROW COLUMN: 1 CPU ms, 2 wall ms, 3 peak KiB
median() { awk -v c="$2" '{ print $c }' "$1.runs" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
declare -A cpu wall rss
for row in "${plan_rows[@]}" "${audit_rows[@]}"; do
	cpu[$row]=$(median "$row" 1) wall[$row]=$(median "$row" 2) rss[$row]=$(median "$row" 3)
done
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.1f", a / b }'; }
line() { # ROW BASE NOTE
	printf '# %-28s %9.1f %9.1f %8.1f %10s  %s\n' "${what[$1]}" "${cpu[$1]}" "${wall[$1]}" \
		"$(ratio "${rss[$1]}" 1024)" "$(ratio "${cpu[$1]}" "${cpu[$2]}")" "$3"
}
packages=$(grep -c '^Package:' "$text")
printf '# trixie main amd64: %s packages, %s bytes of text; medians of %s\n' "$packages" "$(stat -c %s "$text")" "$RUNS"
printf '# %-28s %9s %9s %8s %10s\n' '' 'CPU ms' 'wall ms' 'MiB' 'CPU ratio'
for row in plain xz cache; do line "$row" plain "$(grep -vc '^#' "$row.out") packages"; done
line libsolv plain "$(wc -l <libsolv.out) packages"
for row in apt apt-cache; do line "$row" plain "$(grep -c '^Inst' "$row.out") packages"; done
for row in audit audit-cache; do line "$row" audit "$(tail -n 1 "$row.out")"; done
line dose audit "$(grep -c '^  package:' dose.out) packages broken"

same_bytes plain.out xz.out 'the plan is the same from .xz'
same_bytes plain.out cache.out 'and from the cache'
same_bytes audit.out audit-cache.out 'so is the audit'

# target DESCRIPTION A B: a number A that is to be at most B. Told, not failed: the machine may be busy.
target() {
	printf '# %-7s %s: %s, at most %s\n' "$(awk -v a="$2" -v b="$3" 'BEGIN { print a <= b ? "met" : "NOT MET" }')" "$@"
}
mib=$(($(stat -c %s "$text") / 1024))
target 'plain plan, CPU ms, a fourth of libsolv' "${cpu[plain]}" "$(ratio "${cpu[libsolv]}" 4)"
target 'plain plan, CPU ms, a twelfth of apt-get -s' "${cpu[plain]}" "$(ratio "${cpu[apt]}" 12)"
target 'plain plan, CPU ms' "${cpu[plain]}" 150
target 'cached plan, CPU ms' "${cpu[cache]}" 15
target 'audit, CPU ms, a tenth of dose-debcheck' "${cpu[audit]}" "$(ratio "${cpu[dose]}" 10)"
target 'plain plan, peak MiB beyond the index' "$(ratio $((rss[plain] - mib)) 1024)" 60
target 'cached plan, peak MiB' "$(ratio "${rss[cache]}" 1024)" 60
done_testing

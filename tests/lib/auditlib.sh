# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# auditlib.sh: kindling audit beside dose-debcheck. Source it after testlib.sh.

# ours JSON: "name version" lines, sorted, of an audit's result
ours() {
	jq -r '.uninstallable[] | "\(.package) \(.version)"' "$1" | sort
}

# debcheck PACKAGES ARCH: the same of dose-debcheck's. Essential packages are not taken for granted: an
# initrd does without most of them. dose-debcheck forgets the version of "NAME:any (<< 1)" (sid's erlang-doc
# conflicts with old versions of a package it needs); in one architecture it means the same without ":any".
debcheck() {
	sed -E 's/([a-z0-9][a-z0-9.+-]*):any \(/\1 (/g' "$1" >"$T/.debcheck"
	dose-debcheck --failures --deb-ignore-essential --deb-native-arch="$2" "$T/.debcheck" 2>&1 |
		awk '$1 == "package:" { name = $2 } $1 == "version:" { print name, $2 }' | sort
}

# same_lists FILE FILE DESCRIPTION
same_lists() {
	if cmp -s "$1" "$2"; then
		pass "$3"
	else
		fail "$3" "< kindling  > dose-debcheck" "$(diff "$1" "$2" | grep '^[<>]' | head -n 20)"
	fi
}

# audit_archive MIRROR SUITE ARCH: both over the whole of main
audit_archive() {
	local index
	run "$KINDLING" audit --insecure-no-signature --cache none --quiet --arch "$3" \
		--verify-time "$(date -u -d "$(sed -n 's/^Date: //p' "$1/dists/$2/InRelease" | head -n 1)" +@%s)" \
		--mirror "deb file:$1 $2 main" --format json
	cp .stdout "$2-$3.json"
	index=$(find "$1/dists/$2/main/binary-$3/" -name 'Packages*' | sort | head -n 1)
	case $index in
	*.xz) xz -dc "$index" ;;
	*.gz) gzip -dc "$index" ;;
	*) cat "$index" ;;
	esac >"$2-$3.packages"
	is "$(jq .packages "$2-$3.json")" "$(grep -c '^Package:' "$2-$3.packages")" \
		"$2 $3: every package is judged"
	ours "$2-$3.json" >"$2-$3.ours"
	debcheck "$2-$3.packages" "$3" >"$2-$3.theirs"
	rm "$2-$3.packages"
	same_lists "$2-$3.ours" "$2-$3.theirs" \
		"$2 $3: $(wc -l <"$2-$3.theirs") packages of $(jq .packages "$2-$3.json") cannot be installed"
	is "$(jq '[.uninstallable[] | select(.reason == "" or (.reason | test("^\\S+ \\S+ ") | not))] | length' "$2-$3.json")" 0 \
		"$2 $3: each with a reason"
	if [ -s "$2-$3.theirs" ]; then
		is "$status" 3 "$2 $3: exit status 3"
	else
		is "$status" 0 "$2 $3: exit status 0"
	fi
}

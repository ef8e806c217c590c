#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Version order against vectors of dpkg and rpm, read where they lie (they are not ours to copy).
. "$(dirname "$0")/../lib/testlib.sh"

# vectors FAMILY FILE: rows "a b expected"; the order must hold both ways round
vectors() {
	local family=$1 file=$KINDLING_DATA/vectors/$2 words=('<' '=' '>') a b want n=0 wrong=0 got
	while IFS=$'\t' read -r a b want; do
		[[ $a = '#'* || -z $want ]] && continue
		got=$("$KINDLING" vercmp "$family" "$a" "$b")$("$KINDLING" vercmp "$family" "$b" "$a")
		[ "$got" = "${words[want + 1]}${words[1 - want]}" ] || {
			diag "$family: '$a' '$b' gives '$got', expected $want"
			wrong=$((wrong + 1))
		}
		n=$((n + 1))
	done <"$file"
	is "$wrong" 0 "$family: $n vectors"
	isnt "$n" 0 "$family: there are some"
}

vectors deb dpkg.tsv
vectors rpm rpmvercmp.tsv
done_testing

#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Indexes that are large, circular, absurd or repeat themselves: an answer or one clear refusal, in bounded
# memory and time.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/lib/minimirror.sh"

BOUND=2500000 # KiB of address space
[ -z "${KINDLING_SANITIZED:-}" ] || BOUND=unlimited
bounded() { (ulimit -v "$BOUND" && exec timeout 240 "$@"); }
plan() { # MIRROR PACKAGE
	run bounded "$KINDLING" plan --insecure-no-signature --no-base --arch amd64 --kernel none --quiet --cache none \
		--mirror "deb file:$1 ./" --package "$2"
}
audit() { run bounded "$KINDLING" audit --insecure-no-signature --arch amd64 --quiet --cache none --mirror "deb file:$1 ./"; }
index() { # DIR: a flat mirror from the stanzas on stdin, which need no file
	mkdir -p "$1"
	awk '{ print } /^Architecture:/ { printf "Filename: pool/%d.deb\nSize: 1\nSHA256: %064x\n", ++n, n }' >"$1/Packages"
	(cd "$1" && mini_release flat .)
}
stanza() { # NAME VERSION [FIELD...]
	printf 'Package: %s\nVersion: %s\nArchitecture: amd64\n' "$1" "$2"
	shift 2
	[ $# -eq 0 ] || printf '%s\n' "$@"
	echo
}
names() { grep -v '^#' <<<"$stdout" | cut -d' ' -f1,2; }

# a million packages, each on two others, to one root; names that all provide
awk 'BEGIN { for (i = 1; i <= 1000000; i++) printf "Package: p%d\nVersion: 1:%d.%d-1\nArchitecture: amd64\nDepends: p%d, p%d\nProvides: v%d\n\n", i, i % 17, i % 5, i / 2 < 1 ? 1 : i / 2, i / 3 < 1 ? 1 : i / 3, i % 100000 }' | index million
plan million p1000000
status_is 0 'a million packages'
is "$(names | wc -l)" "$(awk 'function go(i) { if (i < 1) i = 1; if (i in seen) return; seen[i] = 1; go(int(i / 2)); go(int(i / 3)) } BEGIN { go(1000000); for (i in seen) n++; print n }')" \
	'of which the plan takes what is needed'
plan million p1000001
status_is 3 'one that is not among them'
rm -r million

# a circle through all, and one that excludes itself at its end
awk 'BEGIN { for (i = 0; i < 100000; i++) printf "Package: c%d\nVersion: 1\nArchitecture: amd64\nDepends: c%d\n\n", i, (i + 1) % 100000
	for (i = 0; i < 20000; i++) printf "Package: d%d\nVersion: 1\nArchitecture: amd64\n%s\n\n", i, i < 19999 ? "Depends: d" i + 1 : "Conflicts: d0" }' | index circles
plan circles c0
status_is 0 'a circle of a hundred thousand'
is "$(names | wc -l)" 100000 'is taken as a whole'
plan circles d0
status_is 3 'a chain that excludes its beginning'
is "$(wc -l <.stderr | awk '{ print ($1 < 400) }')" 1 'is told in bounds'

# each needs the next one, and what all of them provide
n=30000
[ -z "${KINDLING_SANITIZED:-}" ] || n=3000
awk -v n=$n 'BEGIN { for (i = 0; i < n; i++) printf "Package: q%d\nVersion: 1\nArchitecture: amd64\nDepends: q%d, v\nProvides: v\n\n", i, i < n - 1 ? i + 1 : i }' |
	index square
plan square q0
status_is 0 'thousands that provide what each of them needs'
is "$(names | wc -l)" $n 'are a plan'

# a megabyte in one line
long() { awk -v n="$1" -v with="$2" 'BEGIN { for (i = 0; i < n; i++) printf "%sname-number-%d", i ? with : "", i }'; }
{
	stanza wide 1 "Depends: $(long 60000 ', ')"
	stanza any 1 "Depends: $(long 60000 ' | ')"
} >.stanzas
sed '/^Package: any/,$d' .stanzas | index wide
plan wide wide
status_is 3 'a line of sixty thousand dependencies'
stderr_like 'no mirror has name-number-' 'says what is missing'
is "$(wc -l <.stderr | awk '{ print ($1 < 400) }')" 1 'in bounds'
sed '/^Package: wide/,/^$/d' .stanzas | index any
plan any any
status_is 1 'sixty thousand alternatives'
stderr_like 'Packages.*alternatives' 'are refused with place and reason'
{ printf 'Package: huge\nVersion: 1\nArchitecture: amd64\nDescription: '; head -c 6000000 /dev/zero | tr '\0' x; echo; } | index huge
plan huge huge
isnt "$status" 124 'a field of six megabytes ends'
is "$(wc -c <.stderr | awk '{ print ($1 < 2000) }')" 1 'without repeating it'

# versions
for v in "1:$(printf '%01100d' 7)" 99999999999999999999:1 ':1' '1:' '1 2' '-1' "$(printf '\001')"; do
	stanza odd "$v" | index odd
	plan odd odd
	status_is 1 "the version '${v:0:24}'"
	stderr_like 'Packages.*odd.*line 2' 'is refused with its place'
done
{ stanza tilde '1~~~~~~' ; stanza tilde 1~~~~~~~; stanza zero 0; stanza zero 00:0-0; } | index odd
plan odd tilde
stdout_like '^tilde 1~~~~~~ ' 'tildes are counted'
plan odd zero
status_is 0 'versions that are equal but not the same'

# twice the same, and twice the same but for the content
{ stanza twin 1; stanza twin 1; stanza twin 1 'Depends: twin'; } | index twins
sed 's/^SHA256: .*/SHA256: '"$(printf %064d 1)/" twins/Packages >twins/P && mv twins/P twins/Packages
(cd twins && mini_release flat .)
plan twins twin
status_is 0 'the same stanza three times'
is "$(names)" 'twin 1' 'is one package'
{ stanza twin 1; stanza twin 1 'Depends: gone'; stanza self 1 'Conflicts: self'; } | index twins
plan twins twin
status_is 0 'two of a name and version with other content'
is "$(names)" 'twin 1' 'the one that can be installed is'
audit twins
status_is 3 'an audit judges each'
stdout_like '^1 of 3 packages' 'and finds the broken one'
done_testing

#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What every file of the repository must keep to: a licence line, shell that parses, no function that
# banned.h bans, and nothing of the machine it was written on: no path, no registry's host name.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."
failed=0

bad()
{
	echo "$*"
	failed=1
}

# what git would commit; in an exported tree, all that is there
files()
{
	if git rev-parse --is-inside-work-tree > /dev/null 2>&1; then
		git ls-files -z --cached --others --exclude-standard
	else
		find . -type f ! -path './build/*' -printf '%P\0'
	fi
}
mapfile -d '' -t all < <(files)
list=()
for f in "${all[@]}"; do
	# gone but not yet committed as such; binary test input
	[ -f "$f" ] || continue
	case $f in tests/fuzz/corpus/* | tests/data/* | LICENSE) continue ;; esac
	list+=("$f")
done

code=()
for f in "${list[@]}"; do
	case $f in
	*.sh | *.[ch] | *.mk | Makefile | *.py) ;;
	# programs without a suffix
	*) [ -x "$f" ] || continue ;;
	esac
	code+=("$f")
	first=''
	IFS= read -r first < "$f" || true
	case $first in
	'#!'*/bash* | '#!'*'env bash') bash -n "$f" || bad "$f: does not parse" ;;
	'#!'*/sh*) sh -n "$f" || bad "$f: does not parse" ;;
	*) [[ $f != *.sh ]] || bash -n "$f" || bad "$f: does not parse" ;;
	esac
done
hits=$(printf '%s\0' "${code[@]}" | xargs -0 awk '
	FNR == 1 { if (name && !found) print name; name = FILENAME; found = 0 }
	FNR <= 3 && /SPDX-License-Identifier: / { found = 1 }
	END { if (name && !found) print name }')
[ -z "$hits" ] || bad "no SPDX-License-Identifier line:
$hits"

host='(deb|security|ftp|snapshot|archive)\.(debian|ubuntu)\.'"(org|com)|registry\.npmjs|pypi\.org"'|dl\.fedoraproject|download\.opensuse'
place='(^|[^A-Za-z0-9_])/(wor''k|far''m)/'
hits=$(printf '%s\0' "${list[@]}" | xargs -0 grep -nIE "$host|$place" -- | grep -v '^\.ci/check-text\.sh:' || true)
[ -z "$hits" ] || bad "a host name or a path of some machine:
$hits"

banned='strcpy|strcat|sprintf|vsprintf|strncpy|strncat|strtok|atoi|atol|atoll|gets|alloca|scanf|sscanf'
hits=$(grep -rnE "(^|[^A-Za-z0-9_])($banned)[[:space:]]*\(" src tests --include='*.[ch]' | grep -v '^src/base/banned.h:' || true)
[ -z "$hits" ] || bad "banned functions:
$hits"

exit $failed

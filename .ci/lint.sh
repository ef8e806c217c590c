#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# All of "make lint". Every check runs, the exit status says whether all passed. Arguments are the
# names of checks to run: layers size text headers format tidy shell. From the Makefile: CC, CPPFLAGS,
# CFLAGS, SYSROOT.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."
jobs=${LINT_JOBS:-$(nproc)}
checks=${*:-layers size text format shell headers tidy}
failed=''

sources()
{
	find src tests -name "$1" -print0 | sort -z
}

# Each header compiles alone. The test headers see what tests see.
lint_headers()
{
	sources '*.h' | xargs -0 -r -n 1 -P "$jobs" sh -c '
		case $1 in src/base/banned.h) exit 0 ;; esac
		eval "$CC $CPPFLAGS -I. -Itests/unit $CFLAGS" -Werror -fsyntax-only -Wno-unused -x c \
			-include "\"$1\"" /dev/null || exit 1' sh
}

lint_format()
{
	sources '*.[ch]' | xargs -0 -r -n 8 -P "$jobs" clang-format --dry-run -Werror --ferror-limit=3
}

# Headers as the wrapper of our C library gives them, for clang. The analyzer runs in its shallow mode:
# the deep one takes twenty times as long and found nothing more. Test programs get the other checks only,
# but tests/tools is built against the machine's libraries, which are not here.
lint_tidy()
{
	local status=0

	TIDY_FLAGS="-std=gnu17 $CPPFLAGS -I. -Itests/unit -nostdinc -isystem $SYSROOT/include \
		-isystem $(clang -print-resource-dir)/include -Wall -Wextra -Wno-unused-value"
	export TIDY_FLAGS
	find src -name '*.c' ! -path src/base/err.c -print0 | sort -z | xargs -0 -r -n 2 -P "$jobs" sh -c '
		eval "clang-tidy --quiet \"\$@\" -- $TIDY_FLAGS -include .ci/analyzer.h \
			-Xclang -analyzer-config -Xclang mode=shallow" 2>/dev/null ||
			{ echo "clang-tidy failed on: $*"; exit 1; }' sh || status=1
	{ echo src/base/err.c; find tests -name '*.c' ! -path 'tests/tools/*' | sort; } | tr '\n' '\0' | xargs -0 -r -n 4 -P "$jobs" sh -c '
		eval "clang-tidy --quiet --checks=-clang-analyzer-* \"\$@\" -- $TIDY_FLAGS" 2>/dev/null ||
			{ echo "clang-tidy failed on: $*"; exit 1; }' sh || status=1
	return $status
}

lint_shell()
{
	local plain

	# what prove runs, it runs as it is
	plain=$(find tests \( -path 'tests/boot/*' -o -path 'tests/cli/t*' -o -path 'tests/data-checks/*' -o -path 'tests/long/*' \) \
		-name '*.sh' ! -perm -u+x -exec grep -l '^#!' {} +)
	[ -z "$plain" ] || { echo "cannot be run: $plain"; return 1; }
	{ find . -path ./build -prune -o -path ./.git -prune -o -type f -name '*.sh' -print0
	  find .ci tests vendor -type f ! -name '*.*' -perm -u+x -print0; } | sort -z |
		xargs -0 -r grep -lZE '^#!.*sh|^# shellcheck shell=' |
		xargs -0 -r -n 8 -P "$jobs" shellcheck -S warning -e SC1090,SC1091,SC2034,SC2086,SC2115,SC2154
}

for c in $checks; do
	start=$SECONDS
	case $c in
	layers | size | text) .ci/check-$c.sh ;;
	headers | format | tidy | shell) lint_$c ;;
	*) echo "lint: no check '$c'"; false ;;
	esac && result=ok || { result=FAILED; failed="$failed $c"; }
	printf '  LINT    %-8s %s (%ds)\n' "$c" "$result" $((SECONDS - start))
done
[ -z "$failed" ] || { echo "lint: failed:$failed"; exit 1; }

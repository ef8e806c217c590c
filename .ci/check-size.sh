#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Sources past 600 lines should be split, past 800 must be; headers past 150 do too much, past 200 fail.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."

find src tests .ci vendor \( -name '*.[ch]' -o -name '*.sh' \) -exec wc -l {} + | awk '
	$2 == "total" { next }
	$2 ~ /\.h$/ && $1 > 200 { print $2 ": " $1 " lines, a header has at most 200"; failed = 1; next }
	$2 ~ /\.h$/ && $1 > 150 { print $2 ": warning: " $1 " lines, this header does too much"; next }
	$1 > 800 { print $2 ": " $1 " lines, at most 800"; failed = 1; next }
	$1 > 600 { print $2 ": warning: " $1 " lines, split it" }
	END { exit failed }'

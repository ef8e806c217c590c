#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every .rpm in the data, as kindling reads it beside what rpm says.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/lib/rpmcompare.sh"

mapfile -t files < <(find "$KINDLING_DATA/rpm" -name '*.rpm' | sort)
isnt "${#files[@]}" 0 'there are packages'
mkdir decoded
while read -r f; do
	name=${f##*/}
	python3 -c '
import binascii, sys
for line in open(sys.argv[1], "rb"):
    if not line.startswith((b"begin ", b"end", b"`")): sys.stdout.buffer.write(binascii.a2b_uu(line))' "$f" >"decoded/${name%.uu}"
	files+=("$PWD/decoded/${name%.uu}")
done < <(find "$KINDLING_DATA/rpm" -name '*.rpm.uu' ! -name '*huge*' | sort) # that one is a recipe for a hostile header, tried by unit
rpm_compare out "${files[@]}"
done_testing

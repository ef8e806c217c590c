#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# libsolv's own solver cases, as far as they apply: the same packages, the same refusals; for rich dependencies,
# the same truth of every set of packages. What does not apply is listed in tests/tools/libsolv-cases with why.
. "$(dirname "$0")/../lib/testlib.sh"
need python3

mkdir cases
run "$TOP/tests/tools/libsolv-cases" "$KINDLING_DATA/libsolv-cases" cases
status_is 0 'every case is converted or listed with the reason'
diag "$stdout"
isnt "$(grep -c '^converted' <<<"$stdout")" 0 'some apply'
run env KINDLING_CASES=cases "$BUILD/tests/unit/solver/test_golden"
status_is 0 "$(find cases -name '*.case' | wc -l) converted cases have the outcome they should"
done_testing

#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every package of a real archive: kindling audit finds what dose-debcheck finds, package by package.
# tests/long/audit-archives.sh does the same for more suites and architectures.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/lib/auditlib.sh"
need dose-debcheck jq

M=$("$TOP/tests/mirror/get-mirror" bookworm-amd64) || bail 'no bookworm mirror'
audit_archive "$M" bookworm amd64
done_testing
